"""Words of the checks on ingestion runs: failure, freshness, lineage."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import (
    Holding,
    Place,
    Strength,
    Subject,
    Support,
    has,
    place,
    subject,
    support,
    when,
)
from shipsmith_controls.links.data.freshness import perishable_writes, stamps
from shipsmith_controls.links.data.ingest import IngestEntry, index_writes, ingest_entries
from shipsmith_controls.links.data.labelled import training_data
from shipsmith_controls.links.data.lineage import lineage
from shipsmith_controls.links.data.notices import notices_of
from shipsmith_controls.links.data.run_bounds import bounds_of
from shipsmith_controls.links.data.strictness import source_schemas
from shipsmith_controls.links.data.triggers import triggers_of
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence


@query
def unattended(db: Database) -> tuple[IngestEntry, ...]:
    """Ingest entries that a clock or a queue starts, so that nobody sees them fail."""
    return tuple(
        entry
        for entry in ingest_entries(db)
        if any(
            t.kind == "cron" or (t.kind == "event" and "webhook" not in t.what)
            for t in triggers_of(db, entry)
        )
    )


@subject("ingest entry that a clock or queue starts")
def _unattended(db: Database) -> tuple[Subject, ...]:
    return tuple(
        Subject(Place(e.path, e.line), f"{e.function or e.path.rsplit('/', 1)[-1]}", key=i)
        for i, e in enumerate(unattended(db))
    )


@has("a notice when its run fails")
def _is_noticed(db: Database, each: Subject) -> Holding:
    """DAT-04: an alarm, failure callback, error tracker or failing CI step that names the job."""
    found = notices_of(db, unattended(db)[int(each.key)])
    shown = tuple(Evidence(n.path, n.line, n.what, weak=not n.strong) for n in found[:4])
    if any(n.strong for n in found):
        return Holding(Strength.STRONG, evidence=shown)
    if found:
        return Holding(
            Strength.WEAK, f"a failed run leaves {found[0].what}, which nobody is sent", evidence=shown
        )
    return Holding(Strength.LACKING, "nobody is told when a run fails")


@when("a source that can go stale")
def _stale(db: Database) -> bool:
    return bool(perishable_writes(db))


@support("stored time of the last success")
def _stamped(db: Database) -> tuple[Support, ...]:
    return tuple(
        Support(Strength.STRONG, Place(s.path, s.line), f"stores {s.name}")
        for s in stamps(db)
        if not s.compared
    )


@support("limit on the age of a source")
def _limited(db: Database) -> tuple[Support, ...]:
    return tuple(
        Support(Strength.STRONG, Place(s.path, s.line), f"compares {s.name} with a limit")
        for s in stamps(db)
        if s.compared
    )


@place("index write that stores no time, or the stored time")
def _undated(db: Database) -> tuple[Place, ...]:
    held = [Place(s.path, s.line) for s in stamps(db) if not s.compared]
    return tuple(held[:1]) or tuple(Place(w.path, w.line, w.end_line) for w in perishable_writes(db))


@when("an index write")
def _writes(db: Database) -> bool:
    return bool(index_writes(db))


@support("data lineage in a document or in code")
def _lineage(db: Database) -> tuple[Support, ...]:
    return tuple(
        Support(
            Strength.STRONG if found.whole else Strength.WEAK,
            Place(found.path, found.line),
            found.message,
        )
        for found in lineage(db)
    )


_PARTS = {
    "count": "its record count is not emitted",
    "duration": "its duration is not emitted",
    "count bound": "its record count has no bound",
    "time limit": "it has no time limit",
}


@has("a recorded and bounded size and duration")
def _is_bounded(db: Database, each: Subject) -> Holding:
    """DAT-05: count and duration as numbers, and a bound on each."""
    found = bounds_of(db, unattended(db)[int(each.key)])
    held = {b.part for b in found}
    shown = tuple(Evidence(b.path, b.line, f"{b.part} of the run") for b in found[:6])
    absent = ", ".join(said for part, said in _PARTS.items() if part not in held)
    if not absent:
        return Holding(Strength.STRONG, evidence=shown)
    return Holding(Strength.WEAK if held else Strength.LACKING, absent, evidence=shown)


@subject("schema of a structured source")
def _schemas(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(s.path, s.line), s.name, key=i) for i, s in enumerate(source_schemas(db)))


@has("a ban on fields that it does not know")
def _is_strict(db: Database, each: Subject) -> Holding:
    """DAT-10: extra fields are forbidden, so that a renamed one stops the run."""
    match source_schemas(db)[int(each.key)].strictness:
        case "strict":
            shown = Evidence(each.place.path, each.place.line, f"{each.what} forbids unknown fields")
            return Holding(Strength.STRONG, evidence=(shown,))
        case "required":
            return Holding(Strength.WEAK, "requires fields, but drops those it does not know")
        case "loose":
            return Holding(Strength.LACKING, "every field may be absent and unknown ones are dropped")


@subject("dataset that is trained on")
def _trained(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(d.path, d.line), d.name, key=i) for i, d in enumerate(training_data(db)))


@has("labels of known origin")
def _is_labelled(db: Database, each: Subject) -> Holding:
    """DAT-09: 95 percent of the rows have a label, and a field or document says who made it."""
    match training_data(db)[int(each.key)].state:
        case "labelled":
            shown = Evidence(each.place.path, each.place.line, "labels and their origin")
            return Holding(Strength.STRONG, evidence=(shown,))
        case "unknown origin":
            return Holding(Strength.WEAK, "nothing records who or what made its labels")
        case "pinned":
            return Holding(Strength.WEAK, "pinned, but nothing records who or what made its labels")
        case _:
            return Holding(Strength.LACKING, "not every row has a label, or its labels are not seen")
