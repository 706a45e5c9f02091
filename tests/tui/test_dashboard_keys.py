"""What each key of the dashboard does."""

import pytest
from shipsmith_widgets.key_line import KeyLine
from textual.widgets import Input

from shipsmith_tui.dashboard.entry_dialog import EntryDialog
from shipsmith_tui.dashboard.keymap import every_binding
from shipsmith_tui.dashboard.keys import SCREEN_KEYS
from shipsmith_tui.dashboard.page import Page, PageLines
from shipsmith_tui.protocol import (
    Acknowledge,
    Gap,
    Judged,
    Notice,
    Pause,
    Rejudge,
    Rescan,
    WantSource,
)
from tests.tui.dashboards import Stage, stage
from tests.tui.scorecards import LEDGER, SAVE, START, scorecard, with_status


def toasts(on: Stage) -> list[str]:
    return [notification.message for notification in on.app._notifications]


def live_keys(on: Stage) -> list[str]:
    return [key.word for key in on.app.main.query_one(KeyLine)._keys]


def focused(on: Stage) -> str | None:
    return on.app.focused.id if on.app.focused else None


async def test_arrows_and_letters_walk_the_list() -> None:
    async with stage() as on:
        await on.press("home")
        assert on.chosen == "RES-01"
        await on.press("j", "down")
        second = on.chosen
        await on.press("k")
        assert on.chosen != second
        await on.press("G")
        assert on.chosen == on.listed[-1]
        await on.press("g")
        assert on.chosen == on.listed[0]
        await on.press("pagedown", "pageup")
        assert on.chosen == on.listed[0]


async def test_n_goes_from_failing_control_to_failing_control() -> None:
    async with stage() as on:
        await on.press("g", "n")
        assert on.chosen == "SEC-01"
        await on.press("n", "N")
        assert on.chosen == "SEC-01"


async def test_enter_opens_and_closes_the_findings_of_a_control() -> None:
    async with stage() as on:
        await on.press("g")
        assert "RES-01/…" in on.listed
        await on.press("enter")
        assert not any(key.startswith("RES-01/") for key in on.listed)
        await on.press("enter")
        assert sum(key.startswith("RES-01/") for key in on.listed) == 6
        assert on.chosen == "RES-01"


async def test_enter_on_the_rest_shows_the_rest() -> None:
    async with stage() as on:
        await on.press("g", *["j"] * 4)
        assert on.chosen == "RES-01/…"
        await on.press("enter")
        assert on.chosen == on.listed[4]
        assert sum(key.startswith("RES-01/") for key in on.listed) == 6


async def test_the_detail_asks_for_the_lines_around_the_place_and_shows_them() -> None:
    async with stage() as on:
        await on.press("g", "j")
        asked = on.asked(WantSource)[-1]
        assert (asked.path, asked.line) == ("app/agent.py", 42)
        assert "▌ 42" in on.detail
        assert "client = OpenAI(timeout=30)" in on.detail


async def test_numbers_and_tab_walk_the_panes() -> None:
    async with stage() as on:
        for key, pane in (("1", "dimensions"), ("3", "detail"), ("2", "controls")):
            await on.press(key)
            assert focused(on) == pane
        await on.press("tab")
        assert focused(on) == "detail"
        await on.press("tab", "tab")
        assert focused(on) == "controls"
        await on.press("shift+tab")
        assert focused(on) == "dimensions"


async def test_a_chosen_dimension_narrows_the_list_and_esc_widens_it() -> None:
    async with stage() as on:
        await on.press("1", "down")
        assert all(key.startswith("DAT") for key in on.listed)
        await on.press("enter")
        assert on.app.focused is on.app.main.controls
        await on.press("escape")
        assert "RES-01" in on.listed


async def test_z_gives_a_pane_all_the_room_and_shares_it_again() -> None:
    async with stage() as on:
        await on.press("3", "z")
        assert not on.app.main.controls.display
        assert on.app.main.detail.size.width > 140
        await on.press("z")
        assert on.app.main.controls.display


async def test_where_there_is_one_pane_a_number_brings_another() -> None:
    async with stage(size=(40, 10)) as on:
        await on.press("3")
        assert on.app.main.detail.display
        assert not on.app.main.controls.display
        await on.press("escape")
        assert on.app.main.controls.has_focus


