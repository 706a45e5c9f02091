"""Following a value: from an expression to what it may be, through names, attributes, calls and files.

This is no interpreter: branches are all taken, loops are not run, and what cannot be followed is
said to be `Unknown`. Every walk is bounded, and it ends in one or more `Value`s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from shipsmith_controls.facts import code
from shipsmith_controls.links import modules
from shipsmith_controls.links.index import Binding, ModuleIndex, dotted, entry, last_name
from shipsmith_controls.links.transparent import gives_back
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.value import (
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
    Text,
    Unknown,
    Value,
    Whole,
)
from shipsmith_controls.queries import Database, query

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIMIT = 48
_DEPTH = 24
_HOPS = 3
_ENV_CALLS = frozenset({"os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.pop"})
_TRANSPARENT = frozenset(
    {
        "str",
        "cast",
        "typing.cast",
        "typing_extensions.cast",
        "copy.copy",
        "copy.deepcopy",
        "tuple",
        "list",
    }
)


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
        if expr is None or depth > _DEPTH or self.budget < 0:
            return
        match expr:
            case code.Literal(line=line, value=literal):
                yield Const(literal, path, line)
            case code.Template():
                yield from self._template(path, block, expr, depth)
            case code.Name(line=line, id=name):
                yield from self._name(path, block, name, line, depth)
            case code.Attribute(line=line, base=base, name=name):
                if dotted(expr) == "process.env":
                    yield Extern("process", "env", path, line)
                    return
                for value in self.values(path, block, base, depth + 1):
                    yield from self.attribute(value, name, path, line, depth + 1)
            case code.Subscript():
                yield from self._subscript(path, block, expr, depth)
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

    def _name(self, path: str, block: int, name: str, line: int, depth: int) -> Iterator[Value]:
        facts = self.index(path)
        if facts is None:
            return
        if name in ("self", "cls"):
            around = facts.class_around(block)
            if around >= 0:
                yield Inst(path, around) if name == "self" else Cls(path, around)
                return
        scope, bindings = facts.lookup(block, name)
        if not bindings:
            yield Unknown(name, path, line)
            return
        key = (path, scope, -1, name)
        if key in self.seen:
            return
        self.seen.add(key)
        try:
            for binding in bindings:
                yield from self.binding(path, facts, binding, depth + 1)
        finally:
            self.seen.discard(key)

    def binding(self, path: str, facts: ModuleIndex, binding: Binding, depth: int) -> Iterator[Value]:
        """What one binding of a name gives it."""
        module = facts.module
        match binding.kind:
            case "import":
                imported = module.imports[binding.index]
                yield from self._imported(path, imported, depth)
            case "function":
                yield Fn(path, binding.index)
            case "class":
                yield Cls(path, binding.index)
            case "assign":
                assign = module.assigns[binding.index]
                if assign.value is not None:
                    yield from self.values(path, assign.block, assign.value, depth)
                elif assign.annotation is not None:
                    yield from self.declared(path, assign.block, assign.annotation, depth)
            case "param":
                function = module.functions[binding.index]
                yield from self._param(path, facts, binding.index, function.params[binding.extra], depth)
            case "head":
                yield from self._head(path, facts, binding.index, depth)

    def _imported(self, path: str, imported: code.Import, depth: int) -> Iterator[Value]:
        target = modules.resolve(self.db, path, imported.module)
        if imported.name is None:
            # `import a.b` binds `a`; the rest of the path is read as attributes.
            whole = imported.alias == imported.module.split(".")[0]
            name = imported.module.split(".")[0] if whole else imported.module
            target = modules.resolve(self.db, path, name) if whole else target
            yield Whole(target) if target else Extern(name, "", path, imported.line)
            return
        if imported.name == "*":
            yield Whole(target) if target else Extern(imported.module, "", path, imported.line)
            return
        joint = imported.module if imported.module.endswith(".") else imported.module + "."
        inner = modules.resolve(self.db, path, joint + imported.name) if path.endswith(".py") else None
        if target:
            found = False
            for value in self.export(target, imported.name, depth + 1):
                found = True
                yield value
            if found:
                return
        if inner:
            yield Whole(inner)
        elif target:
            yield Unknown(imported.name, path, imported.line)
        else:
            yield Extern(imported.module, imported.name, path, imported.line)

    def export(self, path: str, name: str, depth: int) -> Iterator[Value]:
        """What a module of the tree offers under a name."""
        facts = self.index(path)
        key = (path, 0, -2, name)
        if facts is None or key in self.seen or depth > _DEPTH:
            return
        self.seen.add(key)
        try:
            shown = facts.exports.get(name)
            if shown is not None and shown.module:
                target = modules.resolve(self.db, path, shown.module)
                if target and shown.local == "*":
                    yield Whole(target)
                elif target:
                    yield from self.export(target, shown.local or name, depth + 1)
                else:
                    yield Extern(shown.module, shown.local or name, path, shown.line)
                return
            if shown is not None and shown.value is not None:
                yield from self.values(path, 0, shown.value, depth + 1)
                return
            local = shown.local if shown is not None and shown.local else name
            bindings = facts.bindings.get((0, local))
            if bindings:
                for binding in bindings:
                    yield from self.binding(path, facts, binding, depth + 1)
                return
            for star in facts.star_exports:
                target = modules.resolve(self.db, path, star)
                if target:
                    yield from self.export(target, name, depth + 1)
            for binding in facts.bindings.get((0, "*"), ()):
                target = modules.resolve(self.db, path, facts.module.imports[binding.index].module)
                if target:
                    yield from self.export(target, name, depth + 1)
        finally:
            self.seen.discard(key)

    def _param(
        self, path: str, facts: ModuleIndex, function: int, param: code.Param, depth: int
    ) -> Iterator[Value]:
        known = False
        if param.annotation is not None:
            block = facts.module.functions[function].parent
            for value in self.declared(path, block, param.annotation, depth):
                known = True
                yield value
        if not known:
            yield Param(path, function, param.name)

    def declared(self, path: str, block: int, annotation: code.Expr, depth: int) -> Iterator[Value]:
        """Objects of a declared type: classes of the tree, or external types by name.

        `Depends(get_client)` inside an `Annotated[...]` is followed to what the dependency returns.
        """
        match annotation:
            case code.Subscript(base=base, index=inner):
                head = (dotted(base) or "").rsplit(".", 1)[-1]
                if head in ("Optional", "Annotated", "Union", "ClassVar", "Final", "Promise", "Readonly"):
                    inner_parts = inner.items if isinstance(inner, code.Sequence) else (inner,)
                    depends = [p for p in inner_parts if isinstance(p, code.CallRef)]
                    for marker in depends:
                        yield from self.depends(path, marker.call, depth + 1)
                    if not depends:
                        for part in inner_parts[: 1 if head == "Annotated" else None]:
                            yield from self.declared(path, block, part, depth + 1)
                return
            case code.Operation(operator="|", operands=operands):
                for part in operands:
                    yield from self.declared(path, block, part, depth + 1)
                return
            case code.Name() | code.Attribute():
                pass
            case _:
                return
        for value in self.values(path, block, annotation, depth + 1):
            if isinstance(value, Cls):
                yield Inst(value.path, value.klass)
            elif isinstance(value, Extern) and value.name and value.name[0].isupper():
                if value.module not in ("typing", "typing_extensions", "collections.abc"):
                    yield Declared(value, path, annotation.line)
            elif isinstance(value, Data) or (
                isinstance(value, Made) and value.extern.name == "Annotated"
            ):
                continue

    def depends(self, path: str, call: int, depth: int) -> Iterator[Value]:
        """What a dependency marker (`Depends(f)`, `Security(f)`) hands in."""
        facts = self.index(path)
        if facts is None:
            return
        marker = facts.module.calls[call]
        if (dotted(marker.callee) or "").rsplit(".", 1)[-1] not in ("Depends", "Security", "Inject"):
            return
        for given in marker.args[:1]:
            for value in self.values(path, marker.block, given, depth + 1):
                if isinstance(value, Fn):
                    yield from self.returned(value, depth + 1)
                elif isinstance(value, Cls):
                    yield Inst(value.path, value.klass)

    def _head(self, path: str, facts: ModuleIndex, block: int, depth: int) -> Iterator[Value]:
        here = facts.module.blocks[block]
        for head in here.heads:
            if here.kind == "with":
                yield from self.values(path, here.parent, head, depth + 1)
            elif here.kind == "loop":
                for value in self.values(path, here.parent, head, depth + 1):
                    if isinstance(value, Data):
                        yield from self._items(value, depth + 1)
                    else:
                        yield Unknown("item", path, here.line)

    def _items(self, data: Data, depth: int) -> Iterator[Value]:
        items = data.expr.items if isinstance(data.expr, code.Sequence) else ()
        for item in items[:_LIMIT]:
            yield from self.values(data.path, data.block, item, depth + 1)

    def _subscript(self, path: str, block: int, expr: code.Subscript, depth: int) -> Iterator[Value]:
        keys = [v.value for v in self.values(path, block, expr.index, depth + 1) if isinstance(v, Const)]
        for value in self.values(path, block, expr.base, depth + 1):
            if isinstance(value, Extern) and value.dotted in ("os.environ", "process.env"):
                for key in keys:
                    if isinstance(key, str):
                        yield Env(key, path, expr.line)
            elif isinstance(value, Data):
                yield from self._entry(value, keys, depth)
            elif isinstance(value, Made):
                yield replace(value, trail=_joined(value.trail, "[]"))
            elif len(keys) == 1 and isinstance(keys[0], str):
                yield from self.attribute(value, keys[0], path, expr.line, depth + 1)
            else:
                yield Unknown("item", path, expr.line)

    def _entry(
        self, data: Data, keys: list[str | int | float | bool | None], depth: int
    ) -> Iterator[Value]:
        """The entries of a display under known keys; all of them when no key is known."""
        if isinstance(data.expr, code.Sequence):
            for key in keys:
                if isinstance(key, int) and -len(data.expr.items) <= key < len(data.expr.items):
                    yield from self.values(data.path, data.block, data.expr.items[key], depth + 1)
            if not keys:
                yield from self._items(data, depth)
            return
        for name, held in data.expr.entries[:_LIMIT]:
            if not keys or (isinstance(name, code.Literal) and name.value in keys):
                yield from self.values(data.path, data.block, held, depth + 1)

    def attribute(self, value: Value, name: str, path: str, line: int, depth: int) -> Iterator[Value]:
        """What `value.name` may be."""
        match value:
            case Extern(module="process", name="env"):
                yield Env(name, path, line)
            case Extern():
                yield replace(value, name=_joined(value.name, name))
            case Whole(path=target):
                yield from self._module_attribute(target, name, path, line, depth)
            case Made():
                yield replace(value, trail=_joined(value.trail, name))
            case Declared(extern=extern):
                yield Made(extern, (), name)
            case Cls(path=home, klass=klass):
                yield from self.member(home, klass, name, None, depth)
            case Inst(path=home, klass=klass):
                yield from self.member(home, klass, name, value, depth)
            case Data(expr=code.Mapping() as mapping):
                found = entry(mapping, name)
                if found is not None:
                    yield from self.values(value.path, value.block, found, depth + 1)
            case Piped():
                yield value
            case Param() if self.callers:
                for passed in self.passed(value, depth + 1):
                    yield from self.attribute(passed, name, path, line, depth + 1)
            case Unknown():
                yield Unknown(_joined(value.what, name), path, line)

    def passed(self, value: Param, depth: int) -> Iterator[Value]:
        """What the callers of a function pass for a parameter, its default where they pass none."""
        facts = self.index(value.path)
        key = (value.path, value.function, -6, value.name)
        if facts is None or key in self.seen or self.hops >= _HOPS or depth > _DEPTH:
            return
        function = facts.module.functions[value.function]
        self.seen.add(key)
        self.hops += 1
        try:
            for path, call in call_sites(self.db, value.path, value.function):
                outer = self.index(path)
                if outer is None:
                    continue
                here = outer.module.calls[call]
                given = argument_for(here, function, value.name, _takes_self(function, facts))
                if given is not None:
                    for found in self.values(path, here.block, given, depth + 1):
                        if isinstance(found, Param):
                            yield from self.passed(found, depth + 1)
                        else:
                            yield found
        finally:
            self.hops -= 1
            self.seen.discard(key)

    def _module_attribute(
        self, target: str, name: str, path: str, line: int, depth: int
    ) -> Iterator[Value]:
        found = False
        for value in self.export(target, name, depth + 1):
            found = True
            yield value
        if not found and target.endswith("__init__.py"):
            inner = modules.resolve(self.db, target, "." + name)
            if inner:
                yield Whole(inner)
                return
        if not found:
            yield Unknown(name, path, line)

    def member(self, path: str, klass: int, name: str, on: Inst | None, depth: int) -> Iterator[Value]:
        """An attribute or method of a class of the tree, its bases included."""
        facts = self.index(path)
        key = (path, klass, -3, name)
        if facts is None or key in self.seen or depth > _DEPTH:
            return
        self.seen.add(key)
        try:
            found = False
            method = facts.methods.get((klass, name))
            if method is not None:
                found = True
                function = facts.module.functions[method]
                bound = Fn(path, method, on.path if on else path, on.klass if on else klass)
                if on is not None and _is_property(function):
                    yield from self.returned(bound, depth + 1)
                else:
                    yield bound
            body = facts.module.classes[klass].block
            for binding in facts.bindings.get((body, name), ()):
                if binding.kind == "assign":
                    found = True
                    yield from self.binding(path, facts, binding, depth + 1)
            for assigned in facts.attributes.get((klass, name), ()):
                assign = facts.module.assigns[assigned]
                found = True
                if assign.value is not None:
                    yield from self.values(path, assign.block, assign.value, depth + 1)
                elif assign.annotation is not None:
                    yield from self.declared(path, assign.block, assign.annotation, depth + 1)
            if not found:
                yield from self._inherited(path, facts, klass, name, on, depth)
        finally:
            self.seen.discard(key)

    def _inherited(
        self, path: str, facts: ModuleIndex, klass: int, name: str, on: Inst | None, depth: int
    ) -> Iterator[Value]:
        home = facts.module.classes[klass]
        for base in home.bases:
            for value in self.values(path, home.parent, base, depth + 1):
                if isinstance(value, Cls):
                    yield from self.member(value.path, value.klass, name, on, depth + 1)
                elif isinstance(value, Extern):
                    calls = ((on.made_path, on.made),) if on and on.made >= 0 else ()
                    yield Made(value, calls, name)

    def call(self, path: str, call: int, depth: int) -> Iterator[Value]:
        """What a call returns."""
        facts = self.index(path)
        if facts is None or depth > _DEPTH:
            return
        here = facts.module.calls[call]
        key = (path, call, -4, "")
        if key in self.seen:
            return
        self.seen.add(key)
        try:
            for callee in self.values(path, here.block, here.callee, depth + 1):
                yield from self._called(path, facts, call, here, callee, depth + 1)
        finally:
            self.seen.discard(key)

    def _called(
        self, path: str, facts: ModuleIndex, call: int, here: code.Call, callee: Value, depth: int
    ) -> Iterator[Value]:
        match callee:
            case Extern() if callee.dotted in _ENV_CALLS:
                yield from self._environment(path, here, depth)
            case Extern() if callee.dotted in _TRANSPARENT and here.args:
                yield from self.values(path, here.block, here.args[-1], depth)
            case Unknown(what="str" | "list" | "tuple" | "String") if here.args:
                yield from self.values(path, here.block, here.args[0], depth)
            case Unknown(what=what) if what.rsplit(".", 1)[-1] in ("Depends", "Security"):
                yield from self.depends(path, call, depth)
            case Extern() if callee.name.rsplit(".", 1)[-1] in ("Depends", "Security"):
                yield from self.depends(path, call, depth)
            case Extern() if here.args and gives_back(callee):
                yield from self.values(path, here.block, here.args[0], depth)
            case Extern():
                yield Made(callee, ((path, call),))
            case Made():
                yield replace(
                    callee, trail=_joined(callee.trail, "()"), calls=(*callee.calls, (path, call))
                )
            case Cls(path=home, klass=klass):
                yield Inst(home, klass, path, call)
            case Fn():
                yield from self._returned_to(path, here, callee, depth)
            case Inst(path=home, klass=klass):
                for value in self.member(home, klass, "__call__", callee, depth):
                    if isinstance(value, Fn):
                        yield from self._returned_to(path, here, value, depth)
            case Piped():
                yield callee
            case Env() | Const():
                # `settings.get("x").strip()` and its kin keep what they were called on.
                yield callee
            case Unknown(what=what):
                yield Unknown(f"{what}()", path, here.line)

    def _environment(self, path: str, here: code.Call, depth: int) -> Iterator[Value]:
        for position, given in enumerate(here.args[:2]):
            for value in self.values(path, here.block, given, depth):
                if position == 0 and isinstance(value, Const) and isinstance(value.value, str):
                    yield Env(value.value, path, here.line)
                elif position == 1:
                    yield value
        for keyword in here.keywords:
            if keyword.name == "default":
                yield from self.values(path, here.block, keyword.value, depth)

    def _returned_to(self, path: str, here: code.Call, callee: Fn, depth: int) -> Iterator[Value]:
        """What a function of the tree returns to this call: its parameters stand for arguments."""
        for value in self.returned(callee, depth):
            if isinstance(value, Param) and (value.path, value.function) == (
                callee.path,
                callee.function,
            ):
                given = self.given(here, callee, value.name)
                if given is not None:
                    yield from self.values(path, here.block, given, depth)
                    continue
            yield value

    def given(self, here: code.Call, callee: Fn, name: str) -> code.Expr | None:
        """The argument that a call gives for a parameter, its default when none is given."""
        facts = self.index(callee.path)
        if facts is None:
            return None
        function = facts.module.functions[callee.function]
        return argument_for(here, function, name, bound=_takes_self(function, facts))

    def returned(self, callee: Fn, depth: int) -> Iterator[Value]:
        """What a function of the tree may return or yield."""
        facts = self.index(callee.path)
        key = (callee.path, callee.function, -5, "")
        if facts is None or key in self.seen or depth > _DEPTH:
            return
        self.seen.add(key)
        try:
            exits = facts.returns.get(callee.function, [])
            for out in exits:
                yield from self.values(callee.path, out.block, out.value, depth + 1)
            function = facts.module.functions[callee.function]
            if not exits and function.returns is not None:
                yield from self.declared(callee.path, function.parent, function.returns, depth + 1)
        finally:
            self.seen.discard(key)


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


def _takes_self(function: code.Function, facts: ModuleIndex) -> bool:
    return function.parent in facts.class_by_block


def _is_property(function: code.Function) -> bool:
    names = {(dotted(d) or "").rsplit(".", 1)[-1] for d in function.decorators}
    return bool(names & {"property", "cached_property", "computed_field", "hybrid_property"})


def _joined(trail: str, name: str) -> str:
    return f"{trail}.{name}" if trail else name


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
    for user in (path, *modules.users_of(db, path, top)):
        other = index(db, user)
        if other is None or not wanted:
            continue
        for i, call in enumerate(other.module.calls):
            name = last_name(call.callee)
            if name != wanted and not (makes and user == path and name == "cls"):
                continue
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
            if len(kept) >= _LIMIT:
                break
    return tuple(kept)
