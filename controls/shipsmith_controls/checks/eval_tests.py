"""Tests of the code around model calls without a live model (EVA-10)."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.calls.wrappers import Generation, generations
from shipsmith_controls.links.evals.test_steps import run_in_ci, test_commands
from shipsmith_controls.links.evals.tested import faked_test, tested_functions
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence

_SHOWN = 3
"""Tests that are named as evidence for a module."""


@query
def _by_module(db: Database) -> dict[str, tuple[Generation, ...]]:
    found: dict[str, list[Generation]] = {}
    for each in generations(db):
        found.setdefault(each.path, []).append(each)
    return {path: tuple(sorted(each, key=lambda g: g.line)) for path, each in found.items()}


@subject("module that asks a model")
def _modules(db: Database) -> tuple[Subject, ...]:
    """EVA-10: every production file with an LLM call or a call of a wrapper around one."""
    return tuple(Subject(Place(path, own[0].line), "") for path, own in _by_module(db).items())


@has("a test with a fake model")
def _tested(db: Database, each: Subject) -> Holding:
    """EVA-10: some test that fakes the model leads there, and a CI step runs that test."""
    own = _by_module(db)[each.place.path]
    table = tested_functions(db)
    tests = dict.fromkeys(path for place in own for path in table.get(place.node, ()))
    if not tests:
        at = tuple(Place(place.path, place.line, place.end_line) for place in own)
        return Holding(Strength.LACKING, "no test with a fake model reaches this call", at)
    run = [path for path in tests if run_in_ci(db, path)]
    shown = tuple(
        Evidence(path, _line(db, path), f"fakes the model and reaches {each.place.path}")
        for path in (run or [*tests])[:_SHOWN]
    )
    if run:
        return Holding(Strength.STRONG, evidence=shown)
    steps = tuple(
        dict.fromkeys(Place(c.path, c.step.run_line or c.step.line) for _, c in test_commands(db))
    )
    if steps:
        return Holding(
            Strength.WEAK, "the tests that fake the model are not among those run here", steps[:1], shown
        )
    return Holding(Strength.WEAK, "tests with a fake model reach it, but no CI step runs them", (), shown)


def _line(db: Database, path: str) -> int:
    found = faked_test(db, path)
    return found.line if found is not None else 1
