"""Approval of tools: what makes a tool wait for a decision outside the model."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tools.tool_bodies import Body, bodies_of, called_from, calls_in, effects_of
from shipsmith_controls.links.tools.tool_definitions import Tool, tool_files
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.value import Data
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_MARKS = (
    "needsApproval",
    "needs_approval",
    "requires_approval",
    "require_confirmation",
    "requireApproval",
    "require_approval",
    "requires_confirmation",
)
_NAMING = ("interrupt_on", "interruptOn", "toolApproval", "tool_approval")
_COVERING = ("can_use_tool", "canUseTool", "interrupt_before", "interruptBefore")
_LIMITS = frozenset(
    "role roles permission permissions allow allowed allowlist whitelist scope scopes limit limits admin "
    "amount authorized authorised can policy entitlement entitlements".split()
)
_ASKING = frozenset({"approval", "approvals", "approve", "approved", "confirmation", "hitl"})


class Mark(msgspec.Struct, frozen=True):
    """A marker that makes tools wait: `names` are the tools it names, empty when it covers all."""

    path: str
    line: int
    what: str
    names: tuple[str, ...] = ()


@query
def marks_in(db: Database, path: str) -> tuple[Mark, ...]:
    """Markers of one file that name tools, or cover all of an agent."""
    facts = index(db, path)
    return tuple(_marks(db, path, facts)) if facts is not None else ()


def _marks(db: Database, path: str, facts: ModuleIndex) -> Iterator[Mark]:
    for call in facts.module.calls:
        for name in (*_NAMING, *_COVERING):
            given = argument(call, name)
            if given is None or _is_off(given):
                continue
            for value in values(db, path, call.block, given) or ():
                if isinstance(value, Data) and isinstance(value.expr, code.Mapping):
                    keys = tuple(
                        str(key.value)
                        for key, held in value.expr.entries
                        if isinstance(key, code.Literal) and not _is_off(held)
                    )
                    if keys:
                        yield Mark(path, call.line, name, keys)
                    break
            else:
                yield Mark(path, given.line, name)


@query
def marks(db: Database) -> tuple[Mark, ...]:
    """Every such marker around model calls."""
    return tuple(m for p in dict.fromkeys((*reached_files(db), *tool_files(db))) for m in marks_in(db, p))


def _is_off(given: code.Expr) -> bool:
    return isinstance(given, code.Literal) and given.value in (False, None, "never")


@query
def approval_of(db: Database, tool: Tool) -> Mark | None:
    """What makes the tool wait, None when nothing does."""
    facts = index(db, tool.path)
    if facts is None:
        return None
    for call in facts.module.calls:
        decorates = tool.line - _ABOVE <= call.line < tool.line and _decorates(facts, call, tool)
        if call.line == tool.line or decorates:
            for name in _MARKS:
                given = argument(call, name)
                if given is not None and not _is_off(given):
                    return Mark(tool.path, given.line, name)
    for mark in marks(db):
        if not mark.names or {tool.name, *_bound(facts, tool)} & set(mark.names):
            return mark
    return next((mark for body in bodies_of(db, tool) for mark in _in_body(db, tool, body)), None)


_ABOVE = 8
"""Lines that the decorators of a tool may take."""


def _decorates(facts: ModuleIndex, call: code.Call, tool: Tool) -> bool:
    return any(
        isinstance(d, code.CallRef) and facts.module.calls[d.call] == call
        for f in facts.module.functions
        if f.line == tool.line
        for d in f.decorators
    )


def _bound(facts: ModuleIndex, tool: Tool) -> Iterator[str]:
    """The names that the tool may go by: what it is bound to, what makes it."""
    module = facts.module
    for assign in module.assigns:
        if not isinstance(assign.target, code.Name) or assign.value is None or assign.line > tool.line:
            continue
        parts = (p for p in inside(assign.value, module) if isinstance(p, code.CallRef))
        if any(module.calls[part.call].line == tool.line for part in parts):
            yield assign.target.id
    for function in module.functions:
        if function.name and function.line <= tool.line <= function.end_line:
            yield function.name


def name_of(db: Database, tool: Tool) -> str:
    """The name that a reader knows the tool by."""
    facts = index(db, tool.path)
    given = tool.name != "tool" or facts is None
    return tool.name if given or facts is None else next(iter(_bound(facts, tool)), tool.name)


def _in_body(db: Database, tool: Tool, body: Body) -> Iterator[Mark]:
    """A stop in the function itself: an interrupt, an approval that is asked for, a refusing branch."""
    facts = index(db, body.path)
    if facts is None:
        return
    lines = [e.line for e in effects_of(db, tool) if e.path == body.path]
    until = min(lines, default=10**9)
    for _, call in calls_in(facts, body.function):
        name = last_name(call.callee)
        if name == "interrupt" and call.line <= until:
            yield Mark(body.path, call.line, "interrupt")
        elif tokens(name) & _ASKING and call.line < until:
            yield Mark(body.path, call.line, name)
    for below in called_from(db, body):
        other = index(db, below.path)
        for _, call in calls_in(other, below.function) if other is not None else ():
            if last_name(call.callee) == "interrupt":
                yield Mark(below.path, call.line, "interrupt")
    yield from _refusing(facts, body, until)


def _refusing(facts: ModuleIndex, body: Body, until: int) -> Iterator[Mark]:
    """A first branch that turns the call away by role, amount or allow-list."""
    block = facts.module.functions[body.function].block
    for i, here in enumerate(facts.module.blocks):
        if here.kind != "if" or here.parent != block or here.line > until:
            continue
        words: frozenset[str] = frozenset()
        for head in here.heads:
            for part in inside(head, facts.module):
                words |= tokens(last_name(part))
        leaves = any(e.block == i and e.kind in ("return", "raise") for e in facts.module.exits)
        if leaves and words & _LIMITS:
            yield Mark(body.path, here.line, "a branch that refuses")
