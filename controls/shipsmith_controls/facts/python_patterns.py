"""Patterns of `match` statements: what they compare with, and the names they bind."""

from __future__ import annotations

from ast_grep_py import SgNode

from shipsmith_controls.facts.builder import MAX_DEPTH
from shipsmith_controls.facts.code import Choice, Expr, Mapping, Name, Opaque, Sequence
from shipsmith_controls.facts.python_expressions import Expressions
from shipsmith_controls.facts.python_values import EXTRAS, line_of, named, signed


def pattern(x: Expressions, node: SgNode, names: list[str]) -> Expr:
    """The value that stands for a pattern; the names it binds are added to `names`.

    Alternatives are a `Choice`, a class pattern an `Opaque` of the class and what is inside.
    """
    if x.depth >= MAX_DEPTH:
        return Opaque(line_of(node), "deep")
    x.depth += 1
    value = _pattern(x, node, names)
    x.depth -= 1
    return value


def _pattern(x: Expressions, node: SgNode, names: list[str]) -> Expr:
    kind = node.kind()
    line = line_of(node)
    children = named(node)
    match kind:
        case "dotted_name" | "identifier":
            value = x.expr(node)
            if isinstance(value, Name):
                names.append(value.id)
            return value
        case "as_pattern":
            values = _patterns(x, children, names)
            return values[0] if values else Opaque(line, kind)
        case "list_pattern" | "tuple_pattern":
            return Sequence(line, _patterns(x, children, names))
        case "union_pattern":
            return Choice(line, _alternatives(x, node, names))
        case "dict_pattern":
            return _entries(x, node, names)
        case "keyword_pattern":
            # The first child is the attribute that is looked at, not a name that is bound.
            values = _patterns(x, children[1:], names)
            return values[0] if values else Opaque(line, kind)
        case "class_pattern":
            head = tuple(x.expr(c) for c in children[:1])
            return Opaque(line, kind, head + _patterns(x, children[1:], names))
        case "splat_pattern":
            return Opaque(line, "spread", _alternatives(x, node, names))
        case "case_pattern":
            values = _alternatives(x, node, names)
            return values[0] if len(values) == 1 else Opaque(line, "_", values)
        case _:
            return x.expr(node, kind)


def _patterns(x: Expressions, nodes: list[SgNode], names: list[str]) -> tuple[Expr, ...]:
    return tuple(pattern(x, n, names) for n in nodes)


def _alternatives(x: Expressions, node: SgNode, names: list[str]) -> tuple[Expr, ...]:
    """The patterns below a node; a minus sign before a number belongs to it."""
    found: list[Expr] = []
    minus = False
    for child in node.children():
        kind = child.kind()
        if kind == "-":
            minus = True
        elif kind == "_":
            found.append(Opaque(line_of(child), "_"))
        elif child.is_named() and kind not in EXTRAS:
            value = pattern(x, child, names)
            found.append(signed(value.line, "-", value) if minus else value)
            minus = False
    return tuple(found)


def _entries(x: Expressions, node: SgNode, names: list[str]) -> Expr:
    entries: list[tuple[Expr | None, Expr]] = []
    key: Expr | None = None
    for child in named(node):
        kind = child.kind()
        if kind == "splat_pattern":
            entries.extend((None, v) for v in _patterns(x, named(child), names))
        elif kind == "case_pattern":
            entries.append((key, pattern(x, child, names)))
            key = None
        else:
            key = x.expr(child, kind)
    return Mapping(line_of(node), tuple(entries))
