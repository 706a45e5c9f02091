"""Environment files: `.env`, `.env.example` and their kin."""

from __future__ import annotations

import re

from shipsmith_controls.facts.containers import Variable
from shipsmith_controls.facts.text import decode, lines

_NAME = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]\s*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_MAX_SPAN = 200


def extract(source: bytes) -> tuple[Variable, ...]:
    """The variables of an environment file, in order; an empty value is ""; never raises.

    Quotes are taken off, a comment after a value is dropped, a quoted value may span lines, and
    `${OTHER}` stays as written.
    """
    rows = lines(decode(source))
    found: list[Variable] = []
    at = 0
    while at < len(rows):
        head = _NAME.match(rows[at])
        if head is None or rows[at].lstrip().startswith("#"):
            at += 1
            continue
        value, following = _value(rows, at, rows[at][head.end() :])
        found.append(Variable(head[1], value, at + 1))
        at = following
    return tuple(found)


def _value(rows: list[str], at: int, rest: str) -> tuple[str, int]:
    quote = rest[:1]
    if quote not in ('"', "'", "`") or not quote:
        return re.split(r"(?:^|\s)#", rest, maxsplit=1)[0].strip(), at + 1
    closing = re.compile(rf"((?:\\.|[^\\{quote}])*){quote}" if quote == '"' else f"([^{quote}]*){quote}")
    text = rest[1:]
    for following in range(at + 1, min(len(rows), at + _MAX_SPAN) + 1):
        done = closing.match(text)
        if done is not None:
            value = done[1]
            if quote == '"':
                value = re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), value)
            return value, following
        if following < len(rows):
            text = f"{text}\n{rows[following]}"
    return rest.strip(), at + 1
