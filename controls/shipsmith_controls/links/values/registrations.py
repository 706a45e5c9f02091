"""Registrations: handlers that TypeScript code hands over in place, under a path or an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from shipsmith_controls.facts import code

VERBS = frozenset("get post put patch delete all ws options head".split())
"""Methods of an application or router that take a path and handlers."""
_EVENTS = frozenset("on once command hears action event message view shortcut subscribe".split())


def registered_functions(module: code.Module, named: Mapping[str, Sequence[int]]) -> frozenset[int]:
    """Functions that stand in a call which registers them; `named`: last name of a callee -> calls."""
    if module.language != "typescript":
        return frozenset()
    found: set[int] = set()
    for name in VERBS | _EVENTS:
        for at in named.get(name, ()):
            call = module.calls[at]
            if isinstance(call.callee, code.Attribute) and (
                is_named(call) if name in _EVENTS else path_of(call, module) is not None
            ):
                found.update(f.function for given in call.args for f in handed(given, module))
    return frozenset(found)


def is_named(call: code.Call) -> bool:
    """Whether a call gives a name or pattern of events before their handler."""
    if len(call.args) < 2 or not isinstance(call.args[-1], code.FunctionRef):
        return False
    return not isinstance(call.args[0], (code.FunctionRef, code.CallRef, code.Mapping))


def path_of(call: code.Call, module: code.Module) -> str | None:
    """The path that handlers are registered under: `.post("/a", …)`, `.route("/a").post(…)`."""
    first = call.args[0] if call.args else None
    if isinstance(first, code.Literal) and isinstance(first.value, str):
        return first.value if first.value.startswith("/") or first.value in ("", "*") else None
    base = call.callee.base if isinstance(call.callee, code.Attribute) else None
    while isinstance(base, code.CallRef):
        outer = module.calls[base.call]
        if not isinstance(outer.callee, code.Attribute):
            return None
        if outer.callee.name == "route":
            return path_of(outer, module)
        base = outer.callee.base if outer.callee.name in VERBS else None
    return None


def handed(given: code.Expr, module: code.Module) -> Iterator[code.FunctionRef]:
    """Functions written in place in an argument, also in a list or in a wrapper around them."""
    match given:
        case code.FunctionRef():
            yield given
        case code.Sequence(items=items):
            for item in items:
                yield from handed(item, module)
        case code.CallRef(call=call):
            for inner in module.calls[call].args:
                if isinstance(inner, code.FunctionRef):
                    yield inner
