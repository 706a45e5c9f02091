"""Words of the checks on classes of data, incidents and risks, as documents write them down."""

from __future__ import annotations

import re

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, support
from shipsmith_controls.links.files.documents import (
    Passage,
    document_files,
    is_vulnerability_page,
    named,
    outline,
    passages,
)
from shipsmith_controls.links.files.governing import AI_WORD, statements
from shipsmith_controls.queries import Database, query

_CLASS = re.compile(
    r"\b(?:public|internal|confidential|restricted|secret|sensitive|personal(?: data)?|PII"
    r"|health|PHI|payment)\b",
    re.IGNORECASE,
)
_PERMISSION = re.compile(
    r"\b(?:allowed|permitted|masked?|redact(?:ed)?|anonymi[sz]ed|approved|never|forbidden|prohibited|may"
    r"|must not|yes|no|only)\b",
    re.IGNORECASE,
)
_CLASSES_TITLE = re.compile(r"\bclassif\w+|\bdata (?:classes|categories|handling)\b", re.IGNORECASE)
_CLASSES = 3
_SHORT = 3

_INCIDENT = re.compile(
    r"(?<![a-z])(?:incidents?|post-?mortems?|response[-_ ]plan|runbooks?)(?![a-z])", re.IGNORECASE
)
_SEVERITY = re.compile(r"\bsev(?:erity)?[- ]?[0-4]\b|\bP[0-4]\b|\bseverity\b", re.IGNORECASE)
_CONTAINS = re.compile(
    r"\b(?:disabl\w+|turn(?:ed|s)? off|switch(?:ed)? (?:it )?off|roll(?:ed|ing)? ?back|revok\w+"
    r"|kill switch"
    r"|switch(?:ed)? (?:to )?(?:the |another )?model|fail(?:ed)? ?over)\b",
    re.IGNORECASE,
)
_NOTIFIES = re.compile(r"\b(?:notif\w+|inform(?:ed|s)?|tell|told|report(?:ed)? to)\b", re.IGNORECASE)
_NOTIFIED = re.compile(
    r"\b(?:users?|customers?|regulators?|authorit(?:y|ies)|providers?|vendors?)\b", re.IGNORECASE
)
_REVIEW = re.compile(
    r"\b(?:post-?mortems?|retrospectives?|lessons learn(?:ed|t)|root cause|after-?action"
    r"|reviews? within)\b",
    re.IGNORECASE,
)
_TYPES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bharmful (?:output|content|answer)s?|\btoxic",
        r"\b(?:hallucinat|confabulat)\w+",
        r"\bprompt[- ]injections?",
        r"\bdata (?:leak|breach|exposure)\w*|\bleak(?:s|ed|age)? of\b",
        r"\bjail-?breaks?",
        r"\bbias",
        r"\bprovider (?:outage|down|failure)|\bmodel outage",
    )
)
_ENOUGH_MARKS = 4

_RISK = re.compile(
    r"(?<![a-z])(?:risks?|(?:ai[-_ ])?impact[-_ ]?assessments?|dpia|threat[-_ ]?models?|rai)(?![a-z])",
    re.IGNORECASE,
)
_RATED = re.compile(
    r"\b(?:low|medium|high|critical|severe|unlikely|likely|rare|possible|[1-5]/5)\b", re.IGNORECASE
)
_RATING = re.compile(r"\b(?:likelihood|probability|impact|severity|rating|risk level)\b", re.IGNORECASE)
_MITIGATED = re.compile(
    r"\b(?:mitigat\w+|controls?|safeguards?|treatment|counter-?measures?|response)\b", re.IGNORECASE
)
_AI_RISKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bprompt[- ]injections?",
        r"\b(?:hallucinat|confabulat)\w+",
        r"\bbias",
        r"\bprivacy|\bpersonal data",
        r"\bmisus\w+",
        r"\bover-?reliance",
        r"\bcopyright|\bintellectual property",
        r"\bexcessive agency",
    )
)
_ROWS = 3


@support("classes of data with a permission for models")
def _classified(db: Database) -> tuple[Support, ...]:
    """GOV-02: three classes in one section, each with a permission; fewer or without it is weak."""
    return tuple(found for path in document_files(db) for found in _classes_in(db, path))


