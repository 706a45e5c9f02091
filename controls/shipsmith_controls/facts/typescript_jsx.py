"""JSX: an element is a call of its tag, attributes are keywords, children are arguments."""

from __future__ import annotations

import html
from sys import intern
from typing import TYPE_CHECKING

from shipsmith_controls.facts.builder import text_literal
from shipsmith_controls.facts.code import Expr, Keyword, Literal, Name, Opaque
from shipsmith_controls.facts.typescript_walker import COMMENTS, first_inside, line_of, span_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from shipsmith_controls.facts.typescript_walker import ExpressionHandler, Walker

_TEXT = frozenset({"jsx_text", "html_character_reference"})


def element(w: Walker, node: SgNode) -> Expr:
    """`<Tag a={b}>children</Tag>`, and a fragment `<>…</>` whose tag is an empty name."""
    callee: Expr | None = None
    keywords: tuple[Keyword, ...] = ()
    children: list[Expr] = []
    text: list[SgNode] = []
    for child in node.named_children():
        kind = child.kind()
        if kind in _TEXT or (kind == "ERROR" and is_bare_ampersand(child)):
            text.append(child)
            continue
        _flush(text, children)
        if kind == "jsx_opening_element":
            callee = _tag(w, child)
            keywords = _attributes(w, child)
        elif kind == "jsx_expression":
            inner = first_inside(child)
            if inner is not None:
                children.append(w.expr(inner))
        elif kind != "jsx_closing_element" and kind not in COMMENTS:
            children.append(w.expr(child))
    _flush(text, children)
    line, end_line = span_of(node)
    return w.call(line, end_line, callee or Name(line, ""), tuple(children), keywords, element=True)


def is_bare_ampersand(error: SgNode) -> bool:
    """Whether the parser stumbled over `A & B` in JSX text, which compilers take as written."""
    return error.text().startswith("&")


def self_closing(w: Walker, node: SgNode) -> Expr:
    """`<Tag a={b} />`."""
    callee = _tag(w, node)
    line, end_line = span_of(node)
    return w.call(line, end_line, callee, (), _attributes(w, node), element=True)


def _tag(w: Walker, node: SgNode) -> Expr:
    tag = node.field("name")
    if tag is None:
        return Name(line_of(node), "")
    if tag.kind() == "jsx_namespace_name":
        return Name(line_of(tag), tag.text())
    return w.expr(tag)


def _attributes(w: Walker, node: SgNode) -> tuple[Keyword, ...]:
    keywords: list[Keyword] = []
    for child in node.field_children("attribute"):
        line = line_of(child)
        if child.kind() == "jsx_attribute":
            parts = [part for part in child.named_children() if part.kind() not in COMMENTS]
            name = intern(parts[0].text()) if parts else ""
            value = _value(w, parts[1], name) if len(parts) > 1 else Literal(line, True)
            keywords.append(Keyword(name, value, line))
            continue
        inner = first_inside(child)
        if inner is not None and inner.kind() == "spread_element":
            inner = first_inside(inner)
        if inner is not None:
            keywords.append(Keyword(None, w.expr(inner), line))
    return tuple(keywords)


def _value(w: Walker, node: SgNode, name: str) -> Expr:
    kind = node.kind()
    if kind == "string":
        # JSX knows no escapes in attribute text, only character references.
        return text_literal(line_of(node), html.unescape(node.text()[1:-1]))
    if kind == "jsx_expression":
        inner = first_inside(node)
        return Opaque(line_of(node), kind) if inner is None else w.named(inner, name)
    return w.expr(node)


def _flush(text: list[SgNode], children: list[Expr]) -> None:
    """Turn gathered text nodes into one child, white space collapsed; blank text is no child."""
    if not text:
        return
    raw = "".join([node.text() for node in text])
    shown = " ".join(raw.split())
    if shown:
        blank = len(raw) - len(raw.lstrip())
        line = line_of(text[0]) + raw.count("\n", 0, blank)
        children.append(text_literal(line, html.unescape(shown)))
    text.clear()


EXPRESSIONS: dict[str, ExpressionHandler] = {
    "jsx_element": element,
    "jsx_self_closing_element": self_closing,
    "jsx_fragment": element,
}
