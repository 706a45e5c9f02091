"""Index writes and the paths that lead to them: from what is stored up to what starts it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec.structs import replace

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Edge, Node, flat_calls, node_of
from shipsmith_controls.links.calls.enqueued import enqueued
from shipsmith_controls.links.calls.entries import EntryKind, entries_of
from shipsmith_controls.links.calls.growth import Growth
from shipsmith_controls.links.calls.outline import Outline, outline_over
from shipsmith_controls.links.calls.reach import Reach, lined, reached_files
from shipsmith_controls.links.data.notebooks import notebook_writes
from shipsmith_controls.links.data.stores import store_files, store_holders
from shipsmith_controls.links.data.vectors import names_vectors, vector_files
from shipsmith_controls.links.data.writes import IndexWrite, file_writes, is_dead_block
from shipsmith_controls.links.deploys.scheduled import scheduled
from shipsmith_controls.links.deploys.started import started
from shipsmith_controls.links.files.commands import console_targets
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, last_name
from shipsmith_controls.links.values.names import names_of
from shipsmith_controls.links.values.value import Fn
from shipsmith_controls.links.values.values import Walk
from shipsmith_controls.queries import Database, query

_COMMANDS = frozenset(
    {"command", "callback", "group", "task", "flow", "dag", "asset", "op", "job", "step"}
)


class IngestEntry(msgspec.Struct, frozen=True):
    """What starts an ingest path: its outermost production function.

    `kind` is that of an entry of the tree, `command` for a command-line function, or `script` for
    code that runs when the file does; then `root` is the module's own level and `function` the
    first function it calls ("" when it writes by itself). `line` is the function's.
    """

    path: str
    line: int
    function: str
    root: Node
    kind: EntryKind | Literal["script", "command"]
    writes: tuple[IndexWrite, ...] = ()

    @property
    def node(self) -> Node:
        """The entry's function."""
        return Node(self.path, self.function)


@query
def write_nodes(db: Database, path: str) -> tuple[Node, ...]:
    """The functions of a file that write an index."""
    return tuple(dict.fromkeys(write.node for write in file_writes(db, path)))


class _IngestGrowth(Growth):
    """Widening from index writes upward, through what makes and holds stores."""

    def seeds_in(self, path: str) -> Iterable[Node]:
        return write_nodes(self.db, path)

    def holders_in(self, path: str) -> Iterable[str]:
        return store_holders(self.db, path)

    def handed_in(self, path: str) -> Iterable[str]:
        return ()

    def _lead(self, node: Node) -> None:
        if node.path not in self.read:
            self.pending.append(node.path)
        super()._lead(node)
        real = defining(self.db, node)
        if real != node:
            super()._lead(real)

    def _take(self, path: str) -> None:
        # Who uses a store often imports a class that gets the writing method from a mix-in beside it.
        for name, base in names_of(self.db, path).bases:
            self._pass_on((path, base), (path, name))
        super()._take(path)
        for edge in enqueued(self.db, path):
            self._join(edge.target, Node(path, edge.source))


@query
def write_seeds(db: Database) -> tuple[str, ...]:
    """Files in which index writes are looked for first."""
    near = {path for path in reached_files(db) if names_vectors(db, path) or _runs_graph(db, path)}
    found = near | set(store_files(db)) | set(vector_files(db))
    return tuple(sorted(path for path in found if is_production(db, path)))


def _runs_graph(db: Database, path: str) -> bool:
    """Whether a file runs a served graph of the tree by its name: such a graph may fill an index."""
    return any(call.kind == "graph" for call in flat_calls(db, path).model)


@query
def ingest_graph(db: Database) -> Reach:
    """The graph around index writes: `callers` and `edges` of the functions that lead to one."""
    found = _ingest_outline(db)
    edges: dict[Node, tuple[Edge, ...]] = {}
    for path in found.files:
        sent: dict[Node, list[Edge]] = {}
        for edge in enqueued(db, path):
            sent.setdefault(Node(path, edge.source), []).append(edge)
        own = tuple(
            (node, group[: len(group) - len(sent.get(node, ()))])
            for node, group in found.edges_of_file.get(path, ())
        )
        for node, group in lined(db, path, own):
            edges[node] = (*group, *sent.get(node, ()))
    return Reach(found, (), edges)


@query
def _ingest_outline(db: Database) -> Outline:
    graph = outline_over(db, _IngestGrowth(db, write_seeds(db)).run())
    edges = dict(graph.edges)
    for path in graph.files:
        for edge in enqueued(db, path):
            source = Node(path, edge.source)
            edges[source] = (*edges.get(source, ()), replace(edge, line=0))
    overrides = {
        own: tuple(defining(db, base) for base in bases) for own, bases in graph.overrides.items()
    }
    return Outline(graph.files, edges, overrides, ())


def defining(db: Database, node: Node) -> Node:
    """The method itself, where a node names it by a class that inherits it."""
    facts = index(db, node.path)
    klass, _, method = node.name.rpartition(".")
    if facts is None or node.name in facts.by_qualname or klass not in facts.classes_by_qualname:
        return node
    for value in Walk(db).member(node.path, facts.classes_by_qualname[klass], method, None, 0):
        found = node_of(db, value) if isinstance(value, Fn) else None
        if found is not None:
            return found
    return node


