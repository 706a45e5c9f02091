"""A line of scores: those of the last commits, then those of the session, on one scale."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from shipsmith_widgets.marks import score_style
from shipsmith_widgets.painting import EMPTY, Part, content
from shipsmith_widgets.showing import Shown

_LEVELS = "▁▂▃▄▅▆▇█"
_UNKNOWN = Shown("·")
_BETWEEN = Shown("┊")
_QUIET = "$text-muted"
_LEAST_SPAN = 8
"""Points that fill the height at least, so that a point more or less does not look like a cliff."""


def sparkline(commits: Sequence[int | None], session: Sequence[int], width: int) -> Content:
    """At most `width` cells: commits quietly, the oldest first, the session's scores in their colours.

    A score that is not known is a dot. Nothing is drawn while there is nothing to compare.
    """
    seen = list(session)[-max(1, width // 2) :]
    room = width - len(seen) - 1 if seen and commits else width
    past = list(commits)[-room:] if room > 0 else []
    known = [score for score in (*past, *seen) if score is not None]
    if len(known) < 3 or width < 3:
        return EMPTY
    low, span = _scale(known)
    parts: list[Part] = [(_cell(score, low, span), _QUIET) for score in past]
    if past and seen:
        parts.append((_BETWEEN, _QUIET))
    parts += [(_cell(score, low, span), score_style(score)) for score in seen]
    return content(*parts)


def _scale(known: Sequence[int]) -> tuple[float, int]:
    """The lowest score that is drawn and how many points fill the height; flat lines run midway."""
    low, high = min(known), max(known)
    span = max(high - low, _LEAST_SPAN)
    return (low + high - span) / 2, span


def _cell(score: int | None, low: float, span: int) -> Shown:
    if score is None:
        return _UNKNOWN
    return Shown(_LEVELS[max(0, min(7, round((score - low) * 7 / span)))])
