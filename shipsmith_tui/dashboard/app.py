"""The dashboard as an app: it listens to a worker and hands what it says to the screen."""

from __future__ import annotations

import datetime
import os
import subprocess
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import msgspec
from shipsmith_widgets.rows import Row
from shipsmith_widgets.showing import Shown, show
from textual.app import App, SuspendNotSupported
from textual.binding import Binding, BindingType

from shipsmith_tui.dashboard import signals, telling, triage
from shipsmith_tui.dashboard.board import Board, acknowledged, fold
from shipsmith_tui.dashboard.editor import EditorCommand, EditorError, editor_command
from shipsmith_tui.dashboard.main_screen import MainScreen
from shipsmith_tui.dashboard.presets import reasons
from shipsmith_tui.dashboard.transport import Transport, WorkerEnded
from shipsmith_tui.dashboard.user_app import UserApp
from shipsmith_tui.dashboard.workflow_lens import WorkflowLens
from shipsmith_tui.locations import FILE_NAME, export, location_lines
from shipsmith_tui.protocol import (
    Acknowledge,
    Attest,
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
from shipsmith_tui.sessions import Session
from shipsmith_tui.settings import Loaded

if TYPE_CHECKING:
    from textual.command import Provider


def _commands() -> type[Provider]:
    """The palette's commands, imported when it is first opened."""
    from shipsmith_tui.dashboard.commands import DashboardCommands

    return DashboardCommands


class Dashboard(UserApp):
    """Shows what a worker says of a tree. `connect` makes a way to a new worker.

    `session`: how the tree was looked at last. `read_only`: no editor, and no entries in the ledger.
    """

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
        theme: str = "",
        user: Loaded | None = None,
        session: Session | None = None,
        first_start: bool = False,
        read_only: bool = False,
        environ: Mapping[str, str] = os.environ,
        now: Callable[[], datetime.datetime] = datetime.datetime.now,
    ) -> None:
        self.session = session or Session()
        super().__init__(root=root, theme=theme or self.session.theme, user=user, environ=environ)
        self._connect = connect
        self._first_start = first_start
        self.read_only = read_only
        self._now = now
        self._causes: deque[tuple[datetime.datetime, Cause]] = deque(maxlen=100)
        self._transport: Transport | None = None
        self._stop_signals: Callable[[], None] | None = None
        self.board = Board(tree=root.name or str(root))
        self.main = MainScreen(self.board)
        self.lens = WorkflowLens(self.session.workflow)

    def get_default_screen(self) -> MainScreen:
        """The main screen is there from the first paint."""
        return self.main

    def on_mount(self) -> None:
        """Paint first; then start the worker."""
        if not self.is_headless:
            self._stop_signals = signals.end_on_signals(self._leave)
        self.app_resume_signal.subscribe(self, self._resumed)
        self.main.hint.set_class(self._first_start, "-open")
        self.main.resume(self.session)
        self.call_after_refresh(self.start_worker)

    async def on_unmount(self) -> None:
        """Give the terminal its title back, and end the worker."""
        session = self.main.session(self.chosen_theme)
        self.session = msgspec.structs.replace(session, workflow=self.lens.chosen)
        self.terminal_title.give_back()
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
            self._export()
            toast = telling.toast_for(message.cause)
            if toast is not None:
                self.announce(toast[0], bad=toast[1])

    def ask(self, message: FromDashboard) -> None:
        """Send something to the worker."""
        if self._transport is not None:
            self.run_worker(self._transport.send(message), group="asking")

    def acknowledge(self, row: Row) -> None:
        """Ask for a reason and what it covers, then write the acknowledgement through the worker."""
        if self._refuses():
            return
        from shipsmith_tui.dashboard.entry_dialog import Answer, EntryDialog

        scopes = triage.scopes(self.board, row)

        def written(answer: Answer | None) -> None:
            if answer is not None:
                self.ask(Acknowledge(scopes[answer.choice].gaps, answer.text, answer.until))

        wording, choices = triage.acknowledging(row), [scope.label for scope in scopes]
        self.push_screen(EntryDialog(wording, self._now().date(), reasons(), choices), written)

    def attest(self, row: Row) -> None:
        """Ask for a link, then write the attestation through the worker."""
        if self._refuses():
            return
        from shipsmith_tui.dashboard.entry_dialog import Answer, EntryDialog

        def written(answer: Answer | None) -> None:
            if answer is not None:
                self.ask(Attest(row.control.id, answer.text, answer.until))

        self.push_screen(EntryDialog(triage.attesting(row), self._now().date()), written)

    def undo(self) -> None:
        """Take back the last entry that this session wrote into the ledger."""
        if self._refuses():
            return
        self.ask(Undo())

    def edit(self, path: str, line: int) -> None:
        """Open a file of the tree in the user's editor."""
        if self._refuses():
            return
        target = Path(os.path.abspath(self._root / path_of(path)))  # noqa: PTH100 - links stay links
        try:
            command = editor_command(self._environ, target, line, self.user.editor)
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

    def _refuses(self) -> bool:
        """Whether nothing may be opened or written from here; then it is said."""
        if self.read_only:
            self.say(
                Shown("Read only in a browser: open the tree in a terminal to edit or decide."), bad=True
            )
        return self.read_only

    def show_help(self) -> None:
        """Show all keys."""
        from shipsmith_tui.dashboard.help import help_lines
        from shipsmith_tui.dashboard.page import Page

        self.push_screen(Page(Shown("Keys"), help_lines(self.keys.keys)))

    def show_log(self) -> None:
        """Show why the tree was judged in this session, the last time first."""
        from shipsmith_tui.dashboard.page import Page

        self.push_screen(Page(Shown("Why it was judged"), telling.log_lines(self._causes)))

    def show_tree(self) -> None:
        """Show what the tree is taken for, and what is wrong with its settings."""
        from shipsmith_tui.dashboard.page import Page
        from shipsmith_tui.dashboard.tree_page import tree_lines

        self.push_screen(Page(Shown("This tree"), tree_lines(self.board.scorecard)))

    def show_ledger(self) -> None:
        """Show what shipsmith.toml says today, what needs to be looked at again first."""
        from shipsmith_tui.dashboard.ledger_page import ledger_lines
        from shipsmith_tui.dashboard.page import Page

        self.push_screen(Page(Shown("Acknowledged and attested"), ledger_lines(self.board)))

    def show_workflow(self, name: str | None = None) -> None:
        """Show a workflow, "" for the whole tree; None goes on to the next."""
        if name is None:
            self.lens.next(self.board.scorecard)
        else:
            self.lens.chosen = name
        self._paint(self.board)
        self.main.look()

    def keys_changed(self) -> None:
        """Write the keys of today into the last line."""
        self.main.show_keys()

    def _paint(self, board: Board) -> None:
        self.board = board
        self.terminal_title.tell(telling.title(board))
        self.main.paint(self.lens.through(board))

    def _export(self) -> None:
        """Write the findings down for the user's editor, where the settings say so."""
        card = self.board.scorecard
        if not self.user.locations or card is None:
            return
        try:
            export(self._root, location_lines(card, acknowledged(self.board).findings))
        except OSError as error:
            self.say(show(f"{FILE_NAME} was not written: {error.strerror}."), bad=True)

    def _leave(self, code: int) -> None:
        self.exit(return_code=code)

    def _resumed(self, _app: App[None]) -> None:
        """After fg the terminal holds other things: paint everything."""
        self.screen.refresh(layout=True)
