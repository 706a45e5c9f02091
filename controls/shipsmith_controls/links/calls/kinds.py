"""Kinds of calls to a model: those that generate, those beside them, those that offer tools."""

from __future__ import annotations

from functools import cache

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.reach import model_calls, reached_files
from shipsmith_controls.links.calls.settings import (
    clients_behind,
    clients_made,
    clients_of,
    given_argument,
)
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.classes import MAKERS
from shipsmith_controls.links.values.factories import is_default_branch, selected
from shipsmith_controls.links.values.index import argument, entry, inside
from shipsmith_controls.links.values.value import Const, Data
from shipsmith_controls.links.values.values import call_sites, values
from shipsmith_controls.queries import Database, query


@query
def llm_calls(db: Database) -> tuple[ModelCall, ...]:
    """Every production LLM call."""
    return tuple(call for call in model_calls(db) if call.is_llm and _is_selected(db, call))


@query
def side_calls(db: Database) -> tuple[ModelCall, ...]:
    """Every production side call: embedding, reranking, image, video, speech, moderation."""
    beside = (call for call in model_calls(db) if not call.is_llm and call.kind != "graph")
    called = tuple(call for call in beside if _is_selected(db, call))
    through = {client.layers[0] for call in model_calls(db) for client in call.clients if client.layers}
    return (*called, *_handed_on(db, through))


@query
def _is_selected(db: Database, call: ModelCall) -> bool:
    """Whether the default configuration makes the object whose method calls a provider without an SDK.

    Calls through clients are told by those: see `clients_behind`.
    """
    klass = call.function.rpartition(".")[0]
    facts = index(db, call.path) if klass and call.sdk.startswith("http-") else None
    makers = (f"{klass}.{name}" for name in sorted(MAKERS))
    made = next((m for m in makers if facts is not None and m in facts.by_qualname), "")
    if facts is None or not made:
        return True
    blocks = [
        (home, home.module.calls[at].block)
        for path, at in call_sites(db, call.path, facts.by_qualname[made])
        if (home := index(db, path)) is not None
    ]
    outside = [(home, block) for home, block in blocks if klass not in home.node_name(block).split(".")]
    return not outside or any(is_default_branch(db, home, block) for home, block in outside)


def _handed_on(db: Database, through: set[tuple[str, int]]) -> list[ModelCall]:
    """Embedding clients that something outside the tree calls: they stand for their calls.

    Those that one function makes are the branches of a factory: one call, with as many clients.
    """
    groups: dict[tuple[str, str], list[tuple[int, sdk.Client]]] = {}
    for (key, name), clients in clients_made(db).items():
        kind = sdk.client_type(key, name)
        if not kind.calls or any(shape.kind != "embedding" for shape in kind.calls):
            continue
        for client in clients:
            path, call = client.layers[0]
            facts = index(db, path)
            if (path, call) not in through and facts is not None:
                function = facts.node_name(facts.module.calls[call].block)
                groups.setdefault((path, function or str(call)), []).append((call, client))
    return [_as_call(db, path, sorted(made, key=lambda m: m[0])) for (path, _), made in groups.items()]


def _as_call(db: Database, path: str, made: list[tuple[int, sdk.Client]]) -> ModelCall:
    facts = index(db, path)
    assert facts is not None  # noqa: S101 - the clients were read from it
    chosen = selected(db, tuple(client for _, client in made))
    call = next(i for i, client in made if client in chosen)
    at = facts.module.calls[call]
    return ModelCall(
        path=path,
        call=call,
        line=at.line,
        end_line=at.end_line,
        kind="embedding",
        sdk=chosen[0].sdk,
        shape=sdk.client_type(chosen[0].sdk, chosen[0].type).calls[0],
        clients=tuple(client for _, client in made),
        function=facts.node_name(at.block),
    )


@query
def tool_calls(db: Database) -> tuple[ModelCall, ...]:
    """LLM calls that offer tools to a model, where the tree or a framework executes what it chooses."""
    return tuple(
        call for call in llm_calls(db) if call.kind != "remote_agent" and _offers_tools(db, call)
    )


