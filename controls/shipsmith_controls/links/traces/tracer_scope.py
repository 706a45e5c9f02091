"""How a use of a tracer reaches an LLM call: by process, client, function or callback."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import sites
from shipsmith_controls.links.calls.calls import ModelCall, Node, node_of
from shipsmith_controls.links.calls.gateway_urls import through
from shipsmith_controls.links.calls.neighbours import callers_of, calls_on_path
from shipsmith_controls.links.calls.settings import clients_behind, clients_of, given_argument, roots_of
from shipsmith_controls.links.traces.tracer_names import family_of
from shipsmith_controls.links.traces.tracer_uses import Use, functions_in
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import argument, inside, names_in
from shipsmith_controls.links.values.value import Made
from shipsmith_controls.links.values.values import Walk, values
from shipsmith_controls.links.values.versions import version_of
from shipsmith_controls.queries import Database

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
_CALLBACK_PLACES = ("callbacks", "config.callbacks", "#1.callbacks", "callback_manager", "trace")


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


def scope_of(db: Database, use: Use, call: ModelCall, known: frozenset[str]) -> str:
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
    """`function`: the call's own is decorated or holds the span; `caller`: one that calls it."""
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
    behind = {c.layers[0] for c in through(db, call) if c.layers}
    if use.role == "client" and (use.path, use.call) in behind:
        return True
    if any((use.path, part.call) in behind for part in _calls_in(made, facts.module)):
        return True
    for given in made.args[:1]:
        held = clients_of(db, values(db, use.path, made.block, given, callers=True))
        if behind & {c.layers[0] for c in held if c.layers}:
            return True
    return _receiver_is(db, use, call)


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
    for client in through(db, call):
        for path, layer in client.layers:
            other = index(db, path)
            made = other.module.calls[layer] if other else None
            given_to = argument(made, "callbacks", other.module if other else None) if made else None
            if made is not None and given_to is not None and _holds(db, path, made.block, given_to, use):
                return True
    start = Node(use.path, use.function)
    near = {start, *(caller for caller, _ in callers_of(db, start))}
    return any(call in calls_on_path(db, node) for node in near if node.name) or (
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
