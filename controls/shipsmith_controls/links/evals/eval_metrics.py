"""Metrics of eval runs: which names an eval run uses, and which family of metrics they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.evals.eval_code import expressions, shallow
from shipsmith_controls.links.evals.eval_named import config_texts
from shipsmith_controls.links.evals.evals import EvalRun
from shipsmith_controls.links.tree import family, index
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.links.values.pieces import ORDERS
from shipsmith_controls.queries import Database, query

Family = Literal["groundedness", "retrieval", "tool_use", "fairness"]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_ALONE = frozenset({"supported", "attribution", "map_at_k"})
"""Names so common that only the whole identifier counts."""
_RANKED = re.compile(r"^(?:recall|precision|hit|hits|ndcg|map|mrr)(?:_rate)?(?:@|_at_)?(?:k|\d+)$", re.I)
_OTHER_BIAS = frozenset({"recency", "logit", "position", "positional", "length", "init", "use"})
_CITED = frozenset({"citation", "citations", "sources"})
_MATCHED = frozenset("matched match matches overlap share precision recall accuracy hit coverage".split())
_LONGEST = 60


class MetricUse(msgspec.Struct, frozen=True, order=True):
    """A place in an eval run that names a metric."""

    path: str
    line: int
    name: str


def words(name: str) -> tuple[str, ...]:
    """The words of an identifier in order, lower case."""
    return tuple(word.lower() for word in _WORD.findall(name))


@cache
def _known(key: Family) -> tuple[tuple[str, ...], ...]:
    named = next((m.names for m in load().tables.metric if m.key == key), ())
    return tuple(words(name) for name in named if name not in _ALONE)


def is_metric(name: str, key: Family) -> bool:
    """Whether an identifier names a metric of a family, by whole words."""
    if name.lower() in _ALONE and key == "groundedness":
        return name.lower() != "map_at_k"
    parts = words(name)
    if key == "fairness" and set(parts) & _OTHER_BIAS:
        return False
    if key == "retrieval" and _RANKED.match(name):
        return True
    return any(
        parts[i : i + len(known)] == known
        for known in _known(key)
        for i in range(len(parts) - len(known) + 1)
    )


def is_citation_share(name: str) -> bool:
    """Whether an identifier names a comparison of what an answer cites."""
    found = set(words(name))
    return bool(found & _CITED) and bool(found & _MATCHED)


@query
def names_used(db: Database, path: str) -> tuple[tuple[str, int], ...]:
    """(identifier, line) of everything that a file defines, calls, reads or spells as one word."""
    facts = index(db, path)
    if facts is None:
        return ()
    found = dict.fromkeys((name, line) for name, line in _names(facts.module) if name)
    return tuple(sorted(found, key=lambda each: each[1]))


def _names(module: code.Module) -> Iterator[tuple[str, int]]:
    yield from ((f.name, f.line) for f in module.functions)
    yield from ((c.name, c.line) for c in module.classes)
    yield from ((last_name(a.target), a.line) for a in module.assigns)
    yield from ((i.name or "", i.line) for i in module.imports)
    for call in module.calls:
        yield last_name(call.callee), call.line
        yield from ((k.name or "", k.line) for k in call.keywords)
    for part in expressions(module):
        if isinstance(part, code.Attribute):
            yield part.name, part.line
        elif isinstance(part, code.Literal) and isinstance(part.value, str) and _is_word(part.value):
            yield part.value, part.line


def _is_word(text: str) -> bool:
    return len(text) <= _LONGEST and " " not in text


def metrics_of(db: Database, run: EvalRun, key: Family) -> tuple[MetricUse, ...]:
    """Where a run names metrics of a family, in its code and in the settings that it reads."""
    return tuple(use for use in _uses(db, run) if is_metric(use.name, key))


def citation_shares(db: Database, run: EvalRun) -> tuple[MetricUse, ...]:
    """Where a run compares what answers cite."""
    return tuple(use for use in _uses(db, run) if is_citation_share(use.name))


def _uses(db: Database, run: EvalRun) -> Iterator[MetricUse]:
    for path in run.files:
        yield from (MetricUse(path, line, name) for name, line in names_used(db, path))
    for path in run.settings:
        for text, line, _ in config_texts(db, path):
            if _is_word(text):
                yield MetricUse(path, line, text)


def has_threshold(db: Database, run: EvalRun, key: Family) -> bool:
    """Whether the tree sets a bound for a metric of a family: an argument, a comparison, a setting."""
    return any(_bounded(db, path, key) for path in run.files) or any(
        _bounded_in_settings(db, path, key) for path in run.settings
    )


@query
def _bounded(db: Database, path: str, key: Family) -> bool:
    facts = index(db, path)
    if facts is None:
        return False
    for call in facts.module.calls:
        if is_metric(last_name(call.callee), key) and any(
            k.name in ("threshold", "min_score", "minimum") for k in call.keywords
        ):
            return True
    asserted = {line for part in expressions(facts.module) if _weighs(part, key) for line in (part.line,)}
    return bool(asserted)


def _weighs(part: code.Expr, key: Family) -> bool:
    """Whether an expression compares a metric with more than nothing."""
    if not isinstance(part, code.Operation) or part.operator not in ORDERS:
        return False
    if any(isinstance(p, code.Literal) and p.value == 0 for p in part.operands):
        return False
    names = [last_name(p) for p in shallow(part)]
    names += [str(p.value) for p in shallow(part) if isinstance(p, code.Literal)]
    return any(name and is_metric(name, key) for name in names)


@query
def _bounded_in_settings(db: Database, path: str, key: Family) -> bool:
    config = family(db, "config", path)
    nodes = (
        [node for root in config.roots for _, node in root.walk()] if isinstance(config, Config) else []
    )
    return any(_is_bounded(node, key) for node in nodes)


def _is_bounded(node: Node, key: Family) -> bool:
    kind = node.text("type") or node.text("metric") or node.text("name") or ""
    return node.get("threshold") is not None and is_metric(kind, key)
