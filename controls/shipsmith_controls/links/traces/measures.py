"""Own measures of LLM calls: histograms, clocks and counters in their function or its callers."""

from __future__ import annotations

import re

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import sites
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.flow import Flow, Seed
from shipsmith_controls.links.calls.sinks import kind_of
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, dotted, last_name
from shipsmith_controls.links.values.pieces import words_of
from shipsmith_controls.links.values.value import Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_CLOCKS = frozenset(
    "time.time time.perf_counter time.monotonic perf_counter monotonic Date.now performance.now "
    "datetime.now datetime.datetime.now time.perf_counter_ns time.monotonic_ns process.hrtime".split()
)
_HISTOGRAMS = re.compile(r"(?:^|\.)(?:Histogram|Summary|create_histogram|createHistogram|Distribution)$")
_SPREAD = frozenset(
    {"observe", "record", "timing", "distribution", "histogram", "record_histogram", "time"}
)
_STATSD = frozenset("statsd dogstatsd metrics".split())
_LATENCY = frozenset("latency duration seconds elapsed time ms timer took ttft".split())
_SPENT = frozenset("token tokens usage cost costs usd price".split())


class Measure(msgspec.Struct, frozen=True):
    """A measure taken of a call: `latency`, `tokens`; `spread`: kept as a distribution."""

    path: str
    line: int
    latency: bool
    tokens: bool
    spread: bool


@query
def measures(db: Database, path: str, function: str) -> tuple[Measure, ...]:
    """Measures that a function takes of what it does."""
    facts = index(db, path)
    if facts is None:
        return ()
    found = []
    for call in facts.module.calls:
        if facts.node_name(call.block) == function:
            measure = _measure(db, path, facts, call)
            if measure is not None:
                found.append(measure)
    return tuple(found)


def _measure(db: Database, path: str, facts: ModuleIndex, call: code.Call) -> Measure | None:
    name = last_name(call.callee)
    words = _words(call, facts.module)
    latency, spent = bool(words & _LATENCY), bool(words & _SPENT)
    if not latency and not spent:
        return None
    if name in _SPREAD and isinstance(call.callee, code.Attribute):
        receiver = dotted(call.callee.base) or ""
        if tokens(receiver) & _STATSD or _is_histogram(db, path, call):
            return Measure(path, call.line, latency, spent, True)
    if kind_of(call, facts) in ("log", "print", "metric", "span", "store"):
        return Measure(path, call.line, latency, spent, False)
    return None


def _is_histogram(db: Database, path: str, call: code.Call) -> bool:
    assert isinstance(call.callee, code.Attribute)  # noqa: S101 - asked before
    for value in values(db, path, call.block, call.callee.base):
        if isinstance(value, Made) and (
            _HISTOGRAMS.search(value.extern.name) or _HISTOGRAMS.search(value.trail.removesuffix(".()"))
        ):
            return True
    return False


def _words(call: code.Call, module: code.Module) -> frozenset[str]:
    given = (*call.args, *(k.value for k in call.keywords))
    return tokens(dotted(call.callee) or "").union(*(words_of(each, module) for each in given))


def first_token(db: Database, call: ModelCall) -> tuple[str, int, bool] | None:
    """Where a clock is read at the first part of a stream: (path, line, only a line of text)."""
    for site in sites(db, call, 2):
        facts = index(db, site.path)
        if facts is None or site.call < 0:
            continue
        at = _clocked(facts, site.call)
        if at is not None:
            return site.path, at[0], at[1]
    return None


def _clocked(facts: ModuleIndex, call: int) -> tuple[int, bool] | None:
    """In a loop over the stream, under a condition: a clock is read, and its value reaches a sink."""
    module = facts.module
    block = module.calls[call].block
    body = next((i for i in facts.above(block) if module.blocks[i].kind == "function"), 0)
    flow = Flow(facts, body, (Seed(frozenset({"response"}), call),))
    loops = [
        i
        for i in flow.region
        if module.blocks[i].kind == "loop"
        and any(flow.kinds(head, module.blocks[i].parent) for head in module.blocks[i].heads)
    ]
    for i, each in enumerate(module.calls):
        if (dotted(each.callee) or "") not in _CLOCKS:
            continue
        inner = next((loop for loop in loops if loop in facts.above(each.block)), None)
        if inner is None or each.block == inner:
            continue
        if not _is_first(facts, each.block, inner):
            continue
        told = _told(facts, body, i)
        if told is not None:
            return told
    return None


def _is_first(facts: ModuleIndex, block: int, loop: int) -> bool:
    """Whether a block stands under a condition inside a loop: what is done once, not each time."""
    for i in facts.above(block):
        if i == loop:
            return False
        if facts.module.blocks[i].kind == "if":
            return True
    return False


def _told(facts: ModuleIndex, body: int, clock: int) -> tuple[int, bool] | None:
    flow = Flow(facts, body, (Seed(frozenset({"time"}), clock),))
    best: tuple[int, bool] | None = None
    for reached in flow.reached():
        call = facts.module.calls[reached.call]
        kind = kind_of(call, facts)
        if kind is None and last_name(call.callee) not in _SPREAD:
            continue
        plain = kind in ("log", "print") and all(
            isinstance(a, (code.Template, code.Literal)) for a in call.args
        )
        if best is None or (best[1] and not plain):
            best = call.line, plain and not call.keywords
    return best
