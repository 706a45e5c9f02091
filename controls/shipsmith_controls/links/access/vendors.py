"""Vendors that are sent prompts: who answers model calls, and who keeps their traces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.knowledge import load
from shipsmith_controls.links.access.credentials import model_clients
from shipsmith_controls.links.calls.gateway_urls import urls_of_client
from shipsmith_controls.links.calls.kinds import llm_calls, side_calls
from shipsmith_controls.links.calls.mainstay import innermost
from shipsmith_controls.links.calls.model_ids import ids_of_call
from shipsmith_controls.links.calls.settings import clients_behind
from shipsmith_controls.links.traces.backends import backends
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.queries import Database, query

_HOME = frozenset({"", "ollama", "vllm", "llamacpp", "lmstudio", "local"})
_HERE = re.compile(
    r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|.*\.internal|.*\.local|.*\.svc(?:\..*)?)(?::\d+)?$"
)
_HOST = re.compile(r"https?://([^/\s*]+)")
_AZURE_PATH = re.compile(r"\*/openai/(?:v1|deployments)\b")
_SHORTEST = 2
"""Parts of a host from which it may lie on the internet."""


@query
def vendors(db: Database) -> dict[str, tuple[str, int]]:
    """External vendor -> (path, line) of where production code first makes a client of it."""
    found: dict[str, tuple[str, int]] = {}
    for client in model_clients(db):
        for path, layer in client.layers[:1]:
            facts = index(db, path)
            for name in _vendors_of(db, client) if facts is not None else ():
                if facts is not None and name not in _HOME:
                    found.setdefault(name, (path, facts.module.calls[layer].line))
    for name, place in _by_ids(db):
        found.setdefault(name, place)
    for backend in backends(db):
        if backend.vendor:
            found.setdefault(backend.vendor.lower(), backend.places[0])
    return found


def _vendors_of(db: Database, client: sdk.Client) -> tuple[str, ...]:
    """Who a client talks to: by its address, else by its kind; "" when neither tells."""
    kind = sdk.client_type(client.sdk, client.type)
    made_as = sdk.client_type(client.sdk, client.made_as) if client.made_as else kind
    if kind.local or made_as.local:
        return ()
    told = [_by_address(text) for text, _, _ in urls_of_client(db, client)]
    named = tuple(dict.fromkeys(name for name in told if name is not None))
    return tuple(name for name in named if name) if named else (kind.provider or made_as.provider,)


def _by_address(text: str) -> str | None:
    """The vendor at an address; "" for a host of one's own, None where the text tells nothing."""
    if _AZURE_PATH.search(text):
        return "azure"
    host = _HOST.match(text)
    if host is None:
        return None
    name = host.group(1).rpartition("@")[2].lower()
    parts = name.partition(":")[0].split(".")
    if _HERE.match(name) or len(parts) < _SHORTEST:
        return ""
    known = (h.provider for h in load().tables.host if name.endswith(h.name.removeprefix("*").lower()))
    return next(known, parts[-2])


def _by_ids(db: Database) -> Iterator[tuple[str, tuple[str, int]]]:
    """Vendors of calls whose client serves any: told by the platform or the name of the model."""
    for call in (*llm_calls(db), *side_calls(db)):
        behind = [c for client in clients_behind(db, call) for c in innermost(db, client)]
        if any(_vendors_of(db, client) != ("",) for client in behind):
            continue
        made = [(path, layer) for client in behind for path, layer in client.layers[:1]]
        facts = index(db, made[0][0]) if made else None
        place = (made[0][0], facts.module.calls[made[0][1]].line) if facts else (call.path, call.line)
        for each in ids_of_call(db, call).ids:
            name = each.platform or load().models.vendor_of(each.id)
            if each.chosen and name not in _HOME:
                yield name, place
