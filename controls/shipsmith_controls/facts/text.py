"""Bytes to text and lines: what every reader of a non-code file starts with."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(source: bytes) -> str:
    r"""The text of a file, with `\n` line ends and without byte order mark; never raises.

    UTF-8 unless a mark says UTF-16; what cannot be decoded becomes U+FFFD.
    """
    for mark, encoding in _MARKS:
        if source.startswith(mark):
            text = source[len(mark) :].decode(encoding, "replace")
            break
    else:
        text = source.decode("utf-8", "replace")
    return text.replace("\r\n", "\n")


def lines(text: str) -> list[str]:
    r"""The lines of a text, split at `\n` only, so that line numbers equal those of an editor."""
    return text.split("\n")


def collapse(text: str) -> str:
    """The text with every run of white space made one space."""
    return " ".join(text.split())


def well_formed(text: str) -> str:
    """The text with lone surrogates (which no encoder takes) replaced."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def unquote(text: str) -> str:
    """The text without one pair of surrounding quotes, when both are there."""
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text


def joined_lines(
    text: str, escape: str = "\\", first: int = 1, comment: str = "\x00"
) -> list[tuple[int, str]]:
    """Logical lines as (number of the first line, text): lines ending in `escape` are joined.

    Inside a continuation, lines that begin with `comment` are dropped, as Dockerfiles want it.
    """
    logical: list[tuple[int, str]] = []
    pending: list[str] = []
    start = first
    for number, line in enumerate(lines(text), first):
        if pending and line.lstrip().startswith(comment):
            continue
        if not pending:
            start = number
        body = line.rstrip()
        if body.endswith(escape) and not body.endswith(escape * 2):
            pending.append(body[: -len(escape)])
            continue
        pending.append(line)
        logical.append((start, " ".join(part.strip() if i else part for i, part in enumerate(pending))))
        pending = []
    if pending:
        logical.append((start, " ".join(part.strip() if i else part for i, part in enumerate(pending))))
    return logical


def glob_pattern(glob: str) -> str:
    """GitHub's globs as a regular expression: `*` and `?` stay inside a name, `**` spans folders."""
    parts: list[str] = []
    at = 0
    while at < len(glob):
        if glob.startswith("**/", at):
            parts.append("(?:.*/)?")
            at += 3
        elif glob.startswith("**", at):
            parts.append(".*")
            at += 2
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(glob[at], re.escape(glob[at])))
            at += 1
    return "".join(parts)
