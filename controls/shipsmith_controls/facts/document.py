"""Facts of a written document: Markdown, MDX, reStructuredText, AsciiDoc or plain text."""

from __future__ import annotations

import msgspec


class Section(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A heading and what stands below it, up to the next heading of any level.

    The first section of a document has level 0 and an empty title: the text before any heading.
    `text` is the prose (code fences, HTML comments and front matter left out), `rows` the cells of
    table rows (header and rule lines left out, `header` holds the header cells) and list items as
    rows of one cell; `fences` the code fences as (language, text, line).
    """

    level: int
    title: str
    line: int
    end_line: int
    text: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    row_lines: tuple[int, ...] = ()
    fences: tuple[tuple[str, str, int], ...] = ()
    links: tuple[tuple[str, str, int], ...] = ()
    """Links and images as (text, target, line)."""


class Document(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A written document: its title, front matter as text pairs, and its sections in order."""

    title: str
    front_matter: tuple[tuple[str, str, int], ...]
    sections: tuple[Section, ...]
    words: int

    def under(self, index: int) -> tuple[Section, ...]:
        """The section at `index` with everything below it, up to the next heading of its level."""
        level = self.sections[index].level
        end = index + 1
        while end < len(self.sections) and self.sections[end].level > level:
            end += 1
        return self.sections[index:end]
