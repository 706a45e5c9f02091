"""The lens on what changed since the base: `b`, the head, the dimensions."""

from __future__ import annotations

from msgspec.structs import replace
from shipsmith_controls.scorecard import Finding, Scorecard, Status
from shipsmith_controls.since import ALL, Past, compare, past_of
from shipsmith_widgets.rows import Fate

from shipsmith_tui.lineage import Lineage
from shipsmith_tui.protocol import FromWorker, Judged
from tests.tui.dashboards import Stage, stage
from tests.tui.scorecards import LEDGER, SAVE, TIMEOUTS, finding, scorecard, session, with_status

MAIN = "3f2a9c1d" * 5
EARLIER = finding("app/old.py", 7, "client without timeout")


def at_main() -> Past:
    """Main: RES-01 failed in fewer places and in one more, SEC-01 held, OBS-07 was worse."""
    card = with_status(scorecard(), "RES-01", "missing", *TIMEOUTS[1:], EARLIER)
    card = with_status(card, "SEC-01", "done")
    card = with_status(card, "COS-01", "missing", finding("app/agent.py", 42, "no cap"))
    return past_of(with_status(card, "EVA-06", "missing"), MAIN)


def lineage(card: Scorecard, *trend: int | None, note: str = "") -> Lineage:
    return Lineage("main", MAIN, note, compare(at_main(), card, [EARLIER.path]), trend)


def on_branch(*trend: int | None, note: str = "") -> list[FromWorker]:
    """The sample session, on a branch that left main as above."""
    return [*session(), Judged(scorecard(), SAVE, LEDGER), lineage(scorecard(), *trend, note=note)]


def head(here: Stage) -> str:
    return str(here.app.main.header.render())


def title(here: Stage) -> str:
    return str(here.app.main.controls.border_title)


def marks(here: Stage) -> dict[str, Fate]:
    return {row.key: row.fate for row in here.app.main.controls.rows}


async def test_the_head_and_the_dimensions_tell_the_points_since_the_base() -> None:
    async with stage(on_branch()) as here:
        change = lineage(scorecard()).since
        assert change is not None
        lost = change.change[ALL]
        assert lost > 0
        assert f"▲{lost} since main" in head(here)
        pane = here.app.main.dimensions
        assert "▼" in pane.line("SEC", 40).plain
        assert f"▼{-change.change['SEC']}" in pane.line("SEC", 40).plain
        assert "▲" in pane.line("COS", 40).plain


async def test_without_a_base_the_points_count_from_the_start() -> None:
    async with stage() as here:
        assert "since start" in head(here)


async def test_b_narrows_the_list_to_what_is_new_and_fixed() -> None:
    async with stage(on_branch()) as here:
        everything = here.listed
        await here.press("b")
        fates = marks(here)
        assert [key for key in fates if "/" not in key] == ["RES-01", "SEC-01", "EVA-06", "COS-01"]
        assert fates[f"RES-01/{TIMEOUTS[0].fingerprint}/1"] is Fate.NONE
        assert fates[f"RES-01/{EARLIER.fingerprint}/1"] is Fate.FIXED
        assert fates["COS-01"] is Fate.FIXED
        assert not any(TIMEOUTS[1].fingerprint in key for key in fates)
        assert "since main · 2 new · 2 fixed" in title(here)
        await here.press("b")
        assert here.listed == everything


async def test_walking_over_what_was_fixed_leaves_it_in_the_list() -> None:
    async with stage(on_branch()) as here:
        await here.press("b")
        before = here.listed
        await here.press(*["down"] * len(before), *["up"] * len(before))
        assert here.listed == before


async def test_a_control_leads_to_its_new_finding_first() -> None:
    card = with_status(scorecard(), "RES-01", "missing", *TIMEOUTS[1:], TIMEOUTS[0])
    known: list[FromWorker] = [Judged(card, SAVE, LEDGER), lineage(card)]
    async with stage([*session(), *known]) as here:
        await here.press("b", "g")
        assert here.chosen == "RES-01"
        assert "app/agent.py:42" in here.detail


async def test_a_save_that_closes_a_new_gap_empties_its_row() -> None:
    async with stage(on_branch()) as here:
        await here.press("b", "g", "down")
        new = f"RES-01/{TIMEOUTS[0].fingerprint}/1"
        assert here.chosen == new
        closed = with_status(scorecard(), "RES-01", "missing", *TIMEOUTS[1:])
        await here.hear(Judged(closed, SAVE, LEDGER), lineage(closed))
        assert here.chosen == new
        assert marks(here)[new] is Fate.FIXED
        await here.press("up")
        assert new not in here.listed


async def test_escape_gives_the_whole_list_back() -> None:
    async with stage(on_branch()) as here:
        everything = here.listed
        await here.press("b", "escape")
        assert here.listed == everything


async def test_what_a_reader_must_know_of_the_base_stands_beneath_the_list() -> None:
    note = "on main itself, so only uncommitted changes count"
    async with stage(on_branch(note=note)) as here:
        await here.press("b")
        assert note in str(here.app.main.controls.border_subtitle)


async def test_nothing_new_is_a_sentence() -> None:
    card = scorecard()
    same = Lineage("HEAD", MAIN, "", compare(past_of(card, MAIN), card, ()))
    async with stage([*session(), Judged(card, SAVE, LEDGER), same]) as here:
        await here.press("b")
        shown = "\n".join(here.app.main.controls.blank(y, 60).plain for y in range(4))
        assert "Nothing new and nothing fixed since HEAD." in shown


async def test_without_a_base_b_says_why_and_changes_nothing() -> None:
    why = "HEAD and main share no commit; --base names another branch."
    async with stage([*session(), Lineage(note=why)]) as here:
        before = here.listed
        await here.press("b")
        assert here.listed == before
        assert [str(toast.message) for toast in here.app._notifications] == [why]


async def test_new_since_the_base_is_marked_in_the_whole_list_too() -> None:
    async with stage(on_branch()) as here:
        rows = {row.key: row for row in here.app.main.controls.rows}
        assert rows["SEC-01"].since_base
        assert rows[f"RES-01/{TIMEOUTS[0].fingerprint}/1"].since_base
        assert not rows[f"RES-01/{TIMEOUTS[1].fingerprint}/1"].since_base


async def test_the_head_draws_the_commits_and_the_session() -> None:
    async with stage(on_branch(30, None, 40, 50), size=(170, 36)) as here:
        line = head(here)
        assert "·" in line
        assert "┊" in line


async def test_a_worker_that_starts_again_keeps_the_lens() -> None:
    async with stage(on_branch()) as here:
        await here.press("b")
        listed = here.listed
        await here.hear(*on_branch())
        assert here.listed == listed


def test_an_old_base_without_words_still_compares() -> None:
    bare: tuple[Finding, ...] = tuple(replace(f, words="") for f in TIMEOUTS)
    card = with_status(scorecard(), "RES-01", "missing", *bare)
    since = compare(past_of(card, MAIN), with_status(card, "RES-01", "missing", *bare[1:]), ())
    assert [f.path for f in since.fixed["RES-01"]] == ["app/agent.py"]
    assert since.was.get("RES-01", Status.MISSING) is Status.MISSING
