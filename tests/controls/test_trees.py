"""Small trees and the verdicts that they must get.

Each folder below `tests/trees` that holds an `expect.toml` is a tree. The file has one table for
each control that it speaks of:

    [RES-01]
    status = "partial"                 # done, partial, missing, not_applicable, ask
    findings = ["app/llm.py:12"]       # every finding's path:line, in any order
    weak = ["app/jobs.py:3"]           # findings that leave a weak mark (optional)
    evidence = ["app/llm.py:4"]        # at least these (optional)
    coverage = [1, 2]                  # optional

Files named `_name` stand for `.name`, so that no tool of this repository reads them as its own.
"""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from shipsmith_controls.judge import Judge
from shipsmith_controls.scorecard import ControlResult

TREES = Path(__file__).parent.parent / "trees"
CASES = sorted(path.parent for path in TREES.rglob("expect.toml"))


def judged(tree: Path, to: Path) -> dict[str, ControlResult]:
    """The results of a tree, judged in a copy without its expectations."""
    shutil.copytree(tree, to, ignore=shutil.ignore_patterns("expect.toml"))
    for path in sorted(to.rglob("_*"), reverse=True):
        if not path.name.startswith("__"):
            path.rename(path.with_name("." + path.name[1:]))
    with Judge(to) as judge:
        return {result.id: result for result in judge.update().controls}


@pytest.mark.parametrize("tree", CASES, ids=[str(c.relative_to(TREES)) for c in CASES])
def test_tree_gets_its_verdicts(tree: Path, tmp_path: Path) -> None:
    expected: dict[str, dict[str, Any]] = tomllib.loads((tree / "expect.toml").read_text())
    results = judged(tree, tmp_path / "tree")
    for control, wanted in expected.items():
        verdict = results[control].verdict
        said = f"{control}: {verdict}"
        assert verdict.status == wanted["status"], said
        if "findings" in wanted:
            found = {f"{f.path}:{f.line}" for f in verdict.findings if not f.weak or "weak" not in wanted}
            assert found == set(wanted["findings"]), said
        if "weak" in wanted:
            assert {f"{f.path}:{f.line}" for f in verdict.findings if f.weak} == set(wanted["weak"]), said
        assert set(wanted.get("evidence", ())) <= {f"{e.path}:{e.line}" for e in verdict.evidence}, said
        if "coverage" in wanted:
            assert list(verdict.coverage or ()) == wanted["coverage"], said
