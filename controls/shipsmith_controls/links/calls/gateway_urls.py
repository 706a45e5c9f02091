"""Where the clients of model calls point: base URLs, gateways, a LiteLLM proxy of the tree."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.settings import clients_behind, roots_of
from shipsmith_controls.links.files.deploy import configs
from shipsmith_controls.links.files.environment import deployed
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import argument
from shipsmith_controls.links.values.value import Const, Env, Extern, Made, Text
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query


def through(db: Database, call: ModelCall) -> Iterator[sdk.Client]:
    """The clients that a call goes through, and those at the bottom of them."""
    for client in clients_behind(db, call):
        yield client
        yield from roots_of(db, client)


def base_urls(db: Database, call: ModelCall) -> Iterator[tuple[str, str, int]]:
    """(text, path, line) of what is known of the addresses that a call's clients point at."""
    for client in dict.fromkeys(through(db, call)):
        yield from urls_of_client(db, client)


def urls_of_client(db: Database, client: sdk.Client) -> Iterator[tuple[str, str, int]]:
    """(text, path, line) of what is known of the address that a client points at."""
    kinds = [sdk.client_type(client.sdk, name) for name in (client.type, client.made_as) if name]
    names = dict.fromkeys(name for kind in kinds for name in kind.base_url)
    for path, layer in client.layers:
        facts = index(db, path)
        made = facts.module.calls[layer] if facts else None
        if facts is None or made is None:
            continue
        for name in (*names, "default_headers", "defaultHeaders"):
            given = argument(made, name, facts.module)
            if given is not None:
                for text in _texts(db, path, made.block, given):
                    yield text, path, given.line


def _texts(db: Database, path: str, block: int, expr: code.Expr) -> Iterator[str]:
    for value in values(db, path, block, expr, callers=True):
        match value:
            case Const(value=str() as text):
                yield text
            case Text(template=template):
                yield "".join(
                    str(p.value) if isinstance(p, code.Literal) else "*" for p in template.parts
                )
            case Env(name=name):
                given = deployed(db, name)
                if given is not None:
                    yield given.value
            case Made(extern=Extern(name=name)):
                yield name


@query
def litellm_proxy(db: Database) -> tuple[str, int] | None:
    """Where the tree runs a LiteLLM proxy: a compose or Kubernetes service with its image."""
    for path, root in configs(db, "compose", "kubernetes"):
        for trail, node in root.walk():
            if trail and trail[-1] == "image" and "litellm" in str(node.scalar):
                return path, node.line
    return None
