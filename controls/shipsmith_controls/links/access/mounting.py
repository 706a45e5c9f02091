"""Where a route ends up: the prefixes of its router and of the mounts above it."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.routers import makers, mounts
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import argument
from shipsmith_controls.links.values.modules import importers
from shipsmith_controls.links.values.value import Const
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_MOUNTING = frozenset({"include_router", "register_blueprint", "mount", "add_router"})
_PREFIXES = ("prefix", "url_prefix")
_DEPTH = 4


@query
def mounted_routes(db: Database, entry: Entry) -> tuple[str, ...]:
    """The whole paths that a route is reached by; the declared one alone when no mount was found."""
    facts = index(db, entry.path)
    declared = facts.module.calls[entry.call] if facts is not None and entry.call >= 0 else None
    if declared is None or not isinstance(declared.callee, code.Attribute):
        return (entry.route,)
    heads = _above(db, entry.path, declared.block, declared.callee.base, 0)
    return tuple(dict.fromkeys(_joined(head, entry.route) for head in heads)) or (entry.route,)


def _above(db: Database, path: str, block: int, router: code.Expr, depth: int) -> tuple[str, ...]:
    """What stands before the routes of a router, one text for each way that it is mounted."""
    made = (_before(db, *maker, depth) for maker in makers(db, path, block, router))
    return tuple(dict.fromkeys(head for heads in made for head in heads))


@query
def _before(db: Database, path: str, at: int, depth: int) -> tuple[str, ...]:
    """What stands before the routes of the router that one call makes."""
    facts = index(db, path)
    if facts is None:
        return ()
    own = _prefix(db, path, facts.module.calls[at])
    higher = [
        _joined(head, _prefix(db, user, call))
        for user in (path, *(user for user, _ in importers(db).get(path, ())))
        for call in (mounts(db, user, (path, at), _MOUNTING) if depth < _DEPTH else ())
        if isinstance(call.callee, code.Attribute)
        for head in _above(db, user, call.block, call.callee.base, depth + 1)
    ]
    return tuple(dict.fromkeys(_joined(head, own) for head in higher or [""]))


def _prefix(db: Database, path: str, call: code.Call) -> str:
    """The literal prefix that a maker or mount gives; "" for none, and for one that is not seen."""
    given = next((g for name in _PREFIXES if (g := argument(call, name)) is not None), None)
    first = call.args[0] if call.args else None
    if given is None and isinstance(first, code.Literal):
        given = first
    for value in values(db, path, call.block, given) if given is not None else ():
        if isinstance(value, Const) and isinstance(value.value, str) and value.value.startswith("/"):
            return value.value
    return ""


def _joined(head: str, rest: str) -> str:
    return f"{head.rstrip('/')}/{rest.strip('/')}".rstrip("/") or "/"
