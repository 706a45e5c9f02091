"""Which tracers record which LLM call, and how surely."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Tracer
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.gateway_urls import base_urls, litellm_proxy
from shipsmith_controls.links.calls.reach import model_calls, reached_files
from shipsmith_controls.links.calls.settings import given_argument
from shipsmith_controls.links.files.deploy import hcl_resources
from shipsmith_controls.links.files.environment import Assigned, deployed, gate_of, is_open, variables_set
from shipsmith_controls.links.traces.tracer_names import family_of
from shipsmith_controls.links.traces.tracer_scope import families, scope_of
from shipsmith_controls.links.traces.tracer_uses import Use, uses
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import argument
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.links.values.value import Const
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_EXPORTS = re.compile(
    r"exporter|opentelemetry[./]sdk|@opentelemetry/sdk|azure\.monitor|azure/monitor|vercel/otel|langfuse"
    r"|phoenix|arize|logfire|traceloop|sentry|braintrust|langsmith|mlflow|weave|openlit|ddtrace|dd-trace"
    r"|agentops|newrelic|lmnr|laminar|posthog|axiom|honeycomb|newrelic|highlight|maxim|opik"
    r"|google\.cloud\.trace"
    r"|cloud_trace|google-cloud/opentelemetry|elasticotel|splunk|grafana_openai|uptrace|distro",
    re.IGNORECASE,
)
_NEED_EXPORTER = frozenset(
    {"otel-openllmetry", "otel-contrib", "openinference", "ai-sdk-telemetry", "prompty"}
)
_PER_CALL = ("experimental_telemetry", "telemetry")


class Coverage(msgspec.Struct, frozen=True):
    """A tracer that records an LLM call; `weak` says why it may not: a variable, a sample.

    `path` and `line` are where it is started or laid around. `whole`: it sees the call itself, not
    only the function around it. `prices`: the money of the call is computed by what receives it.
    """

    tracer: Tracer
    path: str
    line: int
    weak: str = ""
    whole: bool = True
    prices: bool = False
    scope: str = "process"
    covers: tuple[str, ...] = ()
    """SDK families that this use records; with a framework among them its tools are spans too."""


def coverage(db: Database, call: ModelCall) -> tuple[Coverage, ...]:
    """Every tracer that records an LLM call, the sure ones first."""
    return _coverage(db).get((call.path, call.call), ())


@query
def _coverage(db: Database) -> dict[tuple[str, int], tuple[Coverage, ...]]:
    table: dict[tuple[str, int], tuple[Coverage, ...]] = {}
    for call in (c for c in model_calls(db) if c.is_llm):
        found = list(dict.fromkeys(_of_call(db, call)))
        table[call.path, call.call] = tuple(sorted(found, key=lambda c: (bool(c.weak), not c.prices)))
    return table


def _of_call(db: Database, call: ModelCall) -> Iterator[Coverage]:
    known = families(db, call)
    for use in uses(db):
        scope = scope_of(db, use, call, known)
        if scope and (use.tracer.key not in _NEED_EXPORTER or exported(db)):
            yield _as_coverage(db, use, scope, known)
    yield from _by_default(db, call)
    yield from _per_call(db, call)
    if call.kind != "remote_agent":
        yield from _by_variable(db, known)
    yield from _by_host(db, call)
    yield from _by_provider(db, call)


@query
def exported(db: Database) -> bool:
    """Whether production code imports something that sends spans somewhere."""
    return any(_EXPORTS.search(module) for module in by_import(db))


def _as_coverage(db: Database, use: Use, scope: str, known: frozenset[str]) -> Coverage:
    # The variable that switches it on traces the calls of these SDKs by itself.
    by_variable = bool(use.tracer.env_on) and not known.isdisjoint(use.tracer.covers)
    weak = f"only when {' or '.join(use.gated)} is set" if use.gated else ""
    if not weak and use.sampled:
        weak = "only a sample of the calls"
    if not weak and scope == "caller":
        weak = "only around a function further up"
    if not weak:
        weak = _switched(db, use.tracer)
    return Coverage(
        tracer=use.tracer,
        path=use.path,
        line=use.line,
        weak=weak,
        whole=by_variable or scope not in ("function", "caller"),
        prices=prices(db, use.tracer),
        scope=scope,
        covers=use.covers,
    )


def prices(db: Database, tracer: Tracer) -> bool:
    """Whether what a tracer records gets a price: by itself, or by what its spans are sent to."""
    if tracer.pricing:
        return True
    return tracer.key in _NEED_EXPORTER and any(
        use.tracer.pricing and use.tracer.language == tracer.language and not use.gated
        for use in uses(db)
        if use.role in ("process", "neutral")
    )


def _switched(db: Database, tracer: Tracer) -> str:
    """Why a tracer stays silent although it is laid around: its switch is not set by a deploy file.

    Keys of its server are no switch: any client needs one.
    """
    switches = [name for name in tracer.env_gate if not name.endswith("KEY")]
    if not switches:
        return ""
    if any((s := deployed(db, name)) is not None and s.is_on for name in switches):
        return ""
    set_here = [a for a in _assigned(db) if a.name in switches and a.value.lower() == "true"]
    if any(not a.gated for a in set_here):
        return ""
    return f"only when {switches[0]} is set, and no deploy file sets it"


@query
def _assigned(db: Database) -> tuple[Assigned, ...]:
    return tuple(a for path in reached_files(db) for a in variables_set(db, path))


def _by_variable(db: Database, known: frozenset[str]) -> Iterator[Coverage]:
    """Tracers that a variable alone switches on (`LANGSMITH_TRACING=true` for LangChain)."""
    for tracer in load().tables.tracer:
        if not ("*" in tracer.covers or known & set(tracer.covers)):
            continue
        for switch in tracer.env_on:
            name, _, wanted = switch.partition("=")
            given = deployed(db, name)
            if given is not None and given.value.strip().lower() == wanted:
                yield Coverage(tracer, given.path, given.line, "", True, tracer.pricing, "variable")
            for each in _assigned(db):
                if each.name == name and each.value.lower() == wanted:
                    weak = f"only when {' or '.join(each.gated)} is set" if each.gated else ""
                    yield Coverage(tracer, each.path, each.line, weak, True, tracer.pricing, "variable")


def _by_default(db: Database, call: ModelCall) -> Iterator[Coverage]:
    """SDKs that trace by themselves unless they are told not to."""
    for tracer in load().tables.tracer:
        if tracer.default_on and call.sdk in tracer.covers and switch_off(db, tracer) is None:
            yield Coverage(tracer, call.path, call.line, "", True, tracer.pricing, "default")


def switch_off(db: Database, tracer: Tracer) -> tuple[str, int] | None:
    """Where a tracer that is on by default is switched off: (path, line)."""
    for pattern in tracer.off:
        name, _, rest = pattern.partition("(")
        if ("=" in name and "(" not in pattern and name.isupper()) or re.match(r"[A-Z_]+=", pattern):
            variable, _, value = pattern.partition("=")
            given = deployed(db, variable)
            if given is not None and given.value.strip().lower() == value:
                return given.path, given.line
            for each in _assigned(db):
                if each.name == variable and each.value.lower() == value:
                    return each.path, each.line
            continue
        found = _off_call(db, tracer, name, rest)
        if found is not None:
            return found
    return None


def _off_call(db: Database, tracer: Tracer, name: str, rest: str) -> tuple[str, int] | None:
    keyword = re.split(r"[=:]", name)[0].strip() if not rest else ""
    for module in tracer.modules:
        for path in by_import(db).get(module, ()):
            facts = index(db, path)
            for call in facts.module.calls if facts is not None else ():
                if keyword:
                    given = argument(call, keyword)
                    if isinstance(given, code.Literal) and given.value is True:
                        return path, given.line
                elif getattr(call.callee, "id", getattr(call.callee, "name", "")) == name:
                    args = (*call.args, *(k.value for k in call.keywords))
                    if not args or any(isinstance(a, code.Literal) and a.value is True for a in args):
                        return path, call.line
    return None


def _per_call(db: Database, call: ModelCall) -> Iterator[Coverage]:
    """AI SDK telemetry, switched on in the call itself."""
    facts = index(db, call.path)
    tracer = next((t for t in load().tables.tracer if t.key == "ai-sdk-telemetry"), None)
    if facts is None or tracer is None or family_of(call.sdk) != "ai-sdk" or not exported(db):
        return
    here = facts.module.calls[call.call]
    for name in _PER_CALL:
        given = given_argument(db, call.path, here, f"{name}.isEnabled", facts.module)
        if given is None:
            continue
        path, block, expr = given
        found = values(db, path, block, expr)
        if any(isinstance(v, Const) and not v.value for v in found) and len(found) == 1:
            return
        gate = gate_of(db, path, block, expr)
        weak = f"only when {' or '.join(gate.names)} is set" if gate and not is_open(db, gate) else ""
        yield Coverage(tracer, path, expr.line, weak, True, prices(db, tracer), "call")


def _by_host(db: Database, call: ModelCall) -> Iterator[Coverage]:
    """A gateway that the call's client points at."""
    for text, path, line in base_urls(db, call):
        for tracer in load().tables.tracer:
            for host in tracer.hosts:
                if host.removeprefix("*") in text:
                    yield Coverage(tracer, path, line, "", True, tracer.pricing, "gateway")
        proxy = litellm_proxy(db)
        if proxy is not None and re.search(r"litellm|:4000", text):
            own = next(t for t in load().tables.tracer if t.key == "litellm-callbacks")
            yield Coverage(own, *proxy, "", True, True, "gateway")


def _by_provider(db: Database, call: ModelCall) -> Iterator[Coverage]:
    """Invocation logging that infrastructure switches on for Bedrock."""
    if "bedrock" not in families(db, call):
        return
    for path, kind, _, body in hcl_resources(db):
        if kind == "aws_bedrock_model_invocation_logging_configuration":
            own = next(t for t in load().tables.tracer if t.key == "otel-openllmetry")
            yield Coverage(
                msgspec.structs.replace(own, key="bedrock-logging", title="Bedrock invocation logging"),
                path,
                body.line,
                scope="provider",
            )
