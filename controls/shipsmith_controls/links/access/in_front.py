"""What stands in front of a route: dependencies, routers and mounts, decorators, middleware, wrappers."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.guards_next import is_covered
from shipsmith_controls.links.access.routers import makers, mounts
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.tree import exists, index
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.modules import importers
from shipsmith_controls.queries import Database, query

_DEPENDS = frozenset({"Depends", "Security"})
_MOUNTS = frozenset({"include_router", "register_blueprint", "mount", "add_router", "include"})
_MIDDLEWARE = frozenset({"add_middleware", "Middleware"})
_HOOKS = frozenset({"use", "addHook", "register", "useGlobalGuards", "onRequest", "preHandler"})
_BEFORE = frozenset("before_request before_app_request middleware on_request before_serving".split())
_NEXT = tuple(f"{stem}.{end}" for stem in ("middleware", "proxy") for end in ("ts", "js", "mts", "mjs"))


class Front(msgspec.Struct, frozen=True):
    """An expression, in a block of a file, that stands for something run before the handler."""

    path: str
    block: int
    line: int
    expr: code.Expr


@query
def fronts(db: Database, entry: Entry) -> tuple[Front, ...]:
    """Everything that runs before an entry's handler, its own body apart."""
    facts = index(db, entry.path)
    if facts is None:
        return ()
    found = [*_of_function(facts, entry), *_of_declaration(facts, entry)]
    router = facts.module.calls[entry.call].callee if entry.call >= 0 else None
    if isinstance(router, code.Attribute):
        block = facts.module.calls[entry.call].block
        found.extend(_of_router(db, entry.path, block, router.base, 0))
    near = {entry.path: None}
    for _ in range(2):
        for path in tuple(near):
            near.update(dict.fromkeys(user for user, _ in importers(db).get(path, ())))
    for path in near:
        found.extend(f for f in _middleware(db, path) if _is_on_route(db, f, entry))
    if not entry.path.endswith(".py"):
        found.extend(_of_next(db, entry))
    return tuple(dict.fromkeys(found))


def _of_function(facts: ModuleIndex, entry: Entry) -> Iterator[Front]:
    at = facts.by_qualname.get(entry.function)
    if at is None:
        return
    function = facts.module.functions[at]
    for param in function.params:
        for given in (param.default, param.annotation):
            if given is not None:
                yield from _dependencies(entry.path, facts, function.block, given)
    for i, decorator in enumerate(function.decorators):
        made = facts.module.calls[decorator.call] if isinstance(decorator, code.CallRef) else None
        given = argument(made, "dependencies") if made is not None else None
        if given is not None:
            yield from _dependencies(entry.path, facts, function.parent, given)
        if not (isinstance(decorator, code.CallRef) and decorator.call == entry.call) or i:
            yield Front(entry.path, function.parent, decorator.line, decorator)
    owner = facts.class_by_block.get(function.parent)
    if owner is not None:
        klass = facts.module.classes[owner]
        for decorator in klass.decorators:
            yield Front(entry.path, klass.parent, decorator.line, decorator)
        for assign in facts.module.assigns:
            throttles = assign.block == klass.block and last_name(assign.target) == "throttle_classes"
            if throttles and assign.value is not None:
                yield Front(entry.path, assign.block, assign.line, assign.value)


def _dependencies(path: str, facts: ModuleIndex, block: int, expr: code.Expr) -> Iterator[Front]:
    for part in inside(expr, facts.module):
        if isinstance(part, code.CallRef):
            call = facts.module.calls[part.call]
            if last_name(call.callee) in _DEPENDS and (call.args or call.keywords):
                given = call.args[0] if call.args else call.keywords[0].value
                yield Front(path, block, call.line, given)


