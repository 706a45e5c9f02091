"""Effective settings: what timeout, retry count, cap or step bound holds for a call to a model.

Judged is the effective value: the call's own argument first, then the layers of its client from the
last to the constructor, then the client underneath, then the SDK's default for the version in use.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, cast

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge.schema import ClientType, Setting
from shipsmith_controls.links import sdk
from shipsmith_controls.links.calls import ModelCall, Node
from shipsmith_controls.links.factories import selected
from shipsmith_controls.links.index import argument, dotted
from shipsmith_controls.links.reach import reach
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.value import (
    Const,
    Data,
    Declared,
    Env,
    Made,
    Param,
    Unknown,
    Value,
)
from shipsmith_controls.links.values import Walk, argument_for, values, values_of_call
from shipsmith_controls.links.versions import default_of
from shipsmith_controls.queries import Database, query

SettingName = Literal["timeout", "retries", "cap", "steps"]


class State(StrEnum):
    """How a setting got its value."""

    SET = "set"
    """Given in the tree; `number` is its value, None when it is given but not a known number."""
    OFF = "off"
    """Given as None, null, 0 or NotGiven: switched off."""
    DEFAULT = "default"
    """Not given; the SDK's own default holds, `number` is its value."""
    UNSET = "unset"
    """Not given, and the SDK sets nothing."""
    UNSEEN = "unseen"
    """Cannot be followed from here."""


class Effective(msgspec.Struct, frozen=True):
    """One possibility for the effective value of a setting.

    `path` and `line` are where it is decided: the argument, or the constructor (or call) that
    leaves it out. `unit` is `s`, `ms`, `count` or "".
    """

    state: State
    path: str
    line: int
    number: float | None = None
    unit: str = ""
    text: str = ""
    callee: str = ""
    """Last name of the call that made the value (`AbortSignal.timeout`, `Timeout`, `stepCountIs`)."""


def effective(
    db: Database, call: ModelCall, name: SettingName, aside: bool = False
) -> tuple[Effective, ...]:
    """Every possibility for the effective value of a setting of a call, one per client at least.

    With `aside`: only those of clients that the default configuration does not select.
    """
    own = cast("Setting | None", getattr(call.shape, name))
    if own is not None and own.arguments:
        found = _given(db, call.path, call.call, own, follow=True)
        if found:
            return found
    clients = clients_behind(db, call)
    if aside:
        clients = tuple(c for c in all_clients(db, call) if c not in clients)
    elif not clients:
        if not call.sure:
            return (Effective(State.UNSEEN, call.path, call.line),)
        return (_default(db, call.sdk, own, name, call.path, call.line),)
    return tuple(
        dict.fromkeys(e for client in clients for e in _of_client(db, call, client, name, own, 0))
    ) + (_inner_aside(db, call, name, own) if aside else ())


def _inner_aside(
    db: Database, call: ModelCall, name: SettingName, own: Setting | None
) -> tuple[Effective, ...]:
    """The same for the clients underneath that are not selected."""
    return tuple(
        e
        for client in clients_behind(db, call)
        if _inner_clients(db, client, sdk.client_type(client.sdk, client.type))
        for e in _of_client(db, call, client, name, own, 0, aside=True)
    )


def clients_behind(db: Database, call: ModelCall) -> tuple[sdk.Client, ...]:
    """The SDK objects that a call goes through.

    Of a factory only the branches that the default configuration selects, where it selects any.
    """
    return selected(db, all_clients(db, call))


def all_clients(db: Database, call: ModelCall) -> tuple[sdk.Client, ...]:
    """The SDK objects that a call may go through: its receiver, or the agent or model it is given."""
    found = list(call.clients)
    facts = index(db, call.path)
    if facts is not None and not found:
        here = facts.module.calls[call.call]
        for name in (*call.shape.agent, *call.shape.model):
            given = given_argument(db, call.path, here, name, facts.module)
            if given is not None:
                found.extend(clients_of(db, values(db, *given, callers=True)))
    known = [c for client in found for c in _known(db, client)]
    return tuple(dict.fromkeys(known))


def roots_of(db: Database, client: sdk.Client, depth: int = 0) -> tuple[sdk.Client, ...]:
    """The clients at the bottom of a client: what an agent's model works through, and so on."""
    inner = _inner_clients(db, client, sdk.client_type(client.sdk, client.type)) if depth < 4 else ()
    if not inner:
        return (client,)
    return tuple(dict.fromkeys(root for each in inner for root in roots_of(db, each, depth + 1)))


def _known(db: Database, client: sdk.Client) -> tuple[sdk.Client, ...]:
    """A client known only by its declared type stands for every one of that type that is made."""
    if client.layers:
        return (client,)
    return clients_made(db).get((client.sdk, client.type), (client,))


