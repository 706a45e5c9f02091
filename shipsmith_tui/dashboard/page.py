"""A page over the dashboard: lines that scroll, closed by any of a few keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from shipsmith_widgets.lines import Lines
from shipsmith_widgets.painting import content
from shipsmith_widgets.showing import Shown
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen


class PageLines(Lines):
    """The lines of a page."""

    def __init__(self, lines: Sequence[Content]) -> None:
        super().__init__(id="page-lines")
        self.lines = tuple(lines)
        self.viewport.replace([str(number) for number in range(len(self.lines))])

    @property
    def shows_cursor(self) -> bool:
        """Nothing is chosen here."""
        return False

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are."""
        return len(self.lines)

    def line(self, key: str, width: int) -> Content:
        """A line of the page."""
        return self.lines[int(key)]

    def action_move(self, by: int) -> None:
        """Scroll."""
        self.viewport.scroll(by)
        self.refresh()


class Page(ModalScreen[None]):
    """A page with a title."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,w,enter", "dismiss", "close", show=False, id="dialog.close"),
    ]

    def __init__(self, title: Shown, lines: Sequence[Content]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        """The lines in a frame."""
        with Vertical(classes="dialog", id="page") as dialog:
            dialog.border_title = content(self._title)
            yield PageLines(self._lines)
