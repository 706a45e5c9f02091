"""Outcomes of AI answers (feedback, votes, resolutions): where they are written, aggregated, aimed at."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.flow_words import words_in
from shipsmith_controls.links.calls.sinks import kind_of
from shipsmith_controls.links.files.documents import Passage, named
from shipsmith_controls.links.files.infrastructure import text_of
from shipsmith_controls.links.production import is_production, is_test_path, tokens
from shipsmith_controls.links.traces.alerts import alerts, boards
from shipsmith_controls.links.tree import code_files, files, index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, last_name
from shipsmith_controls.queries import Database, query

_OUTCOME = re.compile(
    r"feedback|\bvotes?\b|upvote|downvote|\bratings?\b|thumbs|\baccept(?:ed|ance)|resol(?:ved"
    r"|ution)\b|deflect"
    r"|escalat|completion_rate|adoption",
    re.IGNORECASE,
)
_WORDS = frozenset(
    "feedback vote votes rating ratings thumbs upvote upvotes accepted acceptance resolved "
    "resolution deflected "
    "deflection escalation escalations adoption".split()
)
_USAGE = frozenset("usage tokens token spend cost costs users seats".split())
_GROUPS = frozenset(
    "group_by groupBy groupby groupby_ avg mean aggregate count_by countBy value_counts "
    "annotate Avg Count".split()
)
_SQL = re.compile(r"\bGROUP\s+BY\b|\bAVG\s*\(", re.IGNORECASE)
_TITLE = re.compile(r"\b(?:metrics|kpis?|okrs?|success)\b", re.IGNORECASE)
_AIM = re.compile(r"\b(?:targets?|goals?|objectives?|at least|aim)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d\s?%|\b0\.\d+|\b\d{2,}\b")


class Aggregate(msgspec.Struct, frozen=True):
    """A place that adds up outcomes; `weak`: usage or spend only."""

    path: str
    line: int
    what: str
    weak: bool = False


@query
def aggregates(db: Database) -> tuple[Aggregate, ...]:
    """Every query, view, report or dashboard over outcomes."""
    found: list[Aggregate] = []
    for path in _outcome_files(db):
        found.extend(_in_code(db, path))
    for path in files(db):
        if path.endswith(".sql") and not is_test_path(path):
            lines = lines_of(db, path)
            text = "\n".join(lines)
            hit = _SQL.search(text)
            if hit and _OUTCOME.search(text):
                found.append(
                    Aggregate(path, text[: hit.start()].count("\n") + 1, "a query adds up outcomes")
                )
    for board in boards(db):
        if _OUTCOME.search(text_of(db, board.path, board.line, board.line + 2000)):
            found.append(Aggregate(board.path, board.line, "a dashboard shows outcomes"))
    return tuple(dict.fromkeys(found))


@query
def _outcome_files(db: Database) -> tuple[str, ...]:
    """Server files that a name of an outcome or of reports tells."""
    wanted = _WORDS | {
        "analytics",
        "report",
        "reports",
        "reporting",
        "metrics",
        "usage",
        "queries",
        "stats",
    }
    return tuple(
        path
        for path in code_files(db)
        if tokens(path) & wanted and is_production(db, path) and not path.endswith((".tsx", ".jsx"))
    )


def _in_code(db: Database, path: str) -> Iterator[Aggregate]:
    facts = index(db, path)
    for call in facts.module.calls if facts is not None else ():
        if facts is None or last_name(call.callee) not in _GROUPS:
            continue
        words = _around(facts, call)
        if words & _WORDS:
            yield Aggregate(path, call.line, "outcomes are grouped or averaged")
        elif words & _USAGE:
            yield Aggregate(path, call.line, "only usage or spend is added up", weak=True)


def _around(facts: ModuleIndex, call: code.Call) -> frozenset[str]:
    """Words of the call, of its function's name, and of the calls in that function."""
    name = facts.node_name(call.block)
    words = set(tokens(name)) | words_in(call, facts.module)
    for other in facts.module.calls:
        if facts.node_name(other.block) == name:
            words |= words_in(other, facts.module)
    return frozenset(words)


@query
def targets(db: Database) -> tuple[Aggregate, ...]:
    """Documents that set a target for an outcome, and alerts on one."""
    found = []
    for passage in named(db, _TITLE):
        if _names_target(passage):
            found.append(Aggregate(passage.path, passage.line, "a written target"))
    for alert in alerts(db):
        if _OUTCOME.search(alert.text):
            found.append(Aggregate(alert.path, alert.line, "an alert on an outcome"))
    return tuple(found)


def _names_target(passage: Passage) -> bool:
    """Whether a row or sentence names an outcome with a number that is a share or said to be a target."""
    header = " ".join(passage.header)
    said = [(f"{header} {' '.join(row)}", " ".join(row)) for row in passage.rows]
    said += [(line, line) for line in re.split(r"(?<=[.!?])\s", passage.text)]
    return any(
        _OUTCOME.search(line) and _NUMBER.search(line) and ("%" in line or _AIM.search(whole))
        for whole, line in said
    )


@query
def writers(db: Database) -> tuple[tuple[str, int], ...]:
    """Where code writes an outcome: (path, line)."""
    found: list[tuple[str, int]] = []
    for path in code_files(db):
        if not tokens(path) & _WORDS or not is_production(db, path):
            continue
        facts = index(db, path)
        for call in facts.module.calls if facts is not None else ():
            name = last_name(call.callee)
            if facts is not None and (
                kind_of(call, facts) == "store"
                or (tokens(name) & _WORDS and not name.startswith(("get", "use")))
            ):
                found.append((path, call.line))
    return tuple(found)
