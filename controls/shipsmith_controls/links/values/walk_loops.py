"""Following what the head of a block binds: loop targets, `with … as`, comprehensions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shipsmith_controls.facts import code
from shipsmith_controls.links.values.index import Binding, ModuleIndex, last_name
from shipsmith_controls.links.values.value import MOST_VALUES, Data, Unknown, Value

if TYPE_CHECKING:
    from shipsmith_controls.links.values.values import Walk


def bound_by_head(
    walk: Walk, path: str, facts: ModuleIndex, binding: Binding, depth: int
) -> Iterator[Value]:
    """What the head of a block gives to one of the names that it binds."""
    here = facts.module.blocks[binding.index]
    for head in here.heads:
        if here.kind == "with":
            yield from walk.values(path, here.parent, head, depth + 1)
        elif here.kind == "loop":
            yield from _item(walk, path, facts, here, head, binding.extra, depth)


def _item(
    walk: Walk,
    path: str,
    facts: ModuleIndex,
    here: code.Block,
    head: code.Expr,
    position: int,
    depth: int,
) -> Iterator[Value]:
    """What the target at a position is in one round: `for i, (name, model) in enumerate(all)`."""
    names = len(here.names)
    if isinstance(head, code.CallRef):
        call = facts.module.calls[head.call]
        name = last_name(call.callee)
        if name == "enumerate" and call.args and names > 1:
            if position == 0:
                return
            head, position, names = call.args[0], position - 1, names - 1
        elif name == "zip" and len(call.args) == names:
            head, position, names = call.args[position], 0, 1
        elif name in ("values", "items") and isinstance(call.callee, code.Attribute):
            if name == "items" and names > 1:
                if position == 0:
                    return
                position, names = position - 1, names - 1
            yield from _held(walk, path, here.parent, call.callee.base, position, names, depth)
            return
    for value in walk.values(path, here.parent, head, depth + 1):
        if isinstance(value, Data) and isinstance(value.expr, code.Sequence):
            for item in value.expr.items[:MOST_VALUES]:
                yield from _part(walk, value, item, position, names, depth)
        elif not isinstance(value, Data):
            yield Unknown("item", path, here.line)


def _held(
    walk: Walk, path: str, block: int, base: code.Expr, position: int, names: int, depth: int
) -> Iterator[Value]:
    """What a mapping holds, as `.values()` and `.items()` give it."""
    for value in walk.values(path, block, base, depth + 1):
        if isinstance(value, Data) and isinstance(value.expr, code.Mapping):
            for _, held in value.expr.entries[:MOST_VALUES]:
                yield from _part(walk, value, held, position, names, depth)
        else:
            yield Unknown("item", path, base.line)


def _part(
    walk: Walk, data: Data, item: code.Expr, position: int, names: int, depth: int
) -> Iterator[Value]:
    """An item, or the part of it that one of several targets takes."""
    if names > 1:
        parts = _flat(item)
        if len(parts) != names:
            return
        item = parts[position]
    yield from walk.values(data.path, data.block, item, depth + 1)


def _flat(item: code.Expr) -> list[code.Expr]:
    if not isinstance(item, code.Sequence):
        return [item]
    return [part for each in item.items for part in _flat(each)]
