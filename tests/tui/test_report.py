"""The report for a pipe: readable text, and JSON whose keys never move."""

from __future__ import annotations

import json
from datetime import date

import msgspec
from shipsmith_controls.ledger import Acknowledgement, Ledger
from shipsmith_controls.scorecard import (
    DIMENSIONS,
    Band,
    Confidence,
    ControlResult,
    Evidence,
    Finding,
    Scorecard,
    Severity,
    Skipped,
    Status,
    Timing,
    TreeInfo,
    Verdict,
    score_dimension,
)
from shipsmith_controls.standing import View, apply

from shipsmith_tui import report

TODAY = date(2026, 11, 23)
LONG = "the client has no timeout, so a slow provider holds the worker for as long as it likes"


def control(id_: str, severity: Severity, verdict: Verdict, fix: str = "Set a timeout.") -> ControlResult:
    return ControlResult(
        id=id_,
        dimension=id_[:3],
        title=f"Title of {id_}",
        severity=severity,
        question="?",
        why="",
        fix=fix,
        looked_for="",
        refs=(),
        verdict=verdict,
    )


CONTROLS = (
    control(
        "RES-01",
        Severity.CRITICAL,
        Verdict(
            Status.PARTIAL,
            findings=(
                Finding("app/llm.py", 8, 8, "client without timeout", "a" * 16, fix="OpenAI(timeout=30)"),
                Finding("app/jobs/nightly_summaries.py", 88, 91, LONG, "b" * 16, Confidence.LOW),
            ),
            evidence=(Evidence("app/other.py", 3, "timeout=30"),),
            coverage=(1, 3),
        ),
    ),
    control("SEC-01", Severity.CRITICAL, Verdict(Status.MISSING, (Finding("x\x1b.env", 2, 2, "key"),))),
    control("GOV-01", Severity.HIGH, Verdict(Status.MISSING, note="no policy was found")),
    control(
        "COS-01",
        Severity.HIGH,
        Verdict(Status.MISSING, (Finding("llm.py", 9, 9, "no cap", "c" * 16),)),
    ),
    control("MOD-01", Severity.HIGH, Verdict(Status.DONE)),
    control("ADO-07", Severity.LOW, Verdict(Status.ASK)),
    control("DAT-02", Severity.LOW, Verdict(Status.NOT_APPLICABLE)),
    control("EVA-09", Severity.LOW, Verdict(Status.NOT_BUILT)),
)

CARD = Scorecard(
    tree=TreeInfo("/src/support-bot", "3f2a1bc0d4e5f60718293a4b5c6d7e8f90a1b2c3", "main", True),
    traits=("llm", "service"),
    score=61,
    band=Band.FRAGILE,
    withheld=None,
    dimensions=tuple(score_dimension(key, list(CONTROLS)) for key in DIMENSIONS),
    controls=CONTROLS,
    timing=Timing(0.41234, 7408, 312),
    skipped=(Skipped("big\x1b]52;c;x\x07.json", "larger than 1 MB"),),
)

LEDGER = Ledger(
    acknowledged=(
        Acknowledgement("COS-01", "prototype", "me", TODAY, None, ("c" * 16,)),
        Acknowledgement("RES-01", "batch", "me", TODAY, None, ("b" * 16,)),
        Acknowledgement("MOD-01", "was once needed", "me", TODAY),
    )
)


def view(ledger: Ledger = LEDGER) -> View:
    return apply(ledger, CARD.controls, TODAY)


TEXT = """\
/src/support-bot · main 3f2a1bc0d · uncommitted changes
61 % fragile
seen: llm, service

DAT Data            – ····················  0 done  0 partial  0 missing
MOD Model         100 ████████████████████  1 done  0 partial  0 missing
EVA Evaluation      – ····················  0 done  0 partial  0 missing
OBS Observability   – ····················  0 done  0 partial  0 missing
RES Resilience     50 ██████████··········  0 done  1 partial  0 missing
SEC Security        0 ····················  0 done  0 partial  1 missing
COS Cost            0 ····················  0 done  0 partial  1 missing
ADO Adoption        – ····················  0 done  0 partial  0 missing
GOV Governance      0 ····················  0 done  0 partial  1 missing

3 controls failing, worst first

✗ SEC-01 Title of SEC-01
  critical · missing
    x␛.env:2  key
    Fix: Set a timeout.

◐ RES-01 Title of RES-01
  critical · partial · 1 of 3
    app/llm.py:8  client without timeout
    1 acknowledged
    Fix: OpenAI(timeout=30)

✗ GOV-01 Title of GOV-01
  high · missing
    no policy was found
    Fix: Set a timeout.

1 done · 1 not applicable · 1 wait for a person · 1 not built · 1 acknowledged
acknowledgement without a finding: MOD-01 (was once needed)

1 file not read:
  big␛]52;c;x␇.json  larger than 1 MB

7,408 files, 312 parsed, 0.41 s
"""


