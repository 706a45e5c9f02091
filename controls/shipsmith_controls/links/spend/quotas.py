"""Quotas: comparisons of accumulated tokens, money or messages with a limit that stops a call."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node, node_of
from shipsmith_controls.links.calls.reach import outline
from shipsmith_controls.links.files.environment import gates_around, is_open
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import files, index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.pieces import ORDERS, words_of
from shipsmith_controls.links.values.value import Cls, Fn, Inst
from shipsmith_controls.links.values.values import Walk
from shipsmith_controls.queries import Database, query

_DEEP = 4
_MANY = 60
_TOKENS = frozenset(
    "token tokens cost costs spend spent spending usd dollars credit credits budget balance".split()
)
_SUMMED = frozenset(
    "used usage spent consumed today daily day month monthly remaining balance budget credits credit "
    "quota period bucket accumulated spend cost costs".split()
)
_CHECKS = frozenset(
    "limit limits limiter ratelimit ratelimiter quota quotas usage budget budgets spend spending cost "
    "costs credit credits entitlement entitlements allowance".split()
)
"""Words of functions that may hold a quota: followed off the path to the model too."""
_COUNTED = frozenset(
    "message messages request requests query queries calls runs generations chats".split()
)
_LIMITED = frozenset("max limit limits quota allowed remaining cap per".split())
_DAYS = frozenset("day days daily month monthly week weekly 24h".split())
_SPENT = frozenset("token tokens usage cost costs spend spending credits".split())
_ASKS = frozenset("check checks enforce ensure verify assert require validate rate within".split())
"""Words of functions that hold a caller to a limit, rather than look one up."""
_BOUNDS = frozenset({"limit", "limits", "quota", "quotas", "budget"})
_LIMITERS = {
    "UsageLimits": (
        "total_tokens_limit",
        "request_tokens_limit",
        "response_tokens_limit",
        "output_tokens_limit",
    ),
    "BudgetManager": (),
    "create_budget": (),
}
_POLICY = re.compile(r"<(?:llm|azure-openai)-token-limit\b")


class Quota(msgspec.Struct, frozen=True):
    """A comparison that stops a call; `weak`: it counts messages, or is off by default."""

    path: str
    line: int
    what: str
    weak: bool = False


def quota_of(db: Database, node: Node) -> Quota | None:
    """The strongest quota on the way from a function down, two or three calls deep."""
    found = sorted(quotas_on(db, node), key=lambda q: (q.weak, q.path, q.line))
    return found[0] if found else None


@query
def quotas_on(db: Database, node: Node) -> tuple[Quota, ...]:
    """Every quota in a function, what it depends on and what it calls."""
    found: dict[Quota, None] = {}
    for each in called_from(db, node):
        for quota in _in_function(db, each):
            found[quota] = None
    return tuple(found)


@query
def called_from(db: Database, node: Node) -> tuple[Node, ...]:
    """A function and the functions of the tree that it calls or depends on, some calls deep."""
    wave, seen = [node], {node: None}
    for _ in range(_DEEP):
        following: list[Node] = []
        for each in wave:
            for target in _targets(db, each):
                if target not in seen and len(seen) < _MANY:
                    seen[target] = None
                    following.append(target)
        wave = following
    return tuple(seen)


@query
def _targets(db: Database, node: Node) -> tuple[Node, ...]:
    """Functions that one function calls, is decorated with, or depends on, where they may hold a quota.

    Followed are calls that lead on to a model, dependencies, and what is named after limits or usage.
    """
    facts = index(db, node.path)
    if facts is None:
        return ()
    found: dict[Node, None] = {}
    graph = outline(db)
    for edge in graph.edges.get(node, ()):
        if edge.target in graph.leading:
            found[edge.target] = None
    own = frozenset(facts.calls_of_node.get(node.name, ()))
    depending = (i for name in ("Depends", "Security") for i in facts.calls_named.get(name, ()))
    for i in sorted(own.union(depending)):
        call = facts.module.calls[i]
        if i in own and tokens(last_name(call.callee)) & _CHECKS:
            found.update(dict.fromkeys(_called(db, node.path, call.block, call.callee)))
        if (
            last_name(call.callee) in ("Depends", "Security")
            and call.args
            and _belongs(facts, i, node.name)
        ):
            found.update(dict.fromkeys(_called(db, node.path, call.block, call.args[0])))
    return tuple(found)


def _called(db: Database, path: str, block: int, callee: code.Expr) -> Iterator[Node]:
    for value in Walk(db).values(path, block, callee):
        yield from _functions(db, value)


def _belongs(facts: ModuleIndex, call: int, name: str) -> bool:
    """Whether a dependency stands in the head of a function: a default, an annotation, a decorator."""
    at = facts.by_qualname.get(name)
    if at is None:
        return False
    function = facts.module.functions[at]
    heads = [p.default for p in function.params] + [p.annotation for p in function.params]
    heads += list(function.decorators)
    return any(
        isinstance(part, code.CallRef) and part.call == call
        for head in heads
        if head is not None
        for part in inside(head, facts.module)
    )


def _functions(db: Database, value: object) -> Iterator[Node]:
    if isinstance(value, Fn):
        node = node_of(db, value)
        if node is not None:
            yield node
    elif isinstance(value, (Cls, Inst)):
        name = "__call__" if isinstance(value, Inst) else "__init__"
        for member in Walk(db).member(value.path, value.klass, name, None, 0):
            if isinstance(member, Fn):
                node = node_of(db, member)
                if node is not None:
                    yield node


def _in_function(db: Database, node: Node) -> Iterator[Quota]:
    facts = index(db, node.path)
    if facts is None:
        return
    words = tokens(node.name.rsplit(".", 1)[-1])
    at = facts.by_qualname.get(node.name)
    named = words & _BOUNDS and words & _SPENT and words & _ASKS
    if at is not None and named and not _reads_error(facts, at, words):
        yield Quota(node.path, facts.module.functions[at].line, f"{node.name} checks used tokens")
    for i, block in enumerate(facts.module.blocks):
        if facts.node_name(i) != node.name:
            continue
        for head in block.heads if block.kind in ("if", "loop") else ():
            yield from _compared(db, node, facts, i, head)
    for out in facts.module.exits:
        if out.kind == "return" and out.value is not None and facts.node_name(out.block) == node.name:
            yield from _told(db, node, facts, out)
    for call in facts.module.calls:
        if facts.node_name(call.block) == node.name:
            yield from _limiter(node.path, facts, call)


def _reads_error(facts: ModuleIndex, at: int, words: frozenset[str]) -> bool:
    """Whether a function tells a provider's error (`is_token_limit_exceeded`), rather than a quota."""
    given = {word for param in facts.module.functions[at].params for word in tokens(param.name)}
    return bool((words | given) & {"exceeded", "error", "errors", "exception", "exc"})


