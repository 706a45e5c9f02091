"""No text from a tree reaches the terminal with anything in it that the terminal would obey."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipsmith_widgets.painting import content
from shipsmith_widgets.showing import show, show_lines
from textual.content import Content

ESC = "\x1b"
HOSTILE = (
    f"{ESC}]52;c;aGVsbG8={ESC}\\",
    f"{ESC}]0;title\x07",
    f"{ESC}[2J{ESC}[H",
    f"{ESC}P+q544e{ESC}\\",
    "\x9b31m\x9d0;x\x9c",
    "\x7f\x08\x0d",
    "\u202egpj.exe\u2066",
    "a\u200bb\ufeffc\u200dd",
    "\U000e0041\U000e0042",
    "e" + "\u0301" * 60,
    "[@click=app.quit]x[/]",
    "foo[/]bar",
    "[link=http://a]",
    'd[k="v]',
    "  ",
    "\udce9\ud800",
    "\x00\x01\x1f",
    "\u3164\u115f",
)
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def is_drawable(text: str) -> bool:
    return not any(unicodedata.category(char) in UNSEEN for char in text)


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_text_becomes_drawable(payload: str) -> None:
    shown = show(f"app/{payload}/x.py")
    assert is_drawable(shown)
    assert shown.startswith("app/")


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_text_stays_one_plain_text_in_styled_content(payload: str) -> None:
    shown = show(payload)
    line = content((shown, "bold"))
    assert line.plain == shown
    assert [span.style for span in line.spans] == (["bold"] if shown else [])
    assert Content(shown).plain == shown


@given(st.text(alphabet=st.characters(codec=None)))
def test_nothing_unseen_is_left_of_any_text(text: str) -> None:
    shown = show(text)
    assert is_drawable(shown)
    assert "\n" not in shown
    assert len(shown) <= 400


@given(st.text(alphabet=st.characters(codec=None)), st.integers(0, 50))
def test_the_result_is_capped_and_showing_again_changes_nothing(text: str, limit: int) -> None:
    shown = show(text, limit)
    assert len(shown) <= limit
    assert show(shown, limit) == shown


def test_every_control_character_is_told_apart() -> None:
    controls = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
    assert len({show(char) for char in controls}) == len(controls)
    assert all(is_drawable(show(char)) for char in controls)


def test_what_was_hidden_is_named() -> None:
    assert show("a\tb\nc") == "a→b␊c"
    assert show(ESC + "[0m") == "␛[0m"
    assert show("\u202e") == "<U+202E>"
    assert show("caf\udce9") == "caf<E9>"


def test_ordinary_words_of_any_language_stay_as_they_are() -> None:
    for words in ("src/app.py", "naïve café", "東京/設定.py", "مرحبا", "e\u0301a"):
        assert show(words) == words


def test_at_most_two_marks_follow_a_character() -> None:
    mark = chr(0x301)
    assert show("e" + mark * 60) == "e" + mark * 2 + "…"


def test_lines_of_source_keep_their_indentation() -> None:
    assert show_lines("if x:\r\n\treturn\n") == ("if x:", "    return", "")


def test_showing_needs_no_screen() -> None:
    code = "import sys, shipsmith_widgets.showing; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
