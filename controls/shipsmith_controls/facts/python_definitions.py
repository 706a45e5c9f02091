"""Imports and targets of Python: the statements that bind names."""

from __future__ import annotations

from sys import intern

from ast_grep_py import SgNode

from shipsmith_controls.facts.builder import MAX_DEPTH
from shipsmith_controls.facts.code import Attribute, Expr, Literal, Name, Opaque, Subscript
from shipsmith_controls.facts.python_expressions import Expressions
from shipsmith_controls.facts.python_values import line_of, named

_UNPACKED = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "expression_list", "tuple", "list"}
)
_STARRED = frozenset({"list_splat_pattern", "list_splat"})


def import_statement(x: Expressions, node: SgNode) -> None:
    """`import a.b`, `import a.b as c`."""
    for child in named(node):
        line = line_of(child)
        module, alias = _imported(child)
        local = alias or module.partition(".")[0]
        x.builder.import_(line, module, None, intern(local), type_only=x.type_only)


def import_from(x: Expressions, node: SgNode) -> None:
    """`from a import b as c`, `from . import b`, `from a import *`."""
    children = named(node)
    if node.kind() == "future_import_statement":
        module = "__future__"
    elif children:
        module = intern(_compact(children.pop(0)))
    else:
        return
    for child in children:
        line = line_of(child)
        name, alias = ("*", "") if child.kind() == "wildcard_import" else _imported(child)
        x.builder.import_(line, module, name, alias or name, type_only=x.type_only)


def _imported(node: SgNode) -> tuple[str, str]:
    """The name that is imported and its alias, or ""."""
    if node.kind() != "aliased_import":
        return intern(_compact(node)), ""
    name, *_, alias = node.children()
    return intern(_compact(name)), intern(alias.text())


def _compact(node: SgNode) -> str:
    return "".join(node.text().split())


def assignment(x: Expressions, node: SgNode) -> None:
    """`a = b = value`, `a: T = value`, `a: T`; one fact for each name that is bound."""
    line = line_of(node)
    targets: list[tuple[SgNode, Expr | None]] = []
    value: SgNode | None = node
    while value is not None and value.kind() == "assignment":
        target = value.field("left")
        if target is not None:
            targets.append((target, x.annotation(value.field("type"))))
        value = value.field("right")
    if value is not None and value.kind() == "augmented_assignment":
        augmented(x, value)
        value = value.field("left")
    given: Expr | None = None
    if value is not None:
        first = targets[0][0] if targets else value
        given = x.bound(value, own_name(first))
    for target, annotation in targets:
        bind(x, target, given, line, annotation)


def augmented(x: Expressions, node: SgNode) -> None:
    """`a += value` and its kin."""
    target, value = node.field("left"), node.field("right")
    given = x.expr(value) if value is not None else None
    if target is not None:
        x.builder.assign(line_of(node), x.expr(target), given, augmented=True)


def own_name(target: SgNode) -> str:
    """What a function that is bound to a target is called."""
    kind = target.kind()
    if kind == "attribute":
        return target.children()[-1].text()
    return target.text() if kind == "identifier" else ""


def bind(
    x: Expressions, target: SgNode, value: Expr | None, line: int, annotation: Expr | None = None
) -> None:
    """Bind a value to a target; unpacking binds each name to its part of the value."""
    kind = target.kind()
    if kind == "parenthesized_expression":
        children = named(target)
        kind = children[0].kind() if children else kind
        target = children[0] if children else target
    if value is None or kind not in _UNPACKED:
        x.builder.assign(line, x.expr(target, kind), value, annotation)
        return
    if x.depth >= MAX_DEPTH:
        return
    x.depth += 1
    parts = named(target)
    after = 0
    for at, part in enumerate(parts):
        if part.kind() in _STARRED:
            after = len(parts)
            stop = Literal(line, at + 1 - after or None)
            index: Expr = Opaque(line, "slice", (Literal(line, at), stop))
            part = part.children()[-1]
        else:
            index = Literal(line, at - after)
        bind(x, part, Subscript(line, value, index), line)
    x.depth -= 1


def declare(x: Expressions, node: SgNode) -> None:
    """`global a`, `nonlocal a`: declarations without value whose type is an opaque `global`."""
    kind = node.kind().removesuffix("_statement")
    for child in named(node):
        line = line_of(child)
        x.builder.assign(line, Name(line, intern(child.text())), None, Opaque(line, kind))


def type_alias(x: Expressions, node: SgNode) -> None:
    """`type X = ...`: an assignment of the type."""
    children = named(node)
    if len(children) < 2:
        return
    target = _assigned_to_type(x, children[0]) or x.annotation(children[0])
    if isinstance(target, Subscript):
        target = target.base
    if target is not None:
        x.builder.assign(line_of(node), target, x.annotation(children[-1]))


def _assigned_to_type(x: Expressions, node: SgNode) -> Expr | None:
    """The target of `type(a).b = c`, which the grammar takes for an alias called `(a).b`."""
    inner = named(node)[:1]
    if not inner or inner[0].kind() != "attribute":
        return None
    base, *_, name = inner[0].children()
    if base.kind() != "parenthesized_expression":
        return None
    line = line_of(node)
    ref = x.builder.call(line, line_of(name), Name(line, "type"), x.exprs(base))
    return Attribute(line, ref, intern(name.text()))
