"""Which tracers record which LLM call, and how surely: OBS.md's TRACER."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Tracer
from shipsmith_controls.links import sdk
from shipsmith_controls.links.around import Site, decorators, sites
from shipsmith_controls.links.calls import ModelCall, Node, node_of
from shipsmith_controls.links.deploy import configs, hcl_resources
from shipsmith_controls.links.environment import deployed, gate_of, is_open
from shipsmith_controls.links.index import argument, inside, names_in
from shipsmith_controls.links.packages import by_import
from shipsmith_controls.links.reach import reach
from shipsmith_controls.links.settings import clients_behind, clients_of, given_argument, roots_of
from shipsmith_controls.links.tracer_uses import (
    Assigned,
    Use,
    family_of,
    functions_in,
    uses,
    variables_set,
)
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.value import Const, Env, Extern, Made, Text
from shipsmith_controls.links.values import Walk, values
from shipsmith_controls.links.versions import version_of
from shipsmith_controls.queries import Database, query

_UNDERNEATH = {
    "openai": "openai",
    "azure": "openai",
    "anthropic": "anthropic",
    "google": "google-genai",
    "aws": "bedrock",
    "mistral": "mistral",
    "cohere": "cohere",
    "groq": "groq",
    "ollama": "ollama",
}
"""Whom a client talks to -> the SDK that Python frameworks call for it."""
_FRAMEWORKS = frozenset(
    "langchain langgraph deepagents openai-agents llama-index pydantic-ai instructor autogen dspy".split()
)
_EXPORTS = re.compile(
    r"exporter|opentelemetry[./]sdk|@opentelemetry/sdk|azure\.monitor|azure/monitor|vercel/otel|langfuse"
    r"|phoenix|arize|logfire|traceloop|sentry|braintrust|langsmith|mlflow|weave|openlit|ddtrace|dd-trace"
    r"|agentops|newrelic|lmnr|laminar|posthog|axiom|honeycomb|newrelic|highlight|maxim|opik|google\.cloud\.trace"
    r"|cloud_trace|google-cloud/opentelemetry|elasticotel|splunk|grafana_openai|uptrace|distro",
    re.IGNORECASE,
)
_NEED_EXPORTER = frozenset({"otel-openllmetry", "otel-contrib", "openinference", "ai-sdk-telemetry"})
_PER_CALL = ("experimental_telemetry", "telemetry")
_CALLBACK_PLACES = ("callbacks", "config.callbacks", "#1.callbacks", "callback_manager", "trace")


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


def coverage(db: Database, call: ModelCall) -> tuple[Coverage, ...]:
    """Every tracer that records an LLM call, the sure ones first."""
    return _coverage(db).get((call.path, call.call), ())


@query
def _coverage(db: Database) -> dict[tuple[str, int], tuple[Coverage, ...]]:
    table: dict[tuple[str, int], tuple[Coverage, ...]] = {}
    for call in (c for c in reach(db).calls if c.is_llm):
        found = list(dict.fromkeys(_of_call(db, call)))
        table[call.path, call.call] = tuple(sorted(found, key=lambda c: (bool(c.weak), not c.prices)))
    return table


def _of_call(db: Database, call: ModelCall) -> Iterator[Coverage]:
    known = families(db, call)
    for use in uses(db):
        scope = _scope(db, use, call, known)
        if scope and (use.tracer.key not in _NEED_EXPORTER or exported(db)):
            yield _as_coverage(db, use, scope)
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


def families(db: Database, call: ModelCall) -> frozenset[str]:
    """Families of the SDKs that a call runs through: its own, and those underneath a framework."""
    own = family_of(call.sdk)
    found = {own}
    for client in clients_behind(db, call):
        for root in roots_of(db, client):
            found.add(family_of(root.sdk))
            provider = sdk.client_type(root.sdk, root.type).provider
            if own in _FRAMEWORKS and call.sdk.endswith("-python"):
                found.add(_UNDERNEATH.get(provider, own))
    if own == "openai-agents" and len(found) == 1:
        found.add("openai")
    if own in ("deepagents", "langgraph"):
        found.add("langchain")
    return frozenset(found)


def _scope(db: Database, use: Use, call: ModelCall, known: frozenset[str]) -> str:
    """How a use reaches a call: "" when it does not."""
    if (use.tracer.language == "python") != call.path.endswith(".py"):
        return ""
    match use.role:
        case "process":
            return "process" if _process_wide(db, use, call, known) else ""
        case "decorator" | "span":
            return _around(db, use, call)
        case "wrap" | "client":
            return "client" if _wrapped(db, use, call) else _wraps_function(db, use, call)
        case "handler":
            return "call" if _handed(db, use, call) else ""
    return ""


def _process_wide(db: Database, use: Use, call: ModelCall, known: frozenset[str]) -> bool:
    if call.kind == "remote_agent" or call.sdk.startswith("http-"):
        return False
    if "ai-sdk" in known:
        # Up to version 6 each call switches its telemetry on; only tracers that patch the SDK see all.
        if use.name == "registerTelemetry":
            return _major(db, call.path) >= 7
        return use.tracer.key in ("dd-trace", "traceloop") or use.name == "vercelAIIntegration"
    return "*" in use.covers or bool(known & set(use.covers))


def _major(db: Database, path: str) -> int:
    found = re.match(r"\d+", version_of(db, "ai", path) or "")
    return int(found[0]) if found else 0


def _around(db: Database, use: Use, call: ModelCall) -> str:
    """`function`: the function of the call is decorated or holds the span; `caller`: one that calls it."""
    if use.path == call.path and _same_function(use.function, call.function):
        return "function"
    for site in sites(db, call, 2):
        if site.level and use.path == site.path and _same_function(use.function, site.function):
            return "caller"
    return ""


def _same_function(outer: str, inner: str) -> bool:
    return bool(outer) and f"{inner}.".startswith(f"{outer}.")


def _wrapped(db: Database, use: Use, call: ModelCall) -> bool:
    """Whether the call goes through a client that a use wraps, or that traces itself."""
    facts = index(db, use.path)
    if facts is None or use.call < 0:
        return False
    made = facts.module.calls[use.call]
    behind = {c.layers[0] for c in _clients(db, call) if c.layers}
    if use.role == "client" and (use.path, use.call) in behind:
        return True
    if any((use.path, part.call) in behind for part in _calls_in(made, facts.module)):
        return True
    for given in made.args[:1]:
        held = clients_of(db, values(db, use.path, made.block, given, callers=True))
        if behind & {c.layers[0] for c in held if c.layers}:
            return True
    return _receiver_is(db, use, call)


def _clients(db: Database, call: ModelCall) -> Iterator[sdk.Client]:
    for client in clients_behind(db, call):
        yield client
        yield from roots_of(db, client)


def _calls_in(call: code.Call, module: code.Module) -> Iterator[code.CallRef]:
    for given in (*call.args, *(k.value for k in call.keywords)):
        for part in inside(given, module):
            if isinstance(part, code.CallRef):
                yield part


def _receiver_is(db: Database, use: Use, call: ModelCall) -> bool:
    """Whether the receiver of a call is what the use returned, also when it is unpacked from it."""
    facts = index(db, call.path)
    if facts is None:
        return False
    callee = facts.module.calls[call.call].callee
    for value in Walk(db, callers=True).values(call.path, facts.module.calls[call.call].block, callee):
        if isinstance(value, Made) and (use.path, use.call) in value.calls:
            return True
    if use.path != call.path:
        return False
    for name in names_in(callee, facts.module):
        for binding in facts.lookup(facts.module.calls[call.call].block, name)[1]:
            held = facts.module.assigns[binding.index].value if binding.kind == "assign" else None
            if held is not None and any(
                isinstance(part, code.CallRef) and part.call == use.call
                for part in inside(held, facts.module)
            ):
                return True
    return False


def _wraps_function(db: Database, use: Use, call: ModelCall) -> str:
    facts = index(db, use.path)
    if facts is None or use.call < 0:
        return ""
    made = facts.module.calls[use.call]
    own = Node(call.path, call.function)
    around = {Node(site.path, site.function) for site in sites(db, call, 2) if site.level}
    for given in made.args[:2]:
        for value in functions_in(db, use.path, made.block, given):
            node = node_of(db, value)
            if node == own:
                return "function"
            if node is not None and node in around:
                return "caller"
    return ""


def _handed(db: Database, use: Use, call: ModelCall) -> bool:
    """Whether a callback object is given to the call or its client, or made on the way to it."""
    facts = index(db, call.path)
    if facts is None or not families(db, call) & set(use.covers) - {"wrapped"}:
        return False
    here = facts.module.calls[call.call]
    for name in _CALLBACK_PLACES:
        given = given_argument(db, call.path, here, name, facts.module)
        if given is not None and _holds(db, given[0], given[1], given[2], use):
            return True
    for client in _clients(db, call):
        for path, layer in client.layers:
            other = index(db, path)
            made = other.module.calls[layer] if other else None
            given_to = argument(made, "callbacks", other.module if other else None) if made else None
            if made is not None and given_to is not None and _holds(db, path, made.block, given_to, use):
                return True
    start = Node(use.path, use.function)
    near = {start, *(caller for caller, _ in reach(db).callers.get(start, ()))}
    return any(call in reach(db).on_path(node) for node in near if node.name) or (
        not use.function and use.path == call.path
    )


def _holds(db: Database, path: str, block: int, expr: code.Expr, use: Use) -> bool:
    facts = index(db, path)
    for part in inside(expr, facts.module) if facts is not None else ():
        if isinstance(part, (code.Name, code.Attribute, code.CallRef)):
            for value in Walk(db, callers=True).values(path, block, part):
                if isinstance(value, Made) and (use.path, use.call) in value.calls:
                    return True
    return False


def _as_coverage(db: Database, use: Use, scope: str) -> Coverage:
    weak = f"only when {' or '.join(use.gated)} is set" if use.gated else ""
    if not weak and use.sampled:
        weak = "only a sample of the calls"
    if not weak and scope == "caller":
        weak = "only a function further up is traced"
    if not weak:
        weak = _switched(db, use.tracer)
    return Coverage(
        use.tracer, use.path, use.line, weak, scope not in ("function", "caller"), prices(db, use.tracer), scope
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
    return tuple(a for path in reach(db).files for a in variables_set(db, path))


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
        if "=" in name and "(" not in pattern and name.isupper() or re.match(r"[A-Z_]+=", pattern):
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


def base_urls(db: Database, call: ModelCall) -> Iterator[tuple[str, str, int]]:
    """(text, path, line) of what is known of the addresses that a call's clients point at."""
    for client in dict.fromkeys(_clients(db, call)):
        kind = sdk.client_type(client.sdk, client.type)
        for path, layer in client.layers:
            facts = index(db, path)
            made = facts.module.calls[layer] if facts else None
            if facts is None or made is None:
                continue
            for name in (*kind.base_url, "default_headers", "defaultHeaders"):
                given = argument(made, name, facts.module)
                if given is None:
                    continue
                for text in _texts(db, path, made.block, given):
                    yield text, path, given.line


def _texts(db: Database, path: str, block: int, expr: code.Expr) -> Iterator[str]:
    for value in values(db, path, block, expr, callers=True):
        match value:
            case Const(value=str() as text):
                yield text
            case Text(template=template):
                yield "".join(str(p.value) if isinstance(p, code.Literal) else "*" for p in template.parts)
            case Env(name=name):
                given = deployed(db, name)
                if given is not None:
                    yield given.value
            case Made(extern=Extern(name=name)):
                yield name


@query
def litellm_proxy(db: Database) -> tuple[str, int] | None:
    """Where the tree runs a LiteLLM proxy: a compose or Kubernetes service with its image."""
    for path, root in configs(db, "compose", "kubernetes"):
        for trail, node in root.walk():
            if trail and trail[-1] == "image" and "litellm" in str(node.scalar):
                return path, node.line
    return None


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


def decorated_sites(db: Database, call: ModelCall) -> Iterator[tuple[str, int, code.Expr]]:
    """Decorators on the function of a call: (path, block, expression)."""
    yield from decorators(db, Site(call.path, call.call, call.line, call.function, 0))
