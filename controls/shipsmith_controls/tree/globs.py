"""Exclude globs with the meaning they have in `.gitignore`, matched in linear time.

`*` and `?` stay inside one folder or file name, `[ab]` is one of some characters, `**` spans
folders, a trailing `/` asks for a folder. A glob with a `/` before its end counts from the root,
one without matches at any depth. A glob that matches a folder covers everything below it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import re2

_PROBE = "\x01" * 40
"""A name that no glob for particular names matches."""


class GlobError(ValueError):
    """An exclude glob that cannot be used; the message says which and why."""


class Globs:
    """Some globs as one compiled pattern.

    Raises:
        GlobError: a glob is empty, negated, or has an unclosed bracket.
    """

    def __init__(self, globs: Iterable[str] = ()) -> None:
        self.globs = tuple(globs)
        options = re2.Options()
        options.log_errors = False
        options.dot_nl = True
        pattern = "|".join(_translate(glob) for glob in self.globs)
        try:
            self._pattern = re2.compile(pattern, options) if pattern else None
        except re2.error as error:
            raise GlobError(f"exclude: these globs are too large or malformed: {error}") from error

    def matches(self, path: str) -> bool:
        """Whether a file is excluded, by itself or by a folder above it."""
        if self._pattern is None:
            return False
        if not path.isascii():
            path = os.fsencode(path).decode("utf-8", "replace")
        return self._pattern.fullmatch(path) is not None

    def covers(self, folder: str) -> bool:
        """Whether every file below a folder is excluded."""
        return self._pattern is not None and self.matches(f"{folder}/{_PROBE}")


def _translate(glob: str) -> str:
    if not glob.strip("/"):
        raise GlobError(f"exclude: {glob!r} matches nothing; write a path or pattern such as 'vendor/**'")
    if glob.startswith("!"):
        raise GlobError(f"exclude: {glob!r} is negated; only globs that exclude are supported")
    body = glob.rstrip("/")
    prefix = "" if "/" in body else "(?:.*/)?"
    parts = body.lstrip("/").split("/")
    pattern = prefix
    for part in parts[:-1]:
        pattern += "(?:[^/]+/)*" if part == "**" else _name(part, glob) + "/"
    if parts[-1] == "**":
        return f"(?:{pattern}.+)"
    below = "/.+" if glob.endswith("/") else "(?:/.+)?"
    return f"(?:{pattern}{_name(parts[-1], glob)}{below})"


def _name(part: str, glob: str) -> str:
    """One name of a glob as a pattern."""
    pattern = ""
    at = 0
    while at < len(part):
        char = part[at]
        at += 1
        if char == "*":
            pattern += "[^/]*"
        elif char == "?":
            pattern += "[^/]"
        elif char == "\\" and at < len(part):
            pattern += re2.escape(part[at])
            at += 1
        elif char == "[":
            end = part.find("]", at + (2 if part[at : at + 1] in ("!", "^") else 1))
            if end < 0:
                raise GlobError(f"exclude: {glob!r} has a '[' without its ']'")
            pattern += _characters(part[at:end])
            at = end + 1
        else:
            pattern += re2.escape(char)
    return pattern


def _characters(body: str) -> str:
    negated = body[0] in "!^"
    escaped = body[1 if negated else 0 :].replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"[^/{escaped}]" if negated else f"[{escaped.replace('^', chr(92) + '^')}]"
