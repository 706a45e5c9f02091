"""Spans of tools and retrieval steps: by a framework, a store, or on the function itself."""

from __future__ import annotations

import re

import msgspec

from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.kinds import llm_calls, tool_calls
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.data.index_reads import reads_in
from shipsmith_controls.links.data.ingest import ingest_graph
from shipsmith_controls.links.files.environment import gates_around, is_open
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.traces.tracer_names import family_of
from shipsmith_controls.links.traces.tracer_uses import uses_in
from shipsmith_controls.links.traces.tracers import Coverage, coverage
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.queries import Database, query

_FRAMEWORKS = frozenset(
    "langchain langgraph deepagents llama-index ai-sdk openai-agents pydantic-ai crewai haystack autogen "
    "smolagents agno strands mastra semantic-kernel dspy google-adk".split()
)
_STORES = re.compile(
    r"^(?:SQLAlchemy|Psycopg2?|Psycopg|Asyncpg|AsyncPG|Qdrant|Chroma|ChromaDB|Pinecone"
    r"|Weaviate|Milvus|OpenSearch"
    r"|Elasticsearch|LanceDB|Redis|Pymongo|PyMongo|Pg|Postgres|MongoDB"
    r"|ElasticSearch)Instrument(?:or|ation)$"
)
_WHOLE = frozenset({"configure_azure_monitor", "useAzureMonitor", "getNodeAutoInstrumentations"})
_DECORATORS = re.compile(
    r"^(?:capture_method|observe|traceable|traced|trace|track|op|tool|retrieval|span|instrument)$"
)
_STARTS = re.compile(
    r"^(?:start_as_current_span|start_span|startActiveSpan|startSpan|start_as_current_\w+|span)$"
)


class Step(msgspec.Struct, frozen=True):
    """A step of an answer: a tool or a retrieval, at a place."""

    path: str
    line: int
    end_line: int
    what: str


class Span(msgspec.Struct, frozen=True):
    """What makes a span of a step; `weak` says why it may not."""

    path: str
    line: int
    what: str
    weak: str = ""


@query
def retrievals(db: Database) -> tuple[Step, ...]:
    """Places where production code queries an index for a model."""
    paths = dict.fromkeys((*reached_files(db), *ingest_graph(db).files))
    return tuple(
        Step(path, line, line, "retrieval")
        for path in sorted(paths)
        if is_production(db, path)
        for line in sorted(set(reads_in(db, path)))
    )


def span_of(db: Database, step: Step) -> Span | None:
    """The surest span of a step; None when it has none."""
    found = [*_on_function(db, step)]
    if step.what == "retrieval":
        found += _of_stores(db)
    else:
        found += _of_framework(db)
    return min(found, key=lambda span: bool(span.weak), default=None)


def _of_framework(db: Database) -> list[Span]:
    """The tracer of the framework that runs the tools; all calls that offer tools need one."""
    calls = tool_calls(db) or llm_calls(db)
    each = [_frameworks(db, call) for call in calls]
    if not each or not all(each):
        return []
    best = [min(found, key=lambda c: bool(c.weak)) for found in each]
    worst = max(best, key=lambda c: bool(c.weak))
    return [Span(worst.path, worst.line, f"{worst.tracer.title} traces its framework", worst.weak)]


def _frameworks(db: Database, call: ModelCall) -> list[Coverage]:
    own = family_of(call.sdk)
    if own not in _FRAMEWORKS:
        return []
    return [
        c
        for c in coverage(db, call)
        if c.tracer.tools
        and (
            c.scope in ("default", "call", "variable")
            or (c.scope == "process" and (own in c.covers or "*" in c.covers))
        )
    ]


@query
def _of_stores(db: Database) -> list[Span]:
    """Instrumentors of stores, and distributions that bring them along."""
    found: list[Span] = []
    paths = {
        path
        for module, users in by_import(db).items()
        if "instrumentation" in module or "azure.monitor" in module or "auto-instrumentations" in module
        for path in users
    }
    for path in sorted(paths):
        facts = index(db, path)
        for call in facts.module.calls if facts is not None else ():
            name = last_name(call.callee)
            if facts is None or not (_STORES.match(name) or name in _WHOLE):
                continue
            gates = [
                g for g in gates_around(db, path, facts, call.block, call.line) if not is_open(db, g)
            ]
            weak = f"only when {' or '.join(gates[0].names)} is set" if gates else ""
            found.append(Span(path, call.line, f"{name} traces the store", weak))
    return found


def _on_function(db: Database, step: Step) -> list[Span]:
    """A decorator on the function of a step, or a span that it starts itself."""
    facts = index(db, step.path)
    if facts is None:
        return []
    holding = [
        f
        for f in facts.module.functions
        if f.name and (f.line <= step.line <= f.end_line or step.line <= f.line <= step.end_line)
    ]
    if not holding:
        return []
    own = max(holding, key=lambda f: f.line)
    found: list[Span] = []
    traced = {use.line: use for use in uses_in(db, step.path) if use.role == "decorator"}
    for decorator in own.decorators:
        name = last_name(getattr(decorator, "callee", decorator))
        made = getattr(decorator, "call", None)
        if isinstance(made, int):
            name = last_name(facts.module.calls[made].callee)
        use = traced.get(decorator.line)
        if use is not None or (_DECORATORS.match(name) and name in ("capture_method", "instrument")):
            found.append(Span(step.path, decorator.line, f"@{name} makes a span"))
    for call in facts.module.calls:
        name = last_name(call.callee)
        if _STARTS.match(name) and own.line <= call.line <= own.end_line:
            found.append(Span(step.path, call.line, "it starts a span itself"))
    return found
