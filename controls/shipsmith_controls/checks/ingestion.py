"""Words of the checks on ingestion: what is read, what starts it, what lists it."""

from __future__ import annotations

import msgspec

from shipsmith_controls.checks.vocabulary import (
    Holding,
    Place,
    Strength,
    Subject,
    has,
    subject,
)
from shipsmith_controls.links.data.ingest import IngestEntry, ingest_entries
from shipsmith_controls.links.data.source_lists import listed_sources, named_sources, row_of
from shipsmith_controls.links.data.sources import Source, sources_of
from shipsmith_controls.links.data.triggers import Trigger, triggers_of
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence


class _Fed(msgspec.Struct, frozen=True):
    """A source of an entry; `source` is None where nothing that is read was recognised."""

    entry: IngestEntry
    source: Source | None


@query
def _fed(db: Database) -> tuple[_Fed, ...]:
    found: list[_Fed] = []
    for entry in ingest_entries(db):
        sources = sources_of(db, entry)
        found.extend(_Fed(entry, source) for source in sources)
        if not sources:
            found.append(_Fed(entry, None))
    return tuple(found)


@query
def _triggers(db: Database, entry: IngestEntry) -> tuple[Trigger, ...]:
    return triggers_of(db, entry)


def _entry_name(entry: IngestEntry) -> str:
    return f"{entry.function}()" if entry.function else entry.path.rsplit("/", 1)[-1]


def _source_name(source: Source) -> str:
    if source.kind == "upload":
        return "what users upload"
    return source.name or f"what {source.title or source.kind} reads"


@subject("data source of an ingest entry")
def _sources(db: Database) -> tuple[Subject, ...]:
    return tuple(
        Subject(Place(fed.entry.path, fed.entry.line), "", key=i) for i, fed in enumerate(_fed(db))
    )


_BY_HAND = {
    "script": "runs only when a person starts the file",
    "command": "runs only when a person types the command",
}


@has("a clock or event that starts its ingestion")
def _is_started(db: Database, each: Subject) -> Holding:
    """DAT-03: a live request is an event for what its user uploads, not for other sources."""
    fed = _fed(db)[int(each.key)]
    found = _triggers(db, fed.entry)
    upload = fed.source is not None and fed.source.kind == "upload"
    holding = [t for t in found if t.kind != "request" or upload]
    if holding:
        shown = tuple(Evidence(t.path, t.line, f"{t.what} leads to this index") for t in holding[:3])
        return Holding(Strength.STRONG, evidence=shown)
    name = _entry_name(fed.entry)
    if not found:
        how = _BY_HAND.get(fed.entry.kind, "has no schedule or event")
        return Holding(Strength.LACKING, f"{name} fills the index, and {how}")
    source = fed.source
    said = _source_name(source) if source is not None else "its source"
    at = Place(source.path, source.line) if source is not None else each.place
    return Holding(Strength.LACKING, f"{said} is read only when a user asks for it", at=(at,))


@subject("named data source")
def _named(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(s.path, s.line), s.name, key=i) for i, s in enumerate(named_sources(db)))


@has("a row with owner and refresh in a list of data sources")
def _is_listed(db: Database, each: Subject) -> Holding:
    """DAT-13: the row names the source by URL, host, path, bucket, table or dataset."""
    row = row_of(db, named_sources(db)[int(each.key)])
    if row is None:
        lists = sorted({listed.path for listed in listed_sources(db)})
        where = (
            f"no row of {', '.join(lists[:2])} names it" if lists else "no list of data sources names it"
        )
        return Holding(Strength.LACKING, where)
    evidence = (Evidence(row.path, row.line, f"lists {each.what}", weak=not (row.owner and row.refresh)),)
    if row.owner and row.refresh:
        return Holding(Strength.STRONG, evidence=evidence)
    gap = " and ".join(w for w, held in (("owner", row.owner), ("refresh", row.refresh)) if not held)
    return Holding(Strength.WEAK, f"its row at {row.path}:{row.line} names no {gap}", evidence=evidence)
