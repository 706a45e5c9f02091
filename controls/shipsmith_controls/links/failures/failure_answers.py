"""The answer that a handler gives: a status or text of its own, the error's own text, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import calls_inside, exits_inside
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name, names_in
from shipsmith_controls.links.values.value import Cls, Fn, Inst
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database

_NARROWING = frozenset(
    {"isinstance", "isInstance", "instanceof", "includes", "startsWith", "is_instance"}
)
_REQUEST = frozenset("req request res response next reply c ctx context _ _req _next _request".split())
_STATUS = frozenset({"status", "status_code", "statusCode", "http_status"})
_SENDING = frozenset(
    "send_json send_text send_str send enqueue write emit json end say reply respond send_message answer "
    "reply_text error warning markdown writeMessageAnnotation writeData postMessage "
    "chat_update ephemeral "
    "publish put put_nowait".split()
)
_LOGS = frozenset("logger log logging console sentry posthog winston pino".split())
_ONE_TEXT = frozenset({"ui", "bot", "action"})
_EVENTS = frozenset({"websocket"})
_HELPERS = 2
"""Functions, one in another, that an error is followed into."""
_MASKING = frozenset({"format_exc", "print_exc"})
_WORDS = frozenset(
    "error errors err failed failure fail unavailable offline exception sorry wrong problem "
    "code detail".split()
)


_FAILED = frozenset({"error", "errored", "failed", "failure"})


class Answer(msgspec.Struct, frozen=True):
    """What a handler tells the caller, and where; `escapes`: it raises the same error again."""

    kind: Literal["typed", "leak", "success", "silent", "escapes"]
    line: int


class _Said(msgspec.Struct, frozen=True):
    value: code.Expr | None
    line: int
    block: int
    event: bool = False
    raised: bool = False


def classify(
    db: Database, path: str, facts: ModuleIndex, block: int, names: tuple[str, ...], kind: str
) -> Answer:
    """The answer that a block of statements gives for the error bound to `names`.

    `kind` is that of the entry: a window, bot or action may answer with a text, a socket with an event.
    """
    return _classify(db, path, facts, block, names, kind, 0)


def _classify(
    db: Database,
    path: str,
    facts: ModuleIndex,
    block: int,
    names: tuple[str, ...],
    kind: str,
    depth: int,
) -> Answer:
    caught = _caught(facts, block, {n for n in names if n not in _REQUEST})
    said = list(_said(facts, block))
    rest = [s for s in said if not _is_special(facts, block, s.block, caught)]
    answers = [
        _written_by(db, path, facts, each, caught, kind, depth)
        or _answer(db, path, facts, each, caught, kind)
        for each in rest or said
    ]
    for wanted in ("leak", "success", "typed", "escapes"):
        found = next((a for a in answers if a.kind == wanted), None)
        if found is not None:
            return found
    return _told_below(facts, block) or Answer("silent", facts.module.blocks[block].line)


def _told_below(facts: ModuleIndex, block: int) -> Answer | None:
    """The answer of a handler that notes the failure for an event sent below it: `status = ERROR`."""
    handler = facts.module.blocks[block]
    if handler.kind != "except":
        return None
    noted = [
        assign.line
        for assign in facts.module.assigns
        if block in facts.above(assign.block) and tokens(_named(assign.value)) & _FAILED
    ]
    around = next(i for i in facts.above(block) if i in facts.function_by_block or not i)
    below = (s for s in _said(facts, around) if s.line > handler.end_line and not s.raised)
    return Answer("typed", noted[0]) if noted and any(s.event for s in below) else None


def _named(expr: code.Expr | None) -> str:
    return str(expr.value) if isinstance(expr, code.Literal) else last_name(expr) if expr else ""


def _written_by(
    db: Database,
    path: str,
    facts: ModuleIndex,
    said: _Said,
    caught: set[str],
    kind: str,
    depth: int,
) -> Answer | None:
    """The answer of a function of the tree that is handed the error: `return toResponse(error)`."""
    if depth >= _HELPERS or said.raised or not isinstance(said.value, code.CallRef):
        return None
    call = facts.module.calls[said.value.call]
    for value in values(db, path, call.block, call.callee):
        other = index(db, value.path) if isinstance(value, Fn) else None
        if not isinstance(value, Fn) or other is None:
            continue
        function = other.module.functions[value.function]
        names = tuple(
            param.name
            for param, given in zip(function.params, call.args, strict=False)
            if _holds(given, facts.module, caught)
        )
        if names:
            told = _classify(db, value.path, other, function.block, names, kind, depth + 1)
            return Answer(told.kind, said.line)
    return None


def _said(facts: ModuleIndex, block: int) -> Iterator[_Said]:
    """Everything a handler returns, yields, raises or sends; functions defined in it apart."""
    module = facts.module
    own = facts.scopes[block]
    for out in exits_inside(facts, block):
        if facts.scopes[out.block] == own and out.kind in ("return", "yield", "raise"):
            yield _Said(out.value, out.line, out.block, out.kind == "yield", out.kind == "raise")
    for i, call in calls_inside(facts, block):
        root = call.callee
        while isinstance(root, code.Attribute):
            root = root.base
        logs = isinstance(root, code.Name) and bool(tokens(root.id) & _LOGS)
        name = last_name(call.callee)
        if name in _SENDING and not logs and isinstance(call.callee, code.Attribute):
            chained = name in ("json", "send", "end") and any(
                isinstance(p, code.CallRef) for p in inside(call.callee.base, module)
            )
            event = not chained and name not in ("json", "end")
            yield _Said(code.CallRef(call.line, i), call.line, call.block, event)


def _caught(facts: ModuleIndex, block: int, names: set[str]) -> set[str]:
    """The names that hold the error or its text."""
    found = set(names)
    for assign in facts.module.assigns:
        target, value = assign.target, assign.value
        if not isinstance(target, code.Name) or value is None or block not in facts.above(assign.block):
            continue
        if _holds(value, facts.module, found):
            found.add(target.id)
    return found


def _holds(expr: code.Expr, module: code.Module, names: set[str]) -> bool:
    return bool(names_in(expr, module) & names) or any(
        isinstance(p, (code.Name, code.Attribute)) and last_name(p) in _MASKING
        for p in inside(expr, module)
    )


def _is_special(facts: ModuleIndex, outer: int, block: int, caught: set[str]) -> bool:
    """Whether a statement stands in a branch for one kind of error only."""
    for i in facts.above(block):
        if i == outer:
            return False
        here = facts.module.blocks[i]
        if here.kind == "if" and any(_narrows(h, facts.module) for h in here.heads):
            return any(names_in(h, facts.module) & caught for h in here.heads)
    return False


def _narrows(head: code.Expr, module: code.Module) -> bool:
    for part in inside(head, module):
        if isinstance(part, code.Operation) and part.operator in ("instanceof", "==", "===", "in"):
            return True
        if isinstance(part, (code.Name, code.Attribute)) and last_name(part) in _NARROWING:
            return True
    return False


def _answer(
    db: Database, path: str, facts: ModuleIndex, said: _Said, caught: set[str], kind: str
) -> Answer:
    module, value = facts.module, said.value
    if value is None:
        return Answer("escapes" if said.raised else "silent", said.line)
    status = _status(value, module)
    if said.raised:
        if status is None and not _is_answer_class(value, module):
            return Answer("escapes", said.line)
        return Answer("leak" if _holds(value, module, caught) else "typed", said.line)
    if _is_nothing(value, module):
        return Answer("silent", said.line)
    if _holds(value, module, caught):
        return Answer("leak", said.line)
    if status is not None and status >= 400:
        return Answer("typed", said.line)
    event = said.event or kind in _EVENTS or kind in _ONE_TEXT or _streams(value, module)
    if event or _is_text(value) or _is_own_error(db, path, facts, said):
        return Answer("typed", said.line)
    return Answer("success" if _speaks_of_error(value, module) else "silent", said.line)


def _status(expr: code.Expr, module: code.Module) -> int | None:
    """The HTTP status that an answer names; 500 and more also when it is written as a constant's name."""
    for part in inside(expr, module):
        found: list[code.Expr] = []
        if isinstance(part, code.CallRef):
            call = module.calls[part.call]
            found += [k.value for k in call.keywords if k.name in _STATUS]
            if last_name(call.callee) in _STATUS | {"HTTPException", "abort", "TRPCError", "HttpError"}:
                found += call.args[:1]
            found += call.args[1:2]
        elif isinstance(part, code.Mapping):
            found += [
                v
                for k, v in part.entries
                if isinstance(k, code.Literal) and k.value in _STATUS | {"code"}
            ]
        elif isinstance(part, code.Sequence) and len(part.items) > 1:
            found += part.items[1:2]
        for each in found:
            if isinstance(each, code.Literal) and isinstance(each.value, int) and 400 <= each.value < 600:
                return each.value
            named = last_name(each)
            digits = "".join(c for c in named if c.isdigit())
            if len(digits) == 3 and digits[0] in "45":
                return int(digits)
            if named in (
                "INTERNAL_SERVER_ERROR",
                "SERVICE_UNAVAILABLE",
                "BAD_GATEWAY",
                "GATEWAY_TIMEOUT",
            ):
                return 503
            if isinstance(each, code.Literal) and each.value in ("INTERNAL_SERVER_ERROR", "unavailable"):
                return 503
    return None


