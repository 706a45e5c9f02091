"""A child process that judges commits: the base, then the last commits of the branch. Then it ends.

It gives way to everything else on the machine, says what it finds over its standard output, and
ends early when its standard input is closed. What it judged is remembered by commit, so that the
engine is loaded only for commits that were never judged. Its memory goes with it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from shipsmith_controls.since import ALL, Past, past_of
from shipsmith_controls.tree.base import Base, BaseError, find_base, last_commits
from shipsmith_controls.tree.git import Git, GitError, NoGit, open_git

from shipsmith_tui import protocol, remembered
from shipsmith_tui.lineage import Conditions, Found, FromCommits, Trend

if TYPE_CHECKING:
    from shipsmith_controls.judge import Judge, Stage
    from shipsmith_controls.tree.commits import CommitTree

COMMITS = 12
"""Commits of which the trend is made."""
_LONGEST = 90.0
"""Seconds after which no further commit is judged for the trend."""
_NICENESS = 19


class StoppedError(Exception):
    """Nobody waits for the answer any more."""


class CommitJudge:
    """Judges commits one after the other, from memory where they were judged before.

    `stopped` is asked often; once it says True, StoppedError is raised.
    """

    def __init__(
        self, root: Path, git: Git, conditions: Conditions, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._root = root
        self._git = git
        self._conditions = conditions
        self.stopped = stopped
        self._engine: tuple[Judge, CommitTree] | None = None

    def close(self) -> None:
        """Let go of the engine."""
        if self._engine is not None:
            self._engine[0].close()

    def recall(self, commit: str) -> Past | None:
        """A commit as it was judged before, None when it was not."""
        return remembered.recall_past(self._root, self._conditions, commit)

    def past(self, commit: str) -> Past:
        """A commit, judged. Raises GitError and StoppedError."""
        known = self.recall(commit)
        if known is not None:
            return known
        self._progress("files", 0, 0)
        found = past_of(self._moved_to(commit).update(None, self._progress), commit)
        remembered.keep_past(self._root, self._conditions, found)
        return found

    def _moved_to(self, commit: str) -> Judge:
        if self._engine is not None:
            self._engine[1].move(commit)
            return self._engine[0]
        from shipsmith_controls.judge import Judge
        from shipsmith_controls.tree.commits import CommitTree

        standards = self._conditions.standards
        tree = CommitTree(self._git, str(self._root), commit, standards.exclude)
        self._engine = Judge(tree, remembered.facts_folder(self._root), standards), tree
        return self._engine[0]

    def _progress(self, stage: Stage, done: int, of: int) -> None:
        if self.stopped():
            raise StoppedError


def work(
    root: Path,
    revision: str,
    conditions: Conditions,
    say: Callable[[FromCommits], None],
    stopped: Callable[[], bool],
) -> None:
    """Say what the base is, how it was judged, and then the trend, as far as they can be known."""
    git = open_git(str(root))
    if isinstance(git, NoGit):
        say(Found(note=f"There is nothing to compare with: {git.reason}."))
        return
    with git:
        judge = CommitJudge(root, git, conditions, stopped)
        try:
            _base(git, revision, judge, say)
            _trend(git, judge, say)
        except StoppedError:
            return
        finally:
            judge.close()


def _base(git: Git, revision: str, judge: CommitJudge, say: Callable[[FromCommits], None]) -> None:
    try:
        base: Base = find_base(git, revision)
        say(Found(*base))
        say(judge.past(base.commit))
    except BaseError as error:
        say(Found(note=str(error)))
    except GitError as error:
        say(Found(note=f"The base cannot be judged: {error}."))


def _trend(git: Git, judge: CommitJudge, say: Callable[[FromCommits], None]) -> None:
    """Say the scores of the last commits, those that are remembered first."""
    until = time.monotonic() + _LONGEST
    asked = judge.stopped
    judge.stopped = lambda: asked() or time.monotonic() > until
    with contextlib.suppress(GitError):
        commits = last_commits(git, COMMITS)
        known = {commit: past.scores[ALL] for commit in commits if (past := judge.recall(commit))}
        say(Trend(tuple(known.get(commit) for commit in reversed(commits))))
        for commit in commits:
            if commit not in known:
                known[commit] = judge.past(commit).scores[ALL]
                say(Trend(tuple(known.get(commit) for commit in reversed(commits))))


def main() -> None:
    """Judge commits of the tree named on the command line, against the revision named after it.

    Under which conditions is read from standard input.
    """
    os.nice(_NICENESS)
    # Whatever else prints must not get between the messages.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # Unbuffered: nothing may be read ahead of what waits for the end.
    source = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    conditions = protocol.read_conditions(source)
    if conditions is None:
        return
    ended = threading.Event()

    def wait_for_the_end() -> None:
        while source.read(4096):
            pass
        ended.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()

    def say(message: FromCommits) -> None:
        protocol.write_frame(out, message)

    try:
        revision = sys.argv[2] if len(sys.argv) > 2 else ""
        work(Path(sys.argv[1]), revision, conditions, say, ended.is_set)
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
