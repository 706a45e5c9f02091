"""What can refuse a caller of a TypeScript route: session checks, wrappers, middleware functions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.access.guards_python import guard_names
from shipsmith_controls.links.access.refusals import Refusal, refusal, sounds_like_auth
from shipsmith_controls.links.calls.around import calls_inside, exits_inside, is_inside
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.calls.neighbours import callers_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name, names_in
from shipsmith_controls.links.values.modules import importers
from shipsmith_controls.links.values.value import Cls, Fn, Inst, Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database

_ROUTES = frozenset("get post put patch delete all options route ws on use".split())
_STAGES = frozenset("onRequest preHandler preValidation preParsing beforeHandle middleware use".split())
_HOOKS = frozenset({"use", "addHook", "register", "useGlobalGuards", "before", "onRequest", "derive"})


def script_guards(db: Database, entry: Entry) -> Iterator[Refusal]:
    """Everything in code that stands before a TypeScript entry and can refuse its caller."""
    facts = index(db, entry.path)
    at = _function(facts, entry) if facts else None
    if facts is None or at is None:
        return
    function = facts.module.functions[at]
    own = refusal(db, entry.path, at, 1)
    if own is not None:
        yield own
    yield from _sessions(db, entry.path, facts, function)
    for decorator in function.decorators:
        yield from _decorated(facts, entry.path, decorator)
    for klass in facts.module.classes:
        if klass.block == function.parent:
            for decorator in klass.decorators:
                yield from _decorated(facts, entry.path, decorator)
    yield from _wrappers(db, entry, facts, at)
    for path in (entry.path, *(user for user, _ in importers(db).get(entry.path, ()))):
        yield from _hooks(db, path, entry.route)


def _function(facts: ModuleIndex | None, entry: Entry) -> int | None:
    if facts is None:
        return None
    found = facts.by_qualname.get(entry.function)
    if found is not None:
        return found
    return next((i for i, f in enumerate(facts.module.functions) if f.line == entry.line), None)


@cache
def _helpers() -> frozenset[str]:
    """Names of session helpers: functions, or the last two steps of a method (`auth.getUser`)."""
    return frozenset(
        name.removeprefix(".").rsplit(".", 1)[-1]
        for guard in load().tables.auth
        if guard.language == "typescript"
        for name in guard.helpers
    )


def _sessions(db: Database, path: str, facts: ModuleIndex, function: code.Function) -> Iterator[Refusal]:
    """`const session = await auth()` followed by a test that leaves: a guard. Without one: weak."""
    module = facts.module
    for assign in module.assigns:
        if not is_inside(facts, assign.block, function.block) or assign.value is None:
            continue
        call = _session_call(db, path, facts, assign.value)
        if call is None:
            continue
        names = _derived(facts, function, last_name(assign.target))
        tested = any(
            block.kind == "if"
            and is_inside(facts, i, function.block)
            and any(names & names_in(head, module) for head in block.heads)
            and any(out.kind in ("return", "raise") for out in exits_inside(facts, i))
            for i, block in enumerate(module.blocks)
        )
        yield Refusal(path, call.line, "" if tested else "the session is read, but nobody is turned away")


def _session_call(db: Database, path: str, facts: ModuleIndex, value: code.Expr) -> code.Call | None:
    for part in inside(value, facts.module):
        if isinstance(part, code.CallRef):
            call = facts.module.calls[part.call]
            name = last_name(call.callee)
            if name in _helpers():
                return call
            if sounds_like_auth(name) and _reads_session(db, path, call):
                return call
    return None


def _reads_session(db: Database, path: str, call: code.Call) -> bool:
    """Whether a function of the tree only passes a session on: its body calls a session helper."""
    for value in values(db, path, call.block, call.callee):
        if isinstance(value, Fn):
            facts = index(db, value.path)
            body = facts.module.functions[value.function].block if facts else 0
            if facts is not None and any(
                last_name(inner.callee) in _helpers() for _, inner in calls_inside(facts, body)
            ):
                return True
    return False


def _derived(facts: ModuleIndex, function: code.Function, name: str) -> set[str]:
    """A name and those that are taken out of it."""
    names = {name}
    for assign in facts.module.assigns:
        inner = assign.value is not None and is_inside(facts, assign.block, function.block)
        if inner and assign.value is not None and names & names_in(assign.value, facts.module):
            names.add(last_name(assign.target))
    return names - {""}


def _decorated(facts: ModuleIndex, path: str, decorator: code.Expr) -> Iterator[Refusal]:
    made = facts.module.calls[decorator.call] if isinstance(decorator, code.CallRef) else None
    name = last_name(made.callee if made is not None else decorator)
    if name == "UseGuards" and made is not None:
        if any(
            "throttl" not in last_name(p).lower()
            for given in made.args
            for p in inside(given, facts.module)
            if isinstance(p, code.Name)
        ):
            yield Refusal(path, decorator.line)
    elif name in ("Authorized", "Auth"):
        yield Refusal(path, decorator.line)


def _wrappers(db: Database, entry: Entry, facts: ModuleIndex, at: int) -> Iterator[Refusal]:
    """Functions around the handler: `withAuth(handler)`, `router.post(path, guard, handler)`."""
    for path, call in _taking(db, entry, facts, at):
        name = last_name(call.callee)
        if name not in _ROUTES:
            yield from _guarding(db, path, call, call.callee)
            yield from _chained(db, path, call)
            continue
        for given in call.args[:-1]:
            yield from _guarding(db, path, call, given)


def _chained(db: Database, path: str, call: code.Call) -> Iterator[Refusal]:
    """Middleware of the builder that a handler hangs on: `procedure.use(requireUser).query(handler)`."""
    for value in values(db, path, call.block, call.callee):
        for where, at in value.calls if isinstance(value, Made) else ():
            facts = index(db, where)
            if facts is None or last_name((used := facts.module.calls[at]).callee) != "use":
                continue
            for given in used.args:
                for function in _middleware(db, where, used.block, given):
                    found = refusal(db, function.path, function.function)
                    if found is not None:
                        yield found


def _middleware(db: Database, path: str, block: int, given: code.Expr) -> Iterator[Fn]:
    """The functions that middleware runs: itself, or what its maker was given (`t.middleware(f)`)."""
    for value in values(db, path, block, given):
        if isinstance(value, Fn):
            yield value
        elif isinstance(value, Made):
            where, at = value.calls[-1]
            facts = index(db, where)
            if facts is not None:
                made = facts.module.calls[at]
                yield from (
                    held
                    for arg in made.args
                    for held in values(db, where, made.block, arg)
                    if isinstance(held, Fn)
                )


def _taking(db: Database, entry: Entry, facts: ModuleIndex, at: int) -> Iterator[tuple[str, code.Call]]:
    """(path, call) of every call that takes the handler as an argument."""
    if entry.call >= 0:
        yield entry.path, facts.module.calls[entry.call]
    for i, call in enumerate(facts.module.calls):
        if i != entry.call and any(
            (isinstance(g, code.FunctionRef) and g.function == at)
            or (isinstance(g, code.Name) and g.id == entry.function)
            for g in call.args
        ):
            yield entry.path, call
    for caller, edge in callers_of(db, Node(entry.path, entry.function)):
        other = index(db, caller.path)
        if caller.path == entry.path or other is None or edge.call >= 0:
            continue
        for call in other.module.calls:
            if call.line <= edge.line <= call.end_line and last_name(call.callee) in _ROUTES:
                yield caller.path, call


def _guarding(db: Database, path: str, call: code.Call, expr: code.Expr) -> Iterator[Refusal]:
    """What one function in front of a handler refuses."""
    if isinstance(expr, (code.Literal, code.Template)):
        return
    if isinstance(expr, code.Sequence):
        for item in expr.items:
            yield from _guarding(db, path, call, item)
        return
    if isinstance(expr, code.Mapping):
        for key, item in expr.entries:
            if isinstance(key, code.Literal) and key.value in _STAGES:
                yield from _guarding(db, path, call, item)
        return
    own = [v for v in values(db, path, call.block, expr) if isinstance(v, (Fn, Cls, Inst))]
    for value in own:
        found = refusal(db, value.path, value.function) if isinstance(value, Fn) else None
        if found is not None:
            yield found
    if not own:
        facts = index(db, path)
        made = facts.module.calls[expr.call].callee if facts and isinstance(expr, code.CallRef) else expr
        if last_name(made) in guard_names() or sounds_like_auth(last_name(made)):
            yield Refusal(path, expr.line)


def _hooks(db: Database, path: str, route: str) -> Iterator[Refusal]:
    """Middleware that a file puts before its routes: `app.use(requireAuth)`."""
    facts = index(db, path)
    for call in facts.module.calls if facts else ():
        if last_name(call.callee) not in _HOOKS or not isinstance(call.callee, code.Attribute):
            continue
        first = call.args[0] if call.args else None
        below = first.value if isinstance(first, code.Literal) else ""
        if isinstance(below, str) and below.startswith("/") and not _covers(below, route, len(call.args)):
            continue
        for given in call.args:
            yield from _guarding(db, path, call, given)


def _covers(below: str, route: str, args: int) -> bool:
    """Whether middleware under a path stands before a route; a router mounted with it always does."""
    return args > 2 or route.startswith(below.rstrip("/*"))
