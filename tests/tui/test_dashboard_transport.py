"""The worker as a child process: what it says, how it ends, that it never keeps the dashboard waiting."""

import asyncio
import sys
from pathlib import Path

import pytest

from shipsmith_tui.dashboard.transport import WorkerEnded, WorkerProcess
from shipsmith_tui.protocol import FromWorker, Notice, Progress, Ready, WantSource

TALKS = """
import os, sys
from shipsmith_tui.protocol import *
out, inn = sys.stdout.buffer, sys.stdin.buffer
write_frame(out, Ready(os.getpid()))
while (m := read_from_dashboard(inn)) is not None and not isinstance(m, Quit):
    write_frame(out, Notice(m.path))
"""
DIES = """
import asyncio
import sys
from shipsmith_tui.protocol import *
write_frame(sys.stdout.buffer, Progress(1, 2))
sys.exit("the cache is broken")
"""
BABBLES = "print('hello, I am no message')"
DEAF = "import time\nwhile True: time.sleep(60)"


def process(code: str) -> WorkerProcess:
    return WorkerProcess(Path("/"), (sys.executable, "-c", code))


async def hear_all(worker: WorkerProcess) -> list[FromWorker]:
    return [message async for message in worker.messages()]


async def test_questions_are_answered_until_the_worker_is_closed() -> None:
    worker = process(TALKS)
    heard: list[FromWorker] = []
    async for message in worker.messages():
        heard.append(message)
        if isinstance(message, Ready):
            await worker.send(WantSource("app/caf\udce9.py", 1, 2, 3))
        else:
            await worker.close()
    assert isinstance(heard[0], Ready)
    assert isinstance(heard[1], Notice)


async def test_a_worker_that_dies_leaves_its_last_words() -> None:
    with pytest.raises(WorkerEnded, match="exit code 1: the cache is broken"):
        await hear_all(process(DIES))


async def test_what_it_said_before_it_died_was_heard() -> None:
    messages = process(DIES).messages()
    assert await anext(messages) == Progress(1, 2)
    with pytest.raises(WorkerEnded):
        await anext(messages)


async def test_a_worker_that_is_not_understood_is_ended() -> None:
    with pytest.raises(WorkerEnded, match="not understood"):
        await hear_all(process(BABBLES))


async def test_a_worker_that_cannot_be_started_is_a_sentence() -> None:
    worker = WorkerProcess(Path("/"), ("/no/such/python",))
    with pytest.raises(WorkerEnded, match="cannot be started"):
        await hear_all(worker)


async def test_a_deaf_worker_is_ended_all_the_same() -> None:
    worker = process(DEAF)
    messages = worker.messages()
    hearing = asyncio.ensure_future(anext(messages, None))
    while worker.pid is None:
        await asyncio.sleep(0)
    await worker.close()
    assert await hearing is None


async def test_asking_a_worker_that_is_gone_does_nothing() -> None:
    worker = process(DIES)
    await worker.send(WantSource("a.py", 1, 2, 3))
    with pytest.raises(WorkerEnded):
        await hear_all(worker)
    await worker.send(WantSource("a.py", 1, 2, 3))
    await worker.close()
