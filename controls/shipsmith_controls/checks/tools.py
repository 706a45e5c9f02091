"""Tools: what a model is told about them."""

from __future__ import annotations

import re

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.tools.tool_definitions import Tool, tools
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence

_WORD = re.compile(r"[^\W_]+")
_FEW = 5


@query
def _by_place(db: Database) -> dict[tuple[str, int], Tool]:
    return {(tool.path, tool.line): tool for tool in tools(db)}


@subject("tool definition")
def _tools(db: Database) -> tuple[Subject, ...]:
    """Every tool that production code defines for a model."""
    return tuple(Subject(Place(t.path, t.line, t.end_line), f"tool {t.name}") for t in tools(db))


@has("a description and typed inputs")
def _described(db: Database, each: Subject) -> Holding:
    """MOD-09: five words of description, and a type and a description for each argument."""
    tool = _by_place(db)[each.place.path, each.place.line]
    if len(_WORD.findall(tool.description or "")) < _FEW:
        return Holding(Strength.LACKING, "it has no description of five words or more")
    if tool.arguments is None:
        return Holding(Strength.UNSEEN, "its arguments could not be followed")
    untyped = [a for a in tool.arguments if not a.typed]
    bare = [a for a in tool.arguments if not a.described]
    if untyped:
        names = ", ".join(f"`{a.name}`" for a in untyped)
        return Holding(Strength.LACKING, f"{names} has no concrete type")
    if bare:
        at = tuple(Place(tool.path, a.line) for a in bare)
        names = ", ".join(f"`{a.name}`" for a in bare)
        message = f"tool {tool.name} does not say what {names} means"
        return Holding(Strength.WEAK, message, at=at)
    evidence = Evidence(tool.path, tool.line, f"tool {tool.name} is described with all its arguments")
    return Holding(Strength.STRONG, evidence=(evidence,))
