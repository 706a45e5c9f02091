"""The head of the dashboard: what is judged, its score, and why it was judged last."""

from __future__ import annotations

from dataclasses import dataclass

from shipsmith_controls.scorecard import Band
from textual.content import Content
from textual.widget import Widget

from shipsmith_widgets.marks import BAND_WORDS, band_style, score_style
from shipsmith_widgets.painting import EMPTY, SPACE, content, joined, spread
from shipsmith_widgets.showing import Shown, show
from shipsmith_widgets.sparkline import sparkline

GAP = Shown("   ")
NARROW = 54
_TREND = 20
"""Cells that scores over time may take."""


@dataclass(frozen=True)
class HeaderFacts:
    """What the head says. `change` is in points since the base called `base`, "" for the session's start.

    `commits` are the scores of the last commits, `history` those of the session, the oldest first.
    `to_review` are entries of the ledger that no longer say what they said.
    `worst` are dimensions, the lowest score first, as (key, score, change).
    """

    tree: str = ""
    branch: str = ""
    dirty: bool = False
    score: int | None = None
    band: Band | None = None
    change: int = 0
    base: str = ""
    commits: tuple[int | None, ...] = ()
    history: tuple[int, ...] = ()
    watching: str = "starting"
    critical: int = 0
    failing: int = 0
    acknowledged: int = 0
    to_review: int = 0
    waiting: int = 0
    stale: bool = False
    worst: tuple[tuple[str, int, int], ...] = ()


_WATCHING = {
    "live": (Shown("●"), "$score-good"),
    "polling": (Shown("◍"), "$score-fair"),
    "paused": (Shown("‖"), "$status-ask"),
    "stale": (Shown("○"), "$score-fair"),
    "starting": (Shown("○"), "$text-muted"),
    "stopped": (Shown("■"), "$status-missing"),
}


def verdict_line(facts: HeaderFacts, width: int) -> Content:
    """Everything in one line, for a pane too small for more."""
    name = content((Shown("shipsmith"), "bold"))
    parts = [name, _score(facts), _change(facts, spelled=False)]
    if facts.failing:
        parts.append(content((show(f"· {facts.failing} failing"), "$text-muted")))
    if facts.critical:
        parts.append(content((show(f"· {facts.critical} critical"), "$status-missing")))
    return joined((part for part in parts if part), SPACE).truncate(width, ellipsis=True)


def least_line(facts: HeaderFacts, width: int) -> Content:
    """Score, watching and the worst dimensions, for a pane in which not much else fits."""
    glyph, style = _WATCHING.get(facts.watching, _WATCHING["starting"])
    number = show("–" if facts.score is None else f"{facts.score} %")
    line = content((number, f"bold {band_style(facts.band)}"))
    for part in (_change(facts, spelled=False), content((glyph, style))):
        line = content(line, SPACE, part) if part else line
    if facts.critical:
        line = content(line, (show(f" !{facts.critical}"), "bold $status-missing"))
    gap = Shown("  ")
    for key, score, change in facts.worst:
        mark = Shown("▲" if change > 0 else "▼") if change else Shown("")
        item = content(gap, (show(key), "$text-muted"), (show(str(score)), score_style(score)), mark)
        if line.cell_length + item.cell_length > width:
            break
        line = content(line, item)
        gap = SPACE
    return line.truncate(width, ellipsis=True)


def header_line(facts: HeaderFacts, width: int) -> Content:
    """The first line of the head; what matters least goes first when it gets narrow."""
    left = _place(facts)
    for brief, most_dropped in ((False, 3), (True, 8)):
        marks = _marks(facts, brief=brief)
        for drop in range(most_dropped + 1):
            right = joined((part for rank, part in marks if part and rank >= drop), GAP)
            if right.cell_length + min(left.cell_length, 18) + 3 <= width:
                return spread(left, right, width)
    return _score(facts).truncate(width, ellipsis=True)


def _place(facts: HeaderFacts) -> Content:
    if not facts.branch:
        return content((show(facts.tree, 40), "bold"))
    dirty = Shown("±" if facts.dirty else "")
    return content(
        (show(facts.tree, 40), "bold"),
        Shown("  "),
        (show(facts.branch, 40), "$branch"),
        (dirty, "$branch"),
    )


def _marks(facts: HeaderFacts, *, brief: bool) -> list[tuple[int, Content]]:
    """Pieces of the right side with their ranks: the lowest rank is left out first."""
    word = "" if brief else " critical"
    critical = content((show(f"!{facts.critical}{word}"), "bold $status-missing"))
    acks = content((show(f"{facts.acknowledged} ack"), "$status-acknowledged"))
    again = show(f"⊘ {facts.to_review}{'' if brief else ' to review'}")
    review = content((again, "bold $status-acknowledged"))
    asks = content((show(f"{facts.waiting} ask"), "$status-ask"))
    history = sparkline(facts.commits, facts.history, _TREND)
    glyph, style = _WATCHING.get(facts.watching, _WATCHING["starting"])
    watching = content((glyph, style), SPACE, (show(facts.watching), "$text-muted"))
    return [
        (8, _score(facts)),
        (5, _change(facts, spelled=not brief)),
        (0, history),
        (7, watching),
        (6, critical if facts.critical else EMPTY),
        (2, acks if facts.acknowledged else EMPTY),
        (3, review if facts.to_review else EMPTY),
        (1, asks if facts.waiting else EMPTY),
    ]


def _score(facts: HeaderFacts) -> Content:
    if facts.score is None:
        return content((Shown("–"), "bold"))
    style = band_style(facts.band)
    band = BAND_WORDS[facts.band] if facts.band else Shown("")
    stale = Shown(" (last session)" if facts.stale else "")
    return content(
        (show(f"{facts.score} %"), f"bold {style}"), SPACE, (band, style), (stale, "$text-muted")
    )


def _change(facts: HeaderFacts, *, spelled: bool) -> Content:
    if not facts.change:
        return EMPTY
    up = facts.change > 0
    since = show(f" since {facts.base or 'start'}" if spelled else "", 40)
    amount = show(f"{'▲' if up else '▼'}{abs(facts.change)}")
    return content((amount, "$score-good" if up else "$score-bad"), (since, "$text-muted"))


class Header(Widget):
    """The head: a line of facts, and beneath it why the tree was judged last."""

    DEFAULT_CSS = """
    Header { height: 2; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.facts = HeaderFacts()
        self._why = EMPTY
        self.verdict_only = False

    def update(self, facts: HeaderFacts, why: Content) -> None:
        """Show other facts and another why line."""
        self.facts, self._why = facts, why
        self.refresh()

    def render(self) -> Content:
        """One line or two, as high as the widget is."""
        width, height = self.size.width, self.size.height
        if self.verdict_only:
            return verdict_line(self.facts, width)
        first = (least_line if width < NARROW else header_line)(self.facts, width)
        if height < 2:
            return first
        return Content("\n").join([first, self._why.truncate(width, ellipsis=True)])
