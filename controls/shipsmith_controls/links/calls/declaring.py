"""Ways to declare an entry, as the tables of frameworks and job systems tell them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Jobs, Package
from shipsmith_controls.links.calls.entry import EntryKind


class Way(NamedTuple):
    """One way: a decorator or a call, of the application's object (`method`) or by itself."""

    name: str
    decorator: bool
    method: bool
    kind: EntryKind
    modules: tuple[str, ...]
    python: bool


@cache
def ways() -> dict[tuple[bool, str], tuple[Way, ...]]:
    """(is a decorator, last name) -> the ways of that name."""
    table: dict[tuple[bool, str], list[Way]] = {}
    for framework in load().tables.framework:
        for text in (*framework.routes, *framework.include):
            _add(table, framework, text, framework.kind)
    for jobs in load().tables.jobs:
        for text, kind in _started(jobs):
            _add(table, jobs, text, kind)
    return {key: tuple(found) for key, found in table.items()}


def _add(table: dict[tuple[bool, str], list[Way]], package: Package, text: str, kind: EntryKind) -> None:
    decorator, rest = text.startswith("@"), text.removeprefix("@")
    name = rest.rsplit(".", 1)[-1]
    if kind == "http" and "websocket" in name.lower():
        kind = "websocket"
    way = Way(name, decorator, rest.startswith("."), kind, package.modules, package.language == "python")
    table.setdefault((decorator, name), []).append(way)


def _started(jobs: Jobs) -> list[tuple[str, EntryKind]]:
    """How a job system declares what it starts: by a queue, or by a clock."""
    found: list[tuple[str, EntryKind]] = []
    for text in jobs.tasks:
        if jobs.durable and text not in jobs.schedule:
            found.append((text, "consumer"))
        elif text.startswith("@"):
            found.append((text, "job"))
    known = {text for text, _ in found}
    found.extend((text, "job") for text in jobs.schedule if text not in known)
    return found


@cache
def hooks() -> dict[str, tuple[Way, ...]]:
    """Name of a method -> frameworks that call it on classes derived from theirs."""
    table: dict[str, list[Way]] = {}
    for framework in load().tables.framework:
        if framework.kind in ("bot", "ui", "websocket"):
            for text in framework.routes:
                if text.startswith("on_") or text in framework.handlers:
                    way = Way(
                        text,
                        False,
                        True,
                        framework.kind,
                        framework.modules,
                        framework.language == "python",
                    )
                    table.setdefault(text, []).append(way)
    return {name: tuple(found) for name, found in table.items()}


@cache
def route_names(decorator: bool) -> frozenset[str]:
    """Names that declare an HTTP or websocket route when a path is given first."""
    return frozenset(
        way.name
        for (is_decorator, _), found in ways().items()
        for way in found
        if way.kind in ("http", "websocket") and (is_decorator or not decorator)
    )


@cache
def serverless_handlers(python: bool) -> frozenset[str]:
    """Names of functions that a serverless platform calls."""
    return frozenset(
        name
        for framework in load().tables.framework
        for name in framework.handlers
        if framework.kind == "function" and (framework.language == "python") == python
        if name not in ("default", "GET", "POST", "fetch") and not name.startswith("onRequest")
    )


@cache
def modules_of(key: str) -> tuple[str, ...]:
    """Import roots of a framework."""
    return tuple(m for f in load().tables.framework if f.key == key for m in f.modules)


@cache
def served_by_making() -> dict[str, tuple[Way, ...]]:
    """Name of a maker whose result its platform serves by itself -> the ways."""
    table: dict[str, list[Way]] = {}
    for framework in load().tables.framework:
        if framework.kind == "graph":
            for name in framework.app:
                way = Way(name, False, False, "graph", framework.modules, framework.language == "python")
                table.setdefault(name, []).append(way)
    return {name: tuple(found) for name, found in table.items()}
