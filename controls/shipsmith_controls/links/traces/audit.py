"""Audit trails of tools: what keeps who did what, with which arguments, when a model acts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.flow_words import words_in
from shipsmith_controls.links.calls.kinds import tool_calls
from shipsmith_controls.links.calls.sinks import is_named_like_one, kind_of
from shipsmith_controls.links.files.environment import gates_around, is_open
from shipsmith_controls.links.files.sql import statement_of
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tools.tool_approval import name_of
from shipsmith_controls.links.tools.tool_bodies import Body, bodies_of, calls_in
from shipsmith_controls.links.tools.tool_definitions import Tool, tool_files
from shipsmith_controls.links.traces.records import records
from shipsmith_controls.links.traces.spans import Step, span_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.value import Fn, Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

TrailKind = Literal["durable", "log", "span", "history"]

_MARKS = frozenset("audit audits audited auditing trail tool toolname action actions".split())
_AUDIT = frozenset({"audit", "audits", "auditing", "audited"})
_ACTORS = frozenset(
    "actor tenant user userid principal session sessionid chat chatid conversation thread".split()
)
_ARGUMENTS = frozenset(
    "args arguments argument input inputs params parameters payload details kwargs changes".split()
)
_NAMED = frozenset("tool toolname action operation event function".split())
_HOOKS = frozenset(
    "wrap_tool_call awrap_tool_call wrapToolCall on_tool_start on_tool_end on_tool_call onToolStart "
    "onToolEnd handleToolStart handleToolEnd before_tool_callback after_tool_callback "
    "beforeToolCallback afterToolCallback post_tool_use pre_tool_use PostToolUse".split()
)
_TABLES = frozenset("tool tools function functions handler handlers registry actions".split())
_HELPERS = 2


class Trail(msgspec.Struct, frozen=True):
    """Something that keeps an action of a model; `lacks` names what it leaves out ("" nothing)."""

    kind: TrailKind
    path: str
    line: int
    lacks: str = ""
    gated: bool = False

    @property
    def full(self) -> bool:
        """Whether it is a lasting record of tool, arguments and actor."""
        return self.kind == "durable" and not self.lacks and not self.gated


class _Write(msgspec.Struct, frozen=True):
    """A call that keeps something: the words of what it keeps, and of the place it keeps it in."""

    kind: Literal["durable", "log"]
    kept: frozenset[str]
    around: frozenset[str]
    gated: bool


def trail_of(db: Database, tool: Tool) -> Trail | None:
    """The best trail that an action of the tool leaves; None when it leaves none."""
    own = [t for body in _around(db, tool) for t in _trails(db, body, tool)]
    full = next((t for t in own if t.full), None)
    if full is not None:
        return full
    own.sort(key=lambda t: (t.kind != "durable", t.gated))
    return next(iter(own), None) or _traced(db, tool) or _history(db)


def _around(db: Database, tool: Tool) -> Iterator[Body]:
    """The functions that run when the tool does: its bodies, their decorators, dispatch, middleware."""
    for body in bodies_of(db, tool):
        yield body
        yield from _decorating(db, body)
    yield from dispatchers(db)


def _decorating(db: Database, body: Body) -> Iterator[Body]:
    facts = index(db, body.path)
    if facts is None:
        return
    function = facts.module.functions[body.function]
    for decorator in function.decorators:
        callee = decorator
        if isinstance(decorator, code.CallRef):
            callee = facts.module.calls[decorator.call].callee
        for value in values(db, body.path, function.parent, callee):
            if isinstance(value, Fn):
                yield Body(value.path, value.function)


@query
def dispatchers(db: Database) -> tuple[Body, ...]:
    """Functions that call tools by name, and hooks that a framework runs around every tool."""
    return tuple(
        body for path in tool_files(db) if is_production(db, path) for body in _dispatching(db, path)
    )


@query
def _dispatching(db: Database, path: str) -> tuple[Body, ...]:
    facts = index(db, path)
    if facts is None:
        return ()
    module = facts.module
    found: dict[Body, None] = {}
    for i, function in enumerate(module.functions):
        marks = {last_name(d) for d in function.decorators}
        marks |= {
            last_name(module.calls[d.call].callee)
            for d in function.decorators
            if isinstance(d, code.CallRef)
        }
        if function.name in _HOOKS or marks & _HOOKS:
            found[Body(path, i)] = None
    for call in module.calls:
        owner = facts.named_owner(call.block)
        if owner >= 0 and _by_name(db, path, facts, call):
            found[Body(path, owner)] = None
    return tuple(found)


def _by_name(db: Database, path: str, facts: ModuleIndex, call: code.Call) -> bool:
    """Whether a call picks what it calls from a table of tools: `TOOLS[name](**arguments)`."""
    picked: code.Expr = call.callee
    if isinstance(picked, code.Attribute) and picked.name in (
        "execute",
        "invoke",
        "ainvoke",
        "run",
        "call",
    ):
        picked = picked.base
    if isinstance(picked, code.Name):
        bound = facts.lookup(call.block, picked.id)[1]
        held = [facts.module.assigns[b.index].value for b in bound if b.kind == "assign"]
        picked = next((h for h in held if h is not None), picked)
    if isinstance(picked, code.Subscript):
        return not isinstance(picked.index, code.Literal) and _is_table(picked.base, facts)
    if isinstance(picked, code.CallRef):
        made = facts.module.calls[picked.call]
        if last_name(made.callee) == "get" and isinstance(made.callee, code.Attribute):
            return _is_table(made.callee.base, facts)
    return False


def _is_table(expr: code.Expr, facts: ModuleIndex) -> bool:
    return bool(tokens(last_name(expr)) & _TABLES)


def _trails(db: Database, body: Body, tool: Tool) -> Iterator[Trail]:
    """What a function keeps of the tool's action."""
    facts = index(db, body.path)
    if facts is None:
        return
    names = frozenset({tool.name, name_of(db, tool)}) - {"tool", ""}
    given = frozenset(w for a in tool.arguments or () for w in tokens(a.name))
    for _, call in calls_in(facts, body.function):
        if any(facts.module.blocks[i].kind == "except" for i in facts.above(call.block)):
            continue
        for write in writes_of(db, body.path, facts, call, _HELPERS):
            trail = _judged(body.path, facts, call, write, names, given)
            if trail is not None:
                yield trail


