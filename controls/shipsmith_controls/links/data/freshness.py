"""Freshness: the time of the last success, and the limit it is compared with."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import calls_inside, exits_inside
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.data.ingest import ingest_entries, ingest_graph
from shipsmith_controls.links.data.sources import sources_of
from shipsmith_controls.links.data.stages import stages_of
from shipsmith_controls.links.data.writes import IndexWrite
from shipsmith_controls.links.files.sql import statement_of
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.pieces import ORDERS
from shipsmith_controls.queries import Database, query

_WHOSE = frozenset({"last", "source"})
_WHAT = frozenset("success successful indexed synced ingested crawled checked modified sync".split())
_ALERTS = re.compile(r"alert|warn|error|stale|notify|capture|page|raise|metric|gauge", re.IGNORECASE)


class Stamp(msgspec.Struct, frozen=True):
    """Where a time of last success is stored (`compared` False), or compared with a limit."""

    path: str
    line: int
    name: str
    compared: bool


def names_success(name: str) -> bool:
    """Whether a field holds the time of the last success or of a change at the source."""
    words = tokens(name)
    return "watermark" in words or bool(words & _WHOSE and words & _WHAT)


@query
def perishable_writes(db: Database) -> tuple[IndexWrite, ...]:
    """Index writes fed by a source that is neither an upload nor a file of the tree."""
    found: dict[IndexWrite, None] = {}
    for entry in ingest_entries(db):
        for source in sources_of(db, entry):
            if source.kind != "upload" and not (source.kind == "file" and _is_own(source.name)):
                found.update(dict.fromkeys(entry.writes))
    return tuple(found)


def _is_own(name: str) -> bool:
    """Whether a file's name is relative: a file of the tree, present or kept out of git."""
    return bool(name) and not name.startswith(("/", "~", "*", "$"))


@query
def stamps(db: Database) -> tuple[Stamp, ...]:
    """Every time of last success that an ingest path stores, and every limit it is compared with."""
    stored = [s for write in perishable_writes(db) for s in _stored(db, stages_of(db, write))]
    compared = [
        s for path in ingest_graph(db).files if is_production(db, path) for s in _limits(db, path)
    ]
    return tuple(dict.fromkeys((*stored, *(compared if stored else ()))))


def _stored(db: Database, nodes: tuple[Node, ...]) -> Iterator[Stamp]:
    wanted = {(node.path, node.name) for node in nodes}
    for path in dict.fromkeys(node.path for node in nodes):
        yield from (stamp for function, stamp in _stamps_in(db, path) if (path, function) in wanted)


@query
def _stamps_in(db: Database, path: str) -> tuple[tuple[str, Stamp], ...]:
    """(function, stamp) for every time of last success that a file stores."""
    facts = index(db, path)
    if facts is None:
        return ()
    found: list[tuple[str, Stamp]] = []
    for call in facts.module.calls:
        names = [(k.name, k.line) for k in call.keywords if k.name]
        for given in (*call.args, *(k.value for k in call.keywords)):
            for part in inside(given, facts.module):
                if isinstance(part, code.Mapping):
                    keys = (key for key, _ in part.entries if isinstance(key, code.Literal))
                    names += [(str(key.value), part.line) for key in keys]
        words = re.findall(r"\w+", statement_of(db, path, facts.module, call))
        names += [(word, call.line) for word in words]
        own = facts.node_name(call.block)
        found += [(own, Stamp(path, line, name, False)) for name, line in names if names_success(name)]
    for assign in facts.module.assigns:
        target = assign.target
        if isinstance(target, code.Attribute) and names_success(target.name):
            own = facts.node_name(assign.block)
            found.append((own, Stamp(path, assign.line, target.name, False)))
    return tuple(found)


@query
def _limits(db: Database, path: str) -> tuple[Stamp, ...]:
    """Comparisons of such a time whose branch raises, alerts or marks stale."""
    facts = index(db, path)
    found = []
    for i, block in enumerate(facts.module.blocks) if facts is not None else ():
        if facts is None or block.kind != "if" or not block.heads:
            continue
        parts = list(inside(block.heads[0], facts.module))
        ordered = any(isinstance(p, code.Operation) and p.operator in ORDERS for p in parts)
        told = [last_name(p) for p in parts if isinstance(p, (code.Name, code.Attribute))]
        name = next((n for n in told if names_success(n) or "age" in tokens(n)), None)
        if ordered and name and _alerts(facts, i):
            found.append(Stamp(path, block.line, name, True))
    return tuple(found)


def _alerts(facts: ModuleIndex, block: int) -> bool:
    if any(out.kind == "raise" for out in exits_inside(facts, block)):
        return True
    return any(_ALERTS.search(last_name(call.callee)) for _, call in calls_inside(facts, block))
