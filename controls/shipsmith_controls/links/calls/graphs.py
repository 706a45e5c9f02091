"""Graphs built from nodes of the tree (LangGraph): which have a cycle."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import argument, inside, last_name
from shipsmith_controls.links.values.value import Made
from shipsmith_controls.links.values.values import callees
from shipsmith_controls.queries import Database


def cycle_of(db: Database, call: ModelCall) -> tuple[str, int] | None:
    """Where the graph that a run executes closes a cycle, as (path, line); None when it has none.

    Edges are read from the file that makes the graph: `add_edge`, `add_conditional_edges` with its
    map of targets, and `Command(goto=…)`.
    """
    for value in callees(db, call.path, call.call):
        if isinstance(value, Made) and value.calls:
            path = value.calls[0][0]
            found = _cycle_in(db, path)
            if found is not None:
                return path, found
    return None


def _cycle_in(db: Database, path: str) -> int | None:
    facts = index(db, path)
    if facts is None:
        return None
    edges: dict[str, list[tuple[str, int]]] = {}
    for call in facts.module.calls:
        name = last_name(call.callee)
        if name == "add_edge" and len(call.args) >= 2:
            source, target = _text(call.args[0]), _text(call.args[1])
            if source and target:
                edges.setdefault(source, []).append((target, call.line))
        elif name == "add_conditional_edges" and call.args:
            source = _text(call.args[0])
            targets = call.args[2] if len(call.args) > 2 else argument(call, "path_map")
            for target in _targets(targets, facts.module):
                edges.setdefault(source, []).append((target, call.line))
    return _closing(edges)


def _targets(expr: code.Expr | None, module: code.Module) -> list[str]:
    if isinstance(expr, code.Mapping):
        return [_text(value) for _, value in expr.entries]
    if isinstance(expr, code.Sequence):
        return [_text(item) for item in expr.items]
    return [_text(p) for p in inside(expr, module)] if expr is not None else []


def _text(expr: code.Expr) -> str:
    if isinstance(expr, code.Literal) and isinstance(expr.value, str):
        return expr.value
    return last_name(expr)


def _closing(edges: dict[str, list[tuple[str, int]]]) -> int | None:
    """The line of the first edge that leads back to where it comes from."""
    for start, direct in sorted(edges.items()):
        for target, line in direct:
            pending, seen = [target], set()
            while pending:
                here = pending.pop()
                if here == start:
                    return line
                if here not in seen:
                    seen.add(here)
                    pending.extend(t for t, _ in edges.get(here, ()))
    return None
