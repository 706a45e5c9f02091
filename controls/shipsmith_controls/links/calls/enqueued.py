"""Tasks sent to a queue: the call that enqueues leads to the task's function."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.calls import Edge, Node, node_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, last_name
from shipsmith_controls.links.values.packages import users_of_package
from shipsmith_controls.links.values.value import Const, Fn
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_BY_NAME = frozenset({"send_task", "enqueue_job", "signature", "defer"})


@cache
def _enqueuing() -> frozenset[str]:
    """Last names of methods of a task that send it to its queue."""
    return frozenset(
        name.rsplit(".", 1)[-1] for jobs in load().tables.jobs for name in jobs.enqueue if "." in name
    )


@query
def enqueued(db: Database, path: str) -> tuple[Edge, ...]:
    """Edges from where a task is sent to the task: `task.delay(…)`, `send_task("name")`."""
    facts = index(db, path)
    return tuple(dict.fromkeys(_edges(db, path, facts))) if facts is not None else ()


def _edges(db: Database, path: str, facts: ModuleIndex) -> Iterator[Edge]:
    for i, call in enumerate(facts.module.calls):
        name = last_name(call.callee)
        if name in _BY_NAME and call.args:
            for sent in _texts(db, path, call.block, call.args[0]):
                node = task_named(db, sent)
                if node is not None:
                    yield Edge(facts.node_name(call.block), node, i, call.line)
        elif name in _enqueuing() and isinstance(call.callee, code.Attribute):
            for value in values(db, path, call.block, call.callee.base):
                target = node_of(db, value) if isinstance(value, Fn) else None
                if target is not None:
                    yield Edge(facts.node_name(call.block), target, i, call.line)


def _texts(db: Database, path: str, block: int, expr: code.Expr) -> tuple[str, ...]:
    found = values(db, path, block, expr) if not isinstance(expr, code.FunctionRef) else ()
    return tuple(v.value for v in found if isinstance(v, Const) and isinstance(v.value, str))


@query
def sends_unseen(db: Database, path: str) -> bool:
    """Whether a file sends tasks by names that cannot be followed."""
    facts = index(db, path)
    return facts is not None and any(
        last_name(call.callee) in ("send_task", "enqueue_job")
        and call.args
        and not _texts(db, path, call.block, call.args[0])
        for call in facts.module.calls
    )


@query
def task_names(db: Database) -> dict[str, Node]:
    """Name of a task as queues know it -> its function; the module's path and function otherwise."""
    table: dict[str, Node] = {}
    for jobs in load().tables.jobs:
        for path in users_of_package(db, jobs) if jobs.durable else ():
            facts = index(db, path)
            for function in facts.module.functions if facts is not None else ():
                for decorator in function.decorators:
                    if facts is None or not isinstance(decorator, code.CallRef):
                        continue
                    given = argument(facts.module.calls[decorator.call], "name")
                    for text in _texts(db, path, function.parent, given) if given is not None else ():
                        table.setdefault(text, Node(path, function.qualname))
    return table


def task_named(db: Database, name: str) -> Node | None:
    """The function of a task by its name: the one it declares, else `package.module.function`."""
    known = task_names(db).get(name)
    if known is not None:
        return known
    module, _, function = name.rpartition(".")
    stem = module.replace(".", "/")
    if not stem:
        return None
    for jobs in load().tables.jobs:
        for path in users_of_package(db, jobs):
            if path == f"{stem}.py" or path.endswith(f"/{stem}.py"):
                facts = index(db, path)
                if facts is not None and function in facts.by_qualname:
                    return Node(path, function)
    return None
