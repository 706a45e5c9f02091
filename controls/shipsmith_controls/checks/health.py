"""Words of the check on health: the route that tells it, and the probes that ask."""

from __future__ import annotations

import re

from shipsmith_controls.checks.vocabulary import (
    Holding,
    Place,
    Strength,
    Subject,
    Support,
    has,
    place,
    subject,
    support,
    when,
)
from shipsmith_controls.links.calls.answering import started_entries
from shipsmith_controls.links.calls.entries import NETWORK
from shipsmith_controls.links.deploys.workloads import Workload, workloads
from shipsmith_controls.links.failures.health import health_routes
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.links.values.modules import importers
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence

_APPS = frozenset(
    {"FastAPI", "Flask", "Starlette", "express", "Hono", "fastify", "Sanic", "Litestar", "Quart", "Koa"}
)
_ASKED = re.compile(
    r"(?:https?://[^/\s\"']+|(?:localhost|127\.0\.0\.1|0\.0\.0\.0)[^/\s\"']*)(?P<url>/[\w/.-]*)"
    r"|(?:path|healthCheckPath|HealthCheckPath)[\"']?\s*[:=]\s*[\"']?(?P<path>/[\w/.-]*)"
)


@when("the app runs in containers")
def _has_workloads(db: Database) -> bool:
    return bool(workloads(db)) and any(
        e.kind in NETWORK and e.kind != "graph" for e in started_entries(db)
    )


@support("a health route that looks at a dependency")
def _route(db: Database) -> tuple[Support, ...]:
    """RES-08 (a): an open route whose status depends on a dependency; anything less is weak."""
    return tuple(
        Support(
            Strength.WEAK if r.weak else Strength.STRONG,
            Place(r.path, r.line),
            r.weak or f"{r.route} tells whether the app is ready",
        )
        for r in health_routes(db)
    )


@subject("workload of the app")
def _workloads(db: Database) -> tuple[Subject, ...]:
    return tuple(
        Subject(Place(w.path, w.line), w.name if w.kind != "docker" else "this image")
        for w in workloads(db)
    )


@query
def _by_place(db: Database) -> dict[tuple[str, int], Workload]:
    return {(w.path, w.line): w for w in workloads(db)}


@has("a probe of the health route")
def _probe(db: Database, each: Subject) -> Holding:
    """RES-08 (b): a probe that asks a health route of the app; of another path it is weak."""
    found = _by_place(db)[each.place.path, each.place.line]
    if not found.probe:
        return Holding(Strength.LACKING, "nothing probes it, so traffic reaches it before it is ready")
    asked = {(m["url"] or m["path"]).rstrip("/") for m in _ASKED.finditer(found.probe)}
    routes = [r.route.rstrip("/") for r in health_routes(db)]
    known = any(a.endswith(r) or r.endswith(a) for a in asked for r in routes if a and r)
    place_ = Evidence(found.path, found.probe_line, "a probe of the health route", weak=not known)
    if known:
        return Holding(Strength.STRONG, evidence=(place_,))
    said = (
        f"its probe asks {min(asked)}, which is no health route here"
        if asked
        else "its probe asks no health route"
    )
    note = Evidence(found.path, found.probe_line, said, weak=True)
    return Holding(Strength.WEAK, said, evidence=(note,))


@place("the app")
def _app(db: Database) -> tuple[Place, ...]:
    """The constructor of the web app, else the first AI entry point."""
    served = [e for e in started_entries(db) if e.kind in NETWORK]
    paths = dict.fromkeys(e.path for e in served)
    for path in tuple(paths):
        paths.update(dict.fromkeys(user for user, _ in importers(db).get(path, ())))
    for path in paths:
        facts = index(db, path)
        for call in facts.module.calls if facts is not None else ():
            if last_name(call.callee) in _APPS:
                return (Place(path, call.line),)
    return tuple(Place(e.path, e.line) for e in served[:1])
