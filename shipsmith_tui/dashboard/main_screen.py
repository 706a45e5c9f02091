"""The main screen: turns keys into deeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipsmith_widgets.detail import place_of
from shipsmith_widgets.filtering import parse_filter
from shipsmith_widgets.marks import is_failing
from shipsmith_widgets.ordering import Order
from shipsmith_widgets.rows import Kind
from shipsmith_widgets.showing import show
from textual.binding import BindingType

from shipsmith_tui.dashboard import telling, triage
from shipsmith_tui.dashboard.board import Board
from shipsmith_tui.dashboard.board_screen import BoardScreen
from shipsmith_tui.dashboard.brief import brief
from shipsmith_tui.dashboard.keys import SCREEN_KEYS, WRITING
from shipsmith_tui.dashboard.workflow_lens import several
from shipsmith_tui.protocol import FromDashboard, Pause, Rejudge, Rescan
from shipsmith_tui.sessions import Session

if TYPE_CHECKING:
    from shipsmith_tui.dashboard.filter_input import FilterInput


class MainScreen(BoardScreen):
    """The board, with every key of the dashboard."""

    BINDINGS: ClassVar[list[BindingType]] = list(SCREEN_KEYS)

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._filter_input: FilterInput | None = None

    def resume(self, session: Session) -> None:
        """Look at the tree as it was looked at last."""
        self.resume_at = session.chosen
        self.filter_text = session.filter
        self.zoomed = session.zoomed
        if session.dimension is not None:
            self.dimensions.viewport.start_at(session.dimension)
        self.look(
            dimension=self.dimensions.dimension,
            filter=parse_filter(session.filter),
            everything=session.everything,
            show_acknowledged=session.show_acknowledged,
            opened=session.opened,
            order=session.order,
        )
        self.resume_since_base = session.since_base
        self.arrange_panes()

    def session(self, theme: str) -> Session:
        """How the tree is looked at now, under a theme of its own or ""."""
        view = self.controls.view
        return Session(
            chosen=self.controls.viewport.cursor or self.resume_at,
            dimension=view.dimension,
            filter=self.filter_text,
            everything=view.everything,
            show_acknowledged=view.show_acknowledged,
            opened=dict(view.opened),
            zoomed=self.zoomed,
            theme=theme,
            order=view.order,
            since_base=view.since_base or self.resume_since_base,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing are not live."""
        if not self.is_attached:
            return True
        if self.is_off(action):
            return True  # the key says why it does nothing
        row = self.controls.chosen
        match action:
            case "edit":
                return row is not None and place_of(row) is not None
            case "copy":
                return row is not None
            case "brief":
                return row is not None and is_failing(row.control.verdict.status)
            case "acknowledge":
                return triage.can_acknowledge(self.board, row)
            case "attest":
                return triage.can_attest(self.board, row)
            case "undo":
                return self.board.ledger.undoable > 0
            case "workflow":
                return bool(several(self.board.scorecard))
            case "acknowledged":
                return bool(self.board.ledger.acknowledged)
            case "ledger":
                return bool(self.board.ledger.acknowledged or self.board.ledger.attested)
            case "filter" | "everything" | "since_base" | "order":
                return self.board.scorecard is not None
        return True

    def is_off(self, action: str) -> bool:
        """Whether a key does nothing here but say why."""
        return self.dashboard.read_only and action in WRITING

    def word_of(self, binding_id: str) -> str:
        """What a key does now, in a word."""
        if binding_id == "act.pause" and self._is_paused():
            return "go on"
        if binding_id == "see.everything" and self.controls.view.everything:
            return "to do"
        if binding_id == "act.undo" and self.board.ledger.undoable > 1:
            return f"undo ({self.board.ledger.undoable})"
        if binding_id == "see.since_base":
            return "whole" if self.controls.view.since_base else telling.since_word(self.board)
        if binding_id == "list.open":
            return self._opening()
        return super().word_of(binding_id)

    def _opening(self) -> str:
        """What enter leads to from here."""
        row = self.controls.chosen
        if self.dimensions.has_focus:
            return "controls"
        if row is None:
            return ""
        if row.kind is Kind.FINDING or not row.control.verdict.findings:
            return "detail"
        return "fold" if self.controls.shows_findings(row) else "findings"

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
        elif self.controls.view.since_base:
            self.look(since_base=False)
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

    def action_since_base(self) -> None:
        """Show only what is new and fixed since the base, or the whole list again."""
        on = not self.controls.view.since_base
        self.resume_since_base = False
        if on and self.board.since is None:
            self.dashboard.say(telling.no_base(self.board))
            return
        self.look(since_base=on)

    def action_order(self, name: str = "") -> None:
        """Put the controls into another order: the one called `name`, else the next."""
        self.look(order=Order(name) if name else self.controls.view.order.following())

    def action_workflow(self) -> None:
        """Show the next workflow, or the whole tree again."""
        self.dashboard.show_workflow()

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
        """Take back the last entry of the ledger that this session wrote."""
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
        self.dashboard.copy(text, text)

    def action_brief(self) -> None:
        """Copy what a coding agent needs to know to fix the chosen row."""
        row = self.controls.chosen
        if row is not None:
            about = show(f"a brief on how to fix {row.control.id}")
            self.dashboard.copy(brief(row, self.source_of(row)), about)

    def action_log(self) -> None:
        """Show why the tree was judged."""
        self.dashboard.show_log()

    def action_acknowledge(self) -> None:
        """Ask for a reason and acknowledge the chosen finding or control."""
        row = self.controls.chosen
        if row is not None:
            self.dashboard.acknowledge(row)

    def action_attest(self) -> None:
        """Ask for a link that shows that the chosen control is met."""
        row = self.controls.chosen
        if row is not None:
            self.dashboard.attest(row)

    def action_ledger(self) -> None:
        """Show what is acknowledged and attested."""
        self.dashboard.show_ledger()

    def action_help(self) -> None:
        """Show all keys."""
        self.dashboard.show_help()

    def action_theme(self) -> None:
        """Show the next theme."""
        self.dashboard.next_theme()

    def action_mouse(self) -> None:
        """Leave the mouse to the terminal, or take it again."""
        self.dashboard.toggle_mouse()

    def action_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    async def action_quit(self) -> None:
        """Leave."""
        await self.app.action_quit()

    def _ask(self, message: FromDashboard) -> None:
        self.dashboard.ask(message)
