"""Ids on traces: user or tenant, session, and release, set by server code on a tracer's data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.files.environment import deployed
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.traces.tracer_scope import families
from shipsmith_controls.links.traces.tracer_uses import Use, uses
from shipsmith_controls.links.traces.tracers import Coverage, coverage
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, dotted, last_name
from shipsmith_controls.queries import Database, query

IdKind = Literal["user", "session", "release"]

_NAMES: dict[IdKind, re.Pattern[str]] = {
    "user": re.compile(
        r"^(?:langfuse_)?(?:user_?id|tenant_?id|user\.id|enduser\.id|end_user|distinct_id)$", re.I
    ),
    "session": re.compile(
        r"^(?:langfuse_)?(?:session_?id|thread_?id|conversation_?id|chat_?id|session\.id"
        r"|gen_ai\.conversation\.id)$",
        re.I,
    ),
    "release": re.compile(
        r"^(?:release|service\.version|service_?version|version|commit_?sha|git\.commit\.sha)$", re.I
    ),
}
_TRACE_CALLS = re.compile(
    r"^(?:update_current_\w+|updateActive\w+|updateTrace|propagate_?attributes|propagateAttributes"
    r"|set_association_properties|withAssociationProperties|annotate|setUser|set_user"
    r"|CallbackHandler|trace|span"
    r"|start_\w+|startActive\w+|startObservation|using_(?:user|session|attributes)|set_attributes?"
    r"|setAttributes?|set_tag|set_tags|register\w*|init|configure|Resource|create"
    r"|resourceFromAttributes|Langfuse)$"
)
_SPANS = frozenset(
    "trace tracer span langfuse langsmith sentry generation observation otel resource logfire".split()
)
_BROWSER = re.compile(r"(?:^|/)(?:components|hooks|frontend|client|web|ui)/")


class TraceId(msgspec.Struct, frozen=True):
    """An id set on traces; weak when its tracer may not run."""

    kind: IdKind
    path: str
    line: int
    weak: str = ""


@query
def trace_ids(db: Database) -> tuple[TraceId, ...]:
    """Every id that server code sets on data of a tracer of LLM calls; none without such a tracer."""
    found = [c for call in llm_calls(db) for c in coverage(db, call)]
    if not found:
        return ()
    weak = "" if any(not c.weak for c in found) else f"traces come {found[0].weak}"
    ids = [*_in_code(db, weak, found), *_by_default(db, weak, found)]
    return tuple(dict.fromkeys(ids))


def _files(db: Database) -> Iterator[str]:
    seen = dict.fromkeys((*reached_files(db), *(use.path for use in uses(db))))
    return (
        p for p in seen if is_production(db, p) and not (_BROWSER.search(p) and not p.endswith(".py"))
    )


def _in_code(db: Database, weak: str, found: list[Coverage]) -> Iterator[TraceId]:
    langchain = any("langchain" in families(db, call) for call in llm_calls(db) if coverage(db, call))
    ai_sdk = any(c.tracer.key == "ai-sdk-telemetry" for c in found)
    for path in _files(db):
        for kind, line in _set_in(db, path, langchain, ai_sdk):
            yield TraceId(kind, path, line, weak)


@query
def _set_in(db: Database, path: str, langchain: bool, ai_sdk: bool) -> tuple[tuple[IdKind, int], ...]:
    facts = index(db, path)
    if facts is None or facts.module.directive == "use client":
        return ()
    found: dict[tuple[IdKind, int], None] = {}
    for call in facts.module.calls:
        on_trace = _is_on_trace(call)
        for name, line, trail in _named(call, facts):
            in_run = langchain and bool({"configurable", "metadata"} & set(trail)) and "config" in trail
            in_call = ai_sdk and bool({"experimental_telemetry", "telemetry"} & set(trail))
            for kind, pattern in _NAMES.items():
                here = on_trace or (kind != "release" and (in_run or in_call))
                if here and pattern.match(name):
                    found[kind, line] = None
    return tuple(found)


def _is_on_trace(call: code.Call) -> bool:
    name = last_name(call.callee)
    if not _TRACE_CALLS.match(name):
        return False
    if name.startswith(("update_current", "updateActive", "propagate", "set_association", "using_")):
        return True
    if name in (
        "CallbackHandler",
        "setUser",
        "set_user",
        "Langfuse",
        "resourceFromAttributes",
        "Resource",
    ):
        return True
    return bool(tokens(dotted(call.callee) or name) & (_SPANS | {"current"}))


def _named(call: code.Call, facts: ModuleIndex) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """(name, line, names above it) of every keyword and text key in the arguments of a call."""
    for keyword in call.keywords:
        if keyword.name:
            yield keyword.name, keyword.line, ()
            yield from _keys(keyword.value, (keyword.name,))
    for given in call.args:
        yield from _keys(given, ())
    first = call.args[0] if len(call.args) == 2 else None
    if isinstance(first, code.Literal) and isinstance(first.value, str):
        yield first.value, first.line, ()
    for given in (*call.args, *(k.value for k in call.keywords)):
        # `config = {…}` may be built in a variable before.
        if isinstance(given, code.Name):
            for binding in facts.lookup(call.block, given.id)[1]:
                held = facts.module.assigns[binding.index].value if binding.kind == "assign" else None
                if held is not None:
                    yield from _keys(held, (given.id,))


def _keys(expr: code.Expr, trail: tuple[str, ...]) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    if isinstance(expr, code.Mapping):
        for key, held in expr.entries:
            if isinstance(key, code.Literal) and isinstance(key.value, str):
                yield key.value, key.line, trail
                yield from _keys(held, (*trail, key.value))
    elif isinstance(expr, code.Choice):
        for option in expr.options:
            yield from _keys(option, trail)


def _by_default(db: Database, weak: str, found: list[Coverage]) -> Iterator[TraceId]:
    """Release ids that a deploy file or the tracing package itself sets."""
    for name in ("LANGFUSE_RELEASE", "SENTRY_RELEASE", "OTEL_SERVICE_VERSION", "DD_VERSION"):
        given = deployed(db, name)
        if given is not None:
            yield TraceId("release", given.path, given.line, weak)
    attributes = deployed(db, "OTEL_RESOURCE_ATTRIBUTES")
    if attributes is not None and "service.version" in attributes.value:
        yield TraceId("release", attributes.path, attributes.line, weak)
    for use in uses(db):
        if use.tracer.release and _counts(use, found):
            yield TraceId("release", use.path, use.line, weak)


def _counts(use: Use, found: list[Coverage]) -> bool:
    return use.tracer.key == "vercel-otel" or any(c.tracer.key == use.tracer.key for c in found)


def start_of(db: Database) -> tuple[str, int] | None:
    """Where the first tracer of LLM calls is started or laid around."""
    found = [c for call in llm_calls(db) for c in coverage(db, call)]
    return (found[0].path, found[0].line) if found else None
