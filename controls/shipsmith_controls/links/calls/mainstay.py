"""The call and the client that stand for a tree, where a finding has no place of its own."""

from __future__ import annotations

from shipsmith_controls.links.calls.calls import ModelCall, Node
from shipsmith_controls.links.calls.entries import ai_entries
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.reach import made_clients, reach
from shipsmith_controls.links.calls.settings import clients_behind, clients_made, clients_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.factories import selected
from shipsmith_controls.links.values.index import argument
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_DEEP = 4


@query
def main_call(db: Database) -> ModelCall | None:
    """The LLM call that stands for the tree: in a route handler, else the one most entries reach."""
    calls = llm_calls(db)
    if not calls:
        return None
    graph = reach(db)
    routes = [e for e in ai_entries(db) if e.kind in ("http", "websocket")]
    starts = {e.node for e in ai_entries(db)}

    def rank(call: ModelCall) -> tuple[bool, int, str, int]:
        above = graph.above(Node(call.path, call.function))
        handled = any(
            e.path == call.path and f"{call.function}.".startswith(f"{e.function}.") for e in routes
        )
        reached = len(above & starts) if starts else len(above)
        return not handled, -reached, call.path, call.line

    return min(calls, key=rank)


def innermost(db: Database, client: sdk.Client, depth: int = 0) -> tuple[sdk.Client, ...]:
    """The clients at the bottom of one: of an agent its model, of a model the client it is given."""
    kind = sdk.client_type(client.sdk, client.type)
    found: list[sdk.Client] = []
    for path, layer in client.layers[:1] if depth < _DEEP else ():
        facts = index(db, path)
        made = facts.module.calls[layer] if facts else None
        if facts is None or made is None:
            continue
        for name in kind.inner:
            given = argument(made, name, facts.module)
            if given is not None:
                for inner in clients_of(db, values(db, path, made.block, given, callers=True)):
                    handed_in = clients_made(db).get((inner.sdk, inner.type), (inner,))
                    found.extend((inner,) if inner.layers else handed_in)
    below = [
        c for inner in selected(db, tuple(dict.fromkeys(found))) for c in innermost(db, inner, depth + 1)
    ]
    return tuple(dict.fromkeys(below)) or (client,)


@query
def main_client(db: Database) -> tuple[str, int] | None:
    """(path, line) of the first client in the file that makes the main call's; else of the call."""
    call = main_call(db)
    if call is None:
        return None
    for client in clients_behind(db, call):
        for inner in innermost(db, client):
            for path, layer in inner.layers[:1]:
                facts = index(db, path)
                if facts is not None:
                    beside = [made for where, made in made_clients(db) if where == path]
                    return path, min(facts.module.calls[made].line for made in (layer, *beside))
    return call.path, call.line
