"""How the panes are laid out at a size, and which of them has all the room."""

from __future__ import annotations

from typing import Literal

Shape = Literal["wide", "medium", "least", "line"]
Pane = Literal["dimensions", "controls", "detail"]
PANES: tuple[Pane, ...] = ("dimensions", "controls", "detail")

_VISIBLE: dict[Shape, tuple[Pane, ...]] = {
    "wide": PANES,
    "medium": ("controls", "detail"),
    "least": ("controls",),
    "line": (),
}


def shape_of(width: int, height: int) -> Shape:
    """Three panes, two beneath each other, one, or a single line with the verdict."""
    if width < 24 or height < 4:
        return "line"
    if width < 56 or height < 13:
        return "least"
    return "wide" if width >= 110 else "medium"


def is_low(shape: Shape, height: int) -> bool:
    """Whether a shape has to save lines."""
    return height < 18 if shape == "medium" else height < 8


def visible(shape: Shape, zoomed: Pane | None) -> tuple[Pane, ...]:
    """The panes that are drawn, from left to right or top to bottom."""
    if shape == "line":
        return ()
    return (zoomed,) if zoomed else _VISIBLE[shape]


def classes(shape: Shape, width: int, height: int, zoomed: Pane | None) -> set[str]:
    """The style classes of the main screen."""
    found = {f"-{shape}"}
    if width >= 140:
        found.add("-broad")
    if is_low(shape, height):
        found.add("-low")
    if zoomed and shape != "line":
        found |= {"-zoom", f"-zoom-{zoomed}"}
    return found
