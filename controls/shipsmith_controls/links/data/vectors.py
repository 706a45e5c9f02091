"""Vectors kept in ordinary databases: SQL, ORM and document-database writes of a vector column."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.data.stores import store_calls
from shipsmith_controls.links.data.vector_models import is_vector_name, tables_in
from shipsmith_controls.links.files.sql import WRAPPERS, statement_of
from shipsmith_controls.links.tree import hints, index
from shipsmith_controls.links.values.index import ModuleIndex, last_name
from shipsmith_controls.links.values.packages import users_of_package
from shipsmith_controls.links.values.row_keys import keys_of
from shipsmith_controls.links.values.value import Cls, Const, Inst
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_INSERT = re.compile(
    r"\b(?:insert\s+into|merge\s+into|replace\s+into|copy)\s+([^\s(]+)\s*(?:\(([^)]*)\))?", re.IGNORECASE
)
_UPDATE = re.compile(r"\bupdate\s+(\S+)\s+set\s+(.*)", re.IGNORECASE | re.DOTALL)
_NEAREST = re.compile(
    r"<=>|<->|<#>|\bmatch_\w+|vector_distance|cosine_distance|embedding\s+match\b", re.I
)
_REMOTE = re.compile(r"match|search|vector|similar")
_MAKERS = frozenset({"create", "update_or_create", "get_or_create", "bulk_insert_mappings", "acreate"})
_ADDING = frozenset("add add_all merge save asave bulk_save_objects bulk_create insert create".split())


class RowWrite(msgspec.Struct, frozen=True):
    """A statement that writes a vector column; `table` is "" where it is not seen.

    `call` is -1 for the assignment of an attribute. `keys` are the columns that were seen.
    """

    path: str
    call: int
    line: int
    end_line: int
    function: str
    table: str
    statement: str
    keys: tuple[str, ...] = ()


@query
def names_vectors(db: Database, path: str) -> bool:
    """Whether the text of a source file speaks of embeddings or vectors at all."""
    return "vector" in hints(db, path)


@query
def vector_files(db: Database) -> tuple[str, ...]:
    """Production files that use a database and speak of vectors."""
    found = {path for kind in load().tables.database for path in users_of_package(db, kind)}
    return tuple(sorted(path for path in found if names_vectors(db, path)))


@query
def vector_tables(db: Database) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Class or variable name of a model with a vector column -> (table name, vector columns)."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for path in vector_files(db):
        for name, table, columns in tables_in(db, path):
            found.setdefault(name, (table, columns))
    return found


@query
def row_writes(db: Database, path: str) -> tuple[RowWrite, ...]:
    """The statements of a file that write a vector column."""
    facts = index(db, path) if names_vectors(db, path) else None
    if facts is None:
        return ()
    reader = _Reader(db, path, facts)
    found = {(w.line, w.call): w for w in (*reader.by_calls(), *reader.by_assignments())}
    return tuple(found[key] for key in sorted(found))


@query
def nearest_reads(db: Database, path: str) -> tuple[int, ...]:
    """Lines on which SQL or an ORM orders rows by the distance of vectors."""
    facts = index(db, path) if names_vectors(db, path) else None
    if facts is None:
        return ()
    found = []
    for call in facts.module.calls:
        text = statement_of(db, path, facts.module, call)
        named = last_name(call.callee)
        if _NEAREST.search(text) or named in (
            "cosine_distance", "l2_distance", "max_inner_product", "cosineDistance", "l2Distance",
            "innerProduct", "CosineDistance", "L2Distance",
        ):  # fmt: skip
            found.append(call.line)
        elif named == "rpc" and call.args and isinstance(call.args[0], code.Literal):
            found.extend([call.line] if _REMOTE.search(str(call.args[0].value)) else [])
    return tuple(found)


class _Reader:
    def __init__(self, db: Database, path: str, facts: ModuleIndex) -> None:
        self.db, self.path, self.facts = db, path, facts
        self.module = facts.module
        self.general = {
            call.call: call
            for call in store_calls(db, path)
            if call.general and call.operation == "write"
        }

    def by_calls(self) -> Iterator[RowWrite]:
        """Writes that are calls: SQL statements, constructors of models, inserts of rows."""
        inner = {
            part.call
            for call in self.module.calls
            if last_name(call.callee) not in WRAPPERS
            for given in call.args
            for part in (given,)
            if isinstance(part, code.CallRef)
        }
        for i, call in enumerate(self.module.calls):
            if i in inner and last_name(call.callee) in WRAPPERS:
                continue
            found = self._sql(call) or self._row(i, call) or self._model(call)
            if found is not None:
                table, statement, keys = found
                yield self._write(i, call.line, call.end_line, call.block, table, statement, keys)

    def _write(
        self,
        call: int,
        line: int,
        end: int,
        block: int,
        table: str,
        statement: str,
        keys: tuple[str, ...],
    ) -> RowWrite:
        return RowWrite(self.path, call, line, end, self.facts.node_name(block), table, statement, keys)

    def _sql(self, call: code.Call) -> tuple[str, str, tuple[str, ...]] | None:
        named = last_name(call.callee)
        if not named or named[0].isupper() or len(call.args) == 0:
            return None
        text = statement_of(self.db, self.path, self.module, call)
        inserted = _INSERT.search(text)
        if inserted is not None:
            columns = inserted[2] or ""
            keys = tuple(c.strip(' "`\n') for c in columns.split(",") if c.strip())
            if any(is_vector_name(c) for c in keys):
                return inserted[1].strip('"`'), "SQL insert", keys
            if "*" in columns or not columns:
                keys = tuple(k for given in call.args[1:] for k in keys_of(self.facts, call.block, given))
                if any(is_vector_name(k) for k in keys):
                    return inserted[1].strip('"`*'), "SQL insert", keys
        updated = _UPDATE.search(text)
        if updated is not None and _sets_vector(updated[2]):
            return updated[1].strip('"`*'), "SQL update", ()
        return None

    def _row(self, i: int, call: code.Call) -> tuple[str, str, tuple[str, ...]] | None:
        """An insert of rows by a client of a general database, or by a query builder."""
        named = last_name(call.callee)
        if i in self.general:
            keys = tuple(k for given in call.args for k in keys_of(self.facts, call.block, given))
            return (self._collection(call), "row write", keys) if _any_vector(keys) else None
        if named == "setattr" and len(call.args) == 3 and self._names_column(call.block, call.args[1]):
            return ("", "attribute write", ()) if self._is_stored(call.block, call.args[0]) else None
        if named in ("values", "set") and isinstance(call.callee, code.Attribute):
            root = call.callee.base
            made = self.module.calls[root.call] if isinstance(root, code.CallRef) else None
            if made is not None and last_name(made.callee) in ("insert", "update") and made.args:
                known = vector_tables(self.db).get(last_name(made.args[0]))
                keys = tuple(k for given in call.args for k in keys_of(self.facts, call.block, given))
                keys += tuple(k.name for k in call.keywords if k.name)
                if known is not None and (last_name(made.callee) == "insert" or _any_vector(keys)):
                    return known[0], "row write", keys
        if named in _MAKERS and _any_vector(tuple(k.name for k in call.keywords if k.name)):
            return "", "row write", tuple(k.name for k in call.keywords if k.name)
        return None

    def _model(self, call: code.Call) -> tuple[str, str, tuple[str, ...]] | None:
        """An object of a model with a vector column, made with that column filled."""
        known = vector_tables(self.db).get(last_name(call.callee))
        keys = tuple(k.name for k in call.keywords if k.name)
        if known is None or not set(known[1]) & set(keys):
            return None
        found = values(self.db, self.path, call.block, call.callee)
        return (known[0], "row write", keys) if any(isinstance(v, Cls) for v in found) else None

    def by_assignments(self) -> Iterator[RowWrite]:
        """`row.embedding = …` on an object of a model."""
        columns = {column: table for table, names in vector_tables(self.db).values() for column in names}
        for assign in self.module.assigns:
            target = assign.target
            if not isinstance(target, code.Attribute) or target.name not in columns:
                continue
            if isinstance(target.base, code.Name) and target.base.id not in ("self", "cls", "this"):
                empty = isinstance(assign.value, code.Literal)
                if not empty and self._is_stored(assign.block, target.base):
                    yield self._write(
                        -1, assign.line, assign.line, assign.block, columns[target.name],
                        "attribute write", (target.name,),
                    )  # fmt: skip

    def _names_column(self, block: int, expr: code.Expr) -> bool:
        if not vector_tables(self.db):
            return False
        if isinstance(expr, code.Name) and is_vector_name(expr.id):
            return True
        found = values(self.db, self.path, block, expr)
        return any(isinstance(v, Const) and is_vector_name(str(v.value)) for v in found)

    def _is_stored(self, block: int, row: code.Expr) -> bool:
        """Whether a row is one of the database: read from it, or made here and added to it."""
        found = values(self.db, self.path, block, row)
        if not any(isinstance(value, Inst) and value.made >= 0 for value in found):
            return True
        own = self.facts.node_name(block)
        return any(
            last_name(call.callee) in _ADDING and self.facts.node_name(call.block) == own
            for call in self.module.calls
        )

    def _collection(self, call: code.Call) -> str:
        here: code.Expr = call.callee
        while isinstance(here, (code.Attribute, code.CallRef, code.Subscript)):
            if isinstance(here, code.CallRef):
                made = self.module.calls[here.call]
                if last_name(made.callee) in ("from", "from_", "table") and made.args:
                    first = made.args[0]
                    return str(first.value) if isinstance(first, code.Literal) else ""
                here = made.callee
            else:
                here = here.base
        return ""


def _any_vector(keys: tuple[str, ...]) -> bool:
    return any(is_vector_name(key) for key in keys)


def _sets_vector(assignments: str) -> bool:
    head = re.split(r"\bwhere\b", assignments, maxsplit=1, flags=re.IGNORECASE)[0]
    return any(is_vector_name(part.split("=")[0]) for part in head.split(",") if "=" in part)
