"""Statements that steer: branches, loops, error handling, and the ways out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Literal as OneOf

from shipsmith_controls.facts.code import Expr, Operation
from shipsmith_controls.facts.typescript_bindings import bound_names, head_names
from shipsmith_controls.facts.typescript_walker import (
    COMMENTS,
    first_inside,
    has_token,
    inside,
    line_of,
    span_of,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from shipsmith_controls.facts.typescript_walker import StatementHandler, Walker

_VARIABLES = frozenset({"lexical_declaration", "variable_declaration"})


def expression_statement(w: Walker, node: SgNode) -> None:
    """An expression whose value is dropped."""
    for child in node.named_children():
        if child.kind() not in COMMENTS:
            w.expr(child)


def nothing(w: Walker, node: SgNode) -> None:
    """A statement without facts: a comment, `;`, `debugger`."""


def each(w: Walker, node: SgNode) -> None:
    """Statements in a bare block, or what the parser could not place: each is walked by itself."""
    for child in node.named_children():
        w.statement(child)


def if_statement(w: Walker, node: SgNode) -> None:
    """`if … else …`; `else if` is an `if` inside an `else`."""
    test = w.at(node, "condition")
    line, end_line = span_of(node)
    body, otherwise = node.field("consequence"), node.field("alternative")
    branch = w.open_block("if", line, end_line if body is None else span_of(body)[1], heads=(test,))
    w.body(body)
    w.close_block()
    if otherwise is not None:
        w.open_block("else", *span_of(otherwise), of=branch)
        w.body(first_inside(otherwise))
        w.close_block()


def for_statement(w: Walker, node: SgNode) -> None:
    """`for (start; test; step)`: its head is one operation on test and step, as far as there are any."""
    names: tuple[str, ...] = ()
    start = node.field("initializer")
    if start is not None:
        w.statement(start)
        if start.kind() in _VARIABLES:
            targets = [child.field("name") for child in inside(start)]
            found = [name for target in targets if target is not None for name in bound_names(target)]
            names = tuple([name.text() for name in found])
    operands: list[Expr] = []
    for field in ("condition", "increment"):
        part = node.field(field)
        if part is not None and part.kind() == "expression_statement":
            part = first_inside(part)
        if part is not None and part.kind() != "empty_statement":
            operands.append(w.expr(part))
    line, end_line = span_of(node)
    head = Operation(line, "for(;;)", tuple(operands))
    w.open_block("loop", line, end_line, heads=(head,), names=names, word="for")
    w.body(node.field("body"))
    w.close_block()


def for_in_statement(w: Walker, node: SgNode) -> None:
    """`for (x of xs)`, `for (key in object)`, `for await (x of xs)`."""
    iterable = w.at(node, "right")
    names = head_names(w, node.field("left"))
    word = "async for" if has_token(node, "await") else "for"
    w.open_block("loop", *span_of(node), heads=(iterable,), names=names, word=word)
    w.body(node.field("body"))
    w.close_block()


def while_statement(w: Walker, node: SgNode) -> None:
    """`while (test) …` and `do … while (test)`."""
    test = w.at(node, "condition")
    w.open_block("loop", *span_of(node), heads=(test,), word="while")
    w.body(node.field("body"))
    w.close_block()


def switch_statement(w: Walker, node: SgNode) -> None:
    """`switch (value)`: every case is a block headed by the value and, but for default, its pattern."""
    value = w.at(node, "value")
    body = node.field("body")
    for case in inside(body) if body is not None else ():
        pattern = case.field("value")
        heads = (value,) if pattern is None else (value, w.expr(pattern))
        w.open_block("case", *span_of(case), heads=heads)
        for child in case.field_children("body"):
            w.statement(child)
        w.close_block()


def try_statement(w: Walker, node: SgNode) -> None:
    """`try … catch (e) … finally …`; a catch takes every error, so its heads are empty."""
    line, end_line = span_of(node)
    body, handler, final = node.field("body"), node.field("handler"), node.field("finalizer")
    attempt = w.open_block("try", line, end_line if body is None else span_of(body)[1])
    w.body(body)
    w.close_block()
    if handler is not None:
        names = head_names(w, handler.field("parameter"))
        w.open_block("except", *span_of(handler), of=attempt, names=names)
        w.body(handler.field("body"))
        w.close_block()
    if final is not None:
        w.open_block("finally", *span_of(final), of=attempt)
        w.body(final.field("body"))
        w.close_block()


def with_statement(w: Walker, node: SgNode) -> None:
    """`with (object) …` of sloppy scripts."""
    holder = w.at(node, "object")
    w.open_block("with", *span_of(node), heads=(holder,))
    w.body(node.field("body"))
    w.close_block()


def labeled_statement(w: Walker, node: SgNode) -> None:
    """`label: …`."""
    w.body(node.field("body"))


def _leave(kind: OneOf["return", "raise", "break", "continue"]) -> StatementHandler:
    def handler(w: Walker, node: SgNode) -> None:
        inner = first_inside(node) if kind in ("return", "raise") else None
        value = None if inner is None else w.expr(inner)
        w.exit(kind, line_of(node), value)

    return handler


STATEMENTS: dict[str, StatementHandler] = {
    "expression_statement": expression_statement,
    "statement_block": each,
    "ERROR": each,
    "empty_statement": nothing,
    "debugger_statement": nothing,
    **dict.fromkeys(COMMENTS, nothing),
    "if_statement": if_statement,
    "for_statement": for_statement,
    "for_in_statement": for_in_statement,
    "while_statement": while_statement,
    "do_statement": while_statement,
    "switch_statement": switch_statement,
    "try_statement": try_statement,
    "with_statement": with_statement,
    "labeled_statement": labeled_statement,
    "return_statement": _leave("return"),
    "throw_statement": _leave("raise"),
    "break_statement": _leave("break"),
    "continue_statement": _leave("continue"),
}
