"""Fields of a request that a handler hands on towards a model: free text by where it leads."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.calls.neighbours import edges_of, leads, model_calls_in
from shipsmith_controls.links.calls.request_fields import Field, body_fields
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.queries import Database, query

_DEEP = 3


@query
def request_texts(db: Database, entry: Entry) -> tuple[Field, ...]:
    """The free text of a request: told by its name, or because it is handed on to a model."""
    found = body_fields(db, entry)
    handed = _handed(db, entry.node) if any(not f.told for f in found) else frozenset()
    return tuple(each for each in found if each.told or each.name in handed)


def _handed(db: Database, start: Node) -> frozenset[str]:
    """Names that a function, and those it hands a whole request to, give to calls towards a model."""
    found: set[str] = set()
    wave, seen = [start], {start}
    for _ in range(_DEEP):
        following: list[Node] = []
        for node in wave:
            facts = index(db, node.path)
            at = facts.by_qualname.get(node.name) if facts is not None else None
            if facts is None or at is None:
                continue
            params = {p.name for p in facts.module.functions[at].params}
            for call, target in _towards_model(db, node, facts):
                given = (*call.args, *(k.value for k in call.keywords))
                found.update(name for expr in given for name in _read(expr, facts))
                whole = any(isinstance(g, code.Name) and g.id in params for g in given)
                if whole and target is not None and target not in seen:
                    seen.add(target)
                    following.append(target)
        wave = following
    return frozenset(found)


def _towards_model(db: Database, node: Node, facts: ModuleIndex) -> list[tuple[code.Call, Node | None]]:
    """The calls of a function that ask a model, or lead to a function that does."""
    asked: list[tuple[code.Call, Node | None]] = [
        (facts.module.calls[call.call], None)
        for call in model_calls_in(db, node.path)
        if call.is_llm and call.function == node.name
    ]
    return asked + [
        (facts.module.calls[edge.call], edge.target)
        for edge in edges_of(db, node)
        if edge.call >= 0 and leads(db, edge.target)
    ]


def _read(expr: code.Expr, facts: ModuleIndex) -> set[str]:
    """The names of fields and variables that an argument is made of."""
    return {
        last_name(part)
        for part in inside(expr, facts.module)
        if isinstance(part, (code.Name, code.Attribute))
    }
