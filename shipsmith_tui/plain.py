"""The dashboard in lines, for screen readers and terminals that cannot paint: a line per change.

No box, bar, glyph or colour; the same worker as the panes. A word and enter asks for more.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from shipsmith_controls.scorecard import ControlResult, Scorecard
from shipsmith_widgets.header import HeaderFacts
from shipsmith_widgets.marks import BAND_WORDS, SEVERITY_WORDS, STATUS_MARKS
from shipsmith_widgets.rows import View, count_failing, list_rows
from shipsmith_widgets.showing import Shown, show

from shipsmith_tui.dashboard.board import Board, acknowledged, fold, header_facts
from shipsmith_tui.dashboard.signals import end_on_signals
from shipsmith_tui.dashboard.transport import Transport, WorkerEnded, WorkerProcess
from shipsmith_tui.protocol import FromWorker, Judged, Notice, Progress, Resolved, Trouble, WatchState

_HELP = "s and enter: the score. l: what fails. An id such as RES-01: that control. q: quit."
_FAULT = 70
_MOST_FINDINGS = 20


def run(root: Path) -> int:
    """Watch a tree in lines until the user leaves; returns the exit code.

    70 when the worker ended by itself, 143 and 129 after SIGTERM and SIGHUP.
    """
    root = root.resolve()
    with contextlib.suppress(KeyboardInterrupt):
        return asyncio.run(_watch(WorkerProcess(root), root.name or str(root)))
    return 0


def lines_for(before: Board, after: Board, message: FromWorker, now: datetime.datetime) -> list[Shown]:
    """What to say of a message, given the boards around it; mostly nothing."""
    match message:
        case Judged():
            return _judged(before, after, message, f"{now:%H:%M:%S}")
        case Progress() if before.progress is None and before.scorecard is None and message.of:
            return [show(f"Reading {message.of:,} {message.stage}.")]
        case Trouble():
            line = f":{message.line}" if message.line else ""
            place = f"{message.path}{line}: " if message.path else ""
            return [show(f"Trouble: {place}{message.sentence}")]
        case Resolved():
            return [Shown("The trouble is over.")]
        case Notice():
            return [show(message.sentence)]
        case WatchState() if before.watch is not None and before.watch.mode != message.mode:
            return [show(f"Watching: {message.mode}. {message.note}".strip())]
        case _:
            return []


def answer(board: Board, typed: str) -> list[Shown]:
    """What to say to a word that was typed."""
    card, word = board.scorecard, typed.strip()
    if word in ("?", "h", "help"):
        return [show(_HELP)]
    if card is None:
        return [Shown("Nothing was judged yet.")]
    if word in ("", "s"):
        return [_summary(board)]
    if word == "l":
        rows = list_rows(card.controls, View(), acknowledged(board), board.fresh)
        failing = {row.control.id: row.control for row in rows}
        return [_control(control) for control in failing.values()] or [Shown("Nothing fails.")]
    found = next((control for control in card.controls if control.id == word.upper()), None)
    return _explained(found) if found else [show(f"{word} is no word that is known here. {_HELP}")]


async def _watch(transport: Transport, tree: str) -> int:
    board = Board(tree=tree)
    loop = asyncio.get_running_loop()
    leaving: asyncio.Future[int] = loop.create_future()

    def leave(code: int) -> None:
        if not leaving.done():
            leaving.set_result(code)

    def typed() -> None:
        line = sys.stdin.readline()
        if not line or line.strip() == "q":
            leave(0)
        else:
            _say(answer(board, line))

    if sys.stdin.isatty():
        loop.add_reader(sys.stdin, typed)
    stop = end_on_signals(leave)
    messages = transport.messages()
    try:
        while (message := await _next(messages, leaving)) is not None:
            before, board = board, fold(board, message)
            _say(lines_for(before, board, message, datetime.datetime.now()))
    except WorkerEnded as end:
        _say([show(str(end))])
        return _FAULT
    finally:
        stop()
        await transport.close()
    return leaving.result() if leaving.done() else 0


async def _next(messages: AsyncIterator[FromWorker], leaving: asyncio.Future[int]) -> FromWorker | None:
    """The next message, None when the user leaves or the worker was asked to end."""
    waiting = asyncio.ensure_future(anext(messages, None))
    either: set[asyncio.Future[Any]] = {waiting, leaving}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        return waiting.result()
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    return None


def _say(lines: list[Shown]) -> None:
    for line in lines:
        print(line)
    sys.stdout.flush()


def _judged(before: Board, after: Board, message: Judged, time: str) -> list[Shown]:
    if message.stale:
        return [show(f"From the last session: {_score(header_facts(after))}. Judging the tree now.")]
    if before.scorecard is None or before.stale or before.partial:
        return [_summary(after), show(_HELP)]
    cause = message.cause
    was, now = before.scorecard.score, message.scorecard.score
    if not cause.newly_failing and not cause.fixed and was == now:
        return []
    what = ", ".join(Path(path).name for path in cause.paths[:3]) or cause.kind
    moved = (
        ""
        if was is None or now is None or was == now
        else f", {'up' if now > was else 'down'} from {was}"
    )
    lines = [show(f"{time} {what}: {_score(header_facts(after))}{moved}.")]
    for title, ids in (("Newly failing", cause.newly_failing), ("Fixed", cause.fixed)):
        lines += [show(f"{title}: {_control(c)}") for c in _named(message.scorecard, ids)]
    return lines


def _summary(board: Board) -> Shown:
    facts = header_facts(board)
    place = f"{facts.tree}, branch {facts.branch}" if facts.branch else facts.tree
    if board.found_no_ai or board.scorecard is None:
        return show(f"{place}: no AI workflow found.")
    failing, judged = count_failing(board.scorecard.controls)
    counts = f"{failing} of {judged} controls fail, {facts.critical} critical missing"
    rest = f"{facts.acknowledged} acknowledged, {facts.waiting} wait for a person"
    return show(f"{place}: {_score(facts)}. {counts}, {rest}.")


def _score(facts: HeaderFacts) -> str:
    if facts.score is None:
        return "no score"
    return f"{facts.score} percent, {BAND_WORDS[facts.band] if facts.band else 'no band'}"


def _control(control: ControlResult) -> Shown:
    verdict = control.verdict
    held = f", {verdict.coverage[0]} of {verdict.coverage[1]} hold" if verdict.coverage else ""
    first = next(iter(verdict.findings), None)
    place = f", {first.path}:{first.line}" if first else ""
    status = STATUS_MARKS[verdict.status].word
    severity = SEVERITY_WORDS[control.severity]
    return show(f"{control.id} {control.title}, {severity}, {status}{held}{place}", 1000)


def _explained(control: ControlResult) -> list[Shown]:
    lines = [_control(control)]
    if control.why:
        lines.append(show(f"Why: {control.why}", 2000))
    for finding in control.verdict.findings[:_MOST_FINDINGS]:
        lines.append(show(f"{finding.path}:{finding.line} {finding.message}", 1000))
    if (rest := len(control.verdict.findings) - _MOST_FINDINGS) > 0:
        lines.append(show(f"And {rest} more."))
    return [*lines, show(f"Fix: {control.fix}", 2000)]


def _named(card: Scorecard, ids: tuple[str, ...]) -> list[ControlResult]:
    return [control for control in card.controls if control.id in ids]
