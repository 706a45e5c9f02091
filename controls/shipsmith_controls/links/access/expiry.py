"""Expiry of conversations: a time to live of their store, or a task that deletes what is old."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.knowledge import load
from shipsmith_controls.links.access.conversations import Conversation
from shipsmith_controls.links.access.deletes import (
    Step,
    deletes_in,
    erasing_files,
    fits,
    starts,
    steps_up,
)
from shipsmith_controls.links.access.kept_tables import TALK, plain
from shipsmith_controls.links.files.environment import gates_around, is_open
from shipsmith_controls.links.files.infrastructure import resources
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, argument, last_name
from shipsmith_controls.queries import Database, query

_AGED = frozenset(
    "age aged old older stale expired expire expires expiry retention ttl cutoff days before threshold "
    "timedelta created createdat".split()
)
_TTL = re.compile(r"timeToLive\w*|TimeToLiveSpecification|^\s*ttl\s*\{|defaultTtl|default_ttl", re.M)
_EXPIRING = frozenset({"expire", "pexpire", "expireat", "setex", "psetex", "EXPIRE"})
_TIMES = ("ex", "px", "exat", "EX", "PX", "ttl", "expire", "expires_in", "expire_in", "expirationTtl")
_CRON_SQL = re.compile(r"cron\.schedule[\s\S]{0,400}?delete\s+from\s+([\w.\"]+)([^;]*)", re.IGNORECASE)


class Expiry(msgspec.Struct, frozen=True):
    """What lets messages expire; `off`: only when a setting that is off as shipped is on."""

    path: str
    line: int
    what: str
    off: bool = False


@query
def expiry_of(db: Database, kept: Conversation) -> Expiry | None:
    """What lets a conversation expire: its store, or a task that deletes what is old."""
    found = [*_by_store(db, kept), *_by_clock(db, kept)]
    return min(found, key=lambda e: e.off, default=None)


def _by_store(db: Database, kept: Conversation) -> Iterator[Expiry]:
    if kept.expires:
        yield Expiry(kept.path, kept.line, "its declaration")
    for each in resources(db) if kept.kind in ("resource", "table") else ():
        own = frozenset(plain(w) for w in tokens(f"{each.name} {each.text[:160]}") & TALK)
        at = _TTL.search(each.text)
        named = (
            (each.path, each.line) == (kept.path, kept.line)
            if kept.kind == "resource"
            else own & kept.names
        )
        if at is not None and named:
            yield Expiry(
                each.path, each.line + each.text.count("\n", 0, at.start()), "a time to live", each.gated
            )
    path, begun = kept.site if kept.site is not None else ("", 0)
    facts = index(db, path) if path else None
    if facts is None:
        return
    call = facts.module.calls[begun]
    names = {name for kind in load().tables.history if kind.key == kept.history for name in kind.expiry}
    for name in names or _TIMES:
        if argument(call, name) is not None:
            yield Expiry(path, call.line, f"`{name}`")
    if kept.kind == "write":
        for i in facts.calls_of_function.get(facts.owner(call.block), ()):
            other = facts.module.calls[i]
            if last_name(other.callee) in _EXPIRING:
                yield Expiry(path, other.line, f"`{last_name(other.callee)}`")


def _by_clock(db: Database, kept: Conversation) -> Iterator[Expiry]:
    for path in erasing_files(db):
        for table, line in _in_sql(db, path):
            if fits(frozenset({table}), kept.names):
                yield Expiry(path, line, "a task that deletes what is old")
        facts = index(db, path)
        for each in deletes_in(db, path) if facts is not None else ():
            if facts is None or each.soft or not fits(each.names, kept.names):
                continue
            call = facts.module.calls[each.call]
            own = facts.owner(call.block)
            steps = steps_up(db, path, own) if own >= 0 else ()
            clocked = next((s for s in steps if starts(db, s) == "clock"), None)
            aged = each.said | frozenset[str]().union(*(s.words | _param_words(s) for s in steps))
            aged |= _names_around(facts, own)
            if clocked is not None and aged & _AGED:
                gates = gates_around(db, path, facts, call.block, call.line)
                off = any(not is_open(db, gate) for gate in gates)
                yield Expiry(path, call.line, "a task that deletes what is old", off)


@query
def _in_sql(db: Database, path: str) -> tuple[tuple[str, int], ...]:
    """(plain table, line) of each delete of old rows that a migration sets on a clock."""
    text = "\n".join(lines_of(db, path)) if path.endswith(".sql") else ""
    return tuple(
        (plain(found[1].rsplit(".", 1)[-1]), text.count("\n", 0, found.start()) + 1)
        for found in _CRON_SQL.finditer(text)
        if tokens(found[2]) & (_AGED | {"interval"})
    )


def _param_words(step: Step) -> frozenset[str]:
    return frozenset(word for name in step.params for word in tokens(name))


def _names_around(facts: ModuleIndex, own: int) -> frozenset[str]:
    """Words of the names that a function compares and computes with."""
    if own < 0:
        return frozenset()
    block = facts.module.functions[own].block
    held = [a for a in facts.module.assigns if block in set(facts.above(a.block))]
    found = {word for a in held for word in tokens(last_name(a.target))}
    for i in facts.calls_of_function.get(own, ()):
        found |= tokens(last_name(facts.module.calls[i].callee))
    return frozenset(found)
