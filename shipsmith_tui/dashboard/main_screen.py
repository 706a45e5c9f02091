"""The main screen: paints the board and turns keys into deeds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from shipsmith_controls.scorecard import DIMENSIONS
from shipsmith_widgets.detail import Subject, place_of
from shipsmith_widgets.dimensions import blank_dimensions
from shipsmith_widgets.filtering import parse_filter
from shipsmith_widgets.lines import Lines
from shipsmith_widgets.marks import is_failing, is_to_do
from shipsmith_widgets.painting import Part, content
from shipsmith_widgets.rows import Fate, Row, count_failing
from shipsmith_widgets.showing import Shown, show
from shipsmith_widgets.source import Source
from textual import events, on
from textual.binding import BindingType

from shipsmith_tui.dashboard import board as boards
from shipsmith_tui.dashboard import telling
from shipsmith_tui.dashboard.board import Board
from shipsmith_tui.dashboard.keys import SCREEN_KEYS
from shipsmith_tui.dashboard.panes import PaneScreen
from shipsmith_tui.dashboard.sources import Sources
from shipsmith_tui.protocol import FromDashboard, Pause, Rejudge, Rescan, SourceText

if TYPE_CHECKING:
    from shipsmith_tui.dashboard.app import Dashboard
    from shipsmith_tui.dashboard.filter_input import FilterInput


class MainScreen(PaneScreen):
    """Everything that is seen; what is known comes from outside, through `paint`."""

    BINDINGS: ClassVar[list[BindingType]] = list(SCREEN_KEYS)

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board
        self.filter_text = ""
        self._filter_input: FilterInput | None = None
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
        news = board.scorecard is not self.board.scorecard or board.ledger is not self.board.ledger
        first = self.board.scorecard is None or self.board.stale
        self.board = board
        self.header.update(boards.header_facts(board), telling.why_line(board))
        if board.watch is not None:
            self._asked_to_pause = None
        if news or board.scorecard is None:
            card = board.scorecard
            scores = card.dimensions if card else blank_dimensions()
            self.dimensions.update(card.score if card else None, scores, boards.changes(board))
        if news and board.scorecard is not None:
            self.controls.update(board.scorecard.controls, boards.acknowledged(board), board.fresh)
            if first and not self.controls.viewport.touched:
                self.controls.viewport.reset()
                self.controls.redraw()
            self._sources.forget()
        if not self.controls.rows:
            self.controls.say(telling.list_notice(board, self.controls.view, self.filter_text))
        self.show_titles()
        self.show_detail()
        self.show_keys()

    def show_titles(self) -> None:
        """Numbers and names on the panes, and the strip that stands for them."""
        card, view = self.board.scorecard, self.controls.view
        failing, judged = count_failing(card.controls, view.dimension) if card else (0, 0)
        name = DIMENSIONS.get(view.dimension or "", "Controls")
        about: list[Part] = []
        if self.filter_text:
            about.append((show(f" · filter {self.filter_text}", 40), "$status-new"))
        if view.everything:
            about.append((Shown(" · all"), "$status-new"))
        if view.show_acknowledged:
            about.append((Shown(" · with acknowledged"), "$status-new"))
        if judged:
            about.append((show(f" · {failing} failing of {judged}"), "$text-muted"))
        self.dimensions.border_title = content((Shown("1"), "$key"), Shown(" Dimensions"))
        self.controls.border_title = content((Shown("2"), "$key"), Shown(" "), show(name), *about)
        above = self.controls.hidden_above()
        self.controls.border_subtitle = content(show(f"↑ {above} new above")) if above else ""
        scores = card.dimensions if card else blank_dimensions()
        self.strip.update(scores, boards.changes(self.board), view.dimension)

    def show_detail(self) -> None:
        """Tell of the chosen row, and ask for the lines around its place."""
        row = self.controls.chosen
        if row is None:
            self.detail.tell(None)
            return
        finding = place_of(row)
        source = None
        if finding is not None:
            place = (finding.path, finding.line)
            source = self._sources.get(place)
            if (request := self._sources.want(place)) is not None:
                self.dashboard.ask(request)
        self.detail.tell(Subject(row, source, telling.notes_for(self.board, row)))

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing are not live."""
        if not self.is_attached:
            return True
        row = self.controls.chosen
        match action:
            case "edit":
                return row is not None and place_of(row) is not None
            case "copy":
                return row is not None
            case "brief":
                return row is not None and is_failing(row.control.verdict.status)
            case "acknowledge":
                return row is not None and self._can_acknowledge(row)
            case "undo":
                return self.dashboard.acknowledgements > 0
            case "acknowledged":
                return bool(self.board.ledger.acknowledged)
            case "filter" | "everything":
                return self.board.scorecard is not None
        return True

    def _can_acknowledge(self, row: Row) -> bool:
        live = row.fate is Fate.NONE and not row.acknowledged
        return live and is_to_do(row.control.verdict.status) and not self.board.stale

    def word_of(self, binding_id: str) -> str:
        """What a key does now, in a word."""
        if binding_id == "act.pause" and self._is_paused():
            return "go on"
        if binding_id == "see.everything" and self.controls.view.everything:
            return "to do"
        return super().word_of(binding_id)

    def _is_paused(self) -> bool:
        if self._asked_to_pause is not None:
            return self._asked_to_pause
        return self.board.watch is not None and self.board.watch.mode == "paused"

    async def action_filter(self) -> None:
        """Open the filter."""
        from shipsmith_tui.dashboard.filter_input import FilterInput

        if self._filter_input is None:
            self._filter_input = FilterInput(id="filter")
            await self.mount(self._filter_input, before=self.hint)
        self._filter_input.open(self.filter_text)

    def set_filter(self, text: str) -> None:
        """Show what matches."""
        self.filter_text = text.strip()
        self.look(filter=parse_filter(text))

    def action_back(self) -> None:
        """One step back: filter, zoom, dimension, list. Never quits."""
        if self._filter_input is not None and self._filter_input.has_class("-open"):
            self._filter_input.close()
        elif self.filter_text:
            self.set_filter("")
        elif self.zoomed:
            self.action_zoom()
        elif not self.controls.has_focus:
            self.go_to("controls")
        elif self.controls.view.dimension is not None:
            self.dimensions.viewport.reset()
            self.dimensions.redraw()
            self.look(dimension=None)

    def action_everything(self) -> None:
        """Show every control, or only what is to do."""
        self.look(everything=not self.controls.view.everything)

    def action_acknowledged(self) -> None:
        """Show or hide what is acknowledged."""
        self.look(show_acknowledged=not self.controls.view.show_acknowledged)

    def action_pause(self) -> None:
        """Pause watching, or go on."""
        self._asked_to_pause = not self._is_paused()
        self._ask(Pause(self._asked_to_pause))
        self.show_keys()

    def action_rejudge(self) -> None:
        """Look for changes now."""
        self._ask(Rejudge())

    def action_rescan(self) -> None:
        """Read everything again; a worker that died is started again."""
        if self.board.ended:
            self.dashboard.start_worker()
        else:
            self._ask(Rescan())

    def action_undo(self) -> None:
        """Take back the last acknowledgement."""
        self.dashboard.undo()

    def action_edit(self) -> None:
        """Open the place of the chosen row in the editor."""
        row = self.controls.chosen
        finding = place_of(row) if row else None
        if finding is not None:
            self.dashboard.edit(finding.path, finding.line)

    def action_copy(self) -> None:
        """Copy the place of the chosen row, or its id when it has none."""
        row = self.controls.chosen
        if row is None:
            return
        finding = place_of(row)
        text = show(f"{finding.path}:{finding.line}" if finding else row.control.id, 4096)
        self.app.copy_to_clipboard(text)
        self.dashboard.say(show(f"copied {text}"))

    def action_brief(self) -> None:
        """Copy what a coding agent needs to know to fix the chosen row."""
        row = self.controls.chosen
        if row is not None:
            self.app.copy_to_clipboard(telling.brief(row))
            self.dashboard.say(show(f"copied a brief on how to fix {row.control.id}"))

    def action_log(self) -> None:
        """Show why the tree was judged."""
        self.dashboard.show_log()

    def action_acknowledge(self) -> None:
        """Ask for a reason and acknowledge the chosen finding or control."""
        row = self.controls.chosen
        if row is not None:
            self.dashboard.acknowledge(row)

    def action_help(self) -> None:
        """Show all keys."""
        self.dashboard.show_help()

    def action_theme(self) -> None:
        """Show the next theme."""
        self.dashboard.next_theme()

    def action_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    async def action_quit(self) -> None:
        """Leave."""
        await self.app.action_quit()

    def _ask(self, message: FromDashboard) -> None:
        self.dashboard.ask(message)
