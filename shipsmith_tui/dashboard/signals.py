"""Ending and resuming as a good citizen of the terminal."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

_ENDING = (signal.SIGTERM, signal.SIGHUP)


def end_on_signals(leave: Callable[[int], None]) -> Callable[[], None]:
    """Call `leave` with the exit code (128 + number) on SIGTERM and SIGHUP; returns how to stop that."""
    loop = asyncio.get_running_loop()
    for number in _ENDING:
        loop.add_signal_handler(number, leave, 128 + number)

    def stop() -> None:
        for number in _ENDING:
            loop.remove_signal_handler(number)

    return stop
