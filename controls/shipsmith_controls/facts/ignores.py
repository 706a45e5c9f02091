"""Inline notes that set a control aside for one line: `shipsmith: ignore[RES-03, COS-01] reason`."""

from __future__ import annotations

import re

from shipsmith_controls.facts.code import Fact
from shipsmith_controls.facts.text import collapse, decode

_NOTE = re.compile(
    r"(?:#|//|/\*|<!--|--|;|\{/\*|\*)[ \t]*shipsmith:[ \t]*ignore"
    r"\[([^\]\n]{0,200})\][ \t]*:?[ \t]*([^\n]{0,500})"
)
_CONTROL = re.compile(r"[A-Z][A-Z0-9]*-\d+\Z")
_CLOSERS = re.compile(r"\s*(?:\*/\}?|-->)\s*$")


class Ignore(Fact, frozen=True):
    """A note to set controls aside on `line`; `reason` is "" when none is given."""

    line: int
    controls: tuple[str, ...]
    reason: str
    own_line: bool
    """The note stands alone and hence speaks of the next line."""


def extract(source: bytes) -> tuple[Ignore, ...]:
    """The notes of a file in any comment style; never raises.

    Words in the brackets that are no control are dropped.
    """
    if b"shipsmith:" not in source and b"s\0h\0i\0p" not in source:
        return ()
    text = decode(source)
    found: list[Ignore] = []
    line, counted = 1, 0
    for note in _NOTE.finditer(text):
        line += text.count("\n", counted, note.start())
        counted = note.start()
        words = (word.strip().upper() for word in note[1].split(","))
        controls = tuple(word for word in words if _CONTROL.match(word))
        if controls:
            before = text[text.rfind("\n", 0, note.start()) + 1 : note.start()]
            reason = collapse(_CLOSERS.sub("", note[2]))
            found.append(Ignore(line, controls, reason, not before.strip()))
    return tuple(found)
