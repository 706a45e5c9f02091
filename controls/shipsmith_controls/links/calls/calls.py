"""Calls of one file: which are calls to a model, and which lead to other functions of the tree."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

import msgspec
from msgspec.structs import replace

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge.schema import CallKind, CallShape
from shipsmith_controls.links.calls import http
from shipsmith_controls.links.calls.commands_sent import fitting
from shipsmith_controls.links.calls.roots import Roots
from shipsmith_controls.links.calls.served import served
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index, markers, skim
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.carried import carried_kinds
from shipsmith_controls.links.values.classes import (
    bases,
    called_from_outside,
    object_of,
    standing_for_sdk,
)
from shipsmith_controls.links.values.graph import LLM_KINDS, Edge, FileCalls, ModelCall, Node
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, last_name
from shipsmith_controls.links.values.pieces import calls_in, references, tail
from shipsmith_controls.links.values.sdk import Client
from shipsmith_controls.links.values.symbols import Symbols
from shipsmith_controls.links.values.value import (
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
    Unknown,
    Value,
)
from shipsmith_controls.links.values.values import Walk, values
from shipsmith_controls.links.values.variables import given_by_name
from shipsmith_controls.queries import Database, query

if TYPE_CHECKING:
    from collections.abc import Iterator


@query
def file_calls(db: Database, path: str) -> FileCalls:
    """Read the calls of one file."""
    facts = index(db, path)
    return _Reader(db, path, facts).read() if facts is not None else FileCalls()


@query
def flat_calls(db: Database, path: str) -> FileCalls:
    """The calls of one file without their lines: equal after an edit that only moves lines."""
    found = file_calls(db, path)
    return msgspec.structs.replace(
        found,
        model=tuple(msgspec.structs.replace(call, line=0, end_line=0) for call in found.model),
        edges=tuple(msgspec.structs.replace(edge, line=0) for edge in found.edges),
        loose=tuple((source, name, 0) for source, name, _ in found.loose),
    )


class _Reader:
    def __init__(self, db: Database, path: str, facts: ModuleIndex) -> None:
        self.db, self.path, self.facts = db, path, facts
        self.module = facts.module
        self.roots = Roots(db, path, facts)
        self.model: list[ModelCall] = []
        self.edges: dict[Edge, None] = {}
        self.makers: set[int] = set()
        self.handed: dict[str, None] = {}
        self.loose: list[tuple[str, str, int]] = []
        self.symbols = Symbols(db, path, facts)

    def read(self) -> FileCalls:
        for i, call in enumerate(self.module.calls):
            if call.element:
                self._element(i, call)
                continue
            if self.roots.matters(call.block, call.callee):
                self._call(i, call)
            self._handed_over(i, call)
            self._named(i, call)
        for i, function in enumerate(self.module.functions):
            self._nested(i, function)
            for decorator in function.decorators:
                if not isinstance(decorator, code.CallRef):
                    self._refer(function.parent, decorator, decorator.line, self._source(function.block))
        return FileCalls(
            tuple(self.model),
            tuple(self.edges),
            tuple(sorted(set(self._holders()))),
            tuple(dict.fromkeys(bases(self.db, self.path, self.facts))),
            tuple(self.handed),
            tuple(sorted(self.makers)),
            tuple(self.symbols.held_functions()),
            tuple(self.symbols.mentions()),
            tuple(dict.fromkeys(self.loose)),
            tuple(self.symbols.aliases()),
            tuple(self.symbols.stars()),
        )

    def _source(self, block: int) -> str:
        return self.facts.node_name(block)

    def _call(self, i: int, call: code.Call) -> None:
        callee = call.callee
        target = self.symbols.imported(call.block, callee)
        if target is not None:
            # What is imported by name from a file that names no SDK need not be read to be linked.
            self.edges[Edge(self._source(call.block), target, i, call.line)] = None
            if self._hands_client(call):
                self.handed[target.path] = None
            return
        clients: dict[Client, None] = {}
        match: sdk.Found | None = None
        followed = False
        for value in Walk(self.db).values(self.path, call.block, callee):
            followed = followed or not isinstance(value, (Unknown, Param))
            if isinstance(value, Extern) and sdk.constructor_of(value):
                self.makers.add(i)
            found = self._shape(value, call)
            if found is not None:
                match = match or found
                if found.shape == match.shape and found.client:
                    clients[found.client] = None
            elif isinstance(value, (Fn, Cls, Inst)):
                self._lead(value, i, call)
            elif isinstance(value, Made) and value.heir and value.trail == last_name(callee):
                self._outside(value.heir, i, call)
            elif isinstance(value, Param) and isinstance(callee, code.Name):
                self._called_back(value, i, call)
        sure = True
        if match is None and last_name(callee) in sdk.call_names():
            match = self._injected(call, callee, clients)
        elif clients and all(client.handed for client in clients):
            handed: dict[Client, None] = {}
            self._injected(call, callee, handed)
            clients = {client: None for client in handed if not client.handed} or clients
        if match is None:
            match = self._told_by_path(call) or http.provider_call(self.db, self.path, call)
            sure = match is not None and match.sdk.key.startswith("http")
        if match is not None:
            self._add(i, call, match, tuple(clients), sure)
        elif not followed and isinstance(callee, code.Attribute):
            self.loose.append((self._source(call.block), callee.name, call.line))

    def _injected(
        self, call: code.Call, callee: code.Expr, clients: dict[Client, None]
    ) -> sdk.Found | None:
        """A call on an object that was handed in: what the callers hand in decides."""
        match: sdk.Found | None = None
        for value in Walk(self.db, callers=True).values(self.path, call.block, callee):
            found = self._shape(value, call)
            if found is not None:
                match = match or found
                if found.shape.path == match.shape.path and found.client:
                    clients[found.client] = None
        return match

    def _add(
        self, i: int, call: code.Call, match: sdk.Found, clients: tuple[Client, ...], sure: bool
    ) -> None:
        kind = told_kind(match.shape, self._source(call.block))
        if kind == "carried":
            inside = set(carried_kinds(self.db, clients))
            if not inside:
                return
            kind = "generation" if "generation" in inside else min(inside)
        if kind == "remote_agent" and self._runs_own_graph(i, call, match.shape):
            kind = "graph"
        self.model.append(
            ModelCall(
                path=self.path,
                call=i,
                line=call.line,
                end_line=call.end_line,
                kind=kind,
                sdk=match.sdk.key,
                shape=match.shape,
                clients=clients,
                function=self._source(call.block),
                sure=sure,
            )
        )

    def _runs_own_graph(self, i: int, call: code.Call, shape: CallShape) -> bool:
        """Whether a run on a platform names a graph of this tree, which it then leads to."""
        given = (argument(call, name, self.module) for name in shape.agent)
        told = [v for e in given if e is not None for v in values(self.db, self.path, call.block, e)]
        names = {value.value for value in told if isinstance(value, Const)}
        for variable in (value.name for value in told if isinstance(value, Env)):
            names |= {each.value for each in given_by_name(self.db).get(variable.upper(), ())[:1]}
        own = [graph for graph in served(self.db) if graph.name in names] if names else []
        source = self._source(call.block)
        self.edges.update({Edge(source, Node(g.path, g.function), i, call.line): None for g in own})
        return bool(own)

    def _shape(self, value: Value, call: code.Call) -> sdk.Found | None:
        match value:
            case Extern():
                return sdk.function_shape(value)
            case Made():
                found = sdk.method_shape(value)
                return fitting(self.db, self.path, call, found) if found is not None else None
            case Declared(extern=extern):
                return sdk.method_shape(Made(extern, ()))
            case Piped():
                return self._piped(value, last_name(call.callee))
        return None

    def _piped(self, whole: Piped, name: str) -> sdk.Found | None:
        """The call of a composition is one of the model in it; what was laid over it holds too."""
        found: sdk.Found | None = None
        for operand in whole.operands:
            for value in values(self.db, whole.path, whole.block, operand, callers=True):
                if isinstance(value, Piped):
                    found = self._piped(value, name)
                elif isinstance(value, (Made, Declared)):
                    traced = sdk.trace_client(value)
                    if traced is not None and traced.maker.type.pipes and not traced.pending:
                        found = sdk.piped_shape(traced.maker, traced.client, name)
                if found is not None and found.client is not None:
                    layers = (*found.client.layers, *whole.laid)
                    return found._replace(client=replace(found.client, layers=layers))
        return found

    def _told_by_path(self, call: code.Call) -> sdk.Found | None:
        """A call whose path alone tells it, in a file that names that SDK."""
        whole = dotted(call.callee)
        if whole is None or "." not in whole:
            whole = tail(call.callee)
        steps = whole.split(".")
        named = frozenset(skim(self.db, self.path).markers)
        for start in range(1, len(steps) - 1):
            told = sdk.telling_paths(self.module.language).get(".".join(steps[start:]), ())
            here = [f for f in told if not named.isdisjoint(f.sdk.modules)]
            if not here and told and len(steps) - start >= 3:
                anywhere = markers(self.db)
                here = [f for f in told if not anywhere.isdisjoint(f.sdk.modules)] or list(told)
            if here:
                return min(here, key=sdk.is_of_another_provider)
        return None

    def _lead(self, value: Fn | Cls | Inst, call: int, at: code.Call) -> None:
        if isinstance(value, Fn):
            self._edge(value, call, at.line, self._source(at.block))
            return
        name = "__call__" if isinstance(value, Inst) else "__init__"
        for member in Walk(self.db).member(value.path, value.klass, name, None, 0):
            if isinstance(member, Fn):
                self._edge(member, call, at.line, self._source(at.block))
        if isinstance(value, Cls):
            for member in Walk(self.db).member(value.path, value.klass, "constructor", None, 0):
                if isinstance(member, Fn):
                    self._edge(member, call, at.line, self._source(at.block))

    def _called_back(self, value: Param, i: int, call: code.Call) -> None:
        """A parameter that is called leads to the functions that the callers hand in."""
        for passed in Walk(self.db).passed(value, 0):
            target = node_of(self.db, passed) if isinstance(passed, Fn) else None
            if target is not None:
                self.edges[Edge(self._source(call.block), target, i, call.line, back=True)] = None

    def _outside(self, klass: tuple[str, int], i: int, call: code.Call) -> None:
        """What is inherited from outside the tree may call every method of the heir."""
        for method in called_from_outside(self.db, *klass):
            self._edge(method, i, call.line, self._source(call.block))

    def _edge(self, value: Fn, call: int, line: int, source: str) -> None:
        target = node_of(self.db, value)
        if call >= 0 and value.path != self.path and self._hands_client(self.module.calls[call]):
            self.handed[value.path] = None
        if target is not None and not (target.path == self.path and target.name == source and call < 0):
            self.edges[Edge(source, target, call, line)] = None

    def _hands_client(self, call: code.Call) -> bool:
        """Whether an SDK object is among the arguments of a call, in a file that names an SDK."""
        if not skim(self.db, self.path).markers:
            return False
        for given in (*call.args, *(k.value for k in call.keywords)):
            if isinstance(given, (code.Name, code.Attribute, code.CallRef)):
                for value in Walk(self.db).values(self.path, call.block, given):
                    if isinstance(value, (Made, Declared)) and sdk.trace_client(value):
                        return True
        return False

    def _handed_over(self, i: int, call: code.Call) -> None:
        """Functions of the tree given to a call: handlers, tasks, graph nodes, tools."""
        source = self._source(call.block)
        for given in (*call.args, *(k.value for k in call.keywords)):
            for part in references(given):
                if last_name(part) in sdk.call_names() and isinstance(part, code.Attribute):
                    self._deferred(i, call, part)
                self._refer(call.block, part, call.line, source)
            if object_of(given, self.facts, call.block) and self.roots.matters(call.block, call.callee):
                self._object(call, given)

    def _named(self, i: int, call: code.Call) -> None:
        """Methods of the own class, handed by name to what looks them up: `getattr(self, name)`."""
        klass = self.facts.class_around(call.block) if call.args and self._looks_up else -1
        for given in call.args if klass >= 0 else ():
            name = given.value if isinstance(given, code.Literal) else None
            at = self.facts.methods.get((klass, name)) if isinstance(name, str) else None
            if at is not None:
                target = Node(self.path, self.module.functions[at].qualname)
                self.edges[Edge(self._source(call.block), target, i, call.line)] = None

    @cached_property
    def _looks_up(self) -> bool:
        """Whether the file takes attributes of `self` by names that it is handed."""
        looked = (self.module.calls[i].args for i in self.facts.calls_named.get("getattr", ()))
        return any(
            len(args) > 1
            and isinstance(args[0], code.Name)
            and args[0].id == "self"
            and isinstance(args[1], code.Name)
            for args in looked
        )

    def _object(self, call: code.Call, given: code.Expr) -> None:
        """An object handed to code outside the tree, which may call its methods."""
        for value in values(self.db, self.path, call.block, given):
            parts = Walk(self.db).items(value, 0) if isinstance(value, Data) else (value,)
            for part in parts:
                if isinstance(part, Inst):
                    self._outside((part.path, part.klass), -1, call)

    def _deferred(self, i: int, call: code.Call, callee: code.Expr) -> None:
        """A model call that another function makes: `asyncio.to_thread(client.f, model=…)`."""
        if not self.roots.matters(call.block, callee):
            return
        clients: dict[Client, None] = {}
        match = self._injected(call, callee, clients)
        if match is not None:
            self._add(i, call, match, tuple(clients), sure=True)

    def _element(self, i: int, call: code.Call) -> None:
        if isinstance(call.callee, code.Name) and call.callee.id[:1].isupper():
            self._refer(call.block, call.callee, call.line, self._source(call.block))
        for keyword in call.keywords:
            for part in references(keyword.value):
                self._refer(call.block, part, call.line, self._source(call.block))

    def _refer(self, block: int, expr: code.Expr, line: int, source: str) -> None:
        if not self._may_be_function(block, expr):
            return
        target = self.symbols.imported(block, expr)
        if target is not None:
            self.edges[Edge(source, target, -1, line)] = None
            return
        for value in Walk(self.db).values(self.path, block, expr):
            if isinstance(value, Fn):
                self._edge(value, -1, line, source)

    def _may_be_function(self, block: int, expr: code.Expr) -> bool:
        """Whether a name or attribute can be a function, by how its root is bound."""
        if isinstance(expr, code.Attribute):
            if isinstance(expr.base, code.Name) and expr.base.id in ("self", "cls"):
                return (self.facts.class_around(block), expr.name) in self.facts.methods
            root: code.Expr = expr.base
            while isinstance(root, code.Attribute):
                root = root.base
            return isinstance(root, code.Name) and self._bound_as(block, root.id, ("import", "class"))
        return isinstance(expr, code.Name) and self._bound_as(
            block, expr.id, ("import", "function", "assign")
        )

    def _bound_as(self, block: int, name: str, kinds: tuple[str, ...]) -> bool:
        for binding in self.facts.lookup(block, name)[1]:
            if binding.kind not in kinds:
                continue
            if binding.kind == "assign":
                value = self.module.assigns[binding.index].value
                if isinstance(value, code.FunctionRef):
                    return True
            elif binding.kind != "import" or self.roots.import_matters(binding.index):
                return True
        return False

    def _nested(self, i: int, function: code.Function) -> None:
        """A function inside another one, or handed over in place, is reached through what holds it."""
        own, outer = self.facts.node_name(function.block), self.facts.node_name(function.parent)
        if own != outer and (outer or not function.name):
            self.edges[Edge(outer, Node(self.path, own), -1, function.line)] = None

    def _holders(self) -> Iterator[str]:
        sdk_calls = self.makers | {m.call for m in self.model}
        for assign in self.module.assigns:
            top = assign.block == 0 and isinstance(assign.target, code.Name)
            made = any(c in sdk_calls for c in calls_in(assign.value, self.module)) if top else False
            if top and (made or http.names_host(assign.value)):
                yield last_name(assign.target)
        for call in sdk_calls:
            name = self._source(self.module.calls[call].block)
            if name:
                yield name.split(".")[0]
        yield from standing_for_sdk(self.db, self.path, self.facts)


__all__ = ["LLM_KINDS", "Edge", "FileCalls", "ModelCall", "Node", "file_calls", "flat_calls", "node_of"]


def node_of(db: Database, value: Fn) -> Node | None:
    """The named function that a function value is, or stands in."""
    facts = index(db, value.path)
    if facts is None:
        return None
    return Node(value.path, facts.node_name(facts.module.functions[value.function].block))


def told_kind(shape: CallShape, function: str) -> CallKind:
    """What a call does: of one that takes any model (`invoke_model`) its function's name tells it."""
    words = tokens(function) if shape.named else frozenset()
    pairs = (each.partition("=") for each in shape.named)
    return next((cast("CallKind", kind) for word, _, kind in pairs if word in words), shape.kind)
