"""The vocabulary of what happens to telemetry and answers: flushing, business views."""

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
)
from shipsmith_controls.links.calls.mainstay import main_call
from shipsmith_controls.links.people.outcomes import aggregates, targets, writers
from shipsmith_controls.links.traces.flushing import flush_of, short_runtimes
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@subject("short-lived entry with a traced model call")
def _short(db: Database) -> tuple[Subject, ...]:
    return tuple(
        Subject(Place(s.path, s.line), s.function or s.path, key=s.function) for s in short_runtimes(db)
    )


@has("a flush of its spans")
def _flushes(db: Database, each: Subject) -> Holding:
    """OBS-13: a flush, a processor that sends at once, or background sending switched off."""
    found = flush_of(db, each.place.path, str(each.key))
    if found is None:
        return Holding(
            Strength.LACKING, "its spans are lost when the runtime stops: nothing flushes them"
        )
    return Holding(Strength.STRONG, evidence=(Evidence(*found, "spans are sent before it stops"),))


@support("an aggregate over outcomes")
def _aggregates(db: Database) -> tuple[Support, ...]:
    """OBS-14: a query, view or report that groups or averages an outcome; usage alone is weak."""
    return tuple(
        Support(
            Strength.WEAK if found.weak else Strength.STRONG, Place(found.path, found.line), found.what
        )
        for found in aggregates(db)
    )


@support("a target for an outcome")
def _targets(db: Database) -> tuple[Support, ...]:
    """OBS-14: a document on metrics that names an outcome with a number, or an alert on one."""
    return tuple(
        Support(Strength.STRONG, Place(found.path, found.line), found.what) for found in targets(db)
    )


@place("code that writes an outcome, or the main LLM call")
def _writers(db: Database) -> tuple[Place, ...]:
    found = writers(db)
    if found:
        return tuple(Place(*at) for at in found[:1])
    call = main_call(db)
    return (Place(call.path, call.line, call.end_line),) if call is not None else ()
