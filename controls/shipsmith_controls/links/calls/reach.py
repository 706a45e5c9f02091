"""What leads to a model: the functions on the path of a model call, over all files that matter.

The graph is made in two steps, so that a save costs what it changed: an outline without lines, which
most edits leave as it is, and the lines of each file laid over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from shipsmith_controls.links.calls.calls import Edge, ModelCall, Node, file_calls
from shipsmith_controls.links.calls.growth import Growth
from shipsmith_controls.links.calls.outline import Outline, outline_over
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import marked_files
from shipsmith_controls.queries import Database, query


class Reach:
    """The graph around model calls.

    `files`: what was read. `edges`: function -> the edges that leave it. `callers`: function -> edges
    that lead to it, with the function they leave. `leading`: functions with a model call on their path.
    """

    def __init__(
        self,
        outline: Outline,
        calls: tuple[ModelCall, ...],
        edges: Mapping[Node, tuple[Edge, ...]],
    ) -> None:
        self.outline = outline
        self.files = outline.files
        self.overrides = outline.overrides
        self.calls = calls
        self.edges = edges

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reach) and (self.outline, self.calls, self.edges) == (
            other.outline,
            other.calls,
            other.edges,
        )

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def callers(self) -> Mapping[Node, tuple[tuple[Node, Edge], ...]]:
        """Function -> (calling function, edge) for every way that leads to it.

        A call of a method of a base class may land in each override of it.
        """
        return _Callers(self)

    @property
    def leading(self) -> Mapping[Node, frozenset[int]]:
        """Function -> indices into `calls` of the model calls on its path."""
        return self.outline.leading

    def on_path(self, node: Node) -> tuple[ModelCall, ...]:
        """Model calls that a function reaches, itself included."""
        return tuple(self.calls[i] for i in sorted(self.leading.get(node, ())))

    def above(self, node: Node) -> frozenset[Node]:
        """The function and everything that leads to it."""
        return self.outline.above(node)


class _Callers(Mapping[Node, "tuple[tuple[Node, Edge], ...]"]):
    """The callers of the outline with the lines of their edges, put together when asked for."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def __getitem__(self, node: Node) -> tuple[tuple[Node, Edge], ...]:
        edges = self._reach.edges
        return tuple((source, edges[source][at]) for source, at in self._reach.outline.callers[node])

    def __iter__(self) -> Iterator[Node]:
        return iter(self._reach.outline.callers)

    def __len__(self) -> int:
        return len(self._reach.outline.callers)


@query
def outline(db: Database) -> Outline:
    """The graph around model calls without its lines."""
    seeds = tuple(p for p in marked_files(db) if is_production(db, p))
    return outline_over(db, Growth(db, seeds).run())


@query
def reached_files(db: Database) -> tuple[str, ...]:
    """The production files that lead to a model call, or may."""
    return outline(db).files


@query
def model_calls(db: Database) -> tuple[ModelCall, ...]:
    """Every production call to a model in those files."""
    return tuple(call for path in reached_files(db) for call in file_calls(db, path).model)


@query
def made_clients(db: Database) -> tuple[tuple[str, int], ...]:
    """Calls that construct an SDK client, as (path, call)."""
    return tuple((path, call) for path in reached_files(db) for call in file_calls(db, path).made)


@query
def _edges_in_outline(db: Database, path: str) -> tuple[tuple[Node, tuple[Edge, ...]], ...]:
    return outline(db).edges_of_file.get(path, ())


@query
def lined_edges(db: Database, path: str) -> tuple[tuple[Node, tuple[Edge, ...]], ...]:
    """The edges that leave the functions of one file, each with its line."""
    return lined(db, path, _edges_in_outline(db, path))


def lined(
    db: Database, path: str, edges: tuple[tuple[Node, tuple[Edge, ...]], ...]
) -> tuple[tuple[Node, tuple[Edge, ...]], ...]:
    """Edges of an outline with the lines that they have in a file now."""
    found = file_calls(db, path)
    lines: dict[tuple[str, int], list[int]] = {}
    for edge in found.edges:
        lines.setdefault((edge.source, edge.call), []).append(edge.line)
    loose = [line for _, _, line in found.loose]
    return tuple((node, _with_lines(group, lines, loose)) for node, group in edges)


def _with_lines(
    group: tuple[Edge, ...], lines: dict[tuple[str, int], list[int]], loose: list[int]
) -> tuple[Edge, ...]:
    """The outline keeps in `line` the place of an edge among its like: see `outline_over`."""
    placed = []
    for edge in group:
        at = loose[-edge.line - 1] if edge.line < 0 else lines[edge.source, edge.call][edge.line]
        placed.append(msgspec.structs.replace(edge, line=at))
    return tuple(placed)


@query
def reach(db: Database) -> Reach:
    """Everything that leads to a model call."""
    found = outline(db)
    edges = {node: group for path in found.files for node, group in lined_edges(db, path)}
    return Reach(found, model_calls(db), edges)
