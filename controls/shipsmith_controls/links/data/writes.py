"""Index writes of a file: what production code stores for retrieval."""

from __future__ import annotations

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.data.stores import store_calls
from shipsmith_controls.links.data.vectors import row_writes
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument
from shipsmith_controls.queries import Database, query

_SETUP = frozenset({"alembic", "migration", "migrations"})
_COLLECTIONS = ("index", "collection_name", "index_name", "collection", "table_name")
_ASIDE = frozenset("cache caches log logs telemetry suggestion suggestions runs audit metrics".split())


class IndexWrite(msgspec.Struct, frozen=True):
    """A write of an index. `call` is -1 for an assignment; `target` the table or collection, if seen.

    `store` is the key of the store, `sql` for rows of a database; `statement` names the write in a
    message.
    """

    path: str
    call: int
    line: int
    end_line: int
    function: str
    store: str
    statement: str
    target: str = ""
    managed: bool = False
    keys: tuple[str, ...] = ()

    @property
    def node(self) -> Node:
        """The function that the write stands in."""
        return Node(self.path, self.function)


@query
def file_writes(db: Database, path: str) -> tuple[IndexWrite, ...]:
    """The index writes that stand in one file, dead code apart."""
    facts = index(db, path)
    if facts is None or tokens(path) & _SETUP or not is_production(db, path):
        return ()
    found = [
        IndexWrite(
            c.path,
            c.call,
            c.line,
            c.end_line,
            c.function,
            c.store,
            f"{c.title} `{c.method}`",
            _collection(facts.module.calls[c.call]),
            managed=c.managed,
        )
        for c in store_calls(db, path)
        if c.operation == "write" and c.lasting and not c.general
    ]
    for row in row_writes(db, path):
        found.append(
            IndexWrite(
                row.path, row.call, row.line, row.end_line, row.function, "sql", row.statement, row.table,
                keys=row.keys,
            )
        )  # fmt: skip
    live = (w for w in found if w.call < 0 or not is_dead_block(facts, facts.module.calls[w.call].block))
    return tuple(w for w in live if not (tokens(w.target) | tokens(w.function)) & _ASIDE)


def _collection(call: code.Call) -> str:
    """The index or collection that a call names, "" when it names none."""
    given = next((found for name in _COLLECTIONS if (found := argument(call, name)) is not None), None)
    return given.value if isinstance(given, code.Literal) and isinstance(given.value, str) else ""


def is_dead_block(facts: ModuleIndex, block: int) -> bool:
    """Whether a block stands under a condition that is never true."""
    return any(
        here.kind == "if" and here.heads and _is_false(here.heads[0])
        for here in (facts.module.blocks[i] for i in facts.above(block))
    )


def _is_false(test: code.Expr) -> bool:
    match test:
        case code.Literal(value=value):
            return not value
        case code.Operation(operator="and" | "&&", operands=operands):
            return any(_is_false(operand) for operand in operands)
    return False
