"""The way of a stored record: from an index write back to where it is read or handed in."""

from __future__ import annotations

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.data.ingest import ingest_entries
from shipsmith_controls.links.data.sources import reads_of
from shipsmith_controls.links.data.stages import stages_of
from shipsmith_controls.links.data.writes import IndexWrite
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import Binding, ModuleIndex, parts_of
from shipsmith_controls.links.values.value import Fn, Made
from shipsmith_controls.links.values.values import argument_for, call_sites, callees
from shipsmith_controls.queries import Database, query

_ADDERS = frozenset({"append", "extend", "push", "add", "insert"})
_MOST = 800


class RecordFlow(msgspec.Struct, frozen=True):
    """What a record passed: calls as (path, call), and names that held it as (path, scope, name).

    `begins`: some way back came to an end. `whole`: all of it was seen, to a reader or to what an
    entry is handed.
    """

    calls: frozenset[tuple[str, int]]
    names: frozenset[tuple[str, int, str]]
    begins: bool
    whole: bool


@query
def record_flow(db: Database, write: IndexWrite) -> RecordFlow:
    """The way of what a write stores. A reader ends it: what names a document is no part of one."""
    facts = index(db, write.path)
    entries = frozenset(entry.node for entry in ingest_entries(db) if write in entry.writes)
    walk = _Back(db, frozenset(stages_of(db, write)), entries)
    if facts is not None and write.call >= 0:
        call = facts.module.calls[write.call]
        for given in (*call.args, *(keyword.value for keyword in call.keywords)):
            walk.pending.append((write.path, call.block, given))
    walk.run()
    begins, whole = walk.begins or walk.lost, walk.begins and not walk.lost
    return RecordFlow(frozenset(walk.calls), frozenset(walk.names), begins, whole)


class _Back:
    def __init__(self, db: Database, stages: frozenset[Node], entries: frozenset[Node]) -> None:
        self.db, self.stages, self.entries = db, stages, entries
        self.pending: list[tuple[str, int, code.Expr]] = []
        self.calls: set[tuple[str, int]] = set()
        self.names: set[tuple[str, int, str]] = set()
        self.begins = False
        self.lost = False

    def run(self) -> None:
        seen: set[tuple[str, int, code.Expr]] = set()
        while self.pending and len(seen) < _MOST:
            place = self.pending.pop()
            facts = index(self.db, place[0])
            if facts is not None and place not in seen:
                seen.add(place)
                self._step(facts, *place)
        self.lost = self.lost or bool(self.pending)

    def _step(self, facts: ModuleIndex, path: str, block: int, expr: code.Expr) -> None:
        match expr:
            case code.CallRef(call=call):
                self._call(facts, path, call)
            case code.Name(id=name):
                self._name(facts, path, block, name)
            case code.Attribute(base=code.Name(id="self"), name=name):
                around = facts.class_around(block)
                for at in facts.attributes.get((around, name), ()):
                    self._assigned(path, facts.module.assigns[at])
            case code.FunctionRef(function=function):
                self._returned(facts, path, function)
            case _:
                self.pending.extend((path, block, part) for part in parts_of(expr))

    def _call(self, facts: ModuleIndex, path: str, call: int) -> None:
        self.calls.add((path, call))
        here = facts.module.calls[call]
        found = callees(self.db, path, call)
        makers = [value.calls[0] for value in found if isinstance(value, Made) and value.calls]
        if any(self._reads(*each) for each in ((path, call), *makers)):
            self.begins = True
            return
        functions = [value for value in found if isinstance(value, Fn)]
        for value in functions:
            home = index(self.db, value.path)
            if home is not None:
                self._returned(home, value.path, value.function)
        if not functions:
            base = (here.callee.base,) if isinstance(here.callee, code.Attribute) else ()
            given = (*base, *here.args, *(keyword.value for keyword in here.keywords))
            self.pending.extend((path, here.block, each) for each in given)

    def _reads(self, path: str, call: int) -> bool:
        facts = index(self.db, path)
        line = facts.module.calls[call].line if facts is not None else 0
        return any(source.line == line for _, source in reads_of(self.db, path))

    def _returned(self, facts: ModuleIndex, path: str, function: int) -> None:
        for out in facts.returns.get(function, []):
            if out.value is not None:
                self.pending.append((path, out.block, out.value))

    def _assigned(self, path: str, assign: code.Assign) -> None:
        if assign.value is not None:
            self.pending.append((path, assign.block, assign.value))

    def _name(self, facts: ModuleIndex, path: str, block: int, name: str) -> None:
        scope, bindings = facts.lookup(block, name)
        if (path, scope, name) in self.names:
            return
        self.names.add((path, scope, name))
        for binding in bindings:
            if binding.kind == "param":
                self._parameter(facts, path, binding, name)
            else:
                home, given = facts.taken_from(binding)
                self.pending.extend((path, home, each) for each in given)
        for call in facts.added_to(block, name, _ADDERS) if bindings else ():
            self.pending.extend((path, call.block, each) for each in call.args)

    def _parameter(self, facts: ModuleIndex, path: str, binding: Binding, name: str) -> None:
        function = facts.module.functions[binding.index]
        passed = False
        for user, call in call_sites(self.db, path, binding.index):
            outer = index(self.db, user)
            here = outer.module.calls[call] if outer is not None else None
            if here is None or outer is None:
                continue
            if Node(user, outer.node_name(here.block)) in self.stages:
                bound = function.parent in facts.class_by_block
                given = argument_for(here, function, name, bound)
                passed = passed or given is not None
                if given is not None:
                    self.pending.append((user, here.block, given))
        handed = Node(path, facts.node_name(function.block)) in self.entries
        self.begins = self.begins or handed
        self.lost = self.lost or not (passed or handed or name in ("self", "cls"))
