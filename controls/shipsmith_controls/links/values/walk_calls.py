"""Following calls: what they return, with parameters standing for arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from shipsmith_controls.facts import code
from shipsmith_controls.links.values.index import ModuleIndex, dotted, entry, last_name
from shipsmith_controls.links.values.transparent import gives_back
from shipsmith_controls.links.values.value import (
    DEEPEST,
    MOST_VALUES,
    Cls,
    Const,
    Data,
    Env,
    Extern,
    Fn,
    Inst,
    Made,
    Param,
    Piped,
    Unknown,
    Value,
)
from shipsmith_controls.links.values.walk_composed import composed
from shipsmith_controls.links.values.walk_variants import variant

if TYPE_CHECKING:
    from shipsmith_controls.links.values.values import Walk


_ENV_CALLS = frozenset({"os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.pop"})
_LONG_CHAIN = 6
"""Calls of a chain from which on it is followed from its first call."""
_LOOK_UPS = frozenset({"get", "pop", "setdefault", "resolve", "get_instance", "provide"})
"""Methods that give what stands under a key; in a container of services the key is a class."""
_TRANSPARENT = frozenset(
    {
        "str",
        "cast",
        "copy.copy",
        "copy.deepcopy",
        "tuple",
        "list",
    }
)


_WAITS = frozenset({"asyncio.wait_for", "asyncio.shield", "asyncio.create_task", "asyncio.ensure_future"})
"""Functions that give what the awaitable in front gives."""
_RUNS = frozenset(
    {
        "asyncio.to_thread",
        "anyio.to_thread.run_sync",
        "fastapi.concurrency.run_in_threadpool",
        "starlette.concurrency.run_in_threadpool",
    }
)
"""Functions that call the function in front and give what it returns."""


def call(walk: Walk, path: str, call: int, depth: int) -> Iterator[Value]:
    """What a call returns."""
    facts = walk.index(path)
    if facts is None or depth > DEEPEST:
        return
    here = facts.module.calls[call]
    key = (path, call, -4, "")
    if key in walk.seen:
        return
    walk.seen.add(key)
    try:
        links = _chain(facts, call)
        if len(links) > _LONG_CHAIN:
            yield from _linked(walk, path, facts, links, depth + 1)
            return
        if isinstance(here.callee, code.Attribute) and here.callee.name in _LOOK_UPS and here.args:
            yield from _looked_up(walk, path, facts, call, here, here.callee, depth + 1)
            return
        # All of them first: while a callee is being followed, its own name could not be met again inside.
        for callee in tuple(walk.values(path, here.block, here.callee, depth + 1)):
            yield from _called(walk, path, facts, call, here, callee, depth + 1)
    finally:
        walk.seen.discard(key)


def _chain(facts: ModuleIndex, call: int) -> list[int]:
    """The calls of a method chain from the last to the first; look-ups by key end it."""
    found = [call]
    while True:
        callee = facts.module.calls[found[-1]].callee
        base = callee.base if isinstance(callee, code.Attribute) else None
        if not isinstance(base, code.CallRef) or last_name(callee) in _LOOK_UPS:
            return found
        found.append(base.call)


def _linked(walk: Walk, path: str, facts: ModuleIndex, links: list[int], depth: int) -> Iterator[Value]:
    """What a long chain returns, link by link from its first call: its length costs no depth."""
    held = list(walk.call(path, links[-1], depth + 1))
    for at in reversed(links[:-1]):
        here = facts.module.calls[at]
        name = last_name(here.callee)
        callees = [c for v in held for c in walk.attribute(v, name, path, here.line, depth + 1)]
        held = [v for c in callees for v in _called(walk, path, facts, at, here, c, depth + 1)]
        held = held[:MOST_VALUES]
    yield from held


def _looked_up(
    walk: Walk,
    path: str,
    facts: ModuleIndex,
    call: int,
    here: code.Call,
    callee: code.Attribute,
    depth: int,
) -> Iterator[Value]:
    """What `get` gives: an entry of a mapping, or from a container of services one of a class."""
    classes = [v for v in walk.values(path, here.block, here.args[0], depth) if isinstance(v, Cls)]
    if classes:
        yield from (Inst(value.path, value.klass) for value in classes)
        return
    for base in walk.values(path, here.block, callee.base, depth):
        if isinstance(base, Data):
            yield from walk.looked_up(base, path, here, depth)
            continue
        for value in walk.attribute(base, callee.name, path, callee.line, depth):
            yield from _called(walk, path, facts, call, here, value, depth)


def _called(
    walk: Walk, path: str, facts: ModuleIndex, call: int, here: code.Call, callee: Value, depth: int
) -> Iterator[Value]:
    match callee:
        case Extern() if callee.dotted in _ENV_CALLS:
            yield from _environment(walk, path, here, depth)
        case Extern(name="cast") if len(here.args) == 2:
            yield from _cast(walk, path, here, depth)
        case Extern() if callee.dotted in _TRANSPARENT and here.args:
            yield from walk.values(path, here.block, here.args[-1], depth)
        case Extern() if callee.dotted in _WAITS and here.args:
            yield from walk.values(path, here.block, here.args[0], depth)
        case Extern() if callee.dotted in _RUNS and here.args:
            for value in walk.values(path, here.block, here.args[0], depth):
                if isinstance(value, Fn):
                    yield from walk.returned(value, depth)
        case Unknown(what="str" | "list" | "tuple" | "String") if here.args:
            yield from walk.values(path, here.block, here.args[0], depth)
        case Unknown(what=what) if what.rsplit(".", 1)[-1] in ("Depends", "Security"):
            yield from walk.depends(path, call, depth)
        case Extern() if callee.name.rsplit(".", 1)[-1] in ("Depends", "Security"):
            yield from walk.depends(path, call, depth)
        case Extern() if here.args and gives_back(callee):
            yield from walk.values(path, here.block, here.args[0], depth)
        case Extern() | Made() | Piped() if piped := composed(path, here, callee):
            yield piped
        case Extern(name="") if not path.endswith(".py"):
            # `new OpenAI()` after `const OpenAI = require("openai")`: a module that is called.
            yield Made(replace(callee, name="default"), ((path, call),))
        case Extern():
            yield Made(callee, ((path, call),), variant=variant(walk, path, here, callee, depth))
        case Made():
            yield replace(callee, trail=joined(callee.trail, "()"), calls=(*callee.calls, (path, call)))
        case Cls(path=home, klass=klass):
            yield Inst(home, klass, path, call)
        case Fn():
            yield from _returned_to(walk, path, here, callee, depth)
        case Inst(path=home, klass=klass):
            for value in walk.member(home, klass, "__call__", callee, depth):
                if isinstance(value, Fn):
                    yield from _returned_to(walk, path, here, value, depth)
        case Piped():
            yield replace(callee, laid=(*callee.laid, (path, call)))
        case Env() | Const():
            # `settings.get("x").strip()` and its kin keep what they were called on.
            yield callee
        case Unknown(what=what):
            yield Unknown(f"{what}()", path, here.line)


def _cast(walk: Walk, path: str, here: code.Call, depth: int) -> Iterator[Value]:
    """`cast(Type, value)`: the value; the type where the value does not tell."""
    known = False
    for value in walk.values(path, here.block, here.args[1], depth):
        known = known or not isinstance(value, (Unknown, Param))
        yield value
    if not known:
        yield from walk.declared(path, here.block, here.args[0], depth)


def _environment(walk: Walk, path: str, here: code.Call, depth: int) -> Iterator[Value]:
    for position, given in enumerate(here.args[:2]):
        for value in walk.values(path, here.block, given, depth):
            if position == 0 and isinstance(value, Const) and isinstance(value.value, str):
                yield Env(value.value, path, here.line)
            elif position == 1:
                yield value
    for keyword in here.keywords:
        if keyword.name == "default":
            yield from walk.values(path, here.block, keyword.value, depth)


def _returned_to(walk: Walk, path: str, here: code.Call, callee: Fn, depth: int) -> Iterator[Value]:
    """What a function of the tree returns to this call: its parameters stand for arguments."""
    for value in walk.returned(callee, depth):
        if isinstance(value, Param) and (value.path, value.function) == (
            callee.path,
            callee.function,
        ):
            given = walk.given(here, callee, value.name)
            if given is not None:
                home, block = where_given(walk, path, here, callee.path, callee.function, given)
                yield from walk.values(home, block, given, depth)
                continue
        yield value


def where_given(
    walk: Walk, path: str, here: code.Call, home: str, function: int, given: code.Expr
) -> tuple[str, int]:
    """The file and block that an argument stands in: the call's, for a default its function's."""
    facts = walk.index(home)
    called = facts.module.functions[function] if facts is not None else None
    if called is not None and any(param.default is given for param in called.params):
        return home, called.parent
    return path, here.block


def given(walk: Walk, here: code.Call, callee: Fn, name: str) -> code.Expr | None:
    """The argument that a call gives for a parameter, its default when none is given."""
    facts = walk.index(callee.path)
    if facts is None:
        return None
    function = facts.module.functions[callee.function]
    return argument_for(here, function, name, bound=takes_self(function, facts))


def returned(walk: Walk, callee: Fn, depth: int) -> Iterator[Value]:
    """What a function of the tree may return or yield."""
    facts = walk.index(callee.path)
    key = (callee.path, callee.function, -5, "")
    if facts is None or key in walk.seen or depth > DEEPEST:
        return
    walk.seen.add(key)
    try:
        known = False
        for out in facts.returns.get(callee.function, []):
            for value in walk.values(callee.path, out.block, out.value, depth + 1):
                known = known or not isinstance(value, Unknown)
                yield value
        function = facts.module.functions[callee.function]
        if not known and function.returns is not None:
            yield from walk.declared(callee.path, function.parent, function.returns, depth + 1)
    finally:
        walk.seen.discard(key)


def argument_for(here: code.Call, function: code.Function, name: str, bound: bool) -> code.Expr | None:
    """The argument of a call that fills a parameter, its default when none does."""
    for keyword in here.keywords:
        if keyword.name == name:
            return keyword.value
    params = [p for p in function.params if p.kind == "plain"]
    if bound and params and params[0].name in ("self", "cls"):
        params = params[1:]
    for position, param in enumerate(params):
        if param.name == name and position < len(here.args):
            given = here.args[position]
            return None if isinstance(given, code.Opaque) and given.kind == "spread" else given
    wanted = next((p for p in function.params if p.name == name), None)
    if wanted is None:
        return None
    if wanted.kind == "keyword":
        for given in here.args:
            if isinstance(given, code.Mapping):
                found = entry(given, name)
                if found is not None:
                    return found
    return wanted.default


def takes_self(function: code.Function, facts: ModuleIndex) -> bool:
    """Whether a function is a method, whose first parameter is the object."""
    return function.parent in facts.class_by_block


def is_property(function: code.Function) -> bool:
    """Whether a method is read as an attribute."""
    names = {(dotted(d) or "").rsplit(".", 1)[-1] for d in function.decorators}
    return function.getter or bool(
        names & {"property", "cached_property", "computed_field", "hybrid_property"}
    )


def joined(trail: str, name: str) -> str:
    """A trail with one more step."""
    return f"{trail}.{name}" if trail else name
