"""Erasure of conversations: what deletes them, whose, and whether anything starts it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.links.access.conversations import Conversation, home_of
from shipsmith_controls.links.access.deletes import (
    ERASE,
    PAGES,
    Delete,
    Step,
    Whose,
    deletes_in,
    erasing_files,
    fits,
    flags,
    starts,
    steps_up,
    whose,
)
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, dotted, last_name
from shipsmith_controls.queries import Database, query

_INSIDE = frozenset({"table", "resource", "write"})
"""Kinds that no page of a browser reaches by itself."""


class Erasure(msgspec.Struct, frozen=True):
    """A delete of messages: `whose`, `started` by an endpoint, page or job; `soft`: a flag only."""

    path: str
    line: int
    whose: Whose
    started: bool = True
    soft: bool = False


@query
def erasures_of(db: Database, kept: Conversation) -> tuple[Erasure, ...]:
    """The deletes of a conversation, the best first."""
    found = [*_by_class(db, kept)]
    for path in erasing_files(db):
        facts = index(db, path)
        for each in deletes_in(db, path) if facts is not None else ():
            if facts is not None and _concerns(db, kept, each, facts):
                found.append(_judged(db, path, facts, each))
    return tuple(
        sorted(found, key=lambda e: (e.soft, not e.started, e.whose != "person", e.path, e.line))
    )


def _concerns(db: Database, kept: Conversation, each: Delete, facts: ModuleIndex) -> bool:
    call = facts.module.calls[each.call]
    if kept.kind in _INSIDE and each.path.endswith(PAGES):
        return False
    if kept.kind == "history":
        whole = dotted(call.callee) or last_name(call.callee)
        return any(whole == name or whole.endswith("." + name) for name in kept.names)
    return fits(each.names, kept.names)


def _judged(db: Database, path: str, facts: ModuleIndex, each: Delete) -> Erasure:
    call = facts.module.calls[each.call]
    own = facts.owner(call.block)
    steps = steps_up(db, path, own) if own >= 0 else ()
    widest = _widest(steps)
    deciding = next((step for step in steps if whose(step) == widest), None)
    soft = each.soft or (own >= 0 and flags(facts, own)) or (deciding is not None and deciding.soft)
    begun = any(starts(db, step) for step in steps) or own < 0
    return Erasure(path, call.line, widest, begun, soft)


def _widest(steps: tuple[Step, ...]) -> Whose:
    """A delete of everything, or of one person's, may stand on one that takes one conversation."""
    told = {whose(step) for step in steps} - {None}
    return "person" if "person" in told or not told else "one"


def _by_class(db: Database, kept: Conversation) -> Iterator[Erasure]:
    """Methods that delete, of the class through which messages are written."""
    path, at = kept.site if kept.site is not None and kept.kind == "write" else ("", 0)
    facts = index(db, path) if path else None
    home = home_of(db, path, facts.module.calls[at]) if facts is not None else None
    inner = index(db, home[0]) if home is not None else None
    if home is None or inner is None:
        return
    block = inner.module.classes[home[1]].block
    for i, function in enumerate(inner.module.functions):
        if function.parent == block and tokens(function.name) & ERASE:
            steps = steps_up(db, home[0], i)
            yield Erasure(home[0], function.line, _widest(steps), any(starts(db, s) for s in steps))