def _offers_tools(db: Database, call: ModelCall) -> bool:
    facts = index(db, call.path)
    if facts is None:
        return False
    for name in call.shape.tools:
        given = given_argument(db, call.path, facts.module.calls[call.call], name, facts.module)
        if given is not None and not _is_empty(given[2]):
            return call.kind == "agent" or _chooses(db, call, call.path, call.call)
    for client in clients_behind(db, call):
        if client.layers and client.layers[0] in _with_registered_tools(db):
            return True
        for place, (path, layer) in enumerate(client.layers):
            kind = sdk.client_type(client.sdk, client.type if place else client.made_as or client.type)
            other = index(db, path)
            made = other.module.calls[layer] if other else None
            if made is None:
                continue
            given_to = (argument(made, name, other.module if other else None) for name in kind.tools)
            if any(given is not None and not _is_empty(given) for given in given_to):
                # What is laid over a client (`model.bind_tools(…)`) offers; its maker runs them itself.
                return call.kind == "agent" or not place or _chooses(db, call, path, layer)
    return False


@query
def _with_registered_tools(db: Database) -> frozenset[tuple[str, int]]:
    """The makers of agents that functions are registered with as tools: `@agent.tool_plain`."""
    found: set[tuple[str, int]] = set()
    for path in reached_files(db):
        facts = index(db, path)
        if facts is None:
            continue
        for function in facts.module.functions:
            for decorator in function.decorators:
                callee = decorator
                if isinstance(decorator, code.CallRef):
                    callee = facts.module.calls[decorator.call].callee
                if isinstance(callee, code.Attribute) and callee.name in _registering():
                    found |= _receivers(db, path, function.parent, callee)
    return frozenset(found)


@cache
def _registering() -> frozenset[str]:
    return frozenset(name for each in load().sdks for kind in each.types for name in kind.registers)


def _receivers(db: Database, path: str, block: int, callee: code.Attribute) -> set[tuple[str, int]]:
    """The makers of the objects whose method a decorator is, where that method registers tools."""
    return {
        client.layers[0]
        for client in clients_of(db, values(db, path, block, callee.base, callers=True))
        if client.layers and callee.name in sdk.client_type(client.sdk, client.type).registers
    }


def _chooses(db: Database, call: ModelCall, path: str, offering: int) -> bool:
    """Whether a model chooses among the tools that a call offers, and its choice is executed."""
    return not _is_forced(db, path, offering) and _executes(db, call)


@query
def forced_at(db: Database, call: ModelCall) -> tuple[str, int] | None:
    """Where a call, or what is laid over its client, forces one tool by name, as (path, call)."""
    laid = (layer for client in clients_behind(db, call) for layer in client.layers[1:])
    return next((at for at in ((call.path, call.call), *laid) if _is_forced(db, *at)), None)


def _is_empty(expr: code.Expr) -> bool:
    if isinstance(expr, code.Literal):
        return expr.value is None
    if isinstance(expr, code.Sequence):
        return not expr.items
    return isinstance(expr, code.Mapping) and not expr.entries


_FORCING = ("name", "function", "toolName")
_FREE = frozenset({"auto", "any", "required", "none", "validated"})
"""Choices that name no tool."""


def _is_forced(db: Database, path: str, offering: int) -> bool:
    """Whether one tool is forced by name: then its arguments are the answer, and nothing is chosen."""
    facts = index(db, path)
    if facts is None:
        return False
    for name in ("tool_choice", "toolChoice"):
        given = given_argument(db, path, facts.module.calls[offering], name, facts.module)
        for value in values(db, *given, callers=True) if given is not None else ():
            options = value.expr if isinstance(value, Data) else None
            if isinstance(options, code.Mapping) and any(entry(options, key) for key in _FORCING):
                return True
            if isinstance(value, Const) and isinstance(value.value, str) and value.value not in _FREE:
                return True
    return False


def _executes(db: Database, call: ModelCall) -> bool:
    """Whether what the model chose is run: by the AI SDK, or by code that reads the tool calls."""
    if call.shape.steps is not None:
        return True
    facts = index(db, call.path)
    if facts is None:
        return False
    exprs = [head for block in facts.module.blocks for head in block.heads]
    exprs += [assign.value for assign in facts.module.assigns if assign.value is not None]
    exprs += [given for part in facts.module.calls for given in (part.callee, *part.args)]
    return any(_names_tool_call(part) for expr in exprs for part in inside(expr, facts.module))


_TOOL_CALLS = frozenset(
    (
        "tool_calls tool_use toolCalls toolUse function_call function_calls functionCalls functionCall"
    ).split()
)


def _names_tool_call(part: code.Expr) -> bool:
    if isinstance(part, code.Literal):
        return part.value in _TOOL_CALLS
    return isinstance(part, code.Attribute) and part.name in _TOOL_CALLS
