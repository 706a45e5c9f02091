"""The main screen's frame: its panes, which of them are in sight, and how the keys walk them."""

from __future__ import annotations

from typing import Final

from shipsmith_widgets.control_list import ControlList
from shipsmith_widgets.detail import DetailPane
from shipsmith_widgets.dimensions import DimensionPane, DimensionStrip
from shipsmith_widgets.header import Header
from shipsmith_widgets.key_line import KeyLine, LiveKey
from shipsmith_widgets.lines import Lines
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from shipsmith_tui.dashboard import layout
from shipsmith_tui.dashboard.keys import SCREEN_KEYS, key_name
from shipsmith_tui.dashboard.layout import PANES, Pane, Shape
from shipsmith_tui.dashboard.telling import HINT

_ALL_CLASSES: Final = frozenset(
    {
        "-wide",
        "-medium",
        "-least",
        "-line",
        "-low",
        "-broad",
        "-zoom",
        *(f"-zoom-{pane}" for pane in PANES),
    }
)


class PaneScreen(Screen[None]):
    """Header, strip, three panes and the line of keys, at any size."""

    AUTO_FOCUS = "#controls"

    def __init__(self) -> None:
        super().__init__()
        self.shape: Shape = "wide"
        self.zoomed: Pane | None = None
        self.header = Header(id="header")
        self.strip = DimensionStrip(id="strip")
        self.dimensions = DimensionPane(id="dimensions")
        self.controls = ControlList(id="controls")
        self.detail = DetailPane(id="detail")
        self.hint = Static(HINT, id="hint", markup=False)
        self.keys = KeyLine(id="keys")

    def compose(self) -> ComposeResult:
        """Everything of the screen but the filter, which comes when it is asked for."""
        yield self.header
        yield self.strip
        with Container(id="panes"):
            yield self.dimensions
            yield self.controls
            yield self.detail
        yield self.hint
        yield self.keys

    def on_resize(self, event: events.Resize) -> None:
        """Take the shape that the size allows."""
        self.arrange_panes()

    def arrange_panes(self) -> None:
        """Lay the panes out anew; the keys stay in a pane that is in sight."""
        size = self.app.size
        self.shape = layout.shape_of(size.width, size.height)
        wanted = layout.classes(self.shape, size.width, size.height, self.zoomed)
        for name in _ALL_CLASSES:
            self.set_class(name in wanted, name)
        self.header.verdict_only = self.shape == "line"
        self.header.refresh()
        shown = layout.visible(self.shape, self.zoomed)
        focused = self.focused
        homeless = focused is None or (isinstance(focused, Lines) and focused.id not in shown)
        if homeless and shown:
            pane = self._pane("controls" if "controls" in shown else shown[0])
            self.call_after_refresh(pane.focus, scroll_visible=False)
        self.show_keys()

    def go_to(self, pane: Pane) -> None:
        """Put the keys into a pane; where it is not in sight, it gets all the room."""
        if pane not in layout.visible(self.shape, self.zoomed):
            usual = layout.visible(self.shape, None)
            self.zoomed = None if pane in usual else pane
            self.arrange_panes()
        self._pane(pane).focus(scroll_visible=False)

    def action_pane(self, pane: Pane) -> None:
        """Go to a pane by its number."""
        self.go_to(pane)

    def action_walk(self, by: int) -> None:
        """Go to the next or previous pane; all three, in sight or not."""
        if self.shape == "line":
            return
        panes = PANES if self.zoomed or self.shape == "wide" else layout.visible(self.shape, None)
        here = next((i for i, pane in enumerate(panes) if self._pane(pane).has_focus), 0)
        pane = panes[(here + by) % len(panes)]
        if self.zoomed:
            self.zoomed = pane
            self.arrange_panes()
        self.go_to(pane)

    def action_zoom(self) -> None:
        """Give the pane with the keys all the room, or share it again."""
        if self.zoomed:
            self.zoomed = None
        else:
            self.zoomed = next((pane for pane in PANES if self._pane(pane).has_focus), "controls")
        self.arrange_panes()

    def show_keys(self) -> None:
        """Write the keys that do something now into the last line."""
        if not self.is_attached:
            return
        if self.focused is not None and not isinstance(self.focused, Lines):
            self.keys.update(
                [LiveKey("enter", "keep", "none"), LiveKey("esc", "drop the filter", "back")]
            )
            return
        live = {
            active.binding.id: active.binding.key_display or key_name(key)
            for key, active in reversed(self.active_bindings.items())
            if active.enabled and active.binding.id
        }
        keys = [
            LiveKey(live[binding.id], self.word_of(binding.id), binding.action)
            for binding in SCREEN_KEYS
            if binding.show and binding.id in live and not self.is_off(binding.action)
        ]
        if word := self.word_of("list.open") if "list.open" in live else "":
            keys.insert(-1, LiveKey(live["list.open"], word, "focused.open"))
        self.keys.update(keys)

    def is_off(self, action: str) -> bool:
        """Whether a key does nothing here but say why."""
        return False

    def word_of(self, binding_id: str) -> str:
        """What a key does now, in a word."""
        words = {binding.id: binding.description for binding in SCREEN_KEYS}
        if binding_id == "pane.zoom" and self.zoomed:
            return "share"
        return words.get(binding_id, "")

    def on_descendant_focus(self) -> None:
        """Other keys are live in another pane."""
        self.call_after_refresh(self.show_keys)

    def _pane(self, pane: Pane) -> Lines:
        return {"dimensions": self.dimensions, "controls": self.controls, "detail": self.detail}[pane]