def _judged(
    path: str,
    facts: ModuleIndex,
    call: code.Call,
    write: _Write,
    names: frozenset[str],
    given: frozenset[str],
) -> Trail | None:
    texts = {
        part.value
        for expr in (*call.args, *(k.value for k in call.keywords))
        for part in inside(expr, facts.module)
        if isinstance(part, code.Literal) and isinstance(part.value, str)
    }
    told = bool(texts & names)
    if write.kind == "log":
        known = told or write.kept & (_NAMED | _ARGUMENTS | given)
        return Trail("log", path, call.line) if known else None
    if not told and not (write.kept | write.around) & _MARKS:
        return None
    lacks = []
    if not (told or write.kept & _NAMED):
        lacks.append("tool")
    if not write.kept & (_ARGUMENTS | given):
        lacks.append("arguments")
    if not write.kept & _ACTORS:
        lacks.append("actor")
    return Trail("durable", path, call.line, " and ".join(lacks), write.gated)


def writes_of(
    db: Database, path: str, facts: ModuleIndex, call: code.Call, depth: int
) -> tuple[_Write, ...]:
    """The writes that a call is, or that the functions of the tree that it calls make."""
    kept = words_in(call, facts.module)
    around = _words(call.callee, facts.module)
    kind = kind_of(call, facts)
    gates = gates_around(db, path, facts, call.block, call.line)
    gated = any(not is_open(db, gate) for gate in gates)
    if kind == "log":
        audit = bool(around & _AUDIT) or _is_audit_logger(db, path, call)
        return (_Write("durable" if audit else "log", kept, around, gated),)
    below: dict[_Write, None] = {}
    followed = False
    for value in values(db, path, call.block, call.callee) if depth else ():
        inner = index(db, value.path) if isinstance(value, Fn) else None
        if isinstance(value, Fn) and inner is not None:
            followed = True
            for _, deeper in calls_in(inner, value.function):
                for write in writes_of(db, value.path, inner, deeper, depth - 1):
                    both = _Write(
                        write.kind, write.kept | kept, write.around | around, write.gated or gated
                    )
                    below[both] = None
    if followed:
        return tuple(below)
    if kind in ("store", "event"):
        stated = tokens(statement_of(db, path, facts.module, call))
        return (_Write("durable", kept | stated, around | kept, gated),)
    if kind is None and is_named_like_one(call) and around & _AUDIT:
        return (_Write("durable", kept, around, gated),)
    return ()


def _words(expr: code.Expr, module: code.Module) -> frozenset[str]:
    """Words of a callee, the calls in its chain with what they are given included."""
    found: set[str] = set()
    for part in inside(expr, module):
        if isinstance(part, code.Literal) and isinstance(part.value, str):
            found |= tokens(part.value)
        elif isinstance(part, (code.Name, code.Attribute)):
            found |= tokens(last_name(part))
    return frozenset(found)


def _is_audit_logger(db: Database, path: str, call: code.Call) -> bool:
    """Whether a log call goes to a logger that is named `audit`."""
    base = call.callee.base if isinstance(call.callee, code.Attribute) else None
    for value in values(db, path, call.block, base) if base is not None else ():
        for home, made in value.calls if isinstance(value, Made) else ():
            facts = index(db, home)
            here = facts.module.calls[made] if facts is not None else None
            for given in here.args if here is not None else ():
                if isinstance(given, code.Literal) and tokens(str(given.value)) & _AUDIT:
                    return True
    return False


def _traced(db: Database, tool: Tool) -> Trail | None:
    span = span_of(db, Step(tool.path, tool.line, tool.end_line, "tool"))
    return Trail("span", span.path, span.line) if span is not None else None


@query
def _history(db: Database) -> Trail | None:
    """Where the answers of a call with tools are stored as a conversation."""
    for call in tool_calls(db):
        for record in records(db, call.path, call.call):
            if record.kind == "store" and not record.gated:
                return Trail("history", record.path, record.line)
    return None
