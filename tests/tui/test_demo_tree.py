"""The demo: a real-looking tree with nine gaps, copied so that it can be edited."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import shipsmith_tui
from shipsmith_tui.demo_tree import DemoError, copy_demo, temporary_demo

BUNDLED = Path(shipsmith_tui.__file__).parent / "demo"
KEY_SHAPE = re.compile(r"\bsk-proj-[A-Za-z0-9_-]{58}T3BlbkFJ[A-Za-z0-9_-]{58}\b")

GAPS = {
    "DAT-03": "ingest/load_articles.py",
    "MOD-03": "app/triage.py",
    "EVA-02": ".github/workflows/evals.yml",
    "OBS-01": "app/summaries.py",
    "RES-01": "app/llm.py",
    "SEC-01": "deploy/staging.env",
    "COS-04": "",
    "ADO-01": "",
    "GOV-01": "",
}
"""One control for each failure mode, and the file it must point at ("" where anything will do)."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_demo(tmp_path_factory.mktemp("copy") / "harbor-helpdesk")


def test_no_key_is_committed_here_but_the_copy_holds_one(demo: Path) -> None:
    for file in BUNDLED.rglob("*"):
        assert not file.is_file() or not KEY_SHAPE.search(file.read_text()), file
    assert KEY_SHAPE.search((demo / "deploy/staging.env").read_text())


def test_every_file_of_it_is_well_formed(demo: Path) -> None:
    kinds = set()
    for file in demo.rglob("*"):
        if ".git" in file.parts or not file.is_file():
            continue
        kinds.add(file.suffix)
        text = file.read_text()
        if file.suffix == ".py":
            ast.parse(text)
        elif file.suffix in (".yml", ".yaml"):
            assert yaml.safe_load(text)
        elif file.suffix == ".toml":
            assert tomllib.loads(text)
        elif file.suffix == ".json":
            assert json.loads(text)
        elif file.suffix == ".jsonl":
            rows = [json.loads(line) for line in text.splitlines()]
            assert len({row["question"] for row in rows}) >= 30
    assert {".py", ".ts", ".tsx", ".md", ".yml"} <= kinds


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_the_copy_is_a_clean_repository_whatever_the_user_configured(demo: Path) -> None:
    def git(*words: str) -> str:
        return subprocess.check_output(["git", "-C", str(demo), *words], text=True).strip()

    assert git("status", "--porcelain") == ""
    assert git("rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert git("rev-list", "--count", "HEAD") == "1"
    assert "deploy/staging.env" in git("ls-files").splitlines()


def test_without_git_it_is_a_plain_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    root = copy_demo(tmp_path / "demo")
    assert (root / "README.md").is_file()
    assert (root / ".gitignore").is_file()
    assert not (root / ".git").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DemoError, match="is not empty"):
        copy_demo(tmp_path)
    with pytest.raises(DemoError, match="is not empty"):
        copy_demo(tmp_path / "mine.txt")
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.txt"]


def test_a_temporary_copy_goes_away() -> None:
    with temporary_demo() as root:
        assert (root / "app" / "llm.py").is_file()
    assert not root.exists()


def test_each_failure_mode_shows_a_gap_and_much_is_done_all_the_same(demo: Path) -> None:
    from shipsmith_tui import headless

    card, _ = headless.judge(demo)
    assert card.score is not None
    assert 25 <= card.score < 85
    failing = {c.id: c.verdict for c in card.controls if c.verdict.status in ("partial", "missing")}
    assert set(GAPS) - set(failing) == set()
    for control, path in GAPS.items():
        if path:
            assert path in {f.path for f in failing[control].findings}, control
