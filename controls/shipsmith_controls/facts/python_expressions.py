"""Expressions of Python: from syntax nodes to values, recording calls and bindings on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from sys import intern
from typing import Final
from typing import Literal as OneOf

from ast_grep_py import SgNode

from shipsmith_controls.facts import python_values as values
from shipsmith_controls.facts.builder import MAX_DEPTH, Builder
from shipsmith_controls.facts.code import (
    Attribute,
    Expr,
    Keyword,
    Literal,
    Name,
    Opaque,
    Operation,
    Param,
    Sequence,
    Subscript,
    Template,
)
from shipsmith_controls.facts.python_text import formatted
from shipsmith_controls.facts.python_values import EXTRAS, dotted, is_text, line_of, named

_STARS: Final[dict[str, OneOf["rest", "extra"]]] = {
    "list_splat_pattern": "rest",
    "dictionary_splat_pattern": "extra",
}
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


class Expressions:
    """Turns expression nodes into values. `type_only`: in a block for type checkers alone."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.depth = 0
        self.type_only = False

    def expr(self, node: SgNode, kind: str = "") -> Expr:
        """The value of a node, whose kind may be given when it is known already."""
        kind = kind or node.kind()
        if kind == "identifier":
            return Name(node.range().start.line + 1, intern(node.text()))
        if self.depth >= MAX_DEPTH:
            return Opaque(line_of(node), "deep")
        self.depth += 1
        handler = _HANDLERS.get(kind)
        value = handler(self, node) if handler else self.other(node, kind)
        self.depth -= 1
        return value

    def exprs(self, node: SgNode) -> tuple[Expr, ...]:
        """The values of all meaningful children."""
        found = []
        for child in node.named_children():
            kind = child.kind()
            if kind not in EXTRAS:
                found.append(self.expr(child, kind))
        return tuple(found)

    def other(self, node: SgNode, kind: str) -> Expr:
        """The value of a node that has no meaning of its own here."""
        return Opaque(line_of(node), kind, self.exprs(node))

    def annotation(self, node: SgNode | None) -> Expr | None:
        """A declared type; names written as strings are names."""
        return None if node is None else _unquoted(self.expr(node))

    def bound(self, node: SgNode, name: str) -> Expr:
        """The value of a node that is bound to `name`: a lambda takes the name as its own."""
        kind = node.kind()
        return self.function(node, name) if kind == "lambda" else self.expr(node, kind)

    # Calls ----------------------------------------------------------------------------------

    def call(self, node: SgNode, awaited: bool = False) -> Expr:
        """A call: the value of its result, or the text that `.format` makes of a literal."""
        span = node.range()
        line = span.start.line + 1
        children = node.children()
        callee = self.expr(children[0])
        args, keywords = self.arguments(children[-1])
        ref = self.builder.call(line, span.end.line + 1, callee, args, keywords, awaited=awaited)
        if (
            isinstance(callee, Attribute)
            and callee.name == "format"
            and isinstance(callee.base, Literal | Template)
            and is_text(callee.base)
        ):
            return formatted(line, callee.base, args, keywords)
        return ref

    def arguments(self, node: SgNode) -> tuple[tuple[Expr, ...], tuple[Keyword, ...]]:
        """The positional and keyword arguments of a call or class definition."""
        if node.kind() != "argument_list":
            return (self.expr(node),), ()
        args: list[Expr] = []
        keywords: list[Keyword] = []
        for child in node.named_children():
            kind = child.kind()
            if kind == "keyword_argument":
                parts = child.children()
                value = self.expr(parts[-1])
                keywords.append(Keyword(intern(parts[0].text()), value, line_of(child)))
            elif kind == "dictionary_splat":
                keywords.append(Keyword(None, self.expr(child.children()[-1]), line_of(child)))
            elif kind not in EXTRAS:
                args.append(self.expr(child, kind))
        return tuple(args), tuple(keywords)

    def awaited(self, node: SgNode) -> Expr:
        """`await x`: x itself, its call marked."""
        inner = node.children()[-1]
        kind = inner.kind()
        if kind == "call":
            return self.call(inner, awaited=True)
        value = self.expr(inner, kind)
        self.builder.mark_awaited(value)
        return value

    # Functions and bindings -----------------------------------------------------------------

    def function(self, node: SgNode, name: str = "") -> Expr:
        """A lambda, named after what it is bound to."""
        span = node.range()
        parameters = node.field("parameters")
        params = self.params(parameters) if parameters else ()
        scope = self.builder.open_function(name, span.start.line + 1, span.end.line + 1)
        body = node.children()[-1]
        line = line_of(body)
        self.builder.exit("return", line, self.expr(body))
        return self.builder.close_function(scope, params=params)

    def params(self, node: SgNode) -> tuple[Param, ...]:
        """The parameters of a function or lambda."""
        params: list[Param] = []
        starred = False
        for child in node.named_children():
            kind = child.kind()
            if kind == "keyword_separator":
                starred = True
                continue
            if kind in EXTRAS or kind == "positional_separator":
                continue
            target, default, annotation = child, None, None
            if kind.endswith("parameter"):
                target = child.field("name") or child.children()[0]
                annotation = self.annotation(child.field("type"))
                value = child.field("value")
                default = self.bound(value, target.text()) if value else None
            elif kind == "ERROR":
                self.expr(child, kind)
                continue
            shape = target.kind()
            starred = starred or shape == "list_splat_pattern"
            how = _STARS.get(shape) or ("keyword" if starred else "plain")
            for name in names_in(target):
                params.append(Param(name, line_of(child), default, annotation, how))
        return tuple(params)

    def walrus(self, node: SgNode) -> Expr:
        """`name := value`: the value, and an assignment."""
        children = node.children()
        value = self.bound(children[-1], children[0].text())
        self.builder.assign(line_of(node), self.expr(children[0]), value)
        return value

    def yielded(self, node: SgNode) -> Expr:
        """`yield x`, `yield from x`: an exit, and a value that nobody knows."""
        line = line_of(node)
        given = named(node)
        value = self.expr(given[0]) if given else None
        self.builder.exit("yield", line, value)
        return Opaque(line, "yield", () if value is None else (value,))