@query
def _classes_in(db: Database, path: str) -> tuple[Support, ...]:
    titled = any(_CLASSES_TITLE.search(title) for title in outline(db, path))
    found: list[Support] = []
    for passage in reversed(passages(db, path)[1:]):
        if any(passage.line <= f.place.line <= passage.end_line for f in found):
            continue
        if not passage.counts or not AI_WORD.search(passage.everything):
            continue
        rows = [row for row in passage.rows if _class_of(row)]
        allowed = {_class_of(row) for row in rows if _PERMISSION.search(" ".join(row[1:]) or row[0])}
        allowed |= _permitted_headings(db, passage)
        place = Place(path, passage.line)
        if len(allowed) >= _CLASSES and _speaks_of_models(passage):
            found.append(Support(Strength.STRONG, place, "says which class may go to a model"))
        elif titled and rows:
            message = "classes are named, but not for each whether it may go to a model"
            found.append(Support(Strength.WEAK, place, message))
    return tuple(reversed(found))


def _class_of(row: tuple[str, ...]) -> str:
    """The class that a row is about: its first cell, or what stands before the colon of an item."""
    head = row[0] if len(row) > 1 else re.split(r"\s*[:–—]\s|\s-\s", row[0], maxsplit=1)[0]
    found = _CLASS.search(head)
    return (
        found[0].lower()
        if found is not None and len(head.split()) <= _SHORT and head != " ".join(row)
        else ""
    )


def _permitted_headings(db: Database, passage: Passage) -> set[str]:
    """Classes that stand as headings of their own, each with a permission below it."""
    below = {line for _, line in passage.headings}
    return {
        _CLASS.findall(part.title)[0].lower()
        for part in passages(db, passage.path)[1:]
        if part.line in below
        and len(part.title.split()) <= _SHORT
        and _CLASS.search(part.title)
        and _PERMISSION.search(part.prose)
    }


def _speaks_of_models(passage: Passage) -> bool:
    """Whether a table's header, its rows or its heading set the permission for models."""
    cells = " ".join((*passage.header, *(cell for row in passage.rows for cell in row)))
    return bool(AI_WORD.search(f"{cells} {passage.title}"))


@support("response plan for AI incidents")
def _response_plan(db: Database) -> tuple[Support, ...]:
    """GOV-05: five marks; four with AI types among them are strong, two or three weak."""
    found = []
    for document in named(db, _INCIDENT):
        if is_vulnerability_page(document):
            continue
        marks = _marks(db, document)
        place = Place(document.path, document.line)
        if len(marks) >= _ENOUGH_MARKS and "types of AI incident" in marks:
            found.append(
                Support(Strength.STRONG, place, f"a response plan with {', '.join(sorted(marks))}")
            )
        elif len(marks) > 1:
            lacks = sorted(_MARKS - marks)
            found.append(Support(Strength.WEAK, place, f"the plan does not speak of {', '.join(lacks)}"))
    return tuple(found)


_MARKS = frozenset(
    {"severity levels", "containing the AI", "types of AI incident", "who is told", "a review afterwards"}
)


def _marks(db: Database, document: Passage) -> frozenset[str]:
    said = list(statements(db, document))
    whole = document.everything
    held = {
        "severity levels": bool(_SEVERITY.search(whole)),
        "containing the AI": any(_CONTAINS.search(s) and AI_WORD.search(s) for s in said),
        "types of AI incident": sum(bool(t.search(whole)) for t in _TYPES) > 1,
        "who is told": any(_NOTIFIES.search(s) and _NOTIFIED.search(s) for s in said),
        "a review afterwards": bool(_REVIEW.search(whole)),
    }
    return frozenset(mark for mark, holds in held.items() if holds)


@support("register of AI risks with ratings and mitigations")
def _risk_register(db: Database) -> tuple[Support, ...]:
    """GOV-06: three rated and mitigated rows and two AI risks; a bare list of risks is weak."""
    found = []
    for document in named(db, _RISK):
        if (
            is_vulnerability_page(document)
            or sum(bool(r.search(document.everything)) for r in _AI_RISKS) < 2
        ):
            continue
        place = Place(document.path, document.line)
        if _rated_rows(db, document) >= _ROWS:
            found.append(Support(Strength.STRONG, place, "rates risks and names mitigations"))
        else:
            message = "AI risks are listed without a rating or a mitigation for each"
            found.append(Support(Strength.WEAK, place, message))
    return tuple(found)


def _rated_rows(db: Database, document: Passage) -> int:
    """How many risks have both a rating and a mitigation: as table rows, list items or headings."""
    best = 0
    for part in passages(db, document.path):
        header = " ".join(part.header)
        tabled = bool(_RATING.search(header) and _MITIGATED.search(header))
        rows = sum(
            bool(
                _RATED.search(" ".join(row))
                and ((tabled and len(row) > 1) or _MITIGATED.search(" ".join(row)))
            )
            for row in part.rows
        )
        best = max(best, rows)
    headed = sum(
        bool(_RATED.search(p.prose) and _MITIGATED.search(p.everything) and _RATING.search(p.everything))
        for p in passages(db, document.path)[1:]
        if not p.headings
    )
    return max(best, headed)
