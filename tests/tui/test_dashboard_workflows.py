"""Several AI workflows in the dashboard: `W` goes round, the list tells which one is shown."""

from __future__ import annotations

from msgspec.structs import replace
from shipsmith_controls.division import Division, Workflow
from shipsmith_controls.scorecard import Scorecard
from shipsmith_controls.workflows import with_scores
from textual.content import Content

from shipsmith_tui.protocol import FromWorker, Judged
from tests.tui.dashboards import Stage, stage
from tests.tui.scorecards import LEDGER, SAVE, TIMEOUTS, finding, scorecard, session, with_status

NIGHTLY = finding("jobs/nightly.py", 7, "client without timeout")


def two() -> Scorecard:
    """The sample with a nightly job beside the agent; both lack timeouts."""
    card = with_status(scorecard(), "RES-01", "missing", *TIMEOUTS, NIGHTLY)
    places: dict[str, tuple[int, ...]] = {f.path: (0,) for f in TIMEOUTS}
    places[NIGHTLY.path] = (1,)
    workflows = (
        Workflow("agent", ("app",), traits=("llm", "agent")),
        Workflow("nightly", ("jobs",), not_applicable=frozenset({"SEC-01"}), traits=("llm",)),
    )
    return with_scores(replace(card, division=Division(workflows, places, counted=frozenset({"RES-01"}))))


def watched() -> list[FromWorker]:
    return [*session(), Judged(two(), SAVE, LEDGER)]


def title(here: Stage) -> str:
    return str(here.app.main.controls.border_title)


def switcher(here: Stage) -> str:
    return Content.from_markup(str(here.app.main.controls.border_subtitle)).plain


def paths(here: Stage, control: str) -> set[str]:
    """Where the findings of a control lie on the scorecard that is shown."""
    card = here.app.main.board.scorecard
    assert card is not None
    return {f.path for c in card.controls if c.id == control for f in c.verdict.findings}


async def test_w_goes_through_the_workflows_and_back_to_the_whole_tree() -> None:
    async with stage(watched()) as here:
        everything = here.listed
        agent, nightly = two().division.workflows
        assert f"1 agent {agent.score} % · 2 nightly {nightly.score} % · all" in switcher(here)
        await here.press("W")
        assert " · agent" in title(here)
        assert NIGHTLY.path not in paths(here, "RES-01")
        await here.press("W")
        assert " · nightly" in title(here)
        assert paths(here, "RES-01") == {NIGHTLY.path}
        assert "SEC-01" not in here.listed
        assert f"{nightly.score} %" in str(here.app.main.header.render())
        await here.press("W")
        assert " · nightly" not in title(here)
        assert here.listed == everything


async def test_the_chosen_workflow_stays_when_the_tree_is_judged_again() -> None:
    async with stage(watched()) as here:
        await here.press("W", "W")
        await here.hear(Judged(two(), SAVE, LEDGER))
        assert " · nightly" in title(here)
        assert paths(here, "RES-01") == {NIGHTLY.path}


async def test_a_tree_with_one_workflow_has_no_switcher() -> None:
    async with stage() as here:
        before = title(here)
        await here.press("W")
        assert title(here) == before
        assert "all" not in switcher(here)


async def test_the_workflow_is_remembered_with_the_session() -> None:
    async with stage(watched()) as here:
        await here.press("W", "W")
    assert here.app.session.workflow == "nightly"
