"""What leads to a model: the functions on the path of a model call, over all files that matter.

It starts from the files whose bytes name an AI SDK and widens only along imports of names that lead
to a model, so that a large tree is not parsed as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import msgspec

from shipsmith_controls.links.calls import Edge, ModelCall, Node, file_calls
from shipsmith_controls.links.classes import MAKERS
from shipsmith_controls.links.modules import users_of
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.real import Real
from shipsmith_controls.links.tree import marked_files
from shipsmith_controls.queries import Database, query


class Reach:
    """The graph around model calls.

    `files`: what was read. `callers`: function -> edges that lead to it, with the file they are in.
    `leading`: functions with a model call on their path. `made`: calls that construct an SDK client,
    as (path, call).
    """

    def __init__(
        self,
        files: tuple[str, ...],
        calls: tuple[ModelCall, ...],
        edges: dict[Node, tuple[Edge, ...]],
        overrides: dict[Node, tuple[Node, ...]],
        made: tuple[tuple[str, int], ...],
    ) -> None:
        self.files = files
        self.calls = calls
        self.edges = edges
        self.overrides = overrides
        self.made = made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reach) and self._state() == other._state()

    def _state(self) -> tuple[object, ...]:
        return (self.files, self.calls, self.edges, self.overrides, self.made)

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


class Growth:
    """The widening: what was read, what leads to where the seeds lead, what is still to be read.

    By itself it widens towards model calls; `seeds_in` and `holders_in` say what leads anywhere else.
    """

    def __init__(self, db: Database, seeds: tuple[str, ...]) -> None:
        self.db = db
        self.read: set[str] = set()
        self.pending = list(seeds)
        self.leading: set[Node] = set()
        self.ready: list[Node] = []
        self.offered: set[tuple[str, str]] = set()
        self.callers: dict[Node, list[Node]] = {}
        self.symbols: dict[Node, list[str]] = {}
        self.passing: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.loose: dict[str, list[Node]] = {}
        self.named: dict[str, list[Node]] = {}
        self.stars: dict[str, list[str]] = {}
        self.upward: dict[Node, list[Node]] = {}
        self.leading_of: dict[Node, list[str]] = {}

    def run(self) -> tuple[str, ...]:
        """Widen until nothing new leads to a model; the files that were read, sorted."""
        while self.pending:
            path = self.pending.pop()
            if path not in self.read:
                self.read.add(path)
                self._take(path)
                self._settle()
        return tuple(sorted(self.read))

    def _take(self, path: str) -> None:
        found = file_calls(self.db, path)
        for own, symbol in found.symbols:
            self.symbols.setdefault(Node(path, own), []).append(symbol)
        for symbol, names in found.mentions:
            for name in names:
                self._pass_on((path, name), (path, symbol))
        for alias, origin in found.aliases:
            self._pass_on((origin.path, origin.name), (path, alias))
            self._stand_on(Node(path, alias), origin)
        for name in self.holders_in(path):
            self._offer(path, name)
        for edge in found.edges:
            self._join(edge.target, Node(path, edge.source))
        for name, origin in found.aliases:
            self._join(origin, Node(path, name))
        for origin_path in found.stars:
            self.stars.setdefault(origin_path, []).append(path)
            for node in list(self.leading):
                if node.path == origin_path:
                    self._lead(Node(path, node.name))
        for own, base in found.bases:
            self._stand_on(Node(path, own), base)
        for source, name, _ in found.loose:
            self.loose.setdefault(name, []).append(Node(path, source))
            for node in self.named.get(name, ()):
                self._join(node, Node(path, source))
        for node in self.seeds_in(path):
            self._lead(node)
        self.pending.extend(p for p in self.handed_in(path) if p not in self.read)

    def seeds_in(self, path: str) -> Iterable[Node]:
        """The functions of a file that lead there by themselves."""
        return (Node(path, call.function) for call in file_calls(self.db, path).model)

    def holders_in(self, path: str) -> Iterable[str]:
        """Names of a module whose users are read whether they lead there or not."""
        return file_calls(self.db, path).holders

    def handed_in(self, path: str) -> Iterable[str]:
        """Files that are read because something of interest is handed to them."""
        return (p for p in file_calls(self.db, path).handed if is_production(self.db, p))

    def _join(self, target: Node, source: Node) -> None:
        self.callers.setdefault(target, []).append(source)
        if target in self.leading:
            self._lead(source)

    def _lead(self, node: Node) -> None:
        if node not in self.leading:
            self.leading.add(node)
            self.ready.append(node)
            klass, _, method = node.name.rpartition(".")
            if klass and method not in MAKERS:
                owner = Node(node.path, klass)
                self.leading_of.setdefault(owner, []).append(method)
                for base in self.upward.get(owner, ()):
                    self._lead(Node(base.path, f"{base.name}.{method}"))

    def _stand_on(self, own: Node, base: Node) -> None:
        """A class stands on another one: a call of the other's method may land in its own."""
        self.upward.setdefault(own, []).append(base)
        for method in tuple(self.leading_of.get(own, ())):
            self._lead(Node(base.path, f"{base.name}.{method}"))

    def _pass_on(self, held: tuple[str, str], by: tuple[str, str]) -> None:
        """A name is held by another one: when it is offered, so is the other."""
        self.passing.setdefault(held, []).append(by)
        if held in self.offered:
            self._offer(*by)

    def _offer(self, path: str, name: str) -> None:
        """A name of a module leads to a model: whoever imports it is read."""
        waiting = [(path, name)]
        while waiting:
            here = waiting.pop()
            if here not in self.offered:
                self.offered.add(here)
                self.pending.extend(u for u in users_of(self.db, *here) if u not in self.read)
                waiting.extend(self.passing.get(here, ()))

    def _settle(self) -> None:
        while self.ready:
            node = self.ready.pop()
            if node.path not in self.read:
                self.pending.append(node.path)
            top = node.name.split(".")[0]
            for symbol in (top, *self.symbols.get(Node(node.path, top), ())):
                if symbol:
                    self._offer(node.path, symbol)
            last = node.name.rsplit(".", 1)[-1]
            if is_telling(last):
                self.named.setdefault(last, []).append(node)
                for source in self.loose.get(last, ()):
                    self._join(node, source)
            for caller in self.callers.get(node, ()):
                self._lead(caller)
            made, _, last = node.name.rpartition(".")
            if last in ("__init__", "constructor") and made:
                self._lead(Node(node.path, made))
            for user in self.stars.get(node.path, ()):
                self._lead(Node(user, node.name))


