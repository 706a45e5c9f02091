"""The dimensions with their scores: as a pane with bars, and as a strip of one line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from shipsmith_controls.scorecard import DIMENSIONS, DimensionScore
from shipsmith_controls.since import ALL
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from shipsmith_widgets.bars import bar
from shipsmith_widgets.lines import Lines
from shipsmith_widgets.marks import score_style
from shipsmith_widgets.painting import EMPTY, SPACE, Part, content, joined, spread
from shipsmith_widgets.showing import Shown, show

_WIDE = 32
"""Cells from which a pane tells how many points were won or lost."""


def blank_dimensions() -> tuple[DimensionScore, ...]:
    """The nine dimensions before anything is known of them."""
    return tuple(DimensionScore(key, name, None) for key, name in DIMENSIONS.items())


def change_mark(change: int, *, points: bool = False) -> Content:
    """▲ or ▼ in its colour, one blank when nothing changed; in four cells with its points."""
    width = 4 if points else 1
    mark = "" if not change else "▲" if change > 0 else "▼"
    amount = str(abs(change)) if points and change else ""
    style = "$score-good" if change > 0 else "$score-bad"
    return content((show(f"{mark}{amount}".rjust(width)), style))


class DimensionPane(Lines):
    """All and the nine dimensions; the chosen one narrows the list of controls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "show controls", show=False, id="list.open"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._scores: dict[str, DimensionScore] = {}
        self._changes: Mapping[str, int] = {}
        self._marked: Collection[str] = ()
        self._overall: int | None = None
        self.update(None, blank_dimensions())

    @property
    def dimension(self) -> str | None:
        """Key of the chosen dimension, None for all of them."""
        cursor = self.viewport.cursor
        return None if cursor in (None, ALL) else cursor

    def update(
        self,
        overall: int | None,
        scores: Sequence[DimensionScore],
        changes: Mapping[str, int] | None = None,
        moved: Collection[str] = (),
    ) -> None:
        """Show scores; `changes` are points won or lost by dimension, and overall under `ALL`.

        `moved` are dimensions in which the last run brought a change.
        """
        self._overall = overall
        self._scores = {score.key: score for score in scores}
        self._changes = changes or {}
        self._marked = moved
        keys = [ALL, *self._scores]
        if list(self.viewport.keys) != keys:
            self.viewport.replace(keys)
        self.redraw()

    def line(self, key: str, width: int) -> Content:
        """Key, name, change, score and bar."""
        change = change_mark(self._changes.get(key, 0), points=width >= _WIDE)
        if key == ALL:
            score, name = self._overall, content((Shown("All controls"), "bold"))
        else:
            found = self._scores[key]
            score = found.score
            quiet = "$text-muted" if score is None else ""
            mark = Shown(" •" if key in self._marked else "")
            name = content(
                (show(key), f"bold {quiet}"), SPACE, (show(found.name), quiet), (mark, "$status-new")
            )
        number = show("–" if score is None else str(score)).rjust(3)
        right = content(change, Shown(" "), (Shown(number), f"bold {score_style(score)}"))
        length = max(0, min(width - (29 if width >= _WIDE else 26), 30))
        if length >= 4:
            drawn = EMPTY if score is None else bar(score, length, score_style(score))
            right = content(right, Shown(" "), drawn, Shown(" " * (length - drawn.cell_length)))
        return spread(content(Shown(" "), name), content(right, Shown(" ")), width)

    def blank(self, y: int, width: int) -> Content:
        """Below, when there is room: how many controls of the chosen dimension are in which status."""
        at = y - len(self.viewport.keys) - 1
        rows = self._counts()
        if at < 0 or self.size.height < len(self.viewport.keys) + len(rows) + 2:
            return EMPTY
        if at < len(rows):
            word, count, style = rows[at]
            return spread(content(Shown("   "), (word, style)), content((count, style), SPACE), width)
        return EMPTY

    def _counts(self) -> list[tuple[Shown, Shown, str]]:
        dimension = self.dimension
        if not any(s.score is not None or s.not_applicable or s.ask for s in self._scores.values()):
            return []
        chosen = [s for s in self._scores.values() if dimension in (None, s.key)]
        totals = (
            (Shown("✗ missing"), sum(s.missing for s in chosen), "$status-missing"),
            (Shown("◐ partial"), sum(s.partial for s in chosen), "$status-partial"),
            (Shown("✔ done"), sum(s.done for s in chosen), "$status-done"),
            (Shown("? ask"), sum(s.ask for s in chosen), "$status-ask"),
            (Shown("– not applicable"), sum(s.not_applicable for s in chosen), "$status-quiet"),
            (Shown("· not built"), sum(s.not_built for s in chosen), "$status-quiet"),
        )
        return [(word, show(str(n)), style if n else "$status-quiet") for word, n, style in totals]

    def action_open(self) -> None:
        """Go on to the controls of this dimension."""
        if self.viewport.cursor is not None:
            self.post_message(self.Opened(self, self.viewport.cursor))


class DimensionStrip(Widget):
    """The scores of all dimensions in a line, for narrow panes."""

    DEFAULT_CSS = """
    DimensionStrip { height: 1; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._scores: tuple[DimensionScore, ...] = blank_dimensions()
        self._changes: Mapping[str, int] = {}
        self._chosen: str | None = None

    def update(
        self,
        scores: Sequence[DimensionScore],
        changes: Mapping[str, int],
        chosen: str | None,
    ) -> None:
        """Show scores, with the chosen dimension told apart."""
        self._scores, self._changes, self._chosen = tuple(scores), changes, chosen
        self.refresh()

    def render(self) -> Content:
        """Key and score of each dimension, closer together where it is narrow."""
        for gap, between in ((Shown("  "), Shown("\u00a0")), (SPACE, Shown(""))):
            line = joined((self._item(score, between) for score in self._scores), gap)
            if line.cell_length <= self.size.width:
                break
        return line

    def _item(self, found: DimensionScore, between: Shown) -> Content:
        number = show("–" if found.score is None else str(found.score))
        parts: list[Part] = [
            (show(found.key), "bold underline" if found.key == self._chosen else "$text-muted"),
            between,
            (number, f"bold {score_style(found.score)}"),
        ]
        change = self._changes.get(found.key, 0)
        return content(*parts, change_mark(change)) if change else content(*parts)
