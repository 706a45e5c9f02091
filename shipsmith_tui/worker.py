"""The worker: a child process that owns the tree, judges it, watches it, and tells the dashboard.

Everything heavy happens here, so that the process that paints never waits. One thread judges; two
others only hand over what they hear: the dashboard's messages and the watcher's hints.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO, cast

from shipsmith_controls.facts.secrets import hide
from shipsmith_controls.facts.text import decode
from shipsmith_controls.facts.text import lines as text_lines
from shipsmith_controls.judge import Judge, Stage
from shipsmith_controls.scorecard import Mistake, Scorecard, Status
from shipsmith_controls.tree.workspace import TreeGoneError

from shipsmith_tui import protocol, remembered
from shipsmith_tui.commits_process import Answer, Commits
from shipsmith_tui.ledger_keeper import LedgerKeeper
from shipsmith_tui.ledger_view import ledger_view
from shipsmith_tui.lineage import Lineage
from shipsmith_tui.protocol import Cause, FromDashboard
from shipsmith_tui.watching import Watcher

_LOOK_AGAIN = 30.0
"""Seconds after which everything is looked at even when nothing was heard."""
_SLEPT = 2.0
"""Seconds by which a wait may overrun before the machine is taken to have slept."""
_FAILING = (Status.PARTIAL, Status.MISSING)
_PROGRESS_STEP = 250

Heard = FromDashboard | Answer | frozenset[str] | None | str
"""A message, an answer about commits, folders to look at (None: all), or a watcher's sentence."""