@query
def _found(db: Database) -> tuple[tuple[IndexWrite, ...], tuple[IngestEntry, ...]]:
    writes: list[IndexWrite] = []
    roots: dict[tuple[str, str], tuple[IngestEntry, list[IndexWrite]]] = {}
    for path in ingest_graph(db).files:
        for write in file_writes(db, path):
            starts, alive = _starts(db, write.node)
            if not alive:
                continue
            writes.append(write)
            for start in starts:
                place = (start.path, start.function) if start.function else (start.path, str(write.line))
                roots.setdefault(place, (start, []))[1].append(write)
    for write in notebook_writes(db) if not writes else ():
        writes.append(write)
        start = IngestEntry(write.path, write.line, "", write.node, "script")
        roots[write.path, ""] = (start, [write])
    entries = [
        replace(start, writes=tuple(dict.fromkeys(led)), line=start.line or led[0].line)
        for start, led in roots.values()
    ]
    return tuple(writes), tuple(sorted(entries, key=lambda e: (e.path, e.line)))


def index_writes(db: Database) -> tuple[IndexWrite, ...]:
    """Every production index write."""
    return _found(db)[0]


def ingest_entries(db: Database) -> tuple[IngestEntry, ...]:
    """Every entry of an ingest path, with the writes it leads to."""
    return _found(db)[1]


def _starts(db: Database, node: Node) -> tuple[list[IngestEntry], bool]:
    """What starts a function, and whether anything can: dead code is started by nothing."""
    graph = ingest_graph(db)
    found: list[IngestEntry] = []
    pending: list[tuple[Node, Node | None]] = [(node, None)]
    seen = {node}
    ends: list[tuple[Node, bool]] = []
    while pending:
        here, below = pending.pop()
        entry = _entry_at(db, here, below)
        callers = graph.callers.get(here, ())
        live = [caller for caller, edge in callers if _is_live(db, caller, edge)]
        live = [caller for caller in live if is_production(db, caller.path)]
        if entry is not None and (entry.kind not in ("consumer", "job", "command", "graph") or not live):
            found.append(entry)
            continue
        if not live and here.name:
            ends.append((here, bool(callers)))
        for caller in live:
            if caller not in seen:
                seen.add(caller)
                pending.append((caller, here))
    return found, bool(found) or any(not cut and _is_public(end.name) for end, cut in ends)


def _is_public(name: str) -> bool:
    return not any(part.startswith("_") and not part.startswith("__") for part in name.split("."))


def _is_live(db: Database, caller: Node, edge: Edge) -> bool:
    facts = index(db, caller.path)
    if facts is None or edge.call < 0:
        return True
    return not is_dead_block(facts, facts.module.calls[edge.call].block)


def _entry_at(db: Database, node: Node, below: Node | None) -> IngestEntry | None:
    for entry in entries_of(db, node.path):
        if entry.function == node.name and (node.name or entry.kind in ("ui", "graph")):
            return IngestEntry(entry.path, entry.line, entry.function, node, entry.kind)
    facts = index(db, node.path)
    if facts is None:
        return None
    if not node.name:
        own = below is not None and below.path == node.path
        shown = below.name if below is not None and own else ""
        return IngestEntry(node.path, _line_of(facts, shown), shown, node, "script")
    kind = _declared_starts(db).get(node)
    if kind is not None:
        return IngestEntry(node.path, _line_of(facts, node.name), node.name, node, kind)
    function = facts.by_qualname.get(node.name)
    if function is not None and any(
        _names_command(facts, d) for d in facts.module.functions[function].decorators
    ):
        return IngestEntry(node.path, _line_of(facts, node.name), node.name, node, "command")
    return None


@query
def _declared_starts(db: Database) -> dict[Node, Literal["job", "consumer", "command"]]:
    """Functions that a schedule, an event or a console script names."""
    found: dict[Node, Literal["job", "consumer", "command"]] = {
        Node(target.path, target.function): "command" for target in console_targets(db) if target.function
    }
    for clock in (*scheduled(db), *started(db)):
        if clock.node.name:
            found[clock.node] = "job" if clock.kind == "cron" else "consumer"
    return found


def _names_command(facts: ModuleIndex, decorator: code.Expr) -> bool:
    callee = (
        facts.module.calls[decorator.call].callee if isinstance(decorator, code.CallRef) else decorator
    )
    return last_name(callee) in _COMMANDS


def _line_of(facts: ModuleIndex, name: str) -> int:
    at = facts.by_qualname.get(name)
    return facts.module.functions[at].line if at is not None else 0


@query
def _overriding(db: Database) -> dict[Node, tuple[Node, ...]]:
    """Method of a base class -> the methods that override it."""
    table: dict[Node, list[Node]] = {}
    for own, bases in ingest_graph(db).overrides.items():
        for base in bases:
            table.setdefault(base, []).append(own)
    return {base: tuple(found) for base, found in table.items()}


@query
def path_nodes(db: Database, entry: IngestEntry) -> tuple[Node, ...]:
    """The functions between an entry and its writes, both included, the entry first."""
    graph, below = ingest_graph(db), _overriding(db)
    leading: set[Node] = set()
    for write in entry.writes:
        leading |= graph.above(write.node)
    start = entry.node if entry.function else entry.root
    found, pending = {start: None}, [start]
    while pending:
        for edge in graph.edges.get(pending.pop(), ()):
            for target in (edge.target, *below.get(edge.target, ())):
                if target in leading and target not in found:
                    found[target] = None
                    pending.append(target)
    return tuple(found)
