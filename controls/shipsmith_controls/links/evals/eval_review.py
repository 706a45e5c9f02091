"""Whether a person looked at eval cases: what they expect, and who has reviewed them."""

from __future__ import annotations

import posixpath
import re

from shipsmith_controls.facts import code
from shipsmith_controls.facts.document import Document
from shipsmith_controls.facts.families import prose_format
from shipsmith_controls.facts.owners import owner_of
from shipsmith_controls.links.evals.eval_cases import CaseSet
from shipsmith_controls.links.evals.eval_code import expressions
from shipsmith_controls.links.evals.evals import eval_runs
from shipsmith_controls.links.files.ownership import code_rules
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import family, files, index
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.queries import Database, query

_REVIEW_FIELDS = ("reviewed_by", "reviewer", "verified", "verified_by", "annotator", "annotated_by")
_ASIDE = frozenset(
    "id name title tag tags category categories metadata type kind domain topic description notes note "
    "source url difficulty split context contexts history".split()
)
"""Fields that say what a case is about rather than what is expected."""
_EVERYTHING = frozenset({"*", "**", "/", "/*", "/**", "**/*"})
_REVIEW = frozenset("review reviews reviewed reviewers annotation annotations annotated".split())
_DATE = re.compile(
    r"\b20\d\d-\d\d(?:-\d\d)?\b|\b\d{1,2}[./]\d{1,2}[./]20\d\d\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?:\d{1,2},? )?20\d\d\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?<!\w)@[\w-]+|[\w.+-]+@[\w-]+\.\w+|\bby (?:the |our |a )?[\w-]+"
    r"|\b(?:reviewer|annotator|lead|owner|team|engineer|expert|manager|editor)\b"
)


def expected_in(db: Database, each: CaseSet) -> tuple[str, int]:
    """(field, rows with an expectation) of a set of cases; ("", 0) when none is stated."""
    data = each.data
    if data is None:
        return "", 0
    if data.expected:
        return data.expectation_field, data.expected
    used = {
        name for run in eval_runs(db) if run.path in each.runs for p in run.files for name in _read(db, p)
    }
    filled = dict(data.filled)
    fields = [f for f in data.fields if f != data.input_field and f in used and not tokens(f) & _ASIDE]
    best = max(fields, key=lambda f: filled.get(f, 0), default="")
    return (best, filled.get(best, 0)) if best else ("", 0)


@query
def _read(db: Database, path: str) -> frozenset[str]:
    """Names of fields that a file reads from something: `case["x"]`, `case.x`, `case.get("x")`."""
    facts = index(db, path)
    found: set[str] = set()
    for part in expressions(facts.module) if facts is not None else ():
        if isinstance(part, code.Subscript) and isinstance(part.index, code.Literal):
            found.add(str(part.index.value))
        elif isinstance(part, code.Attribute):
            found.add(part.name)
    for call in facts.module.calls if facts is not None else ():
        if last_name(call.callee) == "get" and call.args and isinstance(call.args[0], code.Literal):
            found.add(str(call.args[0].value))
    return frozenset(found)


def review_of(db: Database, each: CaseSet) -> tuple[str, int, str] | None:
    """(path, line, how) a review of a set of cases shows; None when none does."""
    filled = dict(each.data.filled) if each.data is not None else {}
    rows = each.data.rows if each.data is not None else 0
    for field in _REVIEW_FIELDS:
        if filled.get(field, 0) * 2 >= rows > 0:
            return each.path, each.line, f"the cases name who reviewed them (`{field}`)"
    where, rules = code_rules(db)
    rule = owner_of(rules, each.path) if rules else None
    if rule is not None and rule.owners and rule.pattern not in _EVERYTHING:
        return where, rule.line, f"{rule.owners[0]} reviews changes of the cases"
    return _documented(db, posixpath.dirname(each.path))


@query
def _documented(db: Database, folder: str) -> tuple[str, int, str] | None:
    """A section on the review in a document of the folder, with a person and a date."""
    for path in files(db):
        if posixpath.dirname(path) != folder or prose_format(path) is None:
            continue
        document = family(db, "document", path)
        sections = document.sections if isinstance(document, Document) else ()
        for section in sections:
            if not tokens(section.title) & _REVIEW:
                continue
            text = "\n".join((section.text, *(" ".join(row) for row in section.rows)))
            if _DATE.search(text) and _PERSON.search(text):
                return path, section.line, "a document tells who reviewed the cases, and when"
    return None
