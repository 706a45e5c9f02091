"""Following members: attributes and methods, entries of displays, what callers hand in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from shipsmith_controls.facts import code
from shipsmith_controls.links.values import modules
from shipsmith_controls.links.values.index import ModuleIndex, entry, plain_base
from shipsmith_controls.links.values.value import (
    DEEPEST,
    HOPS,
    MOST_VALUES,
    Cls,
    Const,
    Data,
    Declared,
    Env,
    Extern,
    Fn,
    Inst,
    Made,
    Param,
    Piped,
    Unknown,
    Value,
    Whole,
)
from shipsmith_controls.links.values.walk_calls import (
    argument_for,
    is_property,
    joined,
    takes_self,
    where_given,
)

if TYPE_CHECKING:
    from shipsmith_controls.links.values.values import Walk

_SAME_TEXT = frozenset("value strip lstrip rstrip lower upper trim toLowerCase toUpperCase".split())
"""What hands on a text or a variable much as it is: members of enums, trimming."""


def items(walk: Walk, data: Data, depth: int) -> Iterator[Value]:
    """What the items of a sequence display may be."""
    items = data.expr.items if isinstance(data.expr, code.Sequence) else ()
    for item in items[:MOST_VALUES]:
        yield from walk.values(data.path, data.block, item, depth + 1)


def subscript(walk: Walk, path: str, block: int, expr: code.Subscript, depth: int) -> Iterator[Value]:
    """What `base[index]` may be."""
    keys = [v.value for v in walk.values(path, block, expr.index, depth + 1) if isinstance(v, Const)]
    for value in walk.values(path, block, expr.base, depth + 1):
        if isinstance(value, Extern) and value.dotted in ("os.environ", "process.env"):
            for key in keys:
                if isinstance(key, str):
                    yield Env(key, path, expr.line)
        elif isinstance(value, Data):
            yield from _entry(walk, value, keys, depth)
        elif isinstance(value, Made):
            yield replace(value, trail=joined(value.trail, "[]"))
        elif isinstance(value, Cls) or (isinstance(value, Extern) and _is_class_name(value.name)):
            # `Agent[Context](…)`: the class with its type argument.
            yield value
        elif len(keys) == 1 and isinstance(keys[0], str):
            yield from walk.attribute(value, keys[0], path, expr.line, depth + 1)
        else:
            yield Unknown("item", path, expr.line)


def _is_class_name(name: str) -> bool:
    last = name.rsplit(".", 1)[-1]
    return last[:1].isupper() and not last.isupper()


def _entry(
    walk: Walk, data: Data, keys: list[str | int | float | bool | None], depth: int
) -> Iterator[Value]:
    """The entries of a display under known keys; all of them when no key is known."""
    if isinstance(data.expr, code.Sequence):
        for key in keys:
            if isinstance(key, int) and -len(data.expr.items) <= key < len(data.expr.items):
                yield from walk.values(data.path, data.block, data.expr.items[key], depth + 1)
        if not keys:
            yield from walk.items(data, depth)
        return
    entries = data.expr.entries[:MOST_VALUES]
    chosen = [held for name, held in entries if isinstance(name, code.Literal) and name.value in keys]
    if not chosen:
        chosen = [held for name, held in entries if not keys or not isinstance(name, code.Literal)]
    for held in chosen:
        yield from walk.values(data.path, data.block, held, depth + 1)


def looked_up(walk: Walk, data: Data, path: str, here: code.Call, depth: int) -> Iterator[Value]:
    """What `mapping.get(key, otherwise)` may be."""
    for position, given in enumerate(here.args[:2]):
        found = list(walk.values(path, here.block, given, depth + 1))
        if position == 1:
            yield from found
        elif all(isinstance(value, Const) for value in found):
            yield from _entry(walk, data, [v.value for v in found if isinstance(v, Const)], depth)
        else:
            yield from _entry(walk, data, [], depth)


def attribute(walk: Walk, value: Value, name: str, path: str, line: int, depth: int) -> Iterator[Value]:
    """What `value.name` may be."""
    match value:
        case Extern(module="process", name="env"):
            yield Env(name, path, line)
        case Extern():
            yield replace(value, name=joined(value.name, name))
        case Whole(path=target):
            yield from _module_attribute(walk, target, name, path, line, depth)
        case Made():
            yield replace(value, trail=joined(value.trail, name))
        case Declared(extern=extern):
            yield Made(extern, (), name)
        case Cls(path=home, klass=klass):
            yield from walk.member(home, klass, name, None, depth)
        case Inst(path=home, klass=klass):
            yield from walk.member(home, klass, name, value, depth)
        case Data(expr=code.Mapping() as mapping):
            found = entry(mapping, name)
            if found is not None:
                yield from walk.values(value.path, value.block, found, depth + 1)
                return
            for spread in (held for key, held in mapping.entries if key is None):
                for whole in walk.values(value.path, value.block, spread, depth + 1):
                    yield from walk.attribute(whole, name, path, line, depth + 1)
        case Piped():
            yield value
        case Const(value=str()) | Env() if name in _SAME_TEXT:
            yield value
        case Param() if walk.callers:
            for passed in walk.passed(value, depth + 1):
                yield from walk.attribute(passed, name, path, line, depth + 1)
        case Unknown():
            yield Unknown(joined(value.what, name), path, line)


def passed(walk: Walk, value: Param, depth: int) -> Iterator[Value]:
    """What the callers of a function pass for a parameter, its default where they pass none."""
    facts = walk.index(value.path)
    key = (value.path, value.function, -6, value.name)
    if facts is None or key in walk.seen or walk.hops >= HOPS or depth > DEEPEST:
        return
    function = facts.module.functions[value.function]
    walk.seen.add(key)
    walk.hops += 1
    try:
        for path, call in walk.sites(value):
            outer = walk.index(path)
            if outer is None:
                continue
            here = outer.module.calls[call]
            given = argument_for(here, function, value.name, takes_self(function, facts))
            if given is not None:
                home, block = where_given(walk, path, here, value.path, value.function, given)
                for found in walk.values(home, block, given, depth + 1):
                    if isinstance(found, Param):
                        yield from walk.passed(found, depth + 1)
                    else:
                        yield found
    finally:
        walk.hops -= 1
        walk.seen.discard(key)


def _module_attribute(
    walk: Walk, target: str, name: str, path: str, line: int, depth: int
) -> Iterator[Value]:
    found = False
    for value in walk.export(target, name, depth + 1):
        found = True
        yield value
    if not found and target.endswith("__init__.py"):
        inner = modules.resolve(walk.db, target, "." + name)
        if inner:
            yield Whole(inner)
            return
    if not found:
        yield Unknown(name, path, line)


def member(walk: Walk, path: str, klass: int, name: str, on: Inst | None, depth: int) -> Iterator[Value]:
    """An attribute or method of a class of the tree, its bases included."""
    facts = walk.index(path)
    key = (path, klass, -3, name)
    if facts is None or key in walk.seen or depth > DEEPEST:
        return
    walk.seen.add(key)
    try:
        found = False
        method = facts.methods.get((klass, name))
        if method is not None:
            found = True
            function = facts.module.functions[method]
            bound = Fn(path, method, on.path if on else path, on.klass if on else klass)
            if on is not None and is_property(function):
                yield from walk.returned(bound, depth + 1)
            else:
                yield bound
        body = facts.module.classes[klass].block
        for binding in facts.bindings.get((body, name), ()):
            if binding.kind == "assign":
                found = True
                yield from walk.binding(path, facts, binding, depth + 1)
        for assigned in facts.attributes.get((klass, name), ()):
            assign = facts.module.assigns[assigned]
            found = True
            yield from walk.assigned(path, assign, depth + 1)
        if not found:
            yield from _inherited(walk, path, facts, klass, name, on, depth)
    finally:
        walk.seen.discard(key)


def _inherited(
    walk: Walk, path: str, facts: ModuleIndex, klass: int, name: str, on: Inst | None, depth: int
) -> Iterator[Value]:
    home = facts.module.classes[klass]
    for base in home.bases:
        for value in walk.values(path, home.parent, plain_base(base), depth + 1):
            if isinstance(value, Cls):
                yield from walk.member(value.path, value.klass, name, on, depth + 1)
            elif isinstance(value, Extern):
                calls = ((on.made_path, on.made),) if on and on.made >= 0 else ()
                heir = (on.path, on.klass) if on else (path, klass)
                yield Made(value, calls, name, heir=heir)
