"""The dialog that asks why something is acknowledged, and until when."""

from __future__ import annotations

import datetime
from typing import ClassVar, NamedTuple

from shipsmith_widgets.detail import place_of
from shipsmith_widgets.painting import content
from shipsmith_widgets.rows import Row
from shipsmith_widgets.showing import Shown, show
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class Answer(NamedTuple):
    """What was typed: why, and until when."""

    reason: str
    until: datetime.date | None


def parse_until(text: str, today: datetime.date) -> datetime.date | None:
    """Read a date as YYYY-MM-DD, None for an empty text. Raises ValueError with a sentence."""
    text = text.strip()
    if not text:
        return None
    try:
        until = datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is no date: write it as {today.year + 1}-01-31.") from None
    if len(text) != 10:
        raise ValueError(f"“{text}” is no date: write it as {today.year + 1}-01-31.")
    if until <= today:
        raise ValueError(f"{until} is over already: give a day after {today}.")
    return until


class AcknowledgeDialog(ModalScreen[Answer | None]):
    """Asks for a reason, which is required, and a last day, which is not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "leave", show=False, id="dialog.leave"),
    ]

    def __init__(self, row: Row, today: datetime.date) -> None:
        super().__init__()
        self._row = row
        self._today = today
        self.problem = Static("", classes="problem", markup=False)
        self.reason = Input(placeholder="why this is all right, for whoever reads it next", id="reason")
        self.until = Input(placeholder=f"{today.year + 1}-01-31, or empty", id="until", max_length=10)
        for field in (self.reason, self.until):
            field.cursor_blink = False

    def compose(self) -> ComposeResult:
        """What it is about, the two fields, what is wrong with them."""
        with VerticalScroll(classes="dialog", can_focus=False) as dialog:
            dialog.border_title = content(Shown("Acknowledge "), show(self._row.control.id))
            yield Static(self._about(), classes="about", markup=False)
            yield Static(Shown("Reason"), classes="label", markup=False)
            yield self.reason
            yield Static(Shown("Until (optional)"), classes="label", markup=False)
            yield self.until
            yield self.problem
            yield Static(
                Shown("enter acknowledge   tab next field   esc leave"), classes="keys", markup=False
            )

    def on_resize(self, event: events.Resize) -> None:
        """Save lines where there are few."""
        self.set_class(event.size.height < 16 or event.size.width < 50, "-small")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        reason = " ".join(self.reason.value.split())
        if not reason:
            self._complain(Shown("A reason is needed: it is what a reviewer will read."), self.reason)
            return
        try:
            until = parse_until(self.until.value, self._today)
        except ValueError as error:
            self._complain(show(str(error)), self.until)
            return
        self.dismiss(Answer(reason, until))

    def _complain(self, sentence: Shown, field: Input) -> None:
        self.problem.update(content(sentence))
        field.focus()

    def _about(self) -> str:
        control = self._row.control
        finding = self._row.finding
        if finding is not None:
            about = f"Only {finding.path}:{finding.line}. "
        elif place_of(self._row) is not None:
            about = f"All {len(control.verdict.findings)} findings of today; a new one brings it back. "
        else:
            about = "The whole control. "
        return show(f"{control.title}. {about}The score stays as it is.")
