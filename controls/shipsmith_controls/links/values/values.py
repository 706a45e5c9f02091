"""Following a value: from an expression to what it may be, through names, attributes, calls and files.

This is no interpreter: branches are all taken, loops are not run, and what cannot be followed is
said to be `Unknown`. Every walk is bounded, and it ends in one or more `Value`s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipsmith_controls.facts import code
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import modules, walk_calls, walk_members, walk_names
from shipsmith_controls.links.values.index import Binding, ModuleIndex, dotted
from shipsmith_controls.links.values.value import (
    DEEPEST,
    MOST_VALUES,
    Cls,
    Const,
    Data,
    Extern,
    Fn,
    Inst,
    Param,
    Piped,
    Text,
    Unknown,
    Value,
)
from shipsmith_controls.links.values.walk_calls import argument_for
from shipsmith_controls.queries import Database, query

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Walk", "argument_for", "call_sites", "callees", "values", "values_of_call"]


class Walk:
    """One bounded walk; `seen` keeps it from going round in circles."""

    def __init__(self, db: Database, callers: bool = False) -> None:
        self.db = db
        self.callers = callers
        self.hops = 0
        self._indexes: dict[str, ModuleIndex | None] = {}
        self.seen: set[tuple[str, int, int, str]] = set()
        self.budget = 600

    def index(self, path: str) -> ModuleIndex | None:
        """The facts of a file, asked for once in a walk."""
        if path not in self._indexes:
            self._indexes[path] = index(self.db, path)
        return self._indexes[path]

    def values(self, path: str, block: int, expr: code.Expr | None, depth: int = 0) -> Iterator[Value]:
        """What an expression in a block of a file may be."""
        self.budget -= 1
        if expr is None or depth > DEEPEST or self.budget < 0:
            return
        match expr:
            case code.Literal(line=line, value=literal):
                yield Const(literal, path, line)
            case code.Template():
                yield from self._template(path, block, expr, depth)
            case code.Name(line=line, id=name):
                yield from walk_names.name(self, path, block, name, line, depth)
            case code.Attribute(line=line, base=base, name=name):
                if dotted(expr) == "process.env":
                    yield Extern("process", "env", path, line)
                    return
                for value in self.values(path, block, base, depth + 1):
                    yield from self.attribute(value, name, path, line, depth + 1)
            case code.Subscript():
                yield from walk_members.subscript(self, path, block, expr, depth)
            case code.CallRef(call=call):
                yield from self.call(path, call, depth + 1)
            case code.Mapping() | code.Sequence():
                yield Data(path, block, expr)
            case code.Choice(options=options):
                for option in options:
                    yield from self.values(path, block, option, depth + 1)
            case code.FunctionRef(function=function):
                yield Fn(path, function)
            case code.Operation(operator="|", operands=operands):
                yield Piped(path, block, operands)
            case code.Operation(line=line) | code.Opaque(line=line):
                yield Unknown(type(expr).__name__.lower(), path, line)

    def _template(self, path: str, block: int, expr: code.Template, depth: int) -> Iterator[Value]:
        pieces: list[str] = []
        for part in expr.parts:
            found = [v for v in self.values(path, block, part, depth + 1) if isinstance(v, Const)]
            if len(found) != 1 or found[0].value is None:
                yield Text(path, block, expr)
                return
            pieces.append(str(found[0].value))
        yield Const("".join(pieces), path, expr.line)

    def binding(self, path: str, facts: ModuleIndex, binding: Binding, depth: int) -> Iterator[Value]:
        """What one binding of a name gives it."""
        return walk_names.binding(self, path, facts, binding, depth)

    def assigned(self, path: str, assign: code.Assign, depth: int) -> Iterator[Value]:
        """What an assignment gives its target."""
        return walk_names.assigned(self, path, assign, depth)

    def looked_up(self, data: Data, path: str, here: code.Call, depth: int) -> Iterator[Value]:
        """What a `get` of a mapping display may be."""
        return walk_members.looked_up(self, data, path, here, depth)

    def export(self, path: str, name: str, depth: int) -> Iterator[Value]:
        """What a module of the tree offers under a name."""
        return walk_names.export(self, path, name, depth)

    def declared(self, path: str, block: int, annotation: code.Expr, depth: int) -> Iterator[Value]:
        """Objects of a declared type: classes of the tree, or external types by name.

        `Depends(get_client)` inside an `Annotated[...]` is followed to what the dependency returns.
        """
        return walk_names.declared(self, path, block, annotation, depth)

    def depends(self, path: str, call: int, depth: int) -> Iterator[Value]:
        """What a dependency marker (`Depends(f)`, `Security(f)`) hands in."""
        return walk_names.depends(self, path, call, depth)

    def attribute(self, value: Value, name: str, path: str, line: int, depth: int) -> Iterator[Value]:
        """What `value.name` may be."""
        return walk_members.attribute(self, value, name, path, line, depth)

    def passed(self, value: Param, depth: int) -> Iterator[Value]:
        """What the callers of a function pass for a parameter, its default where they pass none."""
        return walk_members.passed(self, value, depth)

    def member(self, path: str, klass: int, name: str, on: Inst | None, depth: int) -> Iterator[Value]:
        """An attribute or method of a class of the tree, its bases included."""
        return walk_members.member(self, path, klass, name, on, depth)

    def call(self, path: str, call: int, depth: int) -> Iterator[Value]:
        """What a call returns."""
        return walk_calls.call(self, path, call, depth)

    def given(self, here: code.Call, callee: Fn, name: str) -> code.Expr | None:
        """The argument that a call gives for a parameter, its default when none is given."""
        return walk_calls.given(self, here, callee, name)

    def returned(self, callee: Fn, depth: int) -> Iterator[Value]:
        """What a function of the tree may return or yield."""
        return walk_calls.returned(self, callee, depth)

    def sites(self, value: Param) -> tuple[tuple[str, int], ...]:
        """The calls of the function that a parameter belongs to, as (path, call)."""
        return call_sites(self.db, value.path, value.function)

    def items(self, data: Data, depth: int) -> Iterator[Value]:
        """What the items of a sequence display may be."""
        return walk_members.items(self, data, depth)


@query
def values_of_call(db: Database, path: str, call: int) -> tuple[Value, ...]:
    """What a call returns, each possibility once."""
    return _unique(Walk(db).call(path, call, 0))


@query
def call_sites(db: Database, path: str, function: int) -> tuple[tuple[str, int], ...]:
    """Calls of a function as (path, call), in its own file and in files that import its name."""
    facts = index(db, path)
    if facts is None:
        return ()
    target = facts.module.functions[function]
    klass = facts.class_by_block.get(target.parent, -1)
    makes = klass >= 0 and target.name in ("__init__", "constructor")
    wanted = facts.module.classes[klass].name if makes else target.name
    top = target.qualname.split(".")[0]
    found: list[tuple[str, int]] = []
    users = dict.fromkeys((path, *modules.users_of(db, path, top)))
    exports = facts.module.exports
    is_default = any(e.name == "default" and e.local == top and not e.module for e in exports)
    users |= dict.fromkeys(modules.users_of(db, path, "default") if is_default else ())
    for user in users:
        other = index(db, user)
        if other is None or not wanted:
            continue
        # A default export goes by the name that each file gives it.
        taken = [i for i in other.module.imports if is_default and i.name == "default"]
        aliases = (i.alias for i in taken if modules.resolve(db, user, i.module) == path)
        own = (*(("cls",) if makes and user == path else ()), *(("super",) if makes else ()))
        names = dict.fromkeys((wanted, *own, *aliases))
        for i in sorted(i for name in names for i in other.calls_named.get(name, ())):
            call = other.module.calls[i]
            for value in Walk(db).values(user, call.block, call.callee):
                if _is_it(value, path, function, klass if makes else -1):
                    found.append((user, i))
                    break
    return tuple(found)


def _is_it(value: Value, path: str, function: int, klass: int) -> bool:
    if isinstance(value, Fn):
        return (value.path, value.function) == (path, function)
    return isinstance(value, (Cls, Inst)) and klass >= 0 and (value.path, value.klass) == (path, klass)


def values(
    db: Database, path: str, block: int, expr: code.Expr | None, callers: bool = False
) -> tuple[Value, ...]:
    """What an expression may be, each possibility once; with `callers`, parameters are followed."""
    walk = Walk(db, callers)
    found: list[Value] = []
    for value in walk.values(path, block, expr):
        if callers and isinstance(value, Param):
            passed = list(walk.passed(value, 0))
            found.extend(passed or [value])
        else:
            found.append(value)
    return _unique(iter(found))


def callees(db: Database, path: str, call: int) -> tuple[Value, ...]:
    """What a call calls, each possibility once."""
    facts = index(db, path)
    if facts is None:
        return ()
    here = facts.module.calls[call]
    return _unique(Walk(db).values(path, here.block, here.callee))


def _unique(found: Iterator[Value]) -> tuple[Value, ...]:
    kept: list[Value] = []
    for value in found:
        if value not in kept:
            kept.append(value)
            if len(kept) >= MOST_VALUES:
                break
    return tuple(kept)
