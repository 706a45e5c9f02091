"""Words of the check on prompt injection: untrusted text that enters a prompt."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.access.screening import fed_calls
from shipsmith_controls.links.calls.wrappers import Generation, generations
from shipsmith_controls.links.prompts.insertions import Insertion, insertions_of
from shipsmith_controls.links.prompts.template_insertions import in_templates
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence


@query
def _holding(db: Database) -> tuple[tuple[Generation, tuple[Insertion, ...]], ...]:
    """Places with untrusted text; where people's text may come in unseen, an empty tuple."""
    fed = set(fed_calls(db))
    kept = []
    for each in generations(db):
        found = (*insertions_of(db, each), *in_templates(db, each))
        known = tuple(one for one in found if one.origin or not one.seen)
        if known or (found and each.model in fed):
            kept.append((each, known))
    # Text of people reaches these calls: none found in any prompt is no proof that none is there.
    return tuple(kept) or tuple((each, ()) for each in generations(db) if each.model in fed)


@subject("prompt that holds untrusted text")
def _prompts(db: Database) -> tuple[Subject, ...]:
    return tuple(
        Subject(Place(at.path, at.line, at.end_line), "", sdk=at.model.sdk, key=i)
        for i, (at, _) in enumerate(_holding(db))
    )


@has("untrusted text as fenced data only")
def _is_fenced(db: Database, each: Subject) -> Holding:
    """SEC-05: none of it in the system's role, none unfenced beside instructions."""
    _, inserted = _holding(db)[int(each.key)]
    unsound = [one for one in inserted if one.origin and not one.sound]
    if not unsound and not all(one.seen for one in inserted):
        return Holding(Strength.UNSEEN, "the template that it puts untrusted text into was not read")
    if not inserted:
        return Holding(Strength.UNSEEN, "what its prompt takes in could not be followed")
    if not unsound:
        shown = tuple(Evidence(i.path, i.line, f"{i.origin} stands as data") for i in inserted)
        return Holding(Strength.STRONG, evidence=shown)
    roles = {one.system for one in unsound}
    where = "in the system's role" if roles == {True} else "among instructions without delimiters"
    if len(roles) > 1:
        where = "in the system's role or among instructions without delimiters"
    origins = " and ".join(dict.fromkeys(one.origin for one in unsound))
    message = f"{origins} stands {where}"
    places = tuple(dict.fromkeys(Place(i.path, i.line) for i in unsound))
    return Holding(Strength.LACKING, message, at=places)
