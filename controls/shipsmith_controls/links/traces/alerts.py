"""Alerts and dashboards as code, and whether they look at model calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.files.documents import Passage, named
from shipsmith_controls.links.files.infrastructure import resources, text_of
from shipsmith_controls.links.production import is_production, is_test_path
from shipsmith_controls.links.tree import family, files, index
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.queries import Database, query

_ALERTS = re.compile(
    r"^(?:aws_cloudwatch_metric_alarm|aws_cloudwatch_composite_alarm|AWS::CloudWatch::Alarm"
    r"|azurerm_monitor_metric_alert|azurerm_monitor_scheduled_query_rules_alert\w*"
    r"|Microsoft\.Insights/(?:metricAlerts|scheduledQueryRules)"
    r"|google_monitoring_alert_policy|PrometheusRule"
    r"|grafana_rule_group|datadog_monitor|newrelic_nrql_alert_condition|sentry_metric_alert"
    r"|Alarm|createAlarm"
    r"|create_alarm|add\w+Alarm)$",
    re.IGNORECASE,
)
_BOARDS = re.compile(
    r"^(?:aws_cloudwatch_dashboard|AWS::CloudWatch::Dashboard|Microsoft\.Portal/dashboards"
    r"|Microsoft\.Insights/workbooks|azurerm_portal_dashboard|azurerm_application_insights_workbook"
    r"|google_monitoring_dashboard|datadog_dashboard\w*|grafana_dashboard"
    r"|newrelic_one_dashboard\w*|Dashboard)$"
)
_MAKERS = re.compile(
    r"^(?:Counter|Histogram|Summary|Gauge|create_counter|create_histogram|createCounter|createHistogram"
    r"|create_up_down_counter|increment|distribution|timing|gauge|addMetric|add_metric)$"
)
_MONITORING = re.compile(r"\b(?:monitoring|alerting|alerts?|runbooks?|on-?call)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:[<>]=?|above|over|below|exceeds?|more than|at least|threshold[^.\n]{0,30}?)\s*\d|\d\s?%"
)
_BOARD_LINK = re.compile(
    r"https?://[^\s)]*(?:langfuse|smith\.langchain|datadoghq|grafana)[^\s)]*/(?:project"
    r"|dashboard|d|o)/\S+"
)


class Alert(msgspec.Struct, frozen=True):
    """An alert; `gated`: it is made only under a flag that is off."""

    path: str
    line: int
    text: str
    gated: bool = False


class Board(msgspec.Struct, frozen=True):
    """A dashboard, and the line of a query about model calls (0: it has none)."""

    path: str
    line: int
    query_line: int
    gated: bool = False


@query
def alerts(db: Database) -> tuple[Alert, ...]:
    """Every alert that the tree declares."""
    found = [
        Alert(r.path, r.line, r.text, r.gated)
        for r in resources(db)
        if _ALERTS.match(r.kind) and not _is_empty(r.text)
    ]
    for path in files(db):
        if not path.endswith((".yaml", ".yml")) or not _may_alert(path):
            continue
        if not is_test_path(path) and is_production(db, path):
            found.extend(_in_yaml(db, path))
    return tuple(dict.fromkeys(found))


def _is_empty(text: str) -> bool:
    """cdk-monitoring-constructs: `addLatencyAlarm: {}` sets no threshold."""
    return bool(re.search(r"Alarm\w*\s*[:(]\s*\{\s*\}", text)) and "threshold" not in text.lower()


def _may_alert(path: str) -> bool:
    low = path.lower()
    return any(
        word in low for word in ("alert", "rule", "prometheus", "grafana", "monitor", "litellm", "config")
    ) and not low.startswith(".github/")


@query
def _in_yaml(db: Database, path: str) -> tuple[Alert, ...]:
    config = family(db, "config", path)
    found: list[Alert] = []
    for root in config.roots if isinstance(config, Config) else ():
        if root.text("kind") == "PrometheusRule":
            continue
        for trail, node in root.walk():
            rule = node.get("alert") is not None or node.get("condition") is not None
            if rule and trail[-2:] == ("rules", "[]"):
                found.append(Alert(path, node.line, text_of(db, path, node.line, node.end_line)))
        if root.get("model_list") is not None or root.get("litellm_settings") is not None:
            found.extend(_of_gateway(db, path, root))
    return tuple(found)


def _of_gateway(db: Database, path: str, root: Node) -> Iterator[Alert]:
    """LiteLLM's alerting: which kinds stands in `alert_types`, all of them when it says nothing."""
    general = root.get("general_settings")
    alerting = general.get("alerting") if general is not None else None
    if general is None or alerting is None:
        return
    kinds = general.get("alert_types")
    text = (
        text_of(db, path, kinds.line, kinds.end_line)
        if kinds is not None
        else "llm_exceptions llm_too_slow llm_requests_hanging budget_alerts spend_reports"
    )
    yield Alert(path, alerting.line, f"litellm_ {text}")


@query
def boards(db: Database) -> tuple[Board, ...]:
    """Every dashboard that the tree declares."""
    found = [_board(db, r.path, r.line, r.text, r.gated) for r in resources(db) if _BOARDS.match(r.kind)]
    for path in files(db):
        if path.endswith(".json") and not is_test_path(path) and _may_chart(path):
            config = family(db, "config", path)
            root = config.roots[0] if isinstance(config, Config) and config.roots else None
            if (
                root is not None
                and root.get("panels") is not None
                and root.get("schemaVersion") is not None
            ):
                text = text_of(db, path, 1, root.end_line)
                found.append(_board(db, path, 1, text, False))
    return tuple(dict.fromkeys(found))


def _may_chart(path: str) -> bool:
    low = path.lower()
    return any(
        word in low for word in ("dashboard", "grafana", "monitor", "observab", "metrics", "chart")
    )


def _board(db: Database, path: str, line: int, text: str, gated: bool) -> Board:
    for i, each in enumerate(text.split("\n")):
        if speaks_of_models(db, each):
            return Board(path, line, line + i, gated)
    return Board(path, line, 0, gated)


@cache
def _pattern() -> re.Pattern[str]:
    names = [name for entry in load().tables.llm_metric for name in entry.names]
    return re.compile("|".join(f"(?:{name})" for name in names), re.IGNORECASE)


def speaks_of_models(db: Database, text: str) -> bool:
    """Whether a query names a metric of model calls: a known one, or one that their functions emit."""
    return bool(_pattern().search(text)) or any(name in text for name in emitted(db))


@query
def emitted(db: Database) -> frozenset[str]:
    """Names of the metrics that files with LLM calls make."""
    found: set[str] = set()
    for path in dict.fromkeys(call.path for call in llm_calls(db)):
        facts = index(db, path)
        for call in facts.module.calls if facts is not None else ():
            if _MAKERS.match(last_name(call.callee)) and call.args:
                first = call.args[0]
                if (
                    isinstance(first, code.Literal)
                    and isinstance(first.value, str)
                    and len(first.value) > 5
                ):
                    found.add(first.value)
    return frozenset(found)


def written_thresholds(db: Database) -> Iterator[Passage]:
    """Monitoring documents with a heading on alerts and a threshold in numbers."""
    for passage in named(db, _MONITORING):
        titles = " ".join(title for title, _ in passage.headings)
        if "alert" in titles.lower() and _NUMBER.search(passage.prose):
            yield passage


def linked_boards(db: Database) -> Iterator[Passage]:
    """Monitoring documents that link a dashboard."""
    for passage in named(db, _MONITORING):
        if _BOARD_LINK.search(passage.everything):
            yield passage
