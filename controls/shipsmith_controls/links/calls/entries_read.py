"""Reading the entries that one file declares: by decorators, calls, classes and conventions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node, node_of
from shipsmith_controls.links.calls.declaring import (
    Way,
    hooks,
    modules_of,
    route_names,
    served_by_making,
    serverless_handlers,
    ways,
)
from shipsmith_controls.links.calls.entry import Entry, EntryKind
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, last_name, plain_base
from shipsmith_controls.links.values.value import Cls, Declared, Extern, Fn, Made
from shipsmith_controls.links.values.values import Walk, values
from shipsmith_controls.queries import Database, query

_NEXT_ROUTE = re.compile(r"(^|/)app/.*route\.(ts|tsx|js|jsx|mjs)$")
_NEXT_API = re.compile(r"(^|/)pages/api/.*\.(ts|tsx|js|jsx|mjs)$")
_NEXT_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_VIEW_METHODS = (
    "get post put patch delete dispatch list create retrieve update partial_update destroy form_valid "
    "on_get on_post on_put receive receive_json websocket_receive"
).split()
"""Methods of a class-based view that a request lands in (Django, DRF, Flask, Falcon, Channels)."""


class Reader:
    """Reads one file."""

    def __init__(self, db: Database, path: str, facts: ModuleIndex) -> None:
        self.db, self.path, self.facts = db, path, facts
        self.module = facts.module
        self.modules = {i.module for i in self.module.imports}
        self.modules |= {f"{i.module}.{i.name}" for i in self.module.imports if i.name}
        self.python = self.module.language == "python"

    def read(self) -> Iterator[Entry]:
        """Every entry of the file."""
        yield from self._decorated()
        yield from self._decorated_classes()
        yield from self._declared()
        yield from self._derived()
        yield from self._by_convention()

    def _uses(self, roots: tuple[str, ...]) -> bool:
        return any(_below(m, roots) for m in self.modules)

    def _is_page(self) -> bool:
        """Whether a file draws a Streamlit page: what it takes from inside the runtime draws nothing."""
        inner = tuple(f"{root}.runtime" for root in modules_of("streamlit"))
        return self._uses(modules_of("streamlit")) and not all(
            _below(m, inner) for m in self.modules if _below(m, modules_of("streamlit"))
        )

    def _belongs(self, way: Way, callee: code.Expr, block: int) -> bool:
        """Whether a decorator or callee is the framework's: by its object, else by what is imported."""
        if way.python != self.python:
            return False
        if isinstance(callee, code.Attribute):
            known = [
                value.extern if isinstance(value, (Made, Declared)) else value
                for value in values(self.db, self.path, block, callee.base)
                if isinstance(value, (Made, Declared, Extern))
            ]
            if known:
                return any(_below(extern.dotted, way.modules) for extern in known)
        return self._uses(way.modules)

    def _decorated(self) -> Iterator[Entry]:
        """Functions whose decorator makes them an entry."""
        for function in self.module.functions:
            for decorator in function.decorators:
                at = decorator.call if isinstance(decorator, code.CallRef) else -1
                made = self.module.calls[at] if at >= 0 else None
                kind = self._kind(made.callee if made else decorator, made, function.parent)
                if kind is not None:
                    route = _route(made) if made else ""
                    yield Entry(kind, self.path, function.line, function.qualname, route, at)
                    break

    def _decorated_classes(self) -> Iterator[Entry]:
        """Methods of classes that a decorator puts at a route: `@ns.route("/x") class X(Resource)`."""
        for i, klass in enumerate(self.module.classes if self.python else ()):
            for decorator in klass.decorators:
                made = self.module.calls[decorator.call] if isinstance(decorator, code.CallRef) else None
                kind = self._kind(made.callee, made, klass.parent) if made is not None else None
                if kind is None or made is None:
                    continue
                for view in self._view(Cls(self.path, i)):
                    if view.path == self.path:
                        at = self.module.functions[view.function]
                        yield Entry(kind, self.path, at.line, at.qualname, _route(made))

    def _kind(self, callee: code.Expr, made: code.Call | None, block: int) -> EntryKind | None:
        name = last_name(callee)
        attribute = isinstance(callee, code.Attribute)
        routed = made is not None and _is_route(made)
        if routed and attribute and name in route_names(True):
            return "websocket" if "websocket" in name or name == "ws" else "http"
        for way in ways().get((True, name), ()):
            if way.method and not attribute:
                continue
            if way.kind == "http" and way.method and not routed:
                continue
            if self._belongs(way, callee, block):
                return way.kind
        if self.python and attribute and name in ("task", "shared_task") and not routed:
            return "consumer"
        if made is not None and routed and self._registers(callee, block):
            return "http"
        return None

    def _registers(self, callee: code.Expr, block: int) -> bool:
        """Whether a decorator of the tree's own makes what it decorates a route."""
        return any(
            isinstance(value, Fn) and declares_routes(self.db, value.path, value.function)
            for value in values(self.db, self.path, block, callee)
        )

    def _declared(self) -> Iterator[Entry]:
        """Handlers handed to a call that declares a route, an event or a consumer."""
        for i, call in enumerate(self.module.calls):
            kind = self._declares(call)
            if kind == "graph":
                yield Entry(kind, self.path, call.line, self.facts.node_name(call.block), _route(call), i)
            elif kind is not None:
                for given in (*call.args, *(k.value for k in call.keywords)):
                    yield from self._handler(kind, i, call, given)

    def _declares(self, call: code.Call) -> EntryKind | None:
        name = last_name(call.callee)
        if name in route_names(False) and _is_route(call) and len(call.args) + len(call.keywords) > 1:
            return "websocket" if "ebsocket" in name or name == "ws" else "http"
        if dotted(call.callee) in ("Deno.serve", "serve") and call.args:
            return "function"
        attribute = isinstance(call.callee, code.Attribute)
        for way in ways().get((False, name), ()):
            if (attribute or not way.method) and self._belongs(way, call.callee, call.block):
                return way.kind
        for way in served_by_making().get(name, ()):
            if self._belongs(way, call.callee, call.block):
                return way.kind
        return None

    def _handler(self, kind: EntryKind, i: int, call: code.Call, given: code.Expr) -> Iterator[Entry]:
        if isinstance(given, (code.Literal, code.Mapping, code.Template)):
            return
        for value in values(self.db, self.path, call.block, given):
            found: list[Fn] = []
            if isinstance(value, Fn):
                found = [value]
            elif isinstance(value, Cls):
                found = self._view(value)
            elif isinstance(value, Made) and value.heir is not None:
                # `ChatView.as_view()`: made from a class of the tree by what it inherits.
                found = self._view(Cls(*value.heir))
            for handler in found:
                target = node_of(self.db, handler)
                if target is not None:
                    line = _line_of(self.db, target, call.line)
                    at = i if target.path == self.path else -1
                    yield Entry(kind, target.path, line, target.name, _route(call), at)

    def _view(self, value: Cls) -> list[Fn]:
        return [
            member
            for name in _VIEW_METHODS
            for member in Walk(self.db).member(value.path, value.klass, name, None, 0)
            if isinstance(member, Fn)
        ]

    def _derived(self) -> Iterator[Entry]:
        """Methods that a framework calls on classes derived from its own (`on_message`)."""
        for (klass, name), function in self.facts.methods.items():
            for way in hooks().get(name, ()):
                home = self.module.classes[klass]
                for base in home.bases:
                    for value in values(self.db, self.path, home.parent, plain_base(base)):
                        if isinstance(value, Extern) and _below(value.dotted, way.modules):
                            made = self.module.functions[function]
                            yield Entry(way.kind, self.path, made.line, made.qualname)

    def _by_convention(self) -> Iterator[Entry]:
        """Entries that a framework finds by file or name."""
        if _NEXT_ROUTE.search(self.path) or _NEXT_API.search(self.path):
            route = re.sub(r"^.*?(?:app|pages)/|/?route\.\w+$|\.\w+$|\([^)]*\)/", "", self.path)
            for name, function in self._exported():
                if name in _NEXT_VERBS or (name == "default" and _NEXT_API.search(self.path)):
                    yield Entry("http", self.path, function.line, function.qualname, "/" + route)
        if self.module.directive == "use server":
            for _, function in self._exported():
                yield Entry("action", self.path, function.line, function.qualname)
        if self.python and self._is_page():
            yield Entry("ui", self.path, 1, "")
            for function in self.module.functions:
                if function.name and function.parent == 0:
                    yield Entry("ui", self.path, function.line, function.qualname)
        handlers = serverless_handlers(self.python)
        for name, function in self._exported():
            if name in handlers and (len(function.params) == 2 or name == "lambda_handler"):
                yield Entry("function", self.path, function.line, function.qualname)

    def _exported(self) -> Iterator[tuple[str, code.Function]]:
        names = (
            [f.name for f in self.module.functions if f.parent == 0]
            if self.python
            else list(self.facts.exports)
        )
        for name in names:
            shown = self.facts.exports.get(name)
            local = (shown.local or name) if shown else name
            found = values(
                self.db, self.path, 0, shown.value if shown and shown.value else code.Name(0, local)
            )
            for value in found:
                if isinstance(value, Fn) and value.path == self.path:
                    function = self.module.functions[value.function]
                    yield name, function
                elif isinstance(value, (Made, Extern)):
                    yield from self._wrapped(name, value)

    def _wrapped(self, name: str, value: Made | Extern) -> Iterator[tuple[str, code.Function]]:
        """`export const POST = withAuth(async (req) => …)`: the function that is wrapped."""
        if isinstance(value, Made) and value.calls and value.calls[0][0] == self.path:
            for given in self.module.calls[value.calls[0][1]].args:
                if isinstance(given, code.FunctionRef):
                    yield name, self.module.functions[given.function]


