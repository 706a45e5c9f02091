"""Commands sent through a client: `client.send(new ConverseCommand({…}))` is what the command is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.links.values.value import Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database


def fitting(db: Database, path: str, call: code.Call, found: sdk.Found) -> sdk.Found | None:
    """The shape of the command that is sent; None when it is no command to a model."""
    if not found.shape.command:
        return found
    sent = {name for name, _, _ in _constructed(db, path, call)}
    kinds = (kind for offered in load().sdks if offered is found.sdk for kind in offered.types)
    shapes = [shape for kind in kinds if found.shape in kind.calls for shape in kind.calls]
    fits = (s for s in shapes if found.shape.path[0] in s.path and sent.intersection(s.command))
    shape = next(fits, None)
    return found._replace(shape=shape) if shape is not None else None


def command_sent(db: Database, path: str, call: code.Call) -> tuple[str, int] | None:
    """The construction of the command that a call sends, as (path, call)."""
    if last_name(call.callee) not in _senders():
        return None
    for name, made_path, made in _constructed(db, path, call):
        if name in _commands():
            return made_path, made
    return None


def _constructed(db: Database, path: str, call: code.Call) -> Iterator[tuple[str, str, int]]:
    for value in values(db, path, call.block, call.args[0]) if call.args else ():
        if isinstance(value, Made) and value.calls:
            yield value.extern.name.rsplit(".", 1)[-1], *value.calls[0]


@cache
def _senders() -> frozenset[str]:
    return frozenset(
        p for s in load().sdks for k in s.types for c in k.calls if c.command for p in c.path
    )


@cache
def _commands() -> frozenset[str]:
    return frozenset(
        name for s in load().sdks for kind in s.types for shape in kind.calls for name in shape.command
    )
