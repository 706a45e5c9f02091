"""TOML that a tree brings along, read with care: size, encoding, conflicts, keys that take for ever."""

from __future__ import annotations

import re
import tomllib
from typing import Any

MOST_BYTES = 1_000_000
_MAX_DOTS_IN_LINE, _MAX_DOTS = 1_000, 100_000
"""tomllib is superlinear in dotted keys: 20,000 parts take 5 s, 1,000 take 0.01 s."""

_CONFLICT = re.compile(r"^(?:<{7} |={7}\r?$|>{7} |\|{7} )", re.MULTILINE)


class TomlError(ValueError):
    """Bytes that are no TOML. The message is a sentence without the place; `line` is 0 when unknown."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        self.line = line
        super().__init__(sentence)


def read(data: bytes) -> tuple[str, dict[str, Any]]:
    """The text and what it says; a leading byte order mark is accepted.

    Raises:
        TomlError: too large, not UTF-8, with merge conflict markers, or no TOML.
    """
    text = _decoded(data)
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TomlError(f"not valid TOML: {error}", _line_in(str(error), text)) from None
    except (RecursionError, ValueError) as error:
        raise TomlError(f"not readable as TOML: {error}") from None


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise TomlError(f"larger than {MOST_BYTES // 1000} kB; remove entries no longer needed")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TomlError("not UTF-8 text; save the file as UTF-8", line) from None
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        raise TomlError("holds merge conflict markers; resolve the conflict first", line)
    for number, content in enumerate(text.split("\n"), 1):
        if content.count(".") > _MAX_DOTS_IN_LINE:
            raise TomlError("a line with too many dots to be read safely; split it", number)
    if text.count(".") > _MAX_DOTS:
        raise TomlError("too many dotted keys to be read safely")
    return text


def _line_in(message: str, text: str) -> int:
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else text.rstrip("\n").count("\n") + 1
