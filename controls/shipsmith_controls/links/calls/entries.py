"""Entries: where a network, a queue, a clock or a window starts code of the tree."""

from __future__ import annotations

from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.entries_read import Reader
from shipsmith_controls.links.calls.entries_script import script_entries
from shipsmith_controls.links.calls.entry import ANSWERING, NETWORK, Entry, EntryKind
from shipsmith_controls.links.calls.entry_paths import EntryPaths
from shipsmith_controls.links.calls.neighbours import calls_on_path
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.calls.served import served
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import index
from shipsmith_controls.queries import Database, query

__all__ = [
    "ANSWERING",
    "NETWORK",
    "Entry",
    "EntryKind",
    "ai_entries",
    "entries",
    "entries_of",
    "llm_on_path",
]


@query
def entries_of(db: Database, path: str) -> tuple[Entry, ...]:
    """The entries that one file declares."""
    facts = index(db, path)
    if facts is None:
        return ()
    graphs = (Entry("graph", g.path, g.line, g.function, g.name) for g in served(db) if g.path == path)
    return tuple(
        dict.fromkeys((*Reader(db, path, facts).read(), *script_entries(db, path, facts), *graphs))
    )


@query
def entries(db: Database) -> tuple[Entry, ...]:
    """Every production entry in the files that lead to a model."""
    return tuple(e for path in reached_files(db) if is_production(db, path) for e in entries_of(db, path))


@query
def ai_entries(db: Database) -> tuple[Entry, ...]:
    """Entries with an LLM call on their path (AI entry points; `graph` ones apart from a check's own)."""
    every = entries(db)
    ways = EntryPaths(db, frozenset(entry.node for entry in every if entry.kind != "ui"))
    return tuple(entry for entry in every if ways.lead_to_model(entry.node))


def llm_on_path(db: Database, entry: Entry) -> tuple[ModelCall, ...]:
    """LLM calls on the path of an entry."""
    return tuple(call for call in calls_on_path(db, entry.node) if call.is_llm)
