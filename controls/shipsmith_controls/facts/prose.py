"""Written documents: headings, prose, tables, lists, code fences and links, each with its line.

Line based and linear in time: enough to tell what a section says, no renderer.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from shipsmith_controls.facts._markup import DIALECTS, Dialect, Mark, inline
from shipsmith_controls.facts.document import Document, Section
from shipsmith_controls.facts.text import collapse, decode, lines, unquote

Format: TypeAlias = Literal["markdown", "rst", "asciidoc", "text"]

_FRONT_KEY = re.compile(r"([A-Za-z_][\w .-]*?)\s*:(?:\s+(.*))?$")
_BOLD_LEVEL = 7
"""A bold line stands below every real heading."""


class _Draft:
    """A section while its lines are read."""

    def __init__(self, level: int, title: str, line: int) -> None:
        self.level = level
        self.title = title
        self.line = line
        self.text: list[str] = []
        self.header: tuple[str, ...] = ()
        self.rows: list[tuple[str, ...]] = []
        self.item: list[str] = []
        """The pieces of the last list item, joined when the next row begins."""
        self.row_lines: list[int] = []
        self.fences: list[tuple[str, str, int]] = []
        self.links: list[tuple[str, str, int]] = []

    def row(self, cells: tuple[str, ...], line: int) -> None:
        """Add a row, and settle the list item before it."""
        self.settle()
        self.rows.append(cells)
        self.row_lines.append(line)

    def settle(self) -> None:
        if len(self.item) > 1:
            self.rows[-1] = (" ".join(self.item),)
        self.item = []

    def finish(self, end_line: int) -> Section:
        self.settle()
        return Section(
            self.level,
            self.title,
            self.line,
            max(self.line, end_line),
            collapse(" ".join(self.text)),
            self.header,
            tuple(self.rows),
            tuple(self.row_lines),
            tuple(self.fences),
            tuple(self.links),
        )


class _Reader:
    """Walks the lines of one document; `dialect` says what each line is."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.lines = lines(text)
        self.dialect = dialect
        self.drafts = [_Draft(0, "", 1)]
        self.ends: list[int] = []
        self.last_heading = 0
        self.item_open = False

    def read(self, first: int) -> tuple[Section, ...]:
        at = first
        while at < len(self.lines):
            at = self._step(at)
        count = len(self.lines) - (not self.lines[-1] and len(self.lines) > 1)
        self.ends.append(count)
        return tuple(draft.finish(end) for draft, end in zip(self.drafts, self.ends, strict=True))

    def _step(self, at: int) -> int:
        mark = self.dialect(self.lines, at)
        here = self.drafts[-1]
        if mark.kind == "heading":
            self._heading(mark, at)
        elif mark.kind == "fence":
            here.fences.append((mark.title, "\n".join(self.lines[mark.start : mark.stop]), at + 1))
        elif mark.kind == "table":
            self._table(mark, at)
        elif mark.kind == "item":
            text = self._inline(mark.title, at + 1)
            here.row((text,), at + 1)
            here.item = [text]
            here.text.append(text)
        elif mark.kind == "text":
            self._text(mark.title or self.lines[at], at)
        self.item_open = mark.kind == "item" or (mark.kind == "text" and self.item_open)
        return max(mark.end, at + 1)

    def _heading(self, mark: Mark, at: int) -> None:
        title = self._inline(mark.title, at + 1)
        level = mark.level
        if level == 0:
            level = _BOLD_LEVEL
        self.ends.append(at)
        self.drafts.append(_Draft(level, title, at + 1))

    def _text(self, raw: str, at: int) -> None:
        here = self.drafts[-1]
        text = self._inline(raw, at + 1)
        if not text:
            return
        here.text.append(text)
        if self.item_open and raw[:1] in " \t" and here.item:
            here.item.append(text)

    def _table(self, mark: Mark, at: int) -> None:
        here = self.drafts[-1]
        rows = [tuple(self._inline(cell, line) for cell in cells) for line, cells in mark.rows]
        if mark.level and rows:
            here.header = here.header or rows[0]
        body = rows[1:] if mark.level else rows
        numbers = [line for line, _ in mark.rows][1 if mark.level else 0 :]
        for line, cells in zip(numbers, body, strict=True):
            here.row(cells, line)
            here.text.extend(cell for cell in cells if cell)

    def _inline(self, raw: str, line: int) -> str:
        text, links = inline(raw)
        self.drafts[-1].links.extend((name, target, line) for name, target in links)
        return collapse(text)


def _front_matter(rows: list[str]) -> tuple[tuple[tuple[str, str, int], ...], int]:
    """The pairs of a leading `---` or `+++` block, nested ones left out, and the line after it."""
    fence = rows[0].strip() if rows else ""
    if fence not in ("---", "+++"):
        return (), 0
    pairs: list[tuple[str, str, int]] = []
    for at, line in enumerate(rows[1:200], 1):
        if line.strip() == fence:
            return tuple(pairs), at + 1
        if not line.strip() or line[:1] in " \t#-":
            continue
        found = _FRONT_KEY.match(line.replace(" = ", ": ", 1) if fence == "+++" else line)
        if found is None:
            return (), 0
        pairs.append((found[1], unquote((found[2] or "").strip()), at + 1))
    return (), 0


def _title(front: tuple[tuple[str, str, int], ...], sections: tuple[Section, ...]) -> str:
    for key, value, _ in front:
        if key.lower() == "title" and value:
            return value
    headings = [section for section in sections if section.level]
    top = next((section for section in headings if section.level == 1), None)
    return (top or headings[0]).title if headings else ""


def extract(source: bytes, format: Format) -> Document:  # noqa: A002 - the word of the contract
    """The sections of a document; never raises.

    A line that is bold and nothing else is a heading of level 7. `text` of a section holds all its
    visible words: prose, list items and table cells, less table headers, code fences, comments and
    the targets of links. The title is the front matter's, else the first heading of level 1, else
    the first heading. MDX imports and exports and HTML comments are left out.
    """
    text = decode(source)
    rows = lines(text)
    front, first = _front_matter(rows) if format == "markdown" else ((), 0)
    sections = _Reader(text, DIALECTS[format]()).read(first)
    words = sum(len(section.text.split()) + len(section.title.split()) for section in sections)
    return Document(_title(front, sections), front, sections, words)
