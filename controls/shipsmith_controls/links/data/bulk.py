"""Bulk work: model calls in loops and gathers over a collection, and what they would survive."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.answering import reads_records, started_entries
from shipsmith_controls.links.calls.around import Site, sites
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.neighbours import edges_of, overrides_of
from shipsmith_controls.links.calls.reach import outline, reach
from shipsmith_controls.links.files.infrastructure import resources
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name, names_in
from shipsmith_controls.queries import Database, query

_TURNS = frozenset(
    "attempt attempts retry retries step steps turn turns round rounds iteration i j _ event "
    "events chunk chunks "
    "delta token part model models provider providers message messages tool tools line stream "
    "update region".split()
)
_COUNTS = frozenset({"range", "count", "enumerate_range", "stream", "astream", "iter"})
_STREAMS = re.compile(r"stream", re.IGNORECASE)
_LIMITS = frozenset(
    "max_retries autoretry_for retry_kwargs retries retry retry_policy max_tries max_attempts attempts "
    "maxAttempts retry_backoff".split()
)
_LOOSE = frozenset(
    "add_task create_task ensure_future Thread to_thread submit run_in_executor after waitUntil".split()
)
_LEVELS = 4
_REDRIVE = re.compile(r"maxReceiveCount|redrive_policy|RedrivePolicy|dead_?letter", re.IGNORECASE)


class Bulk(msgspec.Struct, frozen=True):
    """A loop or gather around a model call, and the function it stands in."""

    path: str
    line: int
    block: int
    node: Node


@query
def bulk_work(db: Database) -> tuple[Bulk, ...]:
    """Every loop or gather over a collection with a non-streaming LLM call, on the path of an entry."""
    served = _served(db)
    found: dict[tuple[str, int], Bulk] = {}
    for call in llm_calls(db):
        if not _is_plain(db, call.path, call.call):
            continue
        for site in sites(db, call, _LEVELS):
            node = Node(site.path, site.function)
            facts = index(db, site.path)
            if facts is None or site.call < 0 or node not in served:
                continue
            for line, block in _around(facts, site):
                found.setdefault((site.path, line), Bulk(site.path, line, block, node))
    return tuple(found[key] for key in sorted(found))


def _is_plain(db: Database, path: str, call: int) -> bool:
    """Whether a call does not stream."""
    facts = index(db, path)
    if facts is None:
        return False
    here = facts.module.calls[call]
    given = argument(here, "stream")
    streams = isinstance(given, code.Literal) and given.value is True
    return not streams and not _STREAMS.search(last_name(here.callee))


@query
def _served(db: Database) -> frozenset[Node]:
    """Functions that an AI entry point leads to."""
    graph = reach(db)
    pending = [entry.node for entry in started_entries(db)]
    seen = set(pending)
    while pending:
        for edge in graph.edges.get(pending.pop(), ()):
            for target in (edge.target, *overrides_of(db, edge.target)):
                if target not in seen:
                    seen.add(target)
                    pending.append(target)
    return frozenset(seen)


def _around(facts: ModuleIndex, site: Site) -> Iterator[tuple[int, int]]:
    """(line, block) of the loops and gathers that a site stands in, within its function."""
    module = facts.module
    own = module.calls[site.call].block
    for i in facts.above(own):
        block = module.blocks[i]
        if block.kind == "loop" and _is_over_collection(block, module):
            yield block.line, i
        if block.kind == "function":
            function = facts.function_by_block[i]
            mapped = _mapped(facts, function)
            if mapped is not None:
                yield mapped.line, mapped.block
            if module.functions[function].name and mapped is None:
                break
    for gather in module.calls:
        name = last_name(gather.callee)
        # Own gathers with a limit count too: `semaphore_gather(*calls)`.
        if name not in ("as_completed", "all", "allSettled") and "gather" not in tokens(name):
            continue
        for given in gather.args:
            if _holds_call(facts, given, site.call) and _is_spread(facts, given, gather.block):
                yield gather.line, gather.block


def _is_over_collection(block: code.Block, module: code.Module) -> bool:
    if block.word != "for" or not block.heads or not block.names:
        return False
    if any(tokens(name) & _TURNS or name in _TURNS for name in block.names):
        return False
    head = block.heads[0]
    if isinstance(head, code.Operation) and head.operator == "for(;;)":
        return False
    called = [
        last_name(module.calls[p.call].callee)
        for p in inside(head, module)
        if isinstance(p, code.CallRef)
    ]
    return not any(name in _COUNTS or _STREAMS.search(name) for name in called)


def _mapped(facts: ModuleIndex, function: int) -> code.Call | None:
    """The `map` over a collection that runs an anonymous function, or the gather around it."""
    for call in facts.module.calls:
        maps = last_name(call.callee) in ("map", "forEach") and isinstance(call.callee, code.Attribute)
        if maps and any(isinstance(a, code.FunctionRef) and a.function == function for a in call.args):
            return call
    return None


def _holds_call(facts: ModuleIndex, given: code.Expr, call: int) -> bool:
    """Whether an argument of a gather holds a call: in place, or in a list that is made before."""
    for part in inside(given, facts.module):
        if isinstance(part, code.CallRef) and part.call == call:
            return True
    made = facts.module.calls[call]
    names = names_in(given, facts.module)
    for assign in facts.module.assigns:
        same = (
            isinstance(assign.target, code.Name)
            and assign.target.id in names
            and assign.value is not None
        )
        if not same or assign.value is None or facts.owners[assign.block] != facts.owners[made.block]:
            continue
        if any(
            isinstance(p, code.CallRef) and p.call == call for p in inside(assign.value, facts.module)
        ):
            return True
    return False


def _is_spread(facts: ModuleIndex, given: code.Expr, block: int) -> bool:
    """Whether a gather runs over a collection, and not over two or three calls by name."""
    for part in inside(given, facts.module):
        if isinstance(part, code.Opaque) and part.kind in ("spread", "comprehension"):
            return True
        if isinstance(part, code.Name):
            for binding in facts.lookup(block, part.id)[1]:
                value = facts.module.assigns[binding.index].value if binding.kind == "assign" else None
                if isinstance(value, code.Opaque) and value.kind == "comprehension":
                    return True
    return False


class Survival(msgspec.Struct, frozen=True):
    """What becomes of bulk work when the process ends; `loose` is what starts it there."""

    durable: bool
    limited: bool
    path: str
    line: int
    loose: str = ""


@query
def survival(db: Database, bulk: Bulk) -> Survival:
    """Whether bulk work runs in a worker of a durable queue; else how loosely it is started."""
    above = outline(db).above(bulk.node)
    for entry in started_entries(db):
        fed = entry.kind == "consumer" or (entry.kind == "function" and reads_records(db, entry))
        if fed and entry.node in above:
            limited = _has_limit(db, entry.path, entry.function)
            if entry.kind == "function":
                limited = limited or _redrives(db)
            return Survival(True, limited, entry.path, entry.line)
        if entry.kind == "graph" and entry.node in above:
            # LangGraph Platform keeps its runs and tries them three times.
            return Survival(True, True, entry.path, entry.line)
    for node in sorted(above, key=lambda n: (n.path, n.name)):
        facts = index(db, node.path)
        for i, call in enumerate(facts.module.calls if facts is not None else ()):
            if (
                facts is None
                or last_name(call.callee) not in _LOOSE
                or facts.node_name(call.block) != node.name
            ):
                continue
            led = any(e.call == i or e.line == call.line for e in edges_of(db, node) if e.target in above)
            if led:
                return Survival(False, False, node.path, call.line, f"{last_name(call.callee)}()")
    loose = _semaphore(db, bulk)
    return Survival(False, False, bulk.path, loose or bulk.line, "a semaphore" if loose else "")


@query
def _redrives(db: Database) -> bool:
    """Whether a queue of the tree gives up on a message after some receives."""
    return any(_REDRIVE.search(each.text) for each in resources(db))


def _has_limit(db: Database, path: str, function: str) -> bool:
    facts = index(db, path)
    at = facts.by_qualname.get(function) if facts is not None else None
    for decorator in (
        facts.module.functions[at].decorators if facts is not None and at is not None else ()
    ):
        if isinstance(decorator, code.CallRef):
            call = facts.module.calls[decorator.call] if facts is not None else None
            if call is not None and any(argument(call, name) is not None for name in _LIMITS):
                return True
    return False


def _semaphore(db: Database, bulk: Bulk) -> int:
    facts = index(db, bulk.path)
    for call in facts.module.calls if facts is not None else ():
        if last_name(call.callee) in (
            "Semaphore",
            "BoundedSemaphore",
            "pLimit",
            "ThreadPoolExecutor",
            "Queue",
        ):
            return call.line
    return 0
