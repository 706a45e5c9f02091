"""Eval cases: what they expect, who reviewed them, and how hostile they are (EVA-04, EVA-05)."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import (
    Holding,
    Place,
    Strength,
    Subject,
    Support,
    has,
    place,
    subject,
    support,
    when,
)
from shipsmith_controls.links.evals.eval_cases import CaseSet, own_sets
from shipsmith_controls.links.evals.eval_review import expected_in, review_of
from shipsmith_controls.queries import Database

_SHARE = 0.8
"""Of the cases, how many must say what is expected (EVA-04)."""
_HOSTILE = 5
"""Adversarial cases, and edge cases, from which a set is tried (EVA-05)."""


@when("own eval cases exist")
def _any_case(db: Database) -> bool:
    return bool(own_sets(db))


def _rows(each: CaseSet) -> int:
    return each.data.rows if each.data is not None else 0


@support("own eval cases with an expectation")
def _expectations(db: Database) -> tuple[Support, ...]:
    """EVA-04 (a): four in five of all own cases state what is expected."""
    held = [(each, *expected_in(db, each)) for each in own_sets(db)]
    rows = sum(_rows(each) for each, _, _ in held)
    if not rows or sum(count for _, _, count in held) < _SHARE * rows:
        return ()
    return tuple(
        Support(
            Strength.STRONG,
            Place(each.path, each.line),
            f"{count} of {_rows(each)} cases say what is expected (`{field}`)",
        )
        for each, field, count in held
        if count
    )


@support("a review of the own eval cases by a person")
def _reviews(db: Database) -> tuple[Support, ...]:
    """EVA-04 (b): a reviewer field, an owner of the dataset's path, or a document beside it."""
    found = [(each, review_of(db, each)) for each in own_sets(db)]
    all_reviewed = all(review is not None for _, review in found)
    strength = Strength.STRONG if all_reviewed else Strength.WEAK
    shown = [
        Support(strength, Place(review[0], review[1]), review[2])
        for _, review in found
        if review is not None
    ]
    return tuple(dict.fromkeys(shown))


@place("own eval cases without an expectation")
def _without(db: Database) -> tuple[Place, ...]:
    """EVA-04: the first case without expectation of each set; else where each set begins."""
    lacking = [each for each in own_sets(db) if expected_in(db, each)[1] < _SHARE * _rows(each)]
    return tuple(
        Place(each.path, each.line_of(each.data.unexpected_line) if each.data else each.line)
        for each in lacking
    ) or tuple(Place(each.path, each.line) for each in own_sets(db))


@subject("own eval set")
def _own_set(db: Database) -> tuple[Subject, ...]:
    """All own cases together: one subject, at the largest set."""
    sets = sorted(own_sets(db), key=lambda each: -each.distinct)
    return tuple(Subject(Place(each.path, each.line), "") for each in sets[:1])


@has("five adversarial and five edge cases")
def _hostile(db: Database, _: Subject) -> Holding:
    """EVA-05: attacks, and inputs that are malformed, out of scope or to be refused."""
    sets = [each.data for each in own_sets(db) if each.data is not None]
    attacks, edges = sum(data.adversarial for data in sets), sum(data.edge for data in sets)
    parts = (attacks >= _HOSTILE) + (edges >= _HOSTILE)
    message = f"{attacks} adversarial and {edges} edge cases, {_HOSTILE} of each are needed"
    return Holding((Strength.LACKING, Strength.WEAK, Strength.STRONG)[parts], message)