class Worker:
    """Judges a tree whenever something is heard, and says what came of it."""

    def __init__(self, root: Path, out: BinaryIO, base: str = "") -> None:
        """Judge the tree at `root` against the revision `base`, "" for its default branch."""
        self.root = root
        self._out = out
        self._heard: queue.Queue[tuple[str, Heard]] = queue.Queue()
        self._judge = Judge(root, remembered.facts_folder(root))
        self._watcher = Watcher(root, lambda f: self._heard.put(("dirty", f)), self._watch_failed)
        self._commits = Commits(root, base, lambda answer: self._heard.put(("commits", answer)))
        self._lineage = Lineage()
        self._card: Scorecard | None = None
        self._recalled = False
        self._shown: tuple[object, ...] = ()
        self._keeper = LedgerKeeper(root)
        self._looked = 0.0
        self._paused = False
        self._missed = False
        self._trouble = ""
        self._note = ""

    def run(self, source: BinaryIO) -> None:
        """Work until the dashboard says so or goes away."""
        threading.Thread(target=self._listen, args=(source,), name="listener", daemon=True).start()
        self._say(protocol.Ready(os.getpid()))
        self._remembered()
        self._update("start", None)
        self._looked = time.time()
        self._follow()
        while self._step():
            pass
        self._commits.stop()
        self._watcher.stop()
        self._judge.close()

    def _listen(self, source: BinaryIO) -> None:
        try:
            while (message := protocol.read_from_dashboard(source)) is not None:
                self._heard.put(("message", message))
        except (OSError, protocol.ProtocolError):
            pass
        self._heard.put(("message", protocol.Quit()))

    def _watch_failed(self, sentence: str) -> None:
        self._heard.put(("watch", sentence))

    def _step(self) -> bool:
        """Take what was heard next; False when it is time to end."""
        due = self._looked + _LOOK_AGAIN - time.time()
        try:
            kind, heard = self._heard.get(timeout=max(0.0, min(due, _LOOK_AGAIN)))
        except queue.Empty:
            kind, heard = "dirty", None
        if kind == "dirty" and time.time() - self._looked > _LOOK_AGAIN + _SLEPT:
            heard = None
        if kind == "message":
            return self._answer(heard)
        if kind == "watch":
            self._note = str(heard)
            self._watch_state()
            return True
        if isinstance(heard, Answer):
            self._commits.take(heard)
            self._tell_lineage()
            return True
        self._dirty(heard)
        self._looked = time.time()
        return True

    def _dirty(self, heard: Heard) -> None:
        """Look where something happened; hints that wait already are taken together."""
        folders: set[str] | None = set(heard) if isinstance(heard, frozenset) else None
        later: list[tuple[str, Heard]] = []
        while not self._heard.empty():
            kind, more = self._heard.get_nowait()
            if kind != "dirty":
                later.append((kind, more))
            elif folders is not None and isinstance(more, frozenset):
                folders |= more
            else:
                folders = None
        for each in later:
            self._heard.put(each)
        if self._paused:
            self._missed = True
            return
        self._update("save", folders)
        self._follow()

    def _answer(self, message: Heard) -> bool:
        match message:
            case protocol.Quit():
                return False
            case protocol.Rescan():
                self._update("rescan", None, always=True)
                self._follow_commits(again=True)
            case protocol.Rejudge():
                self._update("rescan", None, always=True)
            case protocol.Pause(on=on):
                self._pause(on)
            case protocol.WantSource():
                self._source(message)
            case protocol.Acknowledge() | protocol.Attest():
                self._written(self._keeper.write(message))
            case protocol.Undo():
                self._written(self._keeper.undo())
        return True

    def _pause(self, on: bool) -> None:
        self._paused = on
        self._watch_state()
        if not on and self._missed:
            self._missed = False
            self._update("rescan", None)
        if not on:
            self._follow()

    def _update(self, kind: str, folders: set[str] | None, always: bool = False) -> None:
        """Judge again and tell it when anything differs from what was told last."""
        started = time.perf_counter()
        before = self._card
        try:
            card = self._first(folders) if before is None else self._judge.update(folders)
        except TreeGoneError as error:
            self._say(protocol.Trouble(str(error)))
            self._trouble = str(error)
            return
        self._tell_trouble(card.mistakes)
        ledger, shown = self._ledger_view(card), _essence(card)
        if not always and before is not None and (shown, ledger) == self._shown:
            self._card = card
            self._follow_commits()
            return
        cause = self._cause(kind, before, card, (time.perf_counter() - started) * 1000)
        self._card, self._shown = card, (shown, ledger)
        self._say(protocol.Judged(card, cause, ledger))
        self._follow_commits()
        self._tell_lineage()
        remembered.keep(self.root, card)

    def _first(self, folders: set[str] | None) -> Scorecard:
        """The first judgement: told step by step, where no earlier session left a scorecard to show."""

        def tell(card: Scorecard) -> None:
            self._say(protocol.JudgedSoFar(card, self._ledger_view(card)))

        return self._judge.update(folders, self._progress, partial=None if self._recalled else tell)

    def _follow_commits(self, *, again: bool = False) -> None:
        if self._card is not None:
            self._commits.follow(self._judge, self._card, again=again)

    def _tell_lineage(self) -> None:
        """Say how the tree stands to its base, when that is news."""
        if self._card is None:
            return
        lineage = self._commits.compare(self._judge, self._card)
        if lineage != self._lineage:
            self._lineage = lineage
            self._say(lineage)
            remembered.keep_lineage(self.root, lineage)

    def _cause(self, kind: str, before: Scorecard | None, card: Scorecard, milliseconds: float) -> Cause:
        moved = before is not None and before.tree.branch != card.tree.branch
        was = {c.id: c.verdict.status for c in before.controls} if before else {}
        now = {c.id: c.verdict.status for c in card.controls}
        failing = tuple(i for i, s in now.items() if s in _FAILING and was.get(i, s) not in _FAILING)
        fixed = tuple(i for i, s in now.items() if s is Status.DONE and was.get(i) in _FAILING)
        return Cause(
            kind="branch" if moved else kind,  # type: ignore[arg-type]
            paths=self._judge.changed[:20],
            rejudged=len(card.rejudged),
            of=sum(c.verdict.status is not Status.NOT_BUILT for c in card.controls),
            milliseconds=milliseconds,
            newly_failing=failing,
            fixed=fixed,
        )

    def _tell_trouble(self, mistakes: tuple[Mistake, ...]) -> None:
        trouble = protocol.trouble_of(self._judge.trouble, mistakes)
        if trouble is not None:
            if str(trouble) != self._trouble:
                self._trouble = str(trouble)
                self._say(trouble)
        elif self._trouble:
            self._trouble = ""
            self._say(protocol.Resolved())

    def _written(self, notice: protocol.Notice) -> None:
        """Say what came of writing to the ledger, and judge by what it says now."""
        self._say(notice)
        if not notice.failed:
            self._update("ledger", {""}, always=True)

    def _ledger_view(self, card: Scorecard) -> protocol.LedgerView:
        judge, undoable = self._judge, self._keeper.undoable
        return ledger_view(self.root, judge.ledger, card, tuple(judge.attestable), undoable)

    def _source(self, message: protocol.WantSource) -> None:
        content = self._judge.workspace.content(message.path)
        lines: tuple[str, ...] = ()
        first = max(1, message.line - message.context)
        if isinstance(content, bytes):
            every = text_lines(decode(hide(content)))
            lines = tuple(line[:2000] for line in every[first - 1 : message.line + message.context])
        self._say(protocol.SourceText(message.path, first, lines, message.request))

    def _follow(self) -> None:
        if not self._paused:
            self._watcher.follow(self._judge.workspace.watch_dirs())

    def _watch_state(self) -> None:
        mode = "paused" if self._paused else "stale" if self._note else "live"
        self._say(protocol.WatchState(mode, time.time(), self._note))  # type: ignore[arg-type]

    def _remembered(self) -> None:
        card = remembered.recall(self.root)
        self._recalled = card is not None
        if card is not None:
            self._say(protocol.Judged(card, Cause("start"), stale=True))
            lineage = remembered.recall_lineage(self.root)
            if lineage is not None:
                self._commits.lineage = lineage
                self._say(lineage)

    def _progress(self, stage: Stage, done: int, of: int) -> None:
        if stage == "controls" or done % _PROGRESS_STEP == 0 or done == of:
            self._say(protocol.Progress(done, of, stage))

    def _say(self, message: protocol.FromWorker) -> None:
        protocol.write_frame(self._out, message)


def _essence(card: Scorecard) -> tuple[object, ...]:
    """What a reader would see differ: everything but timing and what was rejudged."""
    return (
        card.tree,
        card.controls,
        card.skipped,
        card.seen,
        card.mistakes,
        card.dimensions,
        card.division,
    )


def main() -> None:
    """Judge the tree named on the command line for the dashboard at the other end of the pipes."""
    # Whatever else prints must not get between the messages.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        # Unbuffered: a thread that waits in a buffered reader aborts the interpreter at its end.
        source = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
        base = sys.argv[2] if len(sys.argv) > 2 else ""
        Worker(Path(sys.argv[1]).resolve(), out, base).run(cast("BinaryIO", source))
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
