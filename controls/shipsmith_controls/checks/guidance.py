"""Words of the checks on what users are told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, place, support
from shipsmith_controls.links.calls.mainstay import main_call
from shipsmith_controls.links.files.documents import Passage, document_files, outline, passages
from shipsmith_controls.links.production import tokens
from shipsmith_controls.queries import Database

_HOMES = re.compile(
    r"(?:^|/)(?:docs?|documentation|help|guides?|faqs?|training)(?:/|[-_.]|\.mdx?$)", re.I
)
_USE = re.compile(
    r"^\W*(?:\d+[.)]? *)?using\b"
    r"|\b(?:how to|user guide|getting started|tutorials?|training|what you can)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:ask(?:s|ing)?|prompt(?:s|ing)?|chat(?:s|ting)?)\b(?!\s*(?:completions?|template|model|engineering|flow))",
    re.I,
)
_INSTALLING = re.compile(r"(?:^|[/_.-])readme(?:[_.-]|$)", re.I)
_STARTING = re.compile(r"\bgetting started\b", re.I)
_LIMITS = re.compile(
    r"\b(?:limitations?|known issues|accuracy|when not to|what it can ?not|what it can['’]t)\b",
    re.IGNORECASE,
)
_BUILDERS = frozenset("contributing contribute contributors development developers develop".split())
"""Words of paths of documents for those who build the app."""
_MOST = 2
_ANSWERS = re.compile(
    r"\b(?:answers?|AI)\b"
    r"|(?<!API )(?<!HTTP )(?<!JSON )(?<!request-)\bresponses?\b"
    r"(?! (?:codes?|bod(?:y|ies)|times?|headers?|schemas?))"
    r"|(?<!structured )(?<!JSON )\boutputs?\b",
    re.IGNORECASE,
)
"""Words of what an AI says; not of what an interface returns."""


def _guides(db: Database, title: re.Pattern[str], says: re.Pattern[str]) -> Iterator[Passage]:
    """Counted sections of user documents whose heading and text match."""
    for path in document_files(db):
        for_users = _HOMES.search(path) and not tokens(path) & _BUILDERS
        if for_users and any(title.search(heading) for heading in outline(db, path)):
            for passage in passages(db, path)[1:]:
                said = title.search(passage.title) and passage.counts and says.search(passage.prose)
                if said and not _is_about_installing(passage):
                    yield passage


def _is_about_installing(passage: Passage) -> bool:
    """Whether a section of a README gets the code to run, or is the README as a whole."""
    if not _INSTALLING.search(passage.path):
        return False
    return passage.level == 1 or bool(_STARTING.search(passage.title))


@support("guide on using it")
def _use(db: Database) -> tuple[Support, ...]:
    """ADO-09 (a): a section on use that speaks of asking, prompting or chatting."""
    return tuple(
        Support(Strength.STRONG, Place(p.path, p.line), "says how to use it")
        for p in _guides(db, _USE, _ASKING)
    )


@support("guide on where it fails")
def _limits(db: Database) -> tuple[Support, ...]:
    """ADO-09 (b): a section on limits that speaks of answers."""
    return tuple(
        Support(Strength.STRONG, Place(p.path, p.line), "says where it fails")
        for p in _guides(db, _LIMITS, _ANSWERS)
    )


@place("limits that do not speak of answers, else the documentation index")
def _other_limits(db: Database) -> tuple[Place, ...]:
    """Sections on limits of something else than the answers, where that word belongs; else the index."""
    found = tuple(Place(p.path, p.line) for p in _guides(db, _LIMITS, re.compile("")))
    return found[:_MOST] or _index(db)


@place("documentation index")
def _index(db: Database) -> tuple[Place, ...]:
    """The first index of the documentation, else the README, else the main call."""
    for wanted in (r"^docs?/(?:README|index)\.\w+$", r"^README(?:\.\w+)?$"):
        for path in document_files(db):
            if re.search(wanted, path, re.IGNORECASE):
                return (Place(path, 1),)
    call = main_call(db)
    return (Place(call.path, call.line),) if call is not None else ()
