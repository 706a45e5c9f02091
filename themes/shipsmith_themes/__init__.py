"""Themes, one TOML file each, and the stylesheet of the dashboard. Plain data: no screen is imported."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

DEFAULT = "shipsmith-dark"
"""The theme that is shown when none is asked for."""

_FIELDS = (
    "primary", "secondary", "accent", "foreground", "background", "surface", "panel", "success",
    "warning", "error",
)  # fmt: skip


class ThemeError(ValueError):
    """A theme file does not hold what it must; the sentence names the file and the key."""


@dataclass(frozen=True)
class ThemeData:
    """Colours of a theme. `colours` are the fields of a Textual theme, `variables` our own names."""

    name: str
    title: str
    dark: bool
    colours: dict[str, str]
    variables: dict[str, str] = field(default_factory=dict)


def load() -> tuple[ThemeData, ...]:
    """The themes that come with the product, dark ones first. Raises ThemeError."""
    found = [
        parse(entry.read_text(encoding="utf-8"), entry.name)
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda theme: (not theme.dark, theme.name)))


def parse(text: str, source: str) -> ThemeData:
    """Read a theme from TOML. Raises ThemeError, naming `source`."""
    try:
        table: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"{source} is no valid TOML: {error}.") from error
    missing = [key for key in ("name", "dark", *_FIELDS) if key not in table]
    if missing:
        raise ThemeError(f"{source} lacks {', '.join(missing)}; see dark.toml for all keys.")
    known = {"name", "title", "dark", "variables", *_FIELDS}
    unknown = [key for key in table if key not in known]
    if unknown:
        raise ThemeError(f"{source} has unknown keys: {', '.join(unknown)}.")
    return ThemeData(
        name=str(table["name"]),
        title=str(table.get("title", table["name"])),
        dark=bool(table["dark"]),
        colours={key: str(table[key]) for key in _FIELDS},
        variables={key: str(value) for key, value in table.get("variables", {}).items()},
    )


def stylesheet() -> str:
    """The dashboard's stylesheet, as Textual CSS."""
    return files(__name__).joinpath("dashboard.tcss").read_text(encoding="utf-8")
