"""Reading a few lines of Python in a test, and finding things in their facts."""

from __future__ import annotations

from textwrap import dedent

from shipsmith_controls.facts.code import Call, Expr, Literal, Module
from shipsmith_controls.facts.python import extract


def read(source: str) -> Module:
    """The facts of a source, its common indentation taken off."""
    return extract(dedent(source).encode())


def value(source: str) -> Expr:
    """What an expression is worth."""
    found = read(f"it = {source}\n").assigns[-1].value
    assert found is not None
    return found


def call(module: Module, name: str) -> Call:
    """The one call of a function or method by its last name."""
    (found,) = (c for c in module.calls if getattr(c.callee, "id", getattr(c.callee, "name", "")) == name)
    return found


def text(line: int, spelled: str) -> Literal:
    """A text at a line."""
    return Literal(line, spelled)
