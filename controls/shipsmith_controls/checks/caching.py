"""Words of the checks on caching: prompts that are sent again and again."""

from __future__ import annotations

from shipsmith_controls.checks.calls import generation_of, generation_subject
from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.spend.caching import cached_response, mark_behind, mark_of, repeated, ways
from shipsmith_controls.links.spend.prefixes import prefix_of
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@subject("call with long repeated context")
def _repeated(db: Database) -> tuple[Subject, ...]:
    return tuple(generation_subject(db, at) for at in repeated(db))


@has("a cache for its prefix")
def _cached(db: Database, each: Subject) -> Holding:
    """COS-08: marks for providers that ask for them; for others nothing varying in the prefix."""
    at = generation_of(db, each)
    stored = cached_response(db, at.model)
    if stored is not None:
        return Holding(Strength.STRONG, evidence=(Evidence(*stored, "answers are cached by prompt"),))
    found = ways(db, at.model)
    if not found:
        return Holding(Strength.UNSEEN, "how its provider caches prompts is not known")
    mark = mark_of(db, at)
    varying = prefix_of(db, at).varying
    if "auto" in found and varying is not None:
        said = f"{varying.what} stands at the start of the prompt, so that no cache can serve it"
        at_value = (Place(varying.path, varying.line),)
        both = "marks" in found and mark is None
        return Holding(Strength.LACKING, said, at=(each.place, *at_value) if both else at_value)
    if "marks" in found and mark is None:
        behind = mark_behind(db, at)
        if behind is not None:
            where = f"{behind.path}:{behind.line}"
            return Holding(
                Strength.UNSEEN, f"whether `{behind.what}` in {where} reaches this call was not seen"
            )
        return Holding(
            Strength.LACKING, f"nothing asks for a cache, and `{found['marks']}` has none by itself"
        )
    if mark is not None and "marks" in found:
        return Holding(
            Strength.STRONG, evidence=(Evidence(mark.path, mark.line, f"`{mark.what}` asks for a cache"),)
        )
    note = Evidence(at.path, at.line, f"`{found['auto']}` caches what stays the same by itself")
    return Holding(Strength.STRONG, evidence=(note,))
