"""Records of LLM calls: what keeps their response, answer or token counts, and where."""

from __future__ import annotations

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import ModelCall, Node
from shipsmith_controls.links.calls.flow import Flow, Reached, Seed
from shipsmith_controls.links.calls.flow_words import NONE, Kinds, words_in
from shipsmith_controls.links.calls.neighbours import callers_of
from shipsmith_controls.links.calls.sinks import SinkKind, is_named_like_one, kind_of
from shipsmith_controls.links.files.environment import gates_around, is_open
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex
from shipsmith_controls.links.values.value import Cls, Fn, Inst
from shipsmith_controls.links.values.values import Walk
from shipsmith_controls.queries import Database, query

_UP = 3
_DOWN = 2
_CALLERS = 12

KEEPS = frozenset({"log", "store", "span", "event"})
"""What keeps a record; a metric keeps counts alone."""
RecordKind = SinkKind | str


class Record(msgspec.Struct, frozen=True):
    """A place that keeps something of an LLM call.

    `kind`: what keeps it (`memory`: an attribute; `callback`: an object that was handed in). `kinds`:
    what is kept. `words`: words of what stands beside it in the same call. `plain`: only inside a
    line of text. `everywhere`: on every way from the call upwards, not only for some callers.
    `gated`: only when a setting that is off by default is on.
    """

    kind: RecordKind
    path: str
    line: int
    kinds: Kinds
    words: frozenset[str] = frozenset()
    plain: bool = False
    everywhere: bool = True
    gated: bool = False


@query
def records(db: Database, path: str, call: int) -> tuple[Record, ...]:
    """Everything that keeps something of the LLM call, in its function, below it, and in its callers."""
    facts = index(db, path)
    if facts is None:
        return ()
    seed = Seed(frozenset({"response"}), call)
    return tuple(dict.fromkeys(_climb(db, path, facts, seed, _UP, set(), everywhere=True)))


@query
def _site(db: Database, path: str, call: int, kinds: Kinds) -> tuple[tuple[Record, ...], Kinds]:
    """What keeps something of what a call gives back, in its function and below; what that returns."""
    facts = index(db, path)
    if facts is None:
        return (), NONE
    own = facts.by_qualname.get(facts.node_name(facts.module.calls[call].block), -1)
    body = facts.module.functions[own].block if own >= 0 else 0
    flow = Flow(facts, _outermost(facts, body), (Seed(kinds, call),))
    return tuple(dict.fromkeys(_kept(db, path, facts, flow, _DOWN))), flow.returned()


def _climb(
    db: Database,
    path: str,
    facts: ModuleIndex,
    seed: Seed,
    levels: int,
    seen: set[Node],
    everywhere: bool,
) -> list[Record]:
    node = Node(path, facts.node_name(facts.module.calls[seed.call].block))
    kept, handed = _site(db, path, seed.call, seed.kinds)
    found = [msgspec.structs.replace(r, everywhere=everywhere) if not everywhere else r for r in kept]
    callers = [(c, e) for c, e in callers_of(db, node) if e.call >= 0]
    if not handed or levels == 0 or node in seen or not callers:
        return found
    seen = seen | {node}
    above = [
        _climb(db, caller.path, outer, Seed(handed, edge.call), levels - 1, seen, everywhere)
        for caller, edge in callers[:_CALLERS]
        if (outer := index(db, caller.path)) is not None
    ]
    all_keep = everywhere and all(above)
    for group in above:
        found.extend(msgspec.structs.replace(r, everywhere=r.everywhere and all_keep) for r in group)
    return found


def _outermost(facts: ModuleIndex, body: int) -> int:
    """The body of the outermost function around a nested one: closures share its variables."""
    found = body
    for i in facts.above(body):
        if facts.module.blocks[i].kind == "class":
            break
        if facts.module.blocks[i].kind == "function":
            found = i
    return found


def _kept(db: Database, path: str, facts: ModuleIndex, flow: Flow, down: int) -> list[Record]:
    found: list[Record] = []
    for held in flow.held.values():
        found.append(Record("memory", path, held.line, held.kinds))
    for reached in flow.reached():
        call = facts.module.calls[reached.call]
        here = _of_call(db, path, facts, flow, reached, call, down)
        if here and _is_gated(db, path, facts, call):
            here = [msgspec.structs.replace(r, gated=True) for r in here]
        found.extend(here)
    return found