def _compared(
    db: Database, node: Node, facts: ModuleIndex, block: int, head: code.Expr
) -> Iterator[Quota]:
    """`if used >= limit:` whose branch raises, returns or leaves the loop."""
    weak = _kind(facts, head)
    if weak is None or not _stops(facts, block, "break" if _is_money(facts, head) else "raise"):
        return
    line = facts.module.blocks[block].line
    parent = facts.module.blocks[block].parent
    closed = any(not is_open(db, g) for g in gates_around(db, node.path, facts, parent, line))
    yield _quota(node.path, line, weak, closed)


def _told(db: Database, node: Node, facts: ModuleIndex, out: code.Exit) -> Iterator[Quota]:
    """A function that returns whether a limit is passed, for its caller to act on."""
    assert out.value is not None  # noqa: S101 - asked before
    weak = _kind(facts, out.value) if isinstance(out.value, code.Operation) else None
    if weak is not None:
        closed = any(not is_open(db, g) for g in gates_around(db, node.path, facts, out.block, out.line))
        yield _quota(node.path, out.line, weak, closed)


def _quota(path: str, line: int, weak: bool, closed: bool) -> Quota:
    what = "a count of messages is limited, not tokens or money" if weak else "used tokens meet a limit"
    if closed:
        what = "a quota that is off until a variable is set"
    return Quota(path, line, what, weak or closed)


def _kind(facts: ModuleIndex, expr: code.Expr) -> bool | None:
    """Whether a comparison is of tokens or money (False: strong) or of messages (True: weak)."""
    for part in inside(expr, facts.module):
        if not isinstance(part, code.Operation) or part.operator not in ORDERS:
            continue
        words = words_of(part, facts.module)
        against_zero = any(isinstance(o, code.Literal) and o.value == 0 for o in part.operands)
        if against_zero and not words & {"remaining", "balance", "credits", "left"}:
            continue
        if words & _TOKENS and words & _SUMMED and not words & {"context", "chunk", "prompt"}:
            return False
        if words & _COUNTED and words & _LIMITED and words & _DAYS:
            return True
    return None


def _is_money(facts: ModuleIndex, head: code.Expr) -> bool:
    """Whether a comparison speaks of money or usage: leaving a loop stops the run then, not a text."""
    return bool(
        words_of(head, facts.module) & {"cost", "costs", "spend", "spent", "usd", "budget", "usage"}
    )


def _stops(facts: ModuleIndex, block: int, least: str) -> bool:
    """Whether a branch raises or returns; with `least` "break" also whether it leaves its loop."""
    kinds = ("raise", "return", "break") if least == "break" else ("raise", "return")
    return any(
        out.kind in kinds and block in facts.above(out.block) for out in facts.module.exits
    ) or any(
        block in facts.above(call.block)
        and tokens(last_name(call.callee)) & {"abort", "reject", "stop", "exit"}
        for call in facts.module.calls
    )


def _limiter(path: str, facts: ModuleIndex, call: code.Call) -> Iterator[Quota]:
    name = last_name(call.callee)
    if name in _LIMITERS:
        needed = _LIMITERS[name]
        given = [argument(call, n) for n in needed]
        if not needed or any(g is not None for g in given):
            yield Quota(path, call.line, f"{name} limits tokens")
    stop = argument(call, "stopWhen")
    for part in inside(stop, facts.module) if stop is not None else ():
        if isinstance(part, code.FunctionRef):
            outs = facts.returns.get(part.function, [])
            if any(o.value is not None and "usage" in words_of(o.value, facts.module) for o in outs):
                yield Quota(path, call.line, "the run stops when its usage passes a limit")


@query
def gateway_quota(db: Database) -> Quota | None:
    """A token limit that an API gateway of the tree enforces for every call."""
    for path in files(db):
        if path.endswith((".xml", ".bicep", ".tf", ".json")) and (
            "polic" in path.lower() or "apim" in path.lower()
        ):
            lines = lines_of(db, path)
            for i, line in enumerate(lines):
                if _POLICY.search(line):
                    return Quota(path, i + 1, "the gateway limits tokens of each key")
    return None
