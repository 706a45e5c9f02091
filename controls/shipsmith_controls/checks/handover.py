"""Words of the check on the way to a person."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, support
from shipsmith_controls.links.people.handover import handovers
from shipsmith_controls.queries import Database


@support("hand-over to a person")
def _handed_over(db: Database) -> tuple[Support, ...]:
    """ADO-08: a function that tells a support system; a link, a signal nobody takes up: weak."""
    return tuple(
        Support(Strength.STRONG if e.full else Strength.WEAK, Place(e.path, e.line), e.message)
        for e in handovers(db)
    )
