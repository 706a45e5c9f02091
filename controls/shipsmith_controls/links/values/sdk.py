"""Recognising SDK objects and calls: from a value to the SDK, client type and call shape it is."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import msgspec

from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.schema import CallShape, ClientType, Sdk
from shipsmith_controls.links.values.value import NO_VARIANT, Declared, Extern, Made


class Client(msgspec.Struct, frozen=True):
    """An SDK object that a call goes through.

    `layers` are the calls that carry its settings as (path, call), the constructor first, each
    later one laid over it (`with_options`, `bind`). `handed`: only its declared type is known, for
    the object is handed in; then no layer is its constructor. `made_as` is the type that the
    constructor made, where methods have led to another one since (`bind_tools`).
    """

    sdk: str
    type: str
    layers: tuple[tuple[str, int], ...]
    made_as: str = ""
    handed: bool = False


class Found(NamedTuple):
    """A call shape that matched, with the client it goes through (None for free functions)."""

    sdk: Sdk
    shape: CallShape
    client: Client | None


class Constructor(NamedTuple):
    """A client type together with the SDK that offers it."""

    sdk: Sdk
    type: ClientType


@cache
def sdks() -> dict[str, Sdk]:
    """Every known SDK by key."""
    return {sdk.key: sdk for sdk in load().sdks}


@cache
def client_type(sdk: str, name: str) -> ClientType:
    """A client type of an SDK by name."""
    return next(t for t in sdks()[sdk].types if t.name == name)


@cache
def heirs_of(sdk: str, name: str) -> tuple[str, ...]:
    """Client types of an SDK that are special cases of one: what a base class may stand for."""
    found: list[str] = []
    for kind in sdks()[sdk].types:
        if kind.like == name:
            found += [kind.name, *heirs_of(sdk, kind.name)]
    return tuple(found)


@cache
def _by_constructor() -> dict[str, tuple[tuple[str, Constructor], ...]]:
    table: dict[str, list[tuple[str, Constructor]]] = {}
    for sdk in load().sdks:
        for kind in sdk.types:
            for name in kind.constructors:
                table.setdefault(name.rsplit(".", 1)[-1], []).append((name, Constructor(sdk, kind)))
    return {name: tuple(found) for name, found in table.items()}


@cache
def _by_function() -> dict[str, tuple[tuple[str, Sdk, CallShape], ...]]:
    table: dict[str, list[tuple[str, Sdk, CallShape]]] = {}
    for sdk in load().sdks:
        for shape in sdk.functions:
            for name in shape.path:
                table.setdefault(name.rsplit(".", 1)[-1], []).append((name, sdk, shape))
    return {name: tuple(found) for name, found in table.items()}


@cache
def call_names() -> frozenset[str]:
    """Last names of every known call, and of the methods that copy or derive clients."""
    names = {p.rsplit(".", 1)[-1] for sdk in load().sdks for f in sdk.functions for p in f.path}
    for sdk in load().sdks:
        for kind in sdk.types:
            names |= {p.rsplit(".", 1)[-1] for shape in kind.calls for p in shape.path}
    return frozenset(names)


@cache
def _roots() -> tuple[str, ...]:
    return tuple({module for sdk in load().sdks for module in sdk.modules})


@cache
def is_sdk_module(module: str) -> bool:
    """Whether an import of this module brings in a known SDK."""
    return any(_within(module, root) is not None for root in _roots())


def _within(name: str, root: str) -> str | None:
    """The rest of a dotted or slashed name below a root, None when it is not below it."""
    if name == root:
        return ""
    if name.startswith(root) and name[len(root)] in "./":
        return name[len(root) + 1 :]
    return None


def _offers(extern: Extern, sdk: Sdk, name: str) -> bool:
    """Whether an external symbol is the thing called `name` that an SDK's modules export."""
    whole = extern.dotted
    for root in sdk.modules:
        rest = _within(whole, root)
        if rest is not None and (rest == name or rest.endswith("." + name)):
            return True
    return False


@cache
def constructors_of(extern: Extern) -> tuple[Constructor, ...]:
    """The client types that an external symbol may construct; what it is given decides between them."""
    return tuple(
        found
        for name, found in _by_constructor().get(extern.name.rsplit(".", 1)[-1], ())
        if _speaks(extern, found.sdk) and _offers(extern, found.sdk, name)
    )


def constructor_of(extern: Extern) -> Constructor | None:
    """The client type that an external symbol constructs, if it does."""
    return next(iter(constructors_of(extern)), None)


@cache
def composes(extern: Extern) -> bool:
    """Whether a call of an external symbol composes what it is given (`RunnableSequence.from`)."""
    return any(
        _offers(extern, sdk, name)
        for sdk in load().sdks
        if sdk.composes and _speaks(extern, sdk)
        for name in sdk.composes
    )


