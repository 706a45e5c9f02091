"""The worker: a child process that owns the tree, judges it, watches it, and tells the dashboard.

Everything heavy happens here, so that the process that paints never waits. One thread judges; two
others only hand over what they hear: the dashboard's messages and the watcher's hints.
"""

from __future__ import annotations

import datetime
import os
import queue
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO, cast

from shipsmith_controls import standing
from shipsmith_controls.facts.secrets import hide
from shipsmith_controls.facts.text import decode
from shipsmith_controls.facts.text import lines as text_lines
from shipsmith_controls.judge import Judge, Stage
from shipsmith_controls.ledger import Acknowledgement, LedgerError
from shipsmith_controls.scorecard import Scorecard, Status
from shipsmith_controls.tree.workspace import TreeGoneError

from shipsmith_tui import ledger_file, protocol, remembered
from shipsmith_tui.headless import ignores_of
from shipsmith_tui.identity import who
from shipsmith_tui.ledger_edit import Change
from shipsmith_tui.protocol import Cause, FromDashboard
from shipsmith_tui.watching import Watcher

_LOOK_AGAIN = 30.0
"""Seconds after which everything is looked at even when nothing was heard."""
_SLEPT = 2.0
"""Seconds by which a wait may overrun before the machine is taken to have slept."""
_FAILING = (Status.PARTIAL, Status.MISSING)
_PROGRESS_STEP = 250

Heard = FromDashboard | frozenset[str] | None | str
"""A message, folders to look at (None: all), or a watcher's sentence."""


