"""Following names: bindings, imports and exports, declared types, what a block's head binds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shipsmith_controls.facts import code
from shipsmith_controls.links.values import modules, walk_loops
from shipsmith_controls.links.values.index import Binding, ModuleIndex, dotted
from shipsmith_controls.links.values.value import (
    DEEPEST,
    Cls,
    Data,
    Declared,
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

if TYPE_CHECKING:
    from shipsmith_controls.links.values.values import Walk


def name(walk: Walk, path: str, block: int, name: str, line: int, depth: int) -> Iterator[Value]:
    """What a bare name may be."""
    facts = walk.index(path)
    if facts is None:
        return
    if name in ("self", "cls"):
        around = facts.class_around(block)
        if around >= 0:
            yield Inst(path, around) if name == "self" else Cls(path, around)
            return
    scope, bindings = facts.lookup(block, name)
    if not bindings and name == "super" and facts.module.language == "typescript":
        yield from _base(walk, path, facts, facts.class_around(block), depth)
        return
    if not bindings:
        yield Unknown(name, path, line)
        return
    key = (path, scope, -1, name)
    if key in walk.seen:
        return
    walk.seen.add(key)
    try:
        for binding in bindings:
            yield from walk.binding(path, facts, binding, depth + 1)
    finally:
        walk.seen.discard(key)


def _base(walk: Walk, path: str, facts: ModuleIndex, klass: int, depth: int) -> Iterator[Value]:
    """What `super` stands for in a class."""
    if klass >= 0:
        home = facts.module.classes[klass]
        for base in home.bases:
            yield from walk.values(path, home.parent, base, depth + 1)


def binding(walk: Walk, path: str, facts: ModuleIndex, binding: Binding, depth: int) -> Iterator[Value]:
    """What one binding of a name gives it."""
    module = facts.module
    match binding.kind:
        case "import":
            imported = module.imports[binding.index]
            yield from _imported(walk, path, imported, depth)
        case "function":
            yield Fn(path, binding.index)
        case "class":
            yield Cls(path, binding.index)
        case "assign":
            assign = module.assigns[binding.index]
            yield from assigned(walk, path, assign, depth)
        case "param":
            function = module.functions[binding.index]
            yield from _param(walk, path, facts, binding.index, function.params[binding.extra], depth)
        case "head":
            yield from walk_loops.bound_by_head(walk, path, facts, binding, depth)


def assigned(walk: Walk, path: str, assign: code.Assign, depth: int) -> Iterator[Value]:
    """What an assignment gives its target; the declared type tells where the value does not."""
    known = False
    if assign.value is not None:
        for value in walk.values(path, assign.block, assign.value, depth):
            known = known or not isinstance(value, Unknown)
            yield value
    if not known and assign.annotation is not None:
        yield from walk.declared(path, assign.block, assign.annotation, depth)


def _imported(walk: Walk, path: str, imported: code.Import, depth: int) -> Iterator[Value]:
    target = modules.resolve(walk.db, path, imported.module)
    if imported.name is None:
        # `import a.b` binds `a`; the rest of the path is read as attributes.
        whole = imported.alias == imported.module.split(".")[0]
        name = imported.module.split(".")[0] if whole else imported.module
        target = modules.resolve(walk.db, path, name) if whole else target
        yield Whole(target) if target else Extern(name, "", path, imported.line)
        return
    if imported.name == "*":
        yield Whole(target) if target else Extern(imported.module, "", path, imported.line)
        if target and not path.endswith(".py"):
            # `const Base = require("./base")` takes the class that is all of `module.exports`.
            for value in walk.export(target, "default", depth + 1):
                if isinstance(value, (Fn, Cls, Inst, Made)):
                    yield value
        return
    joint = imported.module if imported.module.endswith(".") else imported.module + "."
    inner = modules.resolve(walk.db, path, joint + imported.name) if path.endswith(".py") else None
    if target:
        found = False
        for value in walk.export(target, imported.name, depth + 1):
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


def export(walk: Walk, path: str, name: str, depth: int) -> Iterator[Value]:
    """What a module of the tree offers under a name."""
    facts = walk.index(path)
    key = (path, 0, -2, name)
    if facts is None or key in walk.seen or depth > DEEPEST:
        return
    walk.seen.add(key)
    try:
        shown = facts.exports.get(name)
        if shown is not None and shown.module:
            target = modules.resolve(walk.db, path, shown.module)
            if target and shown.local == "*":
                yield Whole(target)
            elif target:
                yield from walk.export(target, shown.local or name, depth + 1)
            else:
                yield Extern(shown.module, shown.local or name, path, shown.line)
            return
        if shown is not None and shown.value is not None:
            yield from walk.values(path, 0, shown.value, depth + 1)
            return
        local = shown.local if shown is not None and shown.local else name
        bindings = facts.bindings.get((0, local))
        if bindings:
            for binding in bindings:
                yield from walk.binding(path, facts, binding, depth + 1)
            return
        for star in facts.star_exports:
            target = modules.resolve(walk.db, path, star)
            if target:
                yield from walk.export(target, name, depth + 1)
        for binding in facts.bindings.get((0, "*"), ()):
            target = modules.resolve(walk.db, path, facts.module.imports[binding.index].module)
            if target:
                yield from walk.export(target, name, depth + 1)
    finally:
        walk.seen.discard(key)


def _param(
    walk: Walk, path: str, facts: ModuleIndex, function: int, param: code.Param, depth: int
) -> Iterator[Value]:
    """A parameter by its declared type; where callers are followed, by what they hand in for it.

    A type from outside (`BaseChatModel`) says less than the object that is handed in.
    """
    known: list[Value] = []
    if param.annotation is not None:
        block = facts.module.functions[function].parent
        known = list(walk.declared(path, block, param.annotation, depth))
        if param.kind == "keyword" and facts.module.language == "typescript":
            # `{ config }: Options`: what the type holds under the name.
            held = (walk.attribute(value, param.name, path, param.line, depth + 1) for value in known)
            known = [value for found in held for value in found if not isinstance(value, Unknown)]
    if walk.callers and known and all(isinstance(value, Declared) for value in known):
        given = walk.passed(Param(path, function, param.name), depth + 1)
        made = [value for value in given if isinstance(value, (Made, Inst, Piped))]
        yield from made or known
        return
    yield from known or [Param(path, function, param.name)]


def declared(walk: Walk, path: str, block: int, annotation: code.Expr, depth: int) -> Iterator[Value]:
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
                    yield from walk.depends(path, marker.call, depth + 1)
                if not depends:
                    for part in inner_parts[: 1 if head == "Annotated" else None]:
                        yield from walk.declared(path, block, part, depth + 1)
            else:
                yield from walk.declared(path, block, base, depth + 1)
            return
        case code.Operation(operator="|", operands=operands):
            for part in operands:
                yield from walk.declared(path, block, part, depth + 1)
            return
        case code.Literal(line=line, value=str() as text) if text.replace(".", "").isidentifier():
            # A type in quotes, because it is imported for type checking alone.
            head, *rest = text.split(".")
            annotation = code.Name(line, head)
            for step in rest:
                annotation = code.Attribute(line, annotation, step)
        case code.Name() | code.Attribute():
            pass
        case _:
            return
    for value in walk.values(path, block, annotation, depth + 1):
        if isinstance(value, Cls):
            yield Inst(value.path, value.klass)
        elif isinstance(value, Extern) and value.name and value.name[0].isupper():
            if value.module not in ("typing", "typing_extensions", "collections.abc"):
                yield Declared(value, path, annotation.line)
        elif isinstance(value, Data) or (isinstance(value, Made) and value.extern.name == "Annotated"):
            continue


def depends(walk: Walk, path: str, call: int, depth: int) -> Iterator[Value]:
    """What a dependency marker (`Depends(f)`, `Security(f)`) hands in."""
    facts = walk.index(path)
    if facts is None:
        return
    marker = facts.module.calls[call]
    if (dotted(marker.callee) or "").rsplit(".", 1)[-1] not in ("Depends", "Security", "Inject"):
        return
    for given in marker.args[:1]:
        for value in walk.values(path, marker.block, given, depth + 1):
            if isinstance(value, Fn):
                yield from walk.returned(value, depth + 1)
            elif isinstance(value, Cls):
                yield Inst(value.path, value.klass)
