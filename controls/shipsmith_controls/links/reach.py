"""What leads to a model: the functions on the path of a model call, over all files that matter.

It starts from the files whose bytes name an AI SDK and widens only along imports of names that lead
to a model, so that a large tree is not parsed as a whole.
"""

from __future__ import annotations

from functools import cached_property

import msgspec

from shipsmith_controls.links.calls import Edge, ModelCall, Node, file_calls
from shipsmith_controls.links.modules import users_of
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import marked_files
from shipsmith_controls.queries import Database, query


class Reach:
    """The graph around model calls.

    `files`: what was read. `callers`: function -> edges that lead to it, with the file they are in.
    `leading`: functions with a model call on their path.
    """

    def __init__(
        self,
        files: tuple[str, ...],
        calls: tuple[ModelCall, ...],
        edges: dict[Node, tuple[Edge, ...]],
        overrides: dict[Node, tuple[Node, ...]],
    ) -> None:
        self.files = files
        self.calls = calls
        self.edges = edges
        self.overrides = overrides

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reach) and (self.files, self.calls, self.edges, self.overrides) == (
            other.files,
            other.calls,
            other.edges,
            other.overrides,
        )

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def callers(self) -> dict[Node, tuple[tuple[Node, Edge], ...]]:
        """Function -> (calling function, edge) for every way that leads to it.

        A call of a method of a base class may land in each override of it.
        """
        table: dict[Node, list[tuple[Node, Edge]]] = {}
        below: dict[Node, list[Node]] = {}
        for own, bases in self.overrides.items():
            for base in bases:
                below.setdefault(base, []).append(own)
        for source, edges in self.edges.items():
            for edge in edges:
                pending, seen = [edge.target], {edge.target}
                while pending:
                    target = pending.pop()
                    table.setdefault(target, []).append((source, edge))
                    for lower in below.get(target, ()):
                        if lower not in seen:
                            seen.add(lower)
                            pending.append(lower)
        return {node: tuple(found) for node, found in table.items()}

    @cached_property
    def calls_by_node(self) -> dict[Node, tuple[ModelCall, ...]]:
        """Function -> model calls that stand in it."""
        table: dict[Node, list[ModelCall]] = {}
        for call in self.calls:
            table.setdefault(Node(call.path, call.function), []).append(call)
        return {node: tuple(found) for node, found in table.items()}

    @cached_property
    def leading(self) -> dict[Node, frozenset[int]]:
        """Function -> indices into `calls` of the model calls on its path."""
        found: dict[Node, set[int]] = {}
        for i, call in enumerate(self.calls):
            start = Node(call.path, call.function)
            pending, seen = [start], {start}
            while pending:
                node = pending.pop()
                found.setdefault(node, set()).add(i)
                for caller, _ in self.callers.get(node, ()):
                    if caller not in seen:
                        seen.add(caller)
                        pending.append(caller)
        return {node: frozenset(indices) for node, indices in found.items()}

    def on_path(self, node: Node) -> tuple[ModelCall, ...]:
        """Model calls that a function reaches, itself included."""
        return tuple(self.calls[i] for i in sorted(self.leading.get(node, ())))

    def above(self, node: Node) -> frozenset[Node]:
        """The function and everything that leads to it."""
        pending, seen = [node], {node}
        while pending:
            for caller, _ in self.callers.get(pending.pop(), ()):
                if caller not in seen:
                    seen.add(caller)
                    pending.append(caller)
        return frozenset(seen)


class _Growing(msgspec.Struct):
    """State of the widening: what was read, what leads to a model, what is still to be read."""

    read: dict[str, None]
    leading: set[Node]
    offered: set[tuple[str, str]]
    pending: list[str]


@query
def reach(db: Database) -> Reach:
    """Widen from the files that name an AI SDK to everything that leads to a model call."""
    return _widen(db, tuple(p for p in marked_files(db) if is_production(db, p)))


def _widen(db: Database, seeds: tuple[str, ...]) -> Reach:
    state = _Growing({}, set(), set(), list(seeds))
    callers: dict[Node, list[Node]] = {}
    ready: list[Node] = []

    def lead(node: Node) -> None:
        if node not in state.leading:
            state.leading.add(node)
            ready.append(node)

    def offer(path: str, name: str) -> None:
        """A name of a module leads to a model: whoever imports it is read."""
        if (path, name) not in state.offered:
            state.offered.add((path, name))
            state.pending.extend(u for u in users_of(db, path, name) if u not in state.read)

    def settle() -> None:
        while ready:
            node = ready.pop()
            if node.name:
                offer(node.path, node.name.split(".")[0])
            for caller in callers.get(node, ()):
                lead(caller)

    while state.pending:
        path = state.pending.pop()
        if path in state.read:
            continue
        state.read[path] = None
        found = file_calls(db, path)
        for name in found.holders:
            offer(path, name)
        for edge in found.edges:
            source = Node(path, edge.source)
            callers.setdefault(edge.target, []).append(source)
            if edge.target in state.leading:
                lead(source)
        for own, base in found.overrides:
            callers.setdefault(Node(path, own), []).append(base)
            if Node(path, own) in state.leading:
                lead(base)
        for call in found.model:
            lead(Node(path, call.function))
        state.pending.extend(p for p in found.handed if p not in state.read and is_production(db, p))
        settle()
    return _collect(db, tuple(sorted(state.read)))


def _collect(db: Database, paths: tuple[str, ...]) -> Reach:
    calls: list[ModelCall] = []
    edges: dict[Node, tuple[Edge, ...]] = {}
    overrides: dict[Node, tuple[Node, ...]] = {}
    for path in paths:
        found = file_calls(db, path)
        calls.extend(found.model)
        grouped: dict[str, list[Edge]] = {}
        for edge in found.edges:
            grouped.setdefault(edge.source, []).append(edge)
        for source, group in grouped.items():
            edges[Node(path, source)] = tuple(group)
        for own, base in found.overrides:
            node = Node(path, own)
            overrides[node] = (*overrides.get(node, ()), base)
    return Reach(paths, tuple(calls), edges, overrides)
