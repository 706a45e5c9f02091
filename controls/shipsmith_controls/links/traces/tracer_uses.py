"""Where tracers are put to use: started for the process, laid around a client, a function, a span."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.skim import language_of
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Tracer
from shipsmith_controls.links.files.environment import gates_around, is_open
from shipsmith_controls.links.traces.tracer_names import Role, narrowed, role_of
from shipsmith_controls.links.tree import index, skim
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.packages import users_of_package
from shipsmith_controls.links.values.value import Const, Extern, Fn, Made, Value
from shipsmith_controls.links.values.values import Walk, call_sites, values
from shipsmith_controls.links.values.versions import version_of, within
from shipsmith_controls.queries import Database, query

_MAKER = re.compile(r"Instrumentor$")


class Use(msgspec.Struct, frozen=True):
    """One use of a tracer. `function` is the named function it stands in or decorates.

    `covers` holds the SDK families that this use records. `gated` names the variables without which
    it does not start; `sampled` says that it records only a part.
    """

    tracer: Tracer
    role: Role
    name: str
    path: str
    line: int
    function: str
    covers: tuple[str, ...]
    call: int = -1
    gated: tuple[str, ...] = ()
    sampled: bool = False


@query
def uses(db: Database) -> tuple[Use, ...]:
    """Every use of a tracer in production code."""
    found: dict[Use, None] = {}
    for tracer in load().tables.tracer:
        for path in users_of_package(db, tracer):
            for use in uses_in(db, path):
                found[use] = None
    return tuple(found)


@query
def uses_in(db: Database, path: str) -> tuple[Use, ...]:
    """The uses of tracers in one file."""
    facts = index(db, path)
    if facts is None:
        return ()
    imported = [g.module for g in skim(db, path).imports]
    imported += [f"{g.module}.{n}" for g in skim(db, path).imports for n in g.names]
    python = language_of(path) == "python"
    offered = tuple(
        t
        for t in load().tables.tracer
        if (t.language == "python") == python
        and any(_lies_in(i, m) for m in t.modules for i in imported)
        and _records(db, t, path)
    )
    return tuple(dict.fromkeys(_Reader(db, path, facts, offered).read())) if offered else ()


def _records(db: Database, tracer: Tracer, path: str) -> bool:
    """Whether the version of a tracer that a file uses records model calls; an open one does."""
    version = version_of(db, tracer.packages[0], path) if tracer.versions else None
    return version is None or within(version, tracer.versions)


def _lies_in(name: str, root: str) -> bool:
    return name == root or (name.startswith(root) and name[len(root)] in "./")


class _Reader:
    def __init__(self, db: Database, path: str, facts: ModuleIndex, offered: tuple[Tracer, ...]) -> None:
        self.db, self.path, self.facts, self.offered = db, path, facts, offered
        self.module = facts.module
        self.names = frozenset(n for t in offered for n in _last_names(t))

    def read(self) -> Iterator[Use]:
        for i, call in enumerate(self.module.calls):
            if last_name(call.callee) in self.names:
                yield from self._call(i, call)
        for function in self.module.functions:
            for decorator in function.decorators:
                yield from self._decorator(function, decorator)
        yield from self._attributes()

    def _call(self, i: int, call: code.Call) -> Iterator[Use]:
        for value in values(self.db, self.path, call.block, call.callee):
            for tracer in self.offered:
                name = _matched(tracer, value, call, self.module, decorated=False)
                if name is None:
                    continue
                role = role_of(name)
                if role == "process" and _MAKER.search(name) and self.module.language == "python":
                    continue
                owner = value.extern.name if isinstance(value, Made) else ""
                covers = narrowed(tracer, owner or name)
                yield self._use(tracer, role, name, call.line, call.block, covers, i)
                return

    def _use(
        self,
        tracer: Tracer,
        role: Role,
        name: str,
        line: int,
        block: int,
        covers: tuple[str, ...],
        call: int,
    ) -> Use:
        return Use(
            tracer,
            role,
            name,
            self.path,
            line,
            self.facts.node_name(block),
            covers,
            call,
            self._gated(block, line),
            self._sampled(call),
        )

    def _decorator(self, function: code.Function, decorator: code.Expr) -> Iterator[Use]:
        made = self.module.calls[decorator.call] if isinstance(decorator, code.CallRef) else None
        callee = made.callee if made is not None else decorator
        if last_name(callee) not in self.names:
            return
        for value in values(self.db, self.path, function.parent, callee):
            for tracer in self.offered:
                name = _matched(tracer, value, made, self.module, decorated=True)
                if name is not None:
                    at = decorator.call if isinstance(decorator, code.CallRef) else -1
                    yield Use(
                        tracer,
                        "decorator",
                        name,
                        self.path,
                        decorator.line,
                        function.qualname,
                        ("wrapped",),
                        at,
                    )
                    return

    def _attributes(self) -> Iterator[Use]:
        """`litellm.callbacks = ["langfuse"]`: an attribute of the module that is set."""
        for tracer in self.offered:
            wanted = {c[:-1] for c in tracer.calls if c.endswith("=") and "." not in c}
            for assign in self.module.assigns:
                target = assign.target
                if not (isinstance(target, code.Attribute) and target.name in wanted):
                    continue
                held = values(self.db, self.path, assign.block, target.base)
                empty = isinstance(assign.value, code.Sequence) and not assign.value.items
                if not empty and any(_is_module(v, tracer) for v in held):
                    yield self._use(
                        tracer, "process", target.name, assign.line, assign.block, tracer.covers, -1
                    )

    def _gated(self, block: int, line: int) -> tuple[str, ...]:
        """Variables without which this is not reached: tested around it, or around each call of it."""
        closed = [
            g
            for g in gates_around(self.db, self.path, self.facts, block, line)
            if not is_open(self.db, g)
        ]
        if closed:
            return closed[0].names
        own = self.facts.named_owner(block)
        sites = call_sites(self.db, self.path, own) if own >= 0 else ()
        outer = [self._gated_site(path, call) for path, call in sites]
        return outer[0] if outer and all(outer) else ()

    def _gated_site(self, path: str, call: int) -> tuple[str, ...]:
        facts = index(self.db, path)
        if facts is None:
            return ()
        here = facts.module.calls[call]
        for gate in gates_around(self.db, path, facts, here.block, here.line):
            if not is_open(self.db, gate):
                return gate.names
        return ()

    def _sampled(self, call: int) -> bool:
        if call < 0:
            return False
        here = self.module.calls[call]
        for name in (
            "traces_sample_rate",
            "sample_rate",
            "sampling_rate",
            "tracesSampleRate",
            "sampleRate",
        ):
            given = argument(here, name)
            for value in Walk(self.db).values(self.path, here.block, given) if given is not None else ():
                if isinstance(value, Const) and isinstance(value.value, (int, float)) and value.value < 1:
                    return True
        return False


def _is_module(value: Value, tracer: Tracer) -> bool:
    return isinstance(value, Extern) and any(_lies_in(value.dotted, m) for m in tracer.modules)


@cache
def _last_names(tracer: Tracer) -> frozenset[str]:
    return frozenset(
        re.split(r"[.(]", c.lstrip("@.").partition("(")[0])[-1]
        for c in tracer.calls
        if not c.endswith("=")
    )


def _matched(
    tracer: Tracer, value: Value, call: code.Call | None, module: code.Module, decorated: bool
) -> str | None:
    """The name of a tracer's `calls` that a callee is, with the arguments that it needs."""
    for pattern in tracer.calls:
        name, _, needs = pattern.partition("(")
        if name.endswith("=") or (name.startswith("@") and not decorated):
            continue
        plain = name.lstrip("@")
        if not _is_it(tracer, value, plain):
            continue
        needed = [n for n in needs.rstrip(")").split(", ") if n]
        given = [argument(call, n, module) if call is not None else None for n in needed]
        if all(g is not None and not _is_nothing(g) for g in given):
            return plain.lstrip(".")
    return None


def _is_nothing(expr: code.Expr) -> bool:
    return isinstance(expr, code.Literal) and not expr.value


def _is_it(tracer: Tracer, value: Value, name: str) -> bool:
    if name.startswith("."):
        return (
            isinstance(value, Made)
            and (value.trail == name[1:] or value.trail.endswith(name))
            and any(_lies_in(value.extern.dotted, m) for m in tracer.modules)
        )
    if not isinstance(value, Extern):
        return False
    whole = value.dotted
    if whole == name:
        return True
    return any(_lies_in(whole, m) for m in tracer.modules) and (
        whole.endswith(f".{name}") or whole.endswith(f"/{name}")
    )


def functions_in(db: Database, path: str, block: int, expr: code.Expr) -> Iterator[Fn]:
    """Functions of the tree that an argument is or holds."""
    facts = index(db, path)
    for part in inside(expr, facts.module) if facts is not None else ():
        if isinstance(part, (code.Name, code.FunctionRef)):
            for value in Walk(db).values(path, block, part):
                if isinstance(value, Fn):
                    yield value
