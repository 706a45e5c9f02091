"""Words of the check on reviews of governance documents."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from shipsmith_controls.checks.vocabulary import SUPPORTS, Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.facts.families import prose_format
from shipsmith_controls.links.deploys.approval import approvals, templates
from shipsmith_controls.links.files.reviews import reminded, reviews_of
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Confidence, Evidence

_WORDS = (
    "escalation path with contacts in an order and a way to the provider",
    "AI use policy with permitted and prohibited uses, and whom it binds",
    "classes of data with a permission for models",
    "response plan for AI incidents",
    "register of AI risks with ratings and mitigations",
)


@subject("AI governance document")
def _documents(db: Database) -> tuple[Subject, ...]:
    """Every document that another control of governance counts, strong or weak."""
    paths = {found.place.path for words in _WORDS for found in SUPPORTS[words](db)}
    paths |= {path for path, _ in approvals(db)} - set(templates(db))
    return tuple(Subject(Place(path, 1), "") for path in sorted(paths) if prose_format(path))


@has("a review that has not lapsed")
def _reviewed(db: Database, each: Subject) -> Holding:
    """GOV-10: reviewed within a year before HEAD, next review not before it, or a scheduled issue."""
    path = each.place.path
    stamp = cast("date | None", db.get(("head date",)))
    head = stamp.date() if isinstance(stamp, datetime) else stamp
    dates = reviews_of(db, path)
    held = next((r for r in dates if head is None or r.holds_at(head)), None)
    if held is not None:
        said = f"{'next review' if held.due else 'reviewed'} {held.day.isoformat()}"
        return Holding(Strength.STRONG, evidence=(Evidence(path, held.line, said),))
    issue = reminded(db, path)
    if issue is not None:
        return Holding(Strength.STRONG, evidence=(Evidence(*issue, "opens an issue for its review"),))
    if dates:
        return Holding(Strength.LACKING, f"its review lapsed: {dates[0].day.isoformat()}")
    return Holding(Strength.LACKING, "it carries no review date", confidence=Confidence.MEDIUM)