def _of_call(
    db: Database,
    path: str,
    facts: ModuleIndex,
    flow: Flow,
    reached: Reached,
    call: code.Call,
    down: int,
) -> list[Record]:
    """What one call that is given something of the value keeps of it."""
    kind: RecordKind | None = kind_of(call, facts)
    if kind is not None:
        return [_record(kind, path, call, reached.kinds, facts)]
    below, followed = _below(db, path, facts, flow, reached.call, down) if down else ([], False)
    if followed:
        return below
    if is_named_like_one(call):
        return [_record("store", path, call, reached.kinds, facts)]
    return [_record("callback", path, call, reached.kinds, facts)] if _is_callback(facts, call) else []


def _is_gated(db: Database, path: str, facts: ModuleIndex, call: code.Call) -> bool:
    gates = gates_around(db, path, facts, call.block, call.line)
    return any(not is_open(db, gate) for gate in gates)


def _record(kind: SinkKind | str, path: str, call: code.Call, kinds: Kinds, facts: ModuleIndex) -> Record:
    given = (*call.args, *(k.value for k in call.keywords))
    plain = all(_is_line(g) for g in given)
    return Record(kind, path, call.line, kinds, words_in(call, facts.module), plain)


def _is_line(expr: code.Expr) -> bool:
    """Whether an argument is a line of text."""
    if isinstance(expr, code.Choice):
        return all(_is_line(option) for option in expr.options)
    return isinstance(expr, (code.Template, code.Literal))


def _is_callback(facts: ModuleIndex, call: code.Call) -> bool:
    """Whether a call is of a function that was handed in as a parameter."""
    if not isinstance(call.callee, code.Name):
        return False
    bindings = facts.lookup(call.block, call.callee.id)[1]
    return any(b.kind == "param" for b in bindings)


def _below(
    db: Database, path: str, facts: ModuleIndex, flow: Flow, at: int, down: int
) -> tuple[list[Record], bool]:
    """What a function of the tree does with the value it is given; whether it could be followed."""
    call = facts.module.calls[at]
    found: list[Record] = []
    followed = False
    for value in Walk(db).values(path, call.block, call.callee):
        for target in _functions(db, value):
            inner = index(db, target.path)
            if inner is None:
                continue
            function = inner.module.functions[target.function]
            seeds = _entering(flow, call, function, bound=function.parent in inner.class_by_block)
            if seeds:
                followed = True
                deeper = Flow(inner, function.block, seeds)
                found.extend(_kept(db, target.path, inner, deeper, down - 1))
    return found, followed and bool(found)


def _functions(db: Database, value: object) -> list[Fn]:
    if isinstance(value, Fn):
        return [value]
    if isinstance(value, (Cls, Inst)):
        name = "__init__" if isinstance(value, Cls) else "__call__"
        return [m for m in Walk(db).member(value.path, value.klass, name, None, 0) if isinstance(m, Fn)]
    return []


def _entering(flow: Flow, call: code.Call, function: code.Function, bound: bool) -> tuple[Seed, ...]:
    """The parameters of a function that a call hands something of the value to."""
    params = [p for p in function.params if p.kind == "plain"]
    if bound and params and params[0].name in ("self", "cls"):
        params = params[1:]
    found: dict[str, Kinds] = {}
    for position, given in enumerate(call.args):
        kinds = flow.kinds(given, call.block)
        if isinstance(given, code.Mapping):
            for key, held in given.entries:
                if isinstance(key, code.Literal):
                    inner = flow.kinds(held, call.block)
                    if inner:
                        found[str(key.value)] = found.get(str(key.value), NONE) | inner
        if kinds and position < len(params):
            found[params[position].name] = kinds
    for keyword in call.keywords:
        kinds = flow.kinds(keyword.value, call.block)
        if kinds and keyword.name:
            found[keyword.name] = kinds
    names = {p.name for p in function.params}
    return tuple(Seed(k, -1, name, function.block) for name, k in found.items() if name in names)


def usage_records(db: Database, call: ModelCall) -> tuple[Record, ...]:
    """The places that keep token counts of an LLM call."""
    return tuple(r for r in records(db, call.path, call.call) if "usage" in r.kinds)
