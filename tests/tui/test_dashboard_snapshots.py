"""How the dashboard looks. Renew with `pytest --snapshot-update` and look at every picture."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from shipsmith_tui.protocol import Judged
from tests.tui.dashboards import Answering, dashboard
from tests.tui.scorecards import SAVE, session

Compare = Callable[..., bool]
SIZES = {"wide": (150, 36), "narrow": (60, 20)}


async def settle(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and wait for what they cause."""
    for _ in range(3):
        await pilot.pause()
    await pilot.press(*keys)
    for _ in range(3):
        await pilot.pause()


def script() -> Answering:
    """The sample session, without the toast of its save."""
    quiet = [
        Judged(m.scorecard, SAVE, m.ledger) if isinstance(m, Judged) and m.cause.paths else m
        for m in session()
    ]
    return Answering(quiet)


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
        await settle(pilot, "g", "j", "a", "tab", *"soon", "enter")
        pilot.app.clear_notifications()

    assert snap_compare(dashboard(script()), terminal_size=(100, 30), run_before=before)


def test_the_help(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot, "question_mark")
        pilot.app.clear_notifications()

    assert snap_compare(dashboard(script()), terminal_size=(100, 50), run_before=before)
