"""The call graph, one function or file at a time: what stands on one of these is spared other edits."""

from __future__ import annotations

from shipsmith_controls.links.calls import Edge, ModelCall, Node
from shipsmith_controls.links.reach import model_calls, reach
from shipsmith_controls.queries import Database, query


@query
def callers_of(db: Database, node: Node) -> tuple[tuple[Node, Edge], ...]:
    """(calling function, edge) for every way that leads to a function."""
    return reach(db).callers.get(node, ())


@query
def above_of(db: Database, node: Node) -> frozenset[Node]:
    """The function and everything that leads to it."""
    return reach(db).above(node)


@query
def edges_of(db: Database, node: Node) -> tuple[Edge, ...]:
    """The edges that leave a function."""
    return reach(db).edges.get(node, ())


@query
def _overriding(db: Database) -> dict[Node, tuple[Node, ...]]:
    below: dict[Node, list[Node]] = {}
    for own, bases in reach(db).overrides.items():
        for base in bases:
            below.setdefault(base, []).append(own)
    return {node: tuple(found) for node, found in below.items()}


@query
def overrides_of(db: Database, node: Node) -> tuple[Node, ...]:
    """The methods that override a method."""
    return _overriding(db).get(node, ())


@query
def model_calls_in(db: Database, path: str) -> tuple[ModelCall, ...]:
    """The model calls of one file."""
    return tuple(call for call in model_calls(db) if call.path == path)
