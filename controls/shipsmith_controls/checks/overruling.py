"""Words of the check on review: people who can overrule what a model wrote."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, support
from shipsmith_controls.links.people.overruling import overrules
from shipsmith_controls.queries import Database


@support("a way to overrule output")
def _overruled(db: Database) -> tuple[Support, ...]:
    """ADO-04: review state, accept and discard, a pause, a review queue; mere corrections: weak."""
    return tuple(
        Support(Strength.STRONG if e.full else Strength.WEAK, Place(e.path, e.line), e.message)
        for e in overrules(db)
    )
