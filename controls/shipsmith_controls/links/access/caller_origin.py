"""Where a value comes from: the signed-in caller, the request itself, or somewhere not seen."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.access.guards_python import dependencies_in
from shipsmith_controls.links.access.refusals import refusal, sounds_like_auth
from shipsmith_controls.links.calls.around import calls_inside, exits_inside, is_inside
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import NETWORK, entries_of
from shipsmith_controls.links.calls.neighbours import callers_of, model_calls_in
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import Binding, ModuleIndex, dotted, inside, last_name
from shipsmith_controls.links.values.value import Cls, Const, Data, Env, Fn
from shipsmith_controls.links.values.values import argument_for, call_sites, values
from shipsmith_controls.queries import Database, query

Origin = Literal["caller", "request", "unseen"]
Origins = frozenset[Origin]

NOWHERE: Origins = frozenset()
_CALLER: Origins = frozenset({"caller"})
_REQUEST: Origins = frozenset({"request"})
_UNSEEN: Origins = frozenset({"unseen"})
_DEEP = 30
_IDENTITY = frozenset(
    "user auth principal identity claims authorizer current_user currentUser session "
    "experimental_user langgraph_auth_user langgraph_auth_user_id".split()
)
"""Attributes of a request or context that a guard fills."""
_GLOBALS = frozenset({"flask", "flask_login", "streamlit", "starlette_context"})
_CHECKING = frozenset("check ensure require assert verify authorize can allowed".split())
_DEPENDS = frozenset({"Depends", "Security"})


@cache
def _helpers() -> frozenset[str]:
    """Names of the session helpers that the knowledge lists."""
    return frozenset(
        name.removeprefix(".").rsplit(".", 1)[-1]
        for guard in load().tables.auth
        for name in guard.helpers
    )


class Provenance:
    """One question after another about the same tree; answers are remembered."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.known: dict[tuple[str, int, code.Expr], Origins] = {}
        self.open: set[tuple[str, int, code.Expr]] = set()

    def of(self, path: str, block: int, expr: code.Expr | None, depth: int = 0) -> Origins:
        """The origins that an expression mixes; empty for constants and settings."""
        if expr is None or isinstance(expr, (code.Literal, code.FunctionRef)):
            return NOWHERE
        if depth > _DEEP:
            return _UNSEEN
        key = (path, block, expr)
        if key in self.known:
            return self.known[key]
        facts = index(self.db, path)
        if facts is None or key in self.open:
            return NOWHERE
        self.open.add(key)
        try:
            found = self._of(path, facts, block, expr, depth + 1)
            if "request" in found and self._is_checked(path, facts, block, expr, depth + 1):
                found = found - _REQUEST | _CALLER
        finally:
            self.open.discard(key)
        self.known[key] = found
        return found

    def _of(self, path: str, facts: ModuleIndex, block: int, expr: code.Expr, depth: int) -> Origins:
        match expr:
            case code.Name(id=name):
                return self._name(path, facts, block, name, depth)
            case code.Attribute(base=code.Name(id="self"), name=name):
                return self._own(path, facts, block, name, depth)
            case code.Attribute(base=base, name=name):
                found = self.of(path, block, base, depth)
                if name in _IDENTITY and (found & _REQUEST or self._is_global(facts, block, base)):
                    return _CALLER
                return found
            case code.Subscript(base=base):
                if last_name(base) in _IDENTITY and self._is_global(facts, block, base):
                    return _CALLER
                return self.of(path, block, base, depth)
            case code.CallRef(call=call):
                return self._call(path, facts, call, depth)
            case code.Mapping(entries=entries):
                return self._any(path, block, (value for _, value in entries), depth)
            case code.Template(parts=parts) | code.Sequence(items=parts) | code.Choice(options=parts):
                return self._any(path, block, parts, depth)
            case code.Opaque(parts=parts) | code.Operation(operands=parts):
                return self._any(path, block, parts, depth)
        return NOWHERE

    def _any(self, path: str, block: int, parts: Iterable[code.Expr], depth: int) -> Origins:
        return NOWHERE.union(*(self.of(path, block, part, depth) for part in parts))

    def _is_global(self, facts: ModuleIndex, block: int, expr: code.Expr) -> bool:
        """Whether a name is a framework's own view of the current request (`flask.g`, `st`)."""
        root = expr
        while isinstance(root, (code.Attribute, code.Subscript)):
            root = root.base
        if not isinstance(root, code.Name):
            return False
        return any(
            b.kind == "import" and facts.module.imports[b.index].module.split(".")[0] in _GLOBALS
            for b in facts.lookup(block, root.id)[1]
        )

    def _name(self, path: str, facts: ModuleIndex, block: int, name: str, depth: int) -> Origins:
        found = NOWHERE
        bindings = facts.lookup(block, name)[1]
        for binding in bindings:
            found |= self._binding(path, facts, binding, name, depth)
        if bindings and name in _IDENTITY and self._is_global(facts, block, code.Name(0, name)):
            return _CALLER
        return found

    def _binding(self, path: str, facts: ModuleIndex, binding: Binding, name: str, depth: int) -> Origins:
        if binding.kind == "param":
            return self._param(path, facts, binding.index, name, depth)
        return self._any(path, *facts.taken_from(binding), depth)

    def _param(self, path: str, facts: ModuleIndex, at: int, name: str, depth: int) -> Origins:
        function = facts.module.functions[at]
        param = next((p for p in function.params if p.name == name), None)
        if any(
            e.kind in NETWORK and (e.function == function.qualname or e.line == function.line)
            for e in entries_of(self.db, path)
        ):
            return self._entering(path, facts, function, param, depth)
        found, sites = NOWHERE, call_sites(self.db, path, at)
        bound = function.parent in facts.class_by_block
        for user, call in sites:
            outer = index(self.db, user)
            if outer is not None:
                here = outer.module.calls[call]
                spread = any(k.name is None for k in here.keywords)
                given = argument_for(here, function, name, bound)
                found |= self.of(user, here.block, given, depth) if given or not spread else _UNSEEN
        if sites:
            return found
        return _REQUEST if self._is_node(path, facts, function) else _UNSEEN

    def _is_node(self, path: str, facts: ModuleIndex, function: code.Function) -> bool:
        """Whether a served graph runs a function as its node: state and config come with the run."""
        node = Node(path, facts.node_name(function.block))
        return any(
            entry.kind == "graph" and entry.node == caller
            for caller, _ in callers_of(self.db, node)
            for entry in entries_of(self.db, caller.path)
        )

    def _entering(
        self,
        path: str,
        facts: ModuleIndex,
        function: code.Function,
        param: code.Param | None,
        depth: int,
    ) -> Origins:
        """What a framework hands to an endpoint: the result of a guard, else parts of the request."""
        for given in (param.default, param.annotation) if param is not None else ():
            if given is None:
                continue
            guards = list(dependencies_in(self.db, path, function.block, given, 0))
            if guards:
                return _REQUEST if all(guard.weak for guard in guards) else _CALLER
            for part in inside(given, facts.module):
                made = facts.module.calls[part.call] if isinstance(part, code.CallRef) else None
                if made is not None and last_name(made.callee) in _DEPENDS and made.args:
                    return self._called(path, made.block, made.args[0], depth)
        return _REQUEST

    def _own(self, path: str, facts: ModuleIndex, block: int, name: str, depth: int) -> Origins:
        klass, found = facts.class_around(block), NOWHERE
        for at in facts.attributes.get((klass, name), ()):
            assign = facts.module.assigns[at]
            found |= self.of(path, assign.block, assign.value, depth)
        return found

    def _call(self, path: str, facts: ModuleIndex, call: int, depth: int) -> Origins:
        here = facts.module.calls[call]
        if any(model.call == call for model in model_calls_in(self.db, path)):
            return NOWHERE
        if last_name(here.callee) in _helpers():
            return _CALLER
        given = self._any(path, here.block, (*here.args, *(k.value for k in here.keywords)), depth)
        if "caller" in given and not self._passes_by(path, here, depth):
            return _CALLER
        returned = self._called(path, here.block, here.callee, depth)
        if isinstance(here.callee, code.Attribute):
            returned |= self.of(path, here.block, here.callee.base, depth)
        if sounds_like_auth(last_name(here.callee)) and (given | returned) & _REQUEST:
            return _CALLER
        given -= _CALLER
        return given | returned or (_UNSEEN if self._is_blind(path, here) else NOWHERE)

    def _passes_by(self, path: str, here: code.Call, depth: int) -> bool:
        """Whether a helper that is told the caller hands back the request's own value unchecked."""
        found = values(self.db, path, here.block, here.callee)
        own = [value for value in found if isinstance(value, Fn)]
        if not own or not all(_hands_back(self.db, value) for value in own):
            return False
        returned = self._called(path, here.block, here.callee, depth)
        if "caller" in returned or "request" not in returned:
            return False
        return all(refusal(self.db, v.path, v.function, 2) is None for v in own)

    def _is_blind(self, path: str, here: code.Call) -> bool:
        """Whether a call is handed nothing and leads out of sight (a context variable)."""
        if here.args or here.keywords or here.new or last_name(here.callee)[:1].isupper():
            return False
        found = values(self.db, path, here.block, here.callee)
        return not any(isinstance(value, (Fn, Cls, Env, Const, Data)) for value in found)

    def _called(self, path: str, block: int, callee: code.Expr, depth: int) -> Origins:
        """What a function of the tree hands back."""
        found = NOWHERE
        for value in values(self.db, path, block, callee):
            facts = index(self.db, value.path) if isinstance(value, Fn) else None
            if isinstance(value, Fn) and facts is not None:
                for out in facts.returns.get(value.function, ()):
                    found |= self.of(value.path, out.block, out.value, depth)
        return found

    def _is_checked(self, path: str, facts: ModuleIndex, block: int, expr: code.Expr, depth: int) -> bool:
        """Whether the function holds a value of the request against the caller, and can refuse."""
        name, owner = dotted(expr), facts.owner(block)
        if name is None or owner < 0:
            return False
        body, module = facts.module.functions[owner].block, facts.module
        for i, call in calls_inside(facts, body):
            given = [*call.args, *(k.value for k in call.keywords)]
            parts = [part for g in given for part in inside(g, module)]
            if not any(dotted(part) == name for part in parts):
                continue
            others = (
                p for p in parts if isinstance(p, (code.Name, code.Attribute)) and dotted(p) != name
            )
            if not any("caller" in self.of(path, call.block, part, depth) for part in others):
                continue
            if self._stops(path, facts, body, i, call):
                return True
        return False

    def _stops(self, path: str, facts: ModuleIndex, body: int, i: int, call: code.Call) -> bool:
        """Whether a call refuses by itself, or a test of what it returns does."""
        if tokens(last_name(call.callee)) & _CHECKING and not call.element:
            return True
        for value in values(self.db, path, call.block, call.callee):
            if isinstance(value, Fn) and refusal(self.db, value.path, value.function, 2) is not None:
                return True
        module = facts.module
        ref = {
            last_name(a.target)
            for a in module.assigns
            if a.value is not None
            and is_inside(facts, a.block, body)
            and any(isinstance(p, code.CallRef) and p.call == i for p in inside(a.value, module))
        }
        for at, here in enumerate(module.blocks):
            if here.kind == "if" and is_inside(facts, at, body):
                parts = [p for head in here.heads for p in inside(head, module)]
                asks = any(
                    (isinstance(p, code.CallRef) and p.call == i)
                    or (isinstance(p, code.Name) and p.id in ref)
                    for p in parts
                )
                if asks and any(out.kind in ("return", "raise") for out in exits_inside(facts, at)):
                    return True
        return False


@query
def _hands_back(db: Database, function: Fn) -> bool:
    """Whether a function returns one of its own parameters, or a part of one."""
    facts = index(db, function.path)
    if facts is None:
        return False
    params = {p.name for p in facts.module.functions[function.function].params}
    for out in facts.returns.get(function.function, ()):
        root = out.value
        while isinstance(root, (code.Attribute, code.Subscript)):
            root = root.base
        if isinstance(root, code.Name) and root.id in params:
            return True
    return False
