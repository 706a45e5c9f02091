"""The dashboard's sentences: the why line, notices, notes of the ledger."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import PurePosixPath

from shipsmith_widgets.painting import EMPTY, Part, content
from shipsmith_widgets.rows import Row, View, count_failing
from shipsmith_widgets.showing import Shown, show
from textual.content import Content

from shipsmith_tui.dashboard.board import Board, dimension_name
from shipsmith_tui.protocol import AckView, AttestView, Cause

QUIET = "$text-muted"
HINT = Shown("↑↓ walk    enter open    e edit    a acknowledge    ? all keys")


def why_line(board: Board) -> Content:
    """Why the tree was judged last, or what is more pressing: an end, a trouble, a scan."""
    if board.ended:
        return content(
            (show(board.ended), "$status-missing"), Shown("  "), (Shown("R starts it again"), "$key")
        )
    if board.trouble is not None:
        place = board.trouble.path + (f":{board.trouble.line}" if board.trouble.line else "")
        where: Part = (show(f"{place}  " if place else ""), "$place-line")
        return content((Shown("! "), "bold $status-missing"), where, show(board.trouble.sentence))
    if board.progress is not None:
        return content((show(reading(board)), QUIET))
    if board.cause is None:
        return content((Shown("starting"), QUIET))
    if board.stale:
        return content((Shown("from the last session; judging the tree now"), QUIET))
    line = _cause(board.cause)
    withheld = board.scorecard.withheld if board.scorecard else None
    if withheld and board.scorecard and (board.scorecard.score or 0) >= 85:
        line = content(line, (show(f" · not called ready: {withheld}"), "$status-partial"))
    if board.watch and board.watch.note:
        line = content(line, (show(f" · {board.watch.note}"), "$score-fair"))
    return line


def title(board: Board) -> Shown:
    """The title of the terminal: the score first, because tabs cut off the end."""
    card = board.scorecard
    score = "" if card is None or card.score is None else f" {card.score} %"
    return show(f"shipsmith{score} · {board.tree}", 80)


def reading(board: Board) -> str:
    """How far the scan is."""
    if board.progress is None or not board.progress.of:
        return "listing the files of the tree"
    doing = "judging" if board.progress.stage == "controls" else "reading"
    return f"{doing} {board.progress.done:,} of {board.progress.of:,} {board.progress.stage}"


def toast_for(cause: Cause) -> tuple[Shown, bool] | None:
    """What to say when controls began or ceased to fail, and whether it is bad news."""
    if cause.kind in ("start", "ledger"):
        return None
    parts = []
    if cause.newly_failing:
        parts.append(
            f"✗ {_names(cause.newly_failing)} now fail{'s' if len(cause.newly_failing) == 1 else ''}"
        )
    if cause.fixed:
        parts.append(f"✔ {_names(cause.fixed)} fixed")
    return (show(" · ".join(parts)), bool(cause.newly_failing)) if parts else None


def list_notice(board: Board, view: View, typed: str) -> list[Content]:
    """What stands in the list of controls while it has no rows."""
    if board.scorecard is None:
        if board.ended:
            return [content((Shown("Nothing was judged."), "bold")), EMPTY, content(show(board.ended))]
        return [content((show(reading(board)), QUIET))]
    if board.found_no_ai:
        return no_ai_notice(board)
    if view.since_base and not view.filter:
        return _nothing_since(board, view)
    if view.filter:
        return [
            content(Shown("Nothing matches "), (show(typed, 60), "bold"), Shown(".")),
            *(content((show(f"{p[:1].upper()}{p[1:]}."), "$status-ask")) for p in view.filter.problems),
            content((Shown("esc clears the filter"), QUIET)),
        ]
    failing, judged = count_failing(board.scorecard.controls, view.dimension)
    name = dimension_name(board, view.dimension)
    if not judged:
        sentence = f"No control of {name or 'any dimension'} applies to this tree."
    elif failing:
        sentence = "Everything that fails here is acknowledged; A shows it."
    else:
        sentence = f"Nothing to do{f' in {name}' if name else ''}: all {judged} controls hold."
    return [
        content((show(sentence), "$score-good" if judged and not failing else "")),
        content((Shown("f shows every control"), QUIET)),
    ]


def since_word(board: Board) -> str:
    """What the key for the base says."""
    return f"since {board.lineage.name or 'base'}"


def since_title(board: Board) -> Shown:
    """The base, and how much is new and fixed since."""
    card, since = board.scorecard, board.since
    if card is None or since is None:
        return show(f" · {since_word(board)}", 60)
    counts = f"{since.count_new(card)} new · {since.count_fixed(card)} fixed"
    return show(f" · {since_word(board)} · {counts}", 60)


def no_base(board: Board) -> Shown:
    """Why the list cannot be narrowed to what changed since the base."""
    lineage = board.lineage
    if lineage.name:
        return show(f"The base ({lineage.name}) is still being judged.")
    return show(lineage.note or "The base is still looked for.", 200)


def _nothing_since(board: Board, view: View) -> list[Content]:
    name = dimension_name(board, view.dimension)
    where = f" in {name}" if name else ""
    lines = [content((show(f"Nothing new and nothing fixed{where} {since_word(board)}."), ""))]
    if board.lineage.note:
        lines.append(content((show(f"{board.lineage.note[:1].upper()}{board.lineage.note[1:]}."), QUIET)))
    return [*lines, content((Shown("b shows the whole list"), QUIET))]


def no_ai_notice(board: Board) -> list[Content]:
    """For a tree in which no AI was found: that, what was looked for, how to tell it better."""
    card = board.scorecard
    files = f"{card.timing.files:,} files" if card else "the files"
    lines = [
        content((Shown("No AI workflow found in this tree."), "bold")),
        EMPTY,
        content(
            (
                show(
                    f"Looked through {files} for calls to model SDKs and providers, agents, "
                    "embeddings, prompts and model ids. A dependency alone is no use of AI."
                ),
                QUIET,
            )
        ),
        EMPTY,
        content(Shown("It is there all the same?")),
        content((Shown("· start shipsmith on the folder that holds the application"), QUIET)),
        content((Shown("· see that no exclude in shipsmith.toml and no .gitignore hides it"), QUIET)),
        content((Shown("· files that could not be read are not judged"), QUIET)),
    ]
    if card and card.skipped:
        lines.append(EMPTY)
        lines.append(content(show(f"{len(card.skipped)} skipped:")))
        lines += [content((show(f"  {s.path}: {s.reason}"), QUIET)) for s in card.skipped[:5]]
    return lines


def log_lines(log: Iterable[tuple[datetime.datetime, Cause]]) -> list[Content]:
    """Why the tree was judged, the last time first, with the controls that changed."""
    lines = []
    for at, cause in reversed(list(log)):
        lines.append(content((show(f"{at:%H:%M:%S}  "), QUIET), _cause(cause)))
        for glyph, style, ids in (
            (Shown("✗"), "$status-missing", cause.newly_failing),
            (Shown("✔"), "$status-done", cause.fixed),
        ):
            if ids:
                lines.append(content(Shown(" " * 10), (glyph, style), show(f" {', '.join(ids)}")))
        if len(cause.paths) > 1:
            lines.append(content((show(f"{' ' * 10}{', '.join(cause.paths)}"), QUIET)))
    return lines or [content((Shown("Nothing was judged yet."), QUIET))]


def notes_for(board: Board, row: Row) -> tuple[str, ...]:
    """What the ledger says of a row."""
    acks = [
        ack_note(a) for a in board.ledger.acknowledged if a.control == row.control.id and _about(a, row)
    ]
    attested = [attest_note(a) for a in board.ledger.attested if a.control == row.control.id]
    return (*row.control.notes, *acks, *attested)


def _about(ack: AckView, row: Row) -> bool:
    return row.finding is None or not ack.findings or row.finding.fingerprint in ack.findings


def ack_note(ack: AckView) -> str:
    """What an acknowledgement says today, in a sentence."""
    until = f" until {ack.until}" if ack.until else ""
    state = ""
    if ack.expired:
        until = f"; it ended on {ack.until}"
    elif ack.orphaned:
        state = " Nothing in the tree matches it any more."
    elif not ack.covers:
        state = " It does not cover everything that was found."
    reason = ack.reason.rstrip(".")
    return f"⊘ Acknowledged by {ack.by} on {ack.on}{until}: {reason}.{state}"


def attest_note(attested: AttestView) -> str:
    """What an attestation says today, in a sentence."""
    if attested.expired:
        return f"? Attested by {attested.by} until {attested.until}, which is over: {attested.evidence}"
    until = f" until {attested.until}" if attested.until else ""
    return f"✔ Attested by {attested.by} on {attested.on}{until}: {attested.evidence}"


def _cause(cause: Cause) -> Content:
    what = {
        "start": "judged",
        "rescan": "read everything again",
        "branch": "branch or commit changed",
        "ledger": "shipsmith.toml",
        "save": _paths(cause.paths) + " saved" if cause.paths else "looked again",
    }[cause.kind]
    parts: list[Part] = [(show(what, 120), QUIET)]
    if cause.of:
        judged = f" → {cause.rejudged} of {cause.of} controls in {_duration(cause.milliseconds)}"
        parts.append((show(judged), QUIET))
    if cause.newly_failing:
        parts += [
            (Shown(" · "), QUIET),
            (show(f"{len(cause.newly_failing)} newly failing"), "$status-missing"),
        ]
    if cause.fixed:
        parts += [(Shown(" · "), QUIET), (show(f"{len(cause.fixed)} fixed"), "$status-done")]
    return content(*parts)


def _paths(paths: tuple[str, ...]) -> str:
    if len(paths) == 1:
        return PurePosixPath(paths[0]).name
    return f"{PurePosixPath(paths[0]).name} and {len(paths) - 1} more"


def _duration(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def _names(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) if len(ids) <= 3 else f"{', '.join(ids[:2])} and {len(ids) - 2} more"
