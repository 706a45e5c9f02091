"""Fields of settings classes that are filled from environment variables of their own names."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, plain_base
from shipsmith_controls.links.values.value import Cls, Extern, Inst
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database

_BASE = "BaseSettings"
_ALIASES = ("validation_alias", "alias", "env")
_DEEP = 4


def variables_of_setting(
    db: Database, path: str, block: int, expr: code.Expr, depth: int = 0
) -> tuple[str, ...]:
    """The variables behind `settings.OPENAI_API_KEY`, where `settings` is made of a `BaseSettings`.

    Empty where the expression reads no such field; a name is followed to what it is given.
    """
    facts = index(db, path)
    if facts is None or depth > _DEEP:
        return ()
    if isinstance(expr, code.CallRef):
        callee = facts.module.calls[expr.call].callee
        return (
            variables_of_setting(db, path, block, callee.base, depth + 1)
            if isinstance(callee, code.Attribute) and callee.name == "get_secret_value"
            else ()
        )
    if isinstance(expr, code.Name):
        found: dict[str, None] = {}
        for binding in facts.lookup(block, expr.id)[1]:
            home, given = facts.taken_from(binding)
            for value in given:
                found |= dict.fromkeys(variables_of_setting(db, path, home, value, depth + 1))
        return tuple(found)
    if not isinstance(expr, code.Attribute):
        return ()
    fields = [
        field
        for value in values(db, path, block, expr.base)
        if isinstance(value, (Inst, Cls))
        for field in _fields(db, value.path, value.klass, expr.name)
    ]
    return tuple(dict.fromkeys(fields))


def _fields(db: Database, path: str, klass: int, name: str) -> Iterator[str]:
    """The variable of a field, when the class that declares it stands on `BaseSettings`."""
    for home, at in _line(db, path, klass):
        facts = index(db, home)
        body = facts.module.classes[at].block if facts is not None else -1
        for binding in facts.bindings.get((body, name), ()) if facts is not None else ():
            if facts is not None and binding.kind == "assign":
                assign = facts.module.assigns[binding.index]
                given = _alias(facts, assign.value)
                yield given or f"{_prefix(facts, body)}{name}".upper()
                return


def _line(db: Database, path: str, klass: int) -> list[tuple[str, int]]:
    """The class and its bases in the tree, nearest first; empty when none stands on `BaseSettings`."""
    found: list[tuple[str, int]] = []
    pending, rooted = [(path, klass)], False
    while pending and len(found) < _DEEP:
        home, at = pending.pop(0)
        facts = index(db, home)
        if facts is None:
            continue
        found.append((home, at))
        own = facts.module.classes[at]
        for base in own.bases:
            for value in values(db, home, own.parent, plain_base(base)):
                rooted = rooted or (isinstance(value, Extern) and value.name.endswith(_BASE))
                if isinstance(value, Cls):
                    pending.append((value.path, value.klass))
    return found if rooted else []


def _alias(facts: ModuleIndex, value: code.Expr | None) -> str:
    if isinstance(value, code.CallRef):
        for name in _ALIASES:
            given = argument(facts.module.calls[value.call], name)
            if isinstance(given, code.Literal) and isinstance(given.value, str):
                return given.value
    return ""


def _prefix(facts: ModuleIndex, body: int) -> str:
    for binding in facts.bindings.get((body, "model_config"), ()):
        held = facts.module.assigns[binding.index].value if binding.kind == "assign" else None
        if isinstance(held, code.CallRef):
            given = argument(facts.module.calls[held.call], "env_prefix")
            if isinstance(given, code.Literal) and isinstance(given.value, str):
                return given.value
    return ""
