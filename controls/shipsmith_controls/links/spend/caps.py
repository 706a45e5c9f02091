"""Output caps: how many tokens each place that asks a model lets it write.

`settings.effective` gives what the call or its client says. Where a client is made from collected
options (`ChatOpenAI(**kwargs)`), the options are followed to where they are filled, caller by caller,
and what a caller of a wrapper gives counts for that caller alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge.schema import Setting
from shipsmith_controls.links.calls.calls import ModelCall, Node
from shipsmith_controls.links.calls.neighbours import callers_of
from shipsmith_controls.links.calls.reach import outline
from shipsmith_controls.links.calls.settings import (
    State,
    clients_behind,
    effective,
    roots_of,
    spreads,
)
from shipsmith_controls.links.calls.wrappers import Generation, generations
from shipsmith_controls.links.prompts.prompts import sent
from shipsmith_controls.links.tree import index, lines_of
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.value import Const, Data, Param, Unknown, Value
from shipsmith_controls.links.values.values import Walk, argument_for, call_sites
from shipsmith_controls.queries import Database, query

_DEEP = 5
_FROM_REQUEST = re.compile(r"\.json\(\)|\.(?:body|query|params|formData)\b|searchParams")
_IN_HEAD = re.compile(r"\s+(?:max_tokens|max_completion_tokens):\s*(\d+)\s*$")
_OPEN = frozenset({State.UNSEEN, State.UNSET, State.DEFAULT})
"""States in which neither the call nor its client gives a cap."""
_SENT = frozenset({"json", "formData", "body", "searchParams"})
"""Names under which a handler finds what a request carries."""
_OFF = frozenset({"undefined", "NOT_GIVEN", "NotGiven", "Omit", "omit"})


class Cap(msgspec.Struct, frozen=True):
    """One possibility for the cap of a call; `origin` is the function that fills collected options.

    `collected`: it was followed through options that are filled elsewhere; then an unset one lies
    where they are handed over, else at the call.
    """

    state: State
    path: str
    line: int
    number: float | None = None
    origin: Node | None = None
    collected: bool = False


def caps(db: Database, asked: Generation) -> tuple[Cap, ...]:
    """Every possibility for the cap that holds at a place that asks a model."""
    found = _narrowed(db, asked, list(_all(db, asked.model)))
    if all(cap.state in _OPEN for cap in found):
        found = list(_in_prompt_files(db, asked)) or found
    return tuple(dict.fromkeys(found))


def _in_prompt_files(db: Database, asked: Generation) -> Iterator[Cap]:
    """Caps among the parameters in the head of the prompty files that a call is given."""
    if asked.model.shape.api != "prompty":
        return
    for path in sorted({p.path for p in sent(db, asked) if p.path.endswith(".prompty")}):
        lines = lines_of(db, path)
        for number, line in enumerate(lines, 1):
            if number > 1 and line.startswith("---"):
                break
            if cap := _IN_HEAD.match(line):
                yield Cap(State.SET, path, number, float(cap[1]))


def _all(db: Database, call: ModelCall) -> Iterator[Cap]:
    for each in effective(db, call, "cap"):
        if each.state in (State.UNSET, State.DEFAULT):
            followed = list(_through_options(db, call))
            if followed:
                yield from followed
                continue
        state = State.OFF if _FROM_REQUEST.search(each.callee) else each.state
        yield Cap(state, each.path, each.line, each.number)


def _narrowed(db: Database, asked: Generation, found: list[Cap]) -> list[Cap]:
    """Of what several callers give, what holds on the way of this one."""
    wraps = (asked.path, asked.call) != (asked.model.path, asked.model.call)
    own = [c for c in found if c.path == asked.path and asked.line <= c.line <= asked.end_line]
    if own and wraps:
        return own
    others = [r for r in _ranges(db) if r != (asked.path, asked.line, asked.end_line)]
    left = [
        c for c in found if not any(p == c.path and start <= c.line <= end for p, start, end in others)
    ]
    way = _between(db, asked)
    if any(c.origin in way for c in left):
        left = [c for c in left if c.origin is None or c.origin in way]
    return left or found


@query
def _ranges(db: Database) -> tuple[tuple[str, int, int], ...]:
    return tuple((g.path, g.line, g.end_line) for g in generations(db))


def _between(db: Database, asked: Generation) -> frozenset[Node]:
    """The functions from a place that asks down to the model call, and those around the call itself."""
    above = outline(db).above(Node(asked.model.path, asked.model.function))
    if asked.call == asked.model.call and asked.path == asked.model.path:
        return frozenset({asked.node})
    below = {asked.node}
    pending = [asked.node]
    forward: dict[Node, list[Node]] = {}
    for node in above:
        for caller, _ in callers_of(db, node):
            forward.setdefault(caller, []).append(node)
    while pending:
        for node in forward.get(pending.pop(), ()):
            if node not in below:
                below.add(node)
                pending.append(node)
    return frozenset(below)


@cache
def _arguments(key: str, kind: str) -> tuple[str, ...]:
    setting = sdk.client_type(key, kind).cap
    return setting.arguments if setting else ()


def _through_options(db: Database, call: ModelCall) -> Iterator[Cap]:
    """Caps in options that a client or the call itself is made from."""
    own: Setting | None = call.shape.cap
    if own is not None and own.arguments:
        # What the call's own options leave out, the client decides.
        for cap in _options_of(db, call.path, call.call, own.arguments, 0):
            if cap.state is not State.UNSET:
                yield cap
    for client in clients_behind(db, call):
        for root in roots_of(db, client):
            names = _arguments(root.sdk, root.made_as or root.type) or _arguments(root.sdk, root.type)
            for path, layer in root.layers:
                yield from _options_of(db, path, layer, names, 0)


def _options_of(db: Database, path: str, at: int, names: tuple[str, ...], depth: int) -> Iterator[Cap]:
    """The caps that the spreads of a call bring in, by every way they are filled."""
    facts = index(db, path)
    if facts is None or depth > _DEEP:
        return
    call = facts.module.calls[at]
    python = facts.module.language == "python"
    for spread in [k.value for k in call.keywords if k.name is None] if python else spreads(call):
        if isinstance(spread, code.Name):
            found = _filled(db, path, facts, call, spread.id, names, depth)
            # A name that is the only argument need not be options at all.
            whole = spread in call.args
            yield from (cap for cap in found if not (whole and cap.state is State.UNSEEN))


def _filled(
    db: Database,
    path: str,
    facts: ModuleIndex,
    call: code.Call,
    name: str,
    names: tuple[str, ...],
    depth: int,
) -> Iterator[Cap]:
    scope, bindings = facts.lookup(call.block, name)
    written = [
        a
        for a in facts.module.assigns
        if isinstance(a.target, code.Subscript)
        and isinstance(a.target.base, code.Name)
        and a.target.base.id == name
        and isinstance(a.target.index, code.Literal)
        and a.target.index.value in names
        and facts.lookup(a.block, name)[0] == scope
    ]
    for assign in written:
        yield from _valued(db, path, facts, assign.block, assign.value, assign.line)
    if written:
        return
    for binding in bindings:
        if binding.kind == "assign":
            yield from _display(db, path, facts, binding.index, names, scope)
        elif binding.kind == "param":
            function = facts.module.functions[binding.index]
            if function.params[binding.extra].kind == "extra":
                yield from _callers(db, path, binding.index, names, depth)
            else:
                yield from _handed(db, path, binding.index, name, names, depth)


def _display(
    db: Database, path: str, facts: ModuleIndex, at: int, names: tuple[str, ...], scope: int
) -> Iterator[Cap]:
    """Options that are a dict display in the same function."""
    assign = facts.module.assigns[at]
    origin = Node(path, facts.node_name(scope))
    found = list(Walk(db).values(path, assign.block, assign.value))
    if assign.value is not None and _is_open(db, path, assign.block, assign.value, found):
        # What a person sends decides nothing; what is kept elsewhere may hold a cap.
        if not _is_sent(facts, assign.block, assign.value, 0):
            yield Cap(State.UNSEEN, path, assign.line)
        return
    for value in found:
        if not isinstance(value, Data):
            continue
        wrapped = code.Call(0, 0, code.Name(0, ""), (value.expr,), (), value.block)
        given = next((g for n in names if (g := argument(wrapped, n)) is not None), None)
        inner = index(db, value.path)
        if given is not None and inner is not None:
            yield from _valued(db, value.path, inner, value.block, given, given.line)
        else:
            yield Cap(State.UNSET, path, assign.line, origin=origin, collected=True)


def _is_open(db: Database, path: str, block: int, expr: code.Expr, found: list[Value]) -> bool:
    """Whether options may hold more than the tree shows: nothing is known of them, or of their holder."""
    facts = index(db, path)
    if facts is None or not any(isinstance(value, (Data, Const)) for value in found):
        return True
    holders = [
        p.base for p in inside(expr, facts.module) if isinstance(p, (code.Attribute, code.Subscript))
    ]
    return any(
        isinstance(value, (Unknown, Param))
        for base in holders
        for value in Walk(db).values(path, block, base)
    )


def _is_sent(facts: ModuleIndex, block: int, expr: code.Expr, depth: int) -> bool:
    """Whether a value comes out of the body or query of a request."""
    for part in inside(expr, facts.module):
        if last_name(part) in _SENT or (
            isinstance(part, code.CallRef) and last_name(facts.module.calls[part.call].callee) in _SENT
        ):
            return True
        if isinstance(part, code.Name) and depth < _DEEP:
            for binding in facts.lookup(block, part.id)[1]:
                held = facts.module.assigns[binding.index] if binding.kind == "assign" else None
                value = held.value if held is not None else None
                if held is not None and value is not None and value is not expr:
                    sent = _is_sent(facts, held.block, value, depth + 1)
                    if sent:
                        return True
    return False


def _handed(
    db: Database, path: str, function: int, param: str, names: tuple[str, ...], depth: int
) -> Iterator[Cap]:
    """What the callers of a function hand in for a parameter that is spread into options."""
    facts = index(db, path)
    if facts is None or depth > _DEEP:
        return
    here = facts.module.functions[function]
    for user, at in call_sites(db, path, function):
        outer = index(db, user)
        if outer is None:
            continue
        call = outer.module.calls[at]
        given = argument_for(call, here, param, here.parent in facts.class_by_block)
        if not isinstance(given, code.Mapping):
            continue
        wrapped = code.Call(call.line, call.end_line, code.Name(call.line, ""), (given,), (), call.block)
        own = next((held for n in names if (held := argument(wrapped, n)) is not None), None)
        if own is not None:
            yield from _valued(db, user, outer, call.block, own, own.line)
            continue
        for spread in spreads(wrapped):
            if isinstance(spread, code.Name):
                yield from _filled(db, user, outer, wrapped, spread.id, names, depth + 1)


def _callers(db: Database, path: str, function: int, names: tuple[str, ...], depth: int) -> Iterator[Cap]:
    """What the callers of a function put into its `**kwargs`."""
    for user, at in call_sites(db, path, function):
        outer = index(db, user)
        if outer is None:
            continue
        call = outer.module.calls[at]
        given = next((k for k in call.keywords if k.name in names), None)
        if given is not None:
            yield from _valued(db, user, outer, call.block, given.value, given.line)
            continue
        followed = list(_options_of(db, user, at, names, depth + 1))
        origin = Node(user, outer.node_name(call.block))
        yield from followed or [Cap(State.UNSET, user, call.line, origin=origin, collected=True)]


def _valued(
    db: Database, path: str, facts: ModuleIndex, block: int, expr: code.Expr | None, line: int
) -> Iterator[Cap]:
    origin = Node(path, facts.node_name(block))
    found = False
    for value in Walk(db).values(path, block, expr) if expr is not None else ():
        found = True
        yield from _one(db, value, path, line, origin)
    if not found:
        yield Cap(State.SET, path, line, origin=origin)


def _one(db: Database, value: object, path: str, line: int, origin: Node) -> Iterator[Cap]:
    match value:
        case Const(value=None):
            yield Cap(State.OFF, value.path, value.line, origin=origin)
        case Const(value=int() | float() as number):
            state = State.SET if number > 0 else State.OFF
            yield Cap(state, value.path, value.line, float(number), origin)
        case Param():
            yield from _parameter(db, value, path, line, origin)
        case Unknown(what=what) if what.split("(")[0] in _OFF:
            yield Cap(State.OFF, path, line, origin=origin)
        case _:
            yield Cap(State.SET, path, line, origin=origin)


def _parameter(db: Database, value: Param, path: str, line: int, origin: Node) -> Iterator[Cap]:
    """What callers give for a parameter; its default where they give none."""
    facts = index(db, value.path)
    if facts is None:
        return
    function = facts.module.functions[value.function]
    default = next((p.default for p in function.params if p.name == value.name), None)
    bound = function.parent in facts.class_by_block
    some = False
    for user, at in call_sites(db, value.path, value.function):
        outer = index(db, user)
        if outer is None:
            continue
        call = outer.module.calls[at]
        given = argument_for(call, function, value.name, bound)
        if given is None or given is default:
            continue
        some = True
        for inner in Walk(db).values(user, call.block, given):
            if isinstance(inner, Param):
                yield Cap(State.SET, user, given.line, origin=origin)
            else:
                yield from (
                    msgspec.structs.replace(c, path=user, line=given.line)
                    for c in _one(db, inner, user, given.line, origin)
                )
    if default is not None:
        for inner in Walk(db).values(value.path, function.parent, default):
            yield from _one(db, inner, value.path, line, origin)
    elif not some:
        yield Cap(State.UNSEEN, path, line, origin=origin)
