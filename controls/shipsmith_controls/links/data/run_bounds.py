"""Run bounds: whether size and duration of an ingestion run are recorded and limited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.calls.around import exits_inside
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.data.ingest import IngestEntry, path_nodes
from shipsmith_controls.links.data.sources import stage_nodes
from shipsmith_controls.links.data.stages import blocks_on, calls_on
from shipsmith_controls.links.data.triggers import triggers_of
from shipsmith_controls.links.files.commands import ci_commands, reached
from shipsmith_controls.links.files.deploy import configs
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import family, index
from shipsmith_controls.links.values.index import argument, inside, last_name
from shipsmith_controls.links.values.pieces import ORDERS
from shipsmith_controls.queries import Database, query

Part = Literal["count", "duration", "count bound", "time limit"]
_COUNT = frozenset("count counts total records rows documents docs chunks pages size num".split())
_TIME = frozenset("duration seconds elapsed took runtime latency".split())
_METRIC = frozenset(
    "set inc add observe record gauge histogram increment timing distribution count".split()
)
_LOG = frozenset("info debug warning error log".split())
_LIMITS = frozenset(
    "soft_time_limit time_limit timeout dagrun_timeout execution_timeout job_timeout".split()
)
_EXPECTED = frozenset("expect_table_row_count_to_be_between row_count volume_anomalies".split())


class Bound(msgspec.Struct, frozen=True):
    """One of the four parts, where it stands."""

    part: Part
    path: str
    line: int


@query
def bounds_of(db: Database, entry: IngestEntry) -> tuple[Bound, ...]:
    """Which of the four parts an entry's run has."""
    nodes = stage_nodes(db, path_nodes(db, entry))
    found: list[Bound] = []
    for path, facts, _, call in calls_on(db, nodes):
        name = last_name(call.callee)
        words = {k.name for k in call.keywords if k.name} if name in _LOG else set()
        if name in _LOG:
            extra = argument(call, "extra") or next(
                (a for a in call.args if isinstance(a, code.Mapping)), None
            )
            for key, _ in extra.entries if isinstance(extra, code.Mapping) else ():
                words |= {str(key.value)} if isinstance(key, code.Literal) else set()
        elif name in _METRIC and isinstance(call.callee, code.Attribute):
            shown = [last_name(p) for p in inside(call.callee.base, facts.module)]
            shown += [str(a.value) for a in call.args if isinstance(a, code.Literal)]
            words = set(shown)
        found.extend(_emitted(words, path, call.line))
        if name in _EXPECTED:
            found.append(Bound("count bound", path, call.line))
    found.extend(_compared(db, nodes))
    found.extend(_limits(db, entry))
    return tuple(dict.fromkeys(found))


def _emitted(words: set[str], path: str, line: int) -> Iterator[Bound]:
    for word in words:
        if tokens(word) & _TIME:
            yield Bound("duration", path, line)
        elif tokens(word) & _COUNT:
            yield Bound("count", path, line)


def _compared(db: Database, nodes: tuple[Node, ...]) -> Iterator[Bound]:
    for path, facts, i, block in blocks_on(db, nodes):
        if block.kind != "if" or not block.heads:
            continue
        parts = list(inside(block.heads[0], facts.module))
        ordered = any(isinstance(p, code.Operation) and p.operator in ORDERS for p in parts)
        counted = any(
            tokens(last_name(p)) & _COUNT for p in parts if isinstance(p, (code.Name, code.Attribute))
        )
        if ordered and counted and any(out.kind == "raise" for out in exits_inside(facts, i)):
            yield Bound("count bound", path, block.line)


def _limits(db: Database, entry: IngestEntry) -> Iterator[Bound]:
    for place in {entry.path, entry.root.path}:
        facts = index(db, place)
        for function in facts.module.functions if facts is not None else ():
            if function.qualname != entry.function or facts is None:
                continue
            for decorator in function.decorators:
                made = facts.module.calls[decorator.call] if isinstance(decorator, code.CallRef) else None
                for keyword in made.keywords if made is not None else ():
                    if keyword.name in _LIMITS:
                        yield Bound("time limit", place, keyword.line)
    for command in ci_commands(db):
        if any(t.path == entry.path for t in reached(db, command.ran)):
            config = family(db, "config", command.path)
            for root in config.roots if isinstance(config, Config) else ():
                job = root.get("jobs", command.job.id, "timeout-minutes")
                if job is not None:
                    yield Bound("time limit", command.path, job.line)
    clocks = {(t.path, t.kind) for t in triggers_of(db, entry)}
    for path, root in configs(db, "kubernetes", "serverless", "cloudformation"):
        if any(path == place for place, _ in clocks):
            for trail, node in root.walk():
                if trail and re.fullmatch(r"activeDeadlineSeconds|timeout|Timeout", trail[-1]):
                    yield Bound("time limit", path, node.line)
