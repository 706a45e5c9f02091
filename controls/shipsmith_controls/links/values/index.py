"""Look-ups over the facts of one file: the scope of a block, and what a name is bound to there."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.values.registrations import registered_functions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Binding(msgspec.Struct, frozen=True):
    """One way in which a name gets its value: `kind` and an index into the module's facts.

    Kinds: `assign`, `import`, `function`, `class`, `param` (index is the function, `extra` the
    position), `head` (bound by the head of a block: index is the block, `extra` the position).
    """

    kind: str
    index: int
    extra: int = 0


class ModuleIndex:
    """Look-ups over one `Module`; equal when the facts are equal, the number of lines apart.

    No link reads that number, so that a remark at the end of a file changes nothing after it.
    """

    def __init__(self, module: code.Module) -> None:
        self.module = module

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ModuleIndex):
            return False
        return self.module == msgspec.structs.replace(other.module, lines=self.module.lines)

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def function_by_block(self) -> dict[int, int]:
        """Body block of each function -> index of the function."""
        return {f.block: i for i, f in enumerate(self.module.functions)}

    @cached_property
    def class_by_block(self) -> dict[int, int]:
        """Body block of each class -> index of the class."""
        return {c.block: i for i, c in enumerate(self.module.classes)}

    @cached_property
    def scopes(self) -> tuple[int, ...]:
        """For each block the block of its innermost function, class or module."""
        found: list[int] = []
        for i, block in enumerate(self.module.blocks):
            own = i == 0 or block.kind in ("function", "class", "module")
            found.append(i if own else found[block.parent])
        return tuple(found)

    @cached_property
    def owners(self) -> tuple[int, ...]:
        """For each block the index of its innermost function; -1 at module or class level."""
        found: list[int] = []
        for i, block in enumerate(self.module.blocks):
            if block.kind == "function":
                found.append(self.function_by_block.get(i, -1))
            else:
                found.append(found[block.parent] if block.parent >= 0 else -1)
        return tuple(found)

    def owner(self, block: int) -> int:
        """Index of the innermost function around a block, -1 when there is none."""
        return self.owners[block]

    def class_around(self, block: int) -> int:
        """Index of the innermost class around a block, -1 when there is none."""
        blocks = self.module.blocks
        while block > 0:
            if blocks[block].kind == "class":
                return self.class_by_block.get(block, -1)
            block = blocks[block].parent
        return -1

    def above(self, block: int) -> Iterator[int]:
        """The block and everything around it, innermost first."""
        while block >= 0:
            yield block
            block = self.module.blocks[block].parent

    def named_owner(self, block: int) -> int:
        """Index of the innermost function with a name around a block; -1 when there is none."""
        found = self.owner(block)
        while found >= 0 and not self.module.functions[found].name:
            found = self.owner(self.module.functions[found].parent)
        return found

    def node_name(self, block: int) -> str:
        """Name of the function that a block counts to: the innermost named one around it.

        Without any it is the outermost anonymous one (a handler handed over in place), or "". A handler
        that is registered under a path or an event counts for itself.
        """
        owner = self.owners[block]
        name = self._names.get(owner)
        if name is None:
            name = self._names[owner] = self._name_of(owner)
        return name

    @cached_property
    def _names(self) -> dict[int, str]:
        """Innermost function around a block -> the name of the node, as far as it was asked for."""
        return {}

    def _name_of(self, found: int) -> str:
        outermost = ""
        while found >= 0:
            function = self.module.functions[found]
            if function.name or found in self.registered:
                return function.qualname
            outermost = function.qualname
            found = self.owner(function.parent)
        return outermost

    @cached_property
    def registered(self) -> frozenset[int]:
        """Anonymous functions that a call registers in place: `app.post("/chat", async (req) => …)`."""
        return registered_functions(self.module, self.calls_named)

    @cached_property
    def bindings(self) -> dict[tuple[int, str], list[Binding]]:
        """(scope block, name) -> every way the name is bound in that scope, in file order."""
        table: dict[tuple[int, str], list[Binding]] = {}
        scopes, module = self.scopes, self.module

        def bind(block: int, name: str, binding: Binding) -> None:
            table.setdefault((scopes[block], name), []).append(binding)

        for i, imported in enumerate(module.imports):
            if imported.alias:
                bind(imported.block, imported.alias, Binding("import", i))
        for i, function in enumerate(module.functions):
            if function.name and _is_declared(function):
                bind(function.parent, function.name, Binding("function", i))
            for position, param in enumerate(function.params):
                bind(function.block, param.name, Binding("param", i, position))
        for i, klass in enumerate(module.classes):
            if klass.name:
                bind(klass.parent, klass.name, Binding("class", i))
        for i, assign in enumerate(module.assigns):
            if isinstance(assign.target, code.Name) and (assign.value is not None or assign.annotation):
                bind(assign.block, assign.target.id, Binding("assign", i))
        for i, block in enumerate(module.blocks):
            for position, name in enumerate(block.names):
                bind(i, name, Binding("head", i, position))
        return table

    def lookup(self, block: int, name: str) -> tuple[int, list[Binding]]:
        """Where a name used in a block is bound: the scope's block and its bindings (maybe empty).

        Class scopes are seen only from their own level, as in Python.
        """
        blocks, scope = self.module.blocks, self.scopes[block]
        first = True
        while True:
            if first or blocks[scope].kind != "class":
                found = self.bindings.get((scope, name))
                if found:
                    return scope, found
            first = False
            if scope == 0:
                return 0, []
            scope = self.scopes[blocks[scope].parent]

    def taken_from(self, binding: Binding) -> tuple[int, tuple[code.Expr, ...]]:
        """What an assignment, a loop or a `with` gives a name, and the block that it stands in."""
        if binding.kind == "assign":
            assign = self.module.assigns[binding.index]
            return assign.block, () if assign.value is None else (assign.value,)
        block = self.module.blocks[binding.index] if binding.kind == "head" else None
        if block is not None and block.kind in ("loop", "with"):
            return block.parent, block.heads
        return 0, ()

    @cached_property
    def attributes(self) -> dict[tuple[int, str], list[int]]:
        """(class index, attribute) -> assignments to `self.attribute` inside that class."""
        table: dict[tuple[int, str], list[int]] = {}
        for i, assign in enumerate(self.module.assigns):
            target = assign.target
            if (
                isinstance(target, code.Attribute)
                and isinstance(target.base, code.Name)
                and target.base.id in ("self", "cls")
            ):
                around = self.class_around(assign.block)
                if around >= 0:
                    table.setdefault((around, target.name), []).append(i)
        return table

    @cached_property
    def methods(self) -> dict[tuple[int, str], int]:
        """(class index, method name) -> function; the last definition wins."""
        return {
            (self.class_by_block[f.parent], f.name): i
            for i, f in enumerate(self.module.functions)
            if f.name and f.parent in self.class_by_block
        }

    @cached_property
    def by_qualname(self) -> dict[str, int]:
        """Qualified name -> function; the last definition wins."""
        return {f.qualname: i for i, f in enumerate(self.module.functions)}

    @cached_property
    def classes_by_qualname(self) -> dict[str, int]:
        """Qualified name -> class; the last definition wins."""
        return {c.qualname: i for i, c in enumerate(self.module.classes)}

    @cached_property
    def calls_named(self) -> dict[str, list[int]]:
        """Last name of what is called -> calls, in the order of the file."""
        table: dict[str, list[int]] = {}
        for i, call in enumerate(self.module.calls):
            table.setdefault(last_name(call.callee), []).append(i)
        return table

    def added_to(self, block: int, name: str, adders: Iterable[str]) -> Iterator[code.Call]:
        """Calls that add to what a name of a block holds (`messages.append(…)`), in file order.

        `adders` are the names of the methods that add.
        """
        scope, _ = self.lookup(block, name)
        for i in sorted(i for adder in adders for i in self.calls_named.get(adder, ())):
            call = self.module.calls[i]
            if (
                isinstance(call.callee, code.Attribute)
                and isinstance(call.callee.base, code.Name)
                and call.callee.base.id == name
                and self.lookup(call.block, name)[0] == scope
            ):
                yield call

    @cached_property
    def calls_of_function(self) -> dict[int, list[int]]:
        """Function index (-1: none) -> calls directly in it, nested functions apart."""
        table: dict[int, list[int]] = {}
        for i, call in enumerate(self.module.calls):
            table.setdefault(self.owners[call.block], []).append(i)
        return table

    @cached_property
    def calls_of_node(self) -> dict[str, list[int]]:
        """Name of a node of the call graph -> the calls that count to it: see `node_name`."""
        table: dict[str, list[int]] = {}
        for i, call in enumerate(self.module.calls):
            table.setdefault(self.node_name(call.block), []).append(i)
        return table

    @cached_property
    def calls_of_block(self) -> dict[int, list[int]]:
        """Block -> calls directly in it, the blocks inside it apart."""
        table: dict[int, list[int]] = {}
        for i, call in enumerate(self.module.calls):
            table.setdefault(call.block, []).append(i)
        return table

    def within(self, outer: int) -> set[int]:
        """A block and the blocks that stand anywhere inside it."""
        found, blocks = {outer}, self.module.blocks
        for i in range(outer + 1, len(blocks)):
            if blocks[i].parent in found:
                found.add(i)
        return found

    @cached_property
    def returns(self) -> dict[int, list[code.Exit]]:
        """Function index -> its `return` and `yield` exits."""
        table: dict[int, list[code.Exit]] = {}
        for out in self.module.exits:
            if out.kind in ("return", "yield"):
                table.setdefault(self.owners[out.block], []).append(out)
        return table

    @cached_property
    def exports(self) -> dict[str, code.Export]:
        """Exported name -> export, star re-exports apart."""
        return {e.name: e for e in self.module.exports if e.name != "*"}

    @cached_property
    def star_exports(self) -> tuple[str, ...]:
        """Modules that are re-exported whole."""
        return tuple(e.module for e in self.module.exports if e.name == "*" and e.module)


def _is_declared(function: code.Function) -> bool:
    """Whether a function's name is bound by its own declaration rather than by an assignment.

    A function expression bound by an assignment also has that assignment; binding it twice is
    harmless, for both lead to the same function.
    """
    return "<" not in function.qualname.rsplit(".", 1)[-1]


def dotted(expr: code.Expr | None) -> str | None:
    """The dotted text of a chain of names and attributes (`client.chat.completions`), else None."""
    parts: list[str] = []
    while isinstance(expr, code.Attribute):
        parts.append(expr.name)
        expr = expr.base
    if not isinstance(expr, code.Name):
        return None
    parts.append(expr.id)
    return ".".join(reversed(parts))


def last_name(expr: code.Expr | None) -> str:
    """The last name of a callee: `create` of `a.b.create`, `f` of `f`; "" when it has none."""
    if isinstance(expr, code.Attribute):
        return expr.name
    return expr.id if isinstance(expr, code.Name) else ""


def plain_base(expr: code.Expr) -> code.Expr:
    """The class itself in a list of bases: `Base` of `Base[Request]`."""
    return expr.base if isinstance(expr, code.Subscript) else expr


def argument(call: code.Call, name: str, module: code.Module | None = None) -> code.Expr | None:
    """The value given for an argument: a keyword, or an entry of an options object.

    `name` may be dotted (`config.http_options.timeout`): each step descends into a mapping or into
    the keywords of a constructor call (needs `module`). `#0` is the first position.
    """
    head, _, rest = name.partition(".")
    found: code.Expr | None = None
    if head.startswith("#"):
        position = int(head[1:])
        found = call.args[position] if position < len(call.args) else None
    else:
        found = next((k.value for k in call.keywords if k.name == head), None)
        if found is None:
            for given in call.args:
                if isinstance(given, code.Mapping):
                    found = entry(given, head)
                    if found is not None:
                        break
    return descend(found, rest, module) if rest and found is not None else found


def is_given(expr: code.Expr | None) -> bool:
    """Whether an argument is there and more than `None`."""
    return expr is not None and not (isinstance(expr, code.Literal) and expr.value is None)


def descend(expr: code.Expr, trail: str, module: code.Module | None) -> code.Expr | None:
    """Follow a dotted trail into nested mappings and constructor keywords."""
    head, _, rest = trail.partition(".")
    found: code.Expr | None = None
    if isinstance(expr, code.Mapping):
        found = entry(expr, head)
    elif isinstance(expr, code.CallRef) and module is not None:
        found = argument(module.calls[expr.call], head, module)
    if found is None or not rest:
        return found
    return descend(found, rest, module)


def entry(mapping: code.Mapping, key: str) -> code.Expr | None:
    """The value of a text key in a mapping; the last one wins."""
    for name, value in reversed(mapping.entries):
        if isinstance(name, code.Literal) and name.value == key:
            return value
    return None


def parts_of(expr: code.Expr) -> tuple[code.Expr, ...]:
    """The expressions directly inside another one (arguments of calls apart)."""
    match expr:
        case code.Template(parts=parts) | code.Opaque(parts=parts):
            return parts
        case code.Attribute(base=base):
            return (base,)
        case code.Subscript(base=base, index=index):
            return (base, index)
        case code.Mapping(entries=entries):
            return tuple(e for pair in entries for e in pair if e is not None)
        case code.Sequence(items=items):
            return items
        case code.Choice(options=options, test=test):
            return options if test is None else (*options, test)
        case code.Operation(operands=operands):
            return operands
    return ()


def inside(expr: code.Expr, module: code.Module) -> Iterator[code.Expr]:
    """An expression and all expressions in it, through the arguments of calls."""
    pending = [expr]
    while pending:
        here = pending.pop()
        yield here
        pending.extend(parts_of(here))
        if isinstance(here, code.CallRef):
            call = module.calls[here.call]
            pending.append(call.callee)
            pending.extend(call.args)
            pending.extend(k.value for k in call.keywords)


def names_in(expr: code.Expr, module: code.Module) -> set[str]:
    """Every bare name that stands in an expression."""
    return {e.id for e in inside(expr, module) if isinstance(e, code.Name)}
