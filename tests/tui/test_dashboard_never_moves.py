"""The never-move rule on the running dashboard, and that no size breaks it."""

from itertools import combinations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shipsmith_controls.scorecard import ControlResult, Scorecard, Severity, Status

from shipsmith_tui.protocol import Judged
from tests.tui.dashboards import Stage, stage
from tests.tui.scorecards import LEDGER, SAVE, controls, scorecard, with_status

SIZES = st.tuples(st.integers(1, 240), st.integers(1, 60))
CONTROLS = controls()


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    """A scorecard with any of the controls, in any order, each with any verdict."""
    kept = draw(st.lists(st.sampled_from(CONTROLS), unique_by=lambda c: c.id, min_size=0, max_size=40))
    return scorecard(tuple(draw(verdicts(control)) for control in kept))


@st.composite
def verdicts(draw: st.DrawFn, control: ControlResult) -> ControlResult:
    """A control with another status, severity and some of its findings, in any order."""
    findings = control.verdict.findings
    some = draw(st.permutations(findings)) if findings else []
    verdict = msgspec.structs.replace(
        control.verdict,
        status=draw(st.sampled_from(list(Status))),
        findings=tuple(some[: draw(st.integers(0, len(some)))]),
    )
    severity = draw(st.sampled_from(list(Severity)))
    return msgspec.structs.replace(control, verdict=verdict, severity=severity)


STEPS = st.lists(
    st.one_of(cards(), SIZES, st.sampled_from(["j", "k", "G", "pagedown", "enter", "n", "tab", "z"])),
    min_size=4,
    max_size=12,
)


async def refresh(on: Stage, card: Scorecard) -> None:
    """Let a scorecard come, and see that nothing moves."""
    view = on.app.main.controls.viewport
    chosen, top = view.cursor, view.top_key
    await on.hear(Judged(card, SAVE, LEDGER))
    if chosen is not None:
        assert view.cursor == chosen
    if top in view.keys:
        assert view.top_key == top


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
async def test_no_refresh_moves_what_is_chosen_or_at_the_top(
    steps: list[Scorecard | tuple[int, int] | str],
) -> None:
    async with stage(size=(100, 20)) as on:
        for step in steps:
            if isinstance(step, Scorecard):
                await refresh(on, step)
            elif isinstance(step, str):
                await on.press(step)
            else:
                chosen = on.chosen
                await on.pilot.resize_terminal(*step)
                await on.settle()
                assert on.chosen == chosen


@pytest.mark.parametrize(
    "size",
    [(1, 1), (1, 60), (240, 1), (24, 4), (23, 4), (40, 10), (55, 13), (56, 13), (110, 13), (240, 60)],
)
async def test_every_size_is_drawn_and_every_key_is_alive(size: tuple[int, int]) -> None:
    async with stage(size=size) as on:
        await on.press(
            "j", "3", "tab", "z", "z", "slash", "x", "escape", "question_mark", "escape", "1", "g", "G"
        )
        await on.press("2", "g", "a", "escape", "colon", "escape")
        assert on.app.is_running


async def test_resizing_fast_leaves_a_whole_screen() -> None:
    async with stage() as on:
        for size in ((1, 1), (200, 3), (3, 60), (60, 20), (150, 36)):
            await on.pilot.resize_terminal(*size)
        await on.settle()
        assert on.app.main.shape == "wide"
        assert on.app.main.controls.has_focus


async def test_a_fixed_row_stays_until_the_cursor_leaves_it() -> None:
    async with stage() as on:
        await on.press("g", "n", "j")
        finding = on.chosen
        assert finding is not None
        assert finding.startswith("SEC-01/")
        await on.hear(Judged(with_status(scorecard(), "SEC-01", "done"), SAVE, LEDGER))
        assert on.chosen == finding
        assert "SEC-01" in on.listed
        await on.press("j")
        assert finding not in on.listed


async def test_what_failed_newly_above_is_told_not_shown() -> None:
    quiet = with_status(scorecard(), "RES-01", "done")
    async with stage(messages=[Judged(quiet, SAVE, LEDGER)]) as on:
        await on.press("j")
        await on.hear(Judged(scorecard(), SAVE, LEDGER))
        assert "new above" in str(on.app.main.controls.border_subtitle)


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24), (100, 30), (150, 36), (240, 60)])
async def test_every_size_is_whole(size: tuple[int, int]) -> None:
    async with stage(size=size) as on:
        main = on.app.main
        widgets = (main.header, main.strip, main.dimensions, main.controls, main.detail, main.keys)
        regions = [widget.region for widget in widgets if widget.region.area]
        assert all(main.region.contains_region(region) for region in regions)
        assert not any(one.overlaps(other) for one, other in combinations(regions, 2))
        assert sum(region.area for region in regions) == size[0] * size[1]
        assert main.controls.size.height >= 5
        assert " %" in main.header.render_line(0).text


async def test_below_the_least_size_the_verdict_stands_alone() -> None:
    async with stage(size=(60, 3)) as on:
        assert on.app.main.header.render_line(0).text.startswith("shipsmith 70 % fragile")
        assert not on.app.main.controls.region.area
