"""Themes are data; each of them names every colour that is drawn, and all of them can be read."""

import math
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import shipsmith_themes
import shipsmith_widgets
from shipsmith_themes import ThemeData, ThemeError, load, load_folder, parse, stylesheet
from textual.color import Color

THEMES = {theme.name: theme for theme in load()}
COMPUTED = {name: theme for name, theme in THEMES.items() if not theme.ansi}
"""What the sixteen colours of a terminal look like, only the terminal knows."""

READABLE = 4.5
"""The contrast that WCAG 2 asks of text at level AA."""

ROW = ("status-", "score-", "text-muted", "place", "branch", "label", "key")
GROUNDS = {
    "background": (*ROW, "code", "mark", "line-number", "border-title", "foreground"),
    "surface": (*ROW, "border-title", "foreground"),
    "panel": (*ROW, "foreground"),
    "cursor": (*ROW, "foreground"),
    "cursor-blurred": (*ROW, "foreground"),
    "mark-line": ("code", "mark", "foreground"),
}
"""What is written on which ground, by the beginnings of colour names."""

# How colours reach eyes without one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1.
WITHOUT = {
    "shipsmith-deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "shipsmith-tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip


def linear(colour: str) -> tuple[float, float, float]:
    """Red, green and blue as light, from 0 to 1."""
    channels = [value / 255 for value in Color.parse(colour).rgb]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, as WCAG 2 defines it."""
    lights = []
    for red, green, blue in map(linear, (one, other)):
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def lab(light: Iterable[float]) -> tuple[float, ...]:
    """Lightness and two hue axes (Oklab), in which equal distances look equally different."""
    red, green, blue = (max(0.0, channel) for channel in light)
    cones = (
        0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue,
        0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue,
        0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue,
    )
    long, medium, short = (cone ** (1 / 3) for cone in cones)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def difference(theme: str, one: str, other: str) -> float:
    """How different two colours look to the eyes that a theme is for."""
    seen = []
    for colour in (one, other):
        light = linear(colour)
        seen.append(lab(sum(a * b for a, b in zip(row, light, strict=True)) for row in WITHOUT[theme]))
    return math.dist(*seen)


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


@pytest.mark.parametrize("theme", COMPUTED.values(), ids=list(COMPUTED))
def test_every_text_can_be_read_on_every_ground_it_stands_on(theme: ThemeData) -> None:
    colours = theme.colours | theme.variables
    for ground, starts in GROUNDS.items():
        for name, value in colours.items():
            if name.startswith(starts) and name != "mark-line":
                ratio = contrast(colours[ground], value)
                assert ratio >= READABLE, f"{name} on {ground}: {ratio:.2f}"


def test_high_contrast_is_the_stricter_level_of_wcag() -> None:
    theme = THEMES["shipsmith-high-contrast"]
    for name, value in theme.variables.items():
        if name.startswith(GROUNDS["background"]) and name != "mark-line":
            assert contrast(theme.colours["background"], value) >= 7, name


def test_the_terminals_own_colours_are_nothing_else() -> None:
    theme = THEMES["shipsmith-ansi"]
    assert all(value.startswith("ansi_") for value in (theme.colours | theme.variables).values())


@pytest.mark.parametrize("theme", WITHOUT)
def test_good_and_bad_differ_to_the_eyes_a_theme_is_for(theme: str) -> None:
    colour = THEMES[theme].variables
    for good in ("status-done", "score-good", "score-fair"):
        for bad in ("status-missing", "status-partial", "score-poor", "score-bad"):
            assert difference(theme, colour[good], colour[bad]) > 0.1, f"{good}, {bad}"
    assert difference(theme, colour["status-missing"], colour["status-partial"]) > 0.1
    usual = THEMES["shipsmith-dark"].variables
    assert difference(theme, colour["score-good"], colour["score-bad"]) > difference(
        theme, usual["score-good"], usual["score-bad"]
    )


def test_good_is_blue_where_green_cannot_be_told() -> None:
    for theme in WITHOUT:
        red, green, blue = Color.parse(THEMES[theme].variables["score-good"]).rgb
        assert blue == max(red, green, blue)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "x.toml is no valid TOML"),
        ("name = 'x'\ndark = true", "x.toml lacks primary, secondary"),
        ("colour = 1", "x.toml: no key is called colour; there are name, title"),
        ("pirmary = '#fff'", "x.toml: no key is called pirmary; did you mean primary?"),
        ("base = 'lihgt'", "x.toml: base: no theme is called lihgt; did you mean shipsmith-light?"),
        ("base = 'dark'\nprimary = 'blu'", "x.toml: primary: blu is no colour; did you mean ansi_blue?"),
        ("base = 'dark'\nprimary = '#12'", "x.toml: primary: #12 is no colour; write it as #c9d1db"),
        ("base = 'dark'\ndark = 'yes'", "x.toml: dark is true or false, not yes."),
        ("base = 'dark'\nname = 3", "x.toml: name is a text in quotes, not 3."),
        (
            "base = 'dark'\n[variables]\nstatus-mising = '#fff'",
            "x.toml: no colour is called status-mising; did you mean status-missing?",
        ),
        ("base = 'dark'\nvariables = 3", "x.toml: variables is a table"),
    ],
)
def test_a_broken_theme_names_its_file_key_and_the_nearest_word(text: str, sentence: str) -> None:
    with pytest.raises(ThemeError) as error:
        parse(text, "x.toml", load())
    assert str(error.value).startswith(sentence)


def test_a_theme_of_ones_own_only_holds_what_it_changes(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'base = "light"\naccent = "#123456"\n[variables]\nkey = "#654321"\n'
    )
    (tmp_path / "broken.toml").write_text("accent = 1")
    (tmp_path / "notes.txt").write_text("no theme")
    (mine,), (error,) = load_folder(tmp_path)
    light = THEMES["shipsmith-light"]
    assert (mine.name, mine.title, mine.dark) == ("mine", "mine", False)
    assert mine.colours == light.colours | {"accent": "#123456"}
    assert mine.variables == light.variables | {"key": "#654321"}
    assert str(error).startswith("broken.toml lacks dark, primary")


def test_a_folder_that_is_not_there_holds_no_themes(tmp_path: Path) -> None:
    assert load_folder(tmp_path / "themes") == ((), ())
