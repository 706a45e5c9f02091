"""The worker on a repository with a history: what it says of the base and of the commits before."""

from __future__ import annotations

import datetime
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from shipsmith_controls.since import ALL
from shipsmith_controls.standards import Standards

from shipsmith_tui import protocol
from shipsmith_tui.lineage import Conditions, Found, Lineage
from tests.controls.tree.repo import Repo
from tests.tui.test_worker import ASK, CLIENT, PATIENCE, Running

Start = Callable[..., Running]


@pytest.fixture
def shop(tmp_path: Path) -> Repo:
    """Main with a gap, and a branch that has a commit of its own."""
    repo = Repo.init(tmp_path / "shop")
    repo.write("app/llm.py", CLIENT.format(""))
    repo.write("app/ask.py", ASK)
    repo.commit("main")
    repo.git("checkout", "-q", "-b", "topic")
    repo.write("app/limits.py", "LONGEST = 400\n")
    repo.commit("topic")
    return repo


@pytest.fixture
def start(shop: Repo, tmp_path: Path) -> Iterator[Start]:
    """Starts workers on the shop, with one cache for all; they are ended afterwards."""
    started: list[Running] = []

    def run(base: str = "") -> Running:
        running = Running(shop.root, tmp_path / "cache", base)
        started.append(running)
        return running

    yield run
    for running in started:
        if running.process.poll() is None:
            running.ask(protocol.Quit())
            assert running.process.wait(timeout=PATIENCE) == 0


def known(lineage: Lineage) -> bool:
    return lineage.since is not None


def has_trend(lineage: Lineage) -> bool:
    return bool(lineage.trend) and None not in lineage.trend


def test_the_base_is_found_judged_and_compared_with(shop: Repo, start: Start) -> None:
    lineage = start().until(Lineage, known)
    assert lineage.name == "main"
    assert lineage.commit == shop.git("rev-parse", "main")
    assert lineage.since is not None
    assert not lineage.since.new
    assert lineage.since.inherited > 0


def test_a_save_tells_what_it_fixed_since_the_base(shop: Repo, start: Start) -> None:
    worker = start()
    worker.until(Lineage, has_trend)
    shop.write("app/llm.py", CLIENT.format("timeout=30"))
    lineage = worker.until(Lineage, lambda m: m.since is not None and "RES-01" in m.since.fixed)
    assert lineage.since is not None
    assert lineage.since.change[ALL] > 0
    assert lineage.since.change["RES"] > 0


def test_the_scores_of_the_last_commits_are_told_the_oldest_first(shop: Repo, start: Start) -> None:
    shop.write("app/llm.py", CLIENT.format("timeout=30"))
    shop.commit("a timeout")
    first, second, third = start().until(Lineage, has_trend).trend
    assert first is not None
    assert third is not None
    assert first <= (second or 0) < third


def test_the_next_start_knows_the_base_at_once(shop: Repo, start: Start) -> None:
    worker = start()
    before = worker.until(Lineage, has_trend)
    worker.ask(protocol.Quit())
    assert worker.process.wait(timeout=PATIENCE) == 0
    again = start()
    assert again.until(protocol.Judged).stale
    assert again.until(Lineage) == before
    assert not again.until(protocol.Judged).stale
    assert again.until(Lineage).since == before.since


def test_a_base_that_was_named_is_compared_with(shop: Repo, start: Start) -> None:
    assert start("topic").until(Lineage, known).name == "topic"


def test_a_base_that_cannot_be_found_is_a_sentence(start: Start) -> None:
    lineage = start("nowhere").until(Lineage)
    assert (lineage.name, lineage.since) == ("", None)
    assert "nowhere names no commit of this repository" in lineage.note


def test_a_plain_folder_has_no_base(tmp_path: Path) -> None:
    folder = Repo(tmp_path / "plain")
    folder.write("app/ask.py", ASK)
    worker = Running(folder.root, tmp_path / "cache")
    assert "not inside a git repository" in worker.until(Lineage).note
    worker.ask(protocol.Quit())
    assert worker.process.wait(timeout=PATIENCE) == 0


def test_a_commit_moves_the_base_of_main(shop: Repo, start: Start) -> None:
    shop.git("checkout", "-q", "main")
    worker = start()
    lineage = worker.until(Lineage, has_trend)
    assert lineage.name == "HEAD"
    assert lineage.note == "on main itself, so only uncommitted changes count"
    shop.write("app/llm.py", CLIENT.format("timeout=30"))
    worker.until(Lineage, lambda m: m.since is not None and bool(m.since.fixed))
    commit = shop.commit("a timeout")
    moved = worker.until(Lineage, lambda m: m.commit == commit and m.since is not None)
    assert moved.since is not None
    assert not moved.since.fixed


def test_commits_are_not_judged_for_nobody(shop: Repo, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "shipsmith_tui.commits_worker", str(shop.root)],
        input=protocol.encode(Conditions(Standards(), datetime.date.today())),
        capture_output=True,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        timeout=PATIENCE,
    )
    said = io.BytesIO(done.stdout)
    assert done.returncode == 0
    assert isinstance(protocol.read_from_commits(said), Found)
    assert protocol.read_from_commits(said) is None
