"""The line of scores over time: commits, then the session, on one scale."""

from __future__ import annotations

import pytest
from shipsmith_widgets.sparkline import sparkline


def drawn(commits: list[int | None], session: list[int], width: int = 20) -> str:
    return sparkline(commits, session, width).plain


def test_nothing_is_drawn_while_there_is_nothing_to_compare() -> None:
    assert drawn([], [70, 71]) == ""
    assert drawn([None, None, 70], [70]) == ""


def test_scores_rise_from_the_bottom_to_the_top() -> None:
    assert drawn([30, 40, 50, 60, 70, 80, 90, 100], []) == "▁▂▃▄▅▆▇█"


def test_the_session_follows_the_commits_on_the_same_scale() -> None:
    assert drawn([20, 60], [60, 100]) == "▁▅┊▅█"


def test_a_flat_line_runs_midway_and_a_point_is_no_cliff() -> None:
    assert set(drawn([61, 61, 61], [61])) == {"▅", "┊"}
    assert drawn([60, 61, 60], []) == "▄▅▄"


def test_a_score_that_is_not_known_is_a_dot() -> None:
    assert drawn([None, 50, 50], [58]) == "·▁▁┊█"


def test_the_oldest_give_way_first_and_the_session_never_takes_all() -> None:
    assert drawn([10, 20, 30, 40], [], 3) == drawn([20, 30, 40], [])
    assert drawn([50] * 12, [50] * 30, 12).index("┊") == 5


@pytest.mark.parametrize("width", range(0, 24))
def test_it_is_never_wider_than_asked(width: int) -> None:
    for session in ([], [60], [60, 61, 70] * 9):
        assert sparkline([50, None, 60] * 4, session, width).cell_length <= width


def test_the_session_is_told_apart_by_colour_too() -> None:
    styles = {str(span.style) for span in sparkline([60, 60, 60], [90], 12).spans}
    assert styles == {"$text-muted", "$score-good"}
