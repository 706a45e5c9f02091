"""From a model call to the literal that gives its id: through clients, agents, settings and variables."""

from __future__ import annotations

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge.models import Pin
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.offered import is_known
from shipsmith_controls.links.calls.settings import clients_behind, clients_of, given_argument
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import argument, last_name
from shipsmith_controls.links.values.value import (
    Const,
    Data,
    Declared,
    Env,
    Inst,
    Made,
    Param,
    Text,
    Unknown,
    Value,
)
from shipsmith_controls.links.values.values import values
from shipsmith_controls.links.values.variables import given_by_name
from shipsmith_controls.queries import Database, query

_HOLDERS = frozenset(
    {"id", "model", "modelid", "model_id", "modelname", "model_name", "name", "value", "apiidentifier"}
)
_DEEP = 5


class ModelId(msgspec.Struct, frozen=True, order=True):
    """A model id where it stands. `platform` is "" when unknown.

    `pin` overrides the model table (an Azure deployment, a Hugging Face revision). `chosen` is False
    in a branch that the default configuration does not select. `read_at`: where code reads it, when
    it stands in a settings file. `version`: what an Azure deployment sets beside the id.
    """

    path: str
    line: int
    id: str
    platform: str = ""
    pin: Pin | None = None
    chosen: bool = True
    read_at: tuple[tuple[str, int], ...] = ()
    version: str = ""


class CallIds(msgspec.Struct, frozen=True):
    """The ids that a call may use; `unseen` when some way to its id could not be followed."""

    ids: tuple[ModelId, ...]
    unseen: bool


@query
def ids_of_call(db: Database, call: ModelCall) -> CallIds:
    """Ids of one call, from its own argument, or else from its client or agent."""
    return _Resolver(db).of_call(call)


@query
def ids_of_client(db: Database, client: sdk.Client) -> CallIds:
    """Ids among the settings of one client or model object."""
    return _Resolver(db).of_client(client)


