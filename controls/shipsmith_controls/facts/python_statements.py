"""Compound statements of Python: the blocks they open, what stands at their heads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from ast_grep_py import SgNode

from shipsmith_controls.facts.builder import MAX_DEPTH, Builder
from shipsmith_controls.facts.code import Attribute, BlockKind, Expr, Name, Opaque, Sequence
from shipsmith_controls.facts.python_definitions import bind
from shipsmith_controls.facts.python_expressions import Expressions, names_in
from shipsmith_controls.facts.python_patterns import pattern
from shipsmith_controls.facts.python_values import EXTRAS, line_of, named

Handlers: TypeAlias = Mapping[str, Callable[["Statements", SgNode], None]]


def line_end(node: SgNode) -> int:
    """The line on which a node ends, from 1."""
    return node.range().end.line + 1


def managers(node: SgNode) -> list[SgNode]:
    """The context managers of a `with`, each with the `as` behind it."""
    clauses = [c for c in named(node) if c.kind() == "with_clause"]
    found: list[SgNode] = []
    for entry in (e for clause in clauses for item in named(clause) for e in named(item)):
        inner = named(entry) if entry.kind() in ("parenthesized_expression", "tuple") else []
        # `with (a as b):` and `with (a as b,):` reach us as a value in parentheses.
        found.extend(inner if any(i.kind() == "as_pattern" for i in inner) else [entry])
    return found


class Statements(Expressions):
    """Walks statements: opens blocks, and records what stands in them.

    `handlers` say what each kind of statement does. `broken`: the file has syntax errors.
    """

    def __init__(self, builder: Builder, handlers: Handlers, *, broken: bool = False) -> None:
        super().__init__(builder)
        self.handlers = handlers
        self.broken = broken

    def visit(self, node: SgNode, kind: str = "") -> None:
        """Record a statement, or the calls in an expression that stands alone."""
        kind = kind or node.kind()
        handler = self.handlers.get(kind)
        if handler is None:
            self.expr(node, kind)
        elif self.depth < MAX_DEPTH:
            self.depth += 1
            handler(self, node)
            self.depth -= 1

    def other(self, node: SgNode, kind: str) -> Expr:
        """A statement can stand among expressions where the parser lost its way."""
        if kind in self.handlers:
            self.visit(node, kind)
            return Opaque(line_of(node), kind)
        return super().other(node, kind)

    def each(self, node: SgNode) -> None:
        """Visit all meaningful children."""
        for child in node.named_children():
            kind = child.kind()
            if kind not in EXTRAS:
                self.visit(child, kind)

    def body(self, node: SgNode, field: str = "body") -> None:
        """Visit the statements of a compound statement, and what the parser could not place."""
        block = node.field(field)
        if block is None:
            block = next((c for c in node.named_children() if c.kind() == "block"), None)
        if block is not None:
            self.each(block)
        if self.broken:
            for child in node.children():
                if child.kind() == "ERROR":
                    self.visit(child)

    # Branches -------------------------------------------------------------------------------

    def if_(self, node: SgNode) -> None:
        """`if`, its `elif`s (each an `if` inside an `else`) and its `else`."""
        end = line_end(node)
        branch = self.branch(node)
        opened = 0
        for clause in node.field_children("alternative"):
            line = line_of(clause)
            if clause.kind() == "elif_clause":
                self.builder.open_block("else", line, end, of=branch)
                opened += 1
                branch = self.branch(clause)
            else:
                self.otherwise(clause, branch)
        for _ in range(opened):
            self.builder.close_block()

    def branch(self, node: SgNode) -> int:
        """The test and body of an `if` or `elif`; gives the index of its block."""
        condition, body = node.field("condition"), node.field("consequence")
        test = self.expr(condition) if condition is not None else None
        outside = self.type_only
        name = test.name if isinstance(test, Attribute) else test.id if isinstance(test, Name) else ""
        self.type_only = outside or name == "TYPE_CHECKING"
        heads = () if test is None else (test,)
        end = line_end(body if body is not None else node)
        index = self.builder.open_block("if", line_of(node), end, heads=heads)
        self.body(node, "consequence")
        self.builder.close_block()
        self.type_only = outside
        return index

    def otherwise(self, node: SgNode, of: int) -> None:
        """The `else` of an `if`, loop or `try`, and the `finally` of a `try`."""
        kind: BlockKind = "finally" if node.kind() == "finally_clause" else "else"
        self.builder.open_block(kind, line_of(node), line_end(node), of=of)
        self.body(node)
        self.builder.close_block()

    def match(self, node: SgNode) -> None:
        """`match`: a `case` block for each case, with subject, pattern and guard as heads."""
        subjects = tuple(self.expr(c) for c in node.field_children("subject") if c.is_named())
        subject = subjects[0] if len(subjects) == 1 else Sequence(line_of(node), subjects)
        for body in named(node):
            if body.kind() != "block":
                continue
            for case in body.named_children():
                if case.kind() == "case_clause":
                    self.case(case, subject)
                elif case.kind() not in EXTRAS:
                    self.visit(case)

    def case(self, node: SgNode, subject: Expr) -> None:
        """One `case` of a `match`."""
        names: list[str] = []
        patterns: list[Expr] = []
        guards: list[Expr] = []
        for child in named(node):
            kind = child.kind()
            if kind == "case_pattern":
                patterns.append(pattern(self, child, names))
            elif kind == "if_clause":
                guards.append(self.expr(child, kind))
        line = line_of(node)
        shape = patterns[0] if len(patterns) == 1 else Sequence(line, tuple(patterns))
        bound = tuple(n for n in names if n != "_")
        self.builder.open_block(
            "case", line, line_end(node), heads=(subject, shape, *guards), names=bound
        )
        self.body(node, "consequence")
        self.builder.close_block()

    # Loops, with and try --------------------------------------------------------------------

    def for_(self, node: SgNode) -> None:
        """`for` and `async for`."""
        target, iterable = node.field("left"), node.field("right")
        heads = () if iterable is None else (self.expr(iterable),)
        names: tuple[str, ...] = ()
        if target is not None:
            names = tuple(names_in(target))
            if target.kind() != "identifier":
                self.expr(target)
        word = "async for" if node.children()[0].kind() == "async" else "for"
        self.loop(node, heads, names, word)

    def while_(self, node: SgNode) -> None:
        """`while`."""
        condition = node.field("condition")
        heads = () if condition is None else (self.expr(condition),)
        self.loop(node, heads, (), "while")

    def loop(self, node: SgNode, heads: tuple[Expr, ...], names: tuple[str, ...], word: str) -> None:
        """The body of a loop and its `else`."""
        body = node.field("body")
        end = line_end(body if body is not None else node)
        index = self.builder.open_block("loop", line_of(node), end, heads=heads, names=names, word=word)
        self.body(node)
        self.builder.close_block()
        for clause in node.field_children("alternative"):
            self.otherwise(clause, index)

    def with_(self, node: SgNode) -> None:
        """`with`: what it binds are names of the block, and assignments in it."""
        heads: list[Expr] = []
        targets: list[tuple[SgNode, Expr]] = []
        for entry in managers(node):
            kind = entry.kind()
            parts = named(entry) if kind == "as_pattern" else [entry]
            value = self.expr(parts[0]) if parts else Opaque(line_of(entry), kind)
            heads.append(value)
            targets.extend((t, value) for part in parts[1:] for t in named(part))
        names = tuple(name for target, _ in targets for name in names_in(target))
        self.builder.open_block("with", line_of(node), line_end(node), heads=tuple(heads), names=names)
        for target, value in targets:
            bind(self, target, value, line_of(target))
        self.body(node)
        self.builder.close_block()

    def try_(self, node: SgNode) -> None:
        """`try` with its `except`, `except*`, `else` and `finally`."""
        body = node.field("body")
        end = line_end(body if body is not None else node)
        index = self.builder.open_block("try", line_of(node), end)
        self.body(node)
        self.builder.close_block()
        for clause in node.named_children():
            kind = clause.kind()
            if kind in ("except_clause", "except_group_clause"):
                self.except_(clause, index)
            elif kind in ("else_clause", "finally_clause"):
                self.otherwise(clause, index)

    def except_(self, node: SgNode, of: int) -> None:
        """One `except`: a tuple of exception types counts as several."""
        heads: list[Expr] = []
        names: list[str] = []
        for child in named(node):
            kind = child.kind()
            if kind in ("block", "ERROR"):
                continue
            parts = named(child) if kind == "as_pattern" else [child]
            for value in (self.expr(part) for part in parts[:1]):
                heads.extend(value.items if isinstance(value, Sequence) else (value,))
            for part in parts[1:]:
                names.extend(names_in(part))
        self.builder.open_block(
            "except", line_of(node), line_end(node), of=of, heads=tuple(heads), names=tuple(names)
        )
        self.body(node)
        self.builder.close_block()
