"""Where a tree comes from: its base, what changed since, and the scores of its last commits."""

from __future__ import annotations

import datetime
import hashlib

import msgspec
from shipsmith_controls.since import Past, Since
from shipsmith_controls.standards import Standards


class Conditions(msgspec.Struct, frozen=True):
    """What a verdict stands on besides the files of a commit."""

    standards: Standards
    day: datetime.date

    def digest(self) -> str:
        """A name for these conditions in the file system."""
        return hashlib.blake2b(msgspec.msgpack.encode(self), digest_size=8).hexdigest()


class Found(msgspec.Struct, frozen=True, tag="found"):
    """The base that was found: a full commit id and its name; or both "" and why there is none."""

    commit: str = ""
    name: str = ""
    note: str = ""


class Trend(msgspec.Struct, frozen=True, tag="trend"):
    """Scores of the last commits of the branch, the oldest first; None where not known (yet)."""

    scores: tuple[int | None, ...] = ()


FromCommits = Found | Past | Trend
"""Everything that is said by the process that judges commits."""


class Lineage(msgspec.Struct, frozen=True, tag="lineage"):
    """How the tree stands to its base, and the scores of its last commits, the oldest first.

    `name` is the base as people call it ("main"), "" when there is none or it is still looked for;
    `note` says why, or what else a reader must know. `since` is None while the base is judged.
    """

    name: str = ""
    commit: str = ""
    note: str = ""
    since: Since | None = None
    trend: tuple[int | None, ...] = ()
