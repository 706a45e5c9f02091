"""Words of the check on decisions: records of why, and audit lines of who."""

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
from shipsmith_controls.links.calls.model_ids import literal_ids, unseen_calls
from shipsmith_controls.links.people.decisions import decision_records, setters
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@support("decision record on models or prompts")
def _recorded(db: Database) -> tuple[Support, ...]:
    """GOV-09 (a): an accepted decision record; a changelog that names a model in use: weak."""
    return tuple(
        Support(Strength.STRONG if r.full else Strength.WEAK, Place(r.path, r.line), r.message)
        for r in decision_records(db)
    )


@place("first production model id of each file")
def _chosen_ids(db: Database) -> tuple[Place, ...]:
    first: dict[str, int] = {}
    for each in literal_ids(db):
        if each.chosen:
            first[each.path] = min(each.line, first.get(each.path, each.line))
    found = tuple(Place(path, line) for path, line in first.items())
    return found or tuple(Place(c.path, c.line, c.end_line) for c in unseen_calls(db)[:1])


@subject("handler that changes a model or prompt for others")
def _setters(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(s.path, s.line), f"`{s.name}`", key=i) for i, s in enumerate(setters(db)))


@has("an audit line with actor and change")
def _audited(db: Database, each: Subject) -> Holding:
    """GOV-09 (b): a log line or row tells who changed what."""
    at = setters(db)[int(each.key)].audit
    if at is None:
        return Holding(Strength.LACKING, "nothing records who changed it")
    return Holding(Strength.STRONG, evidence=(Evidence(*at, "the change is audited"),))
