"""The vocabulary of alerting: alerts on errors, latency, spend and length; dashboards."""

from __future__ import annotations

import re

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, place, support
from shipsmith_controls.links.calls.mainstay import main_call
from shipsmith_controls.links.files.infrastructure import infra_home
from shipsmith_controls.links.traces.alerts import (
    Alert,
    alerts,
    boards,
    linked_boards,
    speaks_of_models,
    written_thresholds,
)
from shipsmith_controls.links.traces.tracer_uses import uses
from shipsmith_controls.links.tree import files
from shipsmith_controls.queries import Database

_ERRORS = re.compile(r"error|fail|exception|throttl|429|5xx|status", re.IGNORECASE)
_SERVICE = re.compile(r"5xx|http_?5|server_?errors|dead.?letter|\bdlq\b|requests/failed", re.IGNORECASE)
_LATENCY = re.compile(r"duration|latency|TimeToResponse|ttft|too_slow|hanging", re.IGNORECASE)
_GATEWAY_LATENCY = re.compile(
    r"TargetResponseTime|response_?time|request_?latency|duration|latency", re.I
)
_SPEND = re.compile(r"cost|spend|tokens?|budget", re.IGNORECASE)
_RATE = re.compile(r"rate\(|sum|increase\(|anomaly|budget|spend|per_", re.IGNORECASE)
_LENGTH = re.compile(
    r"(?:output|completion)_?tokens?[^\n]*(?:avg|p9\d|quantile|histogram|/)|(?:avg|quantile"
    r"|histogram)[^\n]*"
    r"(?:output|completion)_?tokens?|finish_?reason|empty_?(?:output|answer|response)|response_?length",
    re.IGNORECASE,
)


def _support(alert: Alert, message: str, weak: str = "") -> Support:
    gated = "; it is made only under a flag that is off" if alert.gated else ""
    strength = Strength.WEAK if weak or alert.gated else Strength.STRONG
    return Support(strength, Place(alert.path, alert.line), f"{message}{weak}{gated}")


@support("an alert on failing model calls")
def _on_errors(db: Database) -> tuple[Support, ...]:
    """OBS-06: an alert over a metric of model calls and their errors; of the service alone it is weak."""
    found: list[Support] = []
    for alert in alerts(db):
        if speaks_of_models(db, alert.text) and _ERRORS.search(alert.text):
            found.append(_support(alert, "an alert on failing model calls"))
        elif _SERVICE.search(alert.text):
            found.append(_support(alert, "an alert on errors of the service", ", not of model calls"))
    return (*found, *_written(db))


def _written(db: Database) -> list[Support]:
    return [
        Support(Strength.WEAK, Place(p.path, p.line), "thresholds are only written down")
        for p in written_thresholds(db)
    ]


@support("an alert on slow model calls")
def _on_latency(db: Database) -> tuple[Support, ...]:
    """OBS-07: latency of model calls; of a gateway or load balancer it is weak."""
    found: list[Support] = []
    for alert in alerts(db):
        if speaks_of_models(db, alert.text) and _LATENCY.search(alert.text):
            found.append(_support(alert, "an alert on slow model calls"))
        elif _GATEWAY_LATENCY.search(alert.text) and re.search(
            r"ApplicationELB|ApiGateway|LoadBalanc|ingress|gateway|requests/duration|http_", alert.text
        ):
            weak = ", which streams answer at once"
            found.append(_support(alert, "an alert on latency of the gateway", weak))
    return (*found, *_written(db))


@support("an alert on the rate of spend")
def _on_spend(db: Database) -> tuple[Support, ...]:
    """OBS-07: tokens or cost as a rate, sum or anomaly."""
    found = [
        _support(alert, "an alert on spend")
        for alert in alerts(db)
        if speaks_of_models(db, alert.text) and _SPEND.search(alert.text) and _RATE.search(alert.text)
    ]
    return (*found, *_written(db))


@support("an alert on response length")
def _on_length(db: Database) -> tuple[Support, ...]:
    """OBS-07: output tokens a call, the share cut off by length, empty outputs."""
    found = [
        _support(alert, "an alert on response length")
        for alert in alerts(db)
        if speaks_of_models(db, alert.text) and _LENGTH.search(alert.text)
    ]
    return (*found, *_written(db))


@support("a dashboard of model calls")
def _dashboard(db: Database) -> tuple[Support, ...]:
    """OBS-11: a dashboard as code with a query of model calls; without one, or linked, it is weak."""
    found: list[Support] = []
    for board in boards(db):
        at = Place(board.path, board.query_line or board.line)
        if not board.query_line:
            found.append(Support(Strength.WEAK, at, "this dashboard has no query of model calls"))
        elif board.gated:
            found.append(
                Support(Strength.WEAK, at, "this dashboard is made only under a flag that is off")
            )
        else:
            found.append(Support(Strength.STRONG, at, "a dashboard queries model calls"))
    linked = [
        Support(Strength.WEAK, Place(p.path, p.line), "a dashboard is linked") for p in linked_boards(db)
    ]
    return (*found, *linked)


@place("infrastructure of monitoring, and the main LLM call")
def _monitoring(db: Database) -> tuple[Place, ...]:
    """The main LLM call, and where infrastructure would hold an alert."""
    call = main_call(db)
    found = [Place(call.path, call.line, call.end_line)] if call is not None else []
    home = _monitor_file(db) or infra_home(db)
    if home is not None:
        found.append(Place(*home))
    return tuple(found)


def _monitor_file(db: Database) -> tuple[str, int] | None:
    infra = [p for p in files(db) if p.endswith((".tf", ".bicep")) and "monitor" in p.lower()]
    best = [p for p in infra if "monitoring" in p.rsplit("/", 1)[-1].lower()]
    return ((best or infra)[0], 1) if infra else None


@place("infrastructure, or where tracing starts")
def _board_place(db: Database) -> tuple[Place, ...]:
    home = infra_home(db)
    if home is not None:
        return (Place(*home),)
    started = [use for use in uses(db) if use.role == "process"]
    if started:
        return (Place(started[0].path, started[0].line),)
    call = main_call(db)
    return (Place(call.path, call.line, call.end_line),) if call is not None else ()
