"""Literals of TypeScript and JavaScript: text, template text and numbers as Python values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipsmith_controls.facts.builder import number_literal, template, text_literal
from shipsmith_controls.facts.code import Expr, Literal, Opaque, Template
from shipsmith_controls.facts.typescript_walker import line_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from shipsmith_controls.facts.typescript_walker import ExpressionHandler, Walker

_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))", re.S
)
_LONGEST_INTEGER = 30
"""Digits beyond which a decimal is read as a float at once; it would become one anyway."""
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\n": ""}


def unescape(text: str) -> str:
    """Text with its escape sequences resolved; a code beyond Unicode becomes U+FFFD."""
    return _ESCAPE.sub(_resolve, text) if "\\" in text else text


def _resolve(match: re.Match[str]) -> str:
    braced, unit, byte, octal, single = match.groups()
    if single is not None:
        return _SINGLE.get(single, single)
    code = int(octal, 8) if octal else int(braced or unit or byte, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def string_value(node: SgNode) -> str:
    """The text of a `string` node, without quotes."""
    return unescape(node.text()[1:-1])


def string(w: Walker, node: SgNode) -> Expr:
    """`"text"` or `'text'`."""
    return text_literal(line_of(node), string_value(node))


def template_string(w: Walker, node: SgNode) -> Expr:
    """`` `text ${value}` ``; without inserted values it is a constant like any other text."""
    return template(line_of(node), _pieces(w, node))


def tagged_template(w: Walker, node: SgNode) -> Template:
    """The text handed to a template tag: a `Template` even when nothing is inserted."""
    built = template_string(w, node)
    return built if isinstance(built, Template) else Template(built.line, (built,))


def _pieces(w: Walker, node: SgNode) -> list[Expr]:
    pieces: list[Expr] = []
    for child in node.named_children():
        if child.kind() != "template_substitution":
            pieces.append(Literal(line_of(child), unescape(child.text())))
            continue
        for value in child.named_children():
            if value.kind() != "comment":
                pieces.append(w.expr(value))
    return pieces


def number(w: Walker, node: SgNode) -> Expr:
    """A number: `1_000`, `0xff`, `1.5e3`, `10n`."""
    line = line_of(node)
    text = node.text().replace("_", "").removesuffix("n")
    value = _number(text)
    return Opaque(line, "number") if value is None else number_literal(line, value)


def _number(text: str) -> int | float | None:
    try:
        if text[:1] == "0" and text[1:2] in set("xXoObB"):
            return int(text, 0)
        if not text.isdecimal() or len(text) > _LONGEST_INTEGER:
            return float(text)
        legacy_octal = len(text) > 1 and text[0] == "0" and not set(text) & {"8", "9"}
        return int(text, 8 if legacy_octal else 10)
    except ValueError:
        return None


def _constant(value: bool | None) -> ExpressionHandler:
    def handler(w: Walker, node: SgNode) -> Expr:
        return Literal(line_of(node), value)

    return handler


def _opaque(w: Walker, node: SgNode) -> Expr:
    return Opaque(line_of(node), node.kind())


EXPRESSIONS: dict[str, ExpressionHandler] = {
    "string": string,
    "template_string": template_string,
    "number": number,
    "true": _constant(True),
    "false": _constant(False),
    "null": _constant(None),
    "undefined": _constant(None),
    "regex": _opaque,
}
