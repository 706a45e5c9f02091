"""Classes: what a class of the tree stands on, and which of its methods something outside calls."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.graph import Node
from shipsmith_controls.links.values.index import ModuleIndex, plain_base
from shipsmith_controls.links.values.symbols import Symbols
from shipsmith_controls.links.values.value import Cls, Declared, Extern, Fn
from shipsmith_controls.links.values.values import Walk
from shipsmith_controls.queries import Database, query

MAKERS = frozenset({"__init__", "constructor"})
"""Methods that make an object: a call of the one of a base class never lands in an heir's."""


def bases(db: Database, path: str, facts: ModuleIndex) -> Iterator[tuple[str, Node]]:
    """(class, base class in the tree) for each class of a file, without reading unmarked files."""
    symbols = Symbols(db, path, facts)
    for klass in facts.module.classes:
        for base in klass.bases:
            target = symbols.imported(klass.parent, plain_base(base))
            if target is not None:
                yield klass.qualname, target
                continue
            for value in Walk(db).values(path, klass.parent, plain_base(base)):
                if isinstance(value, Cls):
                    other = index(db, value.path)
                    if other is not None:
                        yield klass.qualname, Node(value.path, other.module.classes[value.klass].qualname)


def standing_for_sdk(db: Database, path: str, facts: ModuleIndex) -> Iterator[str]:
    """Names at module level that stand for something of an SDK.

    They are heirs of its classes, and functions declared to return one.
    """
    for klass in facts.module.classes:
        for base in klass.bases:
            for value in Walk(db).values(path, klass.parent, plain_base(base)):
                if isinstance(value, Extern) and sdk.constructor_of(value):
                    yield klass.qualname.split(".")[0]
    for function in facts.module.functions:
        if isinstance(function.returns, (code.Name, code.Attribute)):
            for value in Walk(db).declared(path, function.parent, function.returns, 0):
                if isinstance(value, Declared) and sdk.constructor_of(value.extern):
                    yield function.qualname.split(".")[0]


@query
def called_from_outside(db: Database, path: str, klass: int) -> tuple[Fn, ...]:
    """The methods of a class that code outside the tree may call, where it stands on such code.

    A base class from outside calls the methods that its heirs bring (`Thread.run`, a middleware's
    hooks, a chat server's `respond`). Classes that only hold data (pydantic) call none.
    """
    found: dict[str, Fn] = {}
    if not _gather(db, path, klass, found, set()):
        return ()
    return tuple(found.values())


def _gather(
    db: Database, path: str, klass: int, found: dict[str, Fn], seen: set[tuple[str, int]]
) -> bool:
    facts = index(db, path)
    if facts is None or (path, klass) in seen:
        return False
    seen.add((path, klass))
    for (owner, name), function in facts.methods.items():
        if owner == klass and not name.startswith("__"):
            found.setdefault(name, Fn(path, function))
    outside = False
    home = facts.module.classes[klass]
    for base in home.bases:
        for value in Walk(db).values(path, home.parent, plain_base(base)):
            if isinstance(value, Extern):
                outside = outside or not holds_data(value)
            elif isinstance(value, Cls):
                outside = _gather(db, value.path, value.klass, found, seen) or outside
    return outside


@cache
def _data_modules() -> tuple[str, ...]:
    return tuple(module for kind in load().tables.data_class for module in kind.modules)


def holds_data(base: Extern) -> bool:
    """Whether a base class from outside only gives a class fields or a type, and calls nothing."""
    return any(base.module == m or base.module.startswith(m + ".") for m in _data_modules())


def object_of(expr: code.Expr, facts: ModuleIndex, block: int) -> bool:
    """Whether an expression can be an object of a class, by how it is written or bound."""
    if isinstance(expr, code.Name):
        return any(
            binding.kind == "assign" and _may_make(facts.module.assigns[binding.index].value, facts)
            for binding in facts.lookup(block, expr.id)[1]
        )
    return _may_make(expr, facts)


def _may_make(expr: code.Expr | None, facts: ModuleIndex) -> bool:
    if isinstance(expr, code.Sequence):
        return any(isinstance(item, (code.Name, code.CallRef)) for item in expr.items)
    if not isinstance(expr, code.CallRef):
        return False
    callee = facts.module.calls[expr.call].callee
    last = callee.name if isinstance(callee, code.Attribute) else getattr(callee, "id", "")
    return last[:1].isupper()
