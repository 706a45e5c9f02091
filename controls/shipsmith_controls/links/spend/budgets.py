"""Budgets that warn: cloud budget resources, gateway budgets, jobs that watch spend, written ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.links.deploys.scheduled import scheduled
from shipsmith_controls.links.files.documents import sections
from shipsmith_controls.links.files.infrastructure import resources
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.spend.money import AMOUNT
from shipsmith_controls.links.tree import family, files, index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.pieces import ORDERS
from shipsmith_controls.queries import Database, query

_KINDS = re.compile(
    r"^(?:aws_budgets_budget|aws_ce_anomaly_subscription|azurerm_consumption_budget_\w+"
    r"|google_billing_budget"
    r"|AWS::Budgets::Budget|AWS::CE::AnomalySubscription|Microsoft\.Consumption/budgets|CfnBudget"
    r"|CfnAnomalySubscription)$"
)
_THRESHOLD = re.compile(r"threshold", re.IGNORECASE)
_RECIPIENT = re.compile(
    r"subscriber_email_addresses|subscriber_sns_topic_arns|contact_emails|contact_groups|contact_roles"
    r"|contactEmails|contactGroups|contactRoles|subscribers?\b|pubsub_topic"
    r"|monitoring_notification_channels"
    r"|SubscriptionType|subscriptionType",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"(?:addresses|arns|emails|groups|roles|subscribers)\"?\s*[:=]\s*\[\s*\]", re.IGNORECASE
)
_SPENT = frozenset({"cost", "costs", "spend", "spent", "spending", "budget", "usd", "billing"})
_TELLS = frozenset(
    "send notify post alert email mail slack publish page pagerduty webhook message".split()
)
_TITLE = re.compile(r"\b(?:budgets?|spend(?:ing)?|costs?)\b", re.IGNORECASE)
_SHARE = re.compile(r"\b\d{1,3}\s?(?:%|percent)|\bthreshold\b", re.IGNORECASE)
_OWNER = re.compile(
    r"\bowners?\b|\bresponsible\b|@[\w-]+|\bon[- ]call\b|\bnotif(?:y|ies|ied)\b", re.IGNORECASE
)


class Budget(msgspec.Struct, frozen=True):
    """A budget that warns; `lacks` says what keeps it from warning anybody ("" when nothing does)."""

    path: str
    line: int
    what: str
    lacks: str = ""


@query
def budgets(db: Database) -> tuple[Budget, ...]:
    """Every budget of the tree that warns or means to."""
    return (*_resources(db), *_gateways(db), *_jobs(db), *_written(db))


def _resources(db: Database) -> Iterator[Budget]:
    for each in resources(db):
        if not _KINDS.match(each.kind):
            continue
        # Google tells the billing account's administrators unless it is told not to.
        by_itself = each.kind == "google_billing_budget" and "disable_default_iam" not in each.text
        told = by_itself or (_RECIPIENT.search(each.text) and not _EMPTY.search(each.text))
        lacks = ""
        if each.gated:
            lacks = "it is made only under a flag that is off"
        elif not _THRESHOLD.search(each.text):
            lacks = "it has no threshold"
        elif not told:
            lacks = "it tells nobody"
        yield Budget(each.path, each.line, f"budget {each.name or each.kind}", lacks)


def _gateways(db: Database) -> Iterator[Budget]:
    """LiteLLM: `soft_budget`, or alerting together with budgets."""
    for path in files(db):
        if not path.endswith((".yaml", ".yml")) or not is_production(db, path):
            continue
        if not tokens(path.rsplit("/", 1)[-1]) & {"litellm", "proxy", "config", "gateway", "values"}:
            continue
        config = family(db, "config", path)
        for root in config.roots if isinstance(config, Config) else ():
            if root.get("model_list") is not None or root.get("litellm_settings") is not None:
                yield from _proxy(path, root)


def _proxy(path: str, root: Node) -> Iterator[Budget]:
    keys = {trail[-1]: node for trail, node in root.walk() if trail}
    alerting = keys.get("alerting")
    soft = keys.get("soft_budget")
    capped = keys.get("max_budget") or keys.get("provider_budget_config")
    if soft is not None or (alerting is not None and capped is not None):
        at = soft or alerting
        lacks = "" if alerting is not None else "its gateway has no alerting"
        yield Budget(path, at.line if at is not None else 1, "a gateway budget", lacks)


def _jobs(db: Database) -> Iterator[Budget]:
    """A scheduled function that compares spend with a number and tells somebody."""
    for clock in scheduled(db):
        facts = index(db, clock.node.path)
        at = facts.by_qualname.get(clock.node.name) if facts is not None else None
        if facts is None or at is None or clock.kind != "cron":
            continue
        if _compares_spend(facts, at) and _tells(facts, at):
            line = facts.module.functions[at].line
            yield Budget(clock.node.path, line, "a scheduled job that watches spend")


def _compares_spend(facts: ModuleIndex, at: int) -> bool:
    body = facts.module.functions[at].block
    for i, block in enumerate(facts.module.blocks):
        if block.kind != "if" or body not in facts.above(i):
            continue
        for head in block.heads:
            for part in inside(head, facts.module):
                if isinstance(part, code.Operation) and part.operator in ORDERS:
                    names = " ".join(_names(part, facts.module))
                    if tokens(names) & _SPENT:
                        return True
    return False


def _names(expr: code.Expr, module: code.Module) -> Iterator[str]:
    for part in inside(expr, module):
        if isinstance(part, code.Name):
            yield part.id
        elif isinstance(part, code.Attribute):
            yield part.name


def _tells(facts: ModuleIndex, at: int) -> bool:
    body = facts.module.functions[at].block
    return any(
        tokens(last_name(call.callee)) & _TELLS
        for call in facts.module.calls
        if body in facts.above(call.block)
    )


def _written(db: Database) -> Iterator[Budget]:
    for passage in sections(db, _TITLE):
        text = passage.everything
        if AMOUNT.search(text) and _SHARE.search(text) and _OWNER.search(text):
            yield Budget(passage.path, passage.line, "a written budget", "it is only written down")
