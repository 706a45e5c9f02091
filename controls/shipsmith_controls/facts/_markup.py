"""What one line of a written document is, in Markdown, reStructuredText, AsciiDoc and plain text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

Kind = Literal["heading", "fence", "table", "item", "text", "none"]
Rows = tuple[tuple[int, tuple[str, ...]], ...]
_MAX_LINE = 20_000
_HEADING_WORDS = 12
"""A longer bold line is an emphasised sentence."""


class Mark(NamedTuple):
    """What stands at a line: its kind, and the index of the first line after it."""

    kind: Kind
    end: int = 0
    title: str = ""
    """Text of a heading or item, language of a fence."""
    level: int = 0
    """Level of a heading (0: a bold line); of a table 1 when its first row is the header."""
    start: int = 0
    stop: int = 0
    """First and last-but-one line of a fence's text."""
    rows: Rows = ()


class Dialect(Protocol):
    """Says what stands at line `at`; called with growing `at`."""

    def __call__(self, rows: list[str], at: int) -> Mark: ...


_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*\{?\.?([\w+#-]*)[^`]*$")
_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_BOLD = re.compile(r"[ \t]*(?:\*\*([^*]+)\*\*|__([^_]+)__|<b>([^<]+)</b>)[ \t]*:?[ \t]*$")
_RULE_ROW = re.compile(r"[ \t|:+-]*-[ \t|:+-]*$")
_RULE = re.compile(r"[ \t]*(?:[-*_=~+][ \t]*){3,}$")
_HTML_HEADING = re.compile(r"[ \t]*<h([1-6])\b[^>]*>(.*?)</h\1>[ \t]*$", re.IGNORECASE)
_MDX = re.compile(r"(?:import|export)\s+(?:[\w*{]|default\b).*(?:from\s|=|;|[\"'])")
_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)+")


def _fence(rows: list[str], at: int, closes: Callable[[str], bool], language: str) -> Mark:
    stop = at + 1
    while stop < len(rows) and not closes(rows[stop]):
        stop += 1
    return Mark("fence", stop + 1, language, 0, at + 1, stop)


def _skip_comment(rows: list[str], at: int, opening: str, closing: str) -> Mark:
    """A comment that opens at the start of a line and runs to its closing sign."""
    stop = at
    rest = rows[at].split(opening, 1)[1]
    while closing not in rest:
        stop += 1
        if stop >= len(rows):
            return Mark("none", stop)
        rest = rows[stop]
    tail = rest.split(closing, 1)[1]
    return Mark("text" if tail.strip() else "none", stop + 1, tail)


def _cells(row: str) -> tuple[str, ...]:
    body = row.strip().lstrip("> ")
    body = body.removeprefix("|").removesuffix("|").replace("\\|", "\x00")
    return tuple(cell.strip().replace("\x00", "|") for cell in body.split("|"))


def _pipe_table(rows: list[str], at: int) -> Mark | None:
    if "|" not in rows[at] or at + 1 >= len(rows):
        return None
    rule = rows[at + 1].lstrip("> \t")
    if ("|" not in rule and ":" not in rule and "|" not in rows[at][1:-1]) or not _RULE_ROW.match(rule):
        return None
    body = [(at + 1, _cells(rows[at]))]
    end = at + 2
    while end < len(rows) and "|" in rows[end] and rows[end].strip():
        body.append((end + 1, _cells(rows[end])))
        end += 1
    return Mark("table", end, "", 1, rows=tuple(body))


class Markdown:
    """Markdown and MDX."""

    def __init__(self) -> None:
        self._paragraph = False

    def __call__(self, rows: list[str], at: int) -> Mark:
        mark = self._mark(rows, at)
        self._paragraph = mark.kind == "text"
        return mark

    def _mark(self, rows: list[str], at: int) -> Mark:
        line = rows[at][:_MAX_LINE]
        body = line.strip()
        if not body:
            return Mark("none")
        if body.startswith("<!--"):
            return _skip_comment(rows, at, "<!--", "-->")
        if body.startswith("{/*"):
            return _skip_comment(rows, at, "{/*", "*/}")
        fence = _FENCE.match(line)
        if fence is not None:
            sign = fence[1]
            return _fence(rows, at, lambda row: _closes(row, sign), fence[2])
        heading = self._heading(rows, at, line, body)
        if heading is not None:
            return heading
        table = _pipe_table(rows, at)
        if table is not None:
            return table
        item = _ITEM.match(line)
        if item is not None and not _RULE.match(line):
            return Mark("item", 0, line[item.end() :])
        if _RULE.match(line) or (not self._paragraph and _MDX.match(line)):
            return Mark("none")
        quote = _QUOTE.match(line)
        return Mark("text", 0, line[quote.end() :] if quote is not None else line)

    def _heading(self, rows: list[str], at: int, line: str, body: str) -> Mark | None:
        atx = _ATX.match(line)
        if atx is not None:
            return Mark("heading", 0, atx[2] or "", len(atx[1]))
        following = rows[at + 1] if at + 1 < len(rows) else ""
        setext = _SETEXT.match(following)
        if setext is not None and not self._paragraph and not _ITEM.match(line) and "|" not in body:
            return Mark("heading", at + 2, body, 1 if setext[1][0] == "=" else 2)
        bold = _BOLD.match(line)
        if bold is not None and not self._paragraph and not following.strip():
            title = (bold[1] or bold[2] or bold[3]).rstrip(": ")
            if len(title.split()) <= _HEADING_WORDS and not title.endswith("."):
                return Mark("heading", 0, title, 0)
        html = _HTML_HEADING.match(line)
        return Mark("heading", 0, html[2], int(html[1])) if html is not None else None


def _closes(row: str, sign: str) -> bool:
    body = row.strip(" \t>")
    return len(body) >= len(sign) and not body.strip(sign[0])


_ADORNMENT = re.compile(r"([=\-`:'\"~^_*+#<>.!$%&(),/;?@\[\]{|}\\])\1{2,}[ \t]*$")
_DIRECTIVE = re.compile(r"([ \t]*)\.\. (?:([\w:-]+)::[ \t]*(.*)|.*)$")
_RST_ITEM = re.compile(r"[ \t]*(?:[-*+•]|(?:\d{1,9}|#)[.)]|\(\d{1,9}\))[ \t]+(?=\S)")
_CODE_DIRECTIVES = {"code-block", "code", "sourcecode", "parsed-literal", "literalinclude", "highlight"}


class Rst:
    """reStructuredText: heading levels follow the order in which adornments first appear."""

    def __init__(self) -> None:
        self._levels: list[str] = []
        self._literal = -1
        """Indent of the paragraph whose `::` announced a literal block."""

    def __call__(self, rows: list[str], at: int) -> Mark:
        line = rows[at][:_MAX_LINE]
        if not line.strip():
            return Mark("none")
        announced, self._literal = self._literal, -1
        if 0 <= announced < _indent(line):
            stop = _block_end(rows, at, announced)
            return Mark("fence", stop, "", 0, at, stop)
        following = rows[at + 1] if at + 1 < len(rows) else ""
        below = rows[at + 2] if at + 2 < len(rows) else ""
        over = _ADORNMENT.match(line)
        if over is not None:
            if following.strip() and below.strip() == line.strip():
                return Mark("heading", at + 3, following.strip(), self._level("over" + over[1]))
            return Mark("none")
        under = _ADORNMENT.match(following)
        if under is not None and line[:1] not in " \t" and len(following.strip()) >= min(3, len(line)):
            return Mark("heading", at + 2, line.strip(), self._level(under[1]))
        directive = _DIRECTIVE.match(line)
        if directive is not None:
            return self._directive(rows, at, directive)
        if line.rstrip().endswith("::"):
            self._literal = _indent(line)
            return Mark("text", 0, line.rstrip()[:-1])
        item = _RST_ITEM.match(line)
        if item is not None:
            return Mark("item", 0, line[item.end() :])
        return _grid(rows, at) or Mark("text", 0, line)

    def _level(self, style: str) -> int:
        if style not in self._levels:
            self._levels.append(style)
        return self._levels.index(style) + 1

    def _directive(self, rows: list[str], at: int, found: re.Match[str]) -> Mark:
        indent, name, argument = len(found[1]), found[2], found[3] or ""
        stop = _block_end(rows, at, indent)
        if name in _CODE_DIRECTIVES:
            return Mark("fence", stop, argument, 0, at + 1, stop)
        # Comments and targets go with their body; the body of a note or table is prose like any.
        return Mark("none", stop) if name is None else Mark("text", at + 1, argument or " ")


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _block_end(rows: list[str], at: int, indent: int) -> int:
    """The first line after `at` that is neither blank nor indented deeper than `indent`."""
    stop = at + 1
    while stop < len(rows) and (not rows[stop].strip() or _indent(rows[stop]) > indent):
        stop += 1
    return stop


def _grid(rows: list[str], at: int) -> Mark | None:
    """A grid table row between `+---+` rules, which are read as rules by themselves."""
    body = rows[at].strip()
    if len(body) < 3 or body[0] != "|" or body[-1] != "|":
        return None
    return Mark("table", at + 1, "", 0, rows=((at + 1, _cells(rows[at])),))


_ADOC_HEADING = re.compile(r"(={1,6})[ \t]+(\S.*)$")
_ADOC_BLOCK = re.compile(r"(-{4,}|\.{4,}|\+{4,}|`{3,})[ \t]*(\w*)[ \t]*$")
_ADOC_ITEM = re.compile(r"[ \t]*(?:[*\-.]{1,5}|\d{1,9}\.)[ \t]+(?=\S)")
_ADOC_LANGUAGE = re.compile(r"\[source,[ \t]*(\w+)")


class AsciiDoc:
    """AsciiDoc."""

    def __call__(self, rows: list[str], at: int) -> Mark:
        line = rows[at][:_MAX_LINE]
        body = line.strip()
        if not body:
            return Mark("none")
        heading = _ADOC_HEADING.match(line)
        if heading is not None:
            return Mark("heading", 0, heading[2], len(heading[1]))
        if body.startswith("////"):
            return Mark("none", _fence(rows, at, lambda row: row.strip() == body, "").end)
        block = _ADOC_BLOCK.match(line)
        if block is not None:
            before = _ADOC_LANGUAGE.match(rows[at - 1]) if at else None
            language = block[2] or (before[1] if before is not None else "")
            return _fence(rows, at, lambda row: row.strip() == block[1], language)
        if body == "|===":
            return _adoc_table(rows, at)
        if line.startswith(("//", ":", "[")):
            return Mark("none")
        bold = _BOLD.match(line) or re.match(r"\.?\*([^*]+)\*$", body)
        if bold is not None:
            return Mark("heading", 0, bold[1] or body.strip("*_. "), 0)
        item = _ADOC_ITEM.match(line)
        return Mark("item", 0, line[item.end() :]) if item is not None else Mark("text", 0, line)


def _adoc_table(rows: list[str], at: int) -> Mark:
    found: list[tuple[int, tuple[str, ...]]] = []
    stop = at + 1
    while stop < len(rows) and rows[stop].strip() != "|===":
        if "|" in rows[stop]:
            found.append((stop + 1, _cells(rows[stop])))
        stop += 1
    headed = at + 2 < len(rows) and not rows[at + 2].strip() and len(found) > 1
    return Mark("table", stop + 1, "", int(headed), rows=tuple(found))


class Plain:
    """Plain text: no headings but underlined ones; items by their sign."""

    def __call__(self, rows: list[str], at: int) -> Mark:
        line = rows[at][:_MAX_LINE]
        following = rows[at + 1] if at + 1 < len(rows) else ""
        if not line.strip() or _RULE.match(line):
            return Mark("none")
        if re.match(r"(=|-)\1{2,}[ \t]*$", following):
            return Mark("heading", at + 2, line.strip(), 1 if following[0] == "=" else 2)
        item = _ITEM.match(line)
        return Mark("item", 0, line[item.end() :]) if item is not None else Mark("text", 0, line)


DIALECTS: dict[str, Callable[[], Dialect]] = {
    "markdown": Markdown,
    "rst": Rst,
    "asciidoc": AsciiDoc,
    "text": Plain,
}

_LINK = re.compile(r"!?\[([^\[\]]*)\]\(\s*<?([^)\s>]*)>?[^)]*\)")
_RST_LINK = re.compile(r"`([^`<]+?)\s*<([^`>\s]+)>`__?")
_ADOC_LINK = re.compile(r"\b(?:link:)?((?:https?://|mailto:)?[^\s\[\]<>]+)\[([^\[\]]+)\](?!\()")
_TAG_LINK = re.compile(r"""<(?:a|img)\b[^<>]*?\b(?:href|src)=["']([^"']+)["'][^<>]*>""", re.IGNORECASE)
_ALT = re.compile(r"""\balt=["']([^"']*)["']""", re.IGNORECASE)
_BARE = re.compile(r"<?((?:https?://|mailto:)[^\s<>\"'`)\]]+)>?")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_EMPHASIS = re.compile(r"\*\*|__|\*(?=\S)|(?<=\S)\*|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)")


def inline(raw: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The visible words of a line, and its links and images as (text, target)."""
    links: list[tuple[str, str]] = []
    text = raw[:_MAX_LINE]

    def keep(name: str, target: str) -> str:
        links.append((name.strip(), target.rstrip(".,;:")))
        return name

    if "<!--" in text:
        text = _without_comments(text)
    if "](" in text:
        for _ in range(2):  # a badge is an image inside a link
            text = _LINK.sub(lambda found: keep(found[1], found[2]), text)
    if ">`_" in text:
        text = _RST_LINK.sub(lambda found: keep(found[1], found[2]), text)
    if "://" in text or "mailto:" in text:
        text = _ADOC_LINK.sub(
            lambda found: keep(found[2], found[1]) if ":" in found[1] else found[0], text
        )
    if "<" in text:
        text = _TAG_LINK.sub(lambda found: keep(_alt(found[0]), found[1]) and " ", text)
        text = _BARE.sub(lambda found: keep(found[1], found[1]), text)
        text = _TAG.sub(" ", text)
    elif "://" in text or "mailto:" in text:
        text = _BARE.sub(lambda found: keep(found[1], found[1]), text)
    spans = text.replace("``", "`").split("`")
    spans[::2] = [_EMPHASIS.sub("", span) for span in spans[::2]]
    return "".join(spans), tuple(links)


def _without_comments(text: str) -> str:
    """The text without `<!-- … -->`; an unclosed one is no comment."""
    pieces: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        pieces.append(text[at:start])
        at = end + 3
    return " ".join([*pieces, text[at:]])


def _alt(tag: str) -> str:
    found = _ALT.search(tag)
    return found[1] if found is not None else " "
