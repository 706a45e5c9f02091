"""Orders, filters and lenses on the running dashboard, and the loop of fixing a gap."""

import msgspec
import pytest
from shipsmith_controls.scorecard import DimensionScore
from shipsmith_controls.since import Since
from shipsmith_widgets.rows import Fate

from shipsmith_tui.lineage import Lineage
from shipsmith_tui.protocol import Judged
from shipsmith_tui.sessions import Session
from tests.tui.dashboards import Stage, stage
from tests.tui.scorecards import LEDGER, SAVE, control, controls, scorecard, with_status


def list_title(on: Stage) -> str:
    return str(on.app.main.controls.border_title)


async def test_s_goes_through_the_orders_and_the_title_names_them() -> None:
    async with stage() as on:
        await on.press("g", "j", "k")
        usual = [row.key for row in on.app.main.controls.rows if row.fate is Fate.NONE]
        await on.press("s")
        assert "by next best fix" in list_title(on)
        assert on.listed != usual
        await on.press("s", "s")
        assert "by file" in list_title(on)
        await on.press("s", "s")
        assert on.listed == usual


async def test_the_palette_names_the_orders() -> None:
    async with stage() as on:
        await on.press("colon", *"order: effort")
        await on.press("enter")
        await on.settle()
        assert "by effort" in list_title(on)


async def test_the_title_counts_what_the_filter_shows() -> None:
    async with stage() as on:
        await on.press("slash", *"is:ask", "enter")
        assert "4 shown, 0 failing" in list_title(on)


async def test_a_word_of_the_filter_that_means_nothing_is_told_below_the_list() -> None:
    async with stage() as on:
        await on.press("slash", *"sev:hihg")
        assert "did you mean `high`?" in str(on.app.main.controls.border_subtitle)
        assert "RES-01" in on.listed, "the other words still count"


async def test_a_fixed_finding_waits_under_the_cursor_until_it_leaves() -> None:
    async with stage() as on:
        await on.press("g", "j")
        chosen = on.chosen
        timeouts = next(c for c in controls() if c.id == "RES-01").verdict.findings[1:]
        await on.hear(Judged(with_status(scorecard(), "RES-01", "missing", *timeouts), SAVE, LEDGER))
        assert on.chosen == chosen
        assert on.detail.splitlines()[0] == "RES-01 · critical · ✗ missing · ✔ this place"
        await on.press("j")
        assert chosen not in on.listed
        assert on.chosen != chosen


async def test_a_teams_own_dimension_stands_in_the_title_by_its_name() -> None:
    own = msgspec.structs.replace(control("TEAM-01", "Prompts are signed off", "high", "missing"))
    card = scorecard()
    named = DimensionScore("TEAM", "House rules", 0, missing=1)
    team = msgspec.structs.replace(own, dimension="TEAM")
    card = msgspec.structs.replace(
        card, controls=(*card.controls, team), dimensions=(*card.dimensions, named)
    )
    async with stage(messages=[Judged(card, SAVE, LEDGER)]) as on:
        await on.press("1", "end")
        assert "House rules" in list_title(on)


async def test_a_dimension_in_which_the_last_run_changed_something_is_marked() -> None:
    async with stage() as on:
        pane = on.app.main.dimensions
        assert "RES Resilience •" in pane.line("RES", 40).plain
        assert "•" not in pane.line("SEC", 40).plain


async def test_the_session_remembers_order_and_lens(config: object) -> None:
    lineage = Lineage(name="main", since=Since(new=frozenset({"fp"})))
    async with stage() as on:
        await on.hear(lineage)
        await on.press("s", "b")
        kept = on.app.main.session("")
        assert kept.order == "next best fix"
        assert kept.since_base
    async with stage(messages=[]) as again:
        again.app.main.resume(kept)
        assert again.app.main.session("").since_base, "it is remembered while no base is known"
        await again.hear(Judged(scorecard(), SAVE, LEDGER), lineage)
        assert again.app.main.controls.view.since_base
    assert not Session().since_base


async def test_the_brief_holds_the_code_and_how_to_verify() -> None:
    async with stage() as on:
        await on.press("g", "j", "Y")
        lines = on.app.clipboard.splitlines()
        assert "Code, app/agent.py:42:" in lines
        assert any(line.split()[:2] == ["42", "reply"] for line in lines)
        assert lines[-1].startswith("To verify: run `shipsmith scan")


@pytest.mark.parametrize("key", ["n", "N"])
async def test_n_skips_what_does_not_fail(key: str) -> None:
    async with stage() as on:
        await on.press("f", "g", key, key, key)
        chosen = next(row for row in on.app.main.controls.rows if row.key == on.chosen)
        assert chosen.control.verdict.status in ("missing", "partial")
