"""The dashboard follows its user: settings, themes, keys, notices, and how a tree was left."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from shipsmith_widgets.painting import content
from shipsmith_widgets.showing import Shown
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Static

from shipsmith_tui import sessions, settings
from shipsmith_tui.dashboard.app import Dashboard
from shipsmith_tui.dashboard.page import PageLines
from shipsmith_tui.protocol import Judged
from shipsmith_tui.sessions import Session
from tests.tui.dashboards import NOW, Answering, Stage
from tests.tui.scorecards import LEDGER, SAVE, scorecard, session

ROOT = Path("/home/dev/support-bot")


@asynccontextmanager
async def opened(theme: str = "", was: Session | None = None) -> AsyncIterator[Stage]:
    """A dashboard with the user's settings, as the command line opens it."""
    script = Answering(session())
    app = Dashboard(
        lambda: script,
        root=ROOT,
        theme=theme,
        user=settings.load(),
        session=was,
        environ={},
        now=lambda: NOW,
    )
    async with app.run_test(size=(150, 36), notifications=True) as pilot:
        found = Stage(app, script, pilot)
        await found.settle()
        yield found


def toasts(on: Stage) -> list[str]:
    return [notification.message for notification in on.app._notifications]


async def edit(on: Stage, path: Path, text: str) -> None:
    """Save a file of the user's, and look at it as the timer does."""
    path.write_text(text)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    on.app.reread()
    await on.settle()


async def test_the_settings_choose_theme_and_keys(config: Path) -> None:
    (config / "config.toml").write_text('theme = "light"\n[keys]\nact.edit = "o"\napp.help = "h"\n')
    async with opened() as on:
        assert on.app.theme == "shipsmith-light"
        await on.press("g", "j", "e")
        assert toasts(on) == []
        await on.press("o")
        assert "$VISUAL or $EDITOR" in toasts(on)[0]
        keys = {key.word: key.key for key in on.app.main.keys._keys}
        assert keys["edit"] == "o"
        assert keys["help"] == "h"
        await on.press("h")
        lines = [line.plain.split() for line in on.app.screen.query_one(PageLines).lines]
        assert ["o", "Open", "the", "place", "in", "$VISUAL", "or", "$EDITOR"] in lines


async def test_the_theme_asked_for_outdoes_the_tree_and_the_tree_the_settings(config: Path) -> None:
    (config / "config.toml").write_text('theme = "light"')
    async with opened(was=Session(theme="shipsmith-ansi")) as on:
        assert on.app.theme == "shipsmith-ansi"
    async with opened("tritanopia", Session(theme="shipsmith-ansi")) as on:
        assert on.app.theme == "shipsmith-tritanopia"


async def test_every_mistake_is_told_when_it_opens(config: Path) -> None:
    (config / "config.toml").write_text('theme = "lihgt"\nmuose = true\n[keys]\nact.edit = "y"\n')
    (config / "themes" / "mine.toml").write_text('base = "drak"')
    async with opened() as on:
        told = "\n".join(toasts(on))
        assert "config.toml:2: no key is called `muose`; did you mean `mouse`?" in told
        assert "config.toml: no theme is called lihgt; did you mean `shipsmith-light`?" in told
        assert "`act.edit` cannot be y, which is `act.copy`" in told
        assert "themes/mine.toml: base: no theme is called drak; did you mean shipsmith-dark?" in told
        assert on.app.theme == "shipsmith-dark"


async def test_settings_are_followed_while_it_is_open(config: Path) -> None:
    async with opened() as on:
        await edit(on, config / "config.toml", 'theme = "light"\n[keys]\nact.edit = "o"\n')
        assert on.app.theme == "shipsmith-light"
        assert {key.word: key.key for key in on.app.main.keys._keys}["edit"] == "o"
        await edit(on, config / "config.toml", "theme = ")
        assert on.app.theme == "shipsmith-light"
        assert "config.toml is no valid TOML" in toasts(on)[-1]
        await edit(on, config / "config.toml", "")
        assert on.app.theme == "shipsmith-dark"
        assert {key.word: key.key for key in on.app.main.keys._keys}["edit"] == "e"


async def test_a_theme_is_repainted_while_it_is_edited(config: Path) -> None:
    mine = config / "themes" / "mine.toml"
    mine.write_text('base = "dark"\nname = "mine"\n')
    (config / "config.toml").write_text('theme = "mine"')
    async with opened() as on:
        assert on.app.theme == "mine"
        await edit(
            on, mine, 'base = "dark"\n[variables]\nstatus-missing = "#123456"\nborder = "#654321"\n'
        )
        assert "#123456" in {color for color, _, _ in styles_of(on.app.main.controls.render_line(0))}
        assert on.app.main.detail.styles.border_top[1].hex == "#654321"
        await edit(on, mine, 'base = "dark"\nbackgruond = "#000000"\n')
        assert toasts(on)[-1] == (
            "themes/mine.toml: no key is called backgruond; did you mean background?"
        )
        assert on.app.theme == "mine"


