"""The board as a screen: what is known, painted into the panes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from shipsmith_widgets.detail import Subject, place_of
from shipsmith_widgets.dimensions import blank_dimensions
from shipsmith_widgets.lines import Lines
from shipsmith_widgets.marks import is_failing
from shipsmith_widgets.ordering import Order
from shipsmith_widgets.painting import Part, content
from shipsmith_widgets.rows import NOTHING_SINCE, Kind, Row, count_failing
from shipsmith_widgets.showing import Shown, show
from shipsmith_widgets.source import Source
from textual import events, on

from shipsmith_tui.dashboard import board as boards
from shipsmith_tui.dashboard import telling
from shipsmith_tui.dashboard.board import Board
from shipsmith_tui.dashboard.panes import PaneScreen
from shipsmith_tui.dashboard.sources import Sources
from shipsmith_tui.dashboard.workflow_lens import several, switcher
from shipsmith_tui.protocol import SourceText

if TYPE_CHECKING:
    from shipsmith_tui.dashboard.app import Dashboard


class BoardScreen(PaneScreen):
    """Everything that is seen; what is known comes from outside, through `paint`."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board
        self.filter_text = ""
        self.resume_at: str | None = None
        """The row to choose when there are rows, as long as the user chose no other."""
        self.resume_since_base = False
        """Whether to narrow the list to what changed since the base, as soon as that is known."""
        self._sources = Sources()
        self._asked_to_pause: bool | None = None

    @property
    def dashboard(self) -> Dashboard:
        """The app."""
        return cast("Dashboard", self.app)

    def on_mount(self) -> None:
        """Paint what little is known."""
        self.paint(self.board)

    def on_key(self, event: events.Key) -> None:
        """The hint for the first minutes goes with the first key."""
        self.hint.remove_class("-open")

    def paint(self, board: Board) -> None:
        """Show a newer board. Nothing that is chosen or in sight moves."""
        news = (
            board.scorecard is not self.board.scorecard
            or board.ledger is not self.board.ledger
            or board.since != self.board.since
        )
        first = self.board.scorecard is None or self.board.stale or self.board.partial
        self.board = board
        self.header.update(boards.header_facts(board), telling.why_line(board))
        if board.watch is not None:
            self._asked_to_pause = None
        if news or board.scorecard is None:
            card = board.scorecard
            scores = card.dimensions if card else blank_dimensions()
            overall = card.score if card else None
            self.dimensions.update(overall, scores, boards.changes(board), boards.moved(board))
        if news and board.scorecard is not None:
            acknowledged = boards.acknowledged(board)
            since = board.since or NOTHING_SINCE
            self.controls.update(board.scorecard.controls, acknowledged, board.fresh, since)
            if first and not self.controls.viewport.touched:
                self.controls.viewport.start_at(self.resume_at)
                self.controls.redraw()
            self._sources.forget()
        if self.resume_since_base and board.since is not None:
            self.resume_since_base = False
            self.look(since_base=True)
        if not self.controls.rows:
            self.controls.say(telling.list_notice(board, self.controls.view, self.filter_text))
        self.show_titles()
        self.show_detail()
        self.show_keys()

    def show_titles(self) -> None:
        """Numbers and names on the panes, and the strip that stands for them."""
        card, view = self.board.scorecard, self.controls.view
        failing, judged = count_failing(card.controls, view.dimension) if card else (0, 0)
        name = boards.dimension_name(self.board, view.dimension) or "Controls"
        about: list[Part] = []
        if card is not None and card.workflow:
            about.append((show(f" · {card.workflow}", 40), "$status-new"))
        if view.filter:
            about.append((self._matching(), "$text-muted"))
        if self.filter_text:
            about.append((show(f" · filter {self.filter_text}", 40), "$status-new"))
        if view.everything:
            about.append((Shown(" · all"), "$status-new"))
        if view.show_acknowledged:
            about.append((Shown(" · with acknowledged"), "$status-new"))
        if view.order is not Order.SEVERITY:
            about.append((show(f" · by {view.order}"), "$status-new"))
        if view.since_base:
            about.append((telling.since_title(self.board), "$status-new"))
        elif judged and not view.filter:
            about.append((show(f" · {failing} failing of {judged}"), "$text-muted"))
        self.dimensions.border_title = content((Shown("1"), "$key"), Shown(" Dimensions"))
        self.controls.border_title = content((Shown("2"), "$key"), Shown(" "), show(name), *about)
        above = self.controls.hidden_above()
        note = self.board.lineage.note if view.since_base else ""
        told = f"↑ {above} new above" if above else note
        between = "  " if told and several(card) else ""
        self.controls.border_subtitle = content(show(told, 100), Shown(between), switcher(card))
        if view.filter.problems:
            self.controls.border_subtitle = content(
                (show(view.filter.problems[0], 100), "$status-missing")
            )
        scores = card.dimensions if card else blank_dimensions()
        self.strip.update(scores, boards.changes(self.board), view.dimension)

    def _matching(self) -> Shown:
        """How much the filter shows."""
        shown = [row.control for row in self.controls.rows if row.kind is Kind.CONTROL]
        failing = sum(is_failing(control.verdict.status) for control in shown)
        return show(f" · {len(shown)} shown, {failing} failing")

    def source_of(self, row: Row) -> Source | None:
        """The lines around the place of a row, when they are known."""
        finding = place_of(row)
        return None if finding is None else self._sources.get((finding.path, finding.line))

    def show_detail(self) -> None:
        """Tell of the chosen row, and ask for the lines around its place."""
        row = self.controls.chosen
        if row is None:
            self.detail.tell(None)
            return
        finding = place_of(row)
        if finding is not None:
            request = self._sources.want((finding.path, finding.line))
            if request is not None:
                self.dashboard.ask(request)
        self.detail.tell(Subject(row, self.source_of(row), telling.notes_for(self.board, row)))

    def take_source(self, text: SourceText) -> None:
        """Lines of a file have come; those for a row that was left meanwhile are only kept."""
        self._sources.take(text.request, Source(text.path, text.first_line, text.lines))
        self.show_detail()

    def restart_sources(self) -> None:
        """Another worker knows nothing of what was asked."""
        self._sources.restart()

    @on(Lines.Chosen)
    def _chosen(self, event: Lines.Chosen) -> None:
        if event.lines is self.dimensions:
            self.look(dimension=self.dimensions.dimension)
            self.dimensions.redraw()
        self.show_titles()
        self.show_detail()
        self.show_keys()

    @on(Lines.Opened)
    def _opened(self, event: Lines.Opened) -> None:
        self.go_to("controls" if event.lines is self.dimensions else "detail")

    def look(self, **changes: object) -> None:
        """Show another part of the scorecard."""
        self.controls.look(replace(self.controls.view, **changes))  # type: ignore[arg-type]
        if not self.controls.rows:
            self.controls.say(telling.list_notice(self.board, self.controls.view, self.filter_text))
        self.show_titles()
        self.show_detail()
        self.show_keys()
