"""A team's own controls in the worker: an edit of their file is judged at once, a mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from shipsmith_tui import protocol
from tests.controls.tree.repo import Repo
from tests.tui.test_worker import ASK, CLIENT, Running, status, worker

__all__ = ["worker"]

PATH = ".shipsmith/controls/house.toml"
HEAD = 'title = "t"\nquestion = "q"\nseverity = "high"\napplies = "llm"\n'
FILE = (
    f'dimension = "TEAM"\n\n[[control]]\nid = "TEAM-01"\n{HEAD}[control.check]\n'
    'none = { regex = "^client = ", paths = ["app/**"] }\n\n'
    f'[[control]]\nid = "TEAM-02"\n{HEAD}[control.check]\n'
    'none = { pattern = "import nowhere", language = "python" }\n'
)


@pytest.fixture
def shop(tmp_path: Path) -> Repo:
    repo = Repo.init(tmp_path / "shop")
    repo.write("app/llm.py", CLIENT.format(""))
    repo.write("app/ask.py", ASK)
    repo.write(PATH, FILE)
    repo.commit()
    return repo


def test_an_edit_of_the_file_changes_the_scorecard(shop: Repo, worker: Running) -> None:
    shop.write(PATH, FILE.replace("^client = ", "^server = "))
    judged = worker.until(protocol.Judged, lambda m: status(m.scorecard, "TEAM-01") == "done")
    assert judged.cause.rejudged == 1
    # A pattern that matches nothing holds, and says what was looked through.
    verdicts = {c.id: c.verdict for c in judged.scorecard.controls}
    assert verdicts["TEAM-02"].status == "done"
    assert verdicts["TEAM-02"].note == "Looked for `import nowhere` in 2 python files."
    shop.write(PATH, FILE)
    judged = worker.until(protocol.Judged, lambda m: status(m.scorecard, "TEAM-01") == "missing")
    assert judged.cause.newly_failing == ("TEAM-01",)


def test_a_broken_regex_is_told_keeps_the_others_and_is_resolved(shop: Repo, worker: Running) -> None:
    shop.write(PATH, FILE.replace("^client = ", "^(client = "))
    trouble = worker.until(protocol.Trouble)
    assert (trouble.path, trouble.line) == (PATH, 10)
    assert "TEAM-01: check: none.regex: is no regular expression that re2 takes" in trouble.sentence
    judged = worker.until(protocol.Judged)
    assert status(judged.scorecard, "TEAM-02") == "done"
    assert status(judged.scorecard, "RES-01") == "missing"
    shop.write(PATH, FILE)
    worker.until(protocol.Resolved)
