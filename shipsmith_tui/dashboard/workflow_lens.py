"""Which AI workflow is shown: the board of one of them, and the switcher between all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
from shipsmith_controls.scorecard import Scorecard
from shipsmith_controls.workflows import names, narrowed, since_in
from shipsmith_widgets.painting import EMPTY, Part, content
from shipsmith_widgets.showing import Shown, show
from textual.content import Content

from shipsmith_tui.dashboard.board import Board

_LONGEST = 24
"""Characters of a workflow's name in the switcher."""


class WorkflowLens:
    """The workflow that is shown, "" for the whole tree."""

    def __init__(self, chosen: str = "") -> None:
        self.chosen = chosen
        self._known: tuple[Scorecard, str, Scorecard] | None = None

    def through(self, board: Board) -> Board:
        """The board as it is shown; the whole one when the chosen workflow is not there any more."""
        card = board.scorecard
        if card is None or not self.chosen or self.chosen not in names(card):
            return board
        if self._known is None or self._known[0] is not card or self._known[1] != self.chosen:
            self._known = (card, self.chosen, narrowed(card, self.chosen))
        # Points and scores of the past are those of the whole tree.
        lineage = msgspec.structs.replace(board.lineage, trend=())
        if lineage.since is not None:
            since = since_in(lineage.since, self._known[2])
            lineage = msgspec.structs.replace(lineage, since=since)
        return replace(board, scorecard=self._known[2], history=(), baseline=None, lineage=lineage)

    def next(self, card: Scorecard | None) -> None:
        """Go on to the next workflow; after the last comes the whole tree."""
        known = ("", *several(card))
        at = known.index(self.chosen) if self.chosen in known else 0
        self.chosen = known[(at + 1) % len(known)]


def several(card: Scorecard | None) -> tuple[str, ...]:
    """The names of the workflows, none unless there are several to choose from."""
    known = names(card) if card is not None else ()
    return known if len(known) > 1 else ()


def switcher(card: Scorecard | None) -> Content:
    """All workflows with their scores, the one that is shown in bold; empty unless there are several."""
    return content(*_parts(card)) if card is not None and several(card) else EMPTY


def _parts(card: Scorecard) -> Iterator[Part]:
    for number, workflow in enumerate(card.division.workflows, 1):
        style = "bold $status-new" if workflow.name == card.workflow else "$text-muted"
        score = "–" if workflow.score is None else f"{workflow.score} %"
        yield show(f"{number} {show(workflow.name, _LONGEST)} {score}"), style
        yield Shown(" · "), "$text-muted"
    yield Shown("all"), "$text-muted" if card.workflow else "bold $status-new"
