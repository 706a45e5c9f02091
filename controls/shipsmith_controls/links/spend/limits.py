"""Rate limits before an entry: libraries, own counts that end in 429, rules of infrastructure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.access.in_front import Front, fronts
from shipsmith_controls.links.access.refusals import off_by_default
from shipsmith_controls.links.calls.around import calls_inside, exits_inside
from shipsmith_controls.links.calls.calls import Node, node_of
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.files.environment import gates_around, is_open
from shipsmith_controls.links.files.infrastructure import Resource, resources
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.spend.quotas import called_from
from shipsmith_controls.links.tree import files, index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.value import Cls, Extern, Fn, Inst, Made, Unknown, Value
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_TOO_MANY = re.compile(r"(?<!\d)429(?!\d)|too[_ -]?many[_ -]?requests|rate[_ -]?limit", re.I)
_RULES = re.compile(
    r"rate_based_statement|RateBasedStatement|<rate-limit(?:-by-key)?\b|\blimit_req\b(?!_)|usage_?plan\b"
    r"|nginx\.ingress\.kubernetes\.io/limit-(?:rps|rpm|connections)|throttling_rate_limit|ThrottlingRateLimit",
    re.I,
)
_WORDS = frozenset(
    "limit limits limiter ratelimit ratelimiter rate throttle throttled quota quotas".split()
)
_SWITCHES = frozenset("enabled disabled billing plan debug limited mode".split())
_IN_CODE = (".py", ".ts", ".js", ".tsx", ".mts")
_DEEP = 3
_OFF = "this limit is off until a variable is set"


class Limit(msgspec.Struct, frozen=True):
    """Where a caller with too many requests is refused; `weak` says why that is worth little."""

    path: str
    line: int
    what: str
    weak: str = ""


@query
def limit_of(db: Database, entry: Entry) -> Limit | None:
    """The limit before an entry that is worth most; None when nothing counts its callers."""
    found: list[Limit] = []
    for each in _limits(db, entry):
        found.append(each)
        if not each.weak:
            break
    return min(found, key=lambda each: bool(each.weak), default=None)


def _limits(db: Database, entry: Entry) -> Iterator[Limit]:
    for front in fronts(db, entry):
        yield from _of_front(db, front)
    for node in called_from(db, entry.node):
        yield from limits_in(db, node)
    yield from infrastructure_limits(db)


@cache
def _libraries() -> tuple[frozenset[str], frozenset[str]]:
    """(modules, last names of what limits) of the limiters that the knowledge lists."""
    table = load().tables.limiter
    modules = frozenset(module for each in table for module in each.modules)
    names = {name.lstrip("@.").rsplit(".", 1)[-1] for each in table for name in each.calls}
    return modules, frozenset(names - {"default"})


def is_limiter(value: Value) -> bool:
    """Whether a value comes from a limiter package."""
    if isinstance(value, Extern):
        module = value.module
    elif isinstance(value, Made):
        module = value.extern.module
    else:
        return False
    modules, _ = _libraries()
    return any(module == m or module.startswith((m + ".", m + "/")) for m in modules)


def _of_front(db: Database, front: Front) -> Iterator[Limit]:
    facts = index(db, front.path)
    if facts is None:
        return
    callee = (
        facts.module.calls[front.expr.call].callee if isinstance(front.expr, code.CallRef) else front.expr
    )
    weak = _gated(db, front.path, facts, front.block, front.line)
    for expr in (front.expr, callee):
        for value in values(db, front.path, front.block, expr):
            if is_limiter(value):
                yield Limit(front.path, front.line, "a rate limiter stands before it", weak)
            yield from (msgspec.structs.replace(f, weak=f.weak or weak) for f in _in_value(db, value))
    name = last_name(callee)
    unknown = all(isinstance(v, Unknown) for v in values(db, front.path, front.block, callee))
    if unknown and tokens(name) & {"limit", "limiter", "ratelimit", "throttle"}:
        yield Limit(front.path, front.line, f"{name} stands before it", weak)


def _in_value(db: Database, value: Value) -> Iterator[Limit]:
    """What a dependency, wrapper or middleware of the tree limits."""
    if isinstance(value, Fn):
        node = node_of(db, value)
        for each in called_from(db, node) if node is not None else ():
            yield from limits_in(db, each)
    elif isinstance(value, (Cls, Inst)):
        facts = index(db, value.path)
        for name in ("__call__", "dispatch", "canActivate", "use", "process_request"):
            at = facts.methods.get((value.klass, name)) if facts is not None else None
            if facts is not None and at is not None:
                for each in called_from(db, Node(value.path, facts.module.functions[at].qualname)):
                    yield from limits_in(db, each)


@query
def limits_in(db: Database, node: Node) -> tuple[Limit, ...]:
    """Limits in the body of one function, and in what it calls under such a name."""
    return tuple(_in_body(db, node, 0))


def _in_body(db: Database, node: Node, depth: int) -> Iterator[Limit]:
    facts = index(db, node.path)
    at = facts.by_qualname.get(node.name) if facts is not None else None
    if facts is None or at is None:
        return
    function = facts.module.functions[at]
    for line, block in _refusing(facts, function):
        weak = off_by_default(db, node.path, facts, function, block)
        weak = weak or _gated(db, node.path, facts, block, line) or _leaves_early(facts, function, line)
        yield Limit(node.path, line, "too many requests are refused", weak)
    _, names = _libraries()
    for _, call in calls_inside(facts, function.block):
        name = last_name(call.callee)
        followed = bool(tokens(name) & _WORDS)
        if name not in names and not followed:
            continue
        for value in values(db, node.path, call.block, call.callee):
            if is_limiter(value) and name in names:
                weak = _gated(db, node.path, facts, call.block, call.line)
                yield Limit(node.path, call.line, "a rate limiter is asked", weak)
            elif followed and isinstance(value, Fn) and depth < _DEEP:
                target = node_of(db, value)
                if target is not None and target != node:
                    weak = _gated(db, node.path, facts, call.block, call.line)
                    for found in _in_body(db, target, depth + 1):
                        yield msgspec.structs.replace(found, weak=found.weak or weak)


def _refusing(facts: ModuleIndex, function: code.Function) -> Iterator[tuple[int, int]]:
    """(line, block) of each statement that answers 429; what only passes on a provider's is none."""
    for out in exits_inside(facts, function.block):
        if out.value is None or out.kind not in ("raise", "return"):
            continue
        if _says_too_many(facts, out.value) and _is_decided(facts, out.block, function):
            yield out.line, out.block
    for _, call in calls_inside(facts, function.block):
        if last_name(call.callee) not in ("status", "sendStatus", "abort", "code", "writeHead", "close"):
            continue
        said = any(_says_too_many(facts, given) for given in call.args[:1])
        if said and _is_decided(facts, call.block, function):
            yield call.line, call.block


