"""Knowledge files: TOML read, checked against a struct, mistakes explained in one sentence."""

from __future__ import annotations

import difflib
import re
import tomllib
import types
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable

T = TypeVar("T")

_WHERE = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?\$(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]|\[\.\.\.\]")
_WORD = re.compile(r"`([^`]+)`|'([^']+)'")


class KnowledgeError(ValueError):
    """A mistake in a knowledge file; its text names file, entry, key and the nearest valid word."""


def folder() -> Traversable:
    """The folder of the shipped knowledge files."""
    return resources.files("shipsmith_controls.knowledge")


def parse(text: str, name: str) -> dict[str, Any]:
    """The tables of one TOML file called `name`.

    Raises:
        KnowledgeError: the text is no TOML; the message has the parser's line and column.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{name}: this is not valid TOML: {error}."
        raise KnowledgeError(message) from error


def build(raw: object, shape: type[T], name: str) -> T:
    """`raw` as the struct `shape`; `name` is the file the mistakes are reported in.

    Raises:
        KnowledgeError: a key is unknown or missing, or a value is of the wrong kind.
    """
    try:
        return msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        raise KnowledgeError(explain(str(error), raw, shape, name)) from error


def explain(problem: str, raw: object, shape: Any, name: str) -> str:
    """One sentence on a msgspec error: file, entry, key, what is wrong, the nearest valid word."""
    match = _WHERE.match(problem)
    what, path = (match["what"], match["path"] or "") if match else (problem, "")
    entry, key, expected = _walk(_STEP.findall(path), raw, shape)
    word = _WORD.search(what)
    hint = ""
    if word is not None:
        hint = nearest(word[1] or word[2], _valid_words(expected))
    place = ", ".join(filter(None, (name, entry, f"key `{key}`" if key else "")))
    return f"{place}: {what}{hint or '.'}"


def nearest(word: str, valid: Iterable[str]) -> str:
    """`; did you mean …?` with the nearest valid word, or nothing when none is near."""
    close = difflib.get_close_matches(word, list(valid), n=1, cutoff=0.5)
    return f"; did you mean `{close[0]}`?" if close else ""


def _walk(steps: list[tuple[str, str]], raw: object, shape: Any) -> tuple[str, str, Any]:
    """The named entries on the way, the last key, and the type expected there."""
    entries: list[str] = []
    table = ""
    key = ""
    for attribute, index in steps:
        if attribute:
            shape = _member(shape, attribute)
            raw = raw.get(attribute) if isinstance(raw, dict) else None
            table = key = attribute
        elif index:
            shape = _item(shape)
            raw = raw[int(index)] if isinstance(raw, list) and int(index) < len(raw) else None
            if isinstance(raw, dict):
                entries.append(_label(table, int(index), raw))
                key = ""
        else:
            shape = _item(shape)
    return ", ".join(entries), key, shape


def _label(table: str, index: int, entry: dict[str, Any]) -> str:
    for name in ("key", "name", "pattern", "title"):
        if isinstance(entry.get(name), str):
            return f"{table} `{entry[name]}`"
    return f"{table} {index + 1}"


def _plain(shape: Any) -> Any:
    """The struct inside `X | None`."""
    if get_origin(shape) in (Union, types.UnionType):
        inside = [part for part in get_args(shape) if part is not type(None)]
        structs = [part for part in inside if isinstance(part, type) and issubclass(part, msgspec.Struct)]
        return structs[0] if structs else inside[0]
    return shape


def _member(shape: Any, name: str) -> Any:
    shape = _plain(shape)
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        return get_type_hints(shape).get(name, Any)
    return _item(shape)


def _item(shape: Any) -> Any:
    arguments = [part for part in get_args(_plain(shape)) if part is not Ellipsis]
    return arguments[-1] if arguments else Any


def _valid_words(shape: Any) -> tuple[str, ...]:
    shape = _plain(shape)
    if get_origin(shape) is Literal:
        return tuple(str(value) for value in get_args(shape))
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        return shape.__struct_encode_fields__
    return ()