def _is_answer_class(value: code.Expr, module: code.Module) -> bool:
    if not isinstance(value, code.CallRef):
        return False
    name = last_name(module.calls[value.call].callee)
    return name in ("HTTPException", "TRPCError", "HttpsError") or name.endswith("HttpException")


def _is_nothing(value: code.Expr, module: code.Module) -> bool:
    if isinstance(value, code.Literal):
        return value.value in (None, "", False, 0)
    if isinstance(value, code.Sequence):
        return not value.items
    return isinstance(value, code.Mapping) and not value.entries


def _is_text(value: code.Expr) -> bool:
    return isinstance(value, code.Template) or (
        isinstance(value, code.Literal) and isinstance(value.value, str)
    )


def _streams(value: code.Expr, module: code.Module) -> bool:
    return isinstance(value, code.CallRef) and "Stream" in last_name(module.calls[value.call].callee)


def _is_own_error(db: Database, path: str, facts: ModuleIndex, said: _Said) -> bool:
    """Whether an answer is made of an error class of the tree: `new ChatError("offline")`."""
    assert said.value is not None  # noqa: S101 - asked before
    for part in inside(said.value, facts.module):
        callee = facts.module.calls[part.call].callee if isinstance(part, code.CallRef) else None
        if callee is None or not tokens(last_name(callee)) & {"error", "exception"}:
            continue
        if any(isinstance(v, (Cls, Inst)) for v in values(db, path, said.block, callee)):
            return True
    return False


def _speaks_of_error(value: code.Expr, module: code.Module) -> bool:
    for part in inside(value, module):
        text = part.value if isinstance(part, code.Literal) else last_name(part)
        if isinstance(text, str) and tokens(text) & _WORDS:
            return True
    return False
