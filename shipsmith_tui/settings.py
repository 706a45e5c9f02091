"""What a user prefers: `config.toml` and `themes/` in the user's configuration folder, never in a tree.

A mistake takes nothing else away: the key stays as it was, and a sentence names file, line, key and
the nearest valid word.
"""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec
import platformdirs
import shipsmith_themes
from shipsmith_controls.knowledge.reading import nearest
from shipsmith_controls.toml_layout import statements

FILE_NAME = "config.toml"
_MOST_BYTES = 100_000


def _about(sentence: str) -> msgspec.Meta:
    return msgspec.Meta(description=sentence)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of `config.toml`, all of them optional."""

    theme: Annotated[str, _about("Name of a theme; `t` shows them one after the other.")] = (
        shipsmith_themes.DEFAULT
    )
    mouse: Annotated[bool, _about("Whether the mouse scrolls and chooses; `m` switches it.")] = True
    title: Annotated[bool, _about("Whether the terminal's title tells the score.")] = True
    notify: Annotated[
        Literal["toast", "bell", "off"],
        _about("How the pane tells, while it has no focus, that a control began or ceased to fail."),
    ] = "toast"
    editor: Annotated[
        str, _about("Command that opens a file at a line; without it $VISUAL, then $EDITOR.")
    ] = ""
    clipboard: Annotated[
        Literal["auto", "terminal", "system"],
        _about("Where copies go: through the terminal (OSC 52), the system's own tool, or both."),
    ] = "auto"
    resume: Annotated[
        bool, _about("Whether a tree opens as it was left: selection, filter, order, lens, zoom, theme.")
    ] = True
    locations: Annotated[
        bool, _about("Whether .shipsmith-locations in the tree lists the findings for your editor.")
    ] = False
    plain: Annotated[bool, _about("A line per change instead of panes, as --plain.")] = False
    keys: Annotated[
        dict[str, str],
        _about('Keys of actions, such as "act.edit" = "o"; several are apart by commas.'),
    ] = {}


_DEFAULTS = Settings()
_EXPECTED: dict[Any, str] = {
    bool: "true or false",
    str: "a text in quotes",
    dict[str, str]: 'a table of texts, such as act.edit = "o"',
}


class Loaded(NamedTuple):
    """Settings with their defaults, the keys that the file set, and what is wrong with it."""

    settings: Settings
    given: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def folder() -> Path:
    """The user's configuration folder: `$XDG_CONFIG_HOME/shipsmith` where there is such a thing."""
    return Path(platformdirs.user_config_dir("shipsmith"))


def file() -> Path:
    """Where `config.toml` is, or would be."""
    return folder() / FILE_NAME


def themes_folder() -> Path:
    """Where a user's own themes are."""
    return folder() / "themes"


def stamp() -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of the user's files; another value than before means that one was edited."""
    found = []
    for path in (file(), *sorted(themes_folder().glob("*.toml"))):
        with contextlib.suppress(OSError):
            status = path.stat()
            found.append((path.name, status.st_mtime_ns, status.st_size))
    return tuple(found)


def load(before: Settings = _DEFAULTS) -> Loaded:
    """The user's settings; the defaults when there is no file, `before` when it cannot be read."""
    try:
        data = file().read_bytes()
    except FileNotFoundError:
        return Loaded(_DEFAULTS)
    except OSError as error:
        return Loaded(before, problems=(f"{FILE_NAME} cannot be read: {error.strerror}.",))
    return parse(data, before)


def parse(data: bytes, before: Settings = _DEFAULTS) -> Loaded:
    """Read `config.toml`. Every key is judged by itself; one that is wrong stays as it was `before`."""
    if len(data) > _MOST_BYTES:
        return Loaded(before, problems=(f"{FILE_NAME} is larger than {_MOST_BYTES // 1000} kB.",))
    try:
        text = data.decode("utf-8-sig")
        table = tomllib.loads(text)
    except UnicodeDecodeError:
        return Loaded(before, problems=(f"{FILE_NAME} is no UTF-8 text.",))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Loaded(before, problems=(f"{FILE_NAME} is no valid TOML: {error}.",))
    lines = {statement.name: statement.line for statement in statements(text)}
    if isinstance(table.get("keys"), dict):
        table["keys"] = _flat(table["keys"])
    values: dict[str, Any] = {}
    problems: list[str] = []
    for key, value in table.items():
        place = f"{FILE_NAME}:{lines[key]}" if key in lines else FILE_NAME
        problem = _problem(key, value)
        if problem:
            problems.append(f"{place}: {problem}")
        if not problem:
            values[key] = value
        elif key in Settings.__struct_fields__:
            values[key] = getattr(before, key)
    return Loaded(Settings(**values), tuple(table), tuple(problems))


def schema() -> dict[str, Any]:
    """The JSON schema of `config.toml`."""
    return msgspec.json.schema(Settings)


def about(key: str) -> str:
    """What a key is for, in a sentence."""
    hint = get_type_hints(Settings, include_extras=True)[key]
    return str(hint.__metadata__[0].description)


def no_theme(name: str, known: Collection[str]) -> str:
    """That there is no such theme, and which is nearest."""
    hint = nearest(name, known) or nearest(f"shipsmith-{name}", known) or f"; there are {_listed(known)}."
    return f"no theme is called {name}{hint}"


def _problem(key: str, value: object) -> str:
    """What is wrong with a key, "" when it is right."""
    known = Settings.__struct_fields__
    if key not in known:
        return f"no key is called `{key}`{nearest(key, known) or f'; there are {_listed(known)}.'}"
    kind = get_type_hints(Settings)[key]
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        words = get_args(kind) if get_origin(kind) is Literal else ()
        expected = f"one of {_listed(words)}" if words else _EXPECTED[kind]
        return f"`{key}` is {expected}, not {value!r}{nearest(str(value), words) or '.'}"
    return ""


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """`act.edit = "o"` without quotes is a table in a table; its keys, joined again."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