class Worker:
    """Judges a tree whenever something is heard, and says what came of it."""

    def __init__(self, root: Path, out: BinaryIO) -> None:
        self.root = root
        self._out = out
        self._heard: queue.Queue[tuple[str, Heard]] = queue.Queue()
        self._judge = Judge(root, remembered.facts_folder(root))
        self._watcher = Watcher(root, lambda f: self._heard.put(("dirty", f)), self._watch_failed)
        self._card: Scorecard | None = None
        self._shown: tuple[object, ...] = ()
        self._undo: list[Change] = []
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
        self._follow()
        while self._step():
            pass
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
        began = time.time()
        try:
            kind, heard = self._heard.get(timeout=_LOOK_AGAIN)
        except queue.Empty:
            kind, heard = "dirty", None
        if time.time() - began > _LOOK_AGAIN + _SLEPT:
            kind, heard = ("dirty", None) if kind == "dirty" else (kind, heard)
        if kind == "message":
            return self._answer(heard)
        if kind == "watch":
            self._note = str(heard)
            self._watch_state()
            return True
        self._dirty(heard)
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
            case protocol.Rejudge():
                self._update("rescan", None, always=True)
            case protocol.Pause(on=on):
                self._pause(on)
            case protocol.WantSource():
                self._source(message)
            case protocol.Acknowledge():
                self._acknowledge(message)
            case protocol.Undo():
                self._take_back()
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
            card = self._judge.update(folders, self._progress if before is None else None)
        except TreeGoneError as error:
            self._say(protocol.Trouble(str(error)))
            self._trouble = str(error)
            return
        self._tell_trouble()
        ledger, shown = self._ledger_view(card), _essence(card)
        if not always and before is not None and (shown, ledger) == self._shown:
            self._card = card
            return
        cause = self._cause(kind, before, card, (time.perf_counter() - started) * 1000)
        self._card, self._shown = card, (shown, ledger)
        self._say(protocol.Judged(card, cause, ledger))
        remembered.keep(self.root, card)

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

    def _tell_trouble(self) -> None:
        trouble = self._judge.trouble
        if trouble is not None:
            sentence = f"{trouble} The last good one holds, and nothing is written to it."
            if sentence != self._trouble:
                self._trouble = sentence
                self._say(protocol.Trouble(sentence, "shipsmith.toml", trouble.line))
        elif self._trouble:
            self._trouble = ""
            self._say(protocol.Resolved())

    def _ledger_view(self, card: Scorecard) -> protocol.LedgerView:
        ledger, today = self._judge.ledger, datetime.date.today()
        ignores = ignores_of(self.root, card)
        view = standing.apply(ledger, card.controls, today, ignores)
        holding = {a for s in view.standings.values() for a in s.by}
        settled = {c for c, s in view.standings.items() if s.state is standing.State.ACKNOWLEDGED}
        expired = {a for s in view.standings.values() for a in s.expired}
        acknowledged = [
            protocol.AckView(
                control=a.control,
                reason=a.reason,
                by=a.by,
                on=a.on,
                until=a.until,
                findings=a.findings or (),
                covers=a in holding and a.control in settled,
                orphaned=a in view.orphaned,
                expired=a in expired,
            )
            for a in ledger.acknowledged
        ]
        for ignore in (i for i in ignores if i.reason):
            for control in ignore.controls:
                covered = _covered_by(card, control, ignore)
                if covered:
                    by = f"comment at {ignore.path}:{ignore.line}"
                    whole = control in settled
                    acknowledged.append(
                        protocol.AckView(
                            control, ignore.reason, by, today, findings=covered, covers=whole
                        )
                    )
        attested = tuple(
            protocol.AttestView(
                a.control, a.evidence, a.by, a.on, a.until, a in view.expired_attestations
            )
            for a in ledger.attested
        )
        return protocol.LedgerView(tuple(acknowledged), attested)

    def _acknowledge(self, message: protocol.Acknowledge) -> None:
        entry = Acknowledgement(
            control=message.control,
            reason=message.reason,
            by=who(),
            on=datetime.date.today(),
            until=message.until,
            findings=message.findings or None,
        )
        self._write(Change(acknowledge=(entry,)), f"acknowledged {message.control}")

    def _take_back(self) -> None:
        if not self._undo:
            self._say(protocol.Notice("There is nothing to undo in this session."))
            return
        change = self._undo.pop()
        names = ", ".join(sorted({a.control for a in (*change.withdraw, *change.acknowledge)}))
        self._write(change, f"took back what was said of {names}", undoable=False)

    def _write(self, change: Change, done: str, undoable: bool = True) -> None:
        try:
            written = ledger_file.write(self.root, change)
        except (LedgerError, ledger_file.LedgerFileError, ledger_file.AlreadyAcknowledgedError) as error:
            self._say(protocol.Notice(str(error), failed=True))
            return
        if undoable and written.change:
            self._undo.append(written.undo)
        self._say(protocol.Notice(f"{done} in shipsmith.toml"))
        self._update("ledger", {""}, always=True)

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
        if card is not None:
            self._say(protocol.Judged(card, Cause("start"), stale=True))

    def _progress(self, stage: Stage, done: int, of: int) -> None:
        if stage == "controls" or done % _PROGRESS_STEP == 0 or done == of:
            self._say(protocol.Progress(done, of, stage))

    def _say(self, message: protocol.FromWorker) -> None:
        protocol.write_frame(self._out, message)


def _essence(card: Scorecard) -> tuple[object, ...]:
    """What a reader would see differ: everything but timing and what was rejudged."""
    return (card.tree, card.traits, card.controls, card.skipped)


def _covered_by(card: Scorecard, control: str, ignore: standing.Ignore) -> tuple[str, ...]:
    return tuple(
        f.fingerprint
        for c in card.controls
        if c.id == control
        for f in c.verdict.findings
        if f.path == ignore.path and f.line in (ignore.line, ignore.line + 1)
    )


def main() -> None:
    """Judge the tree named on the command line for the dashboard at the other end of the pipes."""
    # Whatever else prints must not get between the messages.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        # Unbuffered: a thread that waits in a buffered reader aborts the interpreter at its end.
        source = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
        Worker(Path(sys.argv[1]).resolve(), out).run(cast("BinaryIO", source))
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