@query
def clients_made(db: Database) -> dict[tuple[str, str], tuple[sdk.Client, ...]]:
    """(SDK, client type) -> every client of it that production code constructs."""
    table: dict[tuple[str, str], list[sdk.Client]] = {}
    for path, call in reach(db).made:
        for client in clients_of(db, values_of_call(db, path, call)):
            table.setdefault((client.sdk, client.type), []).append(client)
    return {key: tuple(dict.fromkeys(found)) for key, found in table.items()}


def _of_client(
    db: Database,
    call: ModelCall,
    client: sdk.Client,
    name: SettingName,
    own: Setting | None,
    depth: int,
    aside: bool = False,
) -> tuple[Effective, ...]:
    kind = sdk.client_type(client.sdk, client.type)
    setting = cast("Setting | None", getattr(kind, name))
    if client.made_as and setting is None:
        setting = cast("Setting | None", getattr(sdk.client_type(client.sdk, client.made_as), name))
    for path, layer in reversed(client.layers):
        for wanted in (setting, own):
            if wanted is not None:
                found = _given(db, path, layer, wanted, follow=True)
                if found:
                    return found
    inner = _inner_clients(db, client, kind) if depth < 4 else ()
    if inner:
        chosen = selected(db, inner)
        through = tuple(c for c in inner if c not in chosen) if aside else chosen
        return tuple(e for each in through for e in _of_client(db, call, each, name, own, depth + 1))
    if not client.layers:
        return (Effective(State.UNSEEN, call.path, call.line),)
    path, layer = client.layers[0]
    facts = index(db, path)
    line = facts.module.calls[layer].line if facts else call.line
    return (_default(db, client.sdk, setting or own, name, path, line),)


def _default(
    db: Database, key: str, setting: Setting | None, name: SettingName, path: str, line: int
) -> Effective:
    number = default_of(db, key, name, path)
    if number is None and setting is not None and isinstance(setting.default, (int, float)):
        number = float(setting.default)
    unit = setting.unit if setting else ""
    if number is None:
        return Effective(State.UNSET, path, line, unit=unit)
    return Effective(State.DEFAULT, path, line, number, unit)


def _inner_clients(db: Database, client: sdk.Client, kind: ClientType) -> tuple[sdk.Client, ...]:
    """The clients underneath: `Agent(model=…)`, `OpenAIResponsesModel(openai_client=…)`."""
    found: list[sdk.Client] = []
    for path, layer in client.layers[:1]:
        facts = index(db, path)
        if facts is None:
            continue
        made = facts.module.calls[layer]
        for name in kind.inner:
            given = argument(made, name, facts.module)
            if given is not None:
                found.extend(clients_of(db, values(db, path, made.block, given, callers=True)))
    return tuple(c for client in found for c in _known(db, client))


def clients_of(db: Database, found: tuple[Value, ...]) -> tuple[sdk.Client, ...]:
    """The SDK objects among some values."""
    clients: list[sdk.Client] = []
    for value in found:
        if isinstance(value, (Made, Declared)):
            traced = sdk.trace_client(value)
            if traced is not None and not traced.pending:
                clients.append(traced.client)
    return tuple(dict.fromkeys(clients))


def _given(db: Database, path: str, call: int, setting: Setting, follow: bool) -> tuple[Effective, ...]:
    """What a call gives for a setting; empty when it gives nothing."""
    facts = index(db, path)
    if facts is None:
        return ()
    here = facts.module.calls[call]
    for name in setting.arguments:
        given = given_argument(db, path, here, name, facts.module)
        if given is not None:
            place, block, expr = given
            return tuple(dict.fromkeys(_read(db, place, block, expr, setting, 0 if follow else 9)))
    return ()


def given_argument(
    db: Database, path: str, call: code.Call, name: str, module: code.Module
) -> tuple[str, int, code.Expr] | None:
    """An argument of a call as (path, block, expression): its own, or out of a spread it takes."""
    own = argument(call, name, module)
    if own is not None:
        return path, call.block, own
    for spread in spreads(call):
        for value in values(db, path, call.block, spread):
            if isinstance(value, Data) and isinstance(value.expr, code.Mapping):
                inner = argument(code.Call(0, 0, code.Name(0, ""), (value.expr,), (), value.block), name)
                if inner is not None:
                    return value.path, value.block, inner
    # A nested settings object may be built elsewhere: `model_settings=SETTINGS` with `max_tokens`.
    head, _, rest = name.partition(".")
    outer = argument(call, head, module) if rest else None
    if outer is not None:
        for value in values(db, path, call.block, outer):
            found = _inside(db, value, rest)
            if found is not None:
                return found
    return None


def _inside(db: Database, value: Value, trail: str) -> tuple[str, int, code.Expr] | None:
    if isinstance(value, Data) and isinstance(value.expr, code.Mapping):
        wrapped = code.Call(0, 0, code.Name(0, ""), (value.expr,), (), value.block)
        found = argument(wrapped, trail)
        return (value.path, value.block, found) if found is not None else None
    if isinstance(value, Made) and value.calls:
        path, call = value.calls[0]
        facts = index(db, path)
        if facts is not None:
            made = facts.module.calls[call]
            found = argument(made, trail, facts.module)
            return (path, made.block, found) if found is not None else None
    return None


