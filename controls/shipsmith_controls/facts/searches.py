"""What a team looks for in files by itself: re2 expressions and ast-grep patterns.

re2 is linear; parsing for a pattern is not for every text (tree-sitter's C# takes 49 s for 50 kB of
`a<`), so that it belongs into a process that may be ended: see `search_process`.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import PurePosixPath
from typing import Any, TypeAlias

import re2
from ast_grep_py import SgRoot

from shipsmith_controls.facts.text import well_formed
from shipsmith_controls.knowledge.reading import folder, parse

Lines: TypeAlias = tuple[tuple[int, int], ...]
"""First and last line of some places in a file; lines count from 1."""
MOST_MATCHES = 100
"""Matches that are told of one file."""
LONGEST = 2_000
"""Characters of a pattern or expression."""
_REGEX_MEMORY = 1 << 20

_VARIABLE = re.compile(r"\$\$\$[A-Z_][A-Z0-9_]*|\$\$\$|\$\$?[A-Z_][A-Z0-9_]*")
_WORD = re.compile(r"\w{2,}")
_REASON = re.compile(r"^\s+\d+: (.*)$", re.MULTILINE)


class SearchError(ValueError):
    """A pattern or an expression that cannot be looked for; the message is half a sentence."""


@cache
def languages() -> dict[str, tuple[str, ...]]:
    """The languages in which patterns can be looked for, with the endings of their files."""
    text = (folder() / "languages.toml").read_text(encoding="utf-8")
    return {name: tuple(ends) for name, ends in parse(text, "languages.toml").items()}


def is_in(path: str, language: str) -> bool:
    """Whether a file is in a language, by its ending."""
    return PurePosixPath(path).suffix.lower() in languages()[language]


def check_pattern(pattern: str, language: str) -> None:
    """Raises SearchError when a pattern cannot be looked for, or could never be found."""
    if len(pattern) > LONGEST:
        raise SearchError(f"has {len(pattern):,} characters; {LONGEST:,} is the most")
    if not pattern.strip():
        raise SearchError("is empty; write a piece of code, with $NAME for what may vary")
    try:
        SgRoot("", language).root().find(pattern=pattern)
    except RuntimeError as error:
        reasons = _REASON.findall(str(error))
        reason = reasons[-1].split(" Please")[0].rstrip(". ") if reasons else "it cannot be parsed"
        raise SearchError(f"is no single piece of {language}: {reason}") from None
    plain = SgRoot(_VARIABLE.sub("name_", pattern), language).root()
    if plain.find(kind="ERROR") is not None or plain.kind() == "ERROR":
        raise SearchError(
            f"is no whole piece of {language}, so it would never be found; "
            "write a statement or an expression that stands by itself, or use `regex`"
        )


def check_regex(expression: str) -> None:
    """Raises SearchError when an expression cannot be looked for."""
    if len(expression) > LONGEST:
        raise SearchError(f"has {len(expression):,} characters; {LONGEST:,} is the most")
    try:
        found = _compiled(expression).search(b"")
    except re2.error as error:
        said = error.args[0] if error.args else ""
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        hint = "; look-around and back references are not to be had" if "operator" in text else ""
        text = text.replace("(?m)", "")
        raise SearchError(f"is no regular expression that re2 takes: {text}{hint}") from None
    if found is not None:
        raise SearchError("matches even where there is nothing, so it would be found everywhere")


def find_regex(text: str, expression: str) -> Lines:
    """First and last line of each match, the first hundred; `^` and `$` are those of a line."""
    source = well_formed(text).encode()
    starts = [0, *(match.end() for match in re.finditer(b"\n", source))]
    found: dict[tuple[int, int], None] = {}
    for match in _compiled(expression).finditer(source):
        last = max(match.end() - 1, match.start())
        found[bisect.bisect_right(starts, match.start()), bisect.bisect_right(starts, last)] = None
        if len(found) == MOST_MATCHES:
            break
    return tuple(found)


def may_hold(text: str, pattern: str) -> bool:
    """Whether a text holds every word that a match of the pattern would; if not, none is there."""
    return all(word in text for word in _words(pattern))


def find_patterns(text: str, patterns: Iterable[str], language: str) -> Lines:
    """First and last line of each match, the first hundred of each pattern, in order."""
    root = SgRoot(text, language).root()
    found: set[tuple[int, int]] = set()
    for pattern in patterns:
        for node in root.find_all(pattern=pattern)[:MOST_MATCHES]:
            at = node.range()
            found.add((at.start.line + 1, at.end.line + 1))
    return tuple(sorted(found))


@lru_cache(maxsize=512)
def _words(pattern: str) -> tuple[str, ...]:
    """Words that any match of a pattern holds as they stand."""
    return tuple(_WORD.findall(_VARIABLE.sub(" ", pattern)))


@lru_cache(maxsize=512)
def _compiled(expression: str) -> Any:  # re2 has no types
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _REGEX_MEMORY
    return re2.compile(f"(?m){well_formed(expression)}".encode(), options)
