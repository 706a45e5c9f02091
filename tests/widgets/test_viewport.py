"""The never-move rule: a refresh moves neither what is chosen nor what is at the top."""

from hypothesis import given
from hypothesis import strategies as st
from shipsmith_widgets.viewport import Viewport

KEYS = st.lists(st.integers(0, 40).map(lambda n: f"K{n}"), unique=True, max_size=30)


def viewport(keys: list[str], height: int = 5) -> Viewport:
    view = Viewport()
    view.resize(height)
    view.replace(keys)
    return view


@given(KEYS, KEYS, st.integers(0, 29), st.integers(0, 29), st.integers(1, 20))
def test_a_refresh_keeps_what_is_chosen_and_what_is_at_the_top(
    before: list[str], after: list[str], chosen: int, scrolled: int, height: int
) -> None:
    view = viewport(before, height)
    view.move(chosen)
    view.scroll(scrolled)
    cursor, top = view.cursor, view.top_key
    view.replace(after)
    if cursor in after:
        assert view.cursor == cursor
    if top in after:
        assert view.top_key == top
    assert (view.cursor is None) == (not after)
    assert view.top >= 0


@given(KEYS, st.lists(st.integers(-10, 10), max_size=20), st.integers(0, 12))
def test_the_chosen_row_is_in_sight_after_every_movement(
    keys: list[str], steps: list[int], height: int
) -> None:
    view = viewport(keys, height)
    for step in steps:
        view.move(step)
        if keys and height:
            assert view.top <= view.position < view.top + height


@given(KEYS.filter(bool), st.lists(st.integers(0, 60), min_size=1, max_size=8), st.integers(0, 29))
def test_no_size_loses_what_is_chosen(keys: list[str], heights: list[int], chosen: int) -> None:
    view = viewport(keys, 10)
    view.move(chosen)
    cursor = view.cursor
    for height in heights:
        view.resize(height)
        assert view.cursor == cursor


def test_a_chosen_row_that_is_gone_gives_way_to_the_one_after_it() -> None:
    view = viewport(["a", "b", "c", "d"])
    view.go("b")
    view.replace(["a", "c", "d"])
    assert view.cursor == "c"


def test_the_last_row_gives_way_to_the_one_before_it() -> None:
    view = viewport(["a", "b", "c"])
    view.go("c")
    view.replace(["a", "b"])
    assert view.cursor == "b"


def test_rows_that_come_above_do_not_push_the_view_down() -> None:
    view = viewport(["a", "b", "c"])
    view.replace(["x", "y", "a", "b", "c"])
    assert view.top_key == "a"


def test_the_users_own_movement_brings_hidden_rows_back() -> None:
    view = viewport([f"K{n}" for n in range(20)], 5)
    view.move(19)
    view.replace(["K15", "K18", "K19"])
    assert view.top_key == "K15"
    view.replace(["K18", "K19"])
    view.move(-1)
    assert view.top == 0


def test_a_start_at_a_row_is_no_movement_of_the_user() -> None:
    view = Viewport()
    view.resize(2)
    view.replace(list("abcdef"))
    view.start_at("e")
    assert (view.cursor, view.top, view.touched) == ("e", 3, False)
    view.start_at("gone")
    assert (view.cursor, view.top, view.touched) == ("a", 0, False)
