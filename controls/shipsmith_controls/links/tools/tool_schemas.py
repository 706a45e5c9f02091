"""Arguments of tools as a model sees them: from signatures, Pydantic models and zod schemas."""

from __future__ import annotations

import re

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import argument, dotted, entry, inside, last_name
from shipsmith_controls.links.values.value import Cls, Data, Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database

_INJECTED = frozenset(
    "RunContextWrapper RunContext ToolContext Context InjectedToolArg InjectedState InjectedStore "
    "InjectedToolCallId RunnableConfig ToolRuntime CallbackManagerForToolRun Request Depends "
    "AsyncCallbackManagerForToolRun BaseStore ToolCallId Injected".split()
)
_VAGUE = frozenset({"dict", "Dict", "Any", "object", "list", "List", "tuple", "Tuple"})
_VAGUE_ZOD = frozenset({"any", "unknown"})
_ENUMS = frozenset({"enum", "nativeEnum", "literal", "union"})


class Argument(msgspec.Struct, frozen=True):
    """An argument that the model fills: where it stands, whether it has a type and a description."""

    name: str
    line: int
    typed: bool
    described: bool


def python_arguments(db: Database, path: str, function: code.Function) -> tuple[Argument, ...]:
    """The arguments of a function that a model may fill, injected ones apart."""
    facts = index(db, path)
    found = []
    for param in function.params:
        names = set()
        if param.annotation is not None and facts is not None:
            names = {last_name(e) for e in inside(param.annotation, facts.module)}
        if param.name in ("self", "cls") or names & _INJECTED:
            continue
        typed = param.annotation is not None and _is_concrete(param.annotation)
        described = (
            _in_doc(function.doc or "", param.name)
            or "Literal" in names
            or (facts is not None and _says(param, facts.module))
            or _is_enum(db, path, param.annotation)
        )
        found.append(Argument(param.name, param.line, typed, described))
    return tuple(found)


def _is_concrete(annotation: code.Expr) -> bool:
    if isinstance(annotation, code.Subscript) and last_name(annotation.base) == "Annotated":
        items = annotation.index.items if isinstance(annotation.index, code.Sequence) else ()
        return bool(items) and _is_concrete(items[0])
    return last_name(annotation) not in _VAGUE


def _in_doc(doc: str, name: str) -> bool:
    """Whether a docstring describes an argument: `name: …`, `name (str): …`, `:param name: …`."""
    own = rf"`?{re.escape(name)}`?"
    pattern = rf"^\s*(?:[-*]\s*)?(?::param\s+(?:[\w\[\], |]+\s+)?)?{own}\s*(?:\([^)]*\))?\s*[:\-–]\s*\S"
    numpy = rf"^\s*{re.escape(name)}\s*:\s*\S.*\n\s+\S"
    return bool(re.search(pattern, doc, re.MULTILINE) or re.search(numpy, doc, re.MULTILINE))


def _says(param: code.Param, module: code.Module) -> bool:
    """Whether `Annotated[…, "text"]`, or a `Field` or `Parameter` with a description, stands on it."""
    for expr in (param.annotation, param.default):
        for part in inside(expr, module) if expr is not None else ():
            if isinstance(part, code.CallRef) and argument(module.calls[part.call], "description"):
                return True
            if isinstance(part, code.Subscript) and last_name(part.base) == "Annotated":
                items = part.index.items if isinstance(part.index, code.Sequence) else ()
                if any(isinstance(i, code.Literal) and isinstance(i.value, str) for i in items[1:]):
                    return True
    return False


def _is_enum(db: Database, path: str, annotation: code.Expr | None) -> bool:
    if annotation is None:
        return False
    for value in values(db, path, 0, annotation):
        facts = index(db, value.path) if isinstance(value, Cls) else None
        if isinstance(value, Cls) and facts is not None:
            bases = {last_name(base) for base in facts.module.classes[value.klass].bases}
            if bases & {"Enum", "StrEnum", "IntEnum"}:
                return True
    return False


def model_arguments(db: Database, model: Cls) -> tuple[Argument, ...]:
    """The fields of a Pydantic model."""
    facts = index(db, model.path)
    if facts is None:
        return ()
    klass = facts.module.classes[model.klass]
    found = []
    for assign in facts.module.assigns:
        if assign.block == klass.block and assign.annotation is not None:
            name = last_name(assign.target)
            param = code.Param(name, assign.line, assign.value, assign.annotation)
            names = {last_name(e) for e in inside(assign.annotation, facts.module)}
            described = _says(param, facts.module) or _in_doc(klass.doc or "", name) or "Literal" in names
            found.append(Argument(name, assign.line, _is_concrete(assign.annotation), described))
    return tuple(found)


def zod_arguments(db: Database, path: str, block: int, schema: code.Expr) -> tuple[Argument, ...] | None:
    """The fields of `z.object({…})`, or of a JSON schema; None when they cannot be followed."""
    for value in values(db, path, block, schema):
        if isinstance(value, Made):
            for made_path, call in value.calls:
                facts = index(db, made_path)
                made = facts.module.calls[call] if facts is not None else None
                if made is not None and facts is not None and made.args:
                    fields = made.args[0]
                    if isinstance(fields, code.Mapping) and last_name(made.callee) in (
                        "object",
                        "strictObject",
                    ):
                        return _fields(fields, facts.module)
        if isinstance(value, Data) and isinstance(value.expr, code.Mapping):
            properties = entry(value.expr, "properties")
            if isinstance(properties, code.Mapping):
                return tuple(_json_field(k, v) for k, v in properties.entries if k is not None)
    return None


def _json_field(key: code.Expr, held: code.Expr) -> Argument:
    name = str(key.value) if isinstance(key, code.Literal) else "?"
    known = held if isinstance(held, code.Mapping) else None
    described = known is None or any(entry(known, k) is not None for k in ("description", "enum"))
    return Argument(name, key.line, True, described)


def _fields(fields: code.Mapping, module: code.Module) -> tuple[Argument, ...]:
    found = []
    for key, held in fields.entries:
        if key is None or not isinstance(key, code.Literal):
            continue
        steps = _chain(held, module)
        kind = steps[0] if steps else ""
        described = bool({"describe", "meta"} & set(steps)) or bool(_ENUMS & set(steps)) or not steps
        found.append(Argument(str(key.value), key.line, kind not in _VAGUE_ZOD, described))
    return tuple(found)


def _chain(expr: code.Expr, module: code.Module) -> list[str]:
    """The methods of a schema in order: `z.string().email().describe("…")` → string, email, describe."""
    steps: list[str] = []
    while isinstance(expr, code.CallRef):
        call = module.calls[expr.call]
        steps.append(last_name(call.callee))
        if not isinstance(call.callee, code.Attribute) or dotted(call.callee.base) is not None:
            break
        expr = call.callee.base
    return steps[::-1]
