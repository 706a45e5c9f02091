"""Strictness: whether the schema of a structured source forbids fields that it does not know."""

from __future__ import annotations

from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.data.ingest import index_writes
from shipsmith_controls.links.data.validated import required_fields, validations
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, entry, last_name
from shipsmith_controls.queries import Database, query


class SourceSchema(msgspec.Struct, frozen=True):
    """A schema that records of a structured source pass, and how strict it is."""

    path: str
    line: int
    name: str
    strictness: Literal["strict", "required", "loose"]


@query
def source_schemas(db: Database) -> tuple[SourceSchema, ...]:
    """Every class of the tree that validates the records of an ingest path, and every column guard."""
    met = {v for write in index_writes(db) for v in validations(db, write, False)}
    models = {v.model for v in met if v.kind in ("schema", "optional") and v.model is not None and v.raw}
    guards = sorted((v.path, v.line, v.what) for v in met if v.kind == "columns")
    return (
        *(_schema(db, *model) for model in sorted(models)),
        *(SourceSchema(path, line, what, "required") for path, line, what in guards),
    )


def _schema(db: Database, path: str, klass: int) -> SourceSchema:
    facts = index(db, path)
    assert facts is not None  # noqa: S101 - the class was read from it
    home = facts.module.classes[klass]
    strict: Literal["strict", "required", "loose"] = "loose"
    if _forbids(facts, home):
        strict = "strict"
    elif required_fields(db, path, klass):
        strict = "required"
    return SourceSchema(path, home.line, home.name, strict)


def _forbids(facts: ModuleIndex, home: code.Class) -> bool:
    for keyword in home.keywords:
        if keyword.name == "extra" and _is(keyword.value, "forbid"):
            return True
        if keyword.name == "forbid_unknown_fields" and _is(keyword.value, True):
            return True
    for assign in facts.module.assigns:
        around = facts.class_around(assign.block)
        if around < 0 or not _is_within(facts, around, home) or assign.value is None:
            continue
        name = last_name(assign.target)
        if name == "extra" and (_is(assign.value, "forbid") or last_name(assign.value) == "forbid"):
            return True
        if name == "model_config":
            given = assign.value
            if isinstance(given, code.CallRef):
                given_extra = argument(facts.module.calls[given.call], "extra")
            else:
                given_extra = entry(given, "extra") if isinstance(given, code.Mapping) else None
            if given_extra is not None and _is(given_extra, "forbid"):
                return True
    return False


def _is_within(facts: ModuleIndex, around: int, home: code.Class) -> bool:
    inner = facts.module.classes[around]
    return inner.qualname == home.qualname or inner.qualname.startswith(home.qualname + ".")


def _is(expr: code.Expr, value: object) -> bool:
    return isinstance(expr, code.Literal) and expr.value == value
