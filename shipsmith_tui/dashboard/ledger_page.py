"""The page on the ledger: what is acknowledged and attested, what has to be looked at again first."""

from __future__ import annotations

from collections.abc import Iterable

from shipsmith_widgets.painting import EMPTY, content
from shipsmith_widgets.showing import Shown, show
from textual.content import Content

from shipsmith_tui.dashboard import board as boards
from shipsmith_tui.dashboard import telling
from shipsmith_tui.dashboard.board import Board


def ledger_lines(board: Board) -> list[Content]:
    """The lines of the page, a group for each way in which an entry may stand."""
    ledger = board.ledger
    lapsed = boards.lapsed(board)
    groups: dict[str, list[str]] = {
        "Expired: it is to do again": [],
        "Worsened: something came that is not covered": [],
        "Without a finding: nothing in the tree matches it any more": [],
        "Covered in part": [],
        "Acknowledged": [],
        "Attested": [],
    }
    expired, worsened, orphaned, partly, held, vouched = groups.values()
    for ack in ledger.acknowledged:
        if ack.expired:
            where = expired
        elif ack.orphaned:
            where = orphaned
        elif ack.covers:
            where = held
        else:
            where = worsened if lapsed.get(ack.control) == "worsened" else partly
        where.append(f"{ack.control}  {telling.ack_note(ack)}")
    for attested in ledger.attested:
        where = expired if attested.expired else vouched
        where.append(f"{attested.control}  {telling.attest_note(attested)}")
    lines: list[Content] = []
    for title, entries in groups.items():
        if entries:
            lines += [EMPTY] if lines else []
            lines += _group(title, entries)
    return lines or [content((Shown("Nothing is acknowledged or attested."), "$text-muted"))]


def _group(title: str, entries: Iterable[str]) -> list[Content]:
    lines = [content((show(title), "bold $label"))]
    for entry in entries:
        first, *others = content(show(entry, 600)).wrap(68)
        lines.append(content(Shown("  "), first))
        lines += [content(Shown("    "), other) for other in others]
    return lines
