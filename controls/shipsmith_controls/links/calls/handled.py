"""Handlers around LLM calls: which `except` and `catch` may receive a failed call."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import Site, handlers, sites, sites_above
from shipsmith_controls.links.calls.flow import Flow, Seed
from shipsmith_controls.links.calls.http import is_client_module
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.wrappers import generations
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, last_name
from shipsmith_controls.links.values.sdk import is_sdk_module
from shipsmith_controls.links.values.value import Cls, Extern
from shipsmith_controls.links.values.values import Walk
from shipsmith_controls.queries import Database, query

_LEVELS = 6
_BROAD = frozenset({"Exception", "BaseException"})
_TASKS = frozenset({"create_task", "ensure_future"})


class Handler(msgspec.Struct, frozen=True, order=True):
    """A handler that a failed LLM call may land in. `block` is its body; `sdk` the call's."""

    path: str
    line: int
    block: int
    sdk: str = ""


@query
def failure_handlers(db: Database) -> tuple[Handler, ...]:
    """Every handler around an LLM call or around what leads to one, each once."""
    found: dict[tuple[str, int], Handler] = {}
    for asked in generations(db):
        own = Site(asked.path, asked.call, asked.line, asked.function, 0)
        for site in (own, *sites_above(db, asked.node, _LEVELS)):
            for handler in _around(db, site, asked.model.sdk):
                found.setdefault((handler.path, handler.block), handler)
    for call in llm_calls(db):
        # A wrapper's own handlers lie between the model call and the places that ask.
        for site in sites(db, call, 1):
            for handler in _around(db, site, call.sdk):
                found.setdefault((handler.path, handler.block), handler)
    return tuple(sorted(found.values()))


def _around(db: Database, site: Site, key: str) -> Iterator[Handler]:
    facts = index(db, site.path)
    if facts is None:
        return
    for start in failing_blocks(facts, site.call, site.line):
        for at, handler in handlers(facts, start):
            if catches(db, site.path, facts, handler):
                yield Handler(site.path, handler.line, at, key)
    if site.call >= 0 and site.level == 0:
        yield from _caught(facts, site, key)


def failing_blocks(facts: ModuleIndex, call: int, line: int) -> Iterator[int]:
    """The blocks in which a failure of a call shows: around the call, and where its task is asked.

    `call` -1: a reference that stands at `line`.
    """
    block = facts.module.calls[call].block if call >= 0 else _block_at(facts, line)
    yield from enclosing(facts, block)
    if call >= 0 and facts.module.language == "python":
        for name in _tasks_of(facts, call):
            for asking in facts.module.calls:
                held = (asking.callee.base if isinstance(asking.callee, code.Attribute) else None,)
                if any(isinstance(e, code.Name) and e.id == name for e in (*held, *asking.args)):
                    yield from enclosing(facts, asking.block)


def _tasks_of(facts: ModuleIndex, call: int) -> Iterator[str]:
    """Names of the tasks that run a coroutine: `task = asyncio.create_task(answer(…))`."""
    for assign in facts.module.assigns:
        made = assign.value.call if isinstance(assign.value, code.CallRef) else -1
        if made < 0 or last_name(facts.module.calls[made].callee) not in _TASKS:
            continue
        given = facts.module.calls[made].args
        if any(isinstance(each, code.CallRef) and each.call == call for each in given):
            yield last_name(assign.target)


def _block_at(facts: ModuleIndex, line: int) -> int:
    """The innermost block that begins before a line and ends after it: where a reference stands."""
    found = 0
    for i, block in enumerate(facts.module.blocks):
        if block.line <= line <= block.end_line and block.kind != "function":
            found = i
    return found


def enclosing(facts: ModuleIndex, block: int) -> Iterator[int]:
    """The block, and the blocks around the anonymous functions that it stands in."""
    yield block
    for i in facts.above(block):
        if facts.module.blocks[i].kind == "function":
            function = facts.module.functions[facts.function_by_block[i]]
            if function.name and "<" not in function.qualname.rsplit(".", 1)[-1]:
                return
            yield function.parent


def catches(db: Database, path: str, facts: ModuleIndex, handler: code.Block) -> bool:
    """Whether a handler may receive what a model call raises: bare, broad, or an SDK's own error."""
    if facts.module.language != "python" or not handler.heads:
        return True
    return any(
        _is_wide(db, path, handler.parent, each) for head in handler.heads for each in _types(head)
    )


def _types(head: code.Expr) -> tuple[code.Expr, ...]:
    return head.items if isinstance(head, code.Sequence) else (head,)


def _is_wide(db: Database, path: str, block: int, head: code.Expr) -> bool:
    if last_name(head) in _BROAD:
        return True
    for value in Walk(db).values(path, block, head):
        if isinstance(value, Extern) and (is_sdk_module(value.module) or is_client_module(value.module)):
            return True
        if isinstance(value, Cls) and _is_model_error(db, value):
            return True
    return False


def _is_model_error(db: Database, value: Cls) -> bool:
    facts = index(db, value.path)
    words = tokens(facts.module.classes[value.klass].name) if facts is not None else frozenset()
    return bool(words & {"llm", "model", "provider", "openai", "anthropic", "completion", "generation"})


def _caught(facts: ModuleIndex, site: Site, key: str) -> Iterator[Handler]:
    """`.catch(…)` on the call, its text or its stream; usage and metadata promises apart."""
    block = facts.module.calls[site.call].block
    body = next((i for i in facts.above(block) if facts.module.blocks[i].kind == "function"), 0)
    flow = Flow(facts, body, (Seed(frozenset({"response"}), site.call),))
    for call in facts.module.calls:
        if last_name(call.callee) != "catch" or not isinstance(call.callee, code.Attribute):
            continue
        if call.block not in flow.region or not call.args:
            continue
        if not flow.kinds(call.callee.base, call.block) & {"response", "answer"}:
            continue
        given = call.args[0]
        if isinstance(given, code.FunctionRef):
            yield Handler(site.path, call.line, facts.module.functions[given.function].block, key)
