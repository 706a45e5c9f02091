"""Skips: what happens to a record that fails inside a loop over records on an ingest path."""

from __future__ import annotations

from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import calls_inside, exits_inside
from shipsmith_controls.links.calls.calls import Node, file_calls
from shipsmith_controls.links.data.ingest import ingest_entries, path_nodes
from shipsmith_controls.links.data.record_flow import record_flow
from shipsmith_controls.links.data.sources import stage_nodes
from shipsmith_controls.links.data.stages import blocks_on
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, dotted, inside, last_name
from shipsmith_controls.queries import Database, query

_DURABLE = frozenset(
    "insert save write put publish enqueue record capture dead quarantine reject mark create update "
    "upsert add dlq error errors failed failure incr inc".split()
)
_SENDING = frozenset(
    {"capture_exception", "captureException", "send_message", "capture_message", "writerow"}
)
_LOGGERS = frozenset("logger logging log console print warn warning error exception info debug".split())
_LISTS = frozenset({"append", "push", "add"})
_MAPS = frozenset({"map", "forEach", "gather", "all", "allSettled", "starmap", "imap"})


class Skip(msgspec.Struct, frozen=True):
    """A handler of failure in a record loop. `kept`: the record is raised again or written somewhere."""

    path: str
    line: int
    kept: Literal["kept", "logged", "silent"]


@query
def skips(db: Database) -> tuple[Skip, ...]:
    """Every handler of failure in a record loop on an ingest path."""
    nodes: dict[Node, None] = {}
    for entry in ingest_entries(db):
        nodes.update(dict.fromkeys(stage_nodes(db, path_nodes(db, entry))))
    found: dict[tuple[str, int], Skip] = {}
    writes = {write for entry in ingest_entries(db) for write in entry.writes}
    passed = frozenset(call for write in writes for call in record_flow(db, write).calls)
    repeated = _repeated(db, passed)
    for path, facts, i, block in blocks_on(db, tuple(nodes)):
        if block.kind != "except":
            continue
        skips_one = Node(path, facts.node_name(i)) in repeated and _gives_none(facts, i)
        if skips_one or _in_loop(facts, block.of):
            found[path, block.line] = Skip(path, block.line, _fate(facts, i))
    return tuple(found[key] for key in sorted(found))


def _repeated(db: Database, passed: frozenset[tuple[str, int]]) -> frozenset[Node]:
    """The functions that each record passes, in a loop or a comprehension over records."""
    found: set[Node] = set()
    for path, i in passed:
        facts = index(db, path)
        call = facts.module.calls[i] if facts is not None else None
        if facts is None or call is None:
            continue
        if _in_loop(facts, call.block) or i in _in_comprehensions(facts):
            source = facts.node_name(call.block)
            edges = file_calls(db, path).edges
            found.update(e.target for e in edges if e.source == source and e.call == i)
    return frozenset(found)


def _in_comprehensions(facts: ModuleIndex) -> frozenset[int]:
    places = [a.value for a in facts.module.assigns] + [e.value for e in facts.module.exits]
    parts = (p for place in places if place is not None for p in inside(place, facts.module))
    held = (p for p in parts if isinstance(p, code.Opaque) and p.kind == "comprehension")
    return frozenset(
        e.call for each in held for e in inside(each, facts.module) if isinstance(e, code.CallRef)
    )


def _gives_none(facts: ModuleIndex, block: int) -> bool:
    """Whether a handler returns nothing in place of the record."""
    return any(
        out.kind == "return" and (out.value is None or _is_nothing(out.value))
        for out in exits_inside(facts, block)
    )


def _is_nothing(value: code.Expr) -> bool:
    if isinstance(value, code.Sequence):
        return not value.items
    return isinstance(value, code.Literal) and not value.value


def _in_loop(facts: ModuleIndex, block: int) -> bool:
    """Whether a block stands in a loop, or in a function handed to a map over records."""
    for i in facts.above(block):
        here = facts.module.blocks[i]
        if here.kind == "loop":
            return here.word.endswith("for")
        if here.kind == "function":
            function = facts.function_by_block[i]
            if facts.module.functions[function].name:
                return _is_mapped(facts, function)
            if _is_mapped(facts, function):
                return True
    return False


def _is_mapped(facts: ModuleIndex, function: int) -> bool:
    for call in facts.module.calls:
        maps = last_name(call.callee) in _MAPS and isinstance(call.callee, code.Attribute)
        if maps and any(isinstance(a, code.FunctionRef) and a.function == function for a in call.args):
            return True
    return False


def _fate(facts: ModuleIndex, block: int) -> Literal["kept", "logged", "silent"]:
    if any(out.kind == "raise" for out in exits_inside(facts, block)):
        return "kept"
    logged = False
    for _, call in calls_inside(facts, block):
        whole = dotted(call.callee) or last_name(call.callee)
        name = last_name(call.callee)
        said = bool(tokens(whole.rpartition(".")[0]) & _LOGGERS) or name in ("print", "warn")
        listed = isinstance(call.callee, code.Attribute) and name in _LISTS and _is_list(facts, call)
        if said or listed:
            logged = True
        elif name in _SENDING or tokens(name) & _DURABLE:
            return "kept"
    return "logged" if logged else "silent"


def _is_list(facts: ModuleIndex, call: code.Call) -> bool:
    """Whether `x.append(…)` fills a list in memory: `x` is bound to a display in this file."""
    assert isinstance(call.callee, code.Attribute)  # noqa: S101 - asked of methods only
    if call.callee.name != "add":
        return True
    base = call.callee.base
    if not isinstance(base, code.Name):
        return False
    return any(
        binding.kind == "assign"
        and isinstance(facts.module.assigns[binding.index].value, (code.Sequence, code.CallRef))
        for binding in facts.lookup(call.block, base.id)[1]
    )