def spreads(call: code.Call) -> tuple[code.Expr, ...]:
    """What a call spreads into its options: `**kwargs`, `...options`, an options name."""
    found = [k.value for k in call.keywords if k.name is None]
    for given in call.args:
        if isinstance(given, code.Mapping):
            found.extend(value for key, value in given.entries if key is None)
        elif isinstance(given, code.Name) and len(call.args) == 1 and not call.keywords:
            found.append(given)
    return tuple(found)


_OFF_NAMES = frozenset({"NOT_GIVEN", "NotGiven", "Omit", "omit", "undefined", "Infinity"})


def _read(
    db: Database, path: str, block: int, expr: code.Expr, setting: Setting, depth: int
) -> list[Effective]:
    line = expr.line
    found: list[Effective] = []
    for value in Walk(db).values(path, block, expr):
        found.extend(_one(db, value, path, line, setting, depth))
    return found or [Effective(State.SET, path, line, unit=setting.unit)]


def _one(
    db: Database, value: Value, path: str, line: int, setting: Setting, depth: int
) -> list[Effective]:
    match value:
        case Const(value=number) if isinstance(number, bool) or number is None or number == 0:
            if number is True:
                return [Effective(State.SET, path, line, unit=setting.unit)]
            state = State.OFF if setting.none_disables or number is not None else State.UNSET
            return [Effective(state, value.path, value.line, unit=setting.unit)]
        case Const(value=int() | float() as number):
            return [Effective(State.SET, value.path, value.line, float(number), setting.unit)]
        case Const(value=str() as text):
            return [_text(text, value, setting)]
        case Param():
            return _forwarded(db, value, path, line, setting, depth)
        case Env():
            return []
        case Made():
            return _made(db, value, path, line, setting, depth)
        case Unknown(what=what) if what.split("(")[0] in _OFF_NAMES:
            return [Effective(State.OFF, path, line, unit=setting.unit)]
        case Unknown():
            name = value.what.removesuffix("()")
            return [Effective(State.SET, path, line, unit=setting.unit, callee=name)]
    return [Effective(State.SET, path, line, unit=setting.unit)]


def _text(text: str, value: Const, setting: Setting) -> Effective:
    try:
        return Effective(State.SET, value.path, value.line, float(text), setting.unit)
    except ValueError:
        return Effective(State.SET, value.path, value.line, None, setting.unit, text)


def _made(
    db: Database, value: Made, path: str, line: int, setting: Setting, depth: int
) -> list[Effective]:
    """A value made by a call: `httpx.Timeout(30)`, `stepCountIs(5)`: its first number counts."""
    name = value.extern.name.rsplit(".", 1)[-1]
    if name in _OFF_NAMES:
        return [Effective(State.OFF, path, line, unit=setting.unit)]
    for made_path, call in value.calls[:1]:
        facts = index(db, made_path)
        if facts is None:
            continue
        made = facts.module.calls[call]
        for given in (*made.args, *(k.value for k in made.keywords)):
            for inner in _read(db, made_path, made.block, given, setting, depth + 1):
                if inner.number is not None or inner.state is State.OFF:
                    return [msgspec.structs.replace(inner, callee=dotted(made.callee) or name)]
    return [Effective(State.SET, path, line, unit=setting.unit, callee=name)]


def _forwarded(
    db: Database, value: Param, path: str, line: int, setting: Setting, depth: int
) -> list[Effective]:
    """A forwarded parameter is judged per caller: what each gives, or the parameter's default."""
    facts = index(db, value.path)
    if facts is None or depth > 3:
        return [Effective(State.UNSEEN, path, line, unit=setting.unit)]
    function = facts.module.functions[value.function]
    found: list[Effective] = []
    bound = function.parent in facts.class_by_block
    for caller, edge in reach(db).callers.get(Node(value.path, _callable_name(function)), ()):
        outer = index(db, caller.path)
        if outer is None or edge.call < 0:
            continue
        given = argument_for(outer.module.calls[edge.call], function, value.name, bound)
        if given is not None and not _is_default(given, function, value.name):
            block = outer.module.calls[edge.call].block
            found.extend(_read(db, caller.path, block, given, setting, depth + 1))
        else:
            found.extend(_default_value(db, value, function, path, line, setting, depth))
    return found or _default_value(db, value, function, path, line, setting, depth)


def _callable_name(function: code.Function) -> str:
    return function.qualname


def _is_default(given: code.Expr, function: code.Function, name: str) -> bool:
    return any(p.name == name and p.default is given for p in function.params)


def _default_value(
    db: Database,
    value: Param,
    function: code.Function,
    path: str,
    line: int,
    setting: Setting,
    depth: int,
) -> list[Effective]:
    default = next((p.default for p in function.params if p.name == value.name), None)
    if default is None:
        return [Effective(State.UNSEEN, path, line, unit=setting.unit)]
    return _read(db, value.path, function.parent, default, setting, depth + 1)
