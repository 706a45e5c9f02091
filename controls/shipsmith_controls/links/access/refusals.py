"""Whether a function can turn a caller away: it raises, answers 401 or 403, or sends to a login."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import calls_inside, exits_inside, is_inside
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.conditions import truth
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name, names_in
from shipsmith_controls.links.values.value import Fn, Inst
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database

_STATUSES = frozenset({401, 403, 1008, 3000, 4001, 4003, 4401, 4403})
_SAYS = re.compile(r"unauthori[sz]ed|unauthenticated|forbidden|not authenticated|access denied", re.I)
_NAMES = re.compile(
    r"unauthori[sz]ed|forbidden|(?<!\d)40[13](?!\d)|not_?authenticated|permission_?(?:denied|error)"
    r"|insufficient_?permission|access_?denied|authentication_?(?:failed|error|required)|(?:auth|credentials?)_?"
    r"(?:exception|error)|invalid_?(?:token|api_?key|credentials?|signature)",
    re.IGNORECASE,
)
_REFUSING_CALLS = frozenset(
    {"unauthorized", "forbidden", "protect", "redirectToSignIn", "permanentRedirect"}
)
_STATUS_CALLS = frozenset({"abort", "status", "sendStatus", "close", "send_error", "code", "writeHead"})
_AUTH = frozenset(
    "auth authenticate authenticated authentication authorize authorized authorization authz authn login "
    "logged session user token jwt permission permissions role admin guard protect protected credentials "
    "signature apikey identity principal account profile bearer oauth sso clerk".split()
)
_PRESENCE = frozenset({"not", "!", "is", "==", "==="})
_DEPTH = 4


class Refusal(msgspec.Struct, frozen=True):
    """Where a caller is turned away; `weak` says why that is worth little, "" when it is worth a lot."""

    path: str
    line: int
    weak: str = ""


def sounds_like_auth(name: str) -> bool:
    """Whether a name speaks of authentication."""
    words = tokens(name)
    return bool(words & _AUTH) or {"api", "key"} <= words


def refusal(db: Database, path: str, function: int, depth: int = 0) -> Refusal | None:
    """How a function can turn its caller away, itself or by functions of the tree that it calls."""
    facts = index(db, path)
    if facts is None:
        return None
    made = facts.module.functions[function]
    own = best([_weighed(db, path, facts, made, at) for at in _refusing(facts, made)])
    if own is not None and not own.weak:
        return own
    called = [own] if own is not None else []
    if depth < _DEPTH:
        for _, call in calls_inside(facts, made.block):
            if not sounds_like_auth(last_name(call.callee)) and not sounds_like_auth(made.name):
                continue
            for value in values(db, path, call.block, call.callee):
                target = _callable(db, value)
                if target is not None and target != (path, function):
                    found = refusal(db, *target, depth + 1)
                    if found is not None:
                        switched = off_by_default(db, path, facts, made, call.block)
                        called.append(msgspec.structs.replace(found, weak=switched or found.weak))
    return best(called)


def best(found: list[Refusal]) -> Refusal | None:
    """The refusal that is worth most."""
    return min(found, key=lambda each: bool(each.weak), default=None)


def _callable(db: Database, value: object) -> tuple[str, int] | None:
    """(path, function) that calling a value runs."""
    if isinstance(value, Fn):
        return value.path, value.function
    if isinstance(value, Inst):
        facts = index(db, value.path)
        at = facts.methods.get((value.klass, "__call__")) if facts else None
        return (value.path, at) if at is not None else None
    return None


def _refusing(facts: ModuleIndex, function: code.Function) -> Iterator[tuple[int, int]]:
    """(line, block) of every statement of a function that turns a caller away."""
    lenient = facts.module.language == "typescript" and sounds_like_auth(function.name)
    for out in exits_inside(facts, function.block):
        if out.value is not None and out.kind in ("raise", "return"):
            raised = out.kind == "raise"
            conditional = facts.module.blocks[out.block].kind in ("if", "else", "except")
            if _answers_an_error(facts, function, out.block):
                continue
            if denies(facts, out.value, raised) or (lenient and raised and conditional):
                yield out.line, out.block
    for _, call in calls_inside(facts, function.block):
        name = last_name(call.callee)
        given = (*call.args, *(k.value for k in call.keywords))
        if _answers_an_error(facts, function, call.block):
            continue
        if (
            name in _REFUSING_CALLS
            or (name in _STATUS_CALLS and any(_is_status(g) for g in given))
            or (name == "redirect" and facts.module.blocks[call.block].kind in ("if", "else"))
        ):
            yield call.line, call.block


def _answers_an_error(facts: ModuleIndex, function: code.Function, block: int) -> bool:
    """Whether a handler only passes on what went wrong below it, a provider's 401 for example."""
    if sounds_like_auth(function.name):
        return False
    around = (i for i in facts.above(block) if is_inside(facts, i, function.block))
    return any(facts.module.blocks[i].kind == "except" for i in around)


