"""Bars and trends drawn with block characters."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from shipsmith_widgets.painting import content
from shipsmith_widgets.showing import Shown

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"


def bar(percent: int | None, width: int, style: str) -> Content:
    """A bar of `width` cells, exact to an eighth of a cell; None draws an empty track."""
    if width < 1:
        return Content("")
    eighths = 0 if percent is None else round(max(0, min(percent, 100)) / 100 * width * 8)
    full, rest = divmod(eighths, 8)
    drawn = "█" * full + (_EIGHTHS[rest] if rest else "")
    track = Shown(" " * (width - len(drawn)))
    return content((Shown(drawn), f"{style} 62% on $bar-track"), (track, "on $bar-track"))


def trend(scores: Sequence[int], width: int) -> Shown:
    """The last `width` scores as a line of levels; "" while there is nothing to compare."""
    if len(scores) < 3:
        return Shown("")
    shown = list(scores)[-width:]
    low, high = min(shown), max(shown)
    span = max(high - low, 8)
    return Shown("".join(_LEVELS[min(7, (score - low) * 7 // span)] for score in shown))
