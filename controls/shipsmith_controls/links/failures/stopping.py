"""Why an answer ended: whether code reads the stop reason and acts on a cut or refused answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import handlers
from shipsmith_controls.links.calls.calls import ModelCall, Node
from shipsmith_controls.links.calls.neighbours import above_of, callers_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.value import Fn, Piped
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_FIELDS = frozenset(
    "finish_reason finishReason stop_reason stopReason incomplete_details incompleteDetails refusal "
    "content_filter promptFeedback prompt_feedback block_reason blockReason done_reason "
    "rawFinishReason".split()
)
_TELLING = frozenset(
    "incomplete_details incompleteDetails refusal promptFeedback prompt_feedback block_reason "
    "blockReason".split()
)
"""Fields that are empty unless something went wrong: a test of the field itself is enough."""
_CUT = re.compile(
    r"^(length|max_?(output_?)?tokens|content[-_]?filter(ed)?|refusal|safety|recitation|incomplete|"
    r"guardrail_intervened|model_context_window_exceeded|blocked|prohibited_content|error|other)$",
    re.IGNORECASE,
)
_FILTER = re.compile(r"content[-_ ]?(filter|management)|ContentFilter|ResponsibleAI", re.IGNORECASE)
_LEVELS = 3


class Watch(StrEnum):
    """How far the end of an answer is looked at."""

    ACTED = "acted"
    READ = "read"
    HANDLED = "handled"
    """A handler on the path recognises the provider's filter error."""
    NOT = "not"


class Ending(msgspec.Struct, frozen=True):
    """What code does about the end of an answer, and where."""

    watch: Watch
    path: str = ""
    line: int = 0


@query
def ending(db: Database, call: ModelCall) -> Ending:
    """What is done about the end of the answer of a call, in its function, wrapper or pipeline."""
    best = Ending(Watch.NOT)
    facts = index(db, call.path)
    if facts is not None and _raises(facts, call):
        return Ending(Watch.ACTED, call.path, call.line)
    for path, name in _functions(db, call):
        found = _in_function(db, path, name)
        if found.watch is Watch.ACTED:
            return found
        if found.watch is Watch.READ and best.watch is not Watch.READ:
            best = found
    if best.watch is Watch.NOT:
        for node in sorted(above_of(db, Node(call.path, call.function))):
            found = filter_handled(db, node.path)
            if found.watch is Watch.HANDLED:
                return found
    return best


def _raises(facts: ModuleIndex, call: ModelCall) -> bool:
    """Whether the call is a helper that raises on a cut or refused answer, with that handled."""
    name = last_name(facts.module.calls[call.call].callee)
    if not call.shape.structured or name not in ("parse", "generateObject"):
        return False
    return any(True for _ in handlers(facts, facts.module.calls[call.call].block))


def _functions(db: Database, call: ModelCall) -> Iterator[tuple[str, str]]:
    """Functions that see the answer: around the call, its callers, and those it is piped into."""
    facts = index(db, call.path)
    if facts is None:
        return
    wave, seen = [Node(call.path, call.function)], {Node(call.path, call.function)}
    for _ in range(_LEVELS):
        following: list[Node] = []
        for node in wave:
            yield node.path, node.name
            for caller, edge in callers_of(db, node):
                nested = edge.call < 0 and caller.path == node.path
                if caller not in seen and (edge.call >= 0 or nested):
                    seen.add(caller)
                    following.append(caller)
        wave = following
    here = facts.module.calls[call.call]
    base = here.callee.base if isinstance(here.callee, code.Attribute) else None
    for value in values(db, call.path, here.block, base, callers=True):
        if isinstance(value, Piped):
            yield from _piped(db, value)


def _piped(db: Database, value: Piped) -> Iterator[tuple[str, str]]:
    facts = index(db, value.path)
    for operand in value.operands if facts is not None else ():
        for part in inside(operand, facts.module) if facts is not None else ():
            if isinstance(part, (code.Name, code.Attribute)):
                for held in values(db, value.path, value.block, part):
                    other = index(db, held.path) if isinstance(held, Fn) else None
                    if isinstance(held, Fn) and other is not None:
                        yield held.path, other.module.functions[held.function].qualname


@query
def _in_function(db: Database, path: str, name: str) -> Ending:
    """What a function (with those inside it) does about stop reasons."""
    facts = index(db, path)
    if facts is None:
        return Ending(Watch.NOT)
    best = Ending(Watch.NOT)
    held = _holders(db, path, name)
    for expr, tests in _places(facts, name):
        lines = [part.line for part in inside(expr, facts.module) if _reads(part, facts, held)]
        if not lines:
            continue
        if tests and (_about_cut(expr, facts) or _is_telling(expr, facts)):
            return Ending(Watch.ACTED, path, lines[0])
        if best.watch is Watch.NOT:
            best = Ending(Watch.READ, path, lines[0])
    return best


