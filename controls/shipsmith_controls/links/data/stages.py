"""The stages of an ingest path: the functions that read, parse, split, embed and store a record."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.data.ingest import ingest_entries, ingest_graph, path_nodes
from shipsmith_controls.links.data.sources import stage_nodes
from shipsmith_controls.links.data.writes import IndexWrite
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex
from shipsmith_controls.queries import Database, query


@query
def stages_of(db: Database, write: IndexWrite) -> tuple[Node, ...]:
    """The functions on the ingest paths of a write, what they call included."""
    found: dict[Node, None] = {write.node: None}
    for entry in ingest_entries(db):
        if write in entry.writes:
            found.update(dict.fromkeys(path_nodes(db, entry)))
    if len(found) == 1:
        above = ingest_graph(db).above(write.node)
        found.update(dict.fromkeys(sorted(n for n in above if is_production(db, n.path))))
    return stage_nodes(db, tuple(found))


def calls_on(db: Database, nodes: tuple[Node, ...]) -> Iterator[tuple[str, ModuleIndex, int, code.Call]]:
    """(path, facts, index, call) of every call in some functions."""
    by_path: dict[str, set[str]] = {}
    for node in nodes:
        by_path.setdefault(node.path, set()).add(node.name)
    for path, names in by_path.items():
        facts = index(db, path)
        for i, call in enumerate(facts.module.calls) if facts is not None else ():
            if facts is not None and facts.node_name(call.block) in names:
                yield path, facts, i, call


def blocks_on(
    db: Database, nodes: tuple[Node, ...]
) -> Iterator[tuple[str, ModuleIndex, int, code.Block]]:
    """(path, facts, index, block) of every block in some functions."""
    by_path: dict[str, set[str]] = {}
    for node in nodes:
        by_path.setdefault(node.path, set()).add(node.name)
    for path, names in by_path.items():
        facts = index(db, path)
        for i, block in enumerate(facts.module.blocks) if facts is not None else ():
            if facts is not None and facts.node_name(i) in names:
                yield path, facts, i, block


def parts_on(db: Database, nodes: tuple[Node, ...]) -> Iterator[tuple[str, ModuleIndex, code.Expr, int]]:
    """(path, facts, expression, block) of every argument and assigned or returned value."""
    for path, facts, _, call in calls_on(db, nodes):
        for given in (*call.args, *(k.value for k in call.keywords)):
            yield path, facts, given, call.block
    by_path = {node.path: {n.name for n in nodes if n.path == node.path} for node in nodes}
    for path, names in by_path.items():
        held = index(db, path)
        if held is None:
            continue
        for assign in held.module.assigns:
            if assign.value is not None and held.node_name(assign.block) in names:
                yield path, held, assign.value, assign.block
        for out in held.module.exits:
            if out.value is not None and held.node_name(out.block) in names:
                yield path, held, out.value, out.block
