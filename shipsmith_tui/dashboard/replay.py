"""A worker that follows a script: for demonstrations, and to drive the dashboard with real messages.

`python -m shipsmith_tui.dashboard.replay FILE` plays frames that a worker wrote.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from shipsmith_tui.dashboard.transport import WorkerEnded
from shipsmith_tui.protocol import FromDashboard, FromWorker, read_from_worker


class Script:
    """A transport that says what it is fed and remembers what it was asked."""

    def __init__(self, messages: Iterable[FromWorker] = ()) -> None:
        self._queue: asyncio.Queue[FromWorker | WorkerEnded | None] = asyncio.Queue()
        self.sent: list[FromDashboard] = []
        self.closed = False
        self.dead = False
        for message in messages:
            self.feed(message)

    def feed(self, message: FromWorker) -> None:
        """Say this next."""
        self._queue.put_nowait(message)

    def die(self, sentence: str) -> None:
        """End as a worker that crashed."""
        self._queue.put_nowait(WorkerEnded(sentence))

    async def messages(self) -> AsyncIterator[FromWorker]:
        """What was fed, in order. Raises WorkerEnded when fed one; then it may be listened to anew."""
        self.dead = False
        while (message := await self._queue.get()) is not None:
            if isinstance(message, WorkerEnded):
                self.dead = True
                raise message
            yield message

    async def send(self, message: FromDashboard) -> None:
        """Remember what was asked."""
        self.sent.append(message)

    async def close(self) -> None:
        """End the script."""
        self.closed = True
        if not self.dead:
            self._queue.put_nowait(None)


def main() -> int:
    """Play a file of frames. Exit codes are those of the dashboard."""
    from shipsmith_tui.dashboard.app import Dashboard

    if len(sys.argv) != 2:
        print("usage: python -m shipsmith_tui.dashboard.replay FILE", file=sys.stderr)
        return 2
    messages = []
    with Path(sys.argv[1]).open("rb") as stream:
        while (message := read_from_worker(stream)) is not None:
            messages.append(message)
    app = Dashboard(lambda: Script(messages), root=Path.cwd())
    app.run()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())
