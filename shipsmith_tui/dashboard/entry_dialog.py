"""The dialog for an entry of the ledger: a sentence, until when it holds, and what it covers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from shipsmith_widgets.painting import content
from shipsmith_widgets.showing import Shown, show
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from shipsmith_tui.dashboard.presets import Reason


class Wording(NamedTuple):
    """What a dialog says. `verb` is what enter does, `missing` the sentence for an empty text."""

    title: str
    about: str
    label: str
    placeholder: str
    missing: str
    verb: str


class Answer(NamedTuple):
    """What was typed, until when it holds, and the number of the choice."""

    text: str
    until: datetime.date | None
    choice: int = 0


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


class Choice(Static, can_focus=True):
    """One of a few things, on one line; ← and → go through them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,down,space", "next(1)", "next", show=False, id="dialog.next_choice"),
        Binding("left,up", "next(-1)", "previous", show=False, id="dialog.previous_choice"),
    ]

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__(markup=False, classes="choice")
        self._labels = tuple(labels)
        self.number = 0
        self.action_next(0)

    def action_next(self, by: int) -> None:
        """Choose the next (1) or previous (-1)."""
        self.number = (self.number + by) % len(self._labels)
        label = show(self._labels[self.number], 200)
        of = show(f" {self.number + 1}/{len(self._labels)}")
        self.update(content((Shown("‹ "), "$key"), label, (Shown(" ›"), "$key"), (of, "$text-muted")))

    def on_click(self) -> None:
        """A click chooses the next."""
        self.action_next(1)


class _Sentence(Input):
    """A field that offers sentences to begin with."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "offer(1)", "next", show=False, id="dialog.next_reason"),
        Binding("up", "offer(-1)", "previous", show=False, id="dialog.previous_reason"),
    ]

    class Offered(Message):
        """A reason was taken into the field, None when the user's own words came back."""

        def __init__(self, reason: Reason | None) -> None:
            super().__init__()
            self.reason = reason

    def __init__(self, placeholder: str, offers: Sequence[Reason]) -> None:
        super().__init__(placeholder=placeholder, id="reason", select_on_focus=False)
        self._offers = tuple(offers)
        self._at = -1
        self._own = ""

    def action_offer(self, by: int) -> None:
        """Write the next (1) or previous (-1) sentence; the user's own words come after the last."""
        if self._at < 0:
            self._own = self.value
        self._at = (self._at + 1 + by) % (len(self._offers) + 1) - 1
        reason = self._offers[self._at] if self._at >= 0 else None
        self.value = self._own if reason is None else reason.text
        self.cursor_position = len(self.value)
        self.post_message(self.Offered(reason))


class EntryDialog(ModalScreen[Answer | None]):
    """Asks for a sentence, which is required, a last day, which is not, and one of `choices`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "leave", show=False, id="dialog.leave"),
        Binding("enter", "write", "write", show=False, id="dialog.write"),
    ]

    def __init__(
        self,
        wording: Wording,
        today: datetime.date,
        offers: Sequence[Reason] = (),
        choices: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._wording = wording
        self._today = today
        self._offers = offers
        self._offered_until = ""
        self.problem = Static("", classes="problem", markup=False)
        self.sentence = _Sentence(wording.placeholder, offers)
        self.until = Input(placeholder=f"{today.year + 1}-01-31, or empty", id="until", max_length=10)
        self.choice = Choice(choices) if choices else None
        for field in (self.sentence, self.until):
            field.cursor_blink = False

    def compose(self) -> ComposeResult:
        """What it is about, the fields, what is wrong with them."""
        keys = [f"enter {self._wording.verb}", "tab next", "esc leave"]
        with VerticalScroll(classes="dialog", can_focus=False) as dialog:
            dialog.border_title = content(show(self._wording.title))
            yield Static(show(self._wording.about), classes="about", markup=False)
            yield Static(show(self._wording.label), classes="label", markup=False)
            yield self.sentence
            yield Static(Shown("Until (optional)"), classes="label", markup=False)
            yield self.until
            if self.choice is not None:
                keys.insert(1, "←→ covers")
                yield Static(Shown("Covers"), classes="label", markup=False)
                yield self.choice
            if self._offers:
                keys.insert(1, "↑↓ reasons")
            yield self.problem
            yield Static(show("   ".join(keys)), classes="keys", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Save lines where there are few."""
        self.set_class(event.size.height < 18 or event.size.width < 50, "-small")

    @on(_Sentence.Offered)
    def _offered(self, event: _Sentence.Offered) -> None:
        """A reason brings its date along, unless the user typed another."""
        if self.until.value != self._offered_until:
            return
        days = event.reason.days if event.reason else 0
        self._offered_until = str(self._today + datetime.timedelta(days)) if days else ""
        self.until.value = self._offered_until

    @on(Input.Submitted)
    def action_write(self) -> None:
        """Answer, when nothing is wrong."""
        text = " ".join(self.sentence.value.split())
        if not text or text.endswith(":"):
            self._complain(show(self._wording.missing), self.sentence)
            return
        try:
            until = parse_until(self.until.value, self._today)
        except ValueError as error:
            self._complain(show(str(error)), self.until)
            return
        self.dismiss(Answer(text, until, self.choice.number if self.choice else 0))

    def _complain(self, sentence: Shown, field: Input) -> None:
        self.problem.update(content(sentence))
        field.focus()
