"""Caches of prompts: marks that ask a provider to cache, providers that do by themselves."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import ModelCall, Node
from shipsmith_controls.links.calls.kinds import tool_calls
from shipsmith_controls.links.calls.loops import loop_around
from shipsmith_controls.links.calls.model_ids import ids_of_call, literal_ids
from shipsmith_controls.links.calls.neighbours import edges_of, overrides_of
from shipsmith_controls.links.calls.reach import outline, reached_files
from shipsmith_controls.links.calls.settings import State, clients_behind, effective, given_argument
from shipsmith_controls.links.calls.wrappers import Generation, generations
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.spend.prefixes import PREFIX, prefix_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.modules import imports_in_tree
from shipsmith_controls.queries import Database, query

Way = Literal["marks", "auto"]

_MARKS = frozenset(
    "cache_control cachePoint cacheControl cache_point cache_control_injection_points "
    "anthropic_cache_instructions bedrock_cache_instructions cachedContent cached_content".split()
)
_MIDDLEWARE = re.compile(r"prompt_?caching(?:_?middleware)?$", re.IGNORECASE)
_RESPONSES = frozenset({"set_llm_cache", "enable_cache"})
_MARKED = re.compile(r"claude|anthropic|amazon[./]|(?:^|[./])nova-", re.IGNORECASE)
_AUTO = re.compile(
    r"gpt-|chatgpt|(?:^|[/:])o[134](?:-|$)|openai|deepseek|gemini-(?:2\.5|2-5|[3-9])|gemini-(?:flash|pro)-latest",
    re.IGNORECASE,
)
_OF_PROVIDER: dict[str, Way] = {
    "anthropic": "marks",
    "openai": "auto",
    "azure": "auto",
    "deepseek": "auto",
}
_HELPERS = 4
"""Calls below a function on the path in which a prompt is put together."""
_IMPORTS = 3
"""Imports away from the path up to which an adapter may stand."""
_ONCE = re.compile(r"stop_on_first_tool|StopAtTools")


class Mark(msgspec.Struct, frozen=True):
    """Something that asks for a cache, and the function it stands in ("" at module level)."""

    path: str
    line: int
    function: str
    what: str


@query
def repeated(db: Database) -> tuple[Generation, ...]:
    """Places that ask a model with a long fixed prompt, or again and again in an agent loop."""
    return tuple(
        at for at in generations(db) if takes_steps(db, at.model) or prefix_of(db, at).size >= PREFIX
    )


@query
def takes_steps(db: Database, call: ModelCall) -> bool:
    """Whether a call with tools may ask the model more than once in a run."""
    if call not in tool_calls(db) or _stops_at_first(db, call):
        return False
    if loop_around(db, call) is not None:
        return True
    steps = [e for e in effective(db, call, "steps") if e.state in (State.SET, State.DEFAULT)]
    if steps:
        return any(e.number is None or e.number > 1 for e in steps)
    return call.kind == "agent"


def _stops_at_first(db: Database, call: ModelCall) -> bool:
    """Whether the agent hands out what its first tool returned."""
    for client in clients_behind(db, call):
        for path, layer in client.layers:
            facts = index(db, path)
            given = argument(facts.module.calls[layer], "tool_use_behavior") if facts else None
            for part in inside(given, facts.module) if given is not None and facts else ():
                text = part.value if isinstance(part, code.Literal) else last_name(part)
                if isinstance(text, str) and _ONCE.search(text):
                    return True
    return False


def ways(db: Database, call: ModelCall) -> dict[Way, str]:
    """How the models that a call may use are cached, each with an id or provider that says so."""
    found: dict[Way, str] = {}
    known = ids_of_call(db, call)
    ids = [each.id for each in known.ids if each.chosen]
    if not ids and known.unseen:
        ids = [each.id for each in literal_ids(db) if each.chosen]
    for text in ids:
        if _MARKED.search(text):
            found.setdefault("marks", text)
        elif _AUTO.search(text):
            found.setdefault("auto", text)
    if found:
        return found
    for client in clients_behind(db, call):
        provider = sdk.client_type(client.sdk, client.made_as or client.type).provider
        if provider in _OF_PROVIDER:
            found.setdefault(_OF_PROVIDER[provider], provider)
    return found


@query
def _marks_in(db: Database, path: str) -> tuple[Mark, ...]:
    facts = index(db, path)
    if facts is None:
        return ()
    module = facts.module
    found: dict[Mark, None] = {}

    def keep(line: int, block: int, what: str) -> None:
        found[Mark(path, line, facts.node_name(block), what)] = None

    for call in module.calls:
        name = last_name(call.callee)
        if _MIDDLEWARE.search(name):
            keep(call.line, call.block, name)
        for keyword in call.keywords:
            if keyword.name in _MARKS and not _is_none(keyword.value):
                keep(keyword.line, call.block, keyword.name)
        for given in (*call.args, *(k.value for k in call.keywords)):
            for line, what in _keys(given, facts):
                keep(line, call.block, what)
    for assign in module.assigns:
        target = assign.target
        key = (
            target.index.value
            if isinstance(target, code.Subscript) and isinstance(target.index, code.Literal)
            else ""
        )
        if key in _MARKS:
            keep(assign.line, assign.block, str(key))
        for line, what in _keys(assign.value, facts) if assign.value is not None else ():
            keep(line, assign.block, what)
    for out in module.exits:
        for line, what in _keys(out.value, facts) if out.value is not None else ():
            keep(line, out.block, what)
    return tuple(found)


def _is_none(expr: code.Expr) -> bool:
    return isinstance(expr, code.Literal) and expr.value in (None, False)


def _keys(expr: code.Expr, facts: ModuleIndex) -> list[tuple[int, str]]:
    return [
        (key.line, str(key.value))
        for part in inside(expr, facts.module)
        if isinstance(part, code.Mapping)
        for key, held in part.entries
        if isinstance(key, code.Literal) and key.value in _MARKS and not _is_none(held)
    ]


def mark_of(db: Database, at: Generation) -> Mark | None:
    """A mark on the path of a place that asks: in its functions, their callers, what they call."""
    made = {
        (path, facts.node_name(facts.module.calls[layer].block))
        for client in clients_behind(db, at.model)
        for path, layer in client.layers
        if (facts := index(db, path)) is not None
    }
    names = {(node.path, node.name) for node in _near(db, at)} | made
    for path in sorted({path for path, _ in names}):
        for mark in _marks_in(db, path):
            if not mark.function or (mark.path, mark.function) in names:
                return mark
    return None


def mark_behind(db: Database, at: Generation) -> Mark | None:
    """A mark in a module that the path imports: an adapter that could not be followed may set it."""
    wave = sorted({node.path for node in _near(db, at)})
    seen = set(wave)
    for _ in range(_IMPORTS):
        taken = {t for path in wave for t, _ in imports_in_tree(db, path) if is_production(db, t)}
        wave = sorted(taken - seen)
        seen |= taken
        for path in wave:
            if marks := _marks_in(db, path):
                return marks[0]
    return None


@query
def _near(db: Database, at: Generation) -> frozenset[Node]:
    """The functions on the path of a place that asks, those that lead to it, and what they call."""
    around = {*outline(db).above(Node(at.model.path, at.model.function)), at.node}
    near, wave = set(around), list(around)
    for _ in range(_HELPERS):
        below = {
            t
            for node in wave
            for e in edges_of(db, node)
            for t in (e.target, *overrides_of(db, e.target))
        }
        wave = sorted(below - near)
        near.update(below)
    return frozenset(near)


@query
def response_cache(db: Database) -> tuple[str, int] | None:
    """Where a cache of whole answers, keyed by the prompt, is set up for the process."""
    for path in reached_files(db):
        facts = index(db, path)
        if facts is None:
            continue
        for name in _RESPONSES:
            for i in facts.calls_named.get(name, ()):
                return path, facts.module.calls[i].line
        for assign in facts.module.assigns:
            target = assign.target
            if not isinstance(target, code.Attribute) or assign.value is None:
                continue
            if last_name(target.base) in ("litellm", "langchain") and target.name in (
                "cache",
                "llm_cache",
            ):
                return path, assign.line
    return None


def cached_response(db: Database, call: ModelCall) -> tuple[str, int] | None:
    """Where the answer of a call is cached by its prompt."""
    facts = index(db, call.path)
    if facts is not None:
        here = facts.module.calls[call.call]
        given = given_argument(db, call.path, here, "caching", facts.module)
        if given is not None and isinstance(given[2], code.Literal) and given[2].value is True:
            return given[0], given[2].line
    found = response_cache(db)
    is_known = call.sdk.startswith(("langchain", "litellm", "langgraph"))
    return found if is_known else None
