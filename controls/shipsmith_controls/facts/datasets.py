"""Data files of rows: how many, which fields, how many distinct inputs, how many with an expectation.

Values stay here: a dataset's facts hold counts, field names, lines and the values of slice fields
such as `language`, never a row.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, Literal, TypeAlias

from shipsmith_controls.facts._personal import PersonalData, PersonalKind, personal_data
from shipsmith_controls.facts._rows import MAX_BYTES, Row, read
from shipsmith_controls.facts.code import Fact
from shipsmith_controls.facts.text import well_formed

__all__ = [
    "Dataset",
    "PersonalData",
    "PersonalKind",
    "extract",
    "format_of",
    "is_adversarial",
    "is_edge",
    "personal_data",
]

Format: TypeAlias = Literal["jsonl", "csv", "tsv", "json", "yaml"]

INPUT_FIELDS = ("input", "inputs", "question", "query", "prompt", "messages", "user_turns", "vars")
EXPECTATION_FIELDS = (
    "expected", "expected_output", "ground_truth", "truth", "reference", "answer", "label", "target",
    "rubric", "checkpoints", "assert",
)  # fmt: skip
LABEL_FIELDS = ("label", "target", "output", "completion", "answer", "response", "chosen")
SLICE_FIELDS = (
    "language", "locale", "gender", "age", "region", "dialect", "ethnicity", "persona",
    "demographic", "source",
)  # fmt: skip
_TAG_FIELDS = ("tag", "tags", "category", "categories", "name", "metadata", "type", "kind", "labels")
_MAX_FIELDS = 200
_MAX_SLICES = 40

_TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_ADVERSARIAL = {"adversarial", "injection", "jailbreak", "attack", "unsafe", "leak"}
_EDGE = {
    "edge",
    "empty",
    "boundary",
    "long",
    "multilingual",
    "typo",
    "negative",
    "refusal",
    "unanswerable",
}
_HOSTILE = re.compile(
    r"(ignore|disregard) .{0,20}(previous|above|prior)|system prompt|developer mode", re.I
)
_REFUSAL = re.compile(
    r"\b(cannot|don[’']t know|not enough|not available|no information|"
    r"do(es)? not (provide|contain|mention)|unable|out of scope)\b",
    re.IGNORECASE,
)
_LONG = 4000


class Dataset(Fact, frozen=True):
    """A file of rows.

    `fields` are the field names in order of appearance, `filled` in how many rows each holds
    something (None, "", [] and {} are nothing). `input_field` and `expectation_field` are the names
    that were recognised ("" without one), `distinct_inputs` counts inputs that differ after trimming
    and lower-casing, `expected` the rows with an expectation; `unexpected_line` is the first row
    without one. `labelled` counts rows with a training label or a final assistant message.
    `slices` gives the values of slice fields with their counts. `truncated`: the file is longer than
    what was read, and nothing is extrapolated.
    """

    format: Format
    rows: int
    key: str = ""
    fields: tuple[str, ...] = ()
    filled: tuple[tuple[str, int], ...] = ()
    input_field: str = ""
    distinct_inputs: int = 0
    expectation_field: str = ""
    expected: int = 0
    unexpected_line: int = 0
    labelled: int = 0
    unlabelled_line: int = 0
    adversarial: int = 0
    edge: int = 0
    slices: tuple[tuple[str, str, int], ...] = ()
    first_line: int = 0
    malformed: int = 0
    truncated: bool = False
    personal: tuple[PersonalData, ...] = ()


def format_of(name: str) -> Format | None:
    """The format that a file name's ending tells, or None."""
    ending = name.lower().rsplit(".", 1)[-1]
    known: dict[str, Format] = {
        "jsonl": "jsonl", "ndjson": "jsonl", "csv": "csv", "tsv": "tsv",
        "json": "json", "yaml": "yaml", "yml": "yaml",
    }  # fmt: skip
    return known.get(ending)