def _of_declaration(facts: ModuleIndex, entry: Entry) -> Iterator[Front]:
    """Other handlers handed to the declaring call, and calls that wrap the handler."""
    module = facts.module
    if entry.call >= 0:
        call = module.calls[entry.call]
        for given in call.args[1:]:
            for part in (given, *(given.items if isinstance(given, code.Sequence) else ())):
                if isinstance(part, (code.Name, code.Attribute, code.CallRef)):
                    yield Front(entry.path, call.block, part.line, part)
        hooked = argument(call, "preHandler") or argument(call, "config.rateLimit")
        if hooked is not None:
            yield Front(entry.path, call.block, hooked.line, hooked)
    at = facts.by_qualname.get(entry.function)
    for call in module.calls:
        for given in call.args:
            if isinstance(given, code.FunctionRef) and given.function == at:
                yield Front(entry.path, call.block, call.line, call.callee)


def _of_router(db: Database, path: str, block: int, router: code.Expr, depth: int) -> Iterator[Front]:
    for where, at in makers(db, path, block, router):
        facts = index(db, where)
        if facts is None:
            continue
        made = facts.module.calls[at]
        given = argument(made, "dependencies")
        if given is not None:
            yield from _dependencies(where, facts, made.block, given)
        for user in (where, *(u for u, _ in importers(db).get(where, ()))):
            yield from _of_mounts(db, user, (where, at), depth)


def _of_mounts(db: Database, path: str, made: tuple[str, int], depth: int) -> Iterator[Front]:
    facts = index(db, path)
    if facts is None:
        return
    for call in mounts(db, path, made, _MOUNTS):
        given = argument(call, "dependencies")
        if given is not None:
            yield from _dependencies(path, facts, call.block, given)
        if isinstance(call.callee, code.Attribute) and depth < 3:
            yield from _of_router(db, path, call.block, call.callee.base, depth + 1)


@query
def _middleware(db: Database, path: str) -> tuple[Front, ...]:
    """What a file puts before every route, or before those under a path."""
    facts = index(db, path)
    if facts is None:
        return ()
    found: list[Front] = []
    for i, call in enumerate(facts.module.calls):
        name = last_name(call.callee)
        hooks = name in _HOOKS and isinstance(call.callee, code.Attribute)
        if name in _MIDDLEWARE or hooks:
            found.extend(
                Front(path, call.block, call.line, given)
                for given in call.args
                if isinstance(given, (code.Name, code.Attribute, code.CallRef, code.FunctionRef))
                and not (isinstance(given, code.CallRef) and given.call == i)
            )
    for i, function in enumerate(facts.module.functions):
        for decorator in function.decorators:
            made = (
                facts.module.calls[decorator.call].callee
                if isinstance(decorator, code.CallRef)
                else decorator
            )
            if last_name(made) in _BEFORE and isinstance(made, code.Attribute):
                found.append(
                    Front(path, function.parent, function.line, code.FunctionRef(function.line, i))
                )
    return tuple(found)


def _is_on_route(db: Database, front: Front, entry: Entry) -> bool:
    """Whether a hook with a path (`app.use("/api/", limiter)`) covers the route."""
    facts = index(db, front.path)
    for call in facts.module.calls if facts is not None else ():
        if call.line == front.line and front.expr in call.args:
            first = call.args[0]
            if isinstance(first, code.Literal) and isinstance(first.value, str):
                prefix = first.value.rstrip("*/")
                return not entry.route or entry.route.startswith(prefix) or front.path != entry.path
    return True


def _of_next(db: Database, entry: Entry) -> Iterator[Front]:
    """The middleware of a Next.js app, when its matcher covers the route."""
    head, found, _ = entry.path.partition("app/")
    if not found or not entry.route:
        return
    for home in dict.fromkeys((head, head.removesuffix("src/"))):
        for name in _NEXT:
            path = home + name
            facts = index(db, path) if exists(db, path) else None
            if facts is None or not is_covered(db, path, facts, entry.route):
                continue
            for i, function in enumerate(facts.module.functions):
                if function.parent == 0 and (
                    function.exported or function.name in ("middleware", "proxy")
                ):
                    yield Front(path, 0, function.line, code.FunctionRef(function.line, i))
