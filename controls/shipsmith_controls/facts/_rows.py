"""The rows of a data file, each with its line: JSON Lines, CSV, TSV, and lists in JSON or YAML."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from shipsmith_controls.facts.config import Node
from shipsmith_controls.facts.structured import extract as structured
from shipsmith_controls.facts.text import decode, lines

MAX_BYTES = 4_000_000
_MAX_ROWS = 100_000


class Row(NamedTuple):
    """A row: its line and its fields by name."""

    line: int
    values: dict[str, Any]


class Rows(NamedTuple):
    """What could be read: rows, the key that holds them ("" at the top), whether some are left out."""

    rows: list[Row]
    key: str = ""
    truncated: bool = False
    malformed: int = 0


def read(source: bytes, format: str) -> Rows:  # noqa: A002 - the word of the callers
    """The rows of a `jsonl`, `csv`, `tsv`, `json` or `yaml` file; never raises.

    Files beyond 4 MB are read up to there, whole structured files not at all; never more than
    100,000 rows.
    """
    truncated = len(source) > MAX_BYTES
    if format in ("json", "yaml"):
        if truncated:
            return Rows([], truncated=True)
        found = _listed(source, format)
    elif format == "jsonl":
        found = _json_lines(source[:MAX_BYTES])
    else:
        found = _table(source[:MAX_BYTES], "\t" if format == "tsv" else ",")
    over = len(found.rows) > _MAX_ROWS
    return found._replace(rows=found.rows[:_MAX_ROWS], truncated=truncated or over)


def _json_lines(source: bytes) -> Rows:
    rows: list[Row] = []
    malformed = 0
    for number, line in enumerate(source.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            malformed += 1
            continue
        rows.append(Row(number, value if isinstance(value, dict) else {"": value}))
    return Rows(rows, malformed=malformed)


def _table(source: bytes, delimiter: str) -> Rows:
    text = lines(decode(source).replace("\r", "\n").replace("\0", ""))
    delimiter = ";" if delimiter == "," and text[0].count(";") > text[0].count(",") else delimiter
    reader = csv.reader((f"{line}\n" for line in text), delimiter=delimiter)
    rows: list[Row] = []
    header: list[str] = []
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not header:
                header = [cell.strip() for cell in cells]
            elif cells:
                rows.append(Row(line, dict(zip(header, cells, strict=False))))
    except csv.Error:
        return Rows(rows, truncated=True)
    return Rows(rows)


def _listed(source: bytes, format: str) -> Rows:  # noqa: A002 - the word of the callers
    """The longest list of mappings at the top or under a key (one level of keys, or two)."""
    config = structured(source, "json" if format == "json" else "yaml")
    best, name = None, ""
    for key, node in _lists(config.roots):
        mostly = sum(item.shape == "map" for item in node.items) * 2 > len(node.items)
        if mostly and (best is None or len(node.items) > len(best.items)):
            best, name = node, key
    if best is None:
        return Rows([])
    return Rows([Row(item.line, _plain(item)) for item in best.items if item.shape == "map"], name)


def _lists(roots: tuple[Node, ...]) -> Iterator[tuple[str, Node]]:
    for root in roots:
        if root.shape == "list":
            yield "", root
        for key, value in root.entries:
            if value.shape == "list":
                yield key, value
            for inner, below in value.entries:
                if below.shape == "list":
                    yield f"{key}.{inner}", below


def _plain(node: Node) -> Any:
    if node.shape == "map":
        return {key: _plain(value) for key, value in node.entries}
    if node.shape == "list":
        return [_plain(item) for item in node.items]
    return node.scalar
