"""How the dashboard reaches its worker: a child process, or anything else that speaks the protocol."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Protocol

from shipsmith_tui.protocol import (
    FromDashboard,
    FromWorker,
    ProtocolError,
    Quit,
    encode,
    receive_from_worker,
)

_PATIENCE = 1.0
"""Seconds that a worker may take to end when asked to."""


class WorkerEnded(Exception):  # noqa: N818 - an event, told to the user as a sentence
    """The worker is gone, and was not asked to go; the text is a sentence."""


class Transport(Protocol):
    """Messages from a worker, and a way to ask it. `messages` may be called once."""

    def messages(self) -> AsyncIterator[FromWorker]:
        """What the worker says, until it ends. Raises WorkerEnded."""
        ...

    async def send(self, message: FromDashboard) -> None:
        """Ask the worker; nothing happens when it is gone."""
        ...

    async def close(self) -> None:
        """End the worker."""
        ...


class WorkerProcess:
    """A worker in a child process, which speaks over its standard input and output."""

    def __init__(self, root: Path, command: Sequence[str] | None = None, *, base: str = "") -> None:
        # -P: a tree with a folder named as one of our packages must never be imported.
        usual = (sys.executable, "-P", "-m", "shipsmith_tui.worker", str(root), base)
        self._command = command or usual
        self._process: asyncio.subprocess.Process | None = None
        self._said = b""
        self._closing = False

    @property
    def pid(self) -> int | None:
        """The process, None before it is started."""
        return None if self._process is None else self._process.pid

    async def messages(self) -> AsyncIterator[FromWorker]:
        """Start the process and give what it says, until it ends. Raises WorkerEnded."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
                limit=2**20,
            )
        except OSError as error:
            raise WorkerEnded(f"The worker cannot be started: {error.strerror}.") from error
        self._process = process
        listening = asyncio.create_task(self._listen(process))
        try:
            while (message := await self._next(process)) is not None:
                yield message
            code = await process.wait()
            await listening
            if not self._closing:
                raise WorkerEnded(self._epitaph(code))
        finally:
            listening.cancel()
            if process.stdin is not None:
                process.stdin.close()

    async def send(self, message: FromDashboard) -> None:
        """Write a message to the process."""
        process = self._process
        if process is None or process.stdin is None or process.returncode is not None:
            return
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.write(encode(message))
            await process.stdin.drain()

    async def close(self) -> None:
        """Ask the process to end, and end it when it does not."""
        self._closing = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self.send(Quit())
                if process.stdin is not None:
                    process.stdin.close()
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _next(self, process: asyncio.subprocess.Process) -> FromWorker | None:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        try:
            return await receive_from_worker(process.stdout)
        except ProtocolError as error:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise WorkerEnded(f"The worker is not understood: {error}.") from error

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Keep the last words of the process, for the case that it dies."""
        assert process.stderr is not None  # noqa: S101 - it was asked for
        while words := await process.stderr.read(4096):
            self._said = (self._said + words)[-4096:]

    def _epitaph(self, code: int) -> str:
        lines = self._said.decode(errors="replace").strip().splitlines()
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return f"The worker ended {how}{': ' + lines[-1] if lines else ''}."