async def test_f_shows_every_control() -> None:
    async with stage() as on:
        assert "OBS-01" not in on.listed
        await on.press("f")
        assert "OBS-01" in on.listed
        await on.press("f")
        assert "OBS-01" not in on.listed


async def test_the_filter_narrows_while_one_types_and_esc_drops_it() -> None:
    async with stage() as on:
        await on.press("slash", *"retried")
        assert on.listed == ["RES-03"]
        await on.press("enter")
        assert on.app.main.controls.has_focus
        assert on.listed == ["RES-03"]
        await on.press("escape")
        assert "RES-01" in on.listed
        await on.press("slash", "x", "x")
        assert on.listed == []
        await on.press("escape")
        assert "RES-01" in on.listed


async def test_letters_typed_into_the_filter_are_no_commands() -> None:
    async with stage() as on:
        await on.press("slash", "q", "R", "a")
        assert on.app.is_running
        assert on.app.main.filter_text == "qRa"
        assert not on.asked(Rescan)


async def test_esc_never_quits() -> None:
    async with stage() as on:
        await on.press(*["escape"] * 8)
        assert on.app.is_running


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_q_and_ctrl_c_quit_and_end_the_worker(key: str) -> None:
    async with stage() as on:
        await on.press(key)
        assert not on.app.is_running
    assert on.script.closed


async def test_ctrl_c_quits_from_a_dialog_too() -> None:
    async with stage() as on:
        await on.press("g", "a", "ctrl+c")
        assert not on.app.is_running


async def test_y_copies_the_place_and_says_what_was_copied() -> None:
    async with stage() as on:
        await on.press("g", "j", "y")
        assert on.app.clipboard == "app/agent.py:42"
        assert "copied app/agent.py:42" in toasts(on)


async def test_capital_y_copies_a_brief_for_an_agent() -> None:
    async with stage() as on:
        await on.press("g", "j", "Y")
        brief = on.app.clipboard.splitlines()
        assert brief[0] == "RES-01 (critical): Every LLM call has an explicit timeout"
        assert "- app/agent.py:42 client without timeout" in brief
        assert "client = OpenAI(timeout=30)" in brief


async def test_w_tells_why_the_tree_was_judged_time_by_time() -> None:
    async with stage() as on:
        await on.press("w")
        lines = [line.plain for line in on.app.screen.query_one(PageLines).lines]
        assert lines[0].startswith("14:03:22  agent.py saved → 7 of 115 controls")
        assert lines[1].strip() == "✗ RES-01"
        assert "judged → 115 of 115 controls in 412 ms" in lines[-1]
        await on.press("escape")
        assert on.app.screen is on.app.main


async def test_p_pauses_and_goes_on() -> None:
    async with stage() as on:
        await on.press("p")
        assert "go on" in live_keys(on)
        await on.press("p")
        assert on.asked(Pause) == [Pause(True), Pause(False)]


async def test_r_looks_again_and_capital_r_reads_everything() -> None:
    async with stage() as on:
        await on.press("r", "R")
        assert on.asked(Rejudge)
        assert on.asked(Rescan)


async def test_a_control_is_acknowledged_with_all_its_findings_and_a_reason() -> None:
    async with stage() as on:
        await on.press("g", "a")
        assert isinstance(on.app.screen, EntryDialog)
        await on.press(*"nightly", "tab", *"2027-02-01", "enter")
        sent = on.asked(Acknowledge)[0]
        assert (sent.reason, str(sent.until)) == ("nightly", "2027-02-01")
        assert [(gap.control, len(gap.findings)) for gap in sent.gaps] == [("RES-01", 6)]


async def test_a_single_finding_is_acknowledged_alone() -> None:
    async with stage() as on:
        await on.press("g", "j", "a", *"fine", "enter")
        assert on.asked(Acknowledge)[0].gaps == (Gap("RES-01", ("fp-app/agent.py-42-clie",)),)


@pytest.mark.parametrize(
    ("typed", "until", "sentence"),
    [
        ("", "", "reason is needed"),
        ("ok", "2026-02-30", "is no date"),
        ("ok", "20270201", "is no date"),
        ("ok", "2026-11-23", "over already"),
    ],
)
async def test_what_is_wrong_with_an_acknowledgement_is_said(
    typed: str, until: str, sentence: str
) -> None:
    async with stage() as on:
        await on.press("g", "a", *typed, "tab", *until, "enter")
        dialog = on.app.screen
        assert isinstance(dialog, EntryDialog)
        assert sentence in str(dialog.problem.content)
        await on.press("escape")
        assert not on.asked(Acknowledge)


