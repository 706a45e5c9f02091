"""SDK files into complete SDKs: parts put together, `like` resolved, names checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from shipsmith_controls.knowledge.reading import KnowledgeError, build, nearest
from shipsmith_controls.knowledge.schema import CallShape, ClientType, Sdk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_OWN = frozenset({"name", "constructors", "like", "requires", "default_model"})


class SdkPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """More types and functions of an SDK that another file describes."""

    key: str
    types: tuple[ClientType, ...] = ()
    functions: tuple[CallShape, ...] = ()


class _Wholes(msgspec.Struct, frozen=True):
    sdk: tuple[Sdk, ...]


class _Parts(msgspec.Struct, frozen=True):
    sdk: tuple[SdkPart, ...]


def assemble(files: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[Sdk, ...]:
    """The SDKs of parsed files `(name, tables)`, in the order of their first appearance.

    A table `[[sdk]]` without `title` adds types and functions to the SDK of the same `key`.

    Raises:
        KnowledgeError: a table does not fit, a key is given twice or belongs to no SDK, or a type
            names another one that does not exist.
    """
    wholes: dict[str, tuple[str, Sdk]] = {}
    parts: list[tuple[str, SdkPart]] = []
    for name, tables in files:
        _only(name, tables)
        raw = tables.get("sdk", [])
        for sdk in build({"sdk": [t for t in raw if "title" in t]}, _Wholes, name).sdk:
            if sdk.key in wholes:
                message = f"{name}, sdk `{sdk.key}`: {wholes[sdk.key][0]} describes it already."
                raise KnowledgeError(message)
            wholes[sdk.key] = (name, sdk)
        parts += [
            (name, p) for p in build({"sdk": [t for t in raw if "title" not in t]}, _Parts, name).sdk
        ]
    for name, part in parts:
        if part.key not in wholes:
            message = (
                f"{name}, sdk `{part.key}`: no file describes this SDK{nearest(part.key, wholes) or '.'}"
            )
            raise KnowledgeError(message)
        home, sdk = wholes[part.key]
        wholes[part.key] = (home, _joined(sdk, part))
    return tuple(_resolved(sdk, name) for name, sdk in wholes.values())


def _only(name: str, tables: Mapping[str, Any]) -> None:
    for key in tables:
        if key != "sdk":
            message = f"{name}, key `{key}`: an SDK file holds only [[sdk]] tables."
            raise KnowledgeError(message)


def _joined(sdk: Sdk, part: SdkPart) -> Sdk:
    return msgspec.structs.replace(
        sdk, types=(*sdk.types, *part.types), functions=(*sdk.functions, *part.functions)
    )


def _resolved(sdk: Sdk, name: str) -> Sdk:
    types: dict[str, ClientType] = {}
    for kind in sdk.types:
        if kind.name in types:
            message = f"{name}, sdk `{sdk.key}`, type `{kind.name}`: this name is given twice."
            raise KnowledgeError(message)
        types[kind.name] = kind
    done = tuple(_like(kind, types, sdk, name, ()) for kind in sdk.types)
    for kind in done:
        for other in (*kind.derives.values(), *(call.returns for call in kind.calls)):
            _known(other, types, kind, sdk, name)
    return msgspec.structs.replace(sdk, types=done)


def _like(
    kind: ClientType, types: Mapping[str, ClientType], sdk: Sdk, name: str, trail: tuple[str, ...]
) -> ClientType:
    if not kind.like:
        return kind
    _known(kind.like, types, kind, sdk, name)
    if kind.like in trail:
        message = f"{name}, sdk `{sdk.key}`, type `{kind.name}`: `like` leads back to itself."
        raise KnowledgeError(message)
    base = _like(types[kind.like], types, sdk, name, (*trail, kind.name))
    empty = ClientType(name="", constructors=())
    taken = {
        field: getattr(base, field)
        for field in ClientType.__struct_fields__
        if field not in _OWN and getattr(kind, field) == getattr(empty, field)
    }
    return msgspec.structs.replace(kind, **taken)


def _known(other: str, types: Mapping[str, ClientType], kind: ClientType, sdk: Sdk, name: str) -> None:
    if other and other not in types:
        place = f"{name}, sdk `{sdk.key}`, type `{kind.name}`"
        message = f"{place}: no type `{other}`{nearest(other, types) or '.'}"
        raise KnowledgeError(message)
