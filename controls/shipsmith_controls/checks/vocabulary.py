"""The vocabulary of checks: subjects, filters, properties, evidence and conditions, each by its words.

A check in a catalogue is a sentence over these words ("every *LLM call or side call* where it *goes
over the network* has *a finite timeout*"). Each word is a small function of the database.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

import msgspec

from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Confidence, Evidence


class Strength(StrEnum):
    """How well something holds. `UNSEEN` is left out of the counts and lowers the confidence."""

    STRONG = "strong"
    WEAK = "weak"
    LACKING = "lacking"
    UNSEEN = "unseen"


class Place(msgspec.Struct, frozen=True, order=True):
    """A stretch of lines in a file; lines count from 1."""

    path: str
    line: int
    end_line: int = 0


class Subject(msgspec.Struct, frozen=True):
    """Something that a check looks at, one by one.

    `what` names it in a message ("streamText call"); `sdk` is the key by which a fix snippet is
    chosen; `key` identifies it for the property that is asked of it (a call index, a name).
    """

    place: Place
    what: str
    sdk: str = ""
    key: str | int = 0
    confidence: Confidence = Confidence.HIGH


class Holding(msgspec.Struct, frozen=True):
    """Whether a subject has a property.

    `message` says what was found or is lacking, in half a sentence. `at` moves the finding away
    from the subject (the shared constructor of a client, a swallowing handler); subjects that share
    such a place give one finding. `evidence` supports what holds. `aside` are places with the same
    gap that stay out of the verdict (branches that the default configuration does not select).
    """

    strength: Strength
    message: str = ""
    at: tuple[Place, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    confidence: Confidence = Confidence.HIGH
    aside: tuple[Place, ...] = ()
    aside_message: str = ""


class Hit(msgspec.Struct, frozen=True):
    """Something that must not be there. A weak hit alone makes the verdict partial."""

    place: Place
    message: str
    weak: bool = False
    sdk: str = ""
    confidence: Confidence = Confidence.HIGH


class Support(msgspec.Struct, frozen=True):
    """Evidence found for an `any of` or a part of an `all of`.

    `at` moves the finding of weak evidence for an `any of` away from it, to what it leaves open, and
    `gap` says what that is.
    """

    strength: Strength
    place: Place
    message: str
    confidence: Confidence = Confidence.HIGH
    at: tuple[Place, ...] = ()
    gap: str = ""


SubjectFunction = Callable[[Database], tuple[Subject, ...]]
FilterFunction = Callable[[Database, Subject], bool]
PropertyFunction = Callable[[Database, Subject], Holding]
HitFunction = Callable[[Database], tuple[Hit, ...]]
SupportFunction = Callable[[Database], tuple[Support, ...]]
ConditionFunction = Callable[[Database], bool]
PlaceFunction = Callable[[Database], tuple[Place, ...]]
F = TypeVar("F", bound=Callable[..., object])

SUBJECTS: dict[str, SubjectFunction] = {}
FILTERS: dict[str, FilterFunction] = {}
PROPERTIES: dict[str, PropertyFunction] = {}
HITS: dict[str, HitFunction] = {}
SUPPORTS: dict[str, SupportFunction] = {}
CONDITIONS: dict[str, ConditionFunction] = {}
PLACES: dict[str, PlaceFunction] = {}


def _register(table: dict[str, F], words: str) -> Callable[[F], F]:
    def keep(function: F) -> F:
        if words in table:
            raise ValueError(f"the words '{words}' are taken")
        table[words] = function
        return function

    return keep


def subject(words: str) -> Callable[[SubjectFunction], SubjectFunction]:
    """Name a set of things that a check goes through one by one."""
    return _register(SUBJECTS, words)


def where(words: str) -> Callable[[FilterFunction], FilterFunction]:
    """Name a condition that narrows the subjects."""
    return _register(FILTERS, words)


def has(words: str) -> Callable[[PropertyFunction], PropertyFunction]:
    """Name a property that each subject should have."""
    return _register(PROPERTIES, words)


def hit(words: str) -> Callable[[HitFunction], HitFunction]:
    """Name things of which there should be none."""
    return _register(HITS, words)


def support(words: str) -> Callable[[SupportFunction], SupportFunction]:
    """Name evidence that is looked for in the tree as a whole."""
    return _register(SUPPORTS, words)


def when(words: str) -> Callable[[ConditionFunction], ConditionFunction]:
    """Name a condition without which a control does not apply."""
    return _register(CONDITIONS, words)


def place(words: str) -> Callable[[PlaceFunction], PlaceFunction]:
    """Name the places that a finding points at when there is nothing of its own to point at."""
    return _register(PLACES, words)