def extract(source: bytes, format: Format) -> Dataset:  # noqa: A002 - the word of the siblings
    """The facts of a file of rows; never raises. A file that holds no rows has `rows` 0.

    Read are at most 4 MB and 100,000 rows, personal data is looked for in the same stretch.
    """
    found = read(source, format)
    rows = found.rows
    if not rows:
        return Dataset(format, 0, malformed=found.malformed, truncated=found.truncated)
    filled = Counter(name for row in rows for name, value in row.values.items() if not _is_empty(value))
    fields = list(dict.fromkeys(name for row in rows for name in row.values))[:_MAX_FIELDS]
    asks = max(INPUT_FIELDS, key=lambda name: sum(name in row.values for row in rows))
    asks = asks if asks in fields else ""
    inputs = [row.values[_asked(row, asks)] for row in rows if _asked(row, asks)] if asks else []
    expects = next((name for name in EXPECTATION_FIELDS if name in filled), "")
    # Where half of the cases fill the field, null is an answer too ("search everything").
    null_counts = bool(expects) and filled[expects] * 2 >= len(rows)
    unexpected = [row for row in rows if not _has_expectation(row, expects, null_counts)]
    unlabelled = [row for row in rows if not _is_labelled(row.values)]
    return Dataset(
        format,
        len(rows),
        found.key,
        tuple(well_formed(name) for name in fields),
        tuple((well_formed(name), filled[name]) for name in fields),
        asks,
        len({_key(value) for value in inputs}),
        expects,
        len(rows) - len(unexpected),
        unexpected[0].line if unexpected else 0,
        len(rows) - len(unlabelled),
        unlabelled[0].line if unlabelled else 0,
        sum(_is_case(row, asks, expects, adversarial=True) for row in rows),
        sum(_is_case(row, asks, expects, adversarial=False) for row in rows),
        _slices(rows),
        rows[0].line,
        found.malformed,
        found.truncated,
        personal_data(source[:MAX_BYTES]),
    )


def is_adversarial(text: str, labels: tuple[str, ...]) -> bool:
    """Whether an eval case is an attack, by a token of its labels or by its input."""
    return bool(_tokens(labels) & _ADVERSARIAL) or _HOSTILE.search(text[:_LONG]) is not None


def is_edge(text: str, labels: tuple[str, ...], expectation: str) -> bool:
    """Whether an eval case is an edge case: labelled so, blank, very long, or to be refused."""
    if _tokens(labels) & _EDGE or any(
        "out of scope" in label.replace("_", " ").lower() for label in labels
    ):
        return True
    first = re.split(r"(?<=[.!?])\s", expectation[:_LONG].strip(), maxsplit=1)[0]
    return not text.strip() or len(text) > _LONG or _REFUSAL.search(first) is not None


def _tokens(labels: tuple[str, ...]) -> set[str]:
    return {token.lower() for label in labels for token in _TOKENS.findall(label[:200])}


def _asked(row: Row, asks: str) -> str:
    """The input field of one row: the dataset's, else another that the row has."""
    return asks if asks in row.values else next((name for name in INPUT_FIELDS if name in row.values), "")


def _is_case(row: Row, asks: str, expects: str, adversarial: bool) -> bool:
    name = _asked(row, asks) if asks else ""
    if not name:
        return False
    text, labels = _text(row.values[name]), _labels(row.values)
    if adversarial:
        return is_adversarial(text, labels)
    return is_edge(text, labels, _text(row.values.get(expects)))


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _text(value: Any) -> str:
    """A value's text: of a conversation the user's turns, of a mapping its values."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        turns = [
            item for item in value if not isinstance(item, dict) or item.get("role", "user") == "user"
        ]
        return "\n".join(_text(item) for item in turns[:50])
    if isinstance(value, dict):
        return "\n".join(_text(item) for key, item in list(value.items())[:50] if key != "role")
    return "" if value is None else str(value)


def _key(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return text.strip().lower()


def _labels(values: dict[str, Any]) -> tuple[str, ...]:
    """The texts of the fields that say what kind of case a row is."""
    found: list[str] = []
    for name in _TAG_FIELDS:
        value = values.get(name)
        if isinstance(value, dict):
            found += [key for key, flag in value.items() if flag is True]
            found += [item for item in value.values() if isinstance(item, str)]
        elif isinstance(value, list):
            found += [item for item in value if isinstance(item, str)]
        elif isinstance(value, str):
            found.append(value)
    return tuple(found)


def _has_expectation(row: Row, field: str, null_counts: bool) -> bool:
    if not field:
        return False
    value = row.values.get(field)
    return not _is_empty(value) or (null_counts and field in row.values and value is None)


def _is_labelled(values: dict[str, Any]) -> bool:
    if any(not _is_empty(values.get(name)) for name in LABEL_FIELDS):
        return True
    turns = values.get("messages", values.get("conversations"))
    last = turns[-1] if isinstance(turns, list) and turns else None
    speaker = (last.get("role") or last.get("from")) if isinstance(last, dict) else None
    return speaker in ("assistant", "model", "gpt")


def _slices(rows: list[Row]) -> tuple[tuple[str, str, int], ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        inner = row.values.get("metadata")
        for name in SLICE_FIELDS:
            value = row.values.get(name) or (inner.get(name) if isinstance(inner, dict) else None)
            if isinstance(value, str | int) and 0 < len(str(value)) <= 40:
                counts[name, well_formed(str(value))] += 1
    return tuple((name, value, count) for (name, value), count in counts.most_common(_MAX_SLICES))
