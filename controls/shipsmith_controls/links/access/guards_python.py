"""What can refuse a caller of a Python route: dependencies, decorators, routers, middleware, body."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.access.refusals import (
    Refusal,
    off_by_default,
    refusal,
    sounds_like_auth,
)
from shipsmith_controls.links.access.routers import makers, mounts
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, inside, last_name
from shipsmith_controls.links.values.modules import importers, resolve
from shipsmith_controls.links.values.value import Cls, Extern, Fn, Inst, Made, Unknown, Value
from shipsmith_controls.links.values.values import Walk, values
from shipsmith_controls.queries import Database

_DEPENDS = frozenset({"Depends", "Security"})
_SCHEMES = frozenset(
    "OAuth2PasswordBearer HTTPBearer HTTPBasic APIKeyHeader APIKeyCookie APIKeyQuery "
    "OAuth2AuthorizationCodeBearer OAuth2 OpenIdConnect Header".split()
)
_MOUNTS = frozenset(
    {"include_router", "register_blueprint", "mount", "add_router", "add_routes", "include"}
)
_BEFORE = frozenset(
    {"before_request", "before_app_request", "middleware", "on_request", "before_server_start"}
)
_OPEN = frozenset({"AllowAny", "IsAuthenticatedOrReadOnly"})
_UNVERIFIED = "a credential must be sent, but nothing here verifies it"
_DEPTH = 6


def python_guards(db: Database, entry: Entry) -> Iterator[Refusal]:
    """Everything that stands before a Python entry and can refuse its caller."""
    facts = index(db, entry.path)
    at = facts.by_qualname.get(entry.function) if facts else None
    if facts is None or at is None:
        return
    function = facts.module.functions[at]
    yield from _of_parameters(db, entry.path, facts, function, 0)
    for decorator in function.decorators:
        yield from _of_decorator(db, entry.path, facts, function, decorator)
    yield from _of_class(facts, entry.path, function)
    own = refusal(db, entry.path, at, _DEPTH - 4)
    if own is not None:
        yield own
    router = _router(facts, entry)
    if router is not None:
        yield from _of_router(db, entry.path, facts.module.calls[entry.call].block, router, 0)
    yield from middleware_in(db, entry.path)


def _router(facts: ModuleIndex, entry: Entry) -> code.Expr | None:
    """The router or app that a route is declared on: what stands before `.post`."""
    callee = facts.module.calls[entry.call].callee if entry.call >= 0 else None
    return callee.base if isinstance(callee, code.Attribute) else None


def _of_parameters(
    db: Database, path: str, facts: ModuleIndex, function: code.Function, depth: int
) -> Iterator[Refusal]:
    for param in function.params:
        for given in (param.default, param.annotation):
            if given is not None:
                yield from dependencies_in(db, path, function.block, given, depth)


def dependencies_in(
    db: Database, path: str, block: int, expr: code.Expr, depth: int
) -> Iterator[Refusal]:
    """What the `Depends(…)` inside an expression refuses, type aliases followed."""
    facts = index(db, path)
    if facts is None or depth > _DEPTH:
        return
    for part in inside(expr, facts.module):
        if isinstance(part, code.CallRef):
            call = facts.module.calls[part.call]
            if last_name(call.callee) in _DEPENDS and (call.args or call.keywords):
                given = call.args[0] if call.args else call.keywords[0].value
                for value in Walk(db).values(path, call.block, given):
                    yield from _of_dependency(db, path, call.line, value, depth)
        elif isinstance(part, code.Name) and part is expr:
            for where, scope, alias in _aliased(db, path, block, part.id):
                yield from dependencies_in(db, where, scope, alias, depth + 1)


def _aliased(db: Database, path: str, block: int, name: str) -> Iterator[tuple[str, int, code.Expr]]:
    """The expressions that a name stands for, over imports: `CurrentUser = Annotated[…]`."""
    facts = index(db, path)
    if facts is None:
        return
    _, bindings = facts.lookup(block, name)
    for binding in bindings:
        if binding.kind == "assign":
            assign = facts.module.assigns[binding.index]
            if isinstance(assign.value, (code.Subscript, code.CallRef)):
                yield path, assign.block, assign.value
        elif binding.kind == "import":
            imported = facts.module.imports[binding.index]
            target = resolve(db, path, imported.module)
            if target is not None and imported.name and target != path:
                yield from _aliased(db, target, 0, imported.name)


def _of_dependency(db: Database, path: str, line: int, value: Value, depth: int) -> Iterator[Refusal]:
    match value:
        case Fn(path=where, function=function):
            found = refusal(db, where, function)
            if found is not None:
                yield found
            facts = index(db, where)
            if facts is not None and depth < _DEPTH:
                own = facts.module.functions[function]
                off = off_by_default(db, where, facts, own, own.parent)
                for each in _of_parameters(db, where, facts, own, depth + 1):
                    yield msgspec.structs.replace(each, weak=off or each.weak)
        case Inst(path=where, klass=klass) | Cls(path=where, klass=klass):
            facts = index(db, where)
            for name in ("__call__", "__init__"):
                at = facts.methods.get((klass, name)) if facts else None
                if at is not None:
                    yield from _of_dependency(db, path, line, Fn(where, at), depth + 1)
        case Made(extern=extern, trail=trail):
            names = {extern.name.rsplit(".", 1)[-1], trail.split(".")[0] if trail else ""}
            if names & _SCHEMES:
                yield Refusal(path, line, _UNVERIFIED)
            elif names & guard_names() or any(sounds_like_auth(n) for n in names if n):
                yield Refusal(path, line)
        case Extern(name=name) if sounds_like_auth(name.rsplit(".", 1)[-1]):
            yield Refusal(path, line)
        case Unknown(what=what) if sounds_like_auth(what.removesuffix("()").rsplit(".", 1)[-1]):
            yield Refusal(path, line)


@cache
def guard_names() -> frozenset[str]:
    """Last names of the guards that the knowledge lists; generic ones left out."""
    found = {
        name.removeprefix("@").removeprefix(".").rsplit(".", 1)[-1]
        for guard in load().tables.auth
        for name in guard.calls
        if not name.endswith("=")
    }
    return frozenset(
        found - {"Depends", "Security", "decode", "default", "on", "verify", "Auth"} - _SCHEMES
    )


def _of_decorator(
    db: Database, path: str, facts: ModuleIndex, function: code.Function, decorator: code.Expr
) -> Iterator[Refusal]:
    made = facts.module.calls[decorator.call] if isinstance(decorator, code.CallRef) else None
    callee = made.callee if made is not None else decorator
    if made is not None:
        given = argument(made, "dependencies")
        if given is not None:
            yield from dependencies_in(db, path, made.block, given, 0)
    name = last_name(callee)
    if name == "permission_classes" and made is not None:
        names = {last_name(p) for arg in made.args for p in inside(arg, facts.module)}
        if not names & _OPEN:
            yield Refusal(path, decorator.line)
        return
    for value in values(db, path, function.parent, callee):
        if isinstance(value, Fn):
            found = refusal(db, value.path, value.function)
            if found is not None:
                yield found
        elif isinstance(value, (Extern, Made, Unknown)) and (
            name in guard_names() or (sounds_like_auth(name) and isinstance(callee, code.Name))
        ):
            yield Refusal(path, decorator.line)


def _of_class(facts: ModuleIndex, path: str, function: code.Function) -> Iterator[Refusal]:
    """Class views: `permission_classes`, `LoginRequiredMixin`."""
    owner = facts.class_by_block.get(function.parent)
    if owner is None:
        return
    klass = facts.module.classes[owner]
    for base in klass.bases:
        if last_name(base) in ("LoginRequiredMixin", "PermissionRequiredMixin", "AccessMixin"):
            yield Refusal(path, klass.line)
    for assign in facts.module.assigns:
        if assign.block == klass.block and last_name(assign.target) == "permission_classes":
            named = {last_name(p) for p in inside(assign.value, facts.module)} if assign.value else set()
            if named - {""} and not named & _OPEN:
                yield Refusal(path, assign.line)


def _of_router(db: Database, path: str, block: int, router: code.Expr, depth: int) -> Iterator[Refusal]:
    """Dependencies of the router, of what it is mounted under, and of the app."""
    for where, made_at in makers(db, path, block, router):
        facts = index(db, where)
        if facts is None:
            continue
        made = facts.module.calls[made_at]
        given = argument(made, "dependencies")
        if given is not None:
            yield from dependencies_in(db, where, made.block, given, 0)
        if depth < 4:
            yield from _of_mounts(db, where, made_at, depth)


def _of_mounts(db: Database, where: str, made_at: int, depth: int) -> Iterator[Refusal]:
    for path in (where, *(user for user, _ in importers(db).get(where, ()))):
        for call in mounts(db, path, (where, made_at), _MOUNTS):
            given = argument(call, "dependencies")
            if given is not None:
                yield from dependencies_in(db, path, call.block, given, 0)
            yield from middleware_in(db, path)
            if isinstance(call.callee, code.Attribute):
                yield from _of_router(db, path, call.block, call.callee.base, depth + 1)


def middleware_in(db: Database, path: str) -> Iterator[Refusal]:
    """What a file puts before every route: middleware classes and functions that refuse."""
    facts = index(db, path)
    if facts is None:
        return
    for call in facts.module.calls:
        if last_name(call.callee) in ("add_middleware", "Middleware") and call.args:
            for value in values(db, path, call.block, call.args[0]):
                yield from _of_middleware(db, path, call, value)
    for i, function in enumerate(facts.module.functions):
        for decorator in function.decorators:
            callee = (
                facts.module.calls[decorator.call].callee
                if isinstance(decorator, code.CallRef)
                else decorator
            )
            if last_name(callee) in _BEFORE and "." in (dotted(callee) or ""):
                found = refusal(db, path, i)
                if found is not None:
                    yield found


def _of_middleware(db: Database, path: str, call: code.Call, value: Value) -> Iterator[Refusal]:
    if isinstance(value, Cls):
        facts = index(db, value.path)
        for name in ("dispatch", "__call__"):
            at = facts.methods.get((value.klass, name)) if facts else None
            found = refusal(db, value.path, at) if at is not None else None
            if found is not None:
                yield found
    elif isinstance(value, Extern) and sounds_like_auth(value.name) and "Session" not in value.name:
        starlette = value.name.endswith("AuthenticationMiddleware") and "starlette" in value.module
        yield Refusal(path, call.line, "it tells who calls, but refuses nobody" if starlette else "")
