"""Removal: what takes chunks out of an index when their source goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import entries, entries_of
from shipsmith_controls.links.data.ingest import index_writes, ingest_graph, write_seeds
from shipsmith_controls.links.data.stores import store_calls
from shipsmith_controls.links.data.writes import IndexWrite
from shipsmith_controls.links.files.sql import statement_of
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import files, index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.modules import importers, imports_in_tree
from shipsmith_controls.links.values.values import call_sites
from shipsmith_controls.queries import Database, query

_DELETE = re.compile(r"\b(?:delete\s+from|truncate(?:\s+table)?)\s+([\w.\"`*]+)", re.IGNORECASE)
_CASCADE = re.compile(r"on\s+delete\s+cascade", re.IGNORECASE)
_TABLE = re.compile(
    r"\b(?:create\s+table(?:\s+if\s+not\s+exists)?|alter\s+table(?:\s+only)?)\s+([\w.\"]+)(.*?)(?:;|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_CLEANUP = {"full": True, "scoped_full": True, "incremental": False}
_DATABASE = frozenset("db database prisma drizzle orm models schema session supabase".split())
_ROWS = frozenset({"delete", "delete_many", "deleteMany", "bulk_delete", "remove"})


class Removal(msgspec.Struct, frozen=True):
    """Something that removes from a store; `table` is "" where it is not seen."""

    store: str
    table: str
    path: str
    line: int
    what: str
    strong: bool
    function: str = ""
    """The function it stands in, which something must call."""


@query
def removals_in(db: Database, path: str) -> tuple[Removal, ...]:
    """The removals that stand in one source file."""
    facts = index(db, path)
    if facts is None or not is_production(db, path):
        return ()
    return tuple(_removals(db, path, facts))


def _removals(db: Database, path: str, facts: ModuleIndex) -> Iterator[Removal]:
    for call in store_calls(db, path):
        if call.operation == "delete" and not call.general:
            yield Removal(call.store, "", path, call.line, f"`{call.method}`", True, call.function)
    for call_ in facts.module.calls:
        function = facts.node_name(call_.block)
        match = _DELETE.search(statement_of(db, path, facts.module, call_))
        table = match[1].strip('"`*') if match is not None else _row_table(facts, call_)
        if table is not None:
            yield Removal("sql", table, path, call_.line, "a delete", True, function)
        if any(isinstance(p, code.Literal) and _cascades(p.value) for p in _arguments(call_)):
            yield Removal("sql", "", path, call_.line, "ON DELETE CASCADE", True)
        cleanup = argument(call_, "cleanup")
        if isinstance(cleanup, code.Literal) and cleanup.value in _CLEANUP:
            strong = _CLEANUP[str(cleanup.value)]
            yield Removal("langchain", "", path, call_.line, f"cleanup={cleanup.value!r}", strong)


def _arguments(call: code.Call) -> Iterator[code.Expr]:
    for keyword in call.keywords:
        if keyword.name in ("ondelete", "on_delete", "onDelete"):
            yield keyword.value
    for given in call.args:
        if isinstance(given, code.Mapping):
            for key, value in given.entries:
                if isinstance(key, code.Literal) and key.value == "onDelete":
                    yield value


def _cascades(value: object) -> bool:
    return isinstance(value, str) and value.lower() == "cascade"


def _row_table(facts: ModuleIndex, call: code.Call) -> str | None:
    """The table of `delete(Model)` or `.from("t").delete()`; None when the call deletes no rows."""
    if last_name(call.callee) not in _ROWS:
        return None
    parts = list(inside(call.callee, facts.module))
    for part in parts:
        if isinstance(part, code.CallRef):
            made = facts.module.calls[part.call]
            if last_name(made.callee) in ("from", "from_", "table", "query") and made.args:
                first = made.args[0]
                return str(first.value) if isinstance(first, code.Literal) else last_name(first)
    owner = last_name(call.callee.base) if isinstance(call.callee, code.Attribute) else ""
    holder = call.callee.base if isinstance(call.callee, code.Attribute) else None
    if isinstance(holder, code.Attribute) and last_name(holder.base) in ("prisma", "tx"):
        # `prisma.chunk.deleteMany({ where: … })`
        return holder.name
    if owner in ("db", "session", "self", "conn", "tx", "prisma") or (not owner and call.args):
        return last_name(call.args[0]) if call.args else ""
    return None


@query
def _is_reached(db: Database, path: str, function: str) -> bool:
    """Whether production code calls the function of a removal, or something starts it."""
    facts = index(db, path)
    at = facts.by_qualname.get(function) if facts is not None else None
    if at is None:
        return True
    started = (*entries(db), *entries_of(db, path))
    if any((entry.path, entry.function) == (path, function) for entry in started):
        return True
    if ingest_graph(db).callers.get(Node(path, function)):
        return True
    if any(is_production(db, user) for user, _ in call_sites(db, path, at)):
        return True
    name = function.rsplit(".", 1)[-1]
    return any(name in called_names(db, other) for other in ingest_graph(db).files)


@query
def called_names(db: Database, path: str) -> frozenset[str]:
    """Last names of everything that a file calls."""
    facts = index(db, path)
    return (
        frozenset(last_name(call.callee) for call in facts.module.calls)
        if facts is not None
        else frozenset()
    )


@query
def cascades(db: Database) -> tuple[Removal, ...]:
    """Tables whose rows go with their source, once all migrations are applied in order."""
    held: dict[str, Removal | None] = {}
    for path in files(db):
        if path.endswith(".sql"):
            for table, line, cascading in _in_sql(db, path):
                if cascading is not None:
                    held[table] = (
                        Removal("sql", table, path, line, "ON DELETE CASCADE", True)
                        if cascading
                        else None
                    )
    return tuple(found for found in held.values() if found is not None)


@query
def _in_sql(db: Database, path: str) -> tuple[tuple[str, int, bool | None], ...]:
    """(table, line, whether it now cascades; None when the statement says nothing of it)."""
    lines = lines_of(db, path)
    text = "\n".join(lines)
    found: list[tuple[str, int, bool | None]] = []
    for match in _TABLE.finditer(text):
        name = match[1].replace('"', "").rsplit(".", 1)[-1]
        if _CASCADE.search(match[2]):
            at = match.start(2) + (_CASCADE.search(match[2]) or match).start()
            found.append((name, text.count("\n", 0, at) + 1, True))
        elif match[0].lower().startswith("create") and "references" in match[2].lower():
            found.append((name, text.count("\n", 0, match.start()) + 1, False))
    return tuple(found)


@query
def removals(db: Database) -> tuple[Removal, ...]:
    """Every removal of the tree."""
    answering = (entry.path for entry in entries(db))
    paths = dict.fromkeys((*ingest_graph(db).files, *write_seeds(db), *answering, *_beside(db)))
    return (*(r for path in paths for r in removals_in(db, path)), *cascades(db))


@query
def _beside(db: Database) -> tuple[str, ...]:
    """Files that import the same database module as a file that writes rows."""
    writing = {write.path for write in index_writes(db) if write.store == "sql"}
    shared = {target for path in writing for target, _ in imports_in_tree(db, path)}
    homes = sorted(target for target in shared if tokens(target.rsplit("/", 1)[-1]) & _DATABASE)
    users = (user for home in homes for user, _ in importers(db).get(home, ()))
    return tuple(dict.fromkeys(user for user in users if is_production(db, user)))


def removal_of(db: Database, write: IndexWrite) -> Removal | None:
    """What removes from the store of a write; a reached removal first."""
    found = [r for r in removals(db) if r.store == write.store and _same_table(db, r, write)]
    for removal in found:
        if removal.strong and (not removal.function or _is_reached(db, removal.path, removal.function)):
            return removal
    return msgspec.structs.replace(found[0], strong=False) if found else None


def _same_table(db: Database, removal: Removal, write: IndexWrite) -> bool:
    if write.store != "sql":
        return True
    names = {write.target} if write.target else {w.target for w in index_writes(db) if w.store == "sql"}
    plain = {name.replace('"', "").rsplit(".", 1)[-1].lower() for name in names}
    return not removal.table or removal.table.rsplit(".", 1)[-1].lower() in plain
