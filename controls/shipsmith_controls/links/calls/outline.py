"""The outline of a call graph: who leads to whom, without the lines at which it happens."""

from __future__ import annotations

from functools import cached_property

import msgspec

from shipsmith_controls.links.calls.calls import Edge, Node, flat_calls
from shipsmith_controls.links.calls.growth import is_telling
from shipsmith_controls.links.calls.real import Real
from shipsmith_controls.queries import Database

_MANY_TARGETS = 12


class Outline:
    """Edges between functions over the files that were read.

    `starts`: the function of each model call, in the order of the calls.
    """

    def __init__(
        self,
        files: tuple[str, ...],
        edges: dict[Node, tuple[Edge, ...]],
        overrides: dict[Node, tuple[Node, ...]],
        starts: tuple[Node, ...],
    ) -> None:
        self.files = files
        self.edges = edges
        self.overrides = overrides
        self.starts = starts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outline) and (self.files, self.edges, self.overrides, self.starts) == (
            other.files,
            other.edges,
            other.overrides,
            other.starts,
        )

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def edges_of_file(self) -> dict[str, tuple[tuple[Node, tuple[Edge, ...]], ...]]:
        """File -> its functions with the edges that leave them."""
        table: dict[str, list[tuple[Node, tuple[Edge, ...]]]] = {}
        for node, group in self.edges.items():
            table.setdefault(node.path, []).append((node, group))
        return {path: tuple(found) for path, found in table.items()}

    @cached_property
    def callers(self) -> dict[Node, tuple[tuple[Node, int], ...]]:
        """Function -> (calling function, place among the edges that leave it) for each way to it."""
        table: dict[Node, list[tuple[Node, int]]] = {}
        below: dict[Node, list[Node]] = {}
        for own, bases in self.overrides.items():
            for base in bases:
                below.setdefault(base, []).append(own)
        for source, edges in self.edges.items():
            for at, edge in enumerate(edges):
                pending, seen = [edge.target], {edge.target}
                while pending:
                    target = pending.pop()
                    table.setdefault(target, []).append((source, at))
                    for lower in below.get(target, ()):
                        if lower not in seen:
                            seen.add(lower)
                            pending.append(lower)
        return {node: tuple(found) for node, found in table.items()}

    @cached_property
    def leading(self) -> dict[Node, frozenset[int]]:
        """Function -> the model calls on its path, by their place in `starts`."""
        found: dict[Node, set[int]] = {}
        for i, start in enumerate(self.starts):
            for node in self.above(start):
                found.setdefault(node, set()).add(i)
        return {node: frozenset(indices) for node, indices in found.items()}

    def above(self, node: Node) -> frozenset[Node]:
        """The function and everything that leads to it."""
        pending, seen, ends = [node], {node}, set[Node]()
        while pending:
            for caller, at in self.callers.get(pending.pop(), ()):
                if self.edges[caller][at].back:
                    ends.add(caller)
                elif caller not in seen:
                    seen.add(caller)
                    pending.append(caller)
        return frozenset(seen | ends)


def outline_over(db: Database, paths: tuple[str, ...]) -> Outline:
    """The outline over files that were read.

    In place of its line an edge keeps its place among the edges of the same call; an edge that is
    tied by a method's name alone keeps `-1 - place` among the loose calls of its file.
    """
    edges: dict[Node, tuple[Edge, ...]] = {}
    overrides: dict[Node, tuple[Node, ...]] = {}
    loose: list[tuple[Node, str, int]] = []
    starts: list[Node] = []
    real = Real(db, paths)
    for path in paths:
        found = flat_calls(db, path)
        starts.extend(Node(path, call.function) for call in found.model)
        loose.extend(
            (Node(path, source), name, -1 - i) for i, (source, name, _) in enumerate(found.loose)
        )
        grouped: dict[str, list[Edge]] = {}
        places: dict[tuple[str, int], int] = {}
        for edge in found.edges:
            like = (edge.source, edge.call)
            place = places[like] = places.get(like, -1) + 1
            settled = msgspec.structs.replace(edge, target=real.node(edge.target), line=place)
            grouped.setdefault(edge.source, []).append(settled)
        for source, group in grouped.items():
            edges[Node(path, source)] = tuple(group)
        for own, above in real.overrides(path):
            overrides[own] = (*overrides.get(own, ()), *above)
    _tie_loose(edges, loose)
    return Outline(paths, edges, overrides, tuple(starts))


def _tie_loose(edges: dict[Node, tuple[Edge, ...]], loose: list[tuple[Node, str, int]]) -> None:
    """Calls on unknown objects lead to the methods of that name, when the name tells enough."""
    targets: dict[str, dict[Node, None]] = {}
    for source, group in edges.items():
        for node in (source, *(edge.target for edge in group)):
            last = node.name.rsplit(".", 1)[-1]
            if is_telling(last):
                targets.setdefault(last, {})[node] = None
    for source, name, place in loose:
        found = targets.get(name, {})
        if 0 < len(found) <= _MANY_TARGETS:
            tied = tuple(Edge(source.name, target, -1, place) for target in found if target != source)
            edges[source] = (*edges.get(source, ()), *tied)
