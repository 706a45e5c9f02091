"""How the dashboard looks. Renew with `pytest --snapshot-update` and look at every picture."""

from collections.abc import Callable

import msgspec
import pytest
from textual.pilot import Pilot

from shipsmith_tui.protocol import AckView, FromWorker, Judged, LedgerView
from tests.tui.dashboards import TODAY, Answering, dashboard
from tests.tui.scorecards import SAVE, scorecard, session

Compare = Callable[..., bool]
SIZES = {"wide": (150, 36), "narrow": (60, 20)}


async def settle(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and wait for what they cause."""
    for _ in range(3):
        await pilot.pause()
    await pilot.press(*keys)
    for _ in range(3):
        await pilot.pause()


def script_messages() -> list[FromWorker]:
    """The sample session, without the toast of its save."""
    return [
        Judged(m.scorecard, SAVE, m.ledger) if isinstance(m, Judged) and m.cause.paths else m
        for m in session()
    ]


def script() -> Answering:
    """A worker that says the sample session."""
    return Answering(script_messages())


@pytest.mark.parametrize("theme", ["shipsmith-dark", "shipsmith-light"])
@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_the_main_screen(snap_compare: Compare, theme: str, size: str) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot, "g", "j")
        pilot.app.clear_notifications()

    app = dashboard(script(), theme)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=before)


@pytest.mark.parametrize("theme", ["shipsmith-high-contrast", "shipsmith-ansi"])
def test_a_theme_for_other_eyes(snap_compare: Compare, theme: str) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot, "g", "j")
        pilot.app.clear_notifications()

    assert snap_compare(dashboard(script(), theme), terminal_size=(150, 36), run_before=before)


def test_without_colour(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot, "g", "j")
        pilot.app.clear_notifications()

    assert snap_compare(dashboard(script()), terminal_size=(100, 30), run_before=before)


def test_the_least_screen(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot, "g")
        pilot.app.clear_notifications()

    assert snap_compare(dashboard(script()), terminal_size=(40, 10), run_before=before)


def test_the_acknowledge_dialog(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot, "g", "j", "a", "down", "tab", *"soon", "enter")
        pilot.app.clear_notifications()

    assert snap_compare(dashboard(script()), terminal_size=(100, 30), run_before=before)


def test_the_help(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot, "question_mark")
        pilot.app.clear_notifications()

    assert snap_compare(dashboard(script()), terminal_size=(100, 50), run_before=before)


def test_what_is_to_be_reviewed_by_file(snap_compare: Compare) -> None:
    """Expired and worsened acknowledgements, the controls ordered by file."""

    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot, "s", "s", "s", "g")
        pilot.app.clear_notifications()

    entries = [
        AckView(
            "RES-03", "the batch is re-run", "dev@example.com", TODAY, TODAY, covers=False, expired=True
        ),
        AckView("MOD-01", "pinned in March", "dev@example.com", TODAY, findings=("gone",), orphaned=True),
    ]
    ledger = LedgerView(tuple(msgspec.structs.replace(e, covers=False) for e in entries))
    app = dashboard(Answering([*script_messages(), Judged(scorecard(), SAVE, ledger)]))
    assert snap_compare(app, terminal_size=(150, 36), run_before=before)
