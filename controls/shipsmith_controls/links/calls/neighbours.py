"""The call graph, one function or file at a time: what stands on one of these is spared other edits."""

from __future__ import annotations

from shipsmith_controls.links.calls.calls import Edge, ModelCall, Node, file_calls
from shipsmith_controls.links.calls.reach import lined_edges, model_calls, outline, reached_files
from shipsmith_controls.queries import Database, query


@query
def callers_of(db: Database, node: Node) -> tuple[tuple[Node, Edge], ...]:
    """(calling function, edge) for every way that leads to a function."""
    ways = outline(db).callers.get(node, ())
    return tuple((source, edges_of(db, source)[at]) for source, at in ways)


@query
def above_of(db: Database, node: Node) -> frozenset[Node]:
    """The function and everything that leads to it."""
    return outline(db).above(node)


@query
def _edges_in(db: Database, path: str) -> dict[Node, tuple[Edge, ...]]:
    return dict(lined_edges(db, path))


@query
def edges_of(db: Database, node: Node) -> tuple[Edge, ...]:
    """The edges that leave a function."""
    return _edges_in(db, node.path).get(node, ())


@query
def leads(db: Database, node: Node) -> bool:
    """Whether a model call is on the path of a function."""
    return node in outline(db).leading


@query
def calls_on_path(db: Database, node: Node) -> tuple[ModelCall, ...]:
    """Model calls that a function reaches, itself included."""
    indices = outline(db).leading.get(node)
    if not indices:
        return ()
    calls = model_calls(db)
    return tuple(calls[i] for i in sorted(indices))


@query
def _overriding(db: Database) -> dict[Node, tuple[Node, ...]]:
    below: dict[Node, list[Node]] = {}
    for own, bases in outline(db).overrides.items():
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
    return file_calls(db, path).model if path in _reached(db) else ()


@query
def _reached(db: Database) -> frozenset[str]:
    return frozenset(reached_files(db))
