"""Agent loops: where a model is called again and again with tools, and what ends that."""

from __future__ import annotations

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import (
    Site,
    block_of,
    calls_inside,
    exits_inside,
    sites,
)
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.graphs import cycle_of
from shipsmith_controls.links.calls.kinds import tool_calls
from shipsmith_controls.links.calls.reach import model_calls
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.pieces import ORDERS
from shipsmith_controls.links.values.value import Fn
from shipsmith_controls.links.values.values import callees
from shipsmith_controls.queries import Database, query

_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "===", "!=", "!=="})
_CLOCKS = frozenset({"time", "monotonic", "perf_counter", "now"})


class Loop(msgspec.Struct, frozen=True):
    """A loop around a call: where it stands and what bounds it.

    `bound` is the line of what counts, 0 when nothing does; `timed`: only a clock or a cancel ends it.
    """

    path: str
    line: int
    bound: int
    timed: bool = False


@query
def agent_runs(db: Database) -> tuple[ModelCall, ...]:
    """Calls that may run a model in a loop: calls with tools, and graph runs with a cycle."""
    graphs = tuple(c for c in model_calls(db) if c.kind == "graph" and cycle_of(db, c) is not None)
    return (*tool_calls(db), *graphs)


def loop_around(db: Database, call: ModelCall) -> Loop | None:
    """The loop that calls the model again, in its own function or around a site that leads to it.

    A loop over data (`for item in items`) calls for each item once and is none; `range` and `while`
    are.
    """
    for site in sites(db, call):
        facts = index(db, site.path)
        if facts is None or site.call < 0:
            continue
        for i in facts.above(block_of(facts, site)):
            block = facts.module.blocks[i]
            if block.kind == "function":
                break
            if block.kind == "loop" and (found := _loop(db, site, facts, i, block)) is not None:
                return found
    return None


def _loop(db: Database, site: Site, facts: ModuleIndex, at: int, block: code.Block) -> Loop | None:
    if not block.word.endswith("while"):
        for head in block.heads:
            counted = isinstance(head, code.CallRef) and _is_range(facts.module.calls[head.call])
            if counted or (isinstance(head, code.Operation) and head.operator == "for(;;)"):
                return Loop(site.path, block.line, block.line)
        return None
    line = _counter(db, site.path, facts, block.heads, block.parent)
    if line:
        return Loop(site.path, block.line, line)
    for i, inner in enumerate(facts.module.blocks):
        if inner.kind != "if" or at not in facts.above(i):
            continue
        leaves = any(out.kind in ("break", "return", "raise") for out in exits_inside(facts, i))
        if leaves and (line := _counter(db, site.path, facts, inner.heads, inner.parent)):
            return Loop(site.path, block.line, line)
    timed = any(last_name(c.callee) in _CLOCKS for _, c in calls_inside(facts, at))
    return Loop(site.path, block.line, 0, timed)


def _is_range(call: code.Call) -> bool:
    return last_name(call.callee) == "range"


def _counter(
    db: Database, path: str, facts: ModuleIndex, heads: tuple[code.Expr, ...], block: int
) -> int:
    """The line of a comparison of a count with a limit in a condition, its helpers included; 0: none."""
    for head in heads:
        for part in inside(head, facts.module):
            if (
                isinstance(part, code.Operation)
                and part.operator in _COMPARISONS
                and _counts(part, facts)
            ):
                return part.line
            if isinstance(part, code.CallRef):
                line = _helper(db, path, part.call)
                if line:
                    return part.line
    return 0


def _helper(db: Database, path: str, call: int) -> int:
    for value in callees(db, path, call):
        if not isinstance(value, Fn):
            continue
        facts = index(db, value.path)
        if facts is None:
            continue
        for out in facts.returns.get(value.function, []):
            if out.value is None:
                continue
            for part in inside(out.value, facts.module):
                if (
                    isinstance(part, code.Operation)
                    and part.operator in _COMPARISONS
                    and _counts(part, facts)
                ):
                    return part.line
    return 0


_COUNT_WORDS = (
    "count",
    "step",
    "turn",
    "iter",
    "round",
    "attempt",
    "depth",
    "max",
    "limit",
    "len",
    "tries",
)


def _counts(comparison: code.Operation, facts: ModuleIndex) -> bool:
    """Whether a comparison is about a number of rounds: ordered, or with a word that says so."""
    ordered = comparison.operator in ORDERS
    numeric = any(
        isinstance(p, code.Literal) and isinstance(p.value, int) and not isinstance(p.value, bool)
        for p in comparison.operands
    )
    words = " ".join(_word(p, facts) for p in comparison.operands).lower()
    if any(clock in words for clock in ("time", "elapsed", "deadline", "clock")):
        return False
    named = any(word in words for word in _COUNT_WORDS)
    return (ordered and (numeric or named)) or (numeric and named)


def _word(expr: code.Expr, facts: ModuleIndex) -> str:
    if isinstance(expr, code.CallRef):
        return last_name(facts.module.calls[expr.call].callee)
    return last_name(expr)


def has_interrupt(db: Database, call: ModelCall) -> bool:
    """Whether the file of a graph run pauses it for a person."""
    facts = index(db, call.path)
    if facts is None:
        return False
    return any(
        last_name(c.callee) == "interrupt" or argument(c, "interrupt_before") is not None
        for c in facts.module.calls
    )
