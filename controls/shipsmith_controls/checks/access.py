"""Words of the checks on who may reach what: endpoints, indexes, permissions."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.access.guards import guard_of, model_endpoints
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence


@query
def endpoints_by_place(db: Database) -> dict[tuple[str, str], Entry]:
    """(path, function) -> endpoint that leads to a model."""
    return {(entry.path, entry.function): entry for entry in model_endpoints(db)}


@subject("endpoint that leads to a model")
def _endpoints(db: Database) -> tuple[Subject, ...]:
    return tuple(
        Subject(
            Place(entry.path, entry.line), entry.route or entry.function or entry.kind, key=entry.function
        )
        for entry in model_endpoints(db)
    )


@has("a guard that can refuse the caller")
def _has_guard(db: Database, each: Subject) -> Holding:
    """SEC-03: something on the way in raises, answers 401 or 403, or sends to a login."""
    entry = endpoints_by_place(db)[each.place.path, str(each.key)]
    guard = guard_of(db, entry)
    if guard is not None:
        evidence = (
            Evidence(guard.path, guard.line, guard.weak or "refuses a caller", weak=bool(guard.weak)),
        )
        strength = Strength.WEAK if guard.weak else Strength.STRONG
        return Holding(strength, guard.weak, evidence=evidence)
    if entry.kind in ("graph", "mcp"):
        return Holding(Strength.UNSEEN, "who may call it is decided where it is served")
    return Holding(Strength.LACKING, "anyone who can reach it may call the model")
