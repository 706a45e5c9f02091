"""Routers of Python apps: the calls that made one, and the calls that mount it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.value import Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database


def makers(db: Database, path: str, block: int, router: code.Expr) -> Iterator[tuple[str, int]]:
    """The calls that made a router, as (path, call)."""
    for value in values(db, path, block, router):
        if isinstance(value, Made) and value.calls:
            yield value.calls[0]


def mounts(db: Database, path: str, made: tuple[str, int], names: frozenset[str]) -> Iterator[code.Call]:
    """The calls of a file, of one of these names, that mount the router of a making call."""
    facts = index(db, path)
    if facts is None:
        return
    mounting = (i for n, i in facts.calls_named.items() if n in names or "include_router" in n)
    for call in (facts.module.calls[i] for i in sorted(i for calls in mounting for i in calls)):
        if any(
            made in makers(db, path, call.block, given)
            for given in call.args
            if isinstance(given, (code.Name, code.Attribute))
        ):
            yield call
