"""Types as values: `Foo<Bar>` is `Foo[Bar]`, a union is `|`, and what has no such shape is opaque."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING

from shipsmith_controls.facts.code import Attribute, Expr, Name, Opaque, Operation, Sequence, Subscript
from shipsmith_controls.facts.typescript_walker import first_inside, inside, line_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from shipsmith_controls.facts.typescript_walker import Walker

_DEEPEST = 50
_NAMES = frozenset({"type_identifier", "predefined_type", "identifier", "property_identifier"})
_QUALIFIED = {
    "nested_type_identifier": ("module", "name"),
    "nested_identifier": ("object", "property"),
    "member_expression": ("object", "property"),
}
_WRAPPERS = frozenset(
    {"type_annotation", "parenthesized_type", "readonly_type", "asserts_annotation", "optional_type"}
)
_LISTS = frozenset({"array_type", "tuple_type", "intersection_type", "type_query", "index_type_query"})


def annotation(w: Walker, node: SgNode | None) -> Expr | None:
    """The declared type in an optional type annotation."""
    return None if node is None else type_value(w, node)


def type_value(w: Walker, node: SgNode, depth: int = 0) -> Expr:
    """A type as a value; beyond 50 levels it is `Opaque("type")`."""
    kind = node.kind()
    if kind in _WRAPPERS:
        inner = first_inside(node)
        return Opaque(line_of(node), "type") if inner is None else type_value(w, inner, depth)
    line = line_of(node)
    if kind in _NAMES:
        return Name(line, intern(node.text()))
    if depth >= _DEEPEST:
        return Opaque(line, "type")
    if kind == "generic_type":
        return _generic(w, node, line, depth + 1)
    if kind == "union_type":
        return Operation(line, "|", _members(w, node, depth + 1))
    if kind == "literal_type":
        inner = first_inside(node)
        return Opaque(line, "type") if inner is None else w.expr(inner)
    if kind in _QUALIFIED:
        return _qualified(w, node, line, depth + 1)
    if kind == "this_type" or kind == "this":
        return Name(line, "self")
    if kind in _LISTS:
        return Opaque(line, "type", tuple([type_value(w, child, depth + 1) for child in inside(node)]))
    return Opaque(line, "type")


def _members(w: Walker, node: SgNode, depth: int) -> tuple[Expr, ...]:
    """The members of a union in order: the tree nests it to the left, one level for each `|`."""
    members: list[Expr] = []
    here: SgNode | None = node
    while here is not None and here.kind() == "union_type":
        children = inside(here)
        here = None
        if children and children[0].kind() == "union_type":
            here = children.pop(0)
        members.extend([type_value(w, child, depth) for child in reversed(children)])
    return tuple(reversed(members))


def _generic(w: Walker, node: SgNode, line: int, depth: int) -> Expr:
    name, arguments = node.field("name"), node.field("type_arguments")
    if name is None or arguments is None:
        return Opaque(line, "type")
    given = [type_value(w, child, depth) for child in inside(arguments)]
    index = given[0] if len(given) == 1 else Sequence(line_of(arguments), tuple(given))
    return Subscript(line, type_value(w, name, depth), index)


def _qualified(w: Walker, node: SgNode, line: int, depth: int) -> Expr:
    base_field, name_field = _QUALIFIED[node.kind()]
    base, name = node.field(base_field), node.field(name_field)
    if base is None or name is None:
        return Opaque(line, "type")
    return Attribute(line, type_value(w, base, depth), name.text())
