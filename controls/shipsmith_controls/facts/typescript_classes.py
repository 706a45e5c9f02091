"""Classes, and what stands for one: interfaces, object types and enums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipsmith_controls.facts.code import Expr, Literal, Name, Opaque, Subscript
from shipsmith_controls.facts.typescript_expressions import decorator_values, key_value
from shipsmith_controls.facts.typescript_functions import add_function
from shipsmith_controls.facts.typescript_types import annotation, type_value
from shipsmith_controls.facts.typescript_walker import inside, line_of, span_of, text_or_none

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from shipsmith_controls.facts.typescript_walker import Binder, StatementHandler, Walker

_FIELDS = frozenset({"public_field_definition", "field_definition", "property_signature"})
_BODILESS = frozenset({"abstract_method_signature", "method_signature"})


def class_declaration(w: Walker, node: SgNode) -> None:
    """`class Name extends Base implements Role { … }`, also abstract."""
    add_class(w, node, "", [])


def class_expression(w: Walker, node: SgNode, bound: str, exported: bool) -> Expr:
    """A class as a value, named by what it is bound to."""
    line = line_of(node)
    add_class(w, node, bound, [])
    return Opaque(line, "class")


def add_class(w: Walker, node: SgNode, bound: str, decorators: list[SgNode]) -> None:
    """Record a class; `decorators` are those that stand on its `export`."""
    own = [*decorators, *node.field_children("decorator")]
    applied = decorator_values(w, own)
    bases: list[Expr] = []
    for child in node.named_children():
        if child.kind() == "class_heritage":
            for clause in inside(child):
                bases.extend(_bases(w, clause))
    name = bound or _name(node)
    scope = w.open_class(name, _start(node), span_of(node)[1])
    body = node.field("body")
    if body is not None:
        _members(w, body)
    w.close_class(scope, bases=tuple(bases), decorators=applied)


def _bases(w: Walker, clause: SgNode) -> list[Expr]:
    kind = clause.kind()
    if kind == "implements_clause":
        return [type_value(w, child) for child in inside(clause)]
    if kind == "extends_clause":
        return [w.expr(base) for base in clause.field_children("value")]
    return [w.expr(clause)]


def _name(node: SgNode) -> str:
    name = node.field("name")
    return "" if name is None else name.text()


def _start(node: SgNode) -> int:
    """The line where a class or member starts, its decorators left out."""
    for child in node.children():
        if child.kind() != "decorator" and child.kind() != "comment":
            return line_of(child)
    return line_of(node)


def _members(w: Walker, body: SgNode) -> None:
    """Record the members of a class body; a decorator belongs to the member after it."""
    waiting: list[SgNode] = []
    interface = body.kind() != "class_body"
    for child in inside(body):
        kind = child.kind()
        if kind == "decorator":
            waiting.append(child)
            continue
        applied = decorator_values(w, [*waiting, *child.field_children("decorator")])
        waiting = []
        if kind == "method_definition" or (
            kind in _BODILESS and (interface or kind == "abstract_method_signature")
        ):
            key = key_value(w, child.field("name"), child)
            name = text_or_none(key) or ""
            add_function(w, child, name, decorators=applied, line=_start(child))
        elif kind in _FIELDS:
            _field(w, child)
        elif kind == "class_static_block":
            w.body(child.field("body"))
        elif kind == "ERROR":
            w.statement(child)


def _field(w: Walker, node: SgNode) -> None:
    key = key_value(w, node.field("name") or node.field("property"), node)
    line = line_of(node) if isinstance(key, Opaque) else key.line
    name = text_or_none(key)
    declared = annotation(w, node.field("type"))
    given = node.field("value")
    value = None if given is None else w.named(given, name or "")
    if name is not None:
        w.assign(line, Name(line, name), value, declared)
    else:
        w.assign(line, Subscript(line, Name(line, "self"), key), value, declared)


def interface(w: Walker, node: SgNode) -> None:
    """`interface Name extends Other { … }`: its members are fields without value and functions."""
    bases = [
        type_value(w, base)
        for child in node.named_children()
        if child.kind() == "extends_type_clause"
        for base in inside(child)
    ]
    _shape(w, node, node.field("body"), tuple(bases))


def type_alias(w: Walker, node: SgNode) -> None:
    """`type Name = …`: an object type is a class, any other type annotates a name without value."""
    value = node.field("value")
    if value is not None and value.kind() == "object_type":
        _shape(w, node, value, ())
        return
    line = line_of(node)
    w.assign(line, Name(line, _name(node)), None, annotation(w, value))


def _shape(w: Walker, node: SgNode, body: SgNode | None, bases: tuple[Expr, ...]) -> None:
    line, end_line = span_of(node)
    scope = w.open_class(_name(node), line, end_line)
    if body is not None:
        _members(w, body)
    w.close_class(scope, bases=bases)


def enum(w: Walker, node: SgNode) -> None:
    """`enum Name { A, B = "b" }`: a class whose members are fields."""
    line, end_line = span_of(node)
    scope = w.open_class(_name(node), line, end_line)
    body = node.field("body")
    for child in inside(body) if body is not None else ():
        assigned = child.kind() == "enum_assignment"
        key = key_value(w, child.field("name") if assigned else child, child)
        value = w.at(child, "value") if assigned else None
        at = line_of(child)
        w.assign(at, Name(at, _member_name(key)), value)
    w.close_class(scope)


def _member_name(key: Expr) -> str:
    return str(key.value) if isinstance(key, Literal) else ""


BINDERS: dict[str, Binder] = {"class": class_expression}
STATEMENTS: dict[str, StatementHandler] = {
    "class_declaration": class_declaration,
    "abstract_class_declaration": class_declaration,
    "interface_declaration": interface,
    "type_alias_declaration": type_alias,
    "enum_declaration": enum,
}