def _speaks(extern: Extern, offered: Sdk) -> bool:
    """Whether an SDK is for the language of the file that names the symbol."""
    return (offered.language == "python") == extern.path.endswith(".py")


def function_shape(extern: Extern) -> Found | None:
    """The call shape of an external function (`generateText`, `litellm.completion`), if it is one."""
    for name, sdk, shape in _by_function().get(extern.name.rsplit(".", 1)[-1], ()):
        if _speaks(extern, sdk) and _offers(extern, sdk, name):
            return Found(sdk, shape, None)
    return None


class Traced(NamedTuple):
    """An SDK object after everything that was done to it; `pending` is the attribute path left."""

    maker: Constructor
    client: Client
    pending: tuple[str, ...]


def trace_client(value: Made | Declared) -> Traced | None:
    """Which SDK object a value is, following copies and derived objects along its trail."""
    maker = constructor_of(value.extern)
    if maker is None or (isinstance(value, Made) and value.variant == NO_VARIANT):
        return None
    if isinstance(value, Made) and value.variant:
        fitting = (c for c in constructors_of(value.extern) if c.type.name == value.variant)
        maker = next(fitting, maker)
    if isinstance(value, Declared):
        return Traced(maker, Client(maker.sdk.key, maker.type.name, (), handed=True), ())
    made_as = maker.type.name
    calls = list(value.calls)
    layers = [calls.pop(0)] if calls and len(calls) > value.trail.split(".").count("()") else []
    handed = not layers
    pending: list[str] = []
    derived_now = False
    for step in value.trail.split(".") if value.trail else ():
        if step != "()":
            pending.append(step)
            derived = maker.type.derives.get(".".join(pending))
            derived_now = derived is not None
            if derived is not None:
                maker = _derive(maker, derived)
                pending = []
            continue
        at = [calls.pop(0)] if calls else []
        name = ".".join(pending)
        # `createOpenAI({…})("gpt-4o")`: the object itself is called.
        called = "" if name or derived_now else maker.type.derives.get("()", "")
        returned = called or _returned(maker.type, name)
        if (derived_now and not name) or name in maker.type.copies:
            layers += at
        elif returned:
            maker = _derive(maker, returned)
            layers += at
        elif name:
            return None
        pending, derived_now = [], False
    told = made_as if made_as != maker.type.name else ""
    client = Client(maker.sdk.key, maker.type.name, tuple(layers), told, handed)
    return Traced(maker, client, tuple(pending))


def _returned(kind: ClientType, name: str) -> str:
    return next((s.returns for s in kind.calls if name in s.path and s.returns), "")


def _derive(maker: Constructor, name: str) -> Constructor:
    for kind in maker.sdk.types:
        if kind.name == name:
            return Constructor(maker.sdk, kind)
    for sdk in load().sdks:
        for kind in sdk.types:
            if kind.name == name and sdk.language == maker.sdk.language:
                return Constructor(sdk, kind)
    return maker


_RAW = frozenset({"with_raw_response", "with_streaming_response"})
"""Attributes after which a client's methods give the HTTP response; the call is the same."""


def method_shape(value: Made) -> Found | None:
    """The call shape that a method of an SDK object is (`client.chat.completions.create`)."""
    traced = trace_client(value)
    if traced is None:
        return None
    if not traced.pending and value.trail and not value.trail.endswith("()"):
        # The call is the one that derives it (`model.bind_tools(…)`), none of what is derived.
        return None
    plain = tuple(step for step in traced.pending if step not in _RAW)
    for name in dict.fromkeys((".".join(traced.pending) or "()", ".".join(plain) or "()")):
        for shape in traced.maker.type.calls:
            if name in shape.path:
                return Found(traced.maker.sdk, shape, traced.client)
    return None


def piped_shape(kind: Constructor, client: Client, name: str) -> Found | None:
    """The call shape of a method on a pipeline that an SDK object is part of."""
    for shape in kind.type.calls:
        if name in shape.path:
            return Found(kind.sdk, shape, client)
    return None


@cache
def telling_paths(language: str) -> dict[str, tuple[Found, ...]]:
    """Call paths so particular that they tell an SDK call although the client is not seen.

    Paths of two steps or more, by path: `chat.completions.create`, `models.generate_content`.
    """
    table: dict[str, list[Found]] = {}
    for sdk in load().sdks:
        for kind in sdk.types if sdk.language == language else ():
            for shape in kind.calls:
                for path in shape.path:
                    if path.count(".") >= 1:
                        table.setdefault(path, []).append(Found(sdk, shape, None))
    return {path: tuple(found) for path, found in table.items()}


def is_of_another_provider(found: Found) -> bool:
    """Whether an SDK speaks the wire form of another provider (a gateway's `openai-chat`)."""
    return not found.shape.api.startswith(found.sdk.key.rpartition("-")[0])
