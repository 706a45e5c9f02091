"""Lines are exactly as wide as they are asked to be, at any width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipsmith_controls.scorecard import Band
from shipsmith_widgets.bars import bar
from shipsmith_widgets.detail import Subject, detail_lines
from shipsmith_widgets.header import HeaderFacts, header_line, least_line, verdict_line
from shipsmith_widgets.row_painting import draw_row, short_path
from shipsmith_widgets.rows import Acknowledged, Fresh, View, list_rows
from shipsmith_widgets.source import Source, language_of, source_lines

from tests.tui.scorecards import FIRST_LINE, SOURCE_LINES, controls

ROWS = list_rows(controls(), View(everything=True), Acknowledged(), Fresh())
FACTS = HeaderFacts(
    tree="support-bot",
    branch="main",
    dirty=True,
    score=61,
    band=Band.FRAGILE,
    change=-2,
    history=(63, 62, 61),
    watching="live",
    critical=1,
    failing=23,
    acknowledged=6,
    waiting=4,
    worst=(("EVA", 20, 0), ("RES", 39, -3), ("MOD", 48, 0)),
)


def test_a_bar_is_exact_to_half_a_cell() -> None:
    assert bar(100, 8, "$x").plain == "━━━━━━━━"
    assert bar(50, 9, "$x").plain == "━━━━╸────"
    assert bar(0, 4, "$x").plain == bar(None, 4, "$x").plain == "────"


@given(st.integers(-5, 105), st.integers(0, 60))
def test_a_bar_has_the_width_it_is_given(percent: int, width: int) -> None:
    assert len(bar(percent, width, "$x").plain) == width


@pytest.mark.parametrize("width", [1, 5, 17, 30, 47, 48, 62, 150])
def test_every_row_fits_its_line(width: int) -> None:
    for row in ROWS:
        assert draw_row(row, width).cell_length <= max(width, 17)


@pytest.mark.parametrize("width", range(1, 160, 7))
def test_the_head_fits_its_line(width: int) -> None:
    for draw in (header_line, least_line, verdict_line):
        assert draw(FACTS, width).cell_length <= width
        assert draw(HeaderFacts(), width).cell_length <= width


def test_the_head_keeps_the_score_longest() -> None:
    assert "61 % fragile" in header_line(FACTS, 44).plain
    assert "!1" in header_line(FACTS, 60).plain
    assert "6 ack" not in header_line(FACTS, 54).plain


def test_the_last_line_of_all_is_a_verdict() -> None:
    assert verdict_line(FACTS, 80).plain == "shipsmith 61 % fragile ▼2 · 23 failing · 1 critical"


@given(st.text(st.sampled_from("ab/."), max_size=60), st.integers(1, 40))
def test_a_short_path_is_never_too_long(path: str, width: int) -> None:
    assert len(short_path(path, width)) <= width


def test_a_short_path_keeps_its_file() -> None:
    assert short_path("app/api/routes/summaries.py", 20) == "app/…/summaries.py"


def test_the_lines_of_a_finding_are_marked() -> None:
    source = Source("app/agent.py", FIRST_LINE, SOURCE_LINES)
    lines = [line.plain for line in source_lines(source, 42, 43, 1, 60)]
    assert [line[:5] for line in lines] == ["  41 ", "▌ 42 ", "▌ 43 ", "  44 "][: len(lines)]
    assert "client.chat.completions.create(" in lines[1]


def test_source_in_an_unknown_language_is_drawn_plain() -> None:
    assert language_of("notes.xyz") is None
    assert language_of("deploy/Dockerfile.prod") == "docker"
    lines = source_lines(Source("notes.xyz", 1, ("a\x1b[31m",)), 1, 1, 2, 40)
    assert "␛[31m" in lines[0].plain


def test_a_place_outside_of_what_was_read_draws_nothing_wrong() -> None:
    assert source_lines(Source("a.py", 10, ("x",)), 500, 900, 3, 40) == []


@pytest.mark.parametrize("width", [1, 8, 20, 60])
@pytest.mark.parametrize("height", [1, 6, 12, 40])
def test_the_detail_of_every_row_fits(width: int, height: int) -> None:
    source = Source("app/agent.py", FIRST_LINE, SOURCE_LINES)
    for row in ROWS:
        for line in detail_lines(Subject(row, source, ("⊘ a note",)), width, height):
            assert line.cell_length <= max(width, 17)


def detail_text(id_: str) -> str:
    row = next(row for row in ROWS if row.key == id_)
    return "\n".join(line.plain for line in detail_lines(Subject(row), 70, 40))


def test_what_is_not_built_says_so() -> None:
    assert "not built yet" in detail_text("GOV-06")
    assert "Looked for" not in detail_text("GOV-06")


def test_low_confidence_is_said() -> None:
    assert "Low confidence" in detail_text("OBS-07")


def test_what_waits_for_a_person_says_how_to_attest() -> None:
    assert "[[attested]]" in detail_text("COS-02")


def test_evidence_is_shown_with_its_place() -> None:
    assert "app/llm/client.py:8  seen here" in detail_text("OBS-01")
