"""The worker's side of the process that judges commits, and what it makes of the answers."""

from __future__ import annotations

import contextlib
import datetime
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from msgspec.structs import replace
from shipsmith_controls.judge import Judge
from shipsmith_controls.scorecard import Scorecard
from shipsmith_controls.since import Past, compare, past_of

from shipsmith_tui import protocol, remembered
from shipsmith_tui.lineage import Conditions, Found, FromCommits, Lineage, Trend


class Answer(NamedTuple):
    """Something that a process said; `run` tells which process."""

    run: int
    message: FromCommits


class Commits:
    """Has the base and the last commits judged, anew whenever they may be others.

    `heard` is called from another thread with what the process says; hand it to `take`. `lineage`
    may be set to what an earlier session knew.
    """

    def __init__(self, root: Path, revision: str, heard: Callable[[Answer], None]) -> None:
        self._root = root
        self._revision = revision
        self._heard = heard
        self._process: subprocess.Popen[bytes] | None = None
        self._run = 0
        self._asked: tuple[object, ...] | None = None
        self._past: Past | None = None
        self.lineage = Lineage()

    def follow(self, judge: Judge, card: Scorecard, *, again: bool = False) -> None:
        """Ask for the base and the last commits, unless that was asked already."""
        conditions = Conditions(judge.standards, datetime.date.today())
        asked = (card.tree.commit, card.tree.branch, conditions)
        if asked == self._asked and not again:
            return
        self._asked = asked
        if self._past is None and self.lineage.commit:
            self._past = remembered.recall_past(self._root, conditions, self.lineage.commit)
        if card.tree.commit is not None and card.tree.dirty is False:
            # The tree is its commit: nobody has to judge that again.
            remembered.keep_past(self._root, conditions, past_of(card, card.tree.commit))
        self._start(conditions)

    def take(self, answer: Answer) -> None:
        """Believe an answer, if it comes from the process that was started last."""
        if answer.run != self._run:
            return
        match answer.message:
            case Found(commit, name, note):
                if self._past is not None and self._past.commit != commit:
                    self._past = None
                self.lineage = replace(self.lineage, name=name, commit=commit, note=note)
            case Past():
                self._past = answer.message
            case Trend(scores):
                self.lineage = replace(self.lineage, trend=scores)

    def compare(self, judge: Judge, card: Scorecard) -> Lineage:
        """How a scorecard stands to the base, as far as that is known."""
        files = frozenset(judge.workspace.files)
        since = compare(self._past, card, files) if self._past is not None else None
        self.lineage = replace(self.lineage, since=since)
        return self.lineage

    def stop(self) -> None:
        """End the process; it is not waited for."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process = None
        self._run += 1

    def _start(self, conditions: Conditions) -> None:
        self.stop()
        command = (sys.executable, "-P", "-m", "shipsmith_tui.commits_worker")
        try:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [*command, str(self._root), self._revision],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            self.lineage = Lineage(note=f"The base cannot be judged: {error.strerror}.")
            return
        run = (self._process, self._run, conditions)
        threading.Thread(target=self._listen, args=run, name="commits", daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes], run: int, conditions: Conditions) -> None:
        with contextlib.suppress(OSError, ValueError):
            # It may be told to end meanwhile: then the stream is closed already.
            protocol.write_frame(cast("BinaryIO", process.stdin), conditions)
        stream = cast("BinaryIO", process.stdout)
        judged = False
        with stream, contextlib.suppress(OSError, protocol.ProtocolError):
            while (message := protocol.read_from_commits(stream)) is not None:
                judged = judged or isinstance(message, Past)
                self._heard(Answer(run, message))
        code = process.wait()
        if code and not judged:
            how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
            self._heard(Answer(run, Found(note=f"Judging the base ended {how}; R tries it again.")))
