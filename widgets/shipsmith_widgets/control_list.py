"""The list of controls with their findings beneath: keyed by identity, it never moves by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from shipsmith_controls.scorecard import ControlResult, Status
from shipsmith_controls.since import Since
from textual.binding import Binding, BindingType
from textual.content import Content

from shipsmith_widgets.lines import Lines
from shipsmith_widgets.marks import is_failing
from shipsmith_widgets.painting import EMPTY
from shipsmith_widgets.row_painting import draw_row
from shipsmith_widgets.rows import (
    NOTHING_SINCE,
    Acknowledged,
    Fate,
    Fresh,
    Kind,
    Row,
    View,
    held_row,
    list_rows,
    weave,
)


class ControlList(Lines):
    """Controls and findings of a scorecard. `update` brings news, `look` changes what is seen."""

    DEFAULT_CSS = """
    ControlList { min-width: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="list.open"),
        Binding("n", "failing(1)", "Next failing", show=False, id="list.next_failing"),
        Binding("N", "failing(-1)", "Previous failing", show=False, id="list.previous_failing"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.rows: tuple[Row, ...] = ()
        self.view = View()
        self._by_key: dict[str, Row] = {}
        self._controls: tuple[ControlResult, ...] = ()
        self._acknowledged = Acknowledged()
        self._fresh = Fresh()
        self._since = NOTHING_SINCE
        self._listed: frozenset[str] = frozenset()
        self._notice: tuple[Content, ...] = ()

    @property
    def chosen(self) -> Row | None:
        """The chosen row."""
        cursor = self.viewport.cursor
        return None if cursor is None else self._by_key.get(cursor)

    def update(
        self,
        controls: Sequence[ControlResult],
        acknowledged: Acknowledged = Acknowledged(),  # noqa: B008 - frozen
        fresh: Fresh = Fresh(),  # noqa: B008 - frozen
        since: Since = NOTHING_SINCE,
    ) -> None:
        """Show a newer scorecard. The chosen row and the row at the top stay, by identity.

        A row that was fixed just now, or that is chosen, is still shown, as fixed.
        """
        before = {control.id: control.verdict.status for control in self._controls}
        self._controls = tuple(controls)
        self._acknowledged = acknowledged
        self._fresh = fresh
        self._since = since
        rows = self._list()
        now = {control.id: control for control in controls}
        keys = {row.key for row in rows}
        held: dict[str, Row] = {}
        for row in self.rows:
            if row.key in keys:
                continue
            after = held_row(row, now.get(row.control.id), acknowledged)
            just_fixed = (
                row.fate is Fate.NONE
                and row.kind is Kind.CONTROL
                and after.fate is Fate.FIXED
                and before.get(row.control.id) is not Status.DONE
            )
            if row.key == self.viewport.cursor or just_fixed:
                held[row.key] = after
        chosen = self.chosen
        if chosen is not None and chosen.key in held and chosen.kind is not Kind.CONTROL:
            for row in self.rows:
                if row.key == chosen.control.id and row.key not in keys:
                    held[row.key] = held_row(row, now.get(row.key), acknowledged)
        old = [held.get(row.key, row) for row in self.rows]
        self._show(weave(rows, old, held.keys()))

    def look(self, view: View) -> None:
        """Show another part of the scorecard; what is chosen stays chosen when it is still shown."""
        self.view = view
        chosen, touched = self.viewport.cursor, self.viewport.touched
        self._show(self._list())
        if chosen == self.viewport.cursor and chosen is not None:
            self.viewport.go(chosen)
        else:
            self.viewport.reset()
        self.viewport.touched = touched

    def say(self, lines: Sequence[Content]) -> None:
        """What stands in the list while it has no rows."""
        self._notice = tuple(lines)
        self.redraw()

    def hidden_above(self) -> int:
        """How many new rows stand above what is in sight."""
        return sum(row.new for row in self.rows[: self.viewport.top])

    def line(self, key: str, width: int) -> Content:
        """A control or finding, drawn."""
        return draw_row(self._by_key[key], width)

    def blank(self, y: int, width: int) -> Content:
        """The notice, while there are no rows."""
        if self.rows or not self._notice:
            return EMPTY
        lines = [line for part in self._notice for line in (part.wrap(width) if part else [EMPTY])]
        return lines[y] if y < len(lines) else EMPTY

    def left(self, key: str) -> None:
        """A row that had left the scorecard leaves the list when the cursor does."""
        row = self._by_key.get(key)
        if row is None or row.fate is Fate.NONE or key in self._listed:
            return
        chosen = self.chosen
        gone = {key}
        if row.kind is not Kind.CONTROL and not (chosen and chosen.control.id == row.control.id):
            gone.add(row.control.id)
        gone -= self._listed
        self._show(tuple(r for r in self.rows if not (r.key in gone and r.fate is not Fate.NONE)))

    def shows_findings(self, row: Row) -> bool:
        """Whether all findings of a row's control that can be shown are."""
        listed = any(r.kind is Kind.FINDING and r.control.id == row.control.id for r in self.rows)
        return listed and row.kind is not Kind.MORE

    def action_open(self) -> None:
        """Show or hide the findings of a control; on a finding, open it."""
        row = self.chosen
        if row is None:
            return
        if row.kind is Kind.FINDING or not row.control.verdict.findings:
            self.post_message(self.Opened(self, row.key))
            return
        opened = {**self.view.opened, row.control.id: not self.shows_findings(row)}
        at = self.viewport.position
        touched_key = row.control.id if row.kind is Kind.MORE else row.key
        self.look(replace(self.view, opened=opened))
        if row.kind is Kind.MORE and at < len(self.rows):
            touched_key = self.rows[at].key
        self.viewport.go(touched_key)
        self.post_message(self.Chosen(self, touched_key))

    def action_failing(self, by: int) -> None:
        """Choose the next (1) or previous (-1) control that fails."""
        at = self.viewport.position
        ahead = range(at + 1, len(self.rows)) if by > 0 else range(at - 1, -1, -1)
        for number in ahead:
            row = self.rows[number]
            failing = is_failing(row.control.verdict.status) and row.fate is Fate.NONE
            if row.kind is Kind.CONTROL and failing:
                self.choose(row.key)
                return

    def _list(self) -> tuple[Row, ...]:
        """The rows that belong to the list, whatever is held besides."""
        rows = list_rows(self._controls, self.view, self._acknowledged, self._fresh, self._since)
        self._listed = frozenset(row.key for row in rows)
        return rows

    def _show(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        self._by_key = {row.key: row for row in rows}
        self.viewport.replace([row.key for row in rows])
        self.redraw()
