"""What is seen before, between and instead of scorecards."""

import msgspec
from shipsmith_controls.scorecard import Status, Verdict

from shipsmith_tui.protocol import (
    Cause,
    Judged,
    Progress,
    Ready,
    Rescan,
    Resolved,
    Trouble,
    WatchState,
)
from tests.tui.dashboards import Stage, stage
from tests.tui.scorecards import LEDGER, START, controls, scorecard, session


def why(on: Stage) -> str:
    return on.app.main.header._why.plain


def notice(on: Stage) -> str:
    pane = on.app.main.controls
    return "\n".join(pane.blank(y, 200).plain for y in range(20))


async def test_the_first_scan_says_how_far_it_is() -> None:
    async with stage([Ready(1), Progress(3120, 7408)]) as on:
        assert why(on) == "reading 3,120 of 7,408 files"
        assert "reading 3,120 of 7,408 files" in notice(on)
        dimensions = on.app.main.dimensions
        assert "–" in dimensions.line("DAT", 40).plain
    async with stage([Ready(1), Progress(40, 115, "controls")]) as on:
        assert why(on) == "judging 40 of 115 controls"


async def test_the_last_scorecard_is_shown_at_once_and_marked() -> None:
    async with stage([Judged(scorecard(), START, LEDGER, stale=True)]) as on:
        assert "last session" in why(on)
        assert on.app.main.header.facts.stale
        await on.hear(Judged(scorecard(), START, LEDGER))
        assert why(on).startswith("judged → 115 of 115 controls")


async def test_a_tree_without_ai_says_what_was_looked_for_and_what_to_do() -> None:
    nothing = tuple(
        msgspec.structs.replace(c, verdict=Verdict(Status.NOT_APPLICABLE)) for c in controls()
    )
    async with stage([Judged(scorecard(nothing), START)]) as on:
        said = notice(on)
        assert "No AI workflow found" in said
        assert "312 files" in said
        assert "shipsmith.toml" in said


async def test_when_nothing_is_to_do_the_list_says_so() -> None:
    done = tuple(c for c in controls() if c.verdict.status is Status.DONE)
    async with stage([Judged(scorecard(done), START)]) as on:
        assert "Nothing to do: all 25 controls hold." in notice(on)


async def test_the_first_start_shows_five_keys_until_one_is_pressed() -> None:
    async with stage(first_start=True) as on:
        assert on.app.main.hint.display
        await on.press("j")
        assert not on.app.main.hint.display


async def test_every_other_start_shows_none() -> None:
    async with stage() as on:
        assert not on.app.main.hint.display


async def test_the_why_line_names_the_file_the_work_and_the_change() -> None:
    async with stage() as on:
        assert why(on) == "agent.py saved → 7 of 115 controls in 31 ms · 1 newly failing · 1 fixed"


async def test_trouble_stays_until_it_is_resolved() -> None:
    trouble = Trouble("The date under until is no date.", "shipsmith.toml", 12)
    async with stage([*session(), trouble]) as on:
        assert why(on) == "! shipsmith.toml:12  The date under until is no date."
        await on.hear(Judged(scorecard(), Cause("save", ("a.py",), 1, 115, 9), LEDGER))
        assert why(on).startswith("! shipsmith.toml:12")
        await on.hear(Resolved())
        assert why(on).startswith("a.py saved")


async def test_a_dead_worker_is_told_and_started_again() -> None:
    async with stage() as on:
        on.script.die("The worker ended by signal 9.")
        await on.settle()
        assert why(on) == "The worker ended by signal 9.  R starts it again"
        assert on.app.main.header.facts.watching == "stopped"
        assert on.listed
        await on.press("R")
        await on.hear(*session())
        assert why(on).startswith("agent.py saved")
        assert not on.asked(Rescan)


async def test_polling_and_its_reason_are_in_sight() -> None:
    note = "inotify watches are used up: looking every 2 s"
    async with stage([*session(), WatchState("polling", 0.0, note)]) as on:
        assert on.app.main.header.facts.watching == "polling"
        assert note in why(on)


async def test_the_score_is_compared_with_the_start_of_the_session() -> None:
    async with stage() as on:
        assert on.app.main.header.facts.change == -1
