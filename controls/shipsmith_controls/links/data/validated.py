"""Validation before storing: which validator or guard a record meets on its ingest path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec.structs import replace

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.around import exits_inside
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import NETWORK, entries_of
from shipsmith_controls.links.data.record_flow import RecordFlow, record_flow
from shipsmith_controls.links.data.stages import blocks_on, calls_on, stages_of
from shipsmith_controls.links.data.writes import IndexWrite
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, dotted, inside, last_name
from shipsmith_controls.links.values.value import Cls, Extern, Inst, Made, Value
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_DOCUMENT = frozenset(
    "text texts content contents chunk chunks doc docs document documents page pages record records row "
    "rows body item items passage passages markdown html embedding embeddings title".split()
)
_RECORD = _DOCUMENT - {"embedding", "embeddings", "title"}
_KIND_NAMES = re.compile(
    r"ext(?:ension)?s?$|suffix|mime|content_?type|file_?type|allowed|supported", re.I
)
_MODELS = frozenset({"BaseModel", "Struct", "Schema", "SQLModel"})
_PARSING = frozenset(
    "model_validate model_validate_json validate_python validate_json parse_obj parse_raw parse_obj_as "
    "TypeAdapter".split()
)


class Validation(msgspec.Struct, frozen=True):
    """A validator or guard on an ingest path.

    `kind`: `schema` with a required field, `optional` when all its fields may be absent, `envelope`
    of the request alone, `types` an allow-list of file types, `filled` a test for empty text,
    `columns` a test for the presence of columns, `guard` a bare test. `model` is the class of the
    tree that is the schema.
    """

    kind: Literal["schema", "optional", "envelope", "types", "filled", "columns", "guard"]
    path: str
    line: int
    what: str
    model: tuple[str, int] | None = None
    raw: bool = False
    """Whether it takes raw data (`model_validate(row)`, `Record(**row)`), not values one by one."""


@query
def validations(db: Database, write: IndexWrite, fed: bool = True) -> tuple[Validation, ...]:
    """Every validator and guard on the ingest paths of a write.

    With `fed` a validator must stand where the record is seen to pass; without, one that is on the
    path counts too wherever the record's way could not be followed to its end.
    """
    nodes = stages_of(db, write)
    flow = record_flow(db, write)
    passed = flow if flow.whole or (fed and flow.begins) else None
    found = (*_validators(db, nodes, passed), *_guards(db, nodes), *_envelopes(db, nodes))
    return tuple(dict.fromkeys(found))


def _validators(db: Database, nodes: tuple[Node, ...], flow: RecordFlow | None) -> Iterator[Validation]:
    names = {c.rsplit(".", 1)[-1] for v in load().tables.validator for c in v.calls} | _PARSING
    for path, facts, i, call in calls_on(db, nodes):
        last = last_name(call.callee)
        if flow is not None and not _is_fed(flow, path, facts, i, call):
            continue
        if last in names or (last[:1].isupper() and _takes_record(call, last)):
            for value in values(db, path, call.block, call.callee):
                found = _validator(db, path, facts, call, value)
                if found is not None:
                    spread = any(k.name is None for k in call.keywords)
                    yield replace(found, raw=spread or last in _PARSING)
                    break


def _is_fed(flow: RecordFlow, path: str, facts: ModuleIndex, i: int, call: code.Call) -> bool:
    """Whether a call lies on the way of the record, or is given what does."""
    given = (*call.args, *(k.value for k in call.keywords))
    names = (p.id for g in given for p in inside(g, facts.module) if isinstance(p, code.Name))
    return (path, i) in flow.calls or any(
        (path, facts.lookup(call.block, name)[0], name) in flow.names for name in names
    )


def _takes_record(call: code.Call, name: str) -> bool:
    """Whether a constructor is fed with a record: by its own name, a spread, or what it is given."""
    if tokens(name) & _RECORD or any(k.name is None for k in call.keywords):
        return True
    given = (*call.args, *(k.value for k in call.keywords))
    return any(tokens(last_name(_root(part))) & _RECORD for part in given)


def _root(expr: code.Expr) -> code.Expr:
    while isinstance(expr, code.Subscript):
        expr = expr.base
    return expr


def _validator(
    db: Database, path: str, facts: ModuleIndex, call: code.Call, value: Value
) -> Validation | None:
    shown = dotted(call.callee) or last_name(call.callee)
    if isinstance(value, (Cls, Inst)):
        return _of_model(db, path, call.line, shown, (value.path, value.klass))
    if isinstance(value, Made) and last_name(call.callee) in _PARSING:
        base = call.callee.base if isinstance(call.callee, code.Attribute) else None
        for owner in values(db, path, call.block, base) if base is not None else ():
            if isinstance(owner, (Cls, Inst)):
                return _of_model(db, path, call.line, shown, (owner.path, owner.klass))
    extern = value if isinstance(value, Extern) else value.extern if isinstance(value, Made) else None
    if extern is None:
        return None
    for validator in load().tables.validator:
        if not any(
            extern.dotted == m or extern.dotted.startswith((m + ".", m + "/")) for m in validator.modules
        ):
            continue
        steps = {name.rsplit(".", 1)[-1] for name in validator.calls}
        if last_name(call.callee) in steps and last_name(call.callee) not in ("BaseModel", "Schema"):
            return Validation("schema", path, call.line, shown)
    return None


def _of_model(
    db: Database, path: str, line: int, shown: str, model: tuple[str, int]
) -> Validation | None:
    needed = required_fields(db, *model)
    if needed is None:
        return None
    kind: Literal["schema", "optional"] = "schema" if needed else "optional"
    return Validation(kind, path, line, shown, model)


@query
def required_fields(db: Database, path: str, klass: int) -> tuple[str, ...] | None:
    """Required fields of a validating model, bases included; None when the class validates nothing."""
    facts = index(db, path)
    if facts is None:
        return None
    home = facts.module.classes[klass]
    validates = False
    found: list[str] = []
    for base in home.bases:
        for value in values(db, path, home.parent, base):
            if isinstance(value, Cls) and value != Cls(path, klass):
                inner = required_fields_of(db, value, 3)
                validates = validates or inner is not None
                found.extend(inner or ())
            elif isinstance(value, Extern):
                known = any(
                    value.module == m or value.module.startswith(m + ".")
                    for v in load().tables.validator
                    for m in (*v.modules, "sqlmodel")
                )
                table = any(k.name == "table" for k in home.keywords)
                validates = validates or (
                    known and value.name.rsplit(".", 1)[-1] in _MODELS and not table
                )
    if not validates:
        return None
    return (*found, *_own_required(facts, home))


def required_fields_of(db: Database, value: Cls, depth: int) -> tuple[str, ...] | None:
    """`required_fields` of a base class, bounded: a class may name itself by mistake."""
    facts = index(db, value.path)
    if facts is None or depth == 0:
        return None
    home = facts.module.classes[value.klass]
    validates = False
    found: list[str] = []
    for base in home.bases:
        for inner in values(db, value.path, home.parent, base):
            if isinstance(inner, Cls):
                above = required_fields_of(db, inner, depth - 1)
                validates = validates or above is not None
                found.extend(above or ())
            elif isinstance(inner, Extern) and inner.name.rsplit(".", 1)[-1] in _MODELS:
                validates = True
    return (*found, *_own_required(facts, home)) if validates else None


def _own_required(facts: ModuleIndex, home: code.Class) -> Iterator[str]:
    for assign in facts.module.assigns:
        if (
            assign.block != home.block
            or assign.annotation is None
            or not isinstance(assign.target, code.Name)
        ):
            continue
        if assign.value is None or _is_required_field(facts, assign.value):
            yield assign.target.id


def _is_required_field(facts: ModuleIndex, value: code.Expr) -> bool:
    """`Field(...)` or `Field(min_length=1)`: a field without default."""
    if not isinstance(value, code.CallRef):
        return False
    made = facts.module.calls[value.call]
    if last_name(made.callee) != "Field":
        return False
    ellipsis = made.args and isinstance(made.args[0], code.Opaque)
    return bool(ellipsis) or (
        not made.args and not any(k.name in ("default", "default_factory") for k in made.keywords)
    )


def _guards(db: Database, nodes: tuple[Node, ...]) -> Iterator[Validation]:
    for path, facts, i, block in blocks_on(db, nodes):
        if block.kind == "case" and block.heads:
            parts = [p for h in block.heads for p in inside(h, facts.module)]
            if any(isinstance(p, code.Literal) and _is_file_type(p.value) for p in parts):
                yield Validation("types", path, block.line, "an allow-list of file types")
        if block.kind != "if" or not block.heads:
            continue
        parts = list(inside(block.heads[0], facts.module))
        if _is_type_test(parts):
            yield Validation("types", path, block.line, "an allow-list of file types")
        elif any(isinstance(p, code.Attribute) and p.name == "columns" for p in parts) and any(
            out.kind == "raise" for out in exits_inside(facts, i)
        ):
            yield Validation("columns", path, block.line, "a test for the presence of columns")
        elif _tests_empty(block.heads[0], facts) and _leaves(facts, i):
            stripped = any(isinstance(p, code.Attribute) and p.name in ("strip", "trim") for p in parts)
            counted = any(isinstance(p, code.Name) and p.id == "len" for p in parts)
            counted = counted or any(isinstance(p, code.Attribute) and p.name == "length" for p in parts)
            kind: Literal["filled", "guard"] = "filled" if stripped or counted else "guard"
            yield Validation(kind, path, block.line, "a test for an empty record")


def _is_type_test(parts: list[code.Expr]) -> bool:
    named = any(
        isinstance(p, (code.Name, code.Attribute)) and _KIND_NAMES.search(last_name(p)) for p in parts
    )
    compared = any(isinstance(p, code.Operation) for p in parts) or any(
        isinstance(p, code.Attribute) and p.name in ("endswith", "endsWith", "includes", "has")
        for p in parts
    )
    typed = any(isinstance(p, code.Literal) and _is_file_type(p.value) for p in parts)
    return compared and (named or typed)


def _is_file_type(value: object) -> bool:
    return isinstance(value, str) and bool(
        re.fullmatch(
            r"\.?(?:pdf|txt|md|docx?|html?|csv|json|pptx?|xlsx?)|(?:text|application)/[\w.+-]+", value
        )
    )


def _tests_empty(test: code.Expr, facts: ModuleIndex) -> bool:
    """`not text`, `len(chunks) == 0`, `!doc.content`: a test of a record's own parts."""
    if isinstance(test, code.Operation) and test.operator in (
        "not",
        "!",
        "or",
        "||",
        "==",
        "===",
        "<",
        "<=",
    ):
        parts = [p for o in test.operands for p in inside(o, facts.module)]
        names = [last_name(p) for p in parts if isinstance(p, (code.Name, code.Attribute))]
        called = [
            last_name(facts.module.calls[p.call].callee) for p in parts if isinstance(p, code.CallRef)
        ]
        plain = all(name in ("strip", "trim", "len", "get") for name in called)
        return plain and any(tokens(name) & _DOCUMENT for name in names)
    return False


def _leaves(facts: ModuleIndex, block: int) -> bool:
    return any(out.kind in ("raise", "return", "continue") for out in exits_inside(facts, block))


def _envelopes(db: Database, nodes: tuple[Node, ...]) -> Iterator[Validation]:
    for node in nodes:
        facts = index(db, node.path)
        at = facts.by_qualname.get(node.name) if facts is not None else None
        served = any(e.function == node.name and e.kind in NETWORK for e in entries_of(db, node.path))
        if facts is None or at is None or not served:
            continue
        function = facts.module.functions[at]
        for param in function.params:
            if isinstance(param.annotation, (code.Name, code.Attribute)):
                for value in values(db, node.path, function.parent, param.annotation):
                    if isinstance(value, Cls) and required_fields(db, value.path, value.klass):
                        yield Validation("envelope", node.path, param.line, f"the request's {param.name}")
