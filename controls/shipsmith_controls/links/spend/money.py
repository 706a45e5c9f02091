"""Money of LLM calls: where usage is multiplied by a price, and how much such a price is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Package
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.gateway_urls import base_urls
from shipsmith_controls.links.calls.settings import clients_behind, roots_of
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.traces.records import records
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, dotted, inside, last_name
from shipsmith_controls.links.values.value import Extern, Fn, Made
from shipsmith_controls.links.values.values import Walk
from shipsmith_controls.queries import Database, query

PRICE_WORDS = frozenset({"cost", "costs", "price", "prices", "pricing", "usd", "spend", "rate", "rates"})
AMOUNT = re.compile(r"[$€£]\s?\d|\b\d[\d.,]*\s?(?:USD|EUR|GBP|dollars|euros?)\b", re.IGNORECASE)
"""An amount of money in prose."""
_GATEWAYS = frozenset({"vercel", "openrouter"})
_GATEWAY_HOSTS = ("openrouter.ai", "ai-gateway.vercel.sh")
_DEEP = 3

FlawKind = Literal["default", "flat", "estimate"]


class Flaw(msgspec.Struct, frozen=True):
    """What makes a computed price doubtful, and where."""

    kind: FlawKind
    path: str
    line: int
    what: str


@query
def flaws(db: Database, path: str, call: int) -> tuple[Flaw, ...]:
    """What makes the recorded money of an LLM call doubtful, by the functions that price it."""
    found: dict[Flaw, None] = {}
    places = {(r.path, r.line) for r in records(db, path, call) if "money" in r.kinds}
    for user, line in sorted(places):
        facts = index(db, user)
        if facts is None:
            continue
        for function in _around(facts, line):
            for flaw in _in_function(db, user, facts, function, 0, set()):
                found[flaw] = None
    return tuple(found)


def _around(facts: ModuleIndex, line: int) -> list[int]:
    """The innermost function around a line."""
    holding = [i for i, f in enumerate(facts.module.functions) if f.name and f.line <= line <= f.end_line]
    return holding[-1:]


def _in_function(
    db: Database, path: str, facts: ModuleIndex, at: int, depth: int, seen: set[tuple[str, int]]
) -> Iterator[Flaw]:
    """Flaws of the price computations in a function and in the pricing functions that it calls."""
    if (path, at) in seen or depth > _DEEP:
        return
    seen.add((path, at))
    function = facts.module.functions[at]
    priced = bool(tokens(function.name) & PRICE_WORDS)
    for i in facts.calls_of_function.get(at, ()):
        call = facts.module.calls[i]
        name = last_name(call.callee)
        if priced or tokens(dotted(call.callee) or name) & PRICE_WORDS:
            yield from _defaulted(path, facts, call, name)
            yield from _followed(db, path, call, depth, seen)
        if _is_tokenizer(db, path, call):
            yield Flaw("estimate", path, call.line, "a tokenizer estimates the tokens")
    if priced:
        yield from _flat(path, facts, at)


def _defaulted(path: str, facts: ModuleIndex, call: code.Call, name: str) -> Iterator[Flaw]:
    """`PRICES.get(model, 0)`, `.get(model, {}).get("input", 0)`: unknown models cost nothing."""
    if name != "get" or len(call.args) < 2:
        return
    receiver = tokens(_text(call.callee, facts.module))
    fallback = call.args[1]
    zero = isinstance(fallback, code.Literal) and fallback.value == 0
    empty = isinstance(fallback, code.Mapping) and not fallback.entries
    if (zero or empty) and receiver & (PRICE_WORDS | {"model", "models"}):
        yield Flaw("default", path, call.line, "a model that is not in the table costs 0")
    elif isinstance(fallback, code.Literal) and isinstance(fallback.value, (int, float)):
        told = "a model that is not in the table gets a flat price"
        yield from [Flaw("flat", path, call.line, told)] if receiver & PRICE_WORDS else []


def _text(expr: code.Expr, module: code.Module) -> str:
    return " ".join(
        part.id if isinstance(part, code.Name) else part.name
        for part in inside(expr, module)
        if isinstance(part, (code.Name, code.Attribute))
    )


def _flat(path: str, facts: ModuleIndex, at: int) -> Iterator[Flaw]:
    """A way out of a pricing function that multiplies by module constants, beside one that looks up."""
    outs = [o for o in facts.returns.get(at, ()) if o.value is not None]
    if len(outs) < 2:
        return
    for out in outs:
        names = [
            operand.id
            for part in inside(out.value or code.Literal(0, None), facts.module)
            if isinstance(part, code.Operation) and part.operator == "*"
            for operand in part.operands
            if isinstance(operand, code.Name)
        ]
        constants = [n for n in names if n.isupper() and facts.bindings.get((0, n))]
        if constants and tokens(" ".join(constants)) & PRICE_WORDS:
            yield Flaw("flat", path, out.line, "a model that is not in the table gets a flat price")


def _followed(
    db: Database, path: str, call: code.Call, depth: int, seen: set[tuple[str, int]]
) -> Iterator[Flaw]:
    for value in Walk(db).values(path, call.block, call.callee):
        if isinstance(value, Fn):
            inner = index(db, value.path)
            if inner is not None:
                yield from _in_function(db, value.path, inner, value.function, depth + 1, seen)


def _is_tokenizer(db: Database, path: str, call: code.Call) -> bool:
    names = {n for t in _tokenizers() for n in t.calls}
    if last_name(call.callee) not in names:
        return False
    roots = {m for t in _tokenizers() for m in t.modules}
    for value in Walk(db).values(path, call.block, call.callee):
        extern = value.extern if isinstance(value, Made) else value
        if isinstance(extern, Extern) and extern.module.split(".")[0] in roots:
            return True
    return False


def _tokenizers() -> list[Package]:
    return [p for p in load().tables.cost if p.key == "tokenizers"]


def priced_by_gateway(db: Database, call: ModelCall) -> tuple[str, int] | None:
    """Where a call goes to a gateway that prices it, though nothing keeps the cost: (path, line)."""
    for client in clients_behind(db, call):
        for root in (client, *roots_of(db, client)):
            kind = sdk.client_type(root.sdk, root.type)
            if kind.provider in _GATEWAYS and root.layers:
                facts = index(db, root.layers[0][0])
                line = facts.module.calls[root.layers[0][1]].line if facts else call.line
                return root.layers[0][0], line
    for text, path, line in base_urls(db, call):
        if any(host in text for host in _GATEWAY_HOSTS):
            return path, line
    return None
