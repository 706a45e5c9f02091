"""The last line: the keys that do something here and now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.widget import Widget

from shipsmith_widgets.painting import content
from shipsmith_widgets.showing import Shown, show


class LiveKey(NamedTuple):
    """A key, what it does, and the action to run when it is clicked."""

    key: str
    word: str
    action: str


class KeyLine(Widget):
    """Keys with their words, as many as fit."""

    DEFAULT_CSS = """
    KeyLine { height: 1; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._keys: tuple[LiveKey, ...] = ()

    def update(self, keys: Sequence[LiveKey]) -> None:
        """Show other keys."""
        if self._keys != tuple(keys):
            self._keys = tuple(keys)
            self.refresh()

    def render(self) -> Content:
        """The keys that fit; the last one is always kept, for it leads to all others."""
        return Content("").join([piece for _, piece in self._placed()])

    async def on_click(self, event: events.Click) -> None:
        """Run what stands under the pointer."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        end = 0
        for key, piece in self._placed():
            end += piece.cell_length
            if offset.x < end:
                await self.screen.run_action(key.action)
                return

    def _placed(self) -> list[tuple[LiveKey, Content]]:
        pieces = [(key, _piece(key)) for key in self._keys]
        if not pieces:
            return []
        room = self.size.width - pieces[-1][1].cell_length
        kept: list[tuple[LiveKey, Content]] = []
        for key, piece in pieces[:-1]:
            room -= piece.cell_length
            if room < 0:
                break
            kept.append((key, piece))
        return [*kept, pieces[-1]]


def _piece(key: LiveKey) -> Content:
    word = (show(key.word), "$text-muted")
    return content((show(key.key), "bold $key"), Shown(" "), word, Shown("   "))
