"""SDK objects that hold other ones: what a retriever or a vector store is given to work with."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.knowledge.schema import CallKind
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import argument
from shipsmith_controls.links.values.sdk import Client
from shipsmith_controls.links.values.value import Data, Declared, Made, Value
from shipsmith_controls.links.values.values import Walk, values
from shipsmith_controls.queries import Database

_DEPTH = 4


def clients_of(db: Database, found: tuple[Value, ...]) -> tuple[Client, ...]:
    """The SDK objects among some values, those in lists included."""
    clients: dict[Client, None] = {}
    for value in found:
        for part in Walk(db).items(value, 0) if isinstance(value, Data) else (value,):
            traced = sdk.trace_client(part) if isinstance(part, (Made, Declared)) else None
            if traced is not None and not traced.pending:
                clients[traced.client] = None
    return tuple(clients)


def held_clients(db: Database, client: Client) -> tuple[Client, ...]:
    """The SDK objects that a client was made with: `Agent(model=…)`, `Chroma(embedding_function=…)`."""
    found: dict[Client, None] = {}
    for path, layer in client.layers[:1]:
        facts = index(db, path)
        if facts is None:
            continue
        made = facts.module.calls[layer]
        for name in sdk.client_type(client.sdk, client.type).inner:
            given = argument(made, name, facts.module)
            if given is not None:
                within = clients_of(db, values(db, path, made.block, given, callers=True))
                found.update(dict.fromkeys(within))
    return tuple(found)


def carried_kinds(db: Database, clients: tuple[Client, ...], depth: int = 0) -> Iterator[CallKind]:
    """What the objects inside some clients do when they are called."""
    for client in clients if depth < _DEPTH else ():
        for held in held_clients(db, client):
            kinds = {shape.kind for shape in sdk.client_type(held.sdk, held.type).calls}
            yield from sorted(kinds - {"carried"})
            if "carried" in kinds:
                yield from carried_kinds(db, (held,), depth + 1)
