"""What a function does in the end: its calls and those of the functions of the tree that it calls."""

from __future__ import annotations

import re

from shipsmith_controls.links.calls.sinks import kind_of
from shipsmith_controls.links.files.environment import gates_around, is_open
from shipsmith_controls.links.files.sql import statement_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.links.values.value import Fn
from shipsmith_controls.links.values.values import callees
from shipsmith_controls.queries import Database, query

_DEEP = 4
_MOST = 60
_CHANGES = re.compile(r"\s*(?:insert|update|upsert|merge|replace|delete)\b", re.IGNORECASE)
_RUN = frozenset("execute query run exec fetch fetchrow scalar".split())
_STORES = frozenset({"upsert", "$executeRaw", "findByIdAndUpdate", "insertOne", "bulkWrite", "add_item"})


@query
def own_calls(db: Database, path: str, function: int) -> tuple[int, ...]:
    """The calls that stand in a function, in those nested in it too."""
    facts = index(db, path)
    if facts is None:
        return ()
    block = facts.module.functions[function].block
    return tuple(i for i, c in enumerate(facts.module.calls) if block in facts.above(c.block))


@query
def below(db: Database, path: str, function: int) -> tuple[tuple[str, int], ...]:
    """(path, call) of every call in a function and in what it calls, four steps deep."""
    found: dict[tuple[str, int], None] = {}
    wave, seen = [(path, function)], {(path, function)}
    for _ in range(_DEEP):
        following: list[tuple[str, int]] = []
        for where, at in wave:
            for call in own_calls(db, where, at):
                found[where, call] = None
                for value in callees(db, where, call):
                    if isinstance(value, Fn) and (value.path, value.function) not in seen:
                        seen.add((value.path, value.function))
                        following.append((value.path, value.function))
        wave = following[:_MOST]
    return tuple(found)


def stores(db: Database, path: str, call: int) -> bool:
    """Whether a call writes a row, a lasting file or an analytics event."""
    facts = index(db, path)
    if facts is None:
        return False
    here = facts.module.calls[call]
    name = last_name(here.callee)
    if name in _STORES:
        return True
    if name in _RUN or statement_of(db, path, facts.module, here):
        return bool(_CHANGES.match(statement_of(db, path, facts.module, here)))
    return kind_of(here, facts) in ("store", "event")


def is_gated(db: Database, path: str, call: int) -> tuple[str, ...]:
    """The variables without which a call is not reached; empty when there are none."""
    facts = index(db, path)
    if facts is None:
        return ()
    here = facts.module.calls[call]
    for gate in gates_around(db, path, facts, here.block, here.line):
        if not is_open(db, gate):
            return gate.names
    return ()
