"""Symbols: functions by name, and names that stand for something in another file, without reading it."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.tree import skim
from shipsmith_controls.links.values.graph import Node
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name, names_in
from shipsmith_controls.links.values.modules import resolve
from shipsmith_controls.queries import Database


class Symbols:
    """The names of one file that mean something elsewhere in the tree."""

    def __init__(self, db: Database, path: str, facts: ModuleIndex) -> None:
        self.db, self.path, self.facts = db, path, facts
        self.module = facts.module

    def imported(self, block: int, expr: code.Expr) -> Node | None:
        """What a name (or `module.name`) stands for, when it is imported from an unmarked file."""
        if isinstance(expr, code.Name):
            only = self._only_import(block, expr.id)
            if only is None or only.name in (None, "*"):
                return None
            target = resolve(self.db, self.path, only.module)
            return self._unmarked(target, only.name or "")
        if isinstance(expr, code.Attribute) and isinstance(expr.base, code.Name):
            only = self._only_import(block, expr.base.id)
            return self._unmarked(self._whole(only), expr.name) if only is not None else None
        return None

    def _only_import(self, block: int, name: str) -> code.Import | None:
        bindings = self.facts.lookup(block, name)[1]
        if not bindings or any(b.kind != "import" for b in bindings):
            return None
        return self.module.imports[bindings[-1].index]

    def _whole(self, imported: code.Import) -> str | None:
        """The file that an imported module as a value is."""
        if imported.name == "*":
            return resolve(self.db, self.path, imported.module)
        if imported.name is None:
            plain = imported.alias != imported.module.split(".")[0] or "." not in imported.module
            return resolve(self.db, self.path, imported.module) if plain else None
        if not self.path.endswith(".py"):
            return None
        joint = imported.module if imported.module.endswith(".") else imported.module + "."
        return resolve(self.db, self.path, joint + imported.name)

    def _unmarked(self, target: str | None, name: str) -> Node | None:
        if target is None or not name or skim(self.db, target).markers:
            return None
        return Node(target, name)

    def aliases(self) -> Iterator[tuple[str, Node]]:
        """Names at module level that stand for a name of another file, or for another name here."""
        for imported in self.module.imports:
            if imported.block == 0 and imported.name not in (None, "*") and not imported.type_only:
                target = resolve(self.db, self.path, imported.module)
                if target is not None and target != self.path:
                    yield imported.alias, Node(target, imported.name or "")
        for export in self.module.exports:
            if export.module is not None and export.local not in (None, "*"):
                target = resolve(self.db, self.path, export.module)
                if target is not None:
                    yield export.name, Node(target, export.local or "")
            elif export.module is None and export.local and export.local != export.name:
                yield export.name, Node(self.path, export.local)

    def stars(self) -> Iterator[str]:
        """Files whose names are all passed on (`export *`, `from x import *`)."""
        taken = [e.module for e in self.module.exports if e.name == "*" and e.local == "*" and e.module]
        taken += [i.module for i in self.module.imports if i.name == "*" and i.alias == "*"]
        for module in taken:
            target = resolve(self.db, self.path, module)
            if target is not None:
                yield target

    def held_functions(self) -> Iterator[tuple[str, str]]:
        """Functions that stand in the value of a name at module level: (function, name)."""
        for assign in self.module.assigns:
            if assign.block == 0 and isinstance(assign.target, code.Name) and assign.value is not None:
                for part in inside(assign.value, self.module):
                    if isinstance(part, code.FunctionRef):
                        own = self.facts.node_name(self.module.functions[part.function].block)
                        yield own, assign.target.id
        for export in self.module.exports:
            if export.value is not None:
                for part in inside(export.value, self.module):
                    if isinstance(part, code.FunctionRef):
                        yield (
                            self.facts.node_name(self.module.functions[part.function].block),
                            export.name,
                        )

    def mentions(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Names at module level, and the names that they hold or hand out."""
        held: dict[str, set[str]] = {}
        for assign in self.module.assigns:
            if assign.value is None:
                klass = self.facts.class_by_block.get(assign.block)
                if assign.annotation is not None and klass is not None:
                    # Whoever is given an object of this type is given what its fields hold.
                    symbol = self.module.classes[klass].qualname.split(".")[0]
                    held.setdefault(symbol, set()).update(names_in(assign.annotation, self.module))
                continue
            top = assign.block == 0 and isinstance(assign.target, code.Name)
            if top or isinstance(assign.target, code.Attribute):
                symbol = last_name(assign.target) if top else self._top(assign.block)
                held.setdefault(symbol, set()).update(names_in(assign.value, self.module))
        for out in self.module.exits:
            if out.value is not None and out.kind in ("return", "yield"):
                held.setdefault(self._top(out.block), set()).update(names_in(out.value, self.module))
        for symbol, names in held.items():
            if symbol and names - {symbol}:
                yield symbol, tuple(sorted(names - {symbol}))

    def _top(self, block: int) -> str:
        """The name at module level that a block belongs to."""
        return self.facts.node_name(block).split(".")[0]
