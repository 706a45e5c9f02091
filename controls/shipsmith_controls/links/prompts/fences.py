"""Fences: literal delimiters around a value in a text, and the holes of a text that is filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.values.index import argument

WORDS = 5
"""Literal words up to which a string is a label, not an instruction."""
HOLE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
_TAG = re.compile(r"<([A-Za-z_][\w-]*)(?:\s[^<>]*)?>")
_WORD = re.compile(r"[A-Za-z]{2,}")
_MARKS = ("```", '"""', "'''")


def filled(text: str, call: code.Call) -> Iterator[code.Expr]:
    """A text with holes as parts: its literal pieces, and what `format` puts between them."""
    at = 0
    for hole in HOLE.finditer(text):
        yield code.Literal(call.line, text[at : hole.start()])
        given = argument(call, hole[1]) or argument(call, f"#{hole[1]}")
        if given is not None:
            yield given
        at = hole.end()
    yield code.Literal(call.line, text[at:])


def is_fenced(before: str, after: str) -> bool:
    """Whether literal delimiters stand on both sides: a tag and its end, backticks, triple quotes."""
    for tag in _TAG.finditer(before):
        end = f"</{tag[1]}>"
        if end not in before[tag.end() :] and end in after:
            return True
    return any(before.count(mark) % 2 == 1 and mark in after for mark in _MARKS)


def words_in(text: str) -> int:
    """How many words stand in a text."""
    return len(_WORD.findall(text))
