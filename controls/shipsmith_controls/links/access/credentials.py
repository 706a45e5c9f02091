"""The keys behind model calls: which variable, store or identity each client takes its key from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.schema import Credential
from shipsmith_controls.links.calls.kinds import llm_calls, side_calls
from shipsmith_controls.links.calls.mainstay import innermost
from shipsmith_controls.links.calls.settings import clients_behind, given_argument
from shipsmith_controls.links.files.documents import document_files, passages
from shipsmith_controls.links.tree import exists, index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, argument, entry, inside
from shipsmith_controls.links.values.settings_fields import variables_of_setting
from shipsmith_controls.links.values.value import Const, Data, Env, Extern, Made, Value
from shipsmith_controls.links.values.values import values
from shipsmith_controls.links.values.variables import given_by_name
from shipsmith_controls.queries import Database, query

_GATEWAY_KEY = "AI_GATEWAY_API_KEY"
_VERCEL = ("vercel.json", "vercel.ts")
Source = Literal["env", "store", "keyless", "literal", "unseen"]
_CLOUDS = frozenset({"aws", "google", "vertex", "azure"})
_HEADERS = frozenset({"authorization", "x-api-key", "api-key", "x-goog-api-key"})
_LONG = 16
"""Characters from which a literal given as key is no placeholder such as `ollama` or `EMPTY`."""


class Key(msgspec.Struct, frozen=True):
    """Where one client gets its key; `names` are variables of which any one may hold it."""

    source: Source
    path: str
    line: int
    names: tuple[str, ...] = ()
    sdk: str = ""


@query
def keys(db: Database) -> tuple[Key, ...]:
    """The key of every client behind a model call, one for each set of variables."""
    found: dict[tuple[Source, tuple[str, ...], str, int], Key] = {}
    of_clients = (key_of(db, client) for client in model_clients(db))
    for key in (*of_clients, *_posted(db)):
        if key is not None:
            mark = (key.source, key.names, *(("", 0) if key.names else (key.path, key.line)))
            found.setdefault(mark, key)
    return tuple(found.values())


def _posted(db: Database) -> Iterator[Key]:
    """The keys in the headers of calls that post to a provider without an SDK."""
    for call in (*llm_calls(db), *side_calls(db)):
        facts = index(db, call.path) if call.sdk.startswith("http-") else None
        if facts is None:
            continue
        here = facts.module.calls[call.call]
        given = given_argument(db, call.path, here, "headers", facts.module)
        for value in values(db, given[0], given[1], given[2]) if given is not None else ():
            if not isinstance(value, Data) or not isinstance(value.expr, code.Mapping):
                continue
            for name, held in value.expr.entries:
                if isinstance(name, code.Literal) and str(name.value).lower() in _HEADERS:
                    names = _in_header(db, value.path, value.block, held)
                    yield Key("env" if names else "unseen", call.path, call.line, names, call.sdk)


def _in_header(db: Database, path: str, block: int, held: code.Expr) -> tuple[str, ...]:
    """The variables that the value of a header is made of."""
    names: dict[str, None] = {}
    for part in held.parts if isinstance(held, code.Template) else (held,):
        found = values(db, path, block, part, callers=True)
        names |= dict.fromkeys(v.name for v in found if isinstance(v, Env))
        names |= dict.fromkeys(variables_of_setting(db, path, block, part))
    return tuple(names)


@query
def model_clients(db: Database) -> tuple[sdk.Client, ...]:
    """Every client at the bottom of a model call, side calls included, in the order of the calls."""
    found: dict[sdk.Client, None] = {}
    for call in (*llm_calls(db), *side_calls(db)):
        behind = [c for client in clients_behind(db, call) for c in innermost(db, client)]
        usable = [c for c in behind if not _is_switched_off(db, c)]
        found.update(dict.fromkeys(usable or behind))
    return tuple(found)


def _is_switched_off(db: Database, client: sdk.Client) -> bool:
    """Whether a client is only made when a variable is set that nothing sets by default."""
    for path, layer in client.layers[:1]:
        facts = index(db, path)
        if facts is None:
            continue
        for i in facts.above(facts.module.calls[layer].block):
            block = facts.module.blocks[i]
            if block.kind == "function":
                break
            if block.kind == "if" and any(_unset(db, path, facts, block.parent, h) for h in block.heads):
                return True
    return False


def _unset(db: Database, path: str, facts: ModuleIndex, block: int, head: code.Expr) -> bool:
    """Whether a test is nothing but a variable that no deploy file, settings file or example sets."""
    if not isinstance(head, (code.Name, code.CallRef, code.Attribute, code.Opaque)):
        return False
    parts = [head] if not isinstance(head, code.Opaque) else list(head.parts)
    found = [v for part in parts for v in values(db, path, block, part) if isinstance(v, Env)]
    return bool(found) and all(not given_by_name(db).get(v.name.upper()) for v in found)


def key_of(db: Database, client: sdk.Client) -> Key | None:
    """Where a client gets its key; None when it needs none (in-process, self-hosted)."""
    kind = sdk.client_type(client.sdk, client.type)
    made_as = sdk.client_type(client.sdk, client.made_as) if client.made_as else kind
    credential = kind.credential or made_as.credential
    if kind.local or credential is None or not client.layers:
        return None
    path, layer = client.layers[0]
    facts = index(db, path)
    if facts is None:
        return None
    call = facts.module.calls[layer]
    for name in credential.keyless:
        given = argument(call, name, facts.module)
        if given is not None:
            secret = _written_out(db, path, call, given)
            return secret or Key("keyless", path, given.line, sdk=client.sdk)
    for name in credential.arguments:
        given = argument(call, name, facts.module)
        if given is not None:
            return _given(db, client, path, call, given)
    return _by_itself(client, credential, kind.provider, path, call.line)


def _written_out(db: Database, path: str, call: code.Call, given: code.Expr) -> Key | None:
    """The variable in which the key of an identity is written out: `credentials: JSON.parse(…)`."""
    held = entry(given, "credentials") if isinstance(given, code.Mapping) else None
    facts = index(db, path)
    for part in inside(held, facts.module) if held is not None and facts is not None else ():
        found = [v for v in values(db, path, call.block, part) if isinstance(v, Env)]
        if found:
            return Key("env", path, call.line, (found[0].name,))
    return None


def _by_itself(
    client: sdk.Client, credential: Credential, provider: str, path: str, line: int
) -> Key | None:
    """What an SDK reads when it is given no key: variables, or the platform's role."""
    if credential.none:
        return Key("keyless", path, line, sdk=client.sdk) if provider in _CLOUDS else None
    if not credential.env:
        return None
    return Key("env", path, line, credential.env, client.sdk)