async def test_another_theme_paints_every_widget_anew() -> None:
    async with opened("deuteranopia") as on:
        probe = Static(content((Shown("x"), "$status-missing")))
        await on.app.main.mount(probe)
        await on.settle()
        await on.press(*["t"] * 2)
        assert on.app.theme == "shipsmith-tritanopia"
        colour = on.app._themes[on.app.theme].variables["status-missing"]
        assert colour in {color for color, _, _ in styles_of(probe.render_line(0))}


@pytest.mark.parametrize(
    ("notify", "focus", "toast", "rings"),
    [
        ("toast", True, False, 0),
        ("toast", False, True, 0),
        ("bell", False, False, 1),
        ("bell", True, False, 0),
        ("off", False, False, 0),
    ],
)
async def test_a_change_is_told_to_who_looks_elsewhere(
    config: Path, monkeypatch: pytest.MonkeyPatch, notify: str, focus: bool, toast: bool, rings: int
) -> None:
    (config / "config.toml").write_text(f'notify = "{notify}"')
    rung: list[None] = []
    monkeypatch.setattr(Dashboard, "bell", lambda _: rung.append(None))
    async with opened() as on:
        on.app.app_focus = focus
        on.app.clear_notifications()
        await on.hear(Judged(scorecard(), SAVE, LEDGER))
        assert (toasts(on) == ["✗ RES-01 now fails · ✔ RES-05 fixed"]) is toast
        assert len(rung) == rings


async def test_m_leaves_the_mouse_to_the_terminal() -> None:
    async with opened() as on:
        await on.press("m")
        assert on.app.mouse is False
        await on.press("m")
        assert on.app.mouse is True


async def test_a_tree_opens_as_it_was_left() -> None:
    async with opened() as on:
        await on.press("1", "j", "j", "2", "f", "slash", *"res", "enter", "G", "z", "t")
        chosen, listed = on.chosen, on.listed
    sessions.keep(ROOT, on.app.session)
    async with opened(was=sessions.recall(ROOT)) as again:
        main = again.app.main
        assert (again.chosen, again.listed) == (chosen, listed)
        assert (main.filter_text, main.zoomed, main.controls.view.everything) == ("res", "controls", True)
        assert main.controls.view.dimension == main.dimensions.dimension == "MOD"
        assert again.app.theme == "shipsmith-light"


async def test_what_was_chosen_may_be_gone_and_the_user_comes_first() -> None:
    async with opened() as on:
        usual, last = on.chosen, on.listed[-1]
    async with opened(was=Session(chosen="ADO-99")) as on:
        assert on.chosen == usual
    async with opened(was=Session(chosen=last)) as on:
        assert on.chosen == last
        await on.press("g")
        await on.hear(Judged(scorecard(), SAVE, LEDGER))
        assert on.chosen == on.listed[0]


def test_a_session_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    assert sessions.recall(tmp_path) == Session()
    sessions.keep(tmp_path, Session(filter="x"))
    assert sessions.recall(tmp_path) == Session(filter="x")
    assert list(tmp_path.iterdir()) == []
    next(Path(os.environ["XDG_STATE_HOME"]).rglob("*.msgpack")).write_bytes(b"no session")
    assert sessions.recall(tmp_path) == Session()


async def test_the_palette_offers_every_action_that_is_live() -> None:
    from textual.command import CommandPalette

    from shipsmith_tui.dashboard.commands import DashboardCommands
    from shipsmith_tui.dashboard.keymap import every_binding
    from shipsmith_tui.dashboard.keys import sentence

    async with opened() as on:
        await on.press("g", "j")
        offered = {hit.text: hit.command async for hit in DashboardCommands(on.app.main).discover()}
        live = {
            sentence(b)
            for b in every_binding()
            if b.id not in ("app.palette", "app.back") and on.app.main.check_action(b.action, ())
        }
        assert live <= set(offered)
        assert {f"Theme: {title}" for title in on.app.theme_titles.values()} <= set(offered)
        await on.press("colon", *"next failing", "enter")
        assert not isinstance(on.app.screen, CommandPalette)
        assert on.chosen == "SEC-01"


async def test_without_colour_nothing_but_the_terminals_own_is_painted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as on:
        on.app.main.controls.focus()
        await on.settle()
        painted = painted_styles(on.pilot)
        assert {color for color, _, _ in painted} <= {"default"}
        assert {background for _, background, _ in painted} <= {"default"}
        assert any(reverse for _, _, reverse in painted), "the chosen row is turned over"


def painted_styles(pilot: Pilot[None]) -> set[tuple[str, str, bool]]:
    """Text colour, ground and whether they are turned over, of everything on screen."""
    return {style for strip in pilot.app.screen._compositor.render_strips() for style in styles_of(strip)}


def styles_of(strip: Strip) -> set[tuple[str, str, bool]]:
    """The same of one line."""
    return {
        (
            style.color.name if style.color else "default",
            style.bgcolor.name if style.bgcolor else "default",
            bool(style.reverse),
        )
        for segment in strip
        if (style := segment.style) is not None
    }
