"""Answering entry points: those where somebody waits for what the model says."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.entries import ANSWERING, Entry, ai_entries
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import inside
from shipsmith_controls.links.values.modules import users_of
from shipsmith_controls.queries import Database, query

_PAGES = (".tsx", ".jsx", ".vue", ".svelte")


@query
def answering_entries(db: Database) -> tuple[Entry, ...]:
    """AI entry points behind HTTP, websocket, a window, a bot or a serverless handler, each once.

    Jobs, graphs that a platform serves, handlers of queue records and server functions that no
    component calls are none.
    """
    return tuple(
        entry
        for entry in started_entries(db)
        if entry.kind in ANSWERING and not (entry.kind == "function" and reads_records(db, entry))
    )


@query
def started_entries(db: Database) -> tuple[Entry, ...]:
    """AI entry points of every kind, each once.

    The functions of a page that runs as a whole count as the page; a server function that no
    component calls is none.
    """
    pages = {e.path for e in ai_entries(db) if e.kind == "ui" and not e.function}
    found: dict[tuple[str, str], Entry] = {}
    for entry in ai_entries(db):
        if entry.kind == "ui" and entry.function and entry.path in pages:
            continue
        if entry.kind == "action" and not _is_called_by_page(db, entry):
            continue
        found.setdefault((entry.path, entry.function), entry)
    return tuple(found.values())


def _is_called_by_page(db: Database, entry: Entry) -> bool:
    name = entry.function.split(".")[0]
    return any(user.endswith(_PAGES) for user in users_of(db, entry.path, name))


@query
def reads_records(db: Database, entry: Entry) -> bool:
    """Whether a serverless handler is fed by a queue or stream: it goes through `event["Records"]`."""
    facts = index(db, entry.path)
    at = facts.by_qualname.get(entry.function) if facts is not None else None
    if facts is None or at is None:
        return False
    body = facts.module.functions[at].block
    exprs = [
        a.value for a in facts.module.assigns if a.value is not None and body in facts.above(a.block)
    ]
    exprs += [h for i, b in enumerate(facts.module.blocks) if body in facts.above(i) for h in b.heads]
    return any(
        (isinstance(part, code.Literal) and part.value == "Records")
        or (isinstance(part, code.Attribute) and part.name == "Records")
        for expr in exprs
        for part in inside(expr, facts.module)
    )
