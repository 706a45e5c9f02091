"""Whether the application was attacked on purpose, with the results on record (EVA-07)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, support
from shipsmith_controls.links.evals.red_team import attacks, results
from shipsmith_controls.queries import Database

_YEAR = timedelta(days=366)


@support("a runnable attack with injection or jailbreak")
def _attack(db: Database) -> tuple[Support, ...]:
    """EVA-07 (a): weak where neither injection nor jailbreak is among the strategies."""
    found = []
    for each in attacks(db):
        strength = Strength.STRONG if each.hostile else Strength.WEAK
        lacking = "an attack, but neither injection nor jailbreak is among its strategies"
        message = "an attack with injection or jailbreak" if each.hostile else lacking
        found.append(Support(strength, Place(each.path, each.line), message))
    return tuple(found)


@support("a recent result of an attack")
def _result(db: Database) -> tuple[Support, ...]:
    """EVA-07 (b): weak where it is older than 12 months at the commit, or carries no date."""
    head = cast("date | None", db.get(("head date",)))
    found = []
    for each in results(db):
        here = Place(each.path, each.line)
        if each.repeated or (each.day is not None and (head is None or head - each.day <= _YEAR)):
            found.append(Support(Strength.STRONG, here, "the result of an attack is on record"))
        elif each.day is None:
            found.append(Support(Strength.WEAK, here, "this result does not say when it was obtained"))
        else:
            found.append(Support(Strength.WEAK, here, f"this result of {each.day} is over 12 months old"))
    return tuple(found)
