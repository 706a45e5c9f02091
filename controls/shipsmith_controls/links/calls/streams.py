"""Streaming LLM calls, and whether an OpenAI-compatible stream is asked to carry token counts."""

from __future__ import annotations

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.settings import (
    all_clients,
    clients_behind,
    given_argument,
    roots_of,
    spreads,
)
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import argument, inside
from shipsmith_controls.links.values.value import Const, Param
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database

_INCLUDE = (
    "stream_options.include_usage",
    "streamOptions.includeUsage",
    "extra_body.stream_options.include_usage",
)
_LANGCHAIN = frozenset({"ChatOpenAI", "AzureChatOpenAI"})


class Uncounted(msgspec.Struct, frozen=True):
    """A stream that carries no token counts, and the place that decides it."""

    path: str
    line: int
    what: str
    aside: bool = False


def streams(db: Database, call: ModelCall) -> bool:
    """Whether the call may stream: its shape does, or its switch is or may be true."""
    if call.shape.stream in ("never", "always"):
        return call.shape.stream == "always"
    return switch(db, call) is not None


def switch(db: Database, call: ModelCall) -> tuple[str, int] | None:
    """Where a call with a streaming switch turns it on (or lets its callers): (path, line)."""
    facts = index(db, call.path)
    if facts is None:
        return None
    given = given_argument(db, call.path, facts.module.calls[call.call], call.shape.stream, facts.module)
    if given is None:
        return None
    path, block, expr = given
    found = values(db, path, block, expr, callers=True)
    known = [v for v in found if isinstance(v, Const)]
    may = any(v.value for v in known) or any(isinstance(v, Param) for v in found) or not found
    return (path, expr.line) if may else None


def uncounted(db: Database, call: ModelCall) -> tuple[Uncounted, ...]:
    """Why a streaming call loses its token counts; empty when it keeps them or does not stream."""
    if not streams(db, call):
        return ()
    if call.shape.api == "openai-chat":
        return _chat_completions(db, call)
    if call.shape.api == "langchain":
        return _langchain(db, call)
    return ()


def _chat_completions(db: Database, call: ModelCall) -> tuple[Uncounted, ...]:
    facts = index(db, call.path)
    if facts is None:
        return ()
    here = facts.module.calls[call.call]
    for name in _INCLUDE:
        given = given_argument(db, call.path, here, name, facts.module)
        if given is not None:
            found = values(db, *given, callers=True)
            if not found or any(not isinstance(v, Const) or v.value for v in found):
                return ()
    loose = given_argument(db, call.path, here, "stream_options", facts.module)
    if loose is not None and not isinstance(loose[2], (code.Mapping, code.Literal)):
        return ()
    if spreads(here) and _mentions_options(facts.module):
        return ()
    at = switch(db, call) or (call.path, call.line)
    return (Uncounted(*at, "the stream carries no usage: `stream_options.include_usage` is not set"),)


def _mentions_options(module: code.Module) -> bool:
    """Whether a file fills stream options somewhere, for calls whose options are collected."""
    targets = (a.target for a in module.assigns)
    indices = (t.index for t in targets if isinstance(t, code.Subscript))
    keys = (
        key
        for call in module.calls
        for given in (*call.args, *(k.value for k in call.keywords))
        for part in inside(given, module)
        if isinstance(part, code.Mapping)
        for key, _ in part.entries
    )
    return any(
        isinstance(k, code.Literal) and k.value in ("stream_options", "streamOptions")
        for k in (*indices, *keys)
    )


def _langchain(db: Database, call: ModelCall) -> tuple[Uncounted, ...]:
    """`ChatOpenAI` counts streams by itself only at OpenAI's own address."""
    chosen = set(clients_behind(db, call))
    found: list[Uncounted] = []
    for client in all_clients(db, call):
        for root in roots_of(db, client):
            if (root.made_as or root.type) not in _LANGCHAIN or not root.layers:
                continue
            path, layer = root.layers[0]
            facts = index(db, path)
            made = facts.module.calls[layer] if facts else None
            if facts is None or made is None:
                continue
            kind = sdk.client_type(root.sdk, root.type)
            proxied = [argument(made, name, facts.module) for name in kind.base_url]
            counted = argument(made, "stream_usage") or argument(made, "streamUsage")
            if any(g is not None and not _is_none(g) for g in proxied) and counted is None:
                what = "behind another base URL the stream carries no usage: `stream_usage` is not set"
                found.append(Uncounted(path, made.line, what, client not in chosen))
    return tuple(dict.fromkeys(found))


def _is_none(expr: code.Expr) -> bool:
    return isinstance(expr, code.Literal) and expr.value is None
