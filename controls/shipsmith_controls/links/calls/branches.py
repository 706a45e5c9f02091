"""Branches by provider: which of the literals that stand in them the default configuration selects."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.knowledge import load
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.factories import branch_words, defaults
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.queries import Database, query

_NOWHERE = 9


class Branch(msgspec.Struct, frozen=True):
    """The branch of a factory that a literal stands in: whether it is chosen, and its platform."""

    chosen: bool
    platform: str


@query
def branches(db: Database, places: tuple[tuple[str, int], ...]) -> dict[tuple[str, int], Branch]:
    """The branch in which a literal is assigned, where its assignment is one of several by provider."""
    groups: dict[tuple[str, int, str], list[tuple[int, int, frozenset[str]]]] = {}
    for path in dict.fromkeys(path for path, _ in places):
        facts = index(db, path)
        if facts is None:
            continue
        wanted = {line for home, line in places if home == path}
        for assign in facts.module.assigns:
            if assign.line in wanted and assign.value is not None:
                key = (path, facts.owner(assign.block), last_name(assign.target))
                words = branch_words(facts, assign.block)
                groups.setdefault(key, []).append((assign.line, assign.block, words))
    found: dict[tuple[str, int], Branch] = {}
    for (path, _, _), members in groups.items():
        for line, branch in _ruled(db, members):
            before = found.get((path, line))
            found[path, line] = branch if before is None or branch.chosen else before
    return found


def _ruled(db: Database, members: list[tuple[int, int, frozenset[str]]]) -> Iterator[tuple[int, Branch]]:
    known = defaults(db)
    ranks = [
        min((rank for word in words for _, rank in known.get(word, ())), default=_NOWHERE)
        for _, _, words in members
    ]
    best = min(ranks)
    platforms = load().models.platforms
    for (line, _, words), rank in zip(members, ranks, strict=True):
        chosen = len(members) == 1 or best == _NOWHERE or rank == best
        own = sorted(word for word in words if word in platforms)
        yield line, Branch(chosen, own[0] if len(own) == 1 else "")
