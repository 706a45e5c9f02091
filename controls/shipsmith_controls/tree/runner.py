"""Running git through GitPython's command layer: allowed commands, a deadline and a cap."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from git.cmd import Git as GitCommand

DEADLINE = 10.0
"""Seconds after which git is stopped; listing 100,000 files takes about 0.3."""
OUTPUT_CAP = 512_000_000
"""Bytes of output after which git is stopped: some three million paths."""
ALLOWED = frozenset(
    {
        "cat-file", "check-ignore", "config", "ls-files", "ls-tree", "merge-base", "rev-list",
        "rev-parse", "status",
    }
)  # fmt: skip
"""The only sub-commands that are ever run: none of them writes, pages, or reaches a network."""

_GIT_PYTHON = {"GIT_PYTHON_REFRESH": "quiet", "GIT_PYTHON_TRACE": ""}


class GitError(Exception):
    """Git could not answer; the message is a sentence that holds nothing of git's own output."""


class Output(NamedTuple):
    """Exit status and standard output of git."""

    status: int
    out: bytes


def find_git(outside: str) -> str | None:
    """The absolute path of git on PATH, never from a relative entry or from inside the tree."""
    return find_program("git", outside)


def find_program(name: str, outside: str) -> str | None:
    """The absolute path of a program on PATH, never from a relative entry or from inside the tree."""
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        real = os.path.realpath(entry)
        if not entry.startswith("/") or real == outside or real.startswith(f"{outside}/"):
            continue
        program = f"{entry}/{name}"
        if os.path.isfile(program) and os.access(program, os.X_OK):  # noqa: PTH113
            return program
    return None


@cache
def _command_layer() -> GitCommand:
    """GitPython's `git.cmd.Git` away from any tree; importing it must not fail where git is missing."""
    before = {name: os.environ.get(name) for name in _GIT_PYTHON}
    os.environ.update(_GIT_PYTHON)
    try:
        from git.cmd import Git as GitCommand
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    return GitCommand("/")


def run_git(
    program: str, arguments: Sequence[str], environment: Mapping[str, str], given: bytes | None = None
) -> Output:
    """Run an allowed sub-command (`arguments[0]`) in `/` and return what it printed.

    Args:
        program: absolute path of git.
        arguments: the sub-command and its arguments.
        environment: laid over this process's own.
        given: standard input.

    Raises:
        GitError: the sub-command is not allowed, git did not start, was too slow or printed too much.
    """
    name = arguments[0]
    if name not in ALLOWED:
        raise GitError(f"git {name} is not among the commands that may be run on a tree")
    with tempfile.TemporaryFile() as source:
        if given is not None:
            source.write(given)
            source.seek(0)
        try:
            handle = _command_layer().execute(
                [program, *arguments],
                istream=source if given is not None else None,
                as_process=True,
                env=environment,
                shell=False,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise GitError(f"git {name} could not be started ({type(error).__name__})") from error
        process = handle.proc
        if process is None:
            raise GitError(f"git {name} could not be started")
        try:
            out = _collect(process, name)
        finally:
            _stop(process)
    return Output(process.returncode, out)


def _collect(process: subprocess.Popen[bytes], name: str) -> bytes:
    """Standard output until its end; standard error is read and dropped."""
    deadline = time.monotonic() + DEADLINE
    chunks: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(deadline - time.monotonic())
            if not ready or time.monotonic() > deadline:
                raise GitError(f"git {name} did not answer within {DEADLINE:g} seconds")
            for key, _ in ready:
                chunk = os.read(key.fd, 1 << 20)
                if not chunk:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stdout:
                    chunks.append(chunk)
                    size += len(chunk)
            if size > OUTPUT_CAP:
                raise GitError(f"git {name} printed more than {OUTPUT_CAP // 1_000_000} MB")
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git {name} did not end within {DEADLINE:g} seconds") from error
    return b"".join(chunks)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End git and everything it started, if it still runs, and close its pipes."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    streams: tuple[IO[bytes] | None, ...] = (process.stdout, process.stderr)
    for stream in streams:
        if stream is not None:
            stream.close()
