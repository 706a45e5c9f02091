"""Where the value of a call goes inside its function: names it reaches, calls it is given to, exits.

A value carries *kinds*: `response` (the whole object), `answer` (its text or parsed parts), `usage`
(token counts), `money` (a price computed from usage), `estimate` (counts by a tokenizer), `error` (a
caught exception). This is a coarse taint: branches are all taken, order is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.flow_words import (
    GROWS,
    META,
    MONEY,
    NONE,
    READERS,
    SAME,
    USAGE,
    WHOLE,
    Kinds,
    named,
)
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.values.index import ModuleIndex, dotted, inside, last_name, parts_of


class Seed(msgspec.Struct, frozen=True):
    """Where a value enters a function: a call (`call`), or a name that a parameter or handler binds."""

    kinds: Kinds
    call: int = -1
    name: str = ""
    block: int = 0


class Reached(msgspec.Struct, frozen=True):
    """A call that is given the value: its index, and what the arguments carry together."""

    call: int
    kinds: Kinds


class Held(msgspec.Struct, frozen=True):
    """An attribute or module variable that the value is kept in."""

    target: str
    line: int
    kinds: Kinds


class Flow:
    """The flow of some seeds through the blocks of one function (`body` is its block)."""

    def __init__(self, facts: ModuleIndex, body: int, seeds: tuple[Seed, ...]) -> None:
        self.facts, self.module, self.body = facts, facts.module, body
        self.region = frozenset(
            i for i in range(len(self.module.blocks)) if body == 0 or body in set(facts.above(i))
        )
        self.calls = {s.call: s.kinds for s in seeds if s.call >= 0}
        self.names: dict[tuple[int, str], Kinds] = {}
        self.held: dict[str, Held] = {}
        for seed in seeds:
            if seed.name:
                self._taint(seed.block, seed.name, seed.kinds)
        self._grow()

    def _taint(self, block: int, name: str, kinds: Kinds) -> bool:
        scope, bindings = self.facts.lookup(block, name)
        key = (scope if bindings else self.facts.scopes[block], name)
        before = self.names.get(key, NONE)
        self.names[key] = before | kinds
        return self.names[key] != before

    def _grow(self) -> None:
        for _ in range(6):
            changed = False
            for assign in self.module.assigns:
                if assign.block in self.region and assign.value is not None:
                    changed |= self._assign(assign)
            for i in self.region:
                changed |= self._head(i)
            for i, call in enumerate(self.module.calls):
                if call.block in self.region:
                    changed |= self._called(i, call)
            if not changed:
                return

    def _assign(self, assign: code.Assign) -> bool:
        kinds = self.kinds(assign.value, assign.block)
        if not kinds:
            return False
        target = assign.target
        if isinstance(target, code.Name):
            kinds = named(target.id, kinds)
            if self._is_global(assign.block, target.id):
                self.held[target.id] = Held(target.id, assign.line, kinds)
            return self._taint(assign.block, target.id, kinds)
        return self._keep(target, assign.block, assign.line, kinds)

    def _is_global(self, block: int, name: str) -> bool:
        scope, bindings = self.facts.lookup(block, name)
        return self.body != 0 and scope == 0 and bool(bindings)

    def _keep(self, target: code.Expr, block: int, line: int, kinds: Kinds) -> bool:
        """A value put into an attribute or an entry: its holder carries it too."""
        root = target
        while isinstance(root, (code.Attribute, code.Subscript)):
            root = root.base
        if not isinstance(root, code.Name):
            return False
        whole = dotted(target) or dotted(target.base if isinstance(target, code.Subscript) else target)
        last = whole.rsplit(".", 1)[-1] if whole else ""
        kinds = named(last, kinds)
        if root.id in ("self", "cls"):
            before = self.held.get(whole or last)
            merged = kinds | (before.kinds if before else NONE)
            self.held[whole or last] = Held(whole or last, line, merged)
            return before is None or before.kinds != merged
        return self._taint(block, root.id, kinds)

    def _head(self, i: int) -> bool:
        block, changed = self.module.blocks[i], False
        if block.names and block.kind in ("loop", "with"):
            kinds = NONE.union(*(self.kinds(h, block.parent) for h in block.heads))
            for name in block.names if kinds else ():
                changed |= self._taint(i, name, kinds)
        return changed

    def _called(self, i: int, call: code.Call) -> bool:
        """Collections that take the value in; callbacks that are given it."""
        changed = False
        if isinstance(call.callee, code.Attribute):
            name = call.callee.name
            if name in GROWS:
                given = self.given(call)
                if given:
                    changed |= self._keep(call.callee.base, call.block, call.line, given)
            if name in ("then", "map", "forEach", "finally", "transform", "filter", "pipeThrough"):
                base = self.kinds(call.callee.base, call.block)
                for part in call.args if base else ():
                    changed |= self._to_function(part, base)
        own = self.calls.get(i)
        if own is not None:
            for part in (*call.args, *(k.value for k in call.keywords)):
                for entry in part.entries if isinstance(part, code.Mapping) else ():
                    key = str(entry[0].value) if isinstance(entry[0], code.Literal) else ""
                    if key in ("onFinish", "onStepFinish", "onEnd", "onCompletion", "onChunk"):
                        changed |= self._to_function(entry[1], own)
        return changed

    def _to_function(self, expr: code.Expr, kinds: Kinds) -> bool:
        if not isinstance(expr, code.FunctionRef):
            return False
        function, changed = self.module.functions[expr.function], False
        for param in function.params:
            entering = self._part(kinds, param.name) if param.kind == "keyword" else kinds
            if entering:
                changed |= self._taint(function.block, param.name, entering)
        return changed

    def kinds(self, expr: code.Expr | None, block: int) -> Kinds:
        """What an expression carries."""
        match expr:
            case None | code.Literal() | code.FunctionRef():
                return NONE
            case code.Name(id=name):
                scope, bindings = self.facts.lookup(block, name)
                return self.names.get((scope if bindings else self.facts.scopes[block], name), NONE)
            case code.Attribute(base=base, name=name):
                held = self.held.get(dotted(expr) or "")
                if held is not None:
                    return held.kinds
                return self._part(self.kinds(base, block), name)
            case code.Subscript(base=base, index=index):
                key = index.value if isinstance(index, code.Literal) else None
                base_kinds = self.kinds(base, block)
                return self._part(base_kinds, key) if isinstance(key, str) else base_kinds
            case code.CallRef(call=call):
                return self._result(call)
            case code.Operation(operator=operator, operands=operands):
                return self._operation(operator, operands, block)
            case code.Choice(options=options):
                return NONE.union(*(self.kinds(o, block) for o in options))
        return NONE.union(*(self.kinds(p, block) for p in parts_of(expr)))

    def _operation(self, operator: str, operands: tuple[code.Expr, ...], block: int) -> Kinds:
        if operator not in ("+", "-", "*", "/", "|", "and", "&&", "**", "//"):
            return NONE
        found = NONE.union(*(self.kinds(o, block) for o in operands))
        if operator == "*" and found & {"usage", "estimate"} and self._has_price(operands, block):
            return found - {"usage"} | {"money"}
        return found

    def _has_price(self, operands: tuple[code.Expr, ...], block: int) -> bool:
        """Whether an operand is a price: named so, or looked up."""
        for operand in operands:
            if self.kinds(operand, block) & {"usage", "estimate"}:
                continue
            for part in inside(operand, self.module):
                name = dotted(part) if isinstance(part, (code.Name, code.Attribute)) else None
                key = part.value if isinstance(part, code.Literal) else None
                words = tokens(f"{name or ''} {key if isinstance(key, str) else ''}")
                if words & (MONEY | {"rate", "rates", "pricing", "per", "dollars", "cents"}):
                    return True
        return False

    def _part(self, kinds: Kinds, name: str) -> Kinds:
        """What an attribute or entry of a value carries."""
        if not kinds:
            return NONE
        if USAGE.match(name):
            return frozenset({"usage"}) if kinds & {"response", "usage", "answer"} else kinds
        found = kinds - {"response"}
        if "response" in kinds:
            if name in WHOLE or name in SAME:
                found |= {"response"}
            elif name not in META:
                found |= {"answer"}
        if name in META and not found & {"usage", "money", "error"}:
            return NONE
        return found

    def _result(self, i: int) -> Kinds:
        """What a call returns: its own seed, or what its receiver and arguments carry."""
        if i in self.calls:
            return self.calls[i]
        call = self.module.calls[i]
        name = last_name(call.callee)
        if name in READERS:
            return NONE
        found = NONE
        if isinstance(call.callee, code.Attribute):
            base = self.kinds(call.callee.base, call.block)
            if name == "get" and call.args and isinstance(call.args[0], code.Literal):
                return self._part(base, str(call.args[0].value))
            found |= base if name in SAME or not base & {"response"} else base - {"response"} | {"answer"}
        if name == "getattr" and len(call.args) > 1 and isinstance(call.args[1], code.Literal):
            return self._part(self.kinds(call.args[0], call.block), str(call.args[1].value))
        given = self.given(call)
        if not given:
            return found
        if name in SAME or name[:1].isupper() or call.new:
            return found | given
        return found | named(name, given - {"response"} | ({"answer"} if "response" in given else NONE))

    def given(self, call: code.Call) -> Kinds:
        """What the arguments of a call carry together."""
        parts = (*call.args, *(k.value for k in call.keywords))
        return NONE.union(*(self.kinds(p, call.block) for p in parts)) if parts else NONE

    def reached(self) -> Iterator[Reached]:
        """Every call in the function, the seeds apart, that is given something of the value."""
        for i, call in enumerate(self.module.calls):
            if call.block in self.region and i not in self.calls:
                kinds = self.given(call)
                if kinds:
                    yield Reached(i, kinds)

    def returned(self) -> Kinds:
        """What the function hands back, by return or yield."""
        found = NONE
        for out in self.module.exits:
            own = self.facts.owner(out.block)
            body = self.module.functions[own].block if own >= 0 else 0
            if out.kind in ("return", "yield") and body == self.body:
                found |= self.kinds(out.value, out.block)
        return found
