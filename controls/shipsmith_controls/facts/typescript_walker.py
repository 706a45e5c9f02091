"""The walk over a TypeScript syntax tree: what it has found so far, and who handles which node.

The handlers live beside this module, each a function of the walker and a node; `typescript.py`
puts them into one `Grammar`. A handler of an expression returns its value, a handler of a statement
only adds facts, and a binder is a handler that takes the name its node is bound to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from shipsmith_controls.facts.builder import MAX_DEPTH, Builder
from shipsmith_controls.facts.code import Expr, Literal, Opaque

if TYPE_CHECKING:
    from ast_grep_py import SgNode

COMMENTS = frozenset({"comment", "html_comment", "hash_bang_line"})
TRANSPARENT = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "instantiation_expression",
    }
)
"""Wrappers whose first child is the value: they say something of types or precedence only."""

ExpressionHandler: TypeAlias = "Callable[[Walker, SgNode], Expr]"
StatementHandler: TypeAlias = "Callable[[Walker, SgNode], None]"
Binder: TypeAlias = "Callable[[Walker, SgNode, str, bool], Expr]"


class Grammar(NamedTuple):
    """Handlers by kind of node. A binder is also told the bound name and whether it is exported."""

    expressions: dict[str, ExpressionHandler]
    statements: dict[str, StatementHandler]
    binders: dict[str, Binder]


class Walker(Builder):
    """Gathers the facts of one file. `namespaces` counts the open ones: they export nothing."""

    def __init__(self, grammar: Grammar, end_line: int) -> None:
        super().__init__("typescript", end_line)
        self._expressions, self._statements, self._binders = grammar
        self._depth = 0
        self.errors: set[int] = set()
        self.namespaces = 0

    def expr(self, node: SgNode) -> Expr:
        """The value of an expression; the calls, functions and assignments in it are recorded."""
        if self._depth >= MAX_DEPTH:
            return self._too_deep(node)
        kind = node.kind()
        handler = self._expressions.get(kind)
        self._depth += 1
        if handler is not None:
            value = handler(self, node)
        elif kind in self._statements:
            self._statements[kind](self, node)
            value = Opaque(line_of(node), kind)
        else:
            value = self._unknown(node, kind)
        self._depth -= 1
        return value

    def at(self, node: SgNode, field: str) -> Expr:
        """The value of a field of a node; `Opaque("missing")` where broken syntax left it out."""
        child = node.field(field)
        return Opaque(line_of(node), "missing") if child is None else self.expr(child)

    def named(self, node: SgNode, name: str, exported: bool = False) -> Expr:
        """The value of an expression bound to a name, which a function or class takes over."""
        inner = peel(node)
        binder = self._binders.get(inner.kind())
        if binder is None:
            return self.expr(node)
        if self._depth >= MAX_DEPTH:
            return self._too_deep(node)
        self._depth += 1
        value = binder(self, inner, name, exported)
        self._depth -= 1
        return value

    def statement(self, node: SgNode) -> None:
        """Record the facts of a statement."""
        handler = self._statements.get(node.kind())
        if handler is None:
            self.expr(node)
        elif self._depth >= MAX_DEPTH:
            self._too_deep(node)
        else:
            self._depth += 1
            handler(self, node)
            self._depth -= 1

    def body(self, node: SgNode | None) -> None:
        """Record the facts of what stands under a head: one statement or a block of them."""
        if node is None:
            return
        if node.kind() != "statement_block":
            self.statement(node)
            return
        for child in node.named_children():
            self.statement(child)

    def _too_deep(self, node: SgNode) -> Expr:
        line = line_of(node)
        self.errors.add(line)
        return Opaque(line, "deep")

    def _unknown(self, node: SgNode, kind: str) -> Expr:
        parts: list[Expr] = []
        for child in node.named_children():
            if child.kind() not in COMMENTS:
                parts.append(self.expr(child))
        return Opaque(line_of(node), kind, tuple(parts))


def line_of(node: SgNode) -> int:
    """The first line of a node, from 1."""
    return node.range().start.line + 1


def span_of(node: SgNode) -> tuple[int, int]:
    """The first and last line of a node, from 1."""
    extent = node.range()
    return extent.start.line + 1, extent.end.line + 1


def inside(node: SgNode) -> list[SgNode]:
    """The named children of a node, without comments."""
    return [child for child in node.named_children() if child.kind() not in COMMENTS]


def first_inside(node: SgNode) -> SgNode | None:
    """The first named child of a node that is no comment."""
    for child in node.named_children():
        if child.kind() not in COMMENTS:
            return child
    return None


def has_token(node: SgNode, *tokens: str) -> bool:
    """Whether one of these keywords or modifiers stands directly in a node."""
    return any(child.kind() in tokens for child in node.children())


def peel(node: SgNode) -> SgNode:
    """The expression inside parentheses, casts and non-null marks."""
    while (kind := node.kind()) in TRANSPARENT or kind == "type_assertion":
        children = inside(node)
        if not children:
            break
        # `<T>value` is the one wrapper whose value stands last.
        node = children[-1] if kind == "type_assertion" else children[0]
    return node


def text_or_none(value: Expr) -> str | None:
    """The text of a literal, or None for any other value."""
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None
