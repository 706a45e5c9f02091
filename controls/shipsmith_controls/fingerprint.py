"""The identity of a finding: it survives line moves and re-indentation, not a change of the words."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_IGNORE_COMMENT = re.compile(
    r"(?:\{\s*/\*|/\*|\*|//|<!--|--|#|;)[ \t]*shipsmith:[ \t]*ignore\[[^\]\r\n]*\]"
    r"[^\r\n]*?(?:\*/\s*\}?|-->|(?=[\r\n])|\Z)"
)
"""`# shipsmith: ignore[RES-03, RES-04] reason` in the comment styles of the languages we read."""


def fingerprint(control: str, path: str, text_of_lines: str, ordinal: int = 0) -> str:
    """16 hex characters that name a finding.

    Args:
        control: id of the control, such as `RES-03`.
        path: path relative to the root of the tree.
        text_of_lines: the source line or lines that the finding stands on.
        ordinal: position among findings of this control in this file with equal text, from 0.
    """
    words = " ".join(_IGNORE_COMMENT.sub(" ", text_of_lines).split())
    identity = "\0".join((control, path, words, str(ordinal)))
    return hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def fingerprints(control: str, places: Iterable[tuple[str, str]]) -> list[str]:
    """Fingerprints of all findings of one control, given as (path, text of lines) in file order."""
    seen: Counter[str] = Counter()
    result = []
    for path, text in places:
        first = fingerprint(control, path, text)
        result.append(first if not seen[first] else fingerprint(control, path, text, seen[first]))
        seen[first] += 1
    return result
