"""Expressions over traits say to which trees a control applies."""

from __future__ import annotations

import pytest
from shipsmith_controls.catalogue.traits import TRAITS, TraitError, parse


def test_the_traits_are_these_nine() -> None:
    assert set(TRAITS) == {
        "llm", "rag", "agent", "user_input", "training", "service", "ui", "pipeline", "structured",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "traits", "holds"),
    [
        ("llm", "llm rag", True),
        ("llm", "rag", False),
        ("llm & service", "llm service", True),
        ("llm & service", "llm", False),
        ("pipeline | rag | training", "training", True),
        ("pipeline | rag | training", "llm", False),
        ("llm & (ui | user_input)", "llm ui", True),
        ("llm & (ui | user_input)", "ui", False),
        ("llm&(ui|user_input)", "llm user_input", True),
    ],
)
def test_an_expression_holds_or_not(text: str, traits: str, holds: bool) -> None:
    assert parse(text).holds(frozenset(traits.split())) is holds


def test_and_binds_stronger_than_or() -> None:
    assert parse("rag | agent & service").holds(frozenset({"rag"}))
    assert not parse("(rag | agent) & service").holds(frozenset({"rag"}))


def test_equal_texts_give_equal_expressions() -> None:
    assert parse("llm & ui") == parse(" llm&ui ")
    assert hash(parse("llm & ui")) == hash(parse("llm & ui"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a trait is expected at the end"),
        ("llm &", "a trait is expected at the end"),
        ("& llm", "a trait is expected before '&'"),
        ("llm & ()", "a trait is expected before ')'"),
        ("(llm", "a closing ) is lacking"),
        ("llm)", "')' is not expected here"),
        ("llm rag", "'rag' is not expected here"),
        ("llm + rag", "'+' has no meaning"),
        ("user_inptu", "'user_inptu' is no trait; the nearest is 'user_input'"),
        ("(" * 30 + "llm" + ")" * 30, "more than 20 brackets inside each other"),
    ],
)
def test_a_mistake_is_told_as_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(TraitError) as caught:
        parse(text)
    assert str(caught.value).startswith(sentence)
