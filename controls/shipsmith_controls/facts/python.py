"""The facts of a Python file."""

from __future__ import annotations

from sys import intern
from typing import Final

from ast_grep_py import SgNode, SgRoot

from shipsmith_controls.facts.builder import Builder
from shipsmith_controls.facts.code import Block, Expr, Literal, Module
from shipsmith_controls.facts.python_definitions import (
    assignment,
    augmented,
    declare,
    import_from,
    import_statement,
    type_alias,
)
from shipsmith_controls.facts.python_expressions import Expressions
from shipsmith_controls.facts.python_statements import Handlers, Statements, line_end
from shipsmith_controls.facts.python_values import EXTRAS, line_of, named
from shipsmith_controls.facts.text import decode


def extract(source: bytes) -> Module:
    """The facts of a Python file, whatever its bytes; never raises.

    Bytes that are not UTF-8 are replaced. Around syntax errors, whose lines are in `errors`, as
    much as the parser could make out is given.
    """
    text = decode(source)
    lines = text.count("\n") + (not text.endswith("\n") and bool(text))
    try:
        return _extract(text, lines)
    except RecursionError:
        end = max(lines, 1)
        return Module("python", lines, (Block("module", -1, -1, 1, end),), errors=(1,))


def _extract(text: str, lines: int) -> Module:
    root = SgRoot(text, "python").root()
    end = max((line_end(c) for c in named(root)[-1:]), default=1)
    errors: tuple[int, ...] = ()
    if text.strip():
        guessed = root.find_all(any=[{"kind": "ERROR"}, {"regex": "^$"}])
        errors = tuple(sorted({line_of(n) for n in guessed}))
    walk = Statements(Builder("python", end), _STATEMENTS, broken=bool(errors))
    walk.each(root)
    return walk.builder.build(lines, doc=docstring(root), errors=errors)


def docstring(body: SgNode | None) -> str | None:
    """The text that stands alone at the head of a body."""
    for statement in body.named_children() if body else ():
        kind = statement.kind()
        if kind in EXTRAS:
            continue
        inner = named(statement) if kind == "expression_statement" else []
        if len(inner) != 1 or inner[0].kind() not in ("string", "concatenated_string"):
            return None
        value = Expressions(Builder("python", 1)).expr(inner[0])
        return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None
    return None


def decorated(x: Statements, node: SgNode) -> None:
    """A function or class with decorators, which are evaluated in the block around it."""
    decorators: list[Expr] = []
    for child in named(node):
        kind = child.kind()
        if kind == "decorator":
            decorators.extend(x.exprs(child))
        elif kind == "function_definition":
            function(x, child, tuple(decorators))
        elif kind == "class_definition":
            class_(x, child, tuple(decorators))
        else:
            x.visit(child, kind)


def function(x: Statements, node: SgNode, decorators: tuple[Expr, ...] = ()) -> None:
    """`def` and `async def`."""
    name, parameters = node.field("name"), node.field("parameters")
    params = x.params(parameters) if parameters is not None else ()
    returns = x.annotation(node.field("return_type"))
    scope = x.builder.open_function(
        intern(name.text()) if name is not None else "", line_of(node), line_end(node)
    )
    x.body(node)
    x.builder.close_function(
        scope,
        params=params,
        decorators=decorators,
        returns=returns,
        doc=docstring(node.field("body")),
        is_async=node.children()[0].kind() == "async",
    )


def class_(x: Statements, node: SgNode, decorators: tuple[Expr, ...] = ()) -> None:
    """`class`."""
    name, arguments = node.field("name"), node.field("superclasses")
    bases, keywords = x.arguments(arguments) if arguments is not None else ((), ())
    scope = x.builder.open_class(
        intern(name.text()) if name is not None else "", line_of(node), line_end(node)
    )
    x.body(node)
    x.builder.close_class(
        scope,
        bases=bases,
        decorators=decorators,
        keywords=keywords,
        doc=docstring(node.field("body")),
    )


def return_(x: Statements, node: SgNode) -> None:
    """`return`."""
    value = next(iter(x.exprs(node)), None)
    x.builder.exit("return", line_of(node), value)


def raise_(x: Statements, node: SgNode) -> None:
    """`raise`; what it is raised from is read for its calls only."""
    value = next(iter(x.exprs(node)), None)
    x.builder.exit("raise", line_of(node), value)


def break_(x: Statements, node: SgNode) -> None:
    """`break`."""
    x.builder.exit("break", line_of(node))


def continue_(x: Statements, node: SgNode) -> None:
    """`continue`."""
    x.builder.exit("continue", line_of(node))


_STATEMENTS: Final[Handlers] = {
    "ERROR": Statements.each,
    "assert_statement": Statements.each,
    "assignment": assignment,
    "augmented_assignment": augmented,
    "block": Statements.each,
    "break_statement": break_,
    "class_definition": class_,
    "continue_statement": continue_,
    "decorated_definition": decorated,
    "delete_statement": Statements.each,
    "exec_statement": Statements.each,
    "expression_statement": Statements.each,
    "for_statement": Statements.for_,
    "function_definition": function,
    "future_import_statement": import_from,
    "global_statement": declare,
    "if_statement": Statements.if_,
    "import_from_statement": import_from,
    "import_statement": import_statement,
    "match_statement": Statements.match,
    "nonlocal_statement": declare,
    "pass_statement": Statements.each,
    "print_statement": Statements.each,
    "raise_statement": raise_,
    "return_statement": return_,
    "try_statement": Statements.try_,
    "type_alias_statement": type_alias,
    "while_statement": Statements.while_,
    "with_statement": Statements.with_,
}
