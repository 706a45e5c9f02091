"""Deciding about gaps without leaving the dashboard: what is written, and what comes back."""

import datetime

import msgspec
import pytest
from shipsmith_controls.scorecard import ControlResult
from textual.widgets import Input

from shipsmith_tui.dashboard.board import Board, fold, lapsed, to_review
from shipsmith_tui.dashboard.entry_dialog import EntryDialog
from shipsmith_tui.dashboard.page import PageLines
from shipsmith_tui.dashboard.presets import reasons
from shipsmith_tui.protocol import (
    Acknowledge,
    AckView,
    Attest,
    AttestView,
    Cause,
    Gap,
    Judged,
    LedgerView,
    Undo,
)
from tests.tui.dashboards import TODAY, Stage, stage
from tests.tui.scorecards import LEDGER, SAVE, controls, scorecard, with_status


def judged(ledger: LedgerView, kind: str = "ledger") -> Judged:
    return Judged(with_status(scorecard(), "RES-05", "done"), Cause(kind), ledger)  # type: ignore[arg-type]


def ack(control: str, *findings: str, **more: object) -> AckView:
    entry = AckView(control, "fine for a demo", "dev@example.com", TODAY, findings=findings)
    return msgspec.structs.replace(entry, **more)


def prints(id_: str) -> tuple[str, ...]:
    control = next(c for c in controls() if c.id == id_)
    return tuple(f.fingerprint for f in control.verdict.findings)


def covers(on: Stage) -> str:
    dialog = on.app.screen
    assert isinstance(dialog, EntryDialog)
    assert dialog.choice is not None
    return str(dialog.choice.content)


def undo_word(on: Stage) -> str:
    return next((key.word for key in on.app.main.keys._keys if key.word.startswith("undo")), "")


async def test_an_acknowledgement_covers_a_place_a_control_or_everything_in_a_file() -> None:
    async with stage() as on:
        await on.press("g", "j", "a", *"fine", "tab", "tab")
        assert "only app/agent.py:42" in covers(on)
        await on.press("right")
        assert "all 6 findings of RES-01" in covers(on)
        await on.press("right")
        assert "all 2 findings of 2 controls in app/agent.py" in covers(on)
        await on.press("enter")
        assert on.asked(Acknowledge)[0].gaps == (
            Gap("RES-01", prints("RES-01")[:1]),
            Gap("RES-03", prints("RES-03")[:1]),
        )


async def test_what_is_covered_already_is_not_covered_twice() -> None:
    async with stage() as on:
        await on.hear(judged(LedgerView((ack("RES-01", *prints("RES-01")[:2], covers=False),))))
        await on.press("g", "a", *"fine", "enter")
        assert on.asked(Acknowledge)[0].gaps == (Gap("RES-01", prints("RES-01")[2:]),)


async def test_a_reason_can_be_picked_and_brings_its_date() -> None:
    first = reasons()[0]
    async with stage() as on:
        await on.press("g", "a", *"my own", "down")
        sentence, until = (
            on.app.screen.query_one("#reason", Input),
            on.app.screen.query_one("#until", Input),
        )
        assert sentence.value == first.text
        assert until.value == str(TODAY + datetime.timedelta(first.days))
        await on.press("enter")
        assert not on.asked(Acknowledge), "a reason that ends with a colon is not whole"
        await on.press("up")
        assert (sentence.value, until.value) == ("my own", "")


async def test_every_reason_that_is_offered_is_a_sentence_to_go_on_with() -> None:
    assert all(reason.text and reason.days >= 0 for reason in reasons())


async def test_undo_tells_how_much_the_worker_can_take_back() -> None:
    async with stage() as on:
        assert undo_word(on) == ""
        await on.press("u")
        assert not on.asked(Undo)
        await on.hear(judged(msgspec.structs.replace(LEDGER, undoable=1)))
        assert undo_word(on) == "undo"
        await on.hear(judged(msgspec.structs.replace(LEDGER, undoable=2)))
        assert undo_word(on) == "undo (2)"
        await on.press("u")
        assert on.asked(Undo)


async def test_v_attests_what_asks_a_person_with_a_link_and_a_date() -> None:
    async with stage() as on:
        await on.press("slash", *"cos-02", "enter", "v")
        await on.press("enter")
        dialog = on.app.screen
        assert isinstance(dialog, EntryDialog)
        assert "A link is needed" in str(dialog.problem.content)
        await on.press(*"https://wiki/limits", "tab", *"2027-11-23", "enter")
        assert on.asked(Attest) == [Attest("COS-02", "https://wiki/limits", datetime.date(2027, 11, 23))]


@pytest.mark.parametrize(("attestable", "asked"), [((), False), (("RES-03",), True)])
async def test_a_gap_is_attested_only_where_that_settles_it(
    attestable: tuple[str, ...], asked: bool
) -> None:
    async with stage() as on:
        await on.hear(judged(msgspec.structs.replace(LEDGER, attestable=attestable)))
        await on.press("slash", *"res-03", "enter", "v")
        assert isinstance(on.app.screen, EntryDialog) is asked


async def test_an_acknowledgement_that_is_over_is_told_in_the_head_and_at_its_control() -> None:
    over = ack("RES-03", until=TODAY - datetime.timedelta(1), covers=False, expired=True)
    async with stage() as on:
        await on.hear(judged(LedgerView((over,))))
        assert "1 to review" in str(on.app.main.header.render())
        key = "RES-03"
        assert "ack expired" in on.app.main.controls.line(key, 70).plain


def test_a_finding_that_came_after_the_acknowledgement_worsens_it() -> None:
    first, second = prints("RES-03")
    ledger = LedgerView((ack("RES-03", first, covers=False),))
    known = with_status(scorecard(), "RES-03", "partial", *control("RES-03").verdict.findings[:1])
    before = Board(scorecard=known, ledger=ledger)
    assert lapsed(before) == {}
    after = fold(before, Judged(scorecard(), SAVE, ledger))
    assert lapsed(after) == {"RES-03": "worsened"}
    assert to_review(after) == 1
    assert second not in ledger.acknowledged[0].findings


def control(id_: str) -> ControlResult:
    return next(c for c in controls() if c.id == id_)


async def test_the_page_on_the_ledger_begins_with_what_to_look_at_again() -> None:
    gone = ack("MOD-01", "fp-gone", covers=False, orphaned=True)
    vouched = AttestView("COS-02", "https://wiki/limits", "dev@example.com", TODAY)
    async with stage() as on:
        await on.hear(judged(LedgerView((ack("RES-01"), gone), (vouched,))))
        await on.press("L")
        text = [line.plain for line in on.app.screen.query_one(PageLines).lines]
        titles = [line for line in text if line and not line.startswith(" ")]
        assert titles == [
            "Without a finding: nothing in the tree matches it any more",
            "Acknowledged",
            "Attested",
        ]


async def test_the_head_of_the_detail_calls_the_control_what_it_is() -> None:
    """One acknowledged finding is no acknowledged control."""
    async with stage() as on:
        await on.press("g", "j")
        await on.hear(judged(LedgerView((ack("RES-01", *prints("RES-01")[:1], covers=False),))))
        assert on.chosen is not None
        assert "42" in on.chosen
        head = on.detail.splitlines()[0]
        assert head == "RES-01 · critical · ✗ missing · ⊘ this place"
