"""Bindings: declarations, assignments, and the patterns that take values apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipsmith_controls.facts.code import Choice, Expr, Literal, Name, Opaque, Subscript
from shipsmith_controls.facts.typescript_commonjs import assigned_export, export_name, required
from shipsmith_controls.facts.typescript_expressions import key_value
from shipsmith_controls.facts.typescript_types import annotation
from shipsmith_controls.facts.typescript_walker import COMMENTS, first_inside, inside, line_of, peel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ast_grep_py import SgNode

    from shipsmith_controls.facts.typescript_walker import (
        ExpressionHandler,
        StatementHandler,
        Walker,
    )

_PATTERNS = frozenset({"object_pattern", "array_pattern"})
_NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern"})
_DEFAULTED = frozenset({"assignment_pattern", "object_assignment_pattern"})


def declaration(w: Walker, node: SgNode) -> None:
    """`const a = 1, { b } = c;`, `let d: D;`, `var e = require("e");`."""
    declare(w, node, exported=False)


def declare(w: Walker, node: SgNode, exported: bool) -> None:
    """The declarators of a `const`, `let` or `var`."""
    for child in node.named_children():
        kind = child.kind()
        if kind == "variable_declarator":
            _declarator(w, child, exported)
        elif kind not in COMMENTS:
            w.statement(child)


def _declarator(w: Walker, node: SgNode, exported: bool) -> None:
    target, given = node.field("name"), node.field("value")
    if target is None:
        return
    if target.kind() in _PATTERNS:
        value = w.at(node, "value")
        if given is None or not required(w, given, target):
            bind(w, target, value)
        return
    name = target.text()
    declared = annotation(w, node.field("type"))
    bound = None if given is None else w.named(given, name, exported)
    if given is None or not required(w, given, target):
        line = line_of(target)
        w.assign(line, Name(line, name), bound, declared)


def assignment(w: Walker, node: SgNode) -> Expr:
    """`target = value`, also taking apart; its value is the value."""
    left, right = node.field("left"), node.field("right")
    if left is None or right is None:
        return Opaque(line_of(node), "assignment_expression")
    left = peel(left)
    if left.kind() in _PATTERNS:
        value = w.expr(right)
        bind(w, left, value)
        return value
    target = w.expr(left)
    exported = export_name(target)
    value = w.named(right, _last_name(target), exported is not None)
    line = line_of(left)
    w.assign(line, target, value)
    if exported is not None:
        assigned_export(w, line, exported, value)
    return value


def augmented(w: Walker, node: SgNode) -> Expr:
    """`target += value` and its kin, `??=` among them."""
    target = w.at(node, "left")
    right = node.field("right")
    value = Opaque(line_of(node), "missing") if right is None else w.named(right, _last_name(target))
    w.assign(line_of(node), target, value, augmented=True)
    return value


def update(w: Walker, node: SgNode) -> Expr:
    """`i++` and `--i`, which add 1 or -1."""
    target = w.at(node, "argument")
    token = node.field("operator")
    line = line_of(node)
    step = -1 if token is not None and token.kind() == "--" else 1
    w.assign(line, target, Literal(line, step), augmented=True)
    return target


def _last_name(target: Expr) -> str:
    if isinstance(target, Name):
        return target.id
    if isinstance(target, Subscript):
        key = target.index
        return key.value if isinstance(key, Literal) and isinstance(key.value, str) else ""
    return getattr(target, "name", "")


def bind(w: Walker, pattern: SgNode, value: Expr) -> None:
    """Record one assignment for each name of a pattern: its value is a part of `value`."""
    kind = pattern.kind()
    line = line_of(pattern)
    if kind in _NAMES:
        w.assign(line, Name(line, pattern.text()), value)
    elif kind == "object_pattern":
        for child in inside(pattern):
            _bind_entry(w, child, value)
    elif kind == "array_pattern":
        for index, child in elements(pattern):
            if child.kind() == "rest_pattern":
                _bind_rest(w, child, Subscript(line_of(child), value, Opaque(line_of(child), "slice")))
            else:
                at = line_of(child)
                bind(w, child, Subscript(at, value, Literal(at, index)))
    elif kind in _DEFAULTED:
        left, right = pattern.field("left"), pattern.field("right")
        if left is not None and right is not None:
            bind(w, left, Choice(line, (value, w.named(right, left.text()))))
    else:
        w.assign(line, w.expr(pattern), value)


def _bind_entry(w: Walker, entry: SgNode, value: Expr) -> None:
    kind = entry.kind()
    line = line_of(entry)
    if kind == "rest_pattern":
        _bind_rest(w, entry, Opaque(line, "spread", (value,)))
    elif kind == "pair_pattern":
        key = key_value(w, entry.field("key"), entry)
        inner = entry.field("value")
        if inner is not None:
            bind(w, inner, Subscript(line, value, key))
    elif kind == "object_assignment_pattern":
        left = entry.field("left")
        if left is not None:
            bind(w, entry, Subscript(line, value, Literal(line, left.text())))
    else:
        bind(w, entry, Subscript(line, value, Literal(line, entry.text())))


def _bind_rest(w: Walker, rest: SgNode, value: Expr) -> None:
    inner = first_inside(rest)
    if inner is not None:
        bind(w, inner, value)


def elements(pattern: SgNode) -> Iterator[tuple[int, SgNode]]:
    """The elements of an array pattern with their positions; holes count, comments do not."""
    index = 0
    for child in pattern.children():
        if child.kind() == ",":
            index += 1
        elif child.is_named() and child.kind() not in COMMENTS:
            yield index, child


def bound_names(pattern: SgNode) -> list[SgNode]:
    """The nodes of the names that a pattern binds, in order."""
    kind = pattern.kind()
    if kind in _NAMES:
        return [pattern]
    if kind == "pair_pattern":
        inner = [pattern.field("value")]
    elif kind in _DEFAULTED:
        inner = [pattern.field("left")]
    elif kind in _PATTERNS or kind == "rest_pattern":
        inner = [*inside(pattern)]
    else:
        return []
    return [name for child in inner if child is not None for name in bound_names(child)]


def head_names(w: Walker, pattern: SgNode | None) -> tuple[str, ...]:
    """The names that a head binds: a loop or a catch. Calls in their defaults are recorded."""
    if pattern is None:
        return ()
    _record_defaults(w, pattern)
    return tuple([name.text() for name in bound_names(pattern)])


def _record_defaults(w: Walker, pattern: SgNode) -> None:
    kind = pattern.kind()
    if kind in _DEFAULTED:
        w.at(pattern, "right")
        left = pattern.field("left")
        if left is not None:
            _record_defaults(w, left)
    elif kind in _PATTERNS or kind in ("pair_pattern", "rest_pattern"):
        for child in inside(pattern):
            _record_defaults(w, child)
    else:
        w.expr(pattern)


EXPRESSIONS: dict[str, ExpressionHandler] = {
    "assignment_expression": assignment,
    "augmented_assignment_expression": augmented,
    "update_expression": update,
}
STATEMENTS: dict[str, StatementHandler] = {
    "lexical_declaration": declaration,
    "variable_declaration": declaration,
}
