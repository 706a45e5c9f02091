"""Calm colours for source code, by theme variables, so that the marked line stays the loudest."""

from __future__ import annotations

from textual.highlight import HighlightTheme


class CodeColours(HighlightTheme):
    """Four tones: words of the language, names that are defined, literals, comments.

    A token of Pygments is a tuple of its names.
    """

    STYLES: dict[tuple[str, ...], str] = {  # noqa: RUF012 - as declared by Textual
        (): "$code",
        ("Comment",): "$code-comment italic",
        ("Keyword",): "$code-keyword",
        ("Operator", "Word"): "$code-keyword",
        ("Name", "Class"): "$code-name",
        ("Name", "Function"): "$code-name",
        ("Name", "Decorator"): "$code-name",
        ("Name", "Attribute"): "$code-name",
        ("Name", "Tag"): "$code-keyword",
        ("Literal",): "$code-literal",
        ("Literal", "String", "Doc"): "$code-comment italic",
        ("Generic", "Heading"): "$code-name",
    }
