"""Guards around LLM calls: what screens the text of people before a model, and the answer after it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Guard
from shipsmith_controls.links.access.taint import Taint
from shipsmith_controls.links.calls.calls import ModelCall, Node
from shipsmith_controls.links.calls.entries import ANSWERING, ai_entries
from shipsmith_controls.links.calls.neighbours import above_of, edges_of
from shipsmith_controls.links.calls.reach import reach
from shipsmith_controls.links.calls.settings import clients_behind, given_argument
from shipsmith_controls.links.files.environment import gates_around, is_open
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import family, files, index, skim
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, inside, last_name
from shipsmith_controls.links.values.packages import users_of_package
from shipsmith_controls.queries import Database, query

Side = Literal["in", "out", "both"]

_OWN = frozenset("injection jailbreak moderation moderate guardrail guardrails".split())
_MIDDLEWARE = ("Guardrail", "Moderation", "Injection")
_PROVIDER = ("safety_settings", "safetySettings", "safe_prompt", "safePrompt", "config.safety_settings")
_MAKERS = frozenset(
    "configure create build make get load init setup log set to from convert resolve parse format "
    "render register list count add update delete save flush record report track emit bind".split()
)


class Screen(msgspec.Struct, frozen=True, order=True):
    """A guard: where it stands, which side it screens; `weak` says why it counts half."""

    path: str
    line: int
    what: str
    side: Side
    weak: str = ""


@cache
def _guards() -> tuple[Guard, ...]:
    return tuple(guard for guard in load().tables.guard if guard.side != "pii")


@query
def fed_calls(db: Database) -> tuple[ModelCall, ...]:
    """LLM calls that text of people using the product reaches."""
    graph = reach(db)
    found: dict[ModelCall, None] = {}
    for entry in ai_entries(db):
        if entry.kind in ANSWERING or entry.kind == "graph":
            found.update(dict.fromkeys(call for call in graph.on_path(entry.node) if call.is_llm))
    return tuple(sorted(found, key=lambda call: (call.path, call.line)))


@query
def screens_of(db: Database, call: ModelCall) -> tuple[Screen, ...]:
    """The guards around one LLM call: on it, on its client or agent, on the way to it."""
    found = list(_on_call(db, call))
    nodes = above_of(db, Node(call.path, call.function))
    for node in nodes:
        found.extend(screens_in(db, node))
        for edge in edges_of(db, node):
            if edge.target not in nodes:
                found.extend(screens_in(db, edge.target))
    found.extend(_in_gateway(db))
    return tuple(sorted(set(found or _imported(db))))


@query
def _imported(db: Database) -> tuple[Screen, ...]:
    """Packages that do nothing but guard, where production code imports one."""
    found: list[Screen] = []
    for guard in _guards():
        own = [module for module in guard.modules if not sdk.is_sdk_module(module)]
        if not own:
            continue
        for path in users_of_package(db, guard):
            facts = index(db, path)
            imports = tuple(glance.module for glance in skim(db, path).imports)
            if facts is None or any(_guarding(facts, call, imports) for call in facts.module.calls):
                continue
            for taken in facts.module.imports:
                if not taken.type_only and any(_begins(taken.module, module) for module in own):
                    said = "its package is imported, but no guard of it is called"
                    found.append(Screen(path, taken.line, taken.module, _side(guard), said))
    return tuple(sorted(set(found)))


def _on_call(db: Database, call: ModelCall) -> Iterator[Screen]:
    places = [(call.path, call.call)]
    places += [layer for client in clients_behind(db, call) for layer in client.layers]
    for path, at in places:
        facts = index(db, path)
        if facts is None:
            continue
        here = facts.module.calls[at]
        for guard in _guards():
            for name in guard.arguments:
                given = given_argument(db, path, here, name, facts.module)
                if given is not None and not _is_empty(given[2]):
                    yield Screen(given[0], given[2].line, name, _side(guard))
            if last_name(here.callee) in guard.calls and guard.side == "both":
                yield Screen(path, here.line, last_name(here.callee), "both")
        for name in _PROVIDER:
            if given_argument(db, path, here, name, facts.module) is not None:
                yield Screen(path, here.line, name, "both", "only the provider's own settings screen it")
        middleware = argument(here, "middleware", facts.module)
        for part in inside(middleware, facts.module) if middleware is not None else ():
            name = last_name(part)
            known = any(name in guard.calls for guard in _guards())
            if known or any(word in name for word in _MIDDLEWARE):
                yield Screen(path, part.line, name, "both" if known else "in")


def _side(guard: Guard) -> Side:
    return "in" if guard.side == "in" else "out" if guard.side == "out" else "both"


def _is_empty(expr: code.Expr) -> bool:
    if isinstance(expr, code.Literal):
        return expr.value is None
    return isinstance(expr, code.Sequence) and not expr.items


@query
def screens_in(db: Database, node: Node) -> tuple[Screen, ...]:
    """The guards that one function calls."""
    facts = index(db, node.path)
    if facts is None or not is_production(db, node.path):
        return ()
    found: list[Screen] = []
    imports = tuple(glance.module for glance in skim(db, node.path).imports)
    for call in (facts.module.calls[i] for i in facts.calls_of_node.get(node.name, ())):
        if call.element:
            continue
        side = _guarding(facts, call, imports)
        if side is None:
            continue
        if side == "in" and _judges_answer(db, node.path, call):
            side = "out"
        gates = gates_around(db, node.path, facts, call.block, call.line)
        off = any(not is_open(db, gate) for gate in gates)
        name = last_name(call.callee)
        found.append(
            Screen(node.path, call.line, name, side, "on only when it is configured" if off else "")
        )
    return tuple(found)


def _guarding(facts: ModuleIndex, call: code.Call, imports: tuple[str, ...]) -> Side | None:
    """Which side a call screens; None when it is no guard."""
    whole, name = dotted(call.callee) or last_name(call.callee), last_name(call.callee)
    for guard in _guards():
        used = _uses(imports, guard.modules)
        for known in guard.calls:
            if known.startswith("@") or known == "default":
                continue
            wanted = known.removeprefix(".")
            fits = whole == wanted or whole.endswith("." + wanted)
            if fits and (used or wanted.count(".") > 0):
                return _side(guard)
        if guard.models and _names_model(facts, call, guard.models):
            return "in"
        if guard.resources and _posts_to(facts, call, guard.resources):
            return "in"
    if (
        tokens(name) & _OWN
        and not tokens(name) & _MAKERS
        and (call.args or call.keywords)
        and not call.new
    ):
        return "in"
    return None


@lru_cache(maxsize=4096)
def _uses(imports: tuple[str, ...], roots: tuple[str, ...]) -> bool:
    return any(_begins(module, root) for module in imports for root in roots)


def _begins(module: str, root: str) -> bool:
    return module == root or module.startswith((root + ".", root + "/"))


def _names_model(facts: ModuleIndex, call: code.Call, models: tuple[str, ...]) -> bool:
    given = argument(call, "model")
    text = given.value if isinstance(given, code.Literal) else None
    return isinstance(text, str) and any(model in text.lower() for model in models)


def _posts_to(facts: ModuleIndex, call: code.Call, addresses: tuple[str, ...]) -> bool:
    """Whether a request goes to the address of a guard service."""
    for given in call.args[:1]:
        for part in inside(given, facts.module):
            text = part.value if isinstance(part, code.Literal) else None
            if isinstance(text, str) and any(a in text for a in addresses if "/" in a or ":" in a):
                return True
    return False


def _judges_answer(db: Database, path: str, call: code.Call) -> bool:
    taint = Taint(db)
    given = (*call.args, *(k.value for k in call.keywords))
    return any(taint.of(path, call.block, g) for g in given)


@query
def _in_gateway(db: Database) -> tuple[Screen, ...]:
    """Guardrails that a LiteLLM gateway of the tree runs for every call."""
    found: list[Screen] = []
    for path in files(db):
        low = path.rsplit("/", 1)[-1].lower()
        if not low.endswith((".yaml", ".yml")) or ("litellm" not in path.lower() and "config" not in low):
            continue
        config = family(db, "config", path) if is_production(db, path) else None
        for root in config.roots if isinstance(config, Config) else ():
            if root.get("model_list") is None or root.get("guardrails") is None:
                continue
            for item in (root.get("guardrails") or root).items:
                mode = item.text("litellm_params", "mode") or ""
                side: Side = "out" if "post_call" in mode else "in"
                found.append(Screen(path, item.line, "the gateway's guardrail", side))
    return tuple(found)
