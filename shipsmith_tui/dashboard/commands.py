"""The palette: every action of the dashboard, by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from shipsmith_tui.dashboard.keys import SCREEN_KEYS, key_name, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.types import IgnoreReturnCallbackType

    from shipsmith_tui.dashboard.app import Dashboard

_NOT_LISTED = frozenset({"app.palette", "app.back", "pane.next", "pane.previous"})


class DashboardCommands(Provider):
    """Offers what is live now, with its key, and the themes."""

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for name, about, run in self._commands():
            yield DiscoveryHit(name, run, help=about)

    async def search(self, query: str) -> Hits:
        """What matches."""
        matcher = self.matcher(query)
        for name, about, run in self._commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), run, help=about)

    def _commands(self) -> Iterator[tuple[str, str, IgnoreReturnCallbackType]]:
        screen = self.screen
        for binding in SCREEN_KEYS:
            if binding.id in _NOT_LISTED or not screen.check_action(binding.action, ()):
                continue
            key = binding.key_display or key_name(binding.key)
            yield sentence(binding), f"key {key}", partial(screen.run_action, binding.action)
        app = cast("Dashboard", self.app)
        for name, title in app.theme_titles.items():
            yield f"Theme: {title}", "change colours", partial(app.set_theme, name)
