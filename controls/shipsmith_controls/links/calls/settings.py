"""Effective settings: what timeout, retry count, cap or step bound holds for a call to a model.

Judged is the effective value: the call's own argument first, then the layers of its client from the
last to the constructor, then the client underneath, then the SDK's default for the version in use.
"""

from __future__ import annotations

from typing import Literal, cast

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge.schema import ClientType, Setting
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.commands_sent import command_sent
from shipsmith_controls.links.calls.given import Effective, State, read_given
from shipsmith_controls.links.calls.reach import made_clients
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.carried import clients_of, held_clients
from shipsmith_controls.links.values.factories import selected
from shipsmith_controls.links.values.index import ModuleIndex, argument
from shipsmith_controls.links.values.value import (
    Const,
    Data,
    Made,
    Text,
    Value,
)
from shipsmith_controls.links.values.values import values, values_of_call
from shipsmith_controls.links.values.versions import default_of
from shipsmith_controls.queries import Database, query

__all__ = [
    "Effective",
    "SettingName",
    "State",
    "all_clients",
    "clients_behind",
    "clients_made",
    "clients_of",
    "effective",
    "given_argument",
    "roots_of",
    "spreads",
]

SettingName = Literal["timeout", "retries", "cap", "steps"]


def effective(
    db: Database, call: ModelCall, name: SettingName, aside: bool = False
) -> tuple[Effective, ...]:
    """Every possibility for the effective value of a setting of a call, one per client at least.

    With `aside`: only those of clients that the default configuration does not select.
    """
    own = cast("Setting | None", getattr(call.shape, name))
    if own is not None and own.arguments:
        found = _given(db, call.path, call.call, own, follow=True)
        left = [e for e in found if e.state is State.LEFT]
        if found and not left:
            return found
        if left:
            known = tuple(e for e in found if e.state is not State.LEFT)
            below = _underneath(db, call, name, own, aside)
            return tuple(dict.fromkeys((*known, *(_placed(e, left[0]) for e in below))))
    return _underneath(db, call, name, own, aside)


def _placed(found: Effective, left: Effective) -> Effective:
    """What nothing underneath gives either is missing where it was left out."""
    if found.state in (State.DEFAULT, State.UNSET):
        return msgspec.structs.replace(found, path=left.path, line=left.line)
    return found


def _underneath(
    db: Database, call: ModelCall, name: SettingName, own: Setting | None, aside: bool
) -> tuple[Effective, ...]:
    """What the clients that a call goes through give, where the call itself gives nothing."""
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
        if _inner_clients(db, client)
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
    # `client or OpenAI()`: what is made here says more than the type that is declared.
    made = {(c.sdk, c.type) for c in found if c.layers}
    told = [c for c in found if c.layers or (c.sdk, c.type) not in made]
    return tuple(dict.fromkeys(c for client in told for c in _known(db, client)))


def roots_of(db: Database, client: sdk.Client, depth: int = 0) -> tuple[sdk.Client, ...]:
    """The clients at the bottom of a client: what an agent's model works through, and so on."""
    inner = _inner_clients(db, client) if depth < 4 else ()
    if not inner:
        return (client,)
    return tuple(dict.fromkeys(root for each in inner for root in roots_of(db, each, depth + 1)))


def _known(db: Database, client: sdk.Client) -> tuple[sdk.Client, ...]:
    """A client known only by its declared type stands for every one of that type that is made."""
    if not client.handed:
        return (client,)
    made = clients_made(db)
    wanted = client.made_as or client.type
    found = made.get((client.sdk, wanted), ())
    for name in sdk.heirs_of(client.sdk, wanted) if not found else ():
        found = (*found, *made.get((client.sdk, name), ()))
    if not client.layers:
        return found or (client,)
    return tuple(
        msgspec.structs.replace(
            client, layers=(*each.layers, *client.layers), made_as=each.made_as or each.type, handed=False
        )
        for each in found
    ) or (client,)


