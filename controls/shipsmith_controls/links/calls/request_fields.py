"""The free text that a request carries: fields of its schema, parameters, or an unread body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.value import Cls, Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_PARSES = frozenset({"parse", "safeParse", "parseAsync", "safeParseAsync"})
_BODIES = frozenset({"json", "get_json", "formData", "text"})
_REQUESTS = frozenset({"request", "req"})
_PLAIN = frozenset("str string Any dict Dict list List".split())
_LIMITS = frozenset({"max_length", "max_items", "max_chars"})
_WRAPS = frozenset(
    "optional nullable default nullish describe refine transform trim min strict catch".split()
)
_DEEP = 4


class Field(msgspec.Struct, frozen=True):
    """A field or parameter that holds text; `bounded` when its schema limits it.

    `told`: its name says that it holds free text. Of others only where they lead to can tell it.
    """

    path: str
    line: int
    name: str
    bounded: bool
    told: bool = True


@query
def body_fields(db: Database, entry: Entry) -> tuple[Field, ...]:
    """The text that reaches an entry, free text and such as may be."""
    facts = index(db, entry.path)
    at = facts.by_qualname.get(entry.function) if facts is not None else None
    if facts is None or at is None:
        return ()
    function = facts.module.functions[at]
    found = [f for p in function.params for f in _of_param(db, entry.path, function, p)]
    if not found:
        found = list(_of_body(db, entry.path, facts, function))
    return tuple(dict.fromkeys(found))


def _of_param(db: Database, path: str, function: code.Function, param: code.Param) -> Iterator[Field]:
    facts = index(db, path)
    if param.annotation is None or facts is None:
        return
    default = param.default
    made = last_name(facts.module.calls[default.call].callee) if isinstance(default, code.CallRef) else ""
    if made in ("Depends", "Security"):
        return
    models = _models(db, path, function.parent, param.annotation)
    for model in models:
        yield from _of_model(db, model)
    if not models and _may_be_text(param.name) and _is_plain(db, path, param.annotation):
        bounded = _is_limited(db, path, param.annotation, param.default)
        yield Field(path, param.line, param.name, bounded, _is_text(param.name))


@cache
def _words(key: str) -> frozenset[str]:
    return load().words(key)


def _is_text(name: str) -> bool:
    """Whether a field holds free text, by its name."""
    words = tokens(name)
    return bool(words & _words("request-text")) and not words & _words("no-request-text")


def _may_be_text(name: str) -> bool:
    """Whether nothing in the name of a field says that it is no text."""
    last = re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())[-1]
    chooses = last in _words("request-setting") or bool(tokens(name) & _words("no-request-text"))
    return _is_text(name) or not chooses


def _models(db: Database, path: str, block: int, annotation: code.Expr) -> list[Cls]:
    """Classes with declared fields that an annotation names, containers and unions opened."""
    facts = index(db, path)
    found: list[Cls] = []
    for part in inside(annotation, facts.module) if facts is not None else ():
        if isinstance(part, (code.Name, code.Attribute)):
            for value in values(db, path, block, part):
                if isinstance(value, Cls) and value not in found and _is_schema(db, value):
                    found.append(value)
    return found


def _is_schema(db: Database, model: Cls) -> bool:
    facts = index(db, model.path)
    if facts is None or facts.module.language != "python":
        return False
    bases = {last_name(base) for base in facts.module.classes[model.klass].bases}
    return any(b.endswith(("BaseModel", "Schema", "Struct", "Request")) for b in bases)


def _is_plain(db: Database, path: str, annotation: code.Expr) -> bool:
    facts = index(db, path)
    return facts is not None and any(
        last_name(part) in _PLAIN for part in inside(annotation, facts.module)
    )


def _is_limited(db: Database, path: str, *exprs: code.Expr | None) -> bool:
    facts = index(db, path)
    return facts is not None and any(
        keyword.name in _LIMITS
        for expr in exprs
        if expr is not None
        for part in inside(expr, facts.module)
        if isinstance(part, code.CallRef)
        for keyword in facts.module.calls[part.call].keywords
    )


def _of_model(db: Database, model: Cls) -> Iterator[Field]:
    """The free text in a class and the classes of its fields, each class once."""
    seen, wave = {model}, [model]
    for _ in range(_DEEP):
        following: list[Cls] = []
        for each in wave:
            fields, inner = _declared(db, each)
            yield from fields
            following += [m for m in inner if m not in seen]
            seen.update(inner)
        wave = list(dict.fromkeys(following))


@query
def _declared(db: Database, model: Cls) -> tuple[tuple[Field, ...], tuple[Cls, ...]]:
    """The fields of free text that a class declares, and the classes of its other fields."""
    facts = index(db, model.path)
    if facts is None:
        return (), ()
    block = facts.module.classes[model.klass].block
    fields: list[Field] = []
    below: dict[Cls, None] = {}
    for assign in facts.module.assigns:
        if assign.block != block or assign.annotation is None or not isinstance(assign.target, code.Name):
            continue
        inner = _models(db, model.path, block, assign.annotation)
        below.update(dict.fromkeys(inner))
        name = assign.target.id
        listed = any(
            last_name(part) in ("list", "List", "Sequence")
            for part in inside(assign.annotation, facts.module)
        )
        plain = not inner and _is_plain(db, model.path, assign.annotation)
        if _may_be_text(name) and (listed or plain):
            limited = _is_limited(db, model.path, assign.annotation, assign.value)
            fields.append(Field(model.path, assign.line, name, limited, _is_text(name)))
    return tuple(fields), tuple(below)


def _of_body(db: Database, path: str, facts: ModuleIndex, function: code.Function) -> Iterator[Field]:
    """What a handler reads of the request itself: by a schema, or as it comes."""
    raw: list[code.Call] = []
    parsed = False
    for call in facts.module.calls:
        if function.block not in facts.above(call.block) or not isinstance(call.callee, code.Attribute):
            continue
        name, base = call.callee.name, call.callee.base
        if name in _PARSES and last_name(base) != "JSON":
            found = list(_of_zod(db, path, call.block, base, "", 0))
            parsed = parsed or bool(found)
            yield from found
        elif name in _BODIES and last_name(base) in _REQUESTS:
            raw.append(call)
    for call in raw if not parsed else ():
        yield from _read(path, facts, function, call)


def _read(path: str, facts: ModuleIndex, function: code.Function, body: code.Call) -> Iterator[Field]:
    """The texts that a handler takes out of a body that no schema checks."""
    module = facts.module
    held: set[str] = set()
    for assign in module.assigns:
        if not isinstance(assign.target, code.Name) or assign.value is None:
            continue
        if function.block not in facts.above(assign.block):
            continue
        value = assign.value
        whole = value.base if isinstance(value, code.Subscript) else value
        if isinstance(whole, code.CallRef) and module.calls[whole.call] == body:
            if whole is value:
                held.add(assign.target.id)
            elif _is_text(assign.target.id):
                yield Field(path, assign.line, assign.target.id, False)
    for assign in module.assigns:
        if assign.value is None or function.block not in facts.above(assign.block):
            continue
        for part in inside(assign.value, module):
            key = _key(part, held, module)
            if _is_text(key):
                is_all = part is assign.value and isinstance(assign.target, code.Name)
                named = last_name(assign.target) if is_all else key
                yield Field(path, assign.line, named, False)
    for call in module.calls:
        if function.block not in facts.above(call.block):
            continue
        for given in (*call.args, *(k.value for k in call.keywords)):
            key = _key(given, held, module)
            if _is_text(key):
                yield Field(path, given.line, key, False)


def _key(expr: code.Expr, held: set[str], module: code.Module) -> str:
    """The field of a body that an expression reads: `body["text"]`, `body.text`, `body.get("text")`."""
    base: code.Expr | None = None
    key: object = ""
    match expr:
        case code.Subscript(base=base, index=code.Literal(value=key)):
            pass
        case code.Attribute(base=base, name=key):
            pass
        case code.CallRef(call=call):
            here = module.calls[call]
            if last_name(here.callee) == "get" and isinstance(here.callee, code.Attribute) and here.args:
                base = here.callee.base
                key = here.args[0].value if isinstance(here.args[0], code.Literal) else ""
    return key if isinstance(base, code.Name) and base.id in held and isinstance(key, str) else ""


def _of_zod(
    db: Database, path: str, block: int, expr: code.Expr, name: str, depth: int
) -> Iterator[Field]:
    """The free text in a zod schema; `name` is the field that holds it."""
    facts = index(db, path)
    if facts is None or depth > 3 * _DEEP:
        return
    chain: list[code.Call] = []
    here = expr
    while isinstance(here, (code.CallRef, code.Attribute)):
        if isinstance(here, code.CallRef):
            chain.append(facts.module.calls[here.call])
            here = chain[-1].callee
        elif isinstance(here, code.Attribute):
            here = here.base
    root = chain[-1] if chain else None
    if root is None or (isinstance(root.callee, code.Attribute) and last_name(root.callee) in _WRAPS):
        for value in values(db, path, block, here):
            if isinstance(value, Made) and value.calls:
                home, made = value.calls[-1]
                other = index(db, home)
                if other is not None:
                    line = other.module.calls[made].line
                    inner = other.module.calls[made].block
                    yield from _of_zod(db, home, inner, code.CallRef(line, made), name, depth + 1)
        return
    limited = any(last_name(c.callee) in ("max", "length") for c in chain[:-1])
    kind = last_name(root.callee)
    told, open_ = _is_text(name), _may_be_text(name)
    if kind == "object" and root.args and isinstance(root.args[0], code.Mapping):
        for key, held in root.args[0].entries:
            field = str(key.value) if isinstance(key, code.Literal) else ""
            yield from _of_zod(db, path, root.block, held, field, depth + 1)
    elif kind in ("union", "discriminatedUnion", "intersection"):
        for given in root.args:
            for item in given.items if isinstance(given, code.Sequence) else (given,):
                if not isinstance(item, code.Literal):
                    yield from _of_zod(db, path, root.block, item, name, depth + 1)
    elif kind == "array":
        if told:
            yield Field(path, expr.line, name, limited)
        for given in root.args:
            yield from _of_zod(db, path, root.block, given, name, depth + 1)
    elif kind in ("string", "any", "unknown", "record") and name and open_:
        yield Field(path, root.line, name, limited, told)
