"""HCL (Terraform) through the tree-sitter grammar that ast-grep carries."""

from __future__ import annotations

from ast_grep_py import SgNode, SgRoot

from shipsmith_controls.facts._nodes import MAX_DEPTH, Malformed, number, scalar, too_deep
from shipsmith_controls.facts.config import Node, Scalar

_LABELS = {"identifier", "string_lit"}
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_WRAPPERS = {"expression", "literal_value", "template_expr", "collection_value"}
_TRANSPARENT = {"jsonencode", "yamlencode", "toset", "tolist", "tomap", "nonsensitive", "sensitive"}
"""Functions whose value is their argument in another coat; IAM policies stand inside them."""


def _span(node: SgNode) -> tuple[int, int]:
    place = node.range()
    end = place.end.line + 1
    return place.start.line + 1, end - (place.end.column == 0 and end > place.start.line + 1)


def _body(node: SgNode, depth: int) -> tuple[tuple[str, Node], ...]:
    if depth > MAX_DEPTH:
        raise too_deep()
    entries: list[tuple[str, Node]] = []
    for child in node.children():
        if child.kind() == "attribute":
            parts = child.children()
            values = [part for part in parts if part.kind() == "expression"]
            if values:
                entries.append((parts[0].text(), _placed(child, _expression(values[0], depth + 1))))
        elif child.kind() == "block":
            entries.append(_block(child, depth))
    return tuple(entries)


def _block(node: SgNode, depth: int) -> tuple[str, Node]:
    """A block with its labels as nested mappings: `resource "a" "b"` is resource → a → b."""
    start, end = _span(node)
    labels = [_label(part) for part in node.children() if part.kind() in _LABELS]
    bodies = [part for part in node.children() if part.kind() == "body"]
    entries = _body(bodies[0], depth + len(labels)) if bodies else ()
    value = Node(start, end, "map", None, (), entries)
    for label in reversed(labels[1:]):
        value = Node(start, end, "map", None, (), ((label, value),))
    return (labels[0] if labels else "", value)


def _label(node: SgNode) -> str:
    text = node.text()
    return text[1:-1] if node.kind() == "string_lit" else text


def _placed(holder: SgNode, value: Node) -> Node:
    line = holder.range().start.line + 1
    return Node(line, value.end_line, value.shape, value.scalar, value.items, value.entries)


def _expression(node: SgNode, depth: int) -> Node:
    """A literal, list or object as what it is; any other expression as its text."""
    if depth > MAX_DEPTH:
        raise too_deep()
    node = _unwrapped(node)
    start, end = _span(node)
    kind, text = node.kind(), node.text()
    if kind in ("string_lit", "quoted_template"):
        return scalar(start, _unescape(text[1:-1]), end)
    if kind == "heredoc_template":
        return scalar(start, "\n".join(text.split("\n")[1:-1]), end)
    if kind == "tuple":
        items = [part for part in node.children() if part.kind() == "expression"]
        return Node(start, end, "list", None, tuple(_expression(item, depth + 1) for item in items))
    if kind == "object":
        return Node(start, end, "map", None, (), _elements(node, depth))
    if text in _WORDS:
        return scalar(start, _WORDS[text])
    negative = text[:1] == "-" and text[1:2].isdigit()
    if kind == "numeric_lit" or negative:
        return scalar(start, number(text))
    return scalar(start, text, end)


def _unwrapped(node: SgNode) -> SgNode:
    """The expression inside grammar wrappers and functions that only change its coat."""
    for _ in range(MAX_DEPTH):
        children = node.children()
        if node.kind() in _WRAPPERS and len(children) == 1:
            node = children[0]
        elif node.kind() == "function_call" and children and children[0].text() in _TRANSPARENT:
            arguments = [part for part in children if part.kind() == "function_arguments"]
            values = (
                [part for part in arguments[0].children() if part.kind() == "expression"]
                if arguments
                else []
            )
            if len(values) != 1:
                return node
            node = values[0]
        else:
            return node
    raise too_deep()


def _elements(node: SgNode, depth: int) -> tuple[tuple[str, Node], ...]:
    entries: list[tuple[str, Node]] = []
    for element in node.children():
        pair = [part for part in element.children() if part.kind() == "expression"]
        if element.kind() == "object_elem" and len(pair) == 2:
            key = pair[0].text()
            key = key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key
            entries.append((key, _placed(element, _expression(pair[1], depth + 1))))
    return tuple(entries)


def _unescape(text: str) -> str:
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\") if "\\" in text else text


def read(text: str) -> tuple[Node, ...]:
    """The one root of an HCL text; parts that the grammar cannot read are left out.

    Raises:
        Malformed: nothing of it is HCL, or it is nested too deeply.
    """
    root = SgRoot(text, "hcl").root()
    entries: tuple[tuple[str, Node], ...] = ()
    for child in root.children():
        if child.kind() == "body":
            entries += _body(child, 0)
    if not entries and any(child.kind() != "comment" for child in root.children()):
        raise Malformed("no block or attribute of HCL could be read")
    return (Node(1, max(1, text.rstrip().count("\n") + 1), "map", None, (), entries),)
