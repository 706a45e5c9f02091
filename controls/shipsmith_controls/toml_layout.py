"""Where the tables and keys of a TOML text stand; tomllib gives values without their lines."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

import msgspec

_PIECE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{}\n]"
    r"|[^\"'#\[\]{}\n]+",
    re.DOTALL,
)

Kind: TypeAlias = Literal["key", "table", "entry"]


class Statement(msgspec.Struct, frozen=True):
    """One statement of a TOML text: `key = value`, `[table]`, or `[[entry]]` of an array of tables.

    Lines count from 1; `end_line` is the last line of a value that spans several. `name` is the
    key or table name without quotes, dotted as written.
    """

    kind: Kind
    name: str
    line: int
    end_line: int


def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a valid TOML text in order; the result for an invalid one is undefined."""
    found: list[Statement] = []
    line, first, depth, logical = 1, 1, 0, ""
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == "\n" and depth == 0:
            _take(found, logical, first, line)
            logical, first = "", line + 1
        elif not piece.startswith("#"):
            depth += (piece in "[{") - (piece in "]}")
            logical += piece
        line += piece.count("\n")
    _take(found, logical, first, line)
    return tuple(found)


def _take(found: list[Statement], logical: str, first: int, last: int) -> None:
    head = logical.strip()
    if not head:
        return
    if head.startswith("[["):
        found.append(Statement("entry", _plain(head.strip("[] \t\r")), first, last))
    elif head.startswith("["):
        found.append(Statement("table", _plain(head.strip("[] \t\r")), first, last))
    else:
        found.append(Statement("key", _key_of(head), first, last))


def _key_of(head: str) -> str:
    if head[0] in "\"'":
        return head[1 : head.index(head[0], 1)]
    return _plain(head.split("=", 1)[0])


def _plain(name: str) -> str:
    return name.strip().strip("\"'").strip()
