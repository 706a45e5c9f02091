"""The vocabulary of cost: output caps, recorded money."""

from __future__ import annotations

from shipsmith_controls.checks.calls import generation_of
from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has
from shipsmith_controls.links.caps import Cap, caps
from shipsmith_controls.links.settings import State
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence

_MISSING = (State.OFF, State.UNSET)


@has("a cap on its output")
def _capped(db: Database, each: Subject) -> Holding:
    """COS-01: a positive number on the call, its client, agent settings or collected options."""
    found = caps(db, generation_of(db, each))
    lacking = [c for c in found if c.state in _MISSING]
    if lacking:
        off = [c for c in lacking if c.state is State.OFF]
        message = "its output cap may be empty" if off else "nothing caps how many tokens it may write"
        empty = {(c.path, c.line) for c in lacking}
        if any(c.state is State.SET and c.number and (c.path, c.line) not in empty for c in found):
            message = "some of its callers leave the output cap empty"
            return Holding(Strength.WEAK, message, at=_places(off or lacking))
        return Holding(Strength.LACKING, message, at=_places(off or lacking))
    defaults = [c for c in found if c.state is State.DEFAULT]
    if defaults:
        return Holding(Strength.WEAK, f"only the SDK's own default of {defaults[0].number:g} tokens caps it")
    if any(c.state is State.UNSEEN for c in found):
        return Holding(Strength.WEAK, "whether its options hold an output cap cannot be followed")
    return Holding(
        Strength.STRONG,
        evidence=tuple(
            Evidence(c.path, c.line, f"capped at {c.number:g} tokens" if c.number else "its output is capped")
            for c in found
        ),
    )


def _places(found: list[Cap]) -> tuple[Place, ...]:
    """Where an empty cap stands, or where options without one are handed over; else the call itself."""
    return tuple(
        sorted({Place(c.path, c.line) for c in found if c.state is State.OFF or c.collected})
    )
