"""Whether an entry leads to an LLM call: forward along calls, past handlers that are only registered.

The graph of `reach` leads upwards from every call and keeps what may matter. Here the way down from
one entry is walked more strictly: who registers a handler does not run it, and an object that was
just made answers with the methods of its own class.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Edge, Node, flat_calls
from shipsmith_controls.links.calls.reach import model_calls, outline
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.value import Cls
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database

_MOST_BASES = 8


class EntryPaths:
    """The ways down from entries. `handlers`: the functions that entries start."""

    def __init__(self, db: Database, handlers: frozenset[Node]) -> None:
        self._db, self._handlers = db, handlers
        self._outline = outline(db)
        self._asking = {Node(c.path, c.function) for c in model_calls(db) if c.is_llm}

    def lead_to_model(self, start: Node) -> bool:
        """Whether an LLM call is on the path of an entry's function."""
        pending: list[tuple[Node, Node | None]] = [(start, None)]
        seen = set(pending)
        while pending:
            node, made = pending.pop()
            if node in self._asking:
                return True
            for edge in self._outline.edges.get(node, ()):
                registered = edge.call < 0 and edge.target in self._handlers
                # What is called back was handed in by one caller, who has an edge of its own.
                if registered or (edge.back and node != start):
                    continue
                for step in self._landing(node, made, edge):
                    if step not in seen and step[0] in self._outline.leading:
                        seen.add(step)
                        pending.append(step)
        return False

    def _landing(self, node: Node, made: Node | None, edge: Edge) -> Iterator[tuple[Node, Node | None]]:
        """Where a call may land, with the class of the object that it is made on, when that is known."""
        made = self._object(node, made, edge)
        yield edge.target, made
        own = self._with_bases(made) if made is not None else frozenset()
        for lower in self._overriding(edge.target):
            if made is None or Node(lower.path, lower.name.rpartition(".")[0]) in own:
                yield lower, made

    def _overriding(self, method: Node) -> Iterator[Node]:
        """The methods that override a method, and those that override them."""
        pending, seen = [method], {method}
        while pending:
            for lower in self._below.get(pending.pop(), ()):
                if lower not in seen:
                    seen.add(lower)
                    pending.append(lower)
                    yield lower

    def _object(self, node: Node, made: Node | None, edge: Edge) -> Node | None:
        """The class that a call constructs; that of the object itself for `self.method()`."""
        facts = index(self._db, node.path) if edge.call >= 0 else None
        if facts is None:
            return made
        call = facts.module.calls[edge.call]
        if isinstance(call.callee, code.Attribute):
            base = call.callee.base
            return made if isinstance(base, code.Name) and base.id in ("self", "cls", "super") else None
        for value in values(self._db, node.path, call.block, call.callee):
            other = index(self._db, value.path) if isinstance(value, Cls) else None
            if isinstance(value, Cls) and other is not None:
                return Node(value.path, other.module.classes[value.klass].qualname)
        return None

    @cached_property
    def _below(self) -> dict[Node, tuple[Node, ...]]:
        """Method -> the methods that override it."""
        table: dict[Node, list[Node]] = {}
        for own, bases in self._outline.overrides.items():
            for base in bases:
                table.setdefault(base, []).append(own)
        return {base: tuple(found) for base, found in table.items()}

    def _with_bases(self, klass: Node) -> frozenset[Node]:
        found = {klass}
        wave = [klass]
        for _ in range(_MOST_BASES):
            wave = [
                base
                for each in wave
                for own, base in flat_calls(self._db, each.path).bases
                if own == each.name and base not in found
            ]
            found.update(wave)
        return frozenset(found)
