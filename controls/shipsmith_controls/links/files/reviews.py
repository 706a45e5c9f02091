"""When a document was reviewed last, and when it is due: dates in front matter and lines."""

from __future__ import annotations

import re
from datetime import date, timedelta

import msgspec

from shipsmith_controls.facts.document import Document
from shipsmith_controls.links.files.deploy import workflows
from shipsmith_controls.links.tree import family, lines_of
from shipsmith_controls.queries import Database, query

_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})\.? ([A-Za-z]{3})[a-z]* (\d{4})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3})[a-z]* (?:(\d{1,2}),? )?(\d{4})")
_PAST = re.compile(
    r"\b(?:last[-_ ]review(?:ed)?|reviewed[-_ ](?:on|at)?|review[-_ ]date)\b", re.IGNORECASE
)
_NEXT = re.compile(r"\b(?:next[-_ ]review|review[-_ ]by|valid[-_ ]until)\b", re.IGNORECASE)
_YEAR = timedelta(days=366)


class Review(msgspec.Struct, frozen=True):
    """A date of review; `due`: it tells when the next one is."""

    line: int
    day: date
    due: bool

    def holds_at(self, head: date) -> bool:
        """Whether the review has not lapsed at a date."""
        return self.day >= head if self.due else head - self.day <= _YEAR


@query
def reviews_of(db: Database, path: str) -> tuple[Review, ...]:
    """The review dates that a document carries, in file order."""
    document = family(db, "document", path)
    front = document.front_matter if isinstance(document, Document) else ()
    pairs = [(f"{key} {value}", line) for key, value, line in front]
    lines = lines_of(db, path)
    pairs += [(text, number) for number, text in enumerate(lines, 1)]
    found: dict[tuple[date, bool], Review] = {}
    for text, line in pairs:
        for pattern, due in ((_NEXT, True), (_PAST, False)):
            mark = pattern.search(text)
            day = _day(text[mark.end() :]) if mark is not None else None
            if day is not None:
                found.setdefault((day, due), Review(line, day, due))
    return tuple(found.values())


def _day(text: str) -> date | None:
    """The first date in a text: `2026-03-01`, `1 March 2026`, `March 2026`; None when there is none."""
    iso = _ISO.search(text)
    if iso is not None:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    day = _DAY_FIRST.search(text)
    if day is not None:
        return _date(int(day[3]), _MONTHS.get(day[2].lower(), 0), int(day[1]))
    month = _MONTH_FIRST.search(text)
    if month is not None:
        return _date(int(month[3]), _MONTHS.get(month[1].lower(), 0), int(month[2] or 1))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@query
def reminded(db: Database, path: str) -> tuple[str, int] | None:
    """The scheduled workflow that opens an issue naming a document."""
    name = path.rsplit("/", 1)[-1]
    for where, flow in workflows(db):
        clock = next((t for t in flow.triggers if t.event == "schedule"), None)
        for job in flow.jobs if clock is not None else ():
            for step in job.steps:
                said = " ".join((step.run, step.uses, *(v.value or "" for v in step.inputs)))
                if "issue" in said.lower() and (path in said or name in said):
                    return where, step.line
    return None
