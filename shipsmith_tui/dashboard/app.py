"""The dashboard as an app: it listens to a worker and hands what it says to the screen."""

from __future__ import annotations

import datetime
import os
import subprocess
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import shipsmith_themes
from shipsmith_widgets.rows import Row
from shipsmith_widgets.showing import Shown, show
from textual.app import App, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.theme import Theme

from shipsmith_tui.dashboard import signals, telling
from shipsmith_tui.dashboard.board import Board, fold
from shipsmith_tui.dashboard.editor import EditorCommand, EditorError, editor_command
from shipsmith_tui.dashboard.main_screen import MainScreen
from shipsmith_tui.dashboard.transport import Transport, WorkerEnded
from shipsmith_tui.protocol import (
    Acknowledge,
    Cause,
    FromDashboard,
    FromWorker,
    Judged,
    Notice,
    Rejudge,
    SourceText,
    Undo,
    path_of,
)

if TYPE_CHECKING:
    from textual.command import Provider


def _commands() -> type[Provider]:
    """The palette's commands, imported when it is first opened."""
    from shipsmith_tui.dashboard.commands import DashboardCommands

    return DashboardCommands


class Dashboard(App[None]):
    """Shows what a worker says of a tree. `connect` makes a way to a new worker."""

    CSS = shipsmith_themes.stylesheet()
    TITLE = "shipsmith"
    COMMANDS: ClassVar = {_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", "quit", show=False, priority=True, id="app.interrupt"),
    ]

    def __init__(
        self,
        connect: Callable[[], Transport],
        *,
        root: Path,
        theme: str = shipsmith_themes.DEFAULT,
        first_start: bool = False,
        environ: Mapping[str, str] = os.environ,
        now: Callable[[], datetime.datetime] = datetime.datetime.now,
    ) -> None:
        self._themes = shipsmith_themes.load()
        super().__init__()
        self._connect = connect
        self._root = root
        self._first_start = first_start
        self._environ = environ
        self._now = now
        self._causes: deque[tuple[datetime.datetime, Cause]] = deque(maxlen=100)
        self._transport: Transport | None = None
        self._stop_signals: Callable[[], None] | None = None
        self.board = Board(tree=root.name or str(root))
        self.main = MainScreen(self.board)
        self.acknowledgements = 0
        self.animation_level = "none"
        self.theme_titles = {data.name: data.title for data in self._themes}
        for data in self._themes:
            fields: dict[str, Any] = dict(data.colours)
            self.register_theme(Theme(name=data.name, dark=data.dark, variables=data.variables, **fields))
        # `dark` is short for `shipsmith-dark`.
        known = (name for name in (theme, f"shipsmith-{theme}") if name in self.theme_titles)
        self.theme = next(known, shipsmith_themes.DEFAULT)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colour names for themes that do not know them."""
        return next(data.variables for data in self._themes if data.name == shipsmith_themes.DEFAULT)

    def get_default_screen(self) -> MainScreen:
        """The main screen is there from the first paint."""
        return self.main

    def on_mount(self) -> None:
        """Paint first; then start the worker."""
        if not self.is_headless:
            self._stop_signals = signals.end_on_signals(self._leave)
        self.app_resume_signal.subscribe(self, self._resumed)
        self.main.hint.set_class(self._first_start, "-open")
        self.call_after_refresh(self.start_worker)

    async def on_unmount(self) -> None:
        """End the worker."""
        if self._stop_signals is not None:
            self._stop_signals()
        if self._transport is not None:
            await self._transport.close()

    def start_worker(self) -> None:
        """Reach a new worker and listen to it."""
        self.run_worker(self._listen(), group="worker", exclusive=True)

    async def _listen(self) -> None:
        if self._transport is not None:
            await self._transport.close()
        transport = self._transport = self._connect()
        self.main.restart_sources()
        try:
            async for message in transport.messages():
                self.take(message)
        except WorkerEnded as end:
            self._paint(replace(self.board, ended=str(end), progress=None))

    def take(self, message: FromWorker) -> None:
        """Show what the worker said."""
        if isinstance(message, SourceText):
            self.main.take_source(message)
            return
        if isinstance(message, Notice):
            self.say(show(message.sentence), bad=message.failed)
            return
        self._paint(fold(self.board, message))
        if isinstance(message, Judged) and not message.stale:
            self._causes.append((self._now(), message.cause))
            toast = telling.toast_for(message.cause)
            if toast is not None:
                self.say(toast[0], bad=toast[1])

    def ask(self, message: FromDashboard) -> None:
        """Send something to the worker."""
        if self._transport is not None:
            self.run_worker(self._transport.send(message), group="asking")

    def say(self, sentence: Shown, *, bad: bool = False) -> None:
        """Show a sentence for a few seconds."""
        self.notify(sentence, severity="warning" if bad else "information", markup=False, timeout=4)

    def acknowledge(self, row: Row) -> None:
        """Ask for a reason, then write the acknowledgement through the worker."""
        from shipsmith_tui.dashboard.acknowledge import AcknowledgeDialog, Answer

        def written(answer: Answer | None) -> None:
            if answer is None:
                return
            findings = (row.finding,) if row.finding else row.control.verdict.findings
            prints = tuple(f.fingerprint for f in findings if f.fingerprint)
            self.acknowledgements += 1
            self.ask(Acknowledge(row.control.id, answer.reason, answer.until, prints))

        self.push_screen(AcknowledgeDialog(row, self._now().date()), written)

    def undo(self) -> None:
        """Take back the last acknowledgement of this session."""
        if self.acknowledgements:
            self.acknowledgements -= 1
            self.ask(Undo())

    def edit(self, path: str, line: int) -> None:
        """Open a file of the tree in the user's editor."""
        target = Path(os.path.abspath(self._root / path_of(path)))  # noqa: PTH100 - links stay links
        try:
            command = editor_command(self._environ, target, line)
            if not target.exists():
                raise EditorError(f"{path} is no longer there.")
            self._launch(command)
        except EditorError as error:
            self.say(show(str(error)), bad=True)
        except SuspendNotSupported:
            self.say(Shown("A terminal editor cannot be opened from here."), bad=True)
        except OSError as error:
            self.say(show(f"{command.argv[0]} cannot be started: {error.strerror}."), bad=True)

    def _launch(self, command: EditorCommand) -> None:
        """Run an editor: in the terminal until it ends, or beside it. Its folder is never the tree."""
        if command.in_terminal:
            with self.suspend():
                subprocess.run(command.argv, cwd="/", check=False)  # noqa: S603 - the user's own command
            self.ask(Rejudge())
            return
        subprocess.Popen(  # noqa: S603 - the user's own command
            command.argv,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def show_help(self) -> None:
        """Show all keys."""
        from shipsmith_tui.dashboard.help import help_lines
        from shipsmith_tui.dashboard.page import Page

        self.push_screen(Page(Shown("Keys"), help_lines()))

    def show_log(self) -> None:
        """Show why the tree was judged in this session, the last time first."""
        from shipsmith_tui.dashboard.page import Page

        self.push_screen(Page(Shown("Why it was judged"), telling.log_lines(self._causes)))

    def set_theme(self, name: str) -> None:
        """Show a theme."""
        self.theme = name

    def next_theme(self) -> None:
        """Show the theme after this one."""
        names = list(self.theme_titles)
        at = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(at + 1) % len(names)]

    def _paint(self, board: Board) -> None:
        self.board = board
        self.main.paint(board)

    def _leave(self, code: int) -> None:
        self.exit(return_code=code)

    def _resumed(self, _app: App[None]) -> None:
        """After fg the terminal holds other things: paint everything."""
        self.screen.refresh(layout=True)
