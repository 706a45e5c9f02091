"""Whether production failures become eval cases (EVA-15)."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, place, support
from shipsmith_controls.links.calls.mainstay import main_call
from shipsmith_controls.links.evals.eval_cases import own_sets
from shipsmith_controls.links.evals.eval_loop import (
    asking_lines,
    exports,
    feedback_handlers,
    returned_cases,
)
from shipsmith_controls.queries import Database

_FEW = 3
"""Cases from production from which the loop is seen to be closed."""


@support("eval cases made of production failures")
def _returned(db: Database) -> tuple[Support, ...]:
    """EVA-15: code that exports them, or three cases that name where they came from."""
    message = "traces or ratings become eval cases here"
    found = [Support(Strength.STRONG, Place(path, line), message) for path, line in exports(db)]
    cases = returned_cases(db)
    if sum(count for _, _, count in cases) >= _FEW:
        found += [
            Support(Strength.STRONG, Place(path, line), f"{count} cases name the failure they came from")
            for path, line, count in cases
        ]
    return tuple(found)


@support("template that asks for an eval case with each fix")
def _asked(db: Database) -> tuple[Support, ...]:
    """EVA-15, weak: people are asked, nothing does it."""
    return tuple(
        Support(Strength.WEAK, Place(path, line), "a template asks for an eval case, nothing makes one")
        for path, line in asking_lines(db)
    )


@place("feedback handlers, else the eval cases")
def _handlers(db: Database) -> tuple[Place, ...]:
    found = [Place(path, line) for path, line in feedback_handlers(db)]
    found = found or [Place(each.path, each.line) for each in own_sets(db)]
    call = main_call(db)
    return tuple(found) or ((Place(call.path, call.line),) if call is not None else ())
