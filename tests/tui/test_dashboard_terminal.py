"""The dashboard on a real terminal: how it starts, ends and comes back."""

import datetime
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from shipsmith_controls.scorecard import Evidence, Skipped, TreeInfo

from shipsmith_tui.protocol import AckView, Cause, FromWorker, Judged, LedgerView, Trouble, encode
from tests.tui.scorecards import control, finding, scorecard, session

PATIENCE = 20.0
POINTER_SHAPE = b"\x1b]22;default\x07"


class Terminal:
    """A pseudo-terminal with the dashboard in it."""

    def __init__(self, recording: Path) -> None:
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (30, 100))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shipsmith_tui.dashboard.replay", str(recording)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            cwd=recording.parent,
            env={**os.environ, "TERM": "xterm-256color", "EDITOR": str(recording.parent / "vi")},
        )

    def read_until(self, text: bytes) -> bytes:
        """What is painted until some text comes."""
        painted = b""
        end = time.monotonic() + PATIENCE
        while text not in painted:
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"{text!r} was not painted"
            painted += os.read(self.master, 65536)
        return painted

    def press_and_read(self, key: bytes) -> bytes:
        """What is painted after a key."""
        os.write(self.master, key)
        painted = b""
        while select.select([self.master], [], [], 0.15)[0]:
            painted += os.read(self.master, 65536)
        return painted

    def end(self) -> int:
        """The exit code; what is painted meanwhile is read, as a terminal would."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            if select.select([self.master], [], [], 0.05)[0]:
                os.read(self.master, 65536)
        return self.process.wait(0)


@contextmanager
def playing(messages: Iterable[FromWorker], folder: Path) -> Iterator[Terminal]:
    """A terminal in which these messages are shown."""
    recording = folder / "session"
    recording.write_bytes(b"".join(encode(message) for message in messages))
    found = Terminal(recording)
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.process.kill()
            found.process.wait()
        os.close(found.master)
        os.close(found.slave)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with playing(session(), tmp_path) as found:
        yield found


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_and_gives_the_terminal_back(
    terminal: Terminal, number: signal.Signals, code: int
) -> None:
    terminal.read_until(b"SEC-01")
    terminal.process.send_signal(number)
    assert terminal.end() == code
    assert termios.tcgetattr(terminal.slave) == terminal.before


def test_q_ends_it_well(terminal: Terminal) -> None:
    terminal.read_until(b"SEC-01")
    os.write(terminal.master, b"q")
    assert terminal.end() == 0
    assert termios.tcgetattr(terminal.slave) == terminal.before


def test_the_title_tells_the_score_and_is_given_back(terminal: Terminal) -> None:
    score = [m.scorecard.score for m in session() if isinstance(m, Judged)][-1]
    painted = terminal.read_until(f"\x1b]2;shipsmith {score} % · ".encode())
    assert b"\x1b[22;2t" in painted
    os.write(terminal.master, b"q")
    terminal.read_until(b"\x1b]2;\x1b\\\x1b[23;2t")
    assert terminal.end() == 0


def test_m_stops_the_mouse_from_being_reported(terminal: Terminal) -> None:
    terminal.read_until(b"SEC-01")
    os.write(terminal.master, b"m")
    terminal.read_until(b"\x1b[?1000l")
    os.write(terminal.master, b"m")
    terminal.read_until(b"\x1b[?1000h")


def test_after_it_was_stopped_everything_is_painted_again(terminal: Terminal) -> None:
    terminal.read_until(b"SEC-01")
    terminal.process.send_signal(signal.SIGTSTP)
    terminal.read_until(b"\x1b[?1049l")
    os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED | os.WNOWAIT)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.read_until(b"SEC-01")


def test_the_editor_gets_the_terminal_the_line_and_a_folder_outside_of_the_tree(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "agent.py").write_text("x\n")
    editor = tmp_path / "vi"
    editor.write_text(f'#!/bin/sh\necho "$PWD $@" > {tmp_path}/called\necho EDITING\n')
    editor.chmod(0o755)
    with playing(session(), tmp_path) as terminal:
        terminal.read_until(b"SEC-01")
        terminal.press_and_read(b"g")
        terminal.press_and_read(b"j")
        os.write(terminal.master, b"e")
        terminal.read_until(b"EDITING")
        terminal.read_until(b"SEC-01")
        assert (tmp_path / "called").read_text() == f"/ +42 {tmp_path}/app/agent.py\n"
        assert terminal.process.poll() is None


HOSTILE = (
    "\x1b]52;c;aGVsbG8=\x1b\\ \x1b]0;owned\x07 \x9d0;owned\x9c \x1b[2J \x07 "
    '\u202e [@click=app.quit]x[/] foo[/]bar [link=http://a] d[k="v] \udce9 '
)


def hostile_session() -> list[FromWorker]:
    """What a tree may say in which every text is an attack."""
    results = tuple(
        control(
            f"SEC-0{number}",
            f"{number} {HOSTILE}",
            "critical",
            "missing",
            finding(f"a{HOSTILE}/{HOSTILE}.py", 1, HOSTILE, fix=HOSTILE),
            evidence=[Evidence(HOSTILE, 1, HOSTILE)],
            note=HOSTILE,
        )
        for number in range(1, 5)
    )
    card = msgspec.structs.replace(
        scorecard(results), tree=TreeInfo("/x", "c", HOSTILE, True), skipped=(Skipped(HOSTILE, HOSTILE),)
    )
    ack = AckView("SEC-01", HOSTILE, HOSTILE, datetime.date(2026, 1, 1), covers=False)
    cause = Cause("save", (HOSTILE,), 1, 4, 3, (HOSTILE,), (HOSTILE,))
    return [Judged(card, cause, LedgerView((ack,))), Trouble(HOSTILE, HOSTILE, 1)]


def test_no_text_of_a_tree_is_obeyed_by_the_terminal(tmp_path: Path) -> None:
    with playing(hostile_session(), tmp_path) as terminal:
        painted = terminal.read_until(b"SEC-01")
        for key in (b"j", b"3", b"2", b"z", b"/", b"x", b"\r", b"\x1b", b"a"):
            painted += terminal.press_and_read(key)
        assert terminal.process.poll() is None
    assert "␛]52".encode() in painted
    text = painted.replace(POINTER_SHAPE, b"").decode(errors="replace")
    assert not any(obeyed in text for obeyed in ("\x1b]52", "\x1b]0;", "\x1b]8"))
    assert not any(char in text for char in "\u202e\x9b\x9c\x9d\x07")
