"""Accounts that AI calls are paid from, and what in the tree stops an account at an amount."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.access.credentials import key_of, model_clients
from shipsmith_controls.links.calls.gateway_urls import litellm_proxy, urls_of_client
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.files.azure import deployments
from shipsmith_controls.links.files.documents import sections
from shipsmith_controls.links.files.infrastructure import resources
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.spend.money import AMOUNT
from shipsmith_controls.links.tree import family, files, index, lines_of
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.queries import Database, query

_SELF_HOSTED = frozenset({"ollama", "vllm", "local", "lmstudio"})
_LOCAL_URL = re.compile(r"localhost|127\.0\.0\.1|host\.docker\.internal|:11434|\.internal\b|\.svc\b")
_CLOUDS = {"aws": "aws", "azure": "azure", "google": "google", "vertex": "google"}
"""Whom a client talks to -> the cloud that bills it."""
_CAPPED = ("max_budget", "provider_budget_config")
_CAPACITY = re.compile(r"\bcapacity\b\"?\s*[:=]", re.IGNORECASE)
_DISABLES = re.compile(
    r"updateBillingInfo|update_project_billing_info|disable_?billing|disable_?key", re.I
)
_TITLE = re.compile(r"\b(?:spend(?:ing)?|budgets?|billing|costs?)\b", re.IGNORECASE)
_HARD = re.compile(
    r"\b(?:hard|enforced|monthly|usage)\s+(?:spend(?:ing)?\s+)?(?:limit|cap)\b", re.IGNORECASE
)


class Account(msgspec.Struct, frozen=True):
    """One account of a provider, and where its key is given."""

    provider: str
    names: tuple[str, ...]
    path: str
    line: int


class Limit(msgspec.Struct, frozen=True):
    """What stops an account at an amount; weak when it may not, or is only written down."""

    path: str
    line: int
    what: str
    weak: bool = False


@query
def accounts(db: Database) -> tuple[Account, ...]:
    """Every account that a model call of production code is paid from, one for each key or cloud."""
    found: dict[tuple[str, tuple[str, ...]], Account] = {}
    for client in model_clients(db):
        kind = sdk.client_type(client.sdk, client.type)
        if kind.local or kind.provider in _SELF_HOSTED or not client.layers or _is_local(db, client):
            continue
        key = key_of(db, client)
        path, layer = client.layers[0]
        facts = index(db, path)
        line = key.line if key else facts.module.calls[layer].line if facts else 1
        names = key.names if key else ()
        cloud = _cloud(db, client, kind.provider, names)
        if not kind.provider and not names:
            continue
        mark = (cloud, ()) if cloud else ("", names) if names else (kind.provider, ())
        found.setdefault(mark, Account(cloud or kind.provider, names, key.path if key else path, line))
    if not found:
        for call in llm_calls(db):
            if not call.clients:
                mark = (call.sdk, ())
                found.setdefault(mark, Account(call.sdk, (), call.path, call.line))
    return tuple(found.values())


def _cloud(db: Database, client: sdk.Client, provider: str, names: tuple[str, ...]) -> str:
    """The cloud that a client is billed by, "" when it is a provider's own account."""
    if provider == "openai":
        urls = " ".join(text for text, _, _ in urls_of_client(db, client))
        azure = "azure" in urls or "openai/v1" in urls or any("AZURE" in name for name in names)
        return "azure" if azure else ""
    return _CLOUDS.get(provider, "")


def _is_local(db: Database, client: sdk.Client) -> bool:
    return any(_LOCAL_URL.search(text) for text, _, _ in urls_of_client(db, client))


@query
def limits(db: Database) -> tuple[Limit, ...]:
    """The limit of each account, empty while any account has none; weak ones alone while any is weak."""
    held = [list(_of_account(db, account)) for account in accounts(db)]
    if not held or not all(held):
        return ()
    best = [min(each, key=lambda limit: limit.weak) for each in held]
    weak = tuple(limit for limit in best if limit.weak)
    return weak or tuple(best)


def _of_account(db: Database, account: Account) -> Iterator[Limit]:
    yield from _gateway(db)
    cloud = account.provider
    for each in resources(db):
        if cloud == "aws" and each.kind == "aws_budgets_budget_action":
            yield Limit(each.path, each.line, "a budget action takes the right away", each.gated)
        wired = each.kind == "google_billing_budget" and "pubsub" in each.text
        if cloud == "google" and wired and _stops_billing(db):
            yield Limit(each.path, each.line, "a budget that switches billing off", each.gated)
    if cloud == "azure":
        yield from _capacity(db)
    for passage in sections(db, _TITLE):
        text = passage.everything
        named = account.provider and account.provider.lower() in text.lower()
        if named and AMOUNT.search(text) and _HARD.search(text):
            yield Limit(passage.path, passage.line, "a limit is only written down", True)


def _capacity(db: Database) -> Iterator[Limit]:
    """Capacity of the model deployments that infrastructure declares."""
    for each in deployments(db):
        lines = lines_of(db, each.path)
        near = lines[each.line - 1 : each.line + 14]
        for i, line in enumerate(near):
            if _CAPACITY.search(line):
                what = "a capacity limits tokens a minute, not money"
                yield Limit(each.path, each.line + i, what, True)
                return


def _gateway(db: Database) -> Iterator[Limit]:
    """A LiteLLM proxy of the tree with budgets; full only when every client goes through it."""
    for path in files(db):
        if not path.endswith((".yaml", ".yml")) or not is_production(db, path):
            continue
        if "litellm" not in path.lower() and litellm_proxy(db) is None:
            continue
        config = family(db, "config", path)
        for root in config.roots if isinstance(config, Config) else ():
            if root.get("model_list") is None and root.get("litellm_settings") is None:
                continue
            for trail, node in root.walk():
                if trail and trail[-1] in _CAPPED:
                    yield Limit(path, node.line, "a gateway budget refuses calls", not _all_through(db))


def _all_through(db: Database) -> bool:
    """Whether every client points at a LiteLLM proxy."""
    clients = model_clients(db)
    urls = [list(urls_of_client(db, client)) for client in clients]
    return bool(clients) and all(
        any(re.search(r"litellm|:4000", text) for text, _, _ in found) for found in urls
    )


def _stops_billing(db: Database) -> bool:
    for module in ("google.cloud.billing", "googleapiclient", "@google-cloud/billing", "googleapis"):
        for path in by_import(db).get(module, ()):
            lines = lines_of(db, path)
            if any(_DISABLES.search(line) for line in lines):
                return True
    return False