def _given(db: Database, client: sdk.Client, path: str, call: code.Call, given: code.Expr) -> Key | None:
    found = values(db, path, call.block, given, callers=True)
    names = tuple(dict.fromkeys(v.name for v in found if isinstance(v, Env)))
    names = names or variables_of_setting(db, path, call.block, given)
    if any(is_identity(v) for v in found):
        return Key("keyless", path, given.line, sdk=client.sdk)
    if any(reads_store(db, v) for v in found):
        return Key("store", path, given.line, sdk=client.sdk)
    if names:
        return Key("env", path, call.line, names, client.sdk)
    texts = [v.value for v in found if isinstance(v, Const) and isinstance(v.value, str) and v.value]
    if texts:
        return Key("literal", path, given.line, sdk=client.sdk) if len(texts[0]) >= _LONG else None
    return Key("unseen", path, call.line, sdk=client.sdk)


@cache
def _names(of: Literal["calls", "keyless"]) -> frozenset[str]:
    return frozenset(
        name.removeprefix(".").rsplit(".", 1)[-1]
        for s in load().tables.secrets
        for name in getattr(s, of)
    ) - {"default", "Client", "read", "createClient"}


@cache
def _modules() -> tuple[str, ...]:
    return tuple(module for s in load().tables.secrets for module in s.modules)


def is_identity(value: Value) -> bool:
    """Whether a value is a workload identity or a token taken from one."""
    if isinstance(value, (Made, Extern)):
        extern = value.extern if isinstance(value, Made) else value
        return extern.name.rsplit(".", 1)[-1] in _names("keyless")
    return False


def reads_store(db: Database, value: Value) -> bool:
    """Whether a value was read from a secret store in code."""
    if not isinstance(value, Made):
        return False
    steps = {step for step in value.trail.split(".") if step != "()"}
    known = value.extern.module.startswith(_modules())
    last = value.extern.name.rsplit(".", 1)[-1]
    return known and (last in _names("calls") or bool(steps & _names("calls")))


def vercel_identity(db: Database, key: Key) -> tuple[str, int] | None:
    """Where the tree says that it is deployed to Vercel, whose gateway then needs no key of its own."""
    return _on_vercel(db) if _GATEWAY_KEY in key.names else None


def is_keyless(db: Database, key: Key) -> bool:
    """Whether an identity stands in for a key."""
    return key.source == "keyless" or vercel_identity(db, key) is not None


@query
def _on_vercel(db: Database) -> tuple[str, int] | None:
    """(path, line) of Vercel's config, or of a deploy button in the README."""
    for name in _VERCEL:
        if exists(db, name):
            return name, 1
    for path in document_files(db):
        if "/" not in path and path.lower().startswith("readme"):
            for whole in passages(db, path)[:1]:
                for _, target, line in whole.links:
                    if target.startswith("https://vercel.com/new"):
                        return path, line
    return None
