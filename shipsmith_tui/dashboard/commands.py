"""The palette: every action of the dashboard, by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from shipsmith_widgets.ordering import Order
from shipsmith_widgets.painting import content
from shipsmith_widgets.showing import Shown, show
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from shipsmith_tui.dashboard.keymap import bound, every_binding
from shipsmith_tui.dashboard.keys import key_name, sentence
from shipsmith_tui.dashboard.workflow_lens import several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.types import IgnoreReturnCallbackType

    from shipsmith_tui.dashboard.app import Dashboard

_NOT_LISTED = frozenset({"app.palette", "app.back"})
_ORDER = ("act", "see", "pane", "app", "list")
_KEY_WIDTH = 9


class DashboardCommands(Provider):
    """Offers what is live now, with its key, and the themes; one line each."""

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for key, name, run in self._commands():
            yield DiscoveryHit(_line(key, Content(name)), run, text=name)

    async def search(self, query: str) -> Hits:
        """What matches."""
        matcher = self.matcher(query)
        for key, name, run in self._commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, _line(key, matcher.highlight(name)), run, text=name)

    def _commands(self) -> Iterator[tuple[str, Shown, IgnoreReturnCallbackType]]:
        app = cast("Dashboard", self.app)
        main = app.main
        for binding in sorted(every_binding(), key=lambda b: _ORDER.index(str(b.id).split(".")[0])):
            if binding.id in _NOT_LISTED or not main.check_action(binding.action, ()):
                continue
            # What walks a list walks the one that has the keys, else the controls.
            walks = str(binding.id).startswith("list.")
            place = (main.focused or main.controls) if walks else main
            key = key_name(bound(binding, app.keys.keys).key)
            yield key, show(sentence(binding)), partial(app.run_action, binding.action, place)
        for order in Order:
            yield "", show(f"Order: {order}"), partial(main.action_order, order.value)
        for name in several(app.board.scorecard):
            yield "", show(f"Workflow: {name}"), partial(app.show_workflow, name)
        yield "", Shown("Traits and settings of this tree"), app.show_tree
        for name, title in app.theme_titles.items():
            yield "", show(f"Theme: {title}"), partial(app.set_theme, name)


def _line(key: str, name: Content) -> Content:
    """A command with the first of its keys."""
    first = key.split()[0] if key else ""
    return content((show(first.ljust(_KEY_WIDTH)), "bold $key"), Shown(" "), name)
