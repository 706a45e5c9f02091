"""Fallbacks: a second model, provider, region or stored answer on the error path of a model call."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import (
    Site,
    block_of,
    calls_inside,
    exits_inside,
    handlers,
    sites,
    sites_above,
)
from shipsmith_controls.links.calls.calls import Edge, ModelCall, Node
from shipsmith_controls.links.calls.neighbours import edges_of
from shipsmith_controls.links.calls.reach import model_calls, outline
from shipsmith_controls.links.calls.settings import clients_behind, spreads
from shipsmith_controls.links.calls.wrappers import Generation
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name, names_in
from shipsmith_controls.links.values.value import Data, Made
from shipsmith_controls.links.values.values import Walk, values
from shipsmith_controls.queries import Database

_METHODS = frozenset({"with_fallbacks", "withFallbacks"})
_ARGUMENTS = (
    "fallbacks",
    "context_window_fallbacks",
    "models",
    "extra_body.models",
    "fallback",
    "fallback_models",
)
_MAKERS = frozenset(
    {
        "FallbackModel",
        "FallbackChatGenerator",
        "Router",
        "ModelFallbackMiddleware",
        "modelFallbackMiddleware",
        "createFallback",
    }
)
_GATEWAYS = frozenset({"vercel", "openrouter"})
_STAND_INS = frozenset(
    "cache cached fallback default rule rules queue enqueue stored backup heuristic static".split()
)
_ERRORS = frozenset("error errors failed failure exception sorry unavailable".split())
_CHOICES = ("model", "provider", "region", "deployment", "candidate", "backend")


_NEAR, _ABOVE = 2, 4
"""Levels above a call on which a handler, and a loop over models, may stand in for it."""


class Fallback(msgspec.Struct, frozen=True):
    """An alternative on the error path; `weak` when it may answer from the same deployment."""

    path: str
    line: int
    what: str
    weak: bool = False


def fallback(db: Database, asked: Generation) -> Fallback | None:
    """The strongest alternative on the error path of a place that asks a model."""
    found = sorted(_all(db, asked), key=lambda f: f.weak)
    return found[0] if found else None


def _all(db: Database, asked: Generation) -> Iterator[Fallback]:
    yield from _configured(db, asked.model)
    own = Site(asked.path, asked.call, asked.line, asked.function, 0)
    for site in (own, *sites_above(db, asked.node, _ABOVE), *sites(db, asked.model, 0)):
        facts = index(db, site.path)
        if facts is not None and site.call >= 0:
            if site.level <= _NEAR:
                yield from _handled(db, site, facts)
            yield from _tried_in_turn(facts, site)


def _in_middleware(db: Database, path: str, made: code.Call, facts: ModuleIndex) -> Iterator[Fallback]:
    """A middleware that falls back: `create_agent(…, middleware=[ModelFallbackMiddleware(…)])`."""
    given = argument(made, "middleware", facts.module)
    for value in values(db, path, made.block, given) if given is not None else ():
        parts = Walk(db).items(value, 0) if isinstance(value, Data) else (value,)
        for part in parts:
            if isinstance(part, Made) and part.calls:
                name = part.extern.name.rsplit(".", 1)[-1]
                home, call = part.calls[0]
                other = index(db, home)
                if name in _MAKERS and other is not None:
                    yield Fallback(home, other.module.calls[call].line, f"{name} names a second model")


def _configured(db: Database, call: ModelCall) -> Iterator[Fallback]:
    """Fallbacks given to the call, to its client, or by its provider itself."""
    facts = index(db, call.path)
    if facts is not None:
        here = facts.module.calls[call.call]
        for name in _ARGUMENTS:
            given = argument(here, name, facts.module)
            if isinstance(given, (code.Sequence, code.Name, code.Attribute, code.Mapping)):
                yield Fallback(call.path, given.line, "a list of models to fall back to")
        yield from _in_middleware(db, call.path, here, facts)
    for client in clients_behind(db, call):
        kind = sdk.client_type(client.sdk, client.type)
        for path, layer in client.layers:
            other = index(db, path)
            made = other.module.calls[layer] if other else None
            if made is None:
                continue
            name = last_name(made.callee)
            if name in _METHODS or name in _MAKERS:
                yield Fallback(path, made.line, f"{name} names a second model")
            elif any(argument(made, a) is not None for a in _ARGUMENTS):
                yield Fallback(path, made.line, "a list of models to fall back to")
            if other is not None:
                yield from _in_middleware(db, path, made, other)
        if kind.provider in _GATEWAYS and client.layers:
            other = index(db, client.layers[0][0])
            line = other.module.calls[client.layers[0][1]].line if other else call.line
            what = "the gateway fails over by itself; no list of models stands in the tree"
            yield Fallback(client.layers[0][0], line, what, weak=True)


def _handled(db: Database, site: Site, facts: ModuleIndex) -> Iterator[Fallback]:
    """A handler that calls another model or answers from somewhere else."""
    leading = outline(db).leading
    tried = facts.module.calls[site.call]
    for at, block in handlers(facts, block_of(facts, site)):
        for i, inner in calls_inside(facts, at):
            targets = [e.target for e in _edges_at(db, site, i)]
            again = any(t in leading for t in targets) or (site.path, i) in _model_places(db)
            if again and i != site.call:
                same = _same_model(tried, inner, facts.module)
                what = (
                    "the handler tries the same model again"
                    if same
                    else "the handler tries another model"
                )
                yield Fallback(site.path, inner.line, what, weak=same)
        for out in exits_inside(facts, at):
            if out.kind == "return" and _is_answer(out.value, block.names, facts.module):
                yield Fallback(site.path, out.line, "the handler answers without the model")


def _edges_at(db: Database, site: Site, call: int) -> list[Edge]:
    return [e for e in edges_of(db, Node(site.path, site.function)) if e.call == call]


def _model_places(db: Database) -> frozenset[tuple[str, int]]:
    return frozenset((c.path, c.call) for c in model_calls(db))


def _same_model(tried: code.Call, again: code.Call, module: code.Module) -> bool:
    """Whether two calls take their model from the same names."""
    return _model_words(tried, module) == _model_words(again, module)


def _model_words(call: code.Call, module: code.Module) -> set[str]:
    words: set[str] = set()
    for keyword in call.keywords:
        if keyword.name and any(w in keyword.name.lower() for w in ("model", "provider", "deployment")):
            words.add(_shown(keyword.value))
    if not words:
        words = {_shown(given) for given in call.args[:2]} | {_shown(s) for s in spreads(call)}
    return words | {last_name(call.callee)}


def _shown(expr: code.Expr) -> str:
    match expr:
        case code.Literal(value=value):
            return repr(value)
        case code.Attribute(base=base, name=name):
            return f"{_shown(base)}.{name}"
        case code.Name(id=name):
            return name
        case code.Subscript(base=base, index=inner):
            return f"{_shown(base)}[{_shown(inner)}]"
    return type(expr).__name__


def _is_answer(value: code.Expr | None, caught: tuple[str, ...], module: code.Module) -> bool:
    """Whether a returned value is an answer of its own: neither nothing nor the error."""
    if value is None or (isinstance(value, code.Literal) and value.value in (None, "", False)):
        return False
    if names_in(value, module) & set(caught) or _tells_error(value, module):
        return False
    if isinstance(value, (code.Sequence, code.Mapping)):
        return bool(value.items if isinstance(value, code.Sequence) else value.entries)
    if isinstance(value, code.CallRef):
        return bool(tokens(last_name(module.calls[value.call].callee)) & _STAND_INS)
    return isinstance(value, (code.Name, code.Subscript))


def _said(part: code.Expr) -> str:
    if isinstance(part, code.Literal):
        return part.value if isinstance(part.value, str) else ""
    return last_name(part)


def _tells_error(value: code.Expr, module: code.Module) -> bool:
    """Whether an answer only says that something failed."""
    return any(tokens(_said(part)) & _ERRORS for part in inside(value, module))


def _tried_in_turn(facts: ModuleIndex, site: Site) -> Iterator[Fallback]:
    """A loop over models, providers or regions whose failing turn leads to the next."""
    for i in facts.above(block_of(facts, site)):
        block = facts.module.blocks[i]
        if block.kind == "function":
            return
        choosing = block.kind == "loop" and any(c in n.lower() for n in block.names for c in _CHOICES)
        tried = any(facts.module.blocks[j].kind == "try" for j in facts.above(block_of(facts, site)))
        if choosing and tried:
            yield Fallback(site.path, block.line, "a loop tries one after the other")
