"""Health routes: where the app says whether it is ready, and what it looks at to say so."""

from __future__ import annotations

import re

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.guards import guard_of
from shipsmith_controls.links.access.in_front import fronts
from shipsmith_controls.links.access.mounting import mounted_routes
from shipsmith_controls.links.calls.around import calls_inside
from shipsmith_controls.links.calls.entries import Entry, entries_of
from shipsmith_controls.links.calls.neighbours import calls_on_path
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import code_files, index
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.queries import Database, query

HEALTH = re.compile(
    r"(?:^|/)(?:health\w*|ready\w*|readiness|livez|liveness|alive|ping|heartbeat)(?:[/-]\w+)?/?$", re.I
)
_FRAMEWORKS = (
    "fastapi", "flask", "starlette", "django", "aiohttp", "sanic", "litestar", "quart", "robyn",
    "tornado", "express", "hono", "fastify", "koa", "@nestjs/common", "elysia",
)  # fmt: skip
_CONSTANT = frozenset(
    "json jsonify send status end Response JSONResponse NextResponse PlainTextResponse dict "
    "str now utcnow "
    "isoformat toISOString Date info debug log warning error route get text uptime memoryUsage getLogger "
    "HealthResponse make_response HttpResponse JsonResponse".split()
)
_ASKS = frozenset(
    "execute ping connect check checks select query raw scalar scalars fetch fetchone "
    "heartbeat verify probe "
    "collections collection info healthy health ready reachable session test count exists list "
    "find head".split()
)


_WORKERS = frozenset("worker workers celery arq sandbox".split())
_CLOSED = "this route asks for a login, so no platform can probe it"


class HealthRoute(msgspec.Struct, frozen=True):
    """A route that tells the app's health. `weak` says why it is worth little, "" when a lot."""

    path: str
    line: int
    route: str
    weak: str = ""


@query
def health_routes(db: Database) -> tuple[HealthRoute, ...]:
    """Every health route of production code."""
    paths: dict[str, None] = {}
    for name in _FRAMEWORKS:
        paths.update(dict.fromkeys(by_import(db).get(name, ())))
    for path in code_files(db):
        if path.endswith(("route.ts", "route.js")) and HEALTH.search(path.rpartition("/")[0]):
            paths[path] = None
    production = (p for p in paths if is_production(db, p) and not tokens(p) & _WORKERS)
    found = [each for path in production for each in _health_in(db, path)]
    sound = [each for each in found if not each.weak]
    open_ = [each for each in found if each.weak != _CLOSED]
    return tuple(sound or open_ or found)


@query
def _health_in(db: Database, path: str) -> tuple[HealthRoute, ...]:
    found = []
    for entry in entries_of(db, path):
        for route in mounted_routes(db, entry) if entry.kind in ("http", "function") else ():
            if HEALTH.search(route) and "{" not in route:
                found.append(HealthRoute(path, entry.line, route, _worth(db, entry)))
    return tuple(dict.fromkeys(found))


def _worth(db: Database, entry: Entry) -> str:
    if any(call.is_llm for call in calls_on_path(db, entry.node)):
        return "each probe of this route calls a model"
    guard = guard_of(db, entry)
    if guard is not None and not guard.weak:
        return _CLOSED
    if _looks_at_something(db, entry):
        return ""
    return "this route answers the same whether its dependencies work or not"


def _looks_at_something(db: Database, entry: Entry) -> bool:
    """Whether the answer depends on anything: a dependency that is asked, a state that is tested."""
    facts = index(db, entry.path)
    at = facts.by_qualname.get(entry.function) if facts is not None else None
    if facts is None or at is None:
        return False
    body = facts.module.functions[at].block
    for _, call in calls_inside(facts, body):
        name = last_name(call.callee)
        if name not in _CONSTANT and (call.awaited or tokens(name) & _ASKS):
            return True
    tested = any(
        b.kind in ("if", "try") and body in facts.above(i) for i, b in enumerate(facts.module.blocks)
    )
    return (
        tested and any(last_name(call.callee) not in _CONSTANT for _, call in calls_inside(facts, body))
    ) or any(
        isinstance(front.expr, code.Name) and tokens(front.expr.id) & {"db", "health"}
        for front in fronts(db, entry)
    )
