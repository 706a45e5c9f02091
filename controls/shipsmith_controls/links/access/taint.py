"""Text that a model wrote: whether a value comes from an answer, through names, functions and files."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import ModelCall, Node
from shipsmith_controls.links.calls.neighbours import edges_of, model_calls_in, overrides_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import Binding, ModuleIndex, last_name
from shipsmith_controls.links.values.values import argument_for, call_sites
from shipsmith_controls.queries import Database

_DEEP = 40
_ADDERS = frozenset({"append", "extend", "push", "write"})
_TEXTUAL = frozenset(
    "sub search match findall finditer fullmatch split str join dedent unescape repair_json jsonrepair "
    "decode replace strip trim next list iter anext reversed sorted enumerate parseToolArguments".split()
)
"""Calls that hand on the text given to them."""
_INNER = frozenset({"message", "arguments", "choices", "output", "candidates", "delta"})
"""Fields inside the envelope of a provider's answer."""


class Taint:
    """One question after another about the same tree; answers are remembered."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.known: dict[tuple[str, int, code.Expr], tuple[ModelCall, ...]] = {}
        self.open: set[tuple[str, int, code.Expr]] = set()
        self.functions: dict[tuple[str, int], tuple[ModelCall, ...]] = {}

    def of(self, path: str, block: int, expr: code.Expr | None, depth: int = 0) -> tuple[ModelCall, ...]:
        """The model calls whose answer an expression holds; empty when it holds none."""
        if expr is None or depth > _DEEP or isinstance(expr, (code.Literal, code.FunctionRef)):
            return ()
        key = (path, block, expr)
        if key in self.known:
            return self.known[key]
        if key in self.open:
            return ()
        self.open.add(key)
        try:
            found = self._of(path, block, expr, depth + 1)
        finally:
            self.open.discard(key)
        self.known[key] = found
        return found

    def _of(self, path: str, block: int, expr: code.Expr, depth: int) -> tuple[ModelCall, ...]:
        match expr:
            case code.Name(id=name):
                return self._name(path, block, name, depth)
            case code.Attribute(base=code.Name(id="self"), name=name):
                return self._own(path, block, name, depth)
            case code.Attribute(base=base) | code.Subscript(base=base):
                return _within(expr, self.of(path, block, base, depth))
            case code.CallRef(call=call):
                return self._call(path, call, depth)
            case code.Template(parts=parts) | code.Sequence(items=parts) | code.Choice(options=parts):
                return self._any(path, block, parts, depth)
            case code.Opaque(parts=parts):
                return self._any(path, block, parts, depth)
            case code.Operation(operator="+" | "|", operands=parts):
                return self._any(path, block, parts, depth)
        return ()

    def _any(
        self, path: str, block: int, parts: tuple[code.Expr, ...], depth: int
    ) -> tuple[ModelCall, ...]:
        found: dict[ModelCall, None] = {}
        for part in parts:
            found.update(dict.fromkeys(self.of(path, block, part, depth)))
        return tuple(found)

    def _name(self, path: str, block: int, name: str, depth: int) -> tuple[ModelCall, ...]:
        facts = index(self.db, path)
        if facts is None:
            return ()
        _, bindings = facts.lookup(block, name)
        found: dict[ModelCall, None] = {}
        for binding in bindings:
            found.update(dict.fromkeys(self._binding(path, facts, binding, name, depth)))
        for call in facts.added_to(block, name, _ADDERS) if bindings else ():
            found.update(dict.fromkeys(self._any(path, call.block, call.args, depth)))
        return tuple(found)

    def _binding(
        self, path: str, facts: ModuleIndex, binding: Binding, name: str, depth: int
    ) -> tuple[ModelCall, ...]:
        if binding.kind == "param":
            return self._passed(path, facts, binding.index, name, depth)
        return self._any(path, *facts.taken_from(binding), depth)

    def _passed(
        self, path: str, facts: ModuleIndex, function: int, name: str, depth: int
    ) -> tuple[ModelCall, ...]:
        here = facts.module.functions[function]
        bound = here.parent in facts.class_by_block
        found: dict[ModelCall, None] = {}
        for user, call in call_sites(self.db, path, function):
            outer = index(self.db, user)
            if outer is not None:
                given = argument_for(outer.module.calls[call], here, name, bound)
                block = outer.module.calls[call].block
                found.update(dict.fromkeys(self.of(user, block, given, depth)))
        return tuple(found)

    def _own(self, path: str, block: int, name: str, depth: int) -> tuple[ModelCall, ...]:
        facts = index(self.db, path)
        klass = facts.class_around(block) if facts is not None else -1
        found: dict[ModelCall, None] = {}
        for at in facts.attributes.get((klass, name), ()) if facts is not None else ():
            assign = facts.module.assigns[at] if facts is not None else None
            if assign is not None:
                found.update(dict.fromkeys(self.of(path, assign.block, assign.value, depth)))
        return tuple(found)

    def _call(self, path: str, call: int, depth: int) -> tuple[ModelCall, ...]:
        model = next((m for m in model_calls_in(self.db, path) if m.call == call), None)
        if model is not None:
            return (model,) if model.is_llm else ()
        facts = index(self.db, path)
        if facts is None:
            return ()
        here = facts.module.calls[call]
        found: dict[ModelCall, None] = {}
        targets = self._targets(path, facts, call, here)
        for target in targets:
            found.update(dict.fromkeys(self._returned(target, depth)))
        if isinstance(here.callee, code.Attribute) and not targets:
            # A method of the tree returns what its body says; any other, what it is called on.
            found.update(
                dict.fromkeys(_within(here.callee, self.of(path, here.block, here.callee.base, depth)))
            )
        name = last_name(here.callee)
        if name in _TEXTUAL or name[:1].isupper():
            # A data object made from an answer holds it.
            given = (*here.args, *(k.value for k in here.keywords))
            found.update(dict.fromkeys(self._any(path, here.block, given, depth)))
        return tuple(found)

    def _targets(self, path: str, facts: ModuleIndex, call: int, here: code.Call) -> list[Node]:
        """The functions that a call leads to, overrides included."""
        found: list[Node] = []
        name = last_name(here.callee)
        for edge in edges_of(self.db, Node(path, facts.node_name(here.block))):
            tied = edge.call == -1 and edge.line == here.line and edge.target.name.endswith("." + name)
            if edge.call == call or tied:
                pending = [edge.target]
                while pending:
                    node = pending.pop()
                    if node not in found:
                        found.append(node)
                        pending.extend(overrides_of(self.db, node))
        return found

    def _returned(self, node: Node, depth: int) -> tuple[ModelCall, ...]:
        """The answers that a function of the tree hands back."""
        facts = index(self.db, node.path)
        at = facts.by_qualname.get(node.name) if facts is not None else None
        if facts is None or at is None or depth > _DEEP:
            return ()
        key = (node.path, at)
        if key not in self.functions:
            self.functions[key] = ()
            found: dict[ModelCall, None] = {}
            for out in facts.returns.get(at, ()):
                found.update(dict.fromkeys(self.of(node.path, out.block, out.value, depth)))
            self.functions[key] = tuple(found)
        return self.functions[key]


def _within(expr: code.Expr, found: tuple[ModelCall, ...]) -> tuple[ModelCall, ...]:
    """Of an answer in its envelope (raw HTTP, a Bedrock body) only what stands inside was written."""
    step: object = expr.name if isinstance(expr, code.Attribute) else None
    if isinstance(expr, code.Subscript) and isinstance(expr.index, code.Literal):
        step = expr.index.value
    keyed = isinstance(expr, code.Subscript) and isinstance(step, str)
    kept = []
    for call in found:
        bare = call.sdk.startswith("http") and not keyed and step not in _INNER
        if not bare and not (call.sdk.startswith("bedrock") and step == "body"):
            kept.append(call)
    return tuple(kept)
