"""A list of one-line rows, drawn a line at a time; the base of every pane."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from shipsmith_widgets.viewport import Viewport

_TURNED = Style(reverse=True)


class Lines(Widget, can_focus=True):
    """Rows of one line each, with a chosen one. Subclasses say what a row looks like.

    It scrolls by itself: what is in sight is a matter of identity, not of offsets.
    """

    DEFAULT_CSS = """
    Lines { height: 1fr; width: 1fr; overflow: hidden; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor", "lines--thumb", "lines--track"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False, id="list.page_up"),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False, id="list.page_down"),
        Binding("g,home", "top", "First", show=False, id="list.first"),
        Binding("G,end", "bottom", "Last", show=False, id="list.last"),
    ]

    class Chosen(Message):
        """Another row was chosen by the user; `key` is its identity."""

        def __init__(self, lines: Lines, key: str | None) -> None:
            super().__init__()
            self.lines = lines
            self.key = key

        @property
        def control(self) -> Lines:
            """The list in which it was chosen."""
            return self.lines

    class Opened(Message):
        """The chosen row was asked to open."""

        def __init__(self, lines: Lines, key: str) -> None:
            super().__init__()
            self.lines = lines
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.viewport = Viewport()
        self._strips: dict[tuple[object, ...], Strip] = {}

    def line(self, key: str, width: int) -> Content:
        """The row of that identity, drawn to exactly `width` cells."""
        raise NotImplementedError

    def blank(self, y: int, width: int) -> Content:
        """What stands on a line below the last row."""
        return Content("")

    @property
    def shows_cursor(self) -> bool:
        """Whether the chosen row is told apart."""
        return True

    def redraw(self) -> None:
        """Forget what was drawn and draw again."""
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        """Colours have changed: nothing that was drawn holds."""
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line of the widget, from memory when it was drawn before."""
        width = self.size.width
        view = self.viewport
        number = view.top + y
        key = view.keys[number] if 0 <= number < len(view.keys) else None
        chosen = key is not None and key == view.cursor and self.shows_cursor
        bar = self._scroll_mark(y)
        slot = (key if key is not None else -y - 1, width, chosen, self.has_focus, bar)
        strip = self._strips.get(slot)
        if strip is None:
            if len(self._strips) > 1000:
                self._strips.clear()
            strip = self._strips[slot] = self._draw(key, y, width, chosen, bar)
        return strip

    def _draw(self, key: str | None, y: int, width: int, chosen: bool, bar: str) -> Strip:
        room = width - (1 if bar else 0)
        if room < 1:
            return Strip.blank(width, self.rich_style)
        drawn = self.blank(y, room) if key is None else self.line(key, room)
        drawn = drawn.truncate(room, ellipsis=True, pad=True)
        style = self.get_visual_style("lines--cursor") if chosen else self.visual_style
        strips = Visual.to_strips(self, drawn, room, 1, style, pad=True)
        strip = strips[0] if strips else Strip.blank(room, self.rich_style)
        if chosen and self.has_focus and self.app.native_ansi_color:
            # No colour behind a row is sure to suit every palette.
            strip = strip.apply_style(_TURNED)
        if bar:
            part = "lines--thumb" if bar == "thumb" else "lines--track"
            mark = Content("▐" if bar == "thumb" else " ")
            strip = Strip.join([strip, *Visual.to_strips(self, mark, 1, 1, self.get_visual_style(part))])
        return strip

    def _scroll_mark(self, y: int) -> str:
        """What the scroll bar has on a line: `thumb`, `track`, or nothing when all is in sight."""
        view, height = self.viewport, self.size.height
        if not view.overflows or height < 2 or self.size.width < 20:
            return ""
        total = max(len(view.keys), view.top + height)
        length = max(1, height * height // total)
        start = round((height - length) * view.top / max(1, total - height))
        return "thumb" if start <= y < start + length else "track"

    def on_resize(self, event: events.Resize) -> None:
        """Keep what is chosen in sight."""
        self.viewport.resize(self.size.height)
        self.redraw()

    def on_focus(self) -> None:
        """The chosen row looks otherwise in the pane that has the keys."""
        self.redraw()

    def on_blur(self) -> None:
        """The chosen row looks otherwise in a pane without the keys."""
        self.redraw()

    def choose(self, key: str) -> None:
        """Choose a row for the user and say so."""
        self._moved(self.viewport.cursor, self.viewport.go(key))

    def action_move(self, by: int) -> None:
        """Choose the next or previous row."""
        self._moved(self.viewport.cursor, self.viewport.move(by))

    def action_page(self, by: int) -> None:
        """Go a page up or down."""
        self.action_move(by * max(1, self.size.height - 1))

    def action_top(self) -> None:
        """Go to the first row."""
        self.action_move(-len(self.viewport.keys))

    def action_bottom(self) -> None:
        """Go to the last row."""
        self.action_move(len(self.viewport.keys))

    def left(self, key: str) -> None:
        """The user has moved away from a row."""

    def _moved(self, before: str | None, changed: bool) -> None:
        if changed:
            if before is not None:
                self.left(before)
            self.post_message(self.Chosen(self, self.viewport.cursor))
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll without choosing."""
        event.stop()
        self.viewport.scroll(3)
        self.refresh()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll without choosing."""
        event.stop()
        self.viewport.scroll(-3)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the pointer; a second click opens it."""
        offset = event.get_content_offset(self)
        number = self.viewport.top + offset.y if offset is not None else -1
        if 0 <= number < len(self.viewport.keys):
            key = self.viewport.keys[number]
            if key == self.viewport.cursor and event.chain > 1:
                self.post_message(self.Opened(self, key))
            else:
                self.choose(key)
