"""A few lines of source code with their numbers, the lines that matter marked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from textual.content import Content

from shipsmith_widgets.painting import Part, content
from shipsmith_widgets.showing import Shown, show, show_lines

_LANGUAGES = {
    ".py": "python", ".pyi": "python", ".ts": "typescript", ".tsx": "tsx", ".mts": "typescript",
    ".cts": "typescript", ".js": "javascript", ".jsx": "jsx", ".mjs": "javascript",
    ".cjs": "javascript", ".toml": "toml", ".yaml": "yaml", ".yml": "yaml", ".json": "json",
    ".tf": "terraform", ".sh": "bash", ".md": "markdown", ".sql": "sql", ".html": "html",
    ".css": "css", ".go": "go", ".java": "java", ".rb": "ruby", ".rs": "rust", ".prisma": "graphql",
}  # fmt: skip
SNIPPET_BAR = "┃ "
_NAMES = {"dockerfile": "docker", "makefile": "make"}


@dataclass(frozen=True)
class Source:
    """Lines of a file as they are, the first of them number `first_line`."""

    path: str
    first_line: int
    lines: tuple[str, ...]


def language_of(path: str) -> str | None:
    """The name by which Pygments knows the language of a file, None when it is drawn plain."""
    name = PurePosixPath(path).name.lower()
    return _LANGUAGES.get(PurePosixPath(name).suffix) or _NAMES.get(name.split(".")[0])


def coloured(lines: tuple[Shown, ...], language: str | None) -> list[Content]:
    """Lines of code in the colours of their language; plain when it is unknown."""
    if language is None or not any(lines):
        return [content((line, "$code")) for line in lines]
    from textual.highlight import highlight

    from shipsmith_widgets.code_colours import CodeColours

    code = highlight("\n".join(lines), language=language, theme=CodeColours)
    split = code.split("\n", allow_blank=True)
    return [split[number] if number < len(split) else Content("") for number in range(len(lines))]


def source_lines(
    source: Source, first: int, last: int, around: int, width: int, most: int = 12
) -> list[Content]:
    """The lines `first` to `last` of a file and `around` more on each side, in `width` cells.

    Of a long finding only the first `most` lines are drawn.
    """
    last = min(last, first + most - 1)
    start = max(source.first_line, first - around)
    end = min(source.first_line + len(source.lines) - 1, last + around)
    window = source.lines[start - source.first_line : max(end - source.first_line + 1, 0)]
    digits = max(3, len(str(end)))
    shown = _dedented(tuple(show_lines(line, 240)[0] for line in window), width - digits - 3)
    painted = []
    for number, code in enumerate(coloured(shown, language_of(source.path)), start):
        marked = first <= number <= last
        bar: Part = (Shown("▌" if marked else " "), "$mark")
        digit = (show(str(number).rjust(digits)), "bold $mark" if marked else "$line-number")
        line = content(bar, digit, Shown("  "), code).truncate(width, ellipsis=True, pad=True)
        painted.append(line.stylize_before("on $mark-line") if marked else line)
    return painted


def snippet_lines(code: str, path: str, width: int) -> list[Content]:
    """A snippet to take over, in the colours of the file it is meant for; long lines are folded."""
    shown = show_lines(code.strip("\n"), 240, 40)
    bar: Part = (Shown(SNIPPET_BAR), "$score-good")
    room = max(width - len(SNIPPET_BAR), 1)
    return [
        content(bar, piece).truncate(width)
        for line in coloured(shown, language_of(path))
        for piece in (line.fold(room) if line else [line])
    ]


def _dedented(lines: tuple[Shown, ...], room: int) -> tuple[Shown, ...]:
    """Lines without the indentation that all of them share, when one of them would be cut off."""
    if all(len(line) <= room for line in lines):
        return lines
    common = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return tuple(Shown(line[common:]) for line in lines)