@query
def declares_routes(db: Database, path: str, function: int) -> bool:
    """Whether a function of the tree declares a route itself: `blueprint.add_url_rule(rule, …)`."""
    facts = index(db, path)
    if facts is None:
        return False
    body = facts.module.functions[function].block
    return any(
        last_name(call.callee) in route_names(False)
        and isinstance(call.callee, code.Attribute)
        and len(call.args) + len(call.keywords) > 1
        and body in facts.above(call.block)
        for call in facts.module.calls
    ) or any(
        isinstance(decorator, code.CallRef)
        and last_name(facts.module.calls[decorator.call].callee) in route_names(True)
        and isinstance(facts.module.calls[decorator.call].callee, code.Attribute)
        and body in facts.above(inner.parent)
        for inner in facts.module.functions
        for decorator in inner.decorators
    )


def _below(module: str, roots: tuple[str, ...]) -> bool:
    return any(module == root or module.startswith((root + ".", root + "/")) for root in roots)


def _texts(call: code.Call) -> Iterator[str]:
    """The texts among the first two positions and `path`, `rule`."""
    for given in (*call.args[:2], argument(call, "path"), argument(call, "rule")):
        if isinstance(given, code.Literal) and isinstance(given.value, str):
            yield given.value


def _is_route(call: code.Call) -> bool:
    name = last_name(call.callee)
    return any(
        text.startswith("/") or text in ("", "*") or name in ("path", "re_path", "register")
        for text in _texts(call)
    )


def _route(call: code.Call) -> str:
    return next(_texts(call), "")


def _line_of(db: Database, node: Node, otherwise: int) -> int:
    facts = index(db, node.path)
    if facts is None or node.name not in facts.by_qualname:
        return otherwise
    return facts.module.functions[facts.by_qualname[node.name]].line
