"""Which rows stand in the list, and in which order."""

from shipsmith_controls.scorecard import ControlResult
from shipsmith_widgets.filtering import parse_filter
from shipsmith_widgets.rows import (
    Acknowledged,
    Fate,
    Fresh,
    Kind,
    Row,
    View,
    finding_keys,
    held_row,
    list_rows,
    weave,
)

from tests.tui.scorecards import control, controls, finding, with_status
from tests.tui.scorecards import scorecard as sample

NONE, NO_NEWS = Acknowledged(), Fresh()


def rows(view: View = View(), covered: Acknowledged = NONE) -> tuple[Row, ...]:  # noqa: B008
    return list_rows(controls(), view, covered, NO_NEWS)


def ids(found: tuple[Row, ...]) -> list[str]:
    return [row.control.id for row in found if row.kind is Kind.CONTROL]


def filtered(text: str) -> list[str]:
    return ids(rows(View(filter=parse_filter(text))))


def test_the_worst_comes_first() -> None:
    assert ids(rows())[:2] == ["RES-01", "SEC-01"]


def test_what_is_done_or_does_not_apply_is_shown_only_when_asked_for() -> None:
    assert "OBS-01" not in ids(rows())
    every = ids(rows(View(everything=True)))
    assert len(every) == len(controls())
    assert every.index("ADO-07") < every.index("OBS-01") < every.index("GOV-06") < every.index("DAT-13")


def test_of_a_critical_gap_three_findings_are_shown_and_the_rest_is_counted() -> None:
    first = rows()[:6]
    assert [row.kind for row in first[:5]] == [Kind.CONTROL, *[Kind.FINDING] * 3, Kind.MORE]
    assert first[4].count == 3


def test_an_opened_control_shows_all_its_findings() -> None:
    opened = rows(View(opened={"RES-01": True}))
    assert sum(row.kind is Kind.FINDING and row.control.id == "RES-01" for row in opened) == 6


def test_findings_are_told_apart_even_without_fingerprints() -> None:
    twins = [finding("a.py", 1, "x", fingerprint=""), finding("a.py", 9, "x", fingerprint="")]
    keys = finding_keys(control("RES-01", "t", "high", "missing", *twins))
    assert len(set(keys)) == 2


def test_the_filter_looks_at_id_title_path_severity_and_status() -> None:
    assert filtered("res-03") == ["RES-03"]
    assert filtered("RETRIED backoff") == ["RES-03"]
    assert filtered("assistant.ts") == ["SEC-01"]
    assert filtered("critical missing") == ["RES-01", "SEC-01"]
    assert "OBS-01" in filtered("done")


def test_a_word_with_a_mark_leaves_out() -> None:
    assert filtered("critical missing !res") == ["SEC-01"]
    assert "RES-03" in filtered("!nightly partial")
    assert "RES-09" not in filtered("!nightly")


def test_a_path_narrows_a_control_to_its_findings_there() -> None:
    found = rows(View(filter=parse_filter("stream_3")))
    assert [row.finding.path for row in found if row.finding] == ["app/llm/stream_3.py"]


def test_what_is_acknowledged_is_out_of_sight_until_it_is_asked_for() -> None:
    covered = Acknowledged(controls=frozenset({"RES-01"}))
    assert "RES-01" not in ids(rows(covered=covered))
    shown = rows(View(show_acknowledged=True), covered)
    assert next(row for row in shown if row.key == "RES-01").acknowledged


def test_a_single_acknowledged_finding_goes_alone() -> None:
    print_ = controls_by_id()["RES-01"].verdict.findings[0].fingerprint
    found = rows(covered=Acknowledged(findings=frozenset({print_})))
    assert all(row.finding.fingerprint != print_ for row in found if row.finding)
    assert "RES-01" in ids(found)


def test_a_held_row_stands_where_it_stood_and_parts_no_control_from_its_findings() -> None:
    before = rows()
    after = list_rows(with_status(sample(), "SEC-01", "done").controls, View(), NONE, NO_NEWS)
    woven = weave(after, before, {"SEC-01"})
    keys = [row.key for row in woven]
    assert keys.index("SEC-01") == keys.index("RES-01/…") + 1


def test_a_row_that_left_says_why() -> None:
    row = rows()[0]
    done = with_status(sample(), "RES-01", "done")
    now = next(c for c in done.controls if c.id == "RES-01")
    covered = Acknowledged(controls=frozenset({"RES-01"}))
    assert held_row(row, now, NONE).fate is Fate.FIXED
    assert held_row(row, row.control, covered).fate is Fate.ACKNOWLEDGED
    assert held_row(row, None, NONE).fate is Fate.GONE


def controls_by_id() -> dict[str, ControlResult]:
    return {c.id: c for c in controls()}
