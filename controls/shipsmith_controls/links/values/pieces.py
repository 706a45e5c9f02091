"""Pieces of expressions that the reading of calls looks at."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.values.index import inside

ORDERS = frozenset({"<", "<=", ">", ">="})
"""Operators that compare by size."""


def references(expr: code.Expr) -> Iterator[code.Expr]:
    """Names and attributes in an argument that may be functions: plain, in lists, in options."""
    match expr:
        case code.Name() | code.Attribute():
            yield expr
        case code.Sequence(items=items):
            for item in items:
                yield from references(item)
        case code.Mapping(entries=entries):
            for _, value in entries:
                yield from references(value)


def tail(expr: code.Expr) -> str:
    """The attribute names at the end of a callee whose root is not a name, after a `?`."""
    parts: list[str] = []
    while isinstance(expr, code.Attribute):
        parts.append(expr.name)
        expr = expr.base
    return ".".join(["?", *reversed(parts)])


def calls_in(expr: code.Expr | None, module: code.Module) -> Iterator[int]:
    """The calls that stand in an expression."""
    found = inside(expr, module) if expr is not None else ()
    return (e.call for e in found if isinstance(e, code.CallRef))


def words_of(expr: code.Expr, module: code.Module) -> frozenset[str]:
    """The words of every name, attribute and text that stands in an expression."""
    found: set[str] = set()
    for part in inside(expr, module):
        if isinstance(part, code.Name):
            found |= tokens(part.id)
        elif isinstance(part, code.Attribute):
            found |= tokens(part.name)
        elif isinstance(part, code.Literal) and isinstance(part.value, str):
            found |= tokens(part.value)
    return frozenset(found)
