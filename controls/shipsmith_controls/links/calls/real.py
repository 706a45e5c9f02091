"""What names stand for, over the files that were read: aliases, star imports, inherited methods."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.links.calls.calls import Node, flat_calls
from shipsmith_controls.links.values.classes import MAKERS
from shipsmith_controls.links.values.names import NO_NAMES, names_of
from shipsmith_controls.queries import Database

_MOST_BASES = 8


class Real:
    """From a name that stands for something to the function it stands for, in what was read."""

    def __init__(self, db: Database, paths: tuple[str, ...]) -> None:
        self._db = db
        self._read = frozenset(paths)
        self._aliases = {
            Node(path, name): origin for path in paths for name, origin in flat_calls(db, path).aliases
        }
        self._stars = {path: stars for path in paths if (stars := flat_calls(db, path).stars)}
        self._bases: dict[Node, list[Node]] = {}
        for path in paths:
            for own, base in flat_calls(db, path).bases:
                self._bases.setdefault(Node(path, own), []).append(base)

    def overrides(self, path: str) -> Iterator[tuple[Node, tuple[Node, ...]]]:
        """Each method of a file's classes with the methods of base classes that it overrides."""
        for klass, name, method in names_of(self._db, path).methods:
            if name in MAKERS:
                continue
            own = Node(path, klass)
            above = [
                found
                for base in self._bases.get(own, ())
                for found in self._inherited(self._symbol(base), name, 0)
            ]
            if above:
                yield Node(path, method), tuple(dict.fromkeys(above))

    def _inherited(self, klass: Node, method: str, depth: int) -> Iterator[Node]:
        """The methods that a class offers under a name: its own, else those of its base classes."""
        node = Node(klass.path, f"{klass.name}.{method}")
        if klass.path not in self._read or node.name in names_of(self._db, klass.path).functions:
            yield node
        elif depth < _MOST_BASES:
            for base in self._bases.get(klass, ()):
                yield from self._inherited(self._symbol(base), method, depth + 1)

    def node(self, node: Node) -> Node:
        """The function itself; the node as it is when it cannot be told."""
        node = self._symbol(node)
        klass, _, method = node.name.rpartition(".")
        if klass and Node(node.path, klass) in self._bases:
            return next(self._inherited(Node(node.path, klass), method, 0), node)
        return self._made(node)

    def _symbol(self, node: Node) -> Node:
        """What a name stands for, through the names that pass it on."""
        seen = set()
        while node not in seen:
            seen.add(node)
            head, dot, rest = node.name.partition(".")
            origin = self._aliases.get(Node(node.path, head))
            if origin is not None:
                node = Node(origin.path, origin.name + dot + rest)
            elif node.path in self._stars and not self._defines(node):
                node = self._through_stars(node)
        return node

    def _defines(self, node: Node) -> bool:
        head = node.name.split(".")[0]
        return node.path in self._read and head in names_of(self._db, node.path).bound

    def _through_stars(self, node: Node) -> Node:
        for path in self._stars[node.path]:
            there = Node(path, node.name)
            if self._defines(there) or Node(path, node.name.split(".")[0]) in self._aliases:
                return there
        return node

    def _made(self, node: Node) -> Node:
        """A class that is called leads to its constructor."""
        names = names_of(self._db, node.path) if node.path in self._read else NO_NAMES
        if node.name in names.classes:
            for name in sorted(MAKERS):
                if f"{node.name}.{name}" in names.functions:
                    return Node(node.path, f"{node.name}.{name}")
        return node
