"""Machine-read answers: calls that ask for structure, and code that parses what a model wrote."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.taint import Taint
from shipsmith_controls.links.calls.around import handlers
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.kinds import forced_at
from shipsmith_controls.links.calls.neighbours import model_calls_in
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.calls.settings import clients_behind, given_argument
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, dotted, entry, inside, last_name
from shipsmith_controls.links.values.value import Cls, Const, Data, Extern, Made, Piped
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_PARSERS = frozenset(
    "json.loads orjson.loads ujson.loads simplejson.loads rapidjson.loads json5.loads hjson.loads "
    "demjson3.decode json_repair.loads json_repair.repair_json json_repair.from_string repair_json "
    "loads JSON.parse JSON5.parse jsonrepair parsePartialJson ast.literal_eval literal_eval "
    "yaml.safe_load yaml.load YAML.parse xmltodict.parse ET.fromstring etree.fromstring "
    "ElementTree.fromstring parse_json_markdown parse_partial_json "
    "parse_and_check_json_markdown".split()
)
_CHECKED = frozenset("model_validate_json parse_raw validate_json decode_json".split())
_OUTPUT_PARSERS = frozenset(
    "JsonOutputParser SimpleJsonOutputParser XMLOutputParser YamlOutputParser StructuredOutputParser "
    "JsonOutputKeyToolsParser JsonOutputToolsParser CommaSeparatedListOutputParser".split()
)
_SCHEMA_PARSERS = frozenset(
    "PydanticOutputParser PydanticToolsParser OutputFixingParser RetryOutputParser".split()
)
_VALIDATES = frozenset(
    "model_validate model_validate_json parse_obj parse_obj_as validate_python validate_json validate "
    "convert safeParse safeParseAsync parseAsync structure from_dict load is_valid iter_errors".split()
)
_BASES = frozenset("BaseModel SQLModel Struct RootModel Schema".split())


class Mode(StrEnum):
    """How far a call holds the model to a structure."""

    SCHEMA = "schema"
    JSON = "json"
    FREE = "free"


class Reading(msgspec.Struct, frozen=True):
    """A place where an answer is read by machine.

    `parse`: code parses it (else the call itself asks for structure). `mode`: what the calls behind
    it ask for. `validated`: the value goes through a validator; `guarded`: errors are handled here.
    """

    path: str
    line: int
    end_line: int
    what: str
    parse: bool
    mode: Mode
    validated: bool = False
    guarded: bool = False
    sdk: str = ""


@query
def mode_of(db: Database, call: ModelCall) -> Mode:
    """Whether a call enforces a schema, asks for JSON only, or leaves the form open."""
    facts = index(db, call.path)
    if facts is None:
        return Mode.FREE
    here = facts.module.calls[call.call]
    found = Mode.SCHEMA if call.shape.structured else Mode.FREE
    exprs = [given_argument(db, call.path, here, name, facts.module) for name in call.shape.schema]
    for client in clients_behind(db, call):
        kind = sdk.client_type(client.sdk, client.type)
        for path, layer in client.layers:
            other = index(db, path)
            made = other.module.calls[layer] if other is not None else None
            for name in kind.schema if made is not None else ():
                if made is not None and other is not None:
                    exprs.append(given_argument(db, path, made, name, other.module))
    for given in exprs:
        if given is not None:
            mode = _form(db, *given)
            found = mode if found is Mode.FREE or call.shape.structured else found
    return found


def _form(db: Database, path: str, block: int, expr: code.Expr) -> Mode:
    """What a response format asks for."""
    texts: set[str] = set()
    nothing = True
    for value in values(db, path, block, expr):
        match value:
            case Const(value=str() as text):
                texts.add(text)
                nothing = False
            case Const():
                continue
            case Data(expr=code.Mapping() as mapping):
                nothing = False
                kind = entry(mapping, "type")
                if isinstance(kind, code.Literal):
                    texts.add(str(kind.value))
            case Made(extern=extern) if extern.dotted.endswith("Output.text"):
                continue
            case _:
                nothing = False
    if nothing:
        return Mode.FREE
    if texts & {"json_object", "json", "no-schema", "json-object"}:
        return Mode.JSON
    return Mode.FREE if texts & {"text"} else Mode.SCHEMA


@query
def readings(db: Database) -> tuple[Reading, ...]:
    """Every place where production code reads an answer by machine."""
    found: list[Reading] = []
    for path in reached_files(db):
        if is_production(db, path):
            found.extend(readings_in(db, path))
    return tuple(dict.fromkeys(found))


@query
def readings_in(db: Database, path: str) -> tuple[Reading, ...]:
    """The places of one file."""
    found: list[Reading] = []
    for call in model_calls_in(db, path):
        if call.is_llm:
            found.extend(_asking(db, call))
    facts, taint = index(db, path), Taint(db)
    for i in _parse_calls(db, path) if facts is not None else ():
        if facts is not None:
            found.extend(_parsed(db, path, facts, i, taint))
    return tuple(found)


@query
def _parse_calls(db: Database, path: str) -> tuple[int, ...]:
    """Calls of one file that parse text, by their names."""
    facts = index(db, path)
    found = []
    for i, call in enumerate(facts.module.calls if facts is not None else ()):
        known = dotted(call.callee) in _PARSERS or last_name(call.callee) in _CHECKED
        if known and call.args:
            found.append(i)
    return tuple(found)


def _asking(db: Database, call: ModelCall) -> list[Reading]:
    facts = index(db, call.path)
    if facts is None:
        return []
    guarded = _guarded(facts, facts.module.calls[call.call].block)
    place = (call.path, call.line, call.end_line)
    found: list[Reading] = []
    mode = mode_of(db, call)
    if mode is Mode.SCHEMA or (mode is Mode.JSON and call.shape.structured):
        found.append(Reading(*place, "structured output", False, mode, True, guarded, call.sdk))
    forced = forced_at(db, call) if mode is not Mode.SCHEMA and call.shape.steps is None else None
    if forced is not None:
        # The AI SDK, which knows of steps, checks arguments itself; others hand on what was written.
        mode = Mode.SCHEMA if _is_strict(db, *forced) else Mode.JSON
        validated = _is_validated(db, call.path, facts, call.call)
        what = "arguments of a forced tool"
        found.append(Reading(*place, what, True, mode, validated, guarded, call.sdk))
    callee = facts.module.calls[call.call].callee
    base = callee.base if isinstance(callee, code.Attribute) else None
    for value in values(db, call.path, facts.module.calls[call.call].block, base, callers=True):
        if isinstance(value, Piped):
            for operand in value.operands:
                for part in values(db, value.path, value.block, operand, callers=True):
                    name = part.extern.name.rsplit(".", 1)[-1] if isinstance(part, Made) else ""
                    if name in _SCHEMA_PARSERS:
                        found.append(Reading(*place, name, True, mode, True, guarded, call.sdk))
                    elif name in _OUTPUT_PARSERS:
                        found.append(Reading(*place, name, True, mode, False, guarded, call.sdk))
    return found


def _parsed(db: Database, path: str, facts: ModuleIndex, i: int, taint: Taint) -> list[Reading]:
    call = facts.module.calls[i]
    sources = taint.of(path, call.block, call.args[0])
    if not sources:
        return []
    modes = {mode_of(db, source) for source in sources}
    mode = Mode.FREE if Mode.FREE in modes else Mode.JSON if Mode.JSON in modes else Mode.SCHEMA
    name = dotted(call.callee) or last_name(call.callee)
    validated = last_name(call.callee) in _CHECKED or _is_validated(db, path, facts, i)
    guarded = _guarded(facts, call.block)
    return [Reading(path, call.line, call.end_line, name, True, mode, validated, guarded, sources[0].sdk)]


def _is_strict(db: Database, path: str, offering: int) -> bool:
    """Whether a tool that a call offers is strict: the provider holds the model to its schema."""
    facts = index(db, path)
    if facts is None:
        return False
    call = facts.module.calls[offering]
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    waiting = [value for expr in given for value in values(db, path, call.block, expr)]
    while waiting:
        value = waiting.pop()
        home = index(db, value.path) if isinstance(value, Data) else None
        if home is None or not isinstance(value, Data):
            continue
        for part in inside(value.expr, home.module):
            strict = entry(part, "strict") if isinstance(part, code.Mapping) else None
            if isinstance(strict, code.Literal) and strict.value is True:
                return True
        if isinstance(value.expr, code.Sequence):
            names = (item for item in value.expr.items if isinstance(item, code.Name))
            waiting.extend(v for name in names for v in values(db, value.path, value.block, name))
    return False


def _guarded(facts: ModuleIndex, block: int) -> bool:
    """Whether errors at a block are caught in its function; code in a handler needs its own `try`."""
    return any(True for _ in handlers(facts, block))


def _is_validated(db: Database, path: str, facts: ModuleIndex, parse: int) -> bool:
    """Whether what a call parsed goes through a validator in the same function."""
    here = facts.module.calls[parse]
    names = {
        assign.target.id
        for assign in facts.module.assigns
        if isinstance(assign.target, code.Name)
        and assign.value is not None
        and facts.owner(assign.block) == facts.owner(here.block)
        and any(
            isinstance(e, code.CallRef) and e.call == parse for e in inside(assign.value, facts.module)
        )
    }
    for i, call in enumerate(facts.module.calls):
        if i == parse or facts.owner(call.block) != facts.owner(here.block):
            continue
        given = (*call.args, *(k.value for k in call.keywords))
        uses = any(
            (isinstance(e, code.CallRef) and e.call == parse)
            or (isinstance(e, code.Name) and e.id in names)
            for g in given
            for e in inside(g, facts.module)
        )
        if uses and _validates(db, path, call):
            return True
    return False


def _validates(db: Database, path: str, call: code.Call) -> bool:
    name = last_name(call.callee)
    if name in _VALIDATES or (name == "parse" and dotted(call.callee) != "JSON.parse"):
        return True
    if not any(k.name is None for k in call.keywords):
        return False
    for value in values(db, path, call.block, call.callee):
        if isinstance(value, Cls):
            facts = index(db, value.path)
            klass = facts.module.classes[value.klass] if facts is not None else None
            for base in klass.bases if klass is not None else ():
                for parent in values(db, value.path, 0, base):
                    if isinstance(parent, Extern) and parent.name in _BASES:
                        return True
    return False