def _places(facts: ModuleIndex, name: str) -> Iterator[tuple[code.Expr, bool]]:
    """Expressions of a function, and whether each is a test."""
    module = facts.module

    def own(block: int) -> bool:
        here = facts.node_name(block)
        return here == name or here.startswith(name + ".")

    for i, block in enumerate(module.blocks):
        if own(i) and block.kind in ("if", "case", "loop"):
            for head in block.heads:
                yield head, True
            if block.kind == "case":
                around = module.blocks[block.parent]
                yield from ((_joined(block, head), True) for head in around.heads)
    for assign in module.assigns:
        if own(assign.block) and assign.value is not None:
            yield assign.value, isinstance(assign.value, (code.Operation, code.Choice))
    for out in module.exits:
        if own(out.block) and out.value is not None:
            yield out.value, isinstance(out.value, (code.Operation, code.Choice))
    for call in module.calls:
        if own(call.block):
            for given in (*call.args, *(k.value for k in call.keywords)):
                yield given, False


def _joined(block: code.Block, head: code.Expr) -> code.Expr:
    return code.Operation(head.line, "case", (head, *block.heads))


def _reads(part: code.Expr, facts: ModuleIndex, held: frozenset[str]) -> bool:
    """Whether an expression is a stop reason: the field, or a name that was given it."""
    match part:
        case code.Attribute(name=field):
            return field in _FIELDS
        case code.Subscript(index=code.Literal(value=field)):
            return field in _FIELDS
        case code.Name(id=name):
            return name in _FIELDS or name in held
        case code.CallRef(call=call):
            args = facts.module.calls[call].args
            return any(isinstance(a, code.Literal) and a.value in _FIELDS for a in args[:2])
    return False


@query
def _holders(db: Database, path: str, name: str) -> frozenset[str]:
    """Names in a function that hold a stop reason."""
    facts = index(db, path)
    found = set()
    for assign in facts.module.assigns if facts is not None else ():
        if facts is None or assign.value is None or not isinstance(assign.target, code.Name):
            continue
        here = facts.node_name(assign.block)
        if (here == name or here.startswith(name + ".")) and _is_field(assign.value, facts):
            found.add(assign.target.id)
    return frozenset(found)


def _is_field(expr: code.Expr, facts: ModuleIndex) -> bool:
    for part in inside(expr, facts.module):
        if isinstance(part, code.Attribute) and part.name in _FIELDS:
            return True
        if isinstance(part, code.Literal) and isinstance(part.value, str) and part.value in _FIELDS:
            return True
    return False


def _about_cut(expr: code.Expr, facts: ModuleIndex) -> bool:
    """Whether a test names a cut, filtered or refused ending (`length`, `FinishReason.MAX_TOKENS`)."""
    for part in inside(expr, facts.module):
        text = part.value if isinstance(part, code.Literal) else last_name(part)
        if isinstance(text, str) and _CUT.match(text):
            return True
    return _excludes_stop(expr, facts)


def _excludes_stop(expr: code.Expr, facts: ModuleIndex) -> bool:
    """`!= "stop"`: everything but a normal end is acted on."""
    for part in inside(expr, facts.module):
        if isinstance(part, code.Operation) and part.operator in ("!=", "!==", "not in"):
            for operand in part.operands:
                text = operand.value if isinstance(operand, code.Literal) else last_name(operand)
                if isinstance(text, str) and text.lower() in ("stop", "end_turn", "completed"):
                    return True
    return False


def _is_telling(expr: code.Expr, facts: ModuleIndex) -> bool:
    return any(
        isinstance(part, code.Attribute) and part.name in _TELLING for part in inside(expr, facts.module)
    )


@query
def filter_handled(db: Database, path: str) -> Ending:
    """Whether code of a file recognises the provider's content filter error."""
    facts = index(db, path)
    for block in facts.module.blocks if facts is not None else ():
        if facts is None or block.kind not in ("if", "except", "case"):
            continue
        for head in block.heads:
            for part in inside(head, facts.module):
                text = part.value if isinstance(part, code.Literal) else last_name(part)
                if isinstance(text, str) and _FILTER.search(text):
                    return Ending(Watch.HANDLED, path, block.line)
    return Ending(Watch.NOT)
