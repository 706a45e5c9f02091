"""What the readers of structured files share: limits, scalars and the one error they raise."""

from __future__ import annotations

import re
from bisect import bisect_left

from shipsmith_controls.facts.config import Node, Scalar

MAX_DEPTH = 100
MAX_NODES = 250_000
_MAX_DIGITS = 40
_INT64 = 1 << 63


class Malformed(Exception):  # noqa: N818 - a state of the file, turned into `Config.error`
    """The text is not of its format, or beyond the limits; the message says why."""


def too_deep() -> Malformed:
    """The error for nesting beyond `MAX_DEPTH`."""
    return Malformed(f"nested deeper than {MAX_DEPTH} levels")


def too_many() -> Malformed:
    """The error for more than `MAX_NODES` values, aliases counted as often as they stand."""
    return Malformed(f"more than {MAX_NODES} values")


def number(text: str, base: int = 10) -> int | float | str:
    """The number that a text writes; beyond 64 bits, or not finite, the text itself."""
    if len(text) > _MAX_DIGITS:
        return text
    try:
        whole = int(text, base)
    except ValueError:
        try:
            real = float(text)
        except ValueError:
            return text
        return real if real - real == 0 else text
    return whole if -_INT64 <= whole < _INT64 else text


def scalar(line: int, value: Scalar, end_line: int = 0) -> Node:
    """A scalar node."""
    return Node(line, end_line or line, "scalar", value)


class Lines:
    """Line numbers of positions in a text."""

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def at(self, position: int) -> int:
        """The line, counted from 1, that holds the character at `position`."""
        return bisect_left(self._ends, position) + 1
