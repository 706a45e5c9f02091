"""The traits of a tree, and the expressions over them that say which controls apply."""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import TypeAlias

import msgspec

TRAITS: dict[str, str] = {
    "llm": "a production call generates text",
    "rag": "an index or embedding similarity selects text that reaches a model",
    "agent": "tools are offered to a model and the one it chose is executed",
    "user_input": "text from people using the product reaches an LLM call",
    "training": "a trainer or fine-tuning API is called",
    "service": "production code holds an endpoint, or a deploy file runs it",
    "ui": "production code shows model output to people",
    "pipeline": "production code writes to an index",
    "structured": "a schema is requested, or model output is parsed",
}
"""The traits that a tree can have, each with what it means."""

_MAX_DEPTH = 20
_PIECE = re.compile(r"\s*(?:(?P<word>\w+)|(?P<sign>[&|()]))")


class TraitError(ValueError):
    """An `applies` text that is no expression over known traits."""


class Trait(msgspec.Struct, frozen=True):
    """One trait by its name."""

    name: str

    def holds(self, traits: frozenset[str]) -> bool:
        """Whether the tree has this trait."""
        return self.name in traits


class Both(msgspec.Struct, frozen=True):
    """`left & right & …`."""

    terms: tuple[Expression, ...]

    def holds(self, traits: frozenset[str]) -> bool:
        """Whether every term holds for a tree with these traits."""
        return all(term.holds(traits) for term in self.terms)


class Either(msgspec.Struct, frozen=True):
    """`left | right | …`; binds weaker than `&`."""

    terms: tuple[Expression, ...]

    def holds(self, traits: frozenset[str]) -> bool:
        """Whether any term holds for a tree with these traits."""
        return any(term.holds(traits) for term in self.terms)


Expression: TypeAlias = Trait | Both | Either


@cache
def parse(text: str) -> Expression:
    """Read an expression such as `llm & (ui | user_input)`.

    Raises:
        TraitError: an unknown trait (the nearest is named), or signs that do not fit together.
    """
    reader = _Reader(_pieces(text))
    expression = reader.either(0)
    if reader.next is not None:
        raise TraitError(f"'{reader.next}' is not expected here; join traits with & or |")
    return expression


def _pieces(text: str) -> list[str]:
    pieces, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _PIECE.match(text, at)
        if match is None:
            sign = text[at:].lstrip()[0]
            raise TraitError(f"'{sign}' has no meaning; join traits with &, | and ( )")
        pieces.append(match["word"] or match["sign"])
        at = match.end()
    return pieces


class _Reader:
    """Recursive descent over the pieces of an expression."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        self._at = 0

    @property
    def next(self) -> str | None:
        return self._pieces[self._at] if self._at < len(self._pieces) else None

    def either(self, depth: int) -> Expression:
        terms = [self._both(depth)]
        while self.next == "|":
            self._at += 1
            terms.append(self._both(depth))
        return terms[0] if len(terms) == 1 else Either(tuple(terms))

    def _both(self, depth: int) -> Expression:
        terms = [self._term(depth)]
        while self.next == "&":
            self._at += 1
            terms.append(self._term(depth))
        return terms[0] if len(terms) == 1 else Both(tuple(terms))

    def _term(self, depth: int) -> Expression:
        piece = self.next
        self._at += 1
        if piece is None:
            raise TraitError("a trait is expected at the end")
        if piece == "(":
            if depth == _MAX_DEPTH:
                raise TraitError(f"more than {_MAX_DEPTH} brackets inside each other")
            inner = self.either(depth + 1)
            if self.next != ")":
                raise TraitError("a closing ) is lacking")
            self._at += 1
            return inner
        if piece in "&|)":
            raise TraitError(f"a trait is expected before '{piece}'")
        if piece not in TRAITS:
            raise TraitError(_unknown(piece))
        return Trait(piece)


def _unknown(word: str) -> str:
    close = difflib.get_close_matches(word, TRAITS, n=1, cutoff=0.4)
    hint = f"the nearest is '{close[0]}'" if close else f"known are {', '.join(TRAITS)}"
    return f"'{word}' is no trait; {hint}"
