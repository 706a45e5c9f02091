"""Themes, one TOML file each, and the stylesheet of the dashboard. Plain data: no screen is imported."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

DEFAULT = "shipsmith-dark"
"""The theme that is shown when none is asked for."""

_FIELDS = (
    "primary", "secondary", "accent", "foreground", "background", "surface", "panel", "success",
    "warning", "error",
)  # fmt: skip
_KEYS = ("name", "title", "dark", "ansi", "base", "variables", *_FIELDS)
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_HUES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_ANSI = ("ansi_default", *(f"ansi_{bright}{hue}" for bright in ("", "bright_") for hue in _HUES))


class ThemeError(ValueError):
    """A theme file does not hold what it must; the sentence names the file and the key."""


@dataclass(frozen=True)
class ThemeData:
    """Colours of a theme. `colours` are the fields of a Textual theme, `variables` our own names.

    `ansi`: its colours are the sixteen of the terminal.
    """

    name: str
    title: str
    dark: bool
    colours: dict[str, str]
    variables: dict[str, str] = field(default_factory=dict)
    ansi: bool = False


@cache
def load() -> tuple[ThemeData, ...]:
    """The themes that come with the product, the usual one first. Raises ThemeError."""
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".toml")
    }
    found: list[ThemeData] = []
    # One that stands on another is read after those that stand alone.
    for name, text in sorted(texts.items(), key=lambda item: ("\nbase = " in item[1], item[0])):
        found.append(parse(text, name, found))
    return tuple(sorted(found, key=lambda theme: (theme.name != DEFAULT, theme.ansi)))


def load_folder(folder: Path) -> tuple[tuple[ThemeData, ...], tuple[ThemeError, ...]]:
    """The themes of a user's folder, and what is wrong with the others; nothing when there is none."""
    found: list[ThemeData] = []
    errors: list[ThemeError] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(parse(path.read_text(encoding="utf-8"), path.name, load()))
        except OSError as error:
            errors.append(ThemeError(f"{path.name} cannot be read: {error.strerror}."))
        except UnicodeDecodeError:
            errors.append(ThemeError(f"{path.name} is no UTF-8 text."))
        except ThemeError as error:
            errors.append(error)
    return tuple(found), tuple(errors)


def parse(text: str, source: str, bases: Iterable[ThemeData] = ()) -> ThemeData:
    """Read a theme from TOML. Raises ThemeError, naming `source`.

    A theme with a `base`, the name of one of `bases`, only holds what it changes. Without a `name` it
    is called like its file.
    """
    try:
        table: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ThemeError(f"{source} is no valid TOML: {error}.") from error
    _only_known(source, "key", table, _KEYS)
    others = {theme.name: theme for theme in bases}
    base = _base(source, table.get("base"), others)
    if base is None:
        missing = [key for key in ("dark", *_FIELDS) if key not in table]
        if missing:
            raise ThemeError(
                f"{source} lacks {', '.join(missing)}; name them, or begin with a line "
                f'base = "{DEFAULT}" and change what you like.'
            )
    changed = _colours(source, table.get("variables", {}), "variables.")
    if known := base or next(iter(others.values()), None):
        _only_known(source, "colour", changed, known.variables)
    name = _word(source, table, "name", source.removesuffix(".toml"))
    return ThemeData(
        name=name,
        title=_word(source, table, "title", name),
        dark=_choice(source, table, "dark", base.dark if base else True),
        ansi=_choice(source, table, "ansi", base.ansi if base else False),
        colours=(base.colours if base else {})
        | _colours(source, {key: table[key] for key in _FIELDS if key in table}),
        variables=(base.variables if base else {}) | changed,
    )


def stylesheet() -> str:
    """The dashboard's stylesheet, as Textual CSS."""
    return files(__name__).joinpath("dashboard.tcss").read_text(encoding="utf-8")


def find(name: str, themes: Iterable[ThemeData]) -> ThemeData | None:
    """The theme of that name; `dark` is short for `shipsmith-dark`."""
    known = {theme.name: theme for theme in themes}
    return known.get(name) or known.get(f"shipsmith-{name}")


def _base(source: str, name: object, bases: Mapping[str, ThemeData]) -> ThemeData | None:
    if name is None:
        return None
    base = find(str(name), bases.values())
    if base is None:
        near = _nearest(f"shipsmith-{name}", bases)
        raise ThemeError(f"{source}: base: no theme is called {name}{near}")
    return base


def _colours(source: str, values: object, place: str = "") -> dict[str, str]:
    if not isinstance(values, dict):
        raise ThemeError(f"{source}: variables is a table; it begins with a line [variables].")
    for key, value in values.items():
        if not isinstance(value, str) or not (_HEX.fullmatch(value) or value in _ANSI):
            word = f"ansi_{str(value).removeprefix('ansi_')}"
            near = difflib.get_close_matches(word, _ANSI, n=1, cutoff=0.75)
            hint = f"did you mean {near[0]}?" if near else "write it as #c9d1db or ansi_blue."
            raise ThemeError(f"{source}: {place}{key}: {value} is no colour; {hint}")
    return values


def _word(source: str, table: dict[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or not value.strip():
        raise ThemeError(f"{source}: {key} is a text in quotes, not {value}.")
    return value


def _choice(source: str, table: dict[str, Any], key: str, default: bool) -> bool:
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise ThemeError(f"{source}: {key} is true or false, not {value}.")
    return value


def _only_known(source: str, what: str, keys: Iterable[str], known: Iterable[str]) -> None:
    for key in keys:
        if key not in known:
            raise ThemeError(f"{source}: no {what} is called {key}{_nearest(key, known)}")


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}."
