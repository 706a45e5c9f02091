"""A dashboard that listens to a script, for tests and snapshots."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import shipsmith_themes
from shipsmith_widgets.detail import DetailPane
from textual.pilot import Pilot

from shipsmith_tui.dashboard.app import Dashboard
from shipsmith_tui.dashboard.replay import Script
from shipsmith_tui.protocol import FromDashboard, FromWorker, SourceText, WantSource
from tests.tui.scorecards import FIRST_LINE, SOURCE_LINES, session

M = TypeVar("M", bound=FromDashboard)
NOW = datetime.datetime(2026, 11, 23, 14, 3, 22)
TODAY = NOW.date()


class Answering(Script):
    """A script that also answers questions for source lines, with those of the sample."""

    async def send(self, message: FromDashboard) -> None:
        await super().send(message)
        if isinstance(message, WantSource):
            known = message.path == "app/agent.py"
            lines = SOURCE_LINES if known else ()
            self.feed(SourceText(message.path, FIRST_LINE, lines, message.request))


class Stage:
    """A running dashboard and its script."""

    def __init__(self, app: Dashboard, script: Script, pilot: Pilot[None]) -> None:
        self.app = app
        self.script = script
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys and let everything they cause happen."""
        await self.pilot.press(*keys)
        await self.settle()

    async def hear(self, *messages: FromWorker) -> None:
        """Let the worker say something."""
        for message in messages:
            self.script.feed(message)
        await self.settle()

    async def settle(self) -> None:
        """Let everything happen that is under way."""
        for _ in range(2):
            await self.pilot.pause()

    def asked(self, kind: type[M]) -> list[M]:
        """What the worker was asked, of one kind."""
        return [message for message in self.script.sent if isinstance(message, kind)]

    @property
    def chosen(self) -> str | None:
        """Identity of the chosen row."""
        return self.app.main.controls.viewport.cursor

    @property
    def listed(self) -> list[str]:
        """Identities of the rows of the list."""
        return [row.key for row in self.app.main.controls.rows]

    @property
    def detail(self) -> str:
        """The text of the detail pane."""
        return text_of(self.app.main.detail)


def text_of(pane: DetailPane) -> str:
    """All lines of a pane as one text."""
    width = pane.size.width
    return "\n".join(pane.line(key, width).plain for key in pane.viewport.keys)


def dashboard(
    script: Script, theme: str = shipsmith_themes.DEFAULT, *, first_start: bool = False, **environ: str
) -> Dashboard:
    """A dashboard of the sample tree, on a fixed day."""
    return Dashboard(
        lambda: script,
        root=Path("/home/dev/support-bot"),
        theme=theme,
        first_start=first_start,
        environ=environ,
        now=lambda: NOW,
    )


@asynccontextmanager
async def stage(
    messages: Iterable[FromWorker] | None = None,
    size: tuple[int, int] = (150, 36),
    *,
    first_start: bool = False,
    **environ: str,
) -> AsyncIterator[Stage]:
    """A running dashboard after these messages, by default those of the sample session."""
    script = Answering(session() if messages is None else messages)
    app = dashboard(script, first_start=first_start, **environ)
    async with app.run_test(size=size, notifications=True) as pilot:
        found = Stage(app, script, pilot)
        await found.settle()
        yield found
