"""Themes are data; each of them names every colour that is drawn, and all of them can be read."""

import re
from pathlib import Path

import pytest
import shipsmith_themes
import shipsmith_widgets
from shipsmith_themes import ThemeData, ThemeError, load, parse, stylesheet
from textual.color import Color

THEMES = {theme.name: theme for theme in load()}
TEXTS = ("status-", "score-", "text-muted", "label", "key", "place", "branch", "code", "mark")
READABLE = 4.5
DIM = 3.0
"""WCAG contrast of text, and of what is dim on purpose."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, as WCAG 2 defines it."""
    lights = []
    for colour in (one, other):
        channels = [value / 255 for value in Color.parse(colour).rgb]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def colour_names(text: str) -> set[str]:
    return set(re.findall(r"\$([a-z][a-z-]*[a-z])", text))


def test_there_is_one_for_the_night_and_one_for_the_day() -> None:
    assert {theme.dark for theme in THEMES.values()} == {True, False}
    assert shipsmith_themes.DEFAULT in THEMES


def test_all_themes_name_the_same_colours() -> None:
    first, *others = THEMES.values()
    for other in others:
        assert set(other.variables) == set(first.variables)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_every_colour_that_is_drawn_is_named(theme: ThemeData) -> None:
    sources = [path.read_text() for path in Path(shipsmith_widgets.__file__).parent.glob("*.py")]
    used = colour_names("\n".join([*sources, stylesheet()]))
    assert used <= set(theme.variables) | set(theme.colours)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_texts_stand_out_from_what_is_behind_them(theme: ThemeData) -> None:
    quiet = ("status-quiet", "code-comment")
    for name, value in theme.variables.items():
        if not name.startswith(TEXTS) or name == "mark-line":
            continue
        ratio = contrast(theme.colours["background"], value)
        assert ratio >= (DIM if name in quiet else READABLE), f"{name}: {ratio:.1f}"


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_texts_can_be_read_on_the_chosen_row(theme: ThemeData) -> None:
    for name in ("status-missing", "status-partial", "status-ask", "place", "place-line", "text-muted"):
        ratio = contrast(theme.variables["cursor"], theme.variables[name])
        assert ratio >= DIM, f"{name}: {ratio:.1f}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "x.toml is no valid TOML"),
        ("name = 'x'\ndark = true", "x.toml lacks primary"),
        ("colour = 1", "x.toml lacks name"),
    ],
)
def test_a_broken_theme_names_its_file_and_key(text: str, sentence: str) -> None:
    with pytest.raises(ThemeError, match=sentence):
        parse(text, "x.toml")
