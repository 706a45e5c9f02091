"""Untrusted text: whether a value comes from a request, a retrieved document, a tool or a model."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import ANSWERING, ai_entries
from shipsmith_controls.links.calls.neighbours import model_calls_in
from shipsmith_controls.links.data.stores import store_calls
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tools.tool_bodies import Body
from shipsmith_controls.links.tools.tool_origin import tool_functions
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import Binding, ModuleIndex, last_name
from shipsmith_controls.links.values.value import Fn, Inst
from shipsmith_controls.links.values.values import argument_for, call_sites, values
from shipsmith_controls.queries import Database, query

_DEEP = 30
_ADDERS = frozenset({"append", "extend", "push", "unshift", "insert"})
_TRUSTED = frozenset(
    "self cls session db database settings config client user model temperature token tokens id "
    "ids limit top stream websocket callback logger language locale kwargs type kind mode".split()
)
"""Words of parameters and fields that are settings, identities or objects, no text of a person."""
_ENDS = frozenset(
    "int float bool len Number parseInt parseFloat Boolean isinstance round hash now Date datetime "
    "getenv includes startswith startsWith endsWith has embed test uuid4 randomUUID toISOString "
    "toDateString toLocaleDateString strftime isoformat today utcnow "
    "model_json_schema append push write print log info debug".split()
)
"""Calls whose result is no longer the text that they were given."""
_KEPT = frozenset("content page_content pageContent transcript".split())
"""Fields that hold the text of a document or message."""
_OWN = frozenset("prompt prompts template templates system self config settings".split())
_PLAIN = frozenset({"int", "float", "bool", "number", "boolean", "datetime", "date"})


@query
def handlers(db: Database) -> frozenset[Node]:
    """Functions that a request, a message or a window starts with what a person sent."""
    return frozenset(e.node for e in ai_entries(db) if e.kind in ANSWERING)


class Untrusted:
    """One question after another about the same tree; answers are remembered."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.known: dict[tuple[str, int, code.Expr], str] = {}

    def of(self, path: str, block: int, expr: code.Expr | None, depth: int = 0) -> str:
        """Where the text of an expression comes from when that is nobody to trust, else ""."""
        if expr is None or depth > _DEEP or isinstance(expr, (code.Literal, code.FunctionRef)):
            return ""
        key = (path, block, expr)
        if key not in self.known:
            self.known[key] = ""
            self.known[key] = self._of(path, block, expr, depth + 1)
        return self.known[key]

    def _any(self, path: str, block: int, parts: Iterable[code.Expr], depth: int) -> str:
        return next((found for part in parts if (found := self.of(path, block, part, depth))), "")

    def _of(self, path: str, block: int, expr: code.Expr, depth: int) -> str:
        facts = index(self.db, path)
        if facts is None:
            return ""
        match expr:
            case code.Name(id=name):
                return self._name(path, facts, block, name, depth)
            case code.Attribute(base=code.Name(id="self"), name=name):
                klass = facts.class_around(block)
                held = [facts.module.assigns[i] for i in facts.attributes.get((klass, name), ())]
                found = (self.of(path, a.block, a.value, depth) for a in held)
                return next((f for f in found if f), "")
            case code.Attribute(base=base, name=name):
                return "" if is_trusted(name) else self._field(path, block, base, name, depth)
            case code.Subscript(base=base):
                return self.of(path, block, base, depth)
            case code.CallRef(call=call):
                return self._call(path, facts, call, depth)
            case code.Mapping(entries=entries):
                return self._any(path, block, (held for _, held in entries), depth)
            case code.Operation(operator=operator, operands=parts):
                return self._any(path, block, parts, depth) if operator in ("+", "|", "and", "&&") else ""
            case (
                code.Template(parts=parts)
                | code.Sequence(items=parts)
                | code.Choice(options=parts)
                | code.Opaque(parts=parts)
            ):
                return self._any(path, block, parts, depth)
        return ""

    def _field(self, path: str, block: int, base: code.Expr, name: str, depth: int) -> str:
        """A field of an object: what its class was given, or what is kept under such a name."""
        held = [
            (value.path, there.module.assigns[at])
            for value in values(self.db, path, block, base, callers=True)
            if isinstance(value, Inst) and (there := index(self.db, value.path)) is not None
            for at in there.attributes.get((value.klass, name), ())
        ]
        if held:
            return next((f for p, a in held if (f := self.of(p, a.block, a.value, depth))), "")
        found = self.of(path, block, base, depth)
        if found:
            return found
        kept = name in _KEPT and isinstance(base, code.Name) and not tokens(base.id) & _OWN
        return "stored text" if kept else ""

    def _name(self, path: str, facts: ModuleIndex, block: int, name: str, depth: int) -> str:
        _, bindings = facts.lookup(block, name)
        for binding in bindings:
            found = self._binding(path, facts, binding, name, depth)
            if found:
                return found
        for call in facts.added_to(block, name, _ADDERS) if bindings else ():
            found = self._any(path, call.block, call.args, depth)
            if found:
                return found
        return ""

    def _binding(self, path: str, facts: ModuleIndex, binding: Binding, name: str, depth: int) -> str:
        if binding.kind == "assign":
            assign = facts.module.assigns[binding.index]
            return self.of(path, assign.block, assign.value, depth)
        if binding.kind == "head":
            head = facts.module.blocks[binding.index]
            return self._any(path, head.parent, head.heads, depth) if head.kind == "loop" else ""
        return self._param(path, facts, binding.index, name, depth) if binding.kind == "param" else ""

    def _param(self, path: str, facts: ModuleIndex, function: int, name: str, depth: int) -> str:
        here = facts.module.functions[function]
        param = next((p for p in here.params if p.name == name), None)
        if is_trusted(name) or param is None or last_name(param.annotation) in _PLAIN:
            return ""
        if Body(path, function) in tool_functions(self.db):
            return "an argument that a model chose"
        if Node(path, facts.node_name(here.block)) in handlers(self.db):
            given = isinstance(param.default, code.CallRef) or _is_injected(param, facts)
            return "" if given else "text of the request"
        bound = here.parent in facts.class_by_block
        for user, at in call_sites(self.db, path, function):
            other = index(self.db, user)
            if other is not None:
                call = other.module.calls[at]
                found = self.of(user, call.block, argument_for(call, here, name, bound), depth)
                if found:
                    return found
        return ""

    def _call(self, path: str, facts: ModuleIndex, at: int, depth: int) -> str:
        call = facts.module.calls[at]
        model = next((m for m in model_calls_in(self.db, path) if m.call == at), None)
        if model is not None:
            return "text that a model wrote" if model.is_llm else ""
        if any(s.call == at and s.operation == "read" for s in store_calls(self.db, path)):
            return "a retrieved document"
        if last_name(call.callee) in _ENDS:
            return ""
        own = [v for v in values(self.db, path, call.block, call.callee) if isinstance(v, Fn)]
        for function in own:
            there = index(self.db, function.path)
            for out in there.returns.get(function.function, ()) if there is not None else ():
                found = self.of(function.path, out.block, out.value, depth)
                if found:
                    return found
        if own:
            return ""
        given = [*call.args, *(k.value for k in call.keywords)]
        if isinstance(call.callee, code.Attribute):
            given.append(call.callee.base)
        return self._any(path, call.block, given, depth)


def ends_text(name: str) -> bool:
    """Whether what a call of this name returns is no longer the text that it was given."""
    return name in _ENDS


def is_trusted(name: str) -> bool:
    """Whether the last word of a name says that it holds a setting, an identity or an object."""
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)
    return bool(words) and words[-1].lower() in _TRUSTED


def _is_injected(param: code.Param, facts: ModuleIndex) -> bool:
    """Whether a framework fills a parameter: `user: Annotated[User, Depends(current_user)]`."""
    found = param.annotation
    return isinstance(found, code.Subscript) and last_name(found.base) == "Annotated"
