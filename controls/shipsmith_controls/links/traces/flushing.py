"""Short runtimes that trace model calls, and what sends their spans before they freeze or end."""

from __future__ import annotations

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import ai_entries, llm_on_path
from shipsmith_controls.links.calls.neighbours import calls_on_path
from shipsmith_controls.links.deploys.started import started
from shipsmith_controls.links.files.environment import deployed
from shipsmith_controls.links.spend.quotas import called_from
from shipsmith_controls.links.traces.tracer_uses import uses
from shipsmith_controls.links.traces.tracers import Coverage, coverage
from shipsmith_controls.links.tree import index, named
from shipsmith_controls.links.values.index import argument, last_name
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.queries import Database, query

_PLATFORMS = ("vercel.json", "netlify.toml", "wrangler.toml", "wrangler.jsonc")
_HOSTED = ("@vercel/otel", "@vercel/functions", "@vercel/analytics", "@netlify/functions", "@vercel/blob")
_FLUSHES = frozenset(
    "flush flushAsync forceFlush force_flush shutdown shutdownAsync awaitPendingTraceBatches "
    "flush_traces "
    "wait_for_all_tracers flush_tracker flush_trace_async_logging shutdown_tracing".split()
)
_AT_ONCE = frozenset({"SimpleSpanProcessor", "registerOTel"})
_BACKGROUND = ("LANGSMITH_TRACING_BACKGROUND", "LANGCHAIN_CALLBACKS_BACKGROUND")
_NEEDLESS = frozenset({"gateway", "provider"})


class Short(msgspec.Struct, frozen=True):
    """An entry of a short runtime that traces a model call."""

    path: str
    line: int
    function: str


@query
def short_runtimes(db: Database) -> tuple[Short, ...]:
    """Serverless handlers and scheduled scripts with a traced LLM call on their path."""
    found: dict[Node, Short] = {}
    hosted = _is_hosted(db)
    for entry in ai_entries(db):
        short = entry.kind == "function" or (
            hosted and entry.kind in ("http", "action") and not entry.path.endswith(".py")
        )
        calls = llm_on_path(db, entry)
        if short and any(_is_buffered(c) for call in calls for c in coverage(db, call)):
            found[entry.node] = Short(entry.path, entry.line, entry.function)
    for clock in started(db):
        calls = tuple(c for c in calls_on_path(db, clock.node) if c.is_llm)
        if any(_is_buffered(c) for call in calls for c in coverage(db, call)):
            found.setdefault(clock.node, Short(clock.node.path, _line(db, clock.node), clock.node.name))
    return tuple(found.values())


def _line(db: Database, node: Node) -> int:
    facts = index(db, node.path)
    at = facts.by_qualname.get(node.name) if facts is not None else None
    return facts.module.functions[at].line if facts is not None and at is not None else 1


def _is_buffered(found: Coverage) -> bool:
    """Whether a tracer sends in the background; gateways and provider logs do not."""
    return found.scope not in _NEEDLESS


@query
def _is_hosted(db: Database) -> bool:
    """Whether the tree runs on a platform of short-lived functions."""
    return any(named(db).get(name) for name in _PLATFORMS) or any(
        by_import(db).get(module) for module in _HOSTED
    )


@query
def flush_of(db: Database, path: str, function: str) -> tuple[str, int] | None:
    """What sends the spans of an entry in time: in it, in what it calls, or for the whole process."""
    for name in _BACKGROUND:
        given = deployed(db, name)
        if given is not None and given.value.strip().lower() == "false":
            return given.path, given.line
    whole = _at_once(db)
    if whole is not None:
        return whole
    for node in called_from(db, Node(path, function)):
        facts = index(db, node.path)
        for call in facts.module.calls if facts is not None else ():
            own = facts is not None and f"{facts.node_name(call.block)}.".startswith(f"{node.name}.")
            if own and last_name(call.callee) in _FLUSHES:
                return node.path, call.line
    return None


@query
def _at_once(db: Database) -> tuple[str, int] | None:
    """A processor that sends each span at once, or a package that flushes by itself."""
    paths = dict.fromkeys(
        [use.path for use in uses(db)]
        + [
            p
            for m, users in by_import(db).items()
            if "opentelemetry" in m or "vercel/otel" in m
            for p in users
        ]
    )
    for path in paths:
        facts = index(db, path)
        for call in facts.module.calls if facts is not None else ():
            if last_name(call.callee) in _AT_ONCE:
                return path, call.line
            for name in ("flushAt", "flush_at"):
                given = argument(call, name)
                if isinstance(given, code.Literal) and given.value == 1:
                    return path, given.line
    return None
