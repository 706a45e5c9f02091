"""Single nodes of a graph that eval code asks: `graph.nodes.route.invoke(…)`."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node, node_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import argument, last_name
from shipsmith_controls.links.values.value import Fn, Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_ADDS = frozenset({"addNode", "add_node"})
_ASKS = frozenset({"invoke", "ainvoke", "stream", "astream", "batch", "abatch"})


@query
def nodes_asked(db: Database, path: str) -> tuple[Node, ...]:
    """The functions behind the nodes of graphs that a file calls one by one."""
    facts = index(db, path)
    if facts is None:
        return ()
    found: dict[Node, None] = {}
    for call in facts.module.calls:
        if last_name(call.callee) in _ASKS and isinstance(call.callee, code.Attribute):
            for value in values(db, path, call.block, call.callee.base):
                found.update(dict.fromkeys(_behind(db, value)))
    return tuple(found)


def _behind(db: Database, value: object) -> Iterator[Node]:
    traced = sdk.trace_client(value) if isinstance(value, Made) else None
    if traced is None or len(traced.pending) != 2 or traced.pending[0] != "nodes":
        return
    for path, layer in traced.client.layers:
        facts = index(db, path)
        added = facts.module.calls[layer] if facts is not None else None
        if added is None or last_name(added.callee) not in _ADDS:
            continue
        name, given = argument(added, "#0"), argument(added, "#1")
        if isinstance(name, code.Literal) and name.value == traced.pending[1] and given is not None:
            for held in values(db, path, added.block, given):
                node = node_of(db, held) if isinstance(held, Fn) else None
                if node is not None:
                    yield node