@query
def clients_made(db: Database) -> dict[tuple[str, str], tuple[sdk.Client, ...]]:
    """(SDK, client type) -> every client of it that production code constructs."""
    table: dict[tuple[str, str], list[sdk.Client]] = {}
    for path, call in made_clients(db):
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
    first = setting
    if client.made_as:
        made_as = sdk.client_type(client.sdk, client.made_as)
        first = cast("Setting | None", getattr(made_as, name)) or setting
    for path, layer in reversed(client.layers):
        for wanted in dict.fromkeys((setting, first, own)):
            if wanted is not None:
                found = _given(db, path, layer, wanted, follow=True)
                given = tuple(e for e in found if e.state is not State.LEFT)
                if given:
                    return given
    # What runs the loop bounds it; the model inside knows of no steps.
    bounds = name == "steps" and setting is not None and setting.default is not None
    inner = _inner_clients(db, client) if depth < 4 and not bounds else ()
    if inner:
        chosen = selected(db, inner)
        through = tuple(c for c in inner if c not in chosen) if aside else chosen
        return tuple(e for each in through for e in _of_client(db, call, each, name, own, depth + 1))
    if not client.layers:
        return (Effective(State.UNSEEN, call.path, call.line),)
    path, layer = client.layers[0]
    facts = index(db, path)
    line = facts.module.calls[layer].line if facts else call.line
    if name == "cap" and first is None:
        # A client that is made here and knows no cap leaves it to the call, which gave none, or to
        # the model that it was handed and that could not be followed.
        handed = facts is not None and _holds_unfollowed(db, path, facts, layer, kind)
        return (Effective(State.UNSEEN if handed else State.UNSET, path, line),)
    return (_default(db, client.sdk, first or own, name, path, line),)


def _holds_unfollowed(db: Database, path: str, facts: ModuleIndex, layer: int, kind: ClientType) -> bool:
    """Whether a client is given another object to call through, which no client was told for."""
    given = (given_argument(db, path, facts.module.calls[layer], n, facts.module) for n in kind.inner)
    return any(
        not isinstance(value, (Const, Text))
        for each in given
        if each is not None
        for value in values(db, *each)
    )


def _default(
    db: Database, key: str, setting: Setting | None, name: SettingName, path: str, line: int
) -> Effective:
    number = default_of(db, key, name, path)
    if number is None and setting is not None and isinstance(setting.default, (int, float)):
        number = float(setting.default)
    unit = setting.unit if setting else ""
    if number is None:
        # What lies underneath decides, and it is not in the tree.
        open_ = setting is not None and setting.inherits
        return Effective(State.UNSEEN if open_ else State.UNSET, path, line, unit=unit)
    return Effective(State.DEFAULT, path, line, number, unit)


def _inner_clients(db: Database, client: sdk.Client) -> tuple[sdk.Client, ...]:
    """The clients underneath: `Agent(model=…)`, `OpenAIResponsesModel(openai_client=…)`."""
    return tuple(c for held in held_clients(db, client) for c in _known(db, held))


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
            return tuple(dict.fromkeys(read_given(db, place, block, expr, setting, 0 if follow else 9)))
    return ()


def given_argument(
    db: Database, path: str, call: code.Call, name: str, module: code.Module
) -> tuple[str, int, code.Expr] | None:
    """An argument of a call as (path, block, expression): its own, or out of a spread it takes."""
    own = argument(call, name, module)
    if own is not None:
        return path, call.block, own
    sent = command_sent(db, path, call)
    if sent is not None:
        facts = index(db, sent[0])
        inside = facts.module.calls[sent[1]] if facts else None
        return given_argument(db, sent[0], inside, name, facts.module) if facts and inside else None
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
    """What stands under a dotted trail in a mapping or in what a constructor was given."""
    if isinstance(value, Data) and isinstance(value.expr, code.Mapping):
        path, block = value.path, value.block
        holder = code.Call(0, 0, code.Name(0, ""), (value.expr,), (), block)
        module = None
    elif isinstance(value, Made) and value.calls:
        path, call = value.calls[0]
        facts = index(db, path)
        if facts is None:
            return None
        holder, module = facts.module.calls[call], facts.module
        block = holder.block
    else:
        return None
    found = argument(holder, trail, module)
    if found is not None:
        return path, block, found
    head, _, rest = trail.partition(".")
    outer = argument(holder, head, module) if rest else None
    for inner in values(db, path, block, outer) if isinstance(outer, code.Name) else ():
        deeper = _inside(db, inner, rest)
        if deeper is not None:
            return deeper
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
