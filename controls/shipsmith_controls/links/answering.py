"""Answering entry points: those where somebody waits for what the model says."""

from __future__ import annotations

from shipsmith_controls.links.entries import ANSWERING, Entry, ai_entries
from shipsmith_controls.links.modules import users_of
from shipsmith_controls.queries import Database, query

_PAGES = (".tsx", ".jsx", ".vue", ".svelte")


@query
def answering_entries(db: Database) -> tuple[Entry, ...]:
    """AI entry points behind HTTP, websocket, a window, a bot or a serverless handler, each once.

    Jobs, graphs that a platform serves and server functions that no component calls are none. The
    functions of a page that runs as a whole count as the page.
    """
    pages = {e.path for e in ai_entries(db) if e.kind == "ui" and not e.function}
    found: dict[tuple[str, str], Entry] = {}
    for entry in ai_entries(db):
        if entry.kind not in ANSWERING:
            continue
        if entry.kind == "ui" and entry.function and entry.path in pages:
            continue
        if entry.kind == "action" and not _is_called_by_page(db, entry):
            continue
        found.setdefault((entry.path, entry.function), entry)
    return tuple(found.values())


def _is_called_by_page(db: Database, entry: Entry) -> bool:
    name = entry.function.split(".")[0]
    return any(user.endswith(_PAGES) for user in users_of(db, entry.path, name))
