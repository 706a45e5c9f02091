"""What the dashboard offers by name, as data: editors and how they open a line, reasons to pick from."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import msgspec


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason to begin with; `days` is how long it should hold, 0 for ever."""

    text: str
    days: int = 0


class Editor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the commands called `names` open a place; see the head of editors.toml."""

    names: tuple[str, ...]
    place: tuple[str, ...]
    window: bool = False
    terminal: tuple[str, ...] = ()
    server: str = ""
    inside: tuple[str, ...] = ()


class _Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: tuple[Reason, ...]


class _Editors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    editor: tuple[Editor, ...]


@cache
def reasons() -> tuple[Reason, ...]:
    """Reasons for an acknowledgement, the most usual first."""
    return msgspec.convert(_read("reasons.toml"), _Reasons).reason


@cache
def editors() -> dict[str, Editor]:
    """Editors by the name of their command."""
    known = msgspec.convert(_read("editors.toml"), _Editors).editor
    return {name: editor for editor in known for name in editor.names}


def _read(name: str) -> dict[str, object]:
    return tomllib.loads((resources.files(__name__) / name).read_text(encoding="utf-8"))
