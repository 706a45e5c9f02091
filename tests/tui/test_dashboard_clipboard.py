"""Where copies go: through the terminal, or to the system's own tool."""

import sys
from pathlib import Path

import pytest

from shipsmith_tui.dashboard import clipboard
from shipsmith_tui.dashboard.app import Dashboard
from shipsmith_tui.settings import Loaded, Settings
from tests.tui.dashboards import NOW, Answering, Stage
from tests.tui.scorecards import session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have other tools")


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on PATH with xclip and wl-copy, which write down what they are given."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("xclip", "wl-copy"):
        (folder / name).write_text(
            f'#!/bin/sh\n/bin/cat > {tmp_path}/copied\necho "$@" > {tmp_path}/called\n'
        )
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_the_tool_suits_the_screen_that_is_there(tools: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "tree"
    assert clipboard.tool({"DISPLAY": ":0"}, elsewhere) == (f"{tools}/xclip", "-selection", "clipboard")
    assert clipboard.tool({"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}, elsewhere) == (f"{tools}/wl-copy",)
    assert clipboard.tool({"DISPLAY": ":0", "SSH_CONNECTION": "1"}, elsewhere) is None
    assert clipboard.tool({}, elsewhere) is None


def test_no_tool_is_started_from_inside_the_tree(tools: Path, tmp_path: Path) -> None:
    assert clipboard.tool({"DISPLAY": ":0"}, tmp_path) is None


def test_a_text_is_handed_over_as_it_is(tools: Path, tmp_path: Path) -> None:
    assert clipboard.copy((str(tools / "xclip"), "-selection"), "app/ä.py:3\n$(x)")
    assert (tmp_path / "copied").read_text() == "app/ä.py:3\n$(x)"
    assert not clipboard.copy((str(tools / "none"),), "x")


@pytest.mark.parametrize(("how", "terminal", "system"), [
    ("auto", True, True), ("terminal", True, False), ("system", False, True),
])  # fmt: skip
async def test_the_settings_say_where_copies_go(
    tools: Path, tmp_path: Path, how: str, terminal: bool, system: bool
) -> None:
    loaded = Loaded(Settings(clipboard=how))  # type: ignore[arg-type]
    script = Answering(session())
    environ = {"DISPLAY": ":0"}
    app = Dashboard(lambda: script, root=Path("/t"), user=loaded, environ=environ, now=lambda: NOW)
    async with app.run_test(size=(150, 36)) as pilot:
        on = Stage(app, script, pilot)
        await on.settle()
        await on.press("g", "j", "y")
        if copying := [worker for worker in app.workers if worker.group == "copying"]:
            await app.workers.wait_for_complete(copying)
        assert (app.clipboard == "app/agent.py:42") is terminal
        assert (tmp_path / "copied").exists() is system
