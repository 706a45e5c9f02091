"""Labels of training data: how many rows have one, and whether its origin is recorded."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from shipsmith_controls.facts.document import Document
from shipsmith_controls.facts.families import prose_format
from shipsmith_controls.links.data.data_files import dataset, named_files
from shipsmith_controls.links.data.training import trainer_calls
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import family, files, index, named
from shipsmith_controls.links.values.index import argument, last_name
from shipsmith_controls.queries import Database, query

_ORIGIN = frozenset(
    {"annotator", "label_source", "reviewed_by", "verified", "annotated_by", "labelled_by"}
)
_HEADING = re.compile(r"\bannotations?\b|\blabell?ing\b|\blabel source\b", re.IGNORECASE)
_ENOUGH = 0.95


class TrainingData(msgspec.Struct, frozen=True):
    """A dataset that training code reads; `line` is its first row without label, or the load call's."""

    path: str
    line: int
    name: str
    state: Literal["labelled", "unknown origin", "pinned", "unlabelled", "not seen"]


@query
def training_data(db: Database) -> tuple[TrainingData, ...]:
    """Every dataset that reaches a trainer."""
    found: dict[tuple[str, int], TrainingData] = {}
    for path in {call.path for call in trainer_calls(db)}:
        for each in (*_local(db, path), *_remote(db, path)):
            found.setdefault((each.path, each.line), each)
    return tuple(found[key] for key in sorted(found))


def _local(db: Database, path: str) -> list[TrainingData]:
    found = []
    for name in sorted(named_files(db, path)):
        for place in named(db).get(name, ()):
            data = dataset(db, place)
            if data is None:
                continue
            enough = data.labelled >= _ENOUGH * data.rows
            known = bool(set(data.fields) & _ORIGIN) or _documented(db, place)
            line = data.unlabelled_line or data.first_line or 1
            if not enough:
                found.append(TrainingData(place, line, name, "unlabelled"))
            else:
                found.append(TrainingData(place, 1, name, "labelled" if known else "unknown origin"))
    return found


def _documented(db: Database, place: str) -> bool:
    """Whether a document that names the dataset, or stands beside it, has a section on annotation."""
    folder, _, name = place.rpartition("/")
    for path in files(db):
        if not prose_format(path):
            continue
        beside = path.rpartition("/")[0] == folder
        if not beside and not tokens(path) & {"datasheet", "data", "dataset", "annotation", "labelling"}:
            continue
        document = family(db, "document", path)
        sections = document.sections if isinstance(document, Document) else ()
        told = any(_HEADING.search(s.title) for s in sections)
        if told and (beside or any(name in s.text for s in sections)):
            return True
    return False


def _remote(db: Database, path: str) -> list[TrainingData]:
    facts = index(db, path)
    found = []
    for call in facts.module.calls if facts is not None else ():
        if last_name(call.callee) == "load_dataset":
            first = call.args[0] if call.args else argument(call, "path")
            name = str(getattr(first, "value", "") or "a dataset")
            local = name in ("json", "csv", "parquet", "text")
            state: Literal["pinned", "unlabelled"] = (
                "pinned" if argument(call, "revision") is not None else "unlabelled"
            )
            if not local:
                found.append(TrainingData(path, call.line, name, state))
    return found
