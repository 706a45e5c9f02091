"""What can be decided about a row of the list: what an acknowledgement covers, what can be attested."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from shipsmith_controls.scorecard import ControlResult, Finding, Status
from shipsmith_widgets.detail import place_of
from shipsmith_widgets.marks import is_failing, is_to_do
from shipsmith_widgets.rows import Fate, Row

from shipsmith_tui.dashboard import board as boards
from shipsmith_tui.dashboard.board import Board
from shipsmith_tui.dashboard.entry_dialog import Wording
from shipsmith_tui.protocol import Gap


class Scope(NamedTuple):
    """What an acknowledgement may cover, and how that is said."""

    label: str
    gaps: tuple[Gap, ...]


def can_acknowledge(board: Board, row: Row | None) -> bool:
    """Whether a row stands for something that is still to do."""
    if row is None or board.stale or row.fate is not Fate.NONE or row.acknowledged:
        return False
    return is_to_do(row.control.verdict.status)


def can_attest(board: Board, row: Row | None) -> bool:
    """Whether a person's word with a link settles the control of a row."""
    if row is None or board.stale:
        return False
    status = row.control.verdict.status
    return status is Status.ASK or (is_failing(status) and row.control.id in board.ledger.attestable)


def scopes(board: Board, row: Row) -> tuple[Scope, ...]:
    """What an acknowledgement of a row may cover, the nearest first; nothing is covered twice."""
    control, card = row.control, board.scorecard
    covered = boards.acknowledged(board)
    place = place_of(row)
    path = place.path if place else ""

    def still_open(result: ControlResult) -> list[Finding]:
        return [
            f for f in result.verdict.findings if f.fingerprint and f.fingerprint not in covered.findings
        ]

    every = still_open(control)
    whole = Gap(control.id, _prints(every))
    if not every:
        return (Scope(f"the whole of {control.id}", (Gap(control.id),)),)
    here = [f for f in every if f.path == path]
    in_file = tuple(
        Gap(result.id, _prints(found))
        for result in (card.controls if card else ())
        if is_failing(result.verdict.status) and result.id not in covered.controls
        if (found := [f for f in still_open(result) if f.path == path])
    )
    of_all = Scope(f"all {len(every)} findings of {control.id}", (whole,))
    if len(every) == 1:
        of_all = Scope(f"the one finding of {control.id}", (whole,))
    choices = [of_all]
    if 1 < len(here) < len(every):
        choices.insert(
            0 if row.finding else 1,
            Scope(
                f"the {len(here)} findings of {control.id} in {path}", (Gap(control.id, _prints(here)),)
            ),
        )
    if row.finding is not None and row.finding.fingerprint and len(every) > 1:
        only = Gap(control.id, (row.finding.fingerprint,))
        choices.insert(0, Scope(f"only {row.finding.path}:{row.finding.line}", (only,)))
    if len(in_file) > 1:
        count = sum(len(gap.findings) for gap in in_file)
        choices.append(Scope(f"all {count} findings of {len(in_file)} controls in {path}", in_file))
    return tuple(choices)


def acknowledging(row: Row) -> Wording:
    """What the dialog for an acknowledgement says."""
    return Wording(
        title=f"Acknowledge {row.control.id}",
        about=f"{row.control.title}. A new finding brings it back. The score stays as it is.",
        label="Reason",
        placeholder="why this is all right, for whoever reads it next",
        missing="A reason is needed, a whole one: it is what a reviewer will read.",
        verb="acknowledge",
    )


def attesting(row: Row) -> Wording:
    """What the dialog for an attestation says."""
    return Wording(
        title=f"Attest {row.control.id}",
        about=f"{row.control.question or row.control.title} You vouch that it is so.",
        label="Link to what shows it",
        placeholder="https://… to a page, a ticket, a setting, a minute",
        missing="A link is needed: it is what a reviewer will open.",
        verb="attest",
    )


def _prints(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(f.fingerprint for f in findings)
