"""Words of the check on the licences of downloaded models and datasets."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.data.downloads import downloads, licence_of
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@subject("downloaded model or public dataset")
def _downloads(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(d.path, d.line), d.id, key=i) for i, d in enumerate(downloads(db)))


@has("a recorded licence")
def _licensed(db: Database, each: Subject) -> Holding:
    """GOV-08: one row or paragraph with the id and the name of a licence."""
    at = licence_of(db, downloads(db)[int(each.key)])
    if at is None:
        return Holding(Strength.LACKING, "its licence is written down nowhere")
    return Holding(Strength.STRONG, evidence=(Evidence(*at, f"licence of {each.what}"),))