def test_the_text_says_what_is_wrong_where_and_what_to_do() -> None:
    assert report.as_text(CARD, view()) == TEXT


def test_the_text_fits_80_columns_and_keeps_places_whole() -> None:
    lines = report.as_text(CARD, view(Ledger())).splitlines()
    assert max(map(len, lines)) <= 80
    assert "    app/jobs/nightly_summaries.py:88" in lines
    assert any(line.endswith("(low confidence)") for line in lines)


def test_only_a_terminal_gets_colour_and_never_the_trees_own_escapes() -> None:
    assert "\x1b" not in report.as_text(CARD, view())
    coloured = report.as_text(CARD, view(), colour=True)
    assert "\x1b[31m✗\x1b[0m" in coloured
    assert "\x1b]52" not in coloured


def test_many_findings_are_counted_not_listed() -> None:
    findings = tuple(Finding("a.py", n, n, "gap", f"{n:016x}") for n in range(1, 31))
    many = control("RES-01", Severity.HIGH, Verdict(Status.MISSING, findings))
    card = msgspec.structs.replace(CARD, controls=(many,))
    text = report.as_text(card, apply(Ledger(), card.controls, TODAY))
    assert text.count("a.py:") == 8
    assert "… and 22 more, all in --format json" in text


def test_a_tree_without_ai_says_so() -> None:
    card = msgspec.structs.replace(CARD, score=None, band=None, traits=(), controls=(), skipped=())
    text = report.as_text(card, apply(Ledger(), (), TODAY))
    assert "No AI workflow found" in text
    assert "DAT" not in text
    assert "Models are called here" in report.nothing_to_judge(
        msgspec.structs.replace(card, traits=("llm",))
    )


def test_json_has_these_keys_in_this_order() -> None:
    document = json.loads(report.as_json(CARD, view()))
    assert list(document) == [
        *("schema", "tree", "traits", "score", "band", "withheld", "dimensions", "controls", "timing"),
        *("trait_evidence", "mistakes", "workflow", "workflows"),
    ]
    assert document["schema"] == 1
    assert list(document["tree"]) == ["path", "commit", "branch", "dirty"]
    assert list(document["dimensions"][0]) == [
        *("key", "name", "score", "done", "partial", "missing", "not_applicable", "ask", "not_built"),
        "off",
    ]
    assert [d["key"] for d in document["dimensions"]] == list(DIMENSIONS)
    assert document["timing"] == {"seconds": 0.412, "files": 7408, "parsed": 312}
    first = document["controls"][0]
    assert first == {
        "id": "RES-01",
        "dimension": "RES",
        "title": "Title of RES-01",
        "severity": "critical",
        "status": "partial",
        "coverage": [1, 3],
        "confidence": "high",
        "findings": [
            {
                "path": "app/llm.py",
                "line": 8,
                "end_line": 8,
                "message": "client without timeout",
                "fingerprint": "a" * 16,
                "acknowledged": False,
            },
            {
                "path": "app/jobs/nightly_summaries.py",
                "line": 88,
                "end_line": 91,
                "message": LONG,
                "fingerprint": "b" * 16,
                "acknowledged": True,
            },
        ],
        "evidence": [{"path": "app/other.py", "line": 3, "message": "timeout=30"}],
        "fix": "OpenAI(timeout=30)",
    }
    assert list(first) == [
        *("id", "dimension", "title", "severity", "status", "coverage", "confidence"),
        *("findings", "evidence", "fix"),
    ]
    assert document["controls"][2]["coverage"] is None


def test_json_is_ascii_and_keeps_strange_names_exactly() -> None:
    strange = "caf\udce9\u202e\x7f\x9b.py"
    odd = control("RES-01", Severity.HIGH, Verdict(Status.MISSING, (Finding(strange, 1, 1, "gap"),)))
    card = msgspec.structs.replace(CARD, controls=(odd,))
    text = report.as_json(card, apply(Ledger(), card.controls, TODAY))
    assert text.isascii()
    assert all(char.isprintable() or char == "\n" for char in text)
    assert json.loads(text)["controls"][0]["findings"][0]["path"] == strange
