"""Bars drawn with lines."""

from __future__ import annotations

from textual.content import Content

from shipsmith_widgets.painting import content
from shipsmith_widgets.showing import Shown


def bar(percent: int | None, width: int, style: str) -> Content:
    """A bar of `width` cells, exact to half a cell; None draws an empty track.

    Bar and track are different lines, so that they can be told apart without colour.
    """
    if width < 1:
        return Content("")
    halves = 0 if percent is None else round(max(0, min(percent, 100)) / 100 * width * 2)
    full, rest = divmod(halves, 2)
    drawn = "━" * full + "╸" * rest
    return content((Shown(drawn), style), (Shown("─" * (width - len(drawn))), "$bar-track"))