async def test_what_was_acknowledged_stays_in_sight_until_the_cursor_leaves() -> None:
    async with stage() as on:
        await on.press("g", "n")
        covered = with_ack("SEC-01")
        await on.hear(covered)
        assert on.chosen == "SEC-01"
        await on.press("j")
        assert "SEC-01" not in on.listed
        await on.press("A")
        assert "SEC-01" in on.listed


def with_ack(control: str) -> Judged:
    import msgspec

    from shipsmith_tui.protocol import AckView, Cause
    from tests.tui.dashboards import TODAY

    ack = AckView(control, "shown in a demo only", "dev@example.com", TODAY)
    ledger = msgspec.structs.replace(LEDGER, acknowledged=(*LEDGER.acknowledged, ack))
    return Judged(with_status(scorecard(), "RES-05", "done"), Cause("ledger"), ledger)


async def test_t_shows_the_themes_one_after_the_other() -> None:
    async with stage() as on:
        await on.press("t")
        assert on.app.theme == "shipsmith-light"
        await on.press(*["t"] * (len(on.app.theme_titles) - 1))
        assert on.app.theme == "shipsmith-dark"


async def test_help_lists_every_key_that_does_something() -> None:
    async with stage() as on:
        await on.press("question_mark")
        assert isinstance(on.app.screen, Page)
        await on.press("escape")
        assert not isinstance(on.app.screen, Page)
    ids = [binding.id for binding in every_binding()]
    assert len(ids) == len(set(ids))
    assert {binding.id for binding in SCREEN_KEYS} <= set(ids)


@pytest.mark.parametrize("key", ["ctrl+p", "colon"])
async def test_the_palette_runs_commands_by_name(key: str) -> None:
    async with stage() as on:
        await on.press(key)
        await on.press(*"paper")
        await on.press("enter")
        await on.settle()
        assert on.app.theme == "shipsmith-light"


async def test_keys_that_do_nothing_now_are_not_shown() -> None:
    async with stage(messages=[]) as on:
        assert live_keys(on) == ["pause", "zoom", "help"]
    async with stage() as on:
        await on.press("g")
        assert live_keys(on)[:3] == ["edit", "copy", "acknowledge"]


async def test_every_binding_can_be_rebound_by_its_id() -> None:
    async with stage() as on:
        on.app.set_keymap({"act.pause": "x"})
        await on.press("x")
        assert on.asked(Pause)


async def test_without_an_editor_a_sentence_says_what_to_set() -> None:
    async with stage() as on:
        await on.press("g", "e")
        assert any("$VISUAL or $EDITOR" in toast for toast in toasts(on))


async def test_a_file_that_is_gone_is_not_opened() -> None:
    async with stage(EDITOR="vi") as on:
        await on.press("g", "j", "e")
        assert "app/agent.py is no longer there." in toasts(on)


async def test_the_worker_answers_once_in_a_toast() -> None:
    async with stage() as on:
        await on.hear(Notice("There is nothing to undo.", failed=True))
        assert "There is nothing to undo." in toasts(on)


async def test_a_toast_comes_only_when_something_begins_or_ceases_to_fail() -> None:
    async with stage(messages=[Judged(scorecard(), START, LEDGER)]) as on:
        on.app.app_focus = False
        assert toasts(on) == []
        await on.hear(Judged(scorecard(), SAVE, LEDGER))
        assert toasts(on) == ["✗ RES-01 now fails · ✔ RES-05 fixed"]


async def test_a_double_click_opens_a_row_and_a_click_chooses_it() -> None:
    async with stage() as on:
        await on.press("g")
        await on.pilot.click(on.app.main.controls, offset=(10, 7))
        await on.settle()
        assert on.chosen == on.listed[6]


async def test_typing_into_the_dialog_stays_there() -> None:
    async with stage() as on:
        await on.press("g", "a", "q", "z")
        assert on.app.screen.query_one("#reason", Input).value == "qz"


async def test_the_last_line_says_where_enter_leads() -> None:
    async with stage() as on:
        for key, word in (("g", "fold"), ("enter", "findings"), ("j", "fold"), ("1", "controls")):
            await on.press(key)
            assert {live.word: live.key for live in on.app.main.keys._keys}[word] == "enter"
        await on.press("3")
        assert "enter" not in {key.key for key in on.app.main.keys._keys}
