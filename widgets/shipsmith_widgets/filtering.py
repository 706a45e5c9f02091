"""The filter above the list: words that must all match, `!word` for what must not.

A word is looked for in id, title, severity and status of a control and in the place of a finding.
With a field it is looked for there alone: `sev:high`, `is:failing`, `path:app/`. The values of `sev`
and `is` may be cut short (`sev:h`), and several are apart by commas (`sev:critical,high`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shipsmith_controls.knowledge.reading import nearest
from shipsmith_controls.scorecard import Confidence, ControlResult, Finding, Severity, Status

from shipsmith_widgets.marks import STATUS_MARKS, is_failing, is_to_do


@dataclass(frozen=True)
class Term:
    """One word of a filter. `field` is "" or one of `FIELDS`; `values` are lower-case, any may match."""

    field: str
    values: tuple[str, ...]

    def holds(self, control: ControlResult, finding: Finding | None) -> bool:
        """Whether it matches a control, or a finding of it."""
        if self.field == "path":
            return finding is not None and any(v in finding.path.lower() for v in self.values)
        if self.field:
            return any(_WORDS[self.field][value](control) for value in self.values)
        place = "" if finding is None else _place(finding)
        return any(value in f"{_head(control)} {place}" for value in self.values)


@dataclass(frozen=True)
class Filter:
    """Terms that must all hold and terms of which none may; empty lets everything through.

    `problems` are sentences about words that mean nothing; these words are left out.
    """

    wanted: tuple[Term, ...] = ()
    avoided: tuple[Term, ...] = ()
    problems: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.avoided)

    def keeps(self, control: ControlResult) -> bool:
        """Whether a control is shown: it or one of its findings matches."""
        findings = control.verdict.findings
        if any(self.keeps_place(control, finding) for finding in findings):
            return True
        # A control whose findings are all left out is left out with them.
        return not (findings and self.avoided) and self._matches(control, None)

    def findings(self, control: ControlResult) -> tuple[Finding, ...]:
        """Those findings of a control that are shown; all of them when the control itself matches."""
        return tuple(f for f in control.verdict.findings if self.keeps_place(control, f))

    def keeps_place(self, control: ControlResult, finding: Finding) -> bool:
        """Whether a finding of a control is shown, or one that it had."""
        return self._matches(control, finding)

    def _matches(self, control: ControlResult, finding: Finding | None) -> bool:
        return all(term.holds(control, finding) for term in self.wanted) and not any(
            term.holds(control, finding) for term in self.avoided
        )


def parse_filter(text: str) -> Filter:
    """Read what was typed: words apart by spaces, `!x` inverts; matched without regard to case."""
    wanted: list[Term] = []
    avoided: list[Term] = []
    problems: list[str] = []
    for word in text.lower().split():
        term = _term(word.removeprefix("!"), problems)
        if term is not None:
            (avoided if word.startswith("!") else wanted).append(term)
    return Filter(tuple(wanted), tuple(avoided), tuple(problems))


def _term(word: str, problems: list[str]) -> Term | None:
    """A word as a term; None when nothing is said, or nothing that is understood."""
    field, colon, rest = word.partition(":")
    if not colon or not field.isalpha():
        return Term("", (word,)) if word else None
    if field not in FIELDS:
        known = ", ".join(f"{name}:" for name in FIELDS)
        problems.append(f"no field is called {field}:{nearest(field, FIELDS) or f'; there are {known}'}")
        return None
    given = tuple(value for value in rest.split(",") if value)
    if not given:
        return None
    if field == "path":
        return Term(field, given)
    known_words = _WORDS[field]
    values: list[str] = []
    for value in given:
        meant = [value] if value in known_words else [w for w in known_words if w.startswith(value)]
        if not meant:
            hint = nearest(value, known_words) or f"; there are {', '.join(known_words)}"
            problems.append(f"{field}: knows no {value}{hint}")
        values += meant
    return Term(field, tuple(values)) if values else None


def _has(*statuses: Status) -> Callable[[ControlResult], bool]:
    return lambda control: control.verdict.status in statuses


def _of(severity: Severity) -> Callable[[ControlResult], bool]:
    return lambda control: control.severity is severity


_WORDS: Mapping[str, Mapping[str, Callable[[ControlResult], bool]]] = {
    "sev": {severity.value: _of(severity) for severity in Severity},
    "is": {
        "failing": lambda control: is_failing(control.verdict.status),
        "todo": lambda control: is_to_do(control.verdict.status),
        "low": lambda control: control.verdict.confidence is Confidence.LOW,
        **{mark.word.replace(" ", "-"): _has(status) for status, mark in STATUS_MARKS.items()},
    },
}

FIELDS = (*_WORDS, "path")
"""What a word can be narrowed to: `sev:`, `is:`, `path:`."""


def _head(control: ControlResult) -> str:
    status = STATUS_MARKS[control.verdict.status].word
    return f"{control.id} {control.title} {control.severity} {status}".lower()


def _place(finding: Finding) -> str:
    low = " low?" if finding.confidence is Confidence.LOW else ""
    return f"{finding.path}:{finding.line}{low}".lower()
