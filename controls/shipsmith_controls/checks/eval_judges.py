"""Whether the models that score answers can be trusted (EVA-12)."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.calls.model_ids import bare, bare_ids, pin_of
from shipsmith_controls.links.evals.eval_judges import Judge, calibration, judges
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@subject("model that scores answers")
def _judges(db: Database) -> tuple[Subject, ...]:
    """EVA-12: every judge of an eval run, where its model is named."""
    return tuple(Subject(Place(each.path, each.line), "", key=i) for i, each in enumerate(judges(db)))


def _judge(db: Database, each: Subject) -> Judge:
    return judges(db)[int(each.key)]


@has("a fixed id of the judge")
def _pinned(db: Database, each: Subject) -> Holding:
    """EVA-12 (a): the vendor cannot change the model behind the judge's id."""
    named = _judge(db, each).id
    pin = pin_of(named) if named is not None else None
    if named is None or pin is None:
        return Holding(Strength.UNSEEN, "which model scores here is not seen")
    if pin == "fixed":
        shown = Evidence(each.place.path, each.place.line, f"the judge `{named.id}` is pinned")
        return Holding(Strength.STRONG, evidence=(shown,))
    return Holding(Strength.LACKING, f"the judge `{named.id}` is not pinned: the vendor may change it")


@has("another model than the one under test")
def _independent(db: Database, each: Subject) -> Holding:
    """EVA-12 (b): the judge's id is none of the resolved ids of production."""
    named, tested = _judge(db, each).id, bare_ids(db)
    if named is None or not tested:
        return Holding(Strength.UNSEEN, "which model scores, or which is under test, is not seen")
    if bare(named.id) in tested:
        return Holding(Strength.LACKING, f"the judge `{named.id}` scores its own model's answers")
    shown = Evidence(each.place.path, each.place.line, f"the judge `{named.id}` is not under test itself")
    return Holding(Strength.STRONG, evidence=(shown,))


@has("a measured agreement with people")
def _calibrated(db: Database, each: Subject) -> Holding:
    """EVA-12 (c): agreement with human labels is computed, or a document gives it."""
    found = calibration(db)
    if found is None:
        return Holding(Strength.LACKING, "nobody measures whether this judge agrees with people")
    return Holding(Strength.STRONG, evidence=(Evidence(*found, "agreement with people's labels"),))
