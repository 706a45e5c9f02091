"""Styled lines for Textual, built from shown text only and never from markup."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from shipsmith_widgets.showing import Shown

Part = Shown | Content | tuple[Shown, str]
"""A piece of a line: text, text with a style, or a line made before."""

EMPTY = Content("")
SPACE = Shown(" ")


def content(*parts: Part) -> Content:
    """Put pieces together into one line."""
    return Content.assemble(*parts)


def spread(left: Content, right: Content, width: int) -> Content:
    """`left` and `right` pushed to the ends of `width` cells; `left` gives way with an ellipsis."""
    room = width - right.cell_length - (1 if right else 0)
    if room < 4:
        return left.truncate(max(width, 0), ellipsis=True, pad=True)
    fitted = left.truncate(room, ellipsis=True, pad=True)
    return Content.assemble(fitted, Shown(" "), right) if right else fitted


def joined(parts: Iterable[Content], gap: Shown) -> Content:
    """Pieces with a gap between them."""
    return Content(gap).join(list(parts))


def wrapped(text: Shown, width: int, style: str = "") -> list[Content]:
    """Prose folded at words to lines of at most `width` cells."""
    if width < 1:
        return []
    return [line.rstrip() for line in content((text, style)).wrap(width)] or [EMPTY]
