"""Line mode: what is said of each message, to an ear and to a terminal that cannot paint."""

import datetime
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from shipsmith_tui.dashboard.board import Board, fold
from shipsmith_tui.demo_tree import copy_demo
from shipsmith_tui.plain import answer, lines_for
from shipsmith_tui.protocol import (
    Cause,
    FromWorker,
    Judged,
    Notice,
    Progress,
    Resolved,
    Trouble,
    WatchState,
)
from tests.tui.scorecards import LEDGER, START, scorecard, session, with_status

NOW = datetime.datetime(2026, 11, 23, 14, 3, 22)
FIRST = Judged(scorecard(), START, LEDGER)
SAVED = Cause("save", ("app/agent.py",), 7, 115, 31.0, fixed=("RES-01",))
FIXED = Judged(with_status(scorecard(), "RES-01", "done"), SAVED, LEDGER)


def said(messages: Iterable[FromWorker]) -> list[list[str]]:
    """What is said of each message, in a tree called support-bot."""
    board, lines = Board(tree="support-bot"), []
    for message in messages:
        before, board = board, fold(board, message)
        lines.append([str(line) for line in lines_for(before, board, message, NOW)])
    return lines


def board() -> Board:
    return fold(Board(tree="support-bot"), FIRST)


def test_it_begins_with_the_score_and_what_can_be_asked() -> None:
    ((summary, ask),) = said([FIRST])
    score = scorecard().score
    assert re.fullmatch(
        rf"support-bot, branch main: {score} percent, [a-z -]+\. \d+ of \d+ controls fail, "
        r"\d+ critical missing, \d+ acknowledged, \d+ wait for a person\.",
        summary,
    )
    assert ask.startswith("s and enter: ")


def test_a_save_is_a_line_and_a_line_for_each_control_that_changed() -> None:
    _, (saved, fixed) = said([FIRST, FIXED])
    assert re.match(r"14:03:22 agent\.py: \d+ percent, ", saved)
    assert fixed.startswith("Fixed: RES-01 Every LLM call has an explicit timeout, critical, done")


def test_what_changes_nothing_is_not_told() -> None:
    again = Judged(scorecard(), Cause("save", ("app/agent.py",), 1, 115, 3.0), LEDGER)
    progress = [Progress(10, 7408), Progress(20, 7408), Progress(30, 7408)]
    assert said([FIRST, again])[1] == []
    assert said(progress) == [["Reading 7,408 files."], [], []]


def test_trouble_notices_and_watching_are_told() -> None:
    live, paused = WatchState("live", 0), WatchState("paused", 0)
    assert said(
        [Trouble("not valid TOML", "shipsmith.toml", 3), Resolved(), Notice("nothing to undo")]
    ) == [
        ["Trouble: shipsmith.toml:3: not valid TOML"],
        ["The trouble is over."],
        ["nothing to undo"],
    ]
    assert said([live, paused]) == [[], ["Watching: paused."]]


def test_a_word_asks_for_more() -> None:
    listed = answer(board(), "l\n")
    assert listed[0].startswith(
        "RES-01 Every LLM call has an explicit timeout, critical, missing, 3 of 9 hold"
    )
    told = answer(board(), "res-01\n")
    assert told[0] == listed[0]
    assert told[1].startswith("Why: ")
    assert "app/agent.py:42 " in "\n".join(told)
    assert told[-1].startswith("Fix: ")
    assert answer(board(), "\n") == answer(board(), "s\n")
    assert "is no word that is known here" in answer(board(), "RES-99\n")[0]
    assert answer(Board(), "l\n") == ["Nothing was judged yet."]


def test_no_line_needs_eyes() -> None:
    lines = [line for lines in said([*session(), FIXED]) for line in lines]
    lines += [*answer(board(), "l"), *answer(board(), "?")]
    assert not set("│─╭▌█━▁✗✔◐⊘·▲▼●") & set("".join(lines))
    assert not any("\x1b" in line for line in lines)


@pytest.mark.parametrize("word", ["--plain", "TERM=dumb"])
def test_it_watches_in_lines_until_q(tmp_path: Path, word: str) -> None:
    demo = copy_demo(tmp_path / "harbor-helpdesk")
    master, slave = pty.openpty()
    command = [
        sys.executable,
        "-P",
        "-m",
        "shipsmith_tui",
        *([word] if word == "--plain" else []),
        str(demo),
    ]
    term = "dumb" if word == "TERM=dumb" else "xterm-256color"
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, "TERM": term}
    )
    try:
        heard = read_until(master, b"s and enter: ")
        os.write(master, b"q\n")
        assert process.wait(20) == 0
    finally:
        process.kill()
        os.close(master)
        os.close(slave)
    assert b"harbor-helpdesk, branch main: " in heard
    assert b"\x1b" not in heard


def test_a_signal_ends_it(tmp_path: Path) -> None:
    demo = copy_demo(tmp_path / "harbor-helpdesk")
    command = [sys.executable, "-P", "-m", "shipsmith_tui", "--plain", str(demo)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.terminate()
        assert process.wait(20) == 143


def read_until(master: int, text: bytes) -> bytes:
    """What is said until some text comes."""
    heard, end = b"", time.monotonic() + 20
    while text not in heard:
        ready, _, _ = select.select([master], [], [], max(0.0, end - time.monotonic()))
        assert ready, f"{text!r} was not said"
        heard += os.read(master, 65536)
    return heard
