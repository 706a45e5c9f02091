"""Words of the check on review: people who can overrule what a model wrote."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, place, support
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.mainstay import main_call
from shipsmith_controls.links.people.overruling import overrules
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.traces.records import records
from shipsmith_controls.queries import Database, query

_MOST = 3
_LATE = "people can change this only after it has taken effect"


@query
def _written(db: Database) -> tuple[Place, ...]:
    """Where production code writes what a model answered; the main LLM call where it writes nothing."""
    found = dict.fromkeys(
        Place(r.path, r.line)
        for call in llm_calls(db)
        for r in records(db, call.path, call.call)
        if r.kind == "store" and "answer" in r.kinds and is_production(db, r.path)
    )
    call = main_call(db)
    return tuple(found)[:_MOST] or ((Place(call.path, call.line, call.end_line),) if call else ())


@place("what writes a model's answer, else the main LLM call")
def _takes_effect(db: Database) -> tuple[Place, ...]:
    return _written(db)


@support("a way to overrule output")
def _overruled(db: Database) -> tuple[Support, ...]:
    """ADO-04: review state, accept and discard, a pause, a review queue; mere corrections: weak."""
    found = overrules(db)
    full = tuple(Support(Strength.STRONG, Place(e.path, e.line), e.message) for e in found if e.full)
    if full:
        return full
    return tuple(
        Support(Strength.WEAK, Place(e.path, e.line), e.message, at=_written(db), gap=_LATE)
        for e in found
    )
