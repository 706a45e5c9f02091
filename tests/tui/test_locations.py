"""The findings as a file that editors jump through."""

from pathlib import Path

from watchfiles import Change

from shipsmith_tui.dashboard.app import Dashboard
from shipsmith_tui.locations import FILE_NAME, export, location_lines
from shipsmith_tui.settings import Loaded, Settings
from shipsmith_tui.watching import Watcher
from tests.tui.dashboards import NOW, Answering
from tests.tui.scorecards import scorecard, session


def test_each_open_finding_is_a_line_the_worst_first() -> None:
    lines = location_lines(scorecard(), ()).decode().splitlines()
    assert lines[0] == "app/agent.py:42: RES-01 critical: client without timeout"
    assert "app/llm/stream_3.py:33: OBS-04 high: usage of the stream is dropped" in lines


def test_what_is_acknowledged_is_left_out() -> None:
    lines = location_lines(scorecard(), {"fp-app/agent.py-42-clie"}).decode().splitlines()
    assert lines[0].startswith("app/llm/client.py:17: ")


def test_it_is_written_whole_and_never_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / FILE_NAME).symlink_to(elsewhere)
    export(tree, b"a.py:1: x\n")
    assert elsewhere.read_text() == "mine"
    assert (tree / FILE_NAME).read_bytes() == b"a.py:1: x\n"
    assert [path.name for path in tree.iterdir()] == [FILE_NAME]


def test_what_says_the_same_is_not_written_again(tmp_path: Path) -> None:
    export(tmp_path, b"a.py:1: x\n")
    before = (tmp_path / FILE_NAME).stat()
    export(tmp_path, b"a.py:1: x\n")
    assert (tmp_path / FILE_NAME).stat().st_ino == before.st_ino


def test_the_watcher_takes_no_notice_of_it(tmp_path: Path) -> None:
    watcher = Watcher(tmp_path, lambda folders: None, lambda sentence: None)
    own = {(Change.added, str(tmp_path / FILE_NAME)), (Change.added, str(tmp_path / f"{FILE_NAME}.ab"))}
    assert watcher._folders_of(own) == frozenset()
    assert watcher._folders_of({*own, (Change.modified, str(tmp_path / "a.py"))}) == frozenset({""})


async def test_it_is_written_only_when_the_settings_say_so(tmp_path: Path) -> None:
    for wanted in (False, True):
        script = Answering(session())
        user = Loaded(Settings(locations=wanted))
        app = Dashboard(lambda: script, root=tmp_path, user=user, environ={}, now=lambda: NOW)  # noqa: B023
        async with app.run_test() as pilot:
            await pilot.pause()
            await pilot.pause()
        assert (tmp_path / FILE_NAME).exists() is wanted
