"""Which production prompts evals exercise (EVA-09)."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.evals.eval_coverage import covered_prompts
from shipsmith_controls.links.prompts.prompts import Prompt, prompts
from shipsmith_controls.queries import Database, query


@query
def _by_place(db: Database) -> dict[tuple[str, int], tuple[Prompt, ...]]:
    found: dict[tuple[str, int], list[Prompt]] = {}
    for prompt in prompts(db):
        found.setdefault((prompt.path, prompt.line), []).append(prompt)
    return {where: tuple(each) for where, each in found.items()}


@subject("prompt that ships")
def _shipped(db: Database) -> tuple[Subject, ...]:
    """EVA-09: every production prompt, each place once."""
    return tuple(Subject(Place(path, line), "") for path, line in _by_place(db))


@has("an eval that exercises it")
def _exercised(db: Database, each: Subject) -> Holding:
    """EVA-09: an eval run names it, hands it over, or reaches the call that it feeds."""
    own = _by_place(db)[each.place.path, each.place.line]
    if any(prompt in covered_prompts(db) for prompt in own):
        return Holding(Strength.STRONG)
    return Holding(Strength.LACKING, "no eval exercises this prompt")
