"""The showing boundary: every text from a scanned tree passes `show` before it meets a terminal.

A file name or a source line may hold escape sequences that write the clipboard, bidirectional marks
that reorder what is read, or hundreds of combining marks. `show` turns all of them into visible
tokens; its result is a type of its own, and everything that draws takes only that type.

This module imports nothing of the screen, so that plain reports can use it too.
"""

from __future__ import annotations

import unicodedata
from typing import NewType

Shown = NewType("Shown", str)
"""Text that is safe to draw on one line. Call it directly only on this program's own words."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
_NAMED = {"\n": "␊", "\t": "→", "\x7f": "␡"}
_MOST_MARKS = 2


def show(text: str, limit: int = 400) -> Shown:
    """Make a text drawable on one line: no control, format, bidi or unassigned character remains.

    Control characters become their pictures (`␛`, `␊`, tabs `→`), other unseen ones `<U+202E>`, bytes
    that were no UTF-8 `<FF>`; at most two combining marks follow a character. The result has at most
    `limit` characters, the last of them `…` when something was left off.
    """
    head = text[: limit + 1]
    if not (head.isascii() and head.isprintable()):
        head = _visible(head)
    if len(head) <= limit:
        return Shown(head)
    return Shown(head[: limit - 1] + "…" if limit > 0 else "")


def show_lines(text: str, limit: int = 400, most: int = 200) -> tuple[Shown, ...]:
    """The lines of a text, each made drawable; tabs become spaces, as in source code."""
    return tuple(show(line.rstrip("\r").expandtabs(4), limit) for line in text.split("\n")[:most])


def _visible(text: str) -> str:
    out: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category in _MARKS:
            marks += 1
            if marks <= _MOST_MARKS:
                out.append(char)
            elif marks == _MOST_MARKS + 1:
                out.append("…")
            continue
        marks = 0
        out.append(_token(char) if category in _UNSEEN or char in _FILLERS else char)
    return "".join(out)


def _token(char: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if 0xDC80 <= code <= 0xDCFF:
        return f"<{code - 0xDC00:02X}>"
    return f"<U+{code:04X}>"
