"""What each kind of Python expression is worth: names, displays, literals, text and operators."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Final, cast

from ast_grep_py import SgNode

from shipsmith_controls.facts.builder import number_literal, template, text_literal
from shipsmith_controls.facts.code import (
    Attribute,
    Choice,
    Expr,
    Literal,
    Mapping,
    Name,
    Opaque,
    Operation,
    Sequence,
    Subscript,
    Template,
)
from shipsmith_controls.facts.python_text import (
    inserted_text,
    number,
    percent,
    prefix,
    string_value,
)

if TYPE_CHECKING:
    from shipsmith_controls.facts.python_expressions import Expressions

EXTRAS: Final = frozenset({"comment", "line_continuation"})
"""Nodes that can stand anywhere and mean nothing."""


def line_of(node: SgNode) -> int:
    """The line on which a node begins, from 1."""
    return node.range().start.line + 1


def named(node: SgNode) -> list[SgNode]:
    """The children of a node that mean something: no punctuation, no comments."""
    return [c for c in node.named_children() if c.kind() not in EXTRAS]


def is_text(value: Expr) -> bool:
    """Whether a value is known to be text."""
    return isinstance(value, Template) or (isinstance(value, Literal) and isinstance(value.value, str))


def dotted(line: int, path: str) -> Expr:
    """`a.b.c` as a name and its attributes."""
    first, *rest = path.split(".")
    value: Expr = Name(line, intern(first))
    for part in rest:
        value = Attribute(line, value, intern(part))
    return value


# Names and parts ------------------------------------------------------------------------


def attribute(x: Expressions, node: SgNode) -> Expr:
    """`base.name`."""
    children = node.children()
    base = x.expr(children[0])
    return Attribute(base.line, base, intern(children[-1].text()))


def subscript(x: Expressions, node: SgNode) -> Expr:
    """`base[index]`; several indices are a sequence."""
    base, *indices = x.exprs(node) or (Opaque(line_of(node), "subscript"),)
    if len(indices) == 1:
        return Subscript(base.line, base, indices[0])
    return Subscript(base.line, base, Sequence(base.line, tuple(indices)))


def slice_(x: Expressions, node: SgNode) -> Expr:
    """`start:stop:step` with `None` where start or stop is left out."""
    line = line_of(node)
    parts: list[Expr] = [Literal(line, None), Literal(line, None)]
    at = 0
    for child in node.children():
        kind = child.kind()
        if kind == ":":
            at += 1
        elif kind not in EXTRAS:
            parts[at:] = [x.expr(child, kind), *parts[at + 1 :]]
    return Opaque(line, "slice", tuple(parts))


def dotted_name(x: Expressions, node: SgNode) -> Expr:
    """`a.b.c` in a pattern or decorator."""
    return dotted(line_of(node), "".join(node.text().split()))


def inner(x: Expressions, node: SgNode) -> Expr:
    """The value of a node that only wraps another."""
    children = named(node)
    if len(children) == 1:
        return x.expr(children[0])
    return Opaque(line_of(node), node.kind(), x.exprs(node))


def spread(x: Expressions, node: SgNode) -> Expr:
    """`*items` in a display or call."""
    return Opaque(line_of(node), "spread", x.exprs(node))


# Displays -------------------------------------------------------------------------------


def sequence(x: Expressions, node: SgNode) -> Expr:
    """A list, tuple or set."""
    return Sequence(line_of(node), x.exprs(node))


def mapping(x: Expressions, node: SgNode) -> Expr:
    """A dict; lambdas take the key as their name."""
    entries: list[tuple[Expr | None, Expr]] = []
    for child in node.named_children():
        kind = child.kind()
        if kind == "pair":
            parts = child.children()
            key = x.expr(parts[0])
            name = str(key.value) if isinstance(key, Literal) else ""
            entries.append((key, x.bound(parts[-1], name)))
        elif kind == "dictionary_splat":
            entries.append((None, x.expr(child.children()[-1])))
        elif kind not in EXTRAS:
            entries.append((None, x.expr(child, kind)))
    return Mapping(line_of(node), tuple(entries))


def comprehension(x: Expressions, node: SgNode) -> Expr:
    """A comprehension: its element, then its clauses."""
    return Opaque(line_of(node), "comprehension", x.exprs(node))


# Literals and text ----------------------------------------------------------------------


def string(x: Expressions, node: SgNode) -> Expr:
    """A string token: a literal, or a template when it inserts values."""
    line = node.range().start.line + 1
    token = node.text()
    if token[:1] in "\"'":
        return text_literal(line, string_value(token))
    letters = prefix(token)
    if "f" not in letters and "t" not in letters:
        return text_literal(line, string_value(token))
    parts: list[Expr] = []
    for child in node.named_children():
        kind = child.kind()
        if kind == "string_content":
            text = inserted_text(child.text(), raw="r" in letters)
            parts.append(text_literal(line_of(child), text))
        elif kind == "interpolation":
            parts.append(_insertion(x, child))
    return template(line, parts)


def _insertion(x: Expressions, node: SgNode) -> Expr:
    """The value that an f-string inserts; its format is read for the calls in it only."""
    first, *rest = named(node) or [node]
    if first is node:
        return Opaque(line_of(node), "interpolation")
    value = x.expr(first)
    for child in rest:
        x.exprs(child)
    return value


def concatenation(x: Expressions, node: SgNode) -> Expr:
    """Strings side by side."""
    return template(line_of(node), list(x.exprs(node)))


def numeral(x: Expressions, node: SgNode) -> Expr:
    """An integer or float token."""
    return number(line_of(node), node.text())


def true(x: Expressions, node: SgNode) -> Expr:
    """`True`."""
    return Literal(line_of(node), value=True)


def false(x: Expressions, node: SgNode) -> Expr:
    """`False`."""
    return Literal(line_of(node), value=False)


def none(x: Expressions, node: SgNode) -> Expr:
    """`None`."""
    return Literal(line_of(node), None)


# Operators ------------------------------------------------------------------------------


def binary(x: Expressions, node: SgNode) -> Expr:
    """Left-nested uses of one operator become one value, so that long sums stay shallow."""
    kind = node.kind()
    operator = ""
    right: list[SgNode] = []
    while node.kind() == kind:
        children = node.children()
        found = node.field("operator")
        symbol = found.kind() if found else ""
        if operator and symbol != operator:
            break
        operator = symbol
        right.append(children[-1])
        node = children[0]
    values = [x.expr(node), *(x.expr(n) for n in reversed(right))]
    line = values[0].line
    if operator == "or":
        return Choice(line, tuple(values))
    if operator == "+" and any(is_text(v) for v in values):
        return template(line, values)
    first, *rest = values
    if operator == "%" and isinstance(first, Literal | Template) and is_text(first):
        filled = percent(line, first, rest[0])
        return template(line, [filled, *rest[1:]])
    return Operation(line, intern(operator), tuple(values))


def unary(x: Expressions, node: SgNode) -> Expr:
    """`-a`, `~a`, `not a`."""
    children = node.children()
    return signed(line_of(node), intern(children[0].kind()), x.expr(children[-1]))


def signed(line: int, operator: str, value: Expr) -> Expr:
    """An operator before a value; the sign of a number belongs to the number."""
    if operator in ("-", "+") and isinstance(value, Literal) and type(value.value) in (int, float):
        size = cast("float", value.value)
        return number_literal(line, -size if operator == "-" else size)
    return Operation(line, operator, (value,))


def comparison(x: Expressions, node: SgNode) -> Expr:
    """`a < b < c` is `a < b and b < c`; `b` is one value in both."""
    line = line_of(node)
    operands: list[Expr] = []
    operators: list[str] = []
    for child in node.children():
        kind = child.kind()
        if kind in EXTRAS:
            continue
        if len(operators) < len(operands):
            operators.append(intern(kind))
        else:
            operands.append(x.expr(child, kind))
    pairs = [
        Operation(line, operator, (operands[i], operands[i + 1]))
        for i, operator in enumerate(operators)
        if i + 1 < len(operands)
    ]
    return pairs[0] if len(pairs) == 1 else Operation(line, "and", tuple(pairs))


def conditional(x: Expressions, node: SgNode) -> Expr:
    """`a if test else b`."""
    values = x.exprs(node)
    if len(values) != 3:
        return Opaque(line_of(node), "conditional_expression", values)
    chosen, test, otherwise = values
    return Choice(line_of(node), (chosen, otherwise), test)


def type_arguments(x: Expressions, node: SgNode) -> Expr:
    """What stands in the brackets of a generic type: one type, or a sequence of them."""
    found = x.exprs(node)
    return found[0] if len(found) == 1 else Sequence(line_of(node), found)


def union(x: Expressions, node: SgNode) -> Expr:
    """`A | B` in a declared type, flattened."""
    options: list[Expr] = []
    for option in x.exprs(node):
        if isinstance(option, Operation) and option.operator == "|":
            options.extend(option.operands)
        else:
            options.append(option)
    return Operation(line_of(node), "|", tuple(options))
