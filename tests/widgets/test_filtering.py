"""The grammar of the filter."""

import pytest
from shipsmith_widgets.filtering import parse_filter

from tests.tui.scorecards import controls


def kept(text: str) -> list[str]:
    found = parse_filter(text)
    return [control.id for control in controls() if found.keeps(control)]


def places(text: str, id_: str) -> list[str]:
    control = next(c for c in controls() if c.id == id_)
    return [f.path for f in parse_filter(text).findings(control)]


def test_a_severity_is_looked_for_as_a_severity_alone() -> None:
    assert kept("sev:critical is:missing") == ["RES-01", "SEC-01"]
    assert set(kept("sev:low")) == {"MOD-04", "COS-06", "DAT-13"}


def test_values_may_be_cut_short_and_several() -> None:
    assert kept("sev:c is:miss") == kept("sev:critical is:missing")
    assert set(kept("sev:c,l is:missing")) == {"MOD-04", "RES-01", "SEC-01"}


def test_a_status_is_a_verdict_or_a_group_of_them() -> None:
    assert set(kept("is:failing")) == {*kept("is:missing"), *kept("is:partial")}
    assert set(kept("is:todo")) == {*kept("is:failing"), *kept("is:ask")}
    assert kept("is:not-built") == ["GOV-06"]
    assert kept("is:n.a.") == ["DAT-13", "MOD-14"]


def test_a_path_narrows_to_findings_and_what_has_none_is_out() -> None:
    assert kept("path:web/") == ["SEC-01"]
    assert places("path:app/tools", "RES-01") == ["app/tools/search.py", "app/tools/embed.py"]


def test_a_mark_inverts_any_word() -> None:
    assert kept("is:failing !is:partial") == kept("is:missing")
    assert "SEC-01" not in kept("is:failing !path:web/")
    assert "EVA-01" in kept("is:failing !path:web/"), "a gap without a place is in no path"
    assert places("!path:app/tools", "RES-01")[0] == "app/agent.py"
    assert len(places("!path:app/tools", "RES-01")) == 4


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sev:hihg", "sev: knows no hihg; did you mean `high`?"),
        ("is:brokken", "is: knows no brokken"),
        ("severty:high", "no field is called severty:"),
    ],
)
def test_what_means_nothing_is_told_and_left_out(text: str, problem: str) -> None:
    found = parse_filter(f"{text} res-03")
    assert found.problems[0].startswith(problem)
    assert kept(f"{text} res-03") == ["RES-03"]


def test_a_word_that_is_not_finished_says_nothing_yet() -> None:
    for text in ("sev:", "is:", "path:", "!", "!sev:"):
        assert not parse_filter(text)
        assert parse_filter(text).problems == ()


def test_a_line_of_a_file_is_no_field() -> None:
    assert kept("agent.py:42 timeout") == ["RES-01"]