def denies(facts: ModuleIndex, expr: code.Expr, raised: bool) -> bool:
    """Whether a value that is raised or returned means 401, 403 or a login page."""
    for part in inside(expr, facts.module):
        if _is_status(part):
            return True
        if isinstance(part, code.Literal) and isinstance(part.value, str) and _SAYS.search(part.value):
            return True
        if isinstance(part, (code.Name, code.Attribute)):
            name = last_name(part)
            if _NAMES.search(name) and (raised or _SAYS.search(name) or "40" in name):
                return True
            if name in ("redirect", "RedirectResponse") and not raised:
                return True
    return False


def _is_status(expr: code.Expr) -> bool:
    if isinstance(expr, code.Literal) and not isinstance(expr.value, bool):
        return expr.value in _STATUSES
    return isinstance(expr, code.Attribute) and bool(re.search(r"40[13]|POLICY_VIOLATION", expr.name))


def _weighed(
    db: Database, path: str, facts: ModuleIndex, function: code.Function, at: tuple[int, int]
) -> Refusal:
    line, block = at
    weak = off_by_default(db, path, facts, function, block)
    if not weak and _tests_presence_only(facts, function, block):
        weak = "a header is asked for, but what it says is not verified"
    return Refusal(path, line, weak)


def off_by_default(
    db: Database, path: str, facts: ModuleIndex, function: code.Function, block: int
) -> str:
    """Why a guard does nothing under the default configuration; "" when it does something."""
    blocks = facts.module.blocks
    for i in facts.above(block):  # a guard may itself be defined under a condition
        outer = blocks[i]
        test = blocks[outer.of] if outer.kind == "else" and outer.of >= 0 else outer
        if test.kind == "if" and test.heads:
            holds = truth(db, path, test.parent, test.heads[0])
            if holds is not None and holds is (outer.kind == "else"):
                return "it refuses nobody under the default configuration"
    for out in exits_inside(facts, function.block):
        outer = blocks[out.block]
        early = out.kind == "return" and outer.kind == "if" and outer.parent == function.block
        before = outer.line < blocks[block].line and not is_inside(facts, block, out.block)
        if early and before and outer.heads and truth(db, path, outer.parent, outer.heads[0]):
            return "it lets everybody in under the default configuration"
    return ""


def _tests_presence_only(facts: ModuleIndex, function: code.Function, block: int) -> bool:
    """Whether the only thing asked is that a header is there, and nothing reads what it says."""
    head = facts.module.blocks[block]
    if head.kind != "if" or not head.heads:
        return False
    test = head.heads[0]
    subject = (
        test.operands[0] if isinstance(test, code.Operation) and test.operator in _PRESENCE else None
    )
    if not isinstance(subject, code.Name):
        return False
    others = test.operands[1:] if isinstance(test, code.Operation) else ()
    if any(not (isinstance(o, code.Literal) and o.value is None) for o in others):
        return False
    if not _comes_from_header(facts, function, subject.id):
        return False
    used = 0
    for _, call in calls_inside(facts, function.block):
        used += any(subject.id in names_in(given, facts.module) for given in call.args)
        used += subject.id in names_in(call.callee, facts.module)
    for i, other in enumerate(facts.module.blocks):
        if i != block and is_inside(facts, i, function.block):
            used += any(subject.id in names_in(h, facts.module) for h in other.heads)
    return not used


def _comes_from_header(facts: ModuleIndex, function: code.Function, name: str) -> bool:
    for param in function.params:
        if param.name == name and isinstance(param.default, code.CallRef):
            return last_name(facts.module.calls[param.default.call].callee) in ("Header", "Cookie")
    for assign in facts.module.assigns:
        if last_name(assign.target) == name and is_inside(facts, assign.block, function.block):
            return assign.value is not None and _is_header(facts.module, assign.value)
    return False


def _is_header(module: code.Module, expr: code.Expr) -> bool:
    """Whether a value is what a header says, and not what was looked up or worked out by it."""
    match expr:
        case code.Attribute(name="headers" | "cookies") | code.Name(id="headers" | "cookies"):
            return True
        case code.Attribute(base=base) | code.Subscript(base=base):
            return _is_header(module, base)
        case code.CallRef(call=at):
            return _is_header(module, module.calls[at].callee)
        case code.Choice(options=options):
            return any(_is_header(module, option) for option in options)
    return False
