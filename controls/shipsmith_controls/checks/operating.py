"""Words of the checks on running the AI: switches, bulk work, load tests."""

from __future__ import annotations

from shipsmith_controls.checks.degrading import entry_subject
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
)
from shipsmith_controls.links.calls.answering import started_entries
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.data.bulk import Bulk, bulk_work, survival
from shipsmith_controls.links.evals.load_tests import load_tests
from shipsmith_controls.links.failures.switches import switch_of
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence


@subject("AI entry point")
def _entries(db: Database) -> tuple[Subject, ...]:
    return tuple(entry_subject(entry) for entry in started_entries(db))


@query
def _by_place(db: Database) -> dict[tuple[str, str], Entry]:
    return {(entry.path, entry.function): entry for entry in started_entries(db)}


@has("a switch that turns it off at runtime")
def _switch(db: Database, each: Subject) -> Holding:
    """RES-09: a flag service or a setting read per request before the model; a variable is weak."""
    found = switch_of(db, _by_place(db)[each.place.path, str(each.key)])
    if found is None:
        return Holding(Strength.LACKING, "nothing turns it off without a deployment")
    said = found.weak or "a flag is asked before the model"
    note = Evidence(found.path, found.line, said, weak=bool(found.weak))
    return Holding(Strength.WEAK if found.weak else Strength.STRONG, found.weak, evidence=(note,))


@subject("model call in bulk")
def _bulk(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(b.path, b.line), "", key=b.block) for b in bulk_work(db))


@query
def _bulk_by_place(db: Database) -> dict[tuple[str, int], Bulk]:
    return {(b.path, b.line): b for b in bulk_work(db)}


@has("a durable queue with a retry limit")
def _durable(db: Database, each: Subject) -> Holding:
    """RES-12: it runs in a durable worker with a retry limit; in-process background work is weak."""
    found = survival(db, _bulk_by_place(db)[each.place.path, each.place.line])
    if found.durable:
        note = Evidence(
            found.path, found.line, "it runs in a worker of a durable queue", weak=not found.limited
        )
        if found.limited:
            return Holding(Strength.STRONG, evidence=(note,))
        return Holding(Strength.WEAK, "the task that runs this has no retry limit", evidence=(note,))
    if found.loose:
        said = f"{found.loose} runs this in the process; a restart loses what is left"
        note = Evidence(found.path, found.line, f"started by {found.loose}", weak=True)
        return Holding(Strength.WEAK, said, evidence=(note,))
    return Holding(Strength.LACKING, "these calls run in the process; a restart loses what is left")


@support("a load test of a route with a model")
def _load(db: Database) -> tuple[Support, ...]:
    """RES-13: a script on such a route that asserts, or that CI runs, or dated results."""
    return tuple(
        Support(Strength.WEAK if t.weak else Strength.STRONG, Place(t.path, t.line), t.weak or t.what)
        for t in load_tests(db)
    )


@place("the AI entry points")
def _places(db: Database) -> tuple[Place, ...]:
    return tuple(Place(e.path, e.line) for e in started_entries(db)[:3])
