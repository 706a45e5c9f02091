"""Kill switches: conditions before a model call whose off branch avoids it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.access.in_front import fronts
from shipsmith_controls.links.calls.around import exits_inside
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.calls.neighbours import model_calls_in
from shipsmith_controls.links.calls.reach import outline
from shipsmith_controls.links.files.environment import gate_of
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.value import Env, Extern, Fn, Made
from shipsmith_controls.links.values.values import Walk
from shipsmith_controls.queries import Database, query

_SWITCH = frozenset(
    "enabled enable disabled disable kill killswitch maintenance feature features flag flags".split()
)
_READ = frozenset(
    "settings setting config configuration flags flag feature features row preferences".split()
)
_NARROW = frozenset(
    "vector db key usage index file files tenant cloud license quota upload migration "
    "user account session provider billing anonymous auth stripe email debug stream streaming "
    "cache caching tracing "
    "telemetry token tokens rate limit limiter plan stripe sandbox tool tools search web image "
    "thinking reasoning "
    "rerank reranker retry memory log logging langfuse posthog email verbose cors signup guest".split()
)
_DEPTH = 3


class Switch(msgspec.Struct, frozen=True):
    """A condition that avoids the model; `weak` says why it takes a deployment, "" when it does not."""

    path: str
    line: int
    weak: str = ""


@query
def switch_of(db: Database, entry: Entry) -> Switch | None:
    """The switch before an entry's model calls that is worth most."""
    found = [switch for node in _before(db, entry) for switch in _switches(db, node)]
    return min(found, key=lambda s: bool(s.weak), default=None)


def _before(db: Database, entry: Entry) -> Iterator[Node]:
    """The handler, what it runs first, and the functions that alone lead from it to the model."""
    graph = outline(db)
    node, seen = entry.node, set[Node]()
    for front in fronts(db, entry):
        for value in Walk(db).values(front.path, front.block, front.expr):
            facts = index(db, value.path) if isinstance(value, Fn) else None
            if isinstance(value, Fn) and facts is not None:
                yield Node(value.path, facts.module.functions[value.function].qualname)
    for _ in range(_DEPTH):
        if node in seen:
            return
        seen.add(node)
        yield node
        below = {
            e.target
            for e in graph.edges.get(node, ())
            if e.target in graph.leading and e.target not in seen
        }
        if len(below) != 1:
            return
        node = below.pop()


@query
def _switches(db: Database, node: Node) -> tuple[Switch, ...]:
    """The switches in one function: tests whose off branch leaves before anything leads to a model."""
    facts = index(db, node.path)
    at = facts.by_qualname.get(node.name) if facts is not None else None
    if facts is None or at is None:
        return ()
    function = facts.module.functions[at]
    sites = _sites(db, facts, node)
    found = []
    for i, block in enumerate(facts.module.blocks):
        if block.kind != "if" or not block.heads or function.block not in facts.above(i):
            continue
        weak = _worth(db, node.path, facts, i, block.heads[0])
        if weak is not None and _avoids(facts, function, i, sites):
            found.append(Switch(node.path, block.line, weak))
    return tuple(found)


def _sites(db: Database, facts: ModuleIndex, node: Node) -> list[tuple[int, int]]:
    """(line, block) of the calls in a function that lead to a model."""
    graph = outline(db)
    own = (c for c in model_calls_in(db, node.path) if c.function == node.name)
    calls = [c.call for c in own if c.is_llm]
    calls += [e.call for e in graph.edges.get(node, ()) if e.call >= 0 and e.target in graph.leading]
    return [(facts.module.calls[c].line, facts.module.calls[c].block) for c in calls]


def _avoids(
    facts: ModuleIndex, function: code.Function, block: int, sites: list[tuple[int, int]]
) -> bool:
    """Whether the test stands on the way to every such call: it leaves before, or holds them all."""
    here = facts.module.blocks[block]
    around = [facts.module.blocks[i].kind for i in facts.above(here.parent) if i != function.block]
    if "if" in around[: around.index("function")] if "function" in around else "if" in around:
        return False
    if sites and all(block in facts.above(b) for _, b in sites):
        return True
    leaves = any(
        out.kind in ("return", "raise") and out.block == block for out in exits_inside(facts, block)
    )
    return leaves and all(line > here.line and block not in facts.above(b) for line, b in sites)


def _worth(db: Database, path: str, facts: ModuleIndex, block: int, head: code.Expr) -> str | None:
    """Why a test is a weak switch, "" for a strong one, None for none at all."""
    parts = list(inside(head, facts.module))
    for part in tuple(parts):
        if isinstance(part, code.Name):
            parts.extend(_assigned(facts, block, part))
    words = {w for p in parts if isinstance(p, (code.Name, code.Attribute)) for w in tokens(last_name(p))}
    words |= {
        w
        for p in parts
        if isinstance(p, code.Literal) and isinstance(p.value, str)
        for w in tokens(p.value)
    }
    if any(_asks_flag(db, path, facts, block, part) for part in parts):
        return "" if not words & {"provider", "beta", "variant"} else None
    if words & _NARROW or not words & _SWITCH:
        return None
    if gate_of(db, path, facts.module.blocks[block].parent, _bare(head)) is not None or _is_variable(
        db, path, facts.module.blocks[block].parent, head
    ):
        return "this switch is a variable: turning it takes a restart or a deployment"
    reads = any(
        isinstance(p, code.CallRef) and tokens(last_name(facts.module.calls[p.call].callee)) & _READ
        for p in parts
    )
    return "" if reads else "this switch is a setting of the process, not read for each request"


def _bare(head: code.Expr) -> code.Expr:
    if isinstance(head, code.Operation) and head.operator in ("not", "!"):
        return head.operands[0]
    return head


def _is_variable(db: Database, path: str, block: int, head: code.Expr) -> bool:
    return any(isinstance(v, Env) for v in Walk(db).values(path, block, _bare(head)))


def _assigned(facts: ModuleIndex, block: int, name: code.Name) -> Iterator[code.Expr]:
    """What a local name was given in its own scope."""
    scope, bindings = facts.lookup(block, name.id)
    for binding in bindings if scope else ():
        if binding.kind == "assign":
            value = facts.module.assigns[binding.index].value
            if value is not None:
                yield from inside(value, facts.module)


@cache
def _flag_modules() -> tuple[frozenset[str], frozenset[str]]:
    table = load().tables.flag
    names = {name.lstrip("@.").rsplit(".", 1)[-1] for each in table for name in each.calls}
    return frozenset(m for each in table for m in each.modules), frozenset(names)


def _asks_flag(db: Database, path: str, facts: ModuleIndex, block: int, part: code.Expr) -> bool:
    """Whether an expression is a call of a flag service."""
    if not isinstance(part, code.CallRef):
        return False
    call = facts.module.calls[part.call]
    modules, names = _flag_modules()
    if last_name(call.callee) not in names:
        return False
    for value in Walk(db).values(path, call.block, call.callee):
        module = (
            value.extern.module
            if isinstance(value, Made)
            else value.module
            if isinstance(value, Extern)
            else ""
        )
        if any(module == m or module.startswith((m + ".", m + "/")) for m in modules):
            return True
    return False
