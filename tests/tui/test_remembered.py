"""Judged commits that are remembered: by commit, rules and conditions, and not without end."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from shipsmith_controls.scorecard import Status
from shipsmith_controls.since import Past, PastControl, past_of
from shipsmith_controls.standards import Standards

from shipsmith_tui import remembered
from shipsmith_tui.lineage import Conditions, Lineage
from tests.tui.scorecards import scorecard

TODAY = Conditions(Standards(), datetime.date(2026, 11, 23))


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_a_judged_commit_is_remembered_under_its_conditions(tmp_path: Path) -> None:
    past = past_of(scorecard(), "c" * 40)
    remembered.keep_past(tmp_path, TODAY, past)
    assert remembered.recall_past(tmp_path, TODAY, "c" * 40) == past
    assert remembered.recall_past(tmp_path, TODAY, "d" * 40) is None
    excluding = Conditions(Standards(exclude=("vendor/**",)), TODAY.day)
    tomorrow = Conditions(Standards(), TODAY.day + datetime.timedelta(days=1))
    for other in (excluding, tomorrow):
        assert remembered.recall_past(tmp_path, other, "c" * 40) is None


def test_what_was_not_looked_up_for_longest_is_forgotten_first(tmp_path: Path) -> None:
    commits = [f"{number:040x}" for number in range(70)]
    for age, commit in enumerate(reversed(commits)):
        remembered.keep_past(tmp_path, TODAY, Past(commit, {}, {"RES-01": PastControl(Status.DONE)}))
        if age == 0:
            (place,) = remembered.facts_folder(tmp_path).glob("commits-*/*.msgpack")
            os.utime(place, (0, 0))
    known = [c for c in commits if remembered.recall_past(tmp_path, TODAY, c) is not None]
    assert len(known) == 64
    assert commits[-1] not in known


def test_a_cache_that_cannot_be_read_is_no_trouble(tmp_path: Path) -> None:
    remembered.keep_lineage(tmp_path, Lineage("main", "c" * 40, trend=(61, None)))
    assert remembered.recall_lineage(tmp_path) == Lineage("main", "c" * 40, trend=(61, None))
    for file in (tmp_path / "cache").rglob("*.msgpack"):
        file.write_bytes(b"\xc1 no message")
    assert remembered.recall_lineage(tmp_path) is None
