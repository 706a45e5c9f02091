"""The line in which a filter is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.widgets import Input

if TYPE_CHECKING:
    from shipsmith_tui.dashboard.main_screen import MainScreen


class FilterInput(Input):
    """Filters while one types; enter keeps the filter, esc drops it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "drop", "drop the filter", show=False, id="filter.drop"),
        Binding("enter,down,tab", "keep", "keep the filter", show=False, id="filter.keep"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(
            placeholder="words · sev:high · is:failing · path:app/ · !word leaves out",
            compact=True,
            id=id,
            select_on_focus=False,
        )
        self.cursor_blink = False

    def open(self, text: str) -> None:
        """Show the line, with what was typed before."""
        self.add_class("-open")
        self.value = text
        self.cursor_position = len(text)
        self.focus(scroll_visible=False)

    def close(self) -> None:
        """Hide the line and go back to the list; the filter stays."""
        self.remove_class("-open")
        self._main.go_to("controls")

    def action_drop(self) -> None:
        """Drop the filter."""
        self.value = ""
        self._main.set_filter("")
        self.close()

    def action_keep(self) -> None:
        """Keep the filter."""
        self._main.set_filter(self.value)
        self.close()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while one types."""
        event.stop()
        if self.has_class("-open"):
            self._main.set_filter(event.value)

    @property
    def _main(self) -> MainScreen:
        return cast("MainScreen", self.screen)