_COMMON = frozenset(
    "constructor execute handle handler invoke process callback generate stream request submit "
    "create update delete render default forward dispatch resolve".split()
)


def is_telling(name: str) -> bool:
    """Whether a method name alone tells which function is meant, when its object is not known."""
    return len(name) > 6 and name not in _COMMON and not name.startswith(("<", "__"))


@query
def reach(db: Database) -> Reach:
    """Widen from the files that name an AI SDK to everything that leads to a model call."""
    return collect(db, Growth(db, tuple(p for p in marked_files(db) if is_production(db, p))).run())


def collect(db: Database, paths: tuple[str, ...]) -> Reach:
    """The graph over files that were read."""
    calls: list[ModelCall] = []
    edges: dict[Node, tuple[Edge, ...]] = {}
    overrides: dict[Node, tuple[Node, ...]] = {}
    made: list[tuple[str, int]] = []
    loose: list[tuple[Node, str, int]] = []
    real = Real(db, paths)
    for path in paths:
        found = file_calls(db, path)
        calls.extend(found.model)
        made.extend((path, call) for call in found.made)
        loose.extend((Node(path, source), name, line) for source, name, line in found.loose)
        grouped: dict[str, list[Edge]] = {}
        for edge in found.edges:
            target = real.node(edge.target)
            same = edge if target == edge.target else msgspec.structs.replace(edge, target=target)
            grouped.setdefault(edge.source, []).append(same)
        for source, group in grouped.items():
            edges[Node(path, source)] = tuple(group)
        for own, above in real.overrides(path):
            overrides[own] = (*overrides.get(own, ()), *above)
    _tie_loose(edges, loose)
    return Reach(paths, tuple(calls), edges, overrides, tuple(made))


def _tie_loose(edges: dict[Node, tuple[Edge, ...]], loose: list[tuple[Node, str, int]]) -> None:
    """Calls on unknown objects lead to the methods of that name, when the name tells enough."""
    targets: dict[str, dict[Node, None]] = {}
    for source, group in edges.items():
        for node in (source, *(edge.target for edge in group)):
            last = node.name.rsplit(".", 1)[-1]
            if is_telling(last):
                targets.setdefault(last, {})[node] = None
    for source, name, line in loose:
        found = targets.get(name, {})
        if 0 < len(found) <= _MANY_TARGETS:
            tied = tuple(Edge(source.name, target, -1, line) for target in found if target != source)
            edges[source] = (*edges.get(source, ()), *tied)


_MANY_TARGETS = 12
