"""Attestations in a tree's ledger, laid over what the catalogue lets a person settle."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from shipsmith_controls.judge import Judge
from shipsmith_controls.scorecard import Status

TREE = Path(__file__).parent.parent / "trees/ADO/untold_chat"
ENTRY = """
[[attested]]
control = "{control}"
evidence = "https://wiki.acme.example/ai"
by = "maria@acme.example"
on = 2026-11-23
until = 2027-11-23
"""


@pytest.mark.parametrize(
    ("control", "status"),
    [
        ("GOV-01", Status.DONE),
        ("OBS-07", Status.DONE),
        ("ADO-04", Status.NOT_APPLICABLE),
        ("ADO-08", Status.NOT_APPLICABLE),
        ("ADO-05", Status.MISSING),
    ],
    ids=["a document", "an alert in a console", "shown to who asked", "an internal tool", "code"],
)
def test_an_attestation_counts_only_where_the_catalogue_lets_it(
    tmp_path: Path, control: str, status: Status
) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(TREE, tree, ignore=shutil.ignore_patterns("expect.toml"))
    with Judge(tree) as judge:
        plain = {r.id: r.verdict.status for r in judge.update(today=date(2026, 11, 24)).controls}
        (tree / "shipsmith.toml").write_text(ENTRY.format(control=control))
        given = {r.id: r.verdict.status for r in judge.update(today=date(2026, 11, 24)).controls}
    assert plain[control] is Status.MISSING
    assert given == {**plain, control: status}
