"""`shipsmith scan` against a base: what it prints, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.controls.tree.repo import Repo
from tests.tui.test_cli import shipsmith
from tests.tui.test_worker import ASK, CLIENT


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A branch of a shop that has one gap more than main, and one less."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repo = Repo.init(tmp_path / "shop")
    repo.write("app/llm.py", CLIENT.format(""))
    repo.write("app/ask.py", ASK)
    repo.commit("main")
    repo.git("checkout", "-q", "-b", "topic")
    repo.write("app/llm.py", CLIENT.format("timeout=30"))
    repo.write("app/second.py", CLIENT.format(""))
    repo.write("app/sum.py", ASK.replace("app.llm", "app.second"))
    return repo


def scanned(shop: Repo, *options: str) -> dict[str, Any]:
    done = shipsmith("scan", shop.root, "--format", "json", *options)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_text_tells_points_counts_and_places(shop: Repo) -> None:
    done = shipsmith("scan", shop.root, "--base", "main")
    assert done.returncode == 0
    assert f"since main ({shop.git('rev-parse', 'main')[:9]}):" in done.stdout
    fresh, fixed = done.stdout.split("New since main")[1].split("Fixed since main")
    assert "✗ RES-01  app/second.py:3" in fresh
    assert "✔ RES-01  app/llm.py:3" in fixed.split("failing")[0]


def test_the_json_holds_new_fixed_and_changes(shop: Repo) -> None:
    since = scanned(shop, "--base", "main")["since"]
    assert since["base"] == "main"
    assert since["commit"] == shop.git("rev-parse", "main")
    new = [f for f in since["new"] if f["control"] == "RES-01"]
    assert [(f["path"], f["line"], f["acknowledged"]) for f in new] == [("app/second.py", 3, False)]
    assert ("RES-01", "app/llm.py") in [(f["control"], f["path"]) for f in since["fixed"]]
    assert {"id": "RES-01", "was": "missing", "is": "partial"} in since["controls"]
    assert since["change"]["RES"] > 0
    assert since["inherited"] > 0


def test_without_a_base_nothing_is_said_of_one(shop: Repo) -> None:
    assert "since" not in scanned(shop)


def test_new_gaps_fail_where_that_is_asked(shop: Repo) -> None:
    done = shipsmith("scan", shop.root, "--fail-on-new")
    assert done.returncode == 1
    assert "new gaps since main" in done.stderr
    shop.commit()
    shop.git("branch", "-f", "main")
    assert shipsmith("scan", shop.root, "--fail-on-new").returncode == 0


def test_what_is_acknowledged_fails_nothing(shop: Repo) -> None:
    new = {finding["control"] for finding in scanned(shop, "--base", "main")["since"]["new"]}
    entries = (
        f'[[acknowledged]]\ncontrol = "{control}"\nreason = "known"\nby = "dev@example.com"\n'
        "on = 2026-11-02\n"
        for control in sorted(new)
    )
    shop.write("shipsmith.toml", "".join(entries))
    done = shipsmith("scan", shop.root, "--fail-on-new")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_base_that_cannot_be_found_is_a_usage_error(shop: Repo) -> None:
    done = shipsmith("scan", shop.root, "--base", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nowhere names no commit" in done.stderr


def test_without_a_base_nobody_can_say_what_is_new(shop: Repo) -> None:
    shop.git("checkout", "-q", "--orphan", "other")
    shop.commit("unrelated")
    done = shipsmith("scan", shop.root, "--fail-on-new")
    assert (done.returncode, done.stdout) == (2, "")
    assert "HEAD and main share no commit" in done.stderr


RULES = """
[traits]
rag = true

[[off]]
control = "RES-02"
reason = "one attempt is enough"
by = "dev@example.com"
on = 2026-11-02
"""
OWN = (
    'dimension = "TEAM"\n\n[[control]]\nid = "TEAM-01"\ntitle = "t"\nquestion = "q"\n'
    'severity = "high"\napplies = "llm"\n[control.check]\n'
    'none = { regex = "^client = ", paths = ["app/llm.py"] }\n'
)


def test_the_base_is_judged_by_the_settings_and_own_controls_of_today(shop: Repo) -> None:
    shop.write("app/llm.py", CLIENT.format(""))
    (shop.root / "app/second.py").unlink()
    (shop.root / "app/sum.py").unlink()
    before = scanned(shop, "--base", "main")
    assert (before["since"]["change"], before["since"]["controls"]) == ({}, [])
    shop.write("shipsmith.toml", RULES)
    shop.write(".shipsmith/controls/house.toml", OWN)
    after = scanned(shop, "--base", "main")
    verdicts = {control["id"]: control["status"] for control in after["controls"]}
    assert (verdicts["RES-02"], verdicts["TEAM-01"]) == ("off", "missing")
    assert "rag" in after["traits"]
    assert after["since"]["change"] == {}
    assert after["since"]["new"] == []
    assert after["since"]["controls"] == []


def test_one_workflow_tells_only_what_changed_in_it(shop: Repo) -> None:
    entries = (
        '[[workflow]]\nname = "first"\npaths = ["app/llm.py", "app/ask.py"]\n\n'
        '[[workflow]]\nname = "second"\npaths = ["app/second.py", "app/sum.py"]\n'
    )
    shop.write("shipsmith.toml", entries)
    first = scanned(shop, "--base", "main", "--workflow", "first")["since"]
    assert "app/second.py" not in {finding["path"] for finding in first["new"]}
    assert ("RES-01", "app/llm.py") in [(f["control"], f["path"]) for f in first["fixed"]]
    second = scanned(shop, "--base", "main", "--workflow", "second")["since"]
    assert ("RES-01", "app/second.py") in [(f["control"], f["path"]) for f in second["new"]]
    assert second["change"] == {}
