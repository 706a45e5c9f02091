"""Documents that count as evidence: which files they are, and what each of their sections says.

A document counts when it stands outside fixtures, data, tests and tooling. A passage (a section with
everything below it, or the whole document) counts when it holds prose or a filled row and no
placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import msgspec

from shipsmith_controls.facts.document import Document, Section
from shipsmith_controls.facts.families import prose_format
from shipsmith_controls.links.tree import family, files
from shipsmith_controls.queries import Database, query

_EXCLUDED = re.compile(
    r"(?:^|/)(?:data|dataset[^/]*|[^/]*_data|fixtures|benchmark[^/]*|eval[^/]*|tests?|test[_-][^/]*"
    r"|tests[_-][^/]*|testing|testdata|examples?[^/]*|samples?[^/]*|vendor|node_modules|\.claude|\.cursor)/",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|INSERT(?! INTO)|REPO MAINTAINER)\b|\[\.\.\.\]|\[(?i:insert|your|name of)\b[^\]]*\]"
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_CONTRIBUTOR = (
    re.compile(r"\bpull[ -]requests?\b", re.IGNORECASE),
    re.compile(r"\bPRs?\b"),
    re.compile(r"\bcontribut", re.IGNORECASE),
    re.compile(r"\bco-author", re.IGNORECASE),
    re.compile(r"\bmaintainer", re.IGNORECASE),
)
_DISCLOSURE = re.compile(
    r"\b(?:report(?:ing)?|supported versions?|disclosure|vulnerabilit(?:y|ies))\b", re.IGNORECASE
)
_ENOUGH_WORDS = 25


class Passage(msgspec.Struct, frozen=True, dict=True):
    """A section with all that stands below it, or a whole document (`level` 0, its title).

    `rows` are cells of table rows and list items; `header` the cells of the first table's header.
    `row_lines` gives the line of each row. `links` are (text, target, line).
    """

    path: str
    title: str
    level: int
    line: int
    end_line: int
    text: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    row_lines: tuple[int, ...] = ()
    links: tuple[tuple[str, str, int], ...] = ()
    headings: tuple[tuple[str, int], ...] = ()
    """(title, line) of the headings below this one."""

    @cached_property
    def everything(self) -> str:
        """Title, headings, prose, rows and link targets in one text, for searches by words."""
        cells = (cell for row in (self.header, *self.rows) for cell in row)
        titles = (title for title, _ in self.headings)
        targets = (target for _, target, _ in self.links)
        return "\n".join((self.title, *titles, self.text, *cells, *targets))

    @cached_property
    def prose(self) -> str:
        """Prose and rows, without title, headings and link targets."""
        return "\n".join((self.text, *(cell for row in self.rows for cell in row)))

    @property
    def counts(self) -> bool:
        """Whether it says something: 25 words of prose or a filled row, and no placeholder."""
        if _PLACEHOLDER.search(self.everything):
            return False
        return any(is_filled(row) for row in self.rows) or len(_WORD.findall(self.text)) >= _ENOUGH_WORDS


def is_filled(row: tuple[str, ...]) -> bool:
    """Whether a row has text in every cell (a list item: three words at least)."""
    if len(row) == 1:
        return len(_WORD.findall(row[0])) > 2
    return len(row) > 1 and all(re.search(r"\w", cell) for cell in row)


def may_count(path: str) -> bool:
    """Whether a path may hold a counted document: a document outside fixtures, data, tests, tooling."""
    return prose_format(path) is not None and not _EXCLUDED.search(path)


@query
def document_files(db: Database) -> tuple[str, ...]:
    """Every written document that may count."""
    return tuple(path for path in files(db) if may_count(path))


@query
def passages(db: Database, path: str) -> tuple[Passage, ...]:
    """The whole document first, then each section with all below it, in file order."""
    document = family(db, "document", path)
    if not isinstance(document, Document) or not document.sections:
        return ()
    whole = _passage(path, document.title, 0, document.sections)
    sections = (
        _passage(path, section.title, section.level, document.under(i))
        for i, section in enumerate(document.sections)
        if section.level
    )
    return (whole, *sections)


def _passage(path: str, title: str, level: int, sections: tuple[Section, ...]) -> Passage:
    rows = tuple(row for section in sections for row in section.rows)
    inner = sections[1:] if level else sections
    return Passage(
        path=path,
        title=title,
        level=level,
        line=sections[0].line,
        end_line=sections[-1].end_line,
        text=" ".join(s.text for s in sections if s.text),
        header=next((s.header for s in sections if s.header), ()),
        rows=rows,
        row_lines=tuple(line for section in sections for line in section.row_lines),
        links=tuple(link for section in sections for link in section.links),
        headings=tuple((s.title, s.line) for s in inner if s.level),
    )


@query
def outline(db: Database, path: str) -> tuple[str, ...]:
    """The document's title, then its headings: cut-off for searches that look at titles only."""
    document = family(db, "document", path)
    if not isinstance(document, Document):
        return ()
    return (document.title, *(s.title for s in document.sections if s.level))


def named(db: Database, pattern: re.Pattern[str]) -> Iterator[Passage]:
    """Whole counted documents whose path or title matches."""
    for path in document_files(db):
        titles = outline(db, path)
        if titles and (pattern.search(path) or pattern.search(titles[0])):
            yield from (p for p in passages(db, path)[:1] if p.counts)


def sections(db: Database, pattern: re.Pattern[str]) -> Iterator[Passage]:
    """Counted sections whose heading matches, and whole documents whose path or title does."""
    for path in document_files(db):
        titles = outline(db, path)
        by_name = bool(pattern.search(path))
        if not by_name and not any(pattern.search(title) for title in titles):
            continue
        for passage in passages(db, path):
            if (pattern.search(passage.title) or (by_name and not passage.level)) and passage.counts:
                yield passage


def is_for_contributors(passage: Passage) -> bool:
    """Whether a document governs how the code is written: two of the words of contributing."""
    return sum(bool(word.search(passage.everything)) for word in _CONTRIBUTOR) > 1


def is_vulnerability_page(passage: Passage) -> bool:
    """Whether a document only takes reports of vulnerabilities: `SECURITY.md` with such headings."""
    if not passage.path.rsplit("/", 1)[-1].lower().startswith("security"):
        return False
    titles = [title for title, _ in passage.headings[1:]] or [passage.title]
    about = sum(bool(_DISCLOSURE.search(title)) for title in titles)
    return about * 2 >= len(titles) or about > 1