class _Resolver:
    def __init__(self, db: Database) -> None:
        self.db = db
        self.ids: dict[ModelId, None] = {}
        self.unseen = False

    def of_call(self, call: ModelCall) -> CallIds:
        facts = index(self.db, call.path)
        if facts is None:
            return CallIds((), True)
        here = facts.module.calls[call.call]
        clients = clients_behind(self.db, call)
        platform = self._platform(clients)
        own = False
        for name in call.shape.model:
            given = given_argument(self.db, call.path, here, name, facts.module)
            if given is not None:
                own = True
                self._expr(*given, platform, 0, argument(here, "revision") is not None)
                break
        if not own:
            for client in clients:
                self._client(client, 0)
            self.unseen = self.unseen or not clients
        if not self.ids:
            self.unseen = True
        return CallIds(tuple(self.ids), self.unseen)

    def of_client(self, client: sdk.Client) -> CallIds:
        self._client(client, 0)
        return CallIds(tuple(self.ids), self.unseen)

    def _platform(self, clients: tuple[sdk.Client, ...]) -> str:
        found = {sdk.client_type(c.sdk, c.made_as or c.type).provider for c in clients}
        return found.pop() if len(found) == 1 else ""

    def _client(self, client: sdk.Client, depth: int) -> None:
        """Ids among the settings of a client, an agent or a model object."""
        if depth > _DEEP:
            return
        kinds = [sdk.client_type(client.sdk, client.type)]
        if client.made_as:
            kinds.append(sdk.client_type(client.sdk, client.made_as))
        # What runs in this process comes from the hub unless its SDK says otherwise.
        home = "huggingface" if any(k.local for k in kinds) else ""
        provider = next((k.provider for k in reversed(kinds) if k.provider), home)
        # The maker of a provider names none: `createOpenAI({…})("gpt-4o")`.
        names_model = bool(kinds[-1].model)
        before, seen = len(self.ids), False
        for path, layer in reversed(client.layers):
            facts = index(self.db, path)
            if facts is None:
                continue
            made = facts.module.calls[layer]
            later = names_model and (path, layer) != client.layers[0]
            for name in dict.fromkeys(n for k in kinds for n in k.model):
                if later and name.startswith("#"):
                    # What a later layer is given first is its own: `bindTools([…])`.
                    continue
                given = given_argument(self.db, path, made, name, facts.module)
                if given is not None:
                    seen = True
                    pinned = argument(made, "revision") is not None
                    self._expr(*given, provider, depth + 1, pinned)
                    break
            if seen:
                return
        for path, layer in client.layers[:1]:
            facts = index(self.db, path)
            for name in dict.fromkeys(n for k in kinds for n in k.inner):
                held = argument(facts.module.calls[layer], name, facts.module) if facts else None
                if held is not None and facts is not None:
                    block = facts.module.calls[layer].block
                    for inner in clients_of(self.db, values(self.db, path, block, held, callers=True)):
                        self._client(inner, depth + 1)
        default = next((k.default_model for k in reversed(kinds) if k.default_model), "")
        if len(self.ids) == before and default and client.layers:
            path, layer = client.layers[0]
            facts = index(self.db, path)
            if facts is not None:
                self._add(default, path, facts.module.calls[layer].line, provider, False)
        if len(self.ids) == before:
            self.unseen = True

    def _expr(
        self, path: str, block: int, expr: code.Expr, platform: str, depth: int, pinned: bool = False
    ) -> None:
        if depth > _DEEP:
            self.unseen = True
            return
        found = values(self.db, path, block, expr, callers=True)
        if not found:
            self.unseen = True
        set_outside = {
            (v.path, v.line)
            for v in found
            if isinstance(v, Env) and v.name.upper() in given_by_name(self.db)
        }
        for value in found:
            if isinstance(value, Const) and (value.path, value.line) in set_outside:
                continue
            self._value(value, platform, depth, pinned)

    def _value(self, value: Value, platform: str, depth: int, pinned: bool) -> None:
        match value:
            case Const(value=str() as text):
                self._add(text, value.path, value.line, platform, pinned)
            case Const():
                return
            case Env(name=name):
                given = given_by_name(self.db).get(name.upper(), ())
                for each in given[:1]:
                    place = ((value.path, value.line),)
                    self._add(each.value, each.path, each.line, _told(name, platform), pinned, place)
                if not given:
                    self.unseen = True
                if not given and _told(name, platform) == "azure":
                    # The variable names a deployment, whichever it is.
                    self._add(name, value.path, value.line, "azure", pinned)
            case Text(path=path, block=block, template=template):
                for part in template.parts:
                    if not isinstance(part, code.Literal):
                        self._expr(path, block, part, platform, depth + 1, pinned)
            case Data(path=path, block=block, expr=code.Sequence(items=items)):
                for item in items:
                    self._expr(path, block, item, platform, depth + 1, pinned)
            case Data(path=path, block=block, expr=code.Mapping(entries=entries)):
                for key, held in entries:
                    if isinstance(key, code.Literal) and str(key.value).lower() in _HOLDERS:
                        self._expr(path, block, held, platform, depth + 1, pinned)
            case Made():
                self._made(value, platform, depth, pinned)
            case Declared():
                for client in clients_of(self.db, (value,)):
                    self._client(client, depth + 1)
            case Param():
                self._parameter(value, platform, depth, pinned)
            case Unknown(path=path, line=line):
                if not self._default_at(path, line, platform, pinned):
                    self.unseen = True
            case Inst():
                self.unseen = True

    def _parameter(self, value: Param, platform: str, depth: int, pinned: bool) -> None:
        facts = index(self.db, value.path)
        function = facts.module.functions[value.function] if facts else None
        default = (
            next((p.default for p in function.params if p.name == value.name), None) if function else None
        )
        self.unseen = True
        if default is not None and function is not None:
            self._expr(value.path, function.parent, default, platform, depth + 1, pinned)

    def _made(self, value: Made, platform: str, depth: int, pinned: bool) -> None:
        clients = clients_of(self.db, (value,))
        for client in clients:
            self._client(client, depth + 1)
        if clients or not value.calls:
            self.unseen = self.unseen or not clients
            return
        path, call = value.calls[0]
        facts = index(self.db, path)
        if facts is None:
            return
        made = facts.module.calls[call]
        default = argument(made, "default") or (made.args[1] if len(made.args) == 2 else None)
        if default is None and last_name(made.callee) == "Field" and made.args:
            default = made.args[0]
        if default is None:
            default = next((a for a in made.args if isinstance(a, code.Name)), None)
            if default is None or value.trail:
                # Another SDK's object around a model: what it was given is looked through.
                self._through(path, made, platform, depth, pinned)
                return
        self._expr(path, made.block, default, platform, depth + 1, pinned)

    def _through(self, path: str, made: code.Call, platform: str, depth: int, pinned: bool) -> None:
        before = len(self.ids)
        for name in ("model", "llm", "models", "#0"):
            given = argument(made, name)
            if given is not None and not isinstance(given, code.Literal):
                self._expr(path, made.block, given, platform, depth + 1, pinned)
        if len(self.ids) == before:
            self.unseen = True

    def _default_at(self, path: str, line: int, platform: str, pinned: bool) -> bool:
        """The default in a look-up that could not be followed: `config.get("model", "gpt-4o")`."""
        facts = index(self.db, path)
        for call in facts.module.calls if facts is not None else ():
            if call.line == line and len(call.args) == 2 and isinstance(call.args[1], code.Literal):
                text = call.args[1].value
                if isinstance(text, str) and is_known(text):
                    self._add(text, path, call.args[1].line, platform, pinned)
                    return True
        return False

    def _add(
        self,
        text: str,
        path: str,
        line: int,
        platform: str,
        pinned: bool,
        read_at: tuple[tuple[str, int], ...] = (),
    ) -> None:
        plain = text.strip()
        if plain and " " not in plain and len(plain) < 120:
            pin: Pin | None = "fixed" if pinned else None
            self.ids[ModelId(path, line, plain, platform, pin, read_at=read_at)] = None


def _told(name: str, platform: str) -> str:
    return "azure" if "AZURE" in name.upper() else platform
