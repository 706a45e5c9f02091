"""Expressions of TypeScript and JavaScript as values; calls in them are recorded on the way."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING

from shipsmith_controls.facts.builder import template
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
from shipsmith_controls.facts.typescript_literals import string_value, tagged_template
from shipsmith_controls.facts.typescript_walker import (
    COMMENTS,
    TRANSPARENT,
    first_inside,
    inside,
    line_of,
    peel,
    span_of,
    text_or_none,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from shipsmith_controls.facts.typescript_walker import ExpressionHandler, Walker

_SAME_OPERATOR = {"===": "==", "!==": "!=", "&&": "and", "!": "not"}


def name(w: Walker, node: SgNode) -> Expr:
    """A bare name."""
    return Name(line_of(node), intern(node.text()))


def this(w: Walker, node: SgNode) -> Expr:
    """`this`, which is `self` in every language."""
    return Name(line_of(node), "self")


def member(w: Walker, node: SgNode) -> Expr:
    """`base.name`, `base?.name`, `this.#name`."""
    base = w.at(node, "object")
    prop = node.field("property")
    return Attribute(line_of(node), base, intern(prop.text()) if prop is not None else "")


def subscript(w: Walker, node: SgNode) -> Expr:
    """`base[index]`, `base?.[index]`."""
    base = w.at(node, "object")
    return Subscript(line_of(node), base, w.at(node, "index"))


def meta(w: Walker, node: SgNode) -> Expr:
    """`import.meta` and `new.target`."""
    base, _, prop = node.text().partition(".")
    line = line_of(node)
    return Attribute(line, Name(line, base.strip()), prop.strip())


def transparent(w: Walker, node: SgNode) -> Expr:
    """Parentheses, casts and non-null marks: the value inside."""
    inner = peel(node)
    if inner.kind() in TRANSPARENT or inner.kind() == "type_assertion":
        return Opaque(line_of(node), inner.kind())
    return w.expr(inner)


def call(w: Walker, node: SgNode) -> Expr:
    """`callee(...)`, `callee?.(...)`, `import(...)` and a tagged template."""
    callee = w.at(node, "function")
    given = node.field("arguments")
    line, end_line = span_of(node)
    if given is None:
        return w.call(line, end_line, callee)
    if given.kind() == "template_string":
        return w.call(line, end_line, callee, (tagged_template(w, given),))
    args: list[Expr] = []
    for child in given.named_children():
        if child.kind() not in COMMENTS:
            args.append(w.expr(child))
    if len(args) == 1 and isinstance(callee, Name) and callee.id == "require":
        module = text_or_none(args[0])
        if module is not None:
            w.import_(line, module, None, "")
    return w.call(line, end_line, callee, tuple(args))


def new(w: Walker, node: SgNode) -> Expr:
    """`new Callee(...)`, also without parentheses."""
    callee = w.at(node, "constructor")
    given = node.field("arguments")
    args: list[Expr] = []
    for child in given.named_children() if given is not None else ():
        if child.kind() not in COMMENTS:
            args.append(w.expr(child))
    line, end_line = span_of(node)
    return w.call(line, end_line, callee, tuple(args), new=True)


def awaited(w: Walker, node: SgNode) -> Expr:
    """`await value`: the value, marked where it is a call."""
    inner = first_inside(node)
    if inner is None:
        return Opaque(line_of(node), "await_expression")
    value = w.expr(inner)
    w.mark_awaited(value)
    return value


def yielded(w: Walker, node: SgNode) -> Expr:
    """`yield value` and `yield* values`."""
    inner = first_inside(node)
    line = line_of(node)
    value = None if inner is None else w.expr(inner)
    w.exit("yield", line, value)
    return Opaque(line, "yield_expression", () if value is None else (value,))


def spread(w: Walker, node: SgNode) -> Expr:
    """`...value` in an array or in arguments."""
    inner = first_inside(node)
    return Opaque(line_of(node), "spread", () if inner is None else (w.expr(inner),))


def array(w: Walker, node: SgNode) -> Expr:
    """`[a, ...b]`."""
    items: list[Expr] = []
    for child in node.named_children():
        if child.kind() not in COMMENTS:
            items.append(w.expr(child))
    return Sequence(line_of(node), tuple(items))


def mapping(w: Walker, node: SgNode) -> Expr:
    """`{ a, b: 1, [c]: 2, d() {}, ...e }`."""
    entries: list[tuple[Expr | None, Expr]] = []
    for child in node.named_children():
        kind = child.kind()
        if kind == "pair":
            entries.append(_pair(w, child))
        elif kind == "shorthand_property_identifier":
            line, text = line_of(child), intern(child.text())
            entries.append((Literal(line, text), Name(line, text)))
        elif kind == "spread_element":
            inner = first_inside(child)
            if inner is not None:
                entries.append((None, w.expr(inner)))
        elif kind == "method_definition":
            key = key_value(w, child.field("name"), child)
            entries.append((key, w.named(child, text_or_none(key) or "")))
        elif kind not in COMMENTS:
            entries.append((None, w.expr(child)))
    return Mapping(line_of(node), tuple(entries))


def _pair(w: Walker, node: SgNode) -> tuple[Expr, Expr]:
    key = key_value(w, node.field("key"), node)
    value = node.field("value")
    if value is None:
        return key, Opaque(line_of(node), "missing")
    return key, w.named(value, text_or_none(key) or "")


def key_value(w: Walker, key: SgNode | None, owner: SgNode) -> Expr:
    """The key of an object entry or class member: a `Literal` unless it is computed."""
    if key is None:
        return Opaque(line_of(owner), "missing")
    kind = key.kind()
    if kind == "string":
        return Literal(line_of(key), string_value(key))
    if kind == "number":
        return w.expr(key)
    if kind == "computed_property_name":
        inner = first_inside(key)
        return Opaque(line_of(key), kind) if inner is None else w.expr(inner)
    return Literal(line_of(key), intern(key.text()))


def binary(w: Walker, node: SgNode) -> Expr:
    """Operators on two values; a chain of one operator is flat: `a || b || c` has three options."""
    operator = _operator(node)
    operands: list[Expr] = []
    pending: list[SgNode] = []
    here: SgNode | None = node
    # The tree nests a chain to the left, one level for each operator: no recursion here.
    while here is not None:
        right = here.field("right")
        if right is not None:
            pending.append(right)
        left = here.field("left")
        if left is not None and left.kind() == "binary_expression" and _operator(left) == operator:
            here = left
        else:
            here = None
            if left is not None:
                operands.append(w.expr(left))
    while pending:
        operands.append(w.expr(pending.pop()))
    line = line_of(node)
    if operator in ("||", "??"):
        return Choice(line, tuple(operands))
    if operator == "+" and any(_is_text(operand) for operand in operands):
        return template(line, operands)
    return Operation(line, _SAME_OPERATOR.get(operator, operator), tuple(operands))


def _operator(node: SgNode) -> str:
    token = node.field("operator")
    return "" if token is None else token.kind()


def _is_text(value: Expr) -> bool:
    return isinstance(value, Template) or text_or_none(value) is not None


def unary(w: Walker, node: SgNode) -> Expr:
    """`!a`, `-a`, `typeof a`, `void a`, `delete a`; the sign of a number belongs to it."""
    operator = _operator(node)
    value = w.at(node, "argument")
    line = line_of(node)
    if operator in ("-", "+") and isinstance(value, Literal) and type(value.value) in (int, float):
        number = value.value
        assert isinstance(number, (int, float))  # noqa: S101 - tells the type checker what `type` said
        return Literal(line, -number if operator == "-" else number)
    if operator == "void" and isinstance(value, Literal):
        return Literal(line, None)
    return Operation(line, _SAME_OPERATOR.get(operator, operator), (value,))


def ternary(w: Walker, node: SgNode) -> Expr:
    """`test ? a : b`."""
    test = w.at(node, "condition")
    first = w.at(node, "consequence")
    return Choice(line_of(node), (first, w.at(node, "alternative")), test)


def sequence(w: Walker, node: SgNode) -> Expr:
    """`a, b`: all are evaluated, the last is the value."""
    values = [w.expr(child) for child in inside(node)]
    return values[-1] if values else Opaque(line_of(node), "sequence_expression")


def decorator_values(w: Walker, nodes: list[SgNode]) -> tuple[Expr, ...]:
    """What decorates a class, a member or a parameter; `@Call()` is a recorded call."""
    values: list[Expr] = []
    for node in nodes:
        inner = first_inside(node)
        if inner is not None:
            values.append(w.expr(inner))
    return tuple(values)


EXPRESSIONS: dict[str, ExpressionHandler] = {
    "identifier": name,
    "property_identifier": name,
    "private_property_identifier": name,
    "shorthand_property_identifier": name,
    "super": name,
    "import": name,
    "this": this,
    "member_expression": member,
    "subscript_expression": subscript,
    "meta_property": meta,
    "parenthesized_expression": transparent,
    "as_expression": transparent,
    "satisfies_expression": transparent,
    "non_null_expression": transparent,
    "instantiation_expression": transparent,
    "type_assertion": transparent,
    "call_expression": call,
    "new_expression": new,
    "await_expression": awaited,
    "yield_expression": yielded,
    "spread_element": spread,
    "array": array,
    "object": mapping,
    "binary_expression": binary,
    "unary_expression": unary,
    "ternary_expression": ternary,
    "sequence_expression": sequence,
}
