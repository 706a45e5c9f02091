"""Words of the checks on answering entry points: what they say when the model fails."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.calls.answering import answering_entries
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.failures.degraded import outcomes
from shipsmith_controls.links.spend.limits import limit_of
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence

_LACKS = {
    "leak": "when the model fails, the caller gets the exception's own text",
    "success": "when the model fails, the caller gets status 200 with an error inside",
}


@subject("answering entry point")
def _answering(db: Database) -> tuple[Subject, ...]:
    return tuple(entry_subject(entry) for entry in answering_entries(db))


def entry_subject(entry: Entry) -> Subject:
    """An entry as the subject of a check, at the line that declares it."""
    return Subject(
        Place(entry.path, entry.line), entry.route or entry.function or "this page", key=entry.function
    )


@query
def _by_place(db: Database) -> dict[tuple[str, str], Entry]:
    return {(entry.path, entry.function): entry for entry in answering_entries(db)}


def entry_of(db: Database, each: Subject) -> Entry:
    """The entry behind a subject."""
    return _by_place(db)[each.place.path, str(each.key)]


@has("a clear answer when the model fails")
def _clear_answer(db: Database, each: Subject) -> Holding:
    """RES-05: a status, fixed text or typed event of its own; neither a bare error nor its text."""
    found = outcomes(db, entry_of(db, each))
    bad = [o for o in found if o.kind in _LACKS]
    if bad:
        at = tuple(dict.fromkeys(Place(o.path, o.line) for o in bad))
        return Holding(Strength.LACKING, _LACKS[bad[0].kind], at=at)
    if any(o.kind == "escapes" for o in found):
        return Holding(Strength.LACKING, "nothing here handles a failed model call")
    typed = [o for o in found if o.kind == "typed"]
    if typed:
        notes = tuple(Evidence(o.path, o.line, "the failure has an answer of its own") for o in typed)
        return Holding(Strength.STRONG, evidence=notes)
    silent = [o for o in found if o.kind == "silent"]
    if silent:
        return Holding(Strength.LACKING, "a failed model call is swallowed: the caller is not told")
    return Holding(Strength.UNSEEN, "where a failed model call ends was not seen")


@has("a rate limit for each caller")
def _rate_limit(db: Database, each: Subject) -> Holding:
    """RES-06: a limiter, an own count that ends in 429, or a rule of the infrastructure."""
    found = limit_of(db, entry_of(db, each))
    if found is None:
        return Holding(Strength.LACKING, "nothing limits how often one caller may ask")
    note = Evidence(found.path, found.line, found.weak or found.what, weak=bool(found.weak))
    if found.weak:
        return Holding(Strength.WEAK, found.weak, evidence=(note,))
    return Holding(Strength.STRONG, evidence=(note,))
