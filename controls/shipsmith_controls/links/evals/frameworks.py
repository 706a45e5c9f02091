"""Eval frameworks: which of them a file uses, and where."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from shipsmith_controls.facts import code
from shipsmith_controls.facts.skim import language_of
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Evaluation
from shipsmith_controls.links.tree import index, skim
from shipsmith_controls.links.values.index import ModuleIndex, dotted, last_name
from shipsmith_controls.links.values.modules import resolve
from shipsmith_controls.queries import Database, query


@cache
def _framework_roots() -> frozenset[str]:
    return frozenset(m.split("/")[0].split(".")[0] for f in load().tables.evaluation for m in f.modules)


def uses_framework(db: Database, path: str) -> bool:
    """Whether a file uses an eval framework: its imports are glanced at before it is read."""
    glanced = (glance.module.lstrip(".").split("/")[0].split(".")[0] for glance in skim(db, path).imports)
    return any(root in _framework_roots() for root in glanced) and bool(frameworks_used(db, path))


@query
def frameworks_used(db: Database, path: str) -> tuple[tuple[str, int], ...]:
    """(framework, line) for each use of an eval framework: a mention alone is none."""
    facts = index(db, path)
    if facts is None:
        return ()
    language = "python" if language_of(path) == "python" else "typescript"
    found: list[tuple[str, int]] = []
    for framework in load().tables.evaluation:
        if framework.language == language and _brought_in(db, path, facts, framework):
            found += [(framework.key, line) for line in _uses(facts, framework)]
    return tuple(dict.fromkeys(found))


def _brought_in(db: Database, path: str, facts: ModuleIndex, framework: Evaluation) -> bool:
    return any(
        (imported.module == m or imported.module.startswith((m + ".", m + "/")))
        and resolve(db, path, imported.module) is None
        for imported in facts.module.imports
        for m in framework.modules
    )


def _uses(facts: ModuleIndex, framework: Evaluation) -> Iterator[int]:
    """Lines at which a framework is used; where no use is known, each import of it is one."""
    module = facts.module
    taken = {
        i.alias: i.name
        for i in module.imports
        if any(i.module == m or i.module.startswith((m + ".", m + "/")) for m in framework.modules)
    }
    functions = {c.rsplit(".", 1)[-1] for c in framework.calls if not c.startswith((".", "@"))}
    methods = {c.lstrip(".") for c in framework.calls if c.startswith(".")}
    decorators = {c.lstrip("@.") for c in framework.calls if c.startswith("@")}
    if not framework.calls:
        yield from (i.line for i in module.imports if i.alias in taken)
        return
    for call in module.calls:
        root = (dotted(call.callee) or "").split(".")[0]
        name = last_name(call.callee)
        bare = taken.get(root) in functions if isinstance(call.callee, code.Name) else name in functions
        if (root in taken and bare) or (name in methods and isinstance(call.callee, code.Attribute)):
            yield call.line
    for function in module.functions:
        for decorator in function.decorators:
            made = (
                module.calls[decorator.call].callee if isinstance(decorator, code.CallRef) else decorator
            )
            if last_name(made) in decorators:
                yield function.line
    metrics = set(framework.metrics)
    for imported in module.imports:
        if imported.name in metrics and imported.alias in taken:
            yield imported.line