_HANDLERS: Final[dict[str, Callable[[Expressions, SgNode], Expr]]] = {
    "attribute": values.attribute,
    "await": Expressions.awaited,
    "binary_operator": values.binary,
    "boolean_operator": values.binary,
    "call": Expressions.call,
    "comparison_operator": values.comparison,
    "concatenated_string": values.concatenation,
    "conditional_expression": values.conditional,
    "dictionary": values.mapping,
    "dictionary_comprehension": values.comprehension,
    "dictionary_splat": values.spread,
    "dictionary_splat_pattern": values.spread,
    "dotted_name": values.dotted_name,
    "expression_list": values.sequence,
    "false": values.false,
    "float": values.numeral,
    "generator_expression": values.comprehension,
    "generic_type": values.subscript,
    "if_clause": values.inner,
    "integer": values.numeral,
    "lambda": Expressions.function,
    "list": values.sequence,
    "list_comprehension": values.comprehension,
    "list_pattern": values.sequence,
    "list_splat": values.spread,
    "list_splat_pattern": values.spread,
    "named_expression": Expressions.walrus,
    "none": values.none,
    "not_operator": values.unary,
    "parenthesized_expression": values.inner,
    "parenthesized_list_splat": values.inner,
    "pattern_list": values.sequence,
    "set": values.sequence,
    "set_comprehension": values.comprehension,
    "slice": values.slice_,
    "splat_type": values.spread,
    "string": values.string,
    "subscript": values.subscript,
    "true": values.true,
    "tuple": values.sequence,
    "tuple_pattern": values.sequence,
    "type": values.inner,
    "type_parameter": values.type_arguments,
    "unary_operator": values.unary,
    "union_type": values.union,
    "yield": Expressions.yielded,
}


def names_in(node: SgNode) -> list[str]:
    """The names that a target or parameter binds; not those of attributes and subscripts."""
    names: list[str] = []
    pending = [node]
    while pending:
        node = pending.pop()
        kind = node.kind()
        if kind == "identifier":
            names.append(intern(node.text()))
        elif kind not in ("attribute", "subscript", "call"):
            pending.extend(reversed(node.named_children()))
    return names


def _unquoted(declared: Expr) -> Expr:
    """A declared type in which names written as strings are names."""
    match declared:
        case Literal(line, str(text)) if _DOTTED.fullmatch(text):
            return dotted(line, text)
        case Subscript(line, base, index):
            last = base.id if isinstance(base, Name) else getattr(base, "name", "")
            if last == "Literal":
                return declared
            if isinstance(index, Sequence):
                first, *rest = index.items or (index,)
                if last == "Annotated":
                    items = (_unquoted(first), *rest)
                else:
                    items = tuple(_unquoted(i) for i in index.items)
                return Subscript(line, base, Sequence(index.line, items))
            return Subscript(line, base, _unquoted(index))
        case Operation(line, "|", operands):
            return Operation(line, "|", tuple(_unquoted(o) for o in operands))
        case _:
            return declared
