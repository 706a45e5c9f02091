"""Widening: from the files that name an AI SDK to everything that leads to a model call.

Only along imports of names that lead there, so that a large tree is not parsed as a whole. Nothing
here depends on lines: an edit that only moves lines widens nothing anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from shipsmith_controls.links.calls.calls import Node, flat_calls
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.values.classes import MAKERS
from shipsmith_controls.links.values.modules import users_of
from shipsmith_controls.queries import Database


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
        found = flat_calls(self.db, path)
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
        return (Node(path, call.function) for call in flat_calls(self.db, path).model)

    def holders_in(self, path: str) -> Iterable[str]:
        """Names of a module whose users are read whether they lead there or not."""
        return flat_calls(self.db, path).holders

    def handed_in(self, path: str) -> Iterable[str]:
        """Files that are read because something of interest is handed to them."""
        return (p for p in flat_calls(self.db, path).handed if is_production(self.db, p))

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
