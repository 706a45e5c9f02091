"""Injected objects: whether production code passes anything for a parameter that users may fill."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex
from shipsmith_controls.links.values.values import argument_for, call_sites
from shipsmith_controls.queries import Database

_DEPTH = 5


def is_handed_in(db: Database, path: str, block: int, expr: code.Expr, depth: int = 0) -> bool:
    """Whether the object at the root of an expression is one that production code hands in.

    A parameter that no caller fills is not; an object that is no parameter counts as handed in.
    """
    facts = index(db, path)
    if facts is None or depth > _DEPTH:
        return False
    root = expr
    while isinstance(root, (code.Attribute, code.Subscript)):
        base = root.base
        if (
            isinstance(base, code.Name)
            and base.id in ("self", "this")
            and isinstance(root, code.Attribute)
        ):
            return _attribute(db, path, facts, block, root.name, depth)
        root = base
    if not isinstance(root, code.Name):
        return True
    return _named(db, path, facts, block, root.id, depth)


def _attribute(db: Database, path: str, facts: ModuleIndex, block: int, name: str, depth: int) -> bool:
    around = facts.class_around(block)
    assigned = [facts.module.assigns[i] for i in facts.attributes.get((around, name), ())]
    if not assigned:
        return True
    return any(
        is_handed_in(db, path, a.block, _kept(a.value), depth + 1)
        for a in assigned
        if a.value is not None
    )


def _kept(value: code.Expr) -> code.Expr:
    """`wrap(x) if x else None` and `x or None` are about `x`."""
    if isinstance(value, code.Choice):
        return next((o for o in value.options if not isinstance(o, code.Literal)), value)
    return value


def _named(db: Database, path: str, facts: ModuleIndex, block: int, name: str, depth: int) -> bool:
    _, bindings = facts.lookup(block, name)
    params = [b for b in bindings if b.kind == "param"]
    if not params:
        return True
    return any(_is_passed(db, path, facts, b.index, b.extra, depth) for b in params)


def _is_passed(
    db: Database, path: str, facts: ModuleIndex, function: int, position: int, depth: int
) -> bool:
    here = facts.module.functions[function]
    param = here.params[position]
    if isinstance(param.default, code.CallRef):
        return True
    for user, at in call_sites(db, path, function):
        other = index(db, user)
        if other is None or not is_production(db, user):
            continue
        call = other.module.calls[at]
        given = argument_for(call, here, param.name, here.parent in facts.class_by_block)
        if given is None or isinstance(given, code.Literal):
            continue
        if is_handed_in(db, user, call.block, _kept(given), depth + 1):
            return True
    return False
