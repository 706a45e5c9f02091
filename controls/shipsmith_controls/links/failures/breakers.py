"""Circuit breakers: libraries that open a circuit, and whether a model call stands inside."""

from __future__ import annotations

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.reach import outline
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import argument, last_name
from shipsmith_controls.links.values.packages import users_of_package
from shipsmith_controls.queries import Database, query


class Breaker(msgspec.Struct, frozen=True):
    """A breaker in use; `leads`: a model call stands on the path of what it guards."""

    path: str
    line: int
    what: str
    leads: bool


@query
def breakers(db: Database) -> tuple[Breaker, ...]:
    """Every use of a breaker library in production code."""
    found: list[Breaker] = []
    for package in load().tables.breaker:
        names = {c.lstrip("@.").split("(")[0] for c in package.calls} | {package.title}
        needed = [
            a for c in package.calls if "(" in c for a in c.partition("(")[2].rstrip(")").split(", ")
        ]
        for path in users_of_package(db, package):
            found.extend(_in_file(db, path, names, needed, package.title))
    return tuple(dict.fromkeys(found))


def _in_file(db: Database, path: str, names: set[str], needed: list[str], title: str) -> list[Breaker]:
    facts = index(db, path)
    if facts is None:
        return []
    leading = outline(db).leading
    found: list[Breaker] = []
    for call in facts.module.calls:
        if last_name(call.callee) not in names:
            continue
        if needed and not all(argument(call, name) is not None for name in needed):
            continue
        node = Node(path, facts.node_name(call.block))
        leads = node in leading or _guards_leading(db, path, call)
        found.append(Breaker(path, call.line, title, leads))
    for function in facts.module.functions:
        for decorator in function.decorators:
            made = (
                facts.module.calls[decorator.call].callee
                if isinstance(decorator, code.CallRef)
                else decorator
            )
            if last_name(made) in names:
                leads = Node(path, function.qualname) in leading
                found.append(Breaker(path, decorator.line, title, leads))
    return found


def _guards_leading(db: Database, path: str, call: code.Call) -> bool:
    """Whether a function that leads to a model is handed to the breaker."""
    leading = outline(db).leading
    facts = index(db, path)
    if facts is None:
        return False
    for given in call.args:
        if isinstance(given, code.Name) and Node(path, given.id) in leading:
            return True
        if isinstance(given, code.FunctionRef):
            own = facts.node_name(facts.module.functions[given.function].block)
            if Node(path, own) in leading:
                return True
    return False