def _says_too_many(facts: ModuleIndex, expr: code.Expr) -> bool:
    for part in inside(expr, facts.module):
        if isinstance(part, code.Literal):
            if part.value == 429 and not isinstance(part.value, bool):
                return True
            if isinstance(part.value, str) and _TOO_MANY.match(part.value):
                return True
        elif isinstance(part, (code.Name, code.Attribute)):
            words = tokens(last_name(part))
            if "429" in last_name(part) or {"too", "many"} <= words:
                return True
            if words & {"exceeded", "error", "exception"} and (
                {"rate", "limit"} <= words or "quota" in words
            ):
                return True
    return False


def _is_decided(facts: ModuleIndex, block: int, function: code.Function) -> bool:
    """Whether a statement stands under a condition of its own, and not in a handler of errors."""
    conditional = False
    for i in facts.above(block):
        if i == function.block:
            break
        kind = facts.module.blocks[i].kind
        if kind == "except":
            return False
        conditional = conditional or kind in ("if", "else", "case")
    return conditional


def _leaves_early(facts: ModuleIndex, function: code.Function, line: int) -> str:
    """`if not billing_enabled: return` above a refusal: it holds only under a setting or plan."""
    for out in exits_inside(facts, function.block):
        holder = facts.module.blocks[out.block]
        early = out.kind == "return" and holder.kind == "if" and holder.parent == function.block
        if early and out.line < line:
            words = {
                word
                for head in holder.heads
                for part in inside(head, facts.module)
                if isinstance(part, (code.Name, code.Attribute))
                for word in tokens(last_name(part))
            }
            if words & _SWITCHES:
                return "this limit holds only under a setting or plan"
    return ""


def _gated(db: Database, path: str, facts: ModuleIndex, block: int, line: int) -> str:
    closed = any(not is_open(db, gate) for gate in gates_around(db, path, facts, block, line))
    return _OFF if closed else ""


def _worth(each: Resource) -> str:
    """Why a rule of the infrastructure is worth little; "" when it is worth a lot."""
    if each.gated:
        return _OFF
    # A stack in code builds several gateways; which one serves the route was not seen.
    return "a usage plan limits one gateway, maybe not this route" if each.path.endswith(_IN_CODE) else ""


@query
def infrastructure_limits(db: Database) -> tuple[Limit, ...]:
    """Rate rules of gateways, firewalls, proxies and ingresses that the tree declares."""
    found = [
        Limit(each.path, each.line, "the infrastructure limits requests", _worth(each))
        for each in resources(db)
        if _RULES.search(each.kind if each.path.endswith(_IN_CODE) else f"{each.kind}\n{each.text}")
    ]
    for path in files(db):
        name = path.rsplit("/", 1)[-1].lower()
        proxy = name.endswith((".conf", ".conf.template")) or name.startswith("nginx")
        policy = name.endswith(".xml") and ("polic" in path.lower() or "apim" in path.lower())
        if proxy or policy:
            lines = lines_of(db, path)
            for i, line in enumerate(lines):
                if _RULES.search(line) and not line.lstrip().startswith("#"):
                    found.append(Limit(path, i + 1, "the proxy limits requests"))
                    break
    return tuple(found)
