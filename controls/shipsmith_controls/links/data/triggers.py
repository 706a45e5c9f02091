"""Triggers: the clock or event that starts code of the tree without a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.calls.enqueued import sends_unseen
from shipsmith_controls.links.calls.entries import ANSWERING, entries_of
from shipsmith_controls.links.data.ingest import IngestEntry, path_nodes
from shipsmith_controls.links.deploys.scheduled import schedule_files, scheduled
from shipsmith_controls.links.deploys.started import started
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import family, index, named
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.queries import Database

TriggerKind = Literal["cron", "event", "request"]

_EVENTS = frozenset({"webhook", "webhooks", "hook", "event", "events", "pubsub", "eventgrid", "callback"})


_TASKS = frozenset({"task", "shared_task", "actor", "job", "activity"})


class Trigger(msgspec.Struct, frozen=True):
    """What starts an entry. `request` is a live user's: it holds for what that user hands over."""

    kind: TriggerKind
    path: str
    line: int
    what: str


def triggers_of(db: Database, entry: IngestEntry) -> tuple[Trigger, ...]:
    """Every clock, event and request that starts an entry or the code above it."""
    return tuple(dict.fromkeys(_triggers(db, entry)))


def _triggers(db: Database, entry: IngestEntry) -> Iterator[Trigger]:
    nodes = {entry.node, entry.root}
    # A task may have its own schedule though a handler enqueues it too.
    nodes |= {node for node in path_nodes(db, entry) if node.name}
    for clock in (*scheduled(db), *started(db)):
        if clock.node in nodes or (not clock.node.name and clock.node == entry.root):
            yield Trigger(clock.kind, clock.path, clock.line, clock.what)
    yield from _platform(db, entry)
    for declared in entries_of(db, entry.path):
        if declared.function != entry.function:
            continue
        if declared.kind == "consumer" and _is_sent(db, entry):
            yield Trigger("event", declared.path, declared.line, "the queue that this consumer reads")
        elif declared.kind == "job":
            yield Trigger("cron", declared.path, declared.line, "the schedule of this job")
        elif declared.kind in ANSWERING or declared.kind == "websocket":
            words = tokens(declared.route) | tokens(declared.function)
            if words & _EVENTS:
                yield Trigger("event", declared.path, declared.line, f"webhook {declared.route}")
            else:
                yield Trigger("request", declared.path, declared.line, "a user's request")


def _is_sent(db: Database, entry: IngestEntry) -> bool:
    """Whether anything sends to a consumer: for the task of a job system, somebody in the tree must."""
    facts = index(db, entry.path)
    at = facts.by_qualname.get(entry.function) if facts is not None else None
    if facts is None or at is None:
        return True
    for decorator in facts.module.functions[at].decorators:
        made = (
            facts.module.calls[decorator.call].callee
            if isinstance(decorator, code.CallRef)
            else decorator
        )
        if last_name(made) in _TASKS:
            return any(sends_unseen(db, path) for path in schedule_files(db))
    return True


def _platform(db: Database, entry: IngestEntry) -> Iterator[Trigger]:
    """`crons` of vercel.json: the path of a route."""
    routes = {
        declared.route.strip("/")
        for declared in entries_of(db, entry.path)
        if declared.function == entry.function
    } - {""}
    for path in named(db).get("vercel.json", ()) if routes else ():
        config = family(db, "config", path)
        for root in config.roots if isinstance(config, Config) else ():
            crons = root.get("crons")
            for cron in crons.items if crons is not None else ():
                if (cron.text("path") or "").split("?")[0].strip("/") in routes:
                    yield Trigger("cron", path, cron.line, f"cron {cron.text('schedule')}")
