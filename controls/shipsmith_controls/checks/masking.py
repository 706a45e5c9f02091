"""Words of the check on personal data: masked before the model, masked in what is recorded."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.access.masking import captures, hook_of, masks_of
from shipsmith_controls.links.access.screening import fed_calls
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@has("personal data masked in its text")
def _is_masked(db: Database, each: Subject) -> Holding:
    """SEC-07 (a): a detector or PII middleware on the way to the call."""
    found = masks_of(db, fed_calls(db)[int(each.key)])
    best = min(found, key=lambda mask: bool(mask.weak), default=None)
    if best is None:
        return Holding(Strength.LACKING, "nothing masks personal data in what it is sent")
    shown = (Evidence(best.path, best.line, f"{best.what} masks", weak=bool(best.weak)),)
    return Holding(Strength.WEAK if best.weak else Strength.STRONG, best.weak, evidence=shown)


@subject("place that records prompts")
def _captures(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(c.path, c.line), "", key=i) for i, c in enumerate(captures(db)))


@has("a hook that masks what it records")
def _is_hooked(db: Database, each: Subject) -> Holding:
    """SEC-07 (b): a mask, an anonymizer, or content switched off."""
    hook = hook_of(db, captures(db)[int(each.key)])
    if hook is None:
        return Holding(Strength.LACKING, "prompts are recorded here as they were written")
    return Holding(Strength.STRONG, evidence=(Evidence(hook.path, hook.line, f"{hook.what} masks"),))
