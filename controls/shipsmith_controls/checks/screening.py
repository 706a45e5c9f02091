"""Words of the check on guards: what screens user text before a model and its answer after it."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.access.screening import Screen, fed_calls, screens_of
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@subject("LLM call fed with user text")
def _fed(db: Database) -> tuple[Subject, ...]:
    return tuple(
        Subject(Place(call.path, call.line, call.end_line), "", sdk=call.sdk, key=i)
        for i, call in enumerate(fed_calls(db))
    )


@has("a guard before it and one after it")
def _is_screened(db: Database, each: Subject) -> Holding:
    """SEC-06: both sides by guards that always run; one side, or a guard that may be off, is weak."""
    found = screens_of(db, fed_calls(db)[int(each.key)])
    before = _best(found, "in")
    after = _best(found, "out")
    shown = tuple(
        Evidence(s.path, s.line, f"{s.what} screens it", weak=bool(s.weak))
        for s in dict.fromkeys((before, after))
        if s is not None
    )
    if before is None and after is None:
        return Holding(Strength.LACKING, "no guard screens what goes in or what comes out")
    if before is None or after is None:
        which = "what the user sends" if before is None else "the answer"
        return Holding(Strength.WEAK, f"no guard screens {which}", evidence=shown)
    weak = before.weak or after.weak
    return Holding(Strength.WEAK if weak else Strength.STRONG, weak, evidence=shown)


def _best(found: tuple[Screen, ...], side: str) -> Screen | None:
    fitting = [screen for screen in found if screen.side in (side, "both")]
    return min(fitting, key=lambda screen: bool(screen.weak), default=None)
