"""Entries of TypeScript that are neither decorated nor handed over by name.

Handlers inside a wrapper or an options object, procedures, and files that a framework finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Framework
from shipsmith_controls.links.calls.entry import Entry, EntryKind
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, entry
from shipsmith_controls.links.values.registrations import VERBS, path_of
from shipsmith_controls.links.values.value import Data, Fn
from shipsmith_controls.links.values.values import values
from shipsmith_controls.links.values.versions import version_of
from shipsmith_controls.queries import Database
from shipsmith_controls.tree.globs import Globs

_PROCEDURES = frozenset({"query", "mutation", "subscription"})
_EVENTS = frozenset({"event", "_event", "evt", "req", "request"})
_WORKER: tuple[tuple[str, EntryKind], ...] = (
    ("fetch", "function"),
    ("scheduled", "job"),
    ("queue", "consumer"),
    ("email", "function"),
)


def script_entries(db: Database, path: str, facts: ModuleIndex) -> Iterator[Entry]:
    """Entries of one TypeScript file, beside those that a decorator or a plain call declares."""
    if facts.module.language != "typescript":
        return
    for name in sorted({*VERBS, *_PROCEDURES, "route"} & facts.calls_named.keys()):
        for i in facts.calls_named[name]:
            yield from _declared(db, path, facts, i, name)
    for at, function in enumerate(facts.module.functions):
        if function.doc == "use server" and facts.module.directive != "use server":
            yield from _entry(db, Fn(path, at), "action")
    yield from _found(db, path, facts)
    yield from _worker(db, path, facts)
    yield from _lambda(db, path, facts)


def _declared(db: Database, path: str, facts: ModuleIndex, at: int, name: str) -> Iterator[Entry]:
    call = facts.module.calls[at]
    if name == "route":
        for given in call.args[:1]:
            handler = entry(given, "handler") if isinstance(given, code.Mapping) else None
            if isinstance(given, code.Mapping) and handler is not None:
                url = entry(given, "url") or entry(given, "path")
                route = str(url.value) if isinstance(url, code.Literal) else ""
                yield from _handlers(db, path, facts, at, "http", route, handler)
    elif name in _PROCEDURES:
        if _is_procedure(call.callee, facts.module):
            for given in call.args:
                yield from _handlers(db, path, facts, at, "http", "", given)
    elif (route_path := path_of(call, facts.module)) is not None:
        for given in call.args:
            for inner in facts.module.calls[given.call].args if isinstance(given, code.CallRef) else ():
                yield from _handlers(db, path, facts, at, "http", route_path, inner)


def _handlers(
    db: Database, path: str, facts: ModuleIndex, at: int, kind: EntryKind, route: str, given: code.Expr
) -> Iterator[Entry]:
    if not isinstance(given, (code.FunctionRef, code.Name, code.Attribute)):
        return
    for value in values(db, path, facts.module.calls[at].block, given):
        if isinstance(value, Fn):
            yield from _entry(db, value, kind, route, at if value.path == path else -1)


def _entry(db: Database, value: Fn, kind: EntryKind, route: str = "", call: int = -1) -> Iterator[Entry]:
    facts = index(db, value.path)
    if facts is not None:
        function = facts.module.functions[value.function]
        name = facts.node_name(function.block)
        own = facts.by_qualname.get(name)
        line = facts.module.functions[own].line if own is not None else function.line
        yield Entry(kind, value.path, line, name, route, call)


def _is_procedure(callee: code.Expr, module: code.Module) -> bool:
    """Whether a chain of calls begins at a procedure: `publicProcedure.input(…).mutation`."""
    while True:
        if isinstance(callee, code.Attribute):
            if "procedure" in tokens(callee.name):
                return True
            callee = callee.base
        elif isinstance(callee, code.CallRef):
            callee = module.calls[callee.call].callee
        else:
            return isinstance(callee, code.Name) and "procedure" in tokens(callee.id)


@cache
def _by_files() -> tuple[tuple[Framework, Globs], ...]:
    """Frameworks that find routes by file, Next.js apart, with the globs of those files."""
    return tuple(
        (framework, Globs(f"**/{glob}" for glob in framework.files))
        for framework in load().tables.framework
        if framework.language == "typescript" and framework.files and framework.key != "nextjs"
    )


def _found(db: Database, path: str, facts: ModuleIndex) -> Iterator[Entry]:
    """Handlers that a file exports at a place where a framework looks for them."""
    for framework, globs in _by_files():
        if globs.matches(path) and any(version_of(db, p, path) is not None for p in framework.packages):
            for name in framework.handlers:
                for value in _exported(db, path, facts, name):
                    yield from _entry(db, value, framework.kind)


def _exported(db: Database, path: str, facts: ModuleIndex, name: str) -> Iterator[Fn]:
    shown = facts.exports.get(name)
    if shown is None:
        return
    given = shown.value or code.Name(shown.line, shown.local or name)
    # `export default defineEventHandler(async (event) => …)`
    inner = facts.module.calls[given.call].args if isinstance(given, code.CallRef) else ()
    for part in (given, *inner):
        for value in values(db, path, 0, part):
            if isinstance(value, Fn) and value.path == path:
                yield value


def _worker(db: Database, path: str, facts: ModuleIndex) -> Iterator[Entry]:
    """`export default { async fetch(request, env) {…} }`: what a worker's platform calls."""
    shown = facts.exports.get("default")
    if shown is None:
        return
    given = shown.value or code.Name(shown.line, shown.local or "default")
    for value in values(db, path, 0, given):
        if isinstance(value, Data) and isinstance(value.expr, code.Mapping):
            for name, kind in _WORKER:
                handler = entry(value.expr, name)
                if isinstance(handler, code.FunctionRef) and value.path == path:
                    yield from _entry(db, Fn(path, handler.function), kind)


def _lambda(db: Database, path: str, facts: ModuleIndex) -> Iterator[Entry]:
    """`export const handler = async (event) => …`, the form of a handler that needs no context."""
    for value in _exported(db, path, facts, "handler"):
        params = facts.module.functions[value.function].params
        if len(params) == 1 and params[0].name in _EVENTS:
            yield from _entry(db, value, "function")
