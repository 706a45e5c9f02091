"""Tool definitions: what a model is told about each tool, its description and its arguments."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.calls.settings import clients_behind, given_argument
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tools.tool_schemas import (
    Argument,
    model_arguments,
    python_arguments,
    zod_arguments,
)
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import (
    ModuleIndex,
    argument,
    dotted,
    entry,
    inside,
    last_name,
)
from shipsmith_controls.links.values.modules import imports_in_tree
from shipsmith_controls.links.values.value import Cls, Const, Data, Extern, Fn, Made, Text, Unknown
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_DECORATORS = frozenset("tool function_tool tool_plain ai_function kernel_function ai_callable".split())
_MAKERS = frozenset(
    "tool function_tool from_function from_defaults FunctionTool StructuredTool Tool DynamicTool "
    "DynamicStructuredTool createTool defineTool ai_function".split()
)
_ENGINES = frozenset({"QueryEngineTool", "RetrieverTool", "QueryPlanTool"})
"""Tools around an engine, with one text as their only argument."""
_BASES = frozenset({"BaseTool", "StructuredTool", "Tool"})
_SCHEMAS = ("inputSchema", "parameters", "schema", "args_schema", "input_schema", "fn_schema")
_ORIGINS = ("typing", "pytest", "dataclasses", "functools", "contextlib")


class Tool(msgspec.Struct, frozen=True):
    """A tool as a model sees it. `arguments` is None when they could not be followed.

    `body` is the function of its file that is written in place as what it runs, -1 when none is.
    """

    path: str
    line: int
    end_line: int
    name: str
    description: str | None
    arguments: tuple[Argument, ...] | None
    body: int = -1


@query
def tools_of(db: Database, path: str) -> tuple[Tool, ...]:
    """The tools that one file defines."""
    facts = index(db, path)
    return tuple(dict.fromkeys(_Reader(db, path, facts).read())) if facts is not None else ()


@query
def tool_files(db: Database) -> tuple[str, ...]:
    """Production files around model calls, and the modules of tools that they import."""
    found = {path for path in reached_files(db) if is_production(db, path)}
    for path in tuple(found):
        for target, _ in imports_in_tree(db, path):
            if tokens(target) & {"tool", "tools"} and is_production(db, target):
                found.add(target)
    return tuple(sorted(found))


@query
def tools(db: Database) -> tuple[Tool, ...]:
    """Every production tool definition around model calls, once."""
    found: dict[tuple[str, int], Tool] = {}
    for path in tool_files(db):
        for tool in tools_of(db, path):
            found.setdefault((tool.path, tool.line), tool)
    for tool in _handed_over(db):
        found.setdefault((tool.path, tool.line), tool)
    return tuple(found[key] for key in sorted(found))


def _handed_over(db: Database) -> Iterator[Tool]:
    """Plain functions in the `tools` of a call, client or agent."""
    for call in llm_calls(db):
        facts = index(db, call.path)
        if facts is None:
            continue
        places = [(call.path, call.call, name) for name in call.shape.tools]
        for client in clients_behind(db, call):
            names = sdk.client_type(client.sdk, client.type).tools
            places += [(path, layer, name) for path, layer in client.layers for name in names]
        for path, at, name in places:
            other = index(db, path)
            made = other.module.calls[at] if other is not None else None
            if made is None or other is None:
                continue
            given = given_argument(db, path, made, name, other.module)
            if given is not None:
                yield from _functions_in(db, *given)


def _functions_in(db: Database, path: str, block: int, expr: code.Expr) -> Iterator[Tool]:
    for value in values(db, path, block, expr, callers=True):
        items = (
            value.expr.items if isinstance(value, Data) and isinstance(value.expr, code.Sequence) else ()
        )
        for item in items:
            for held in values(db, value.path, value.block, item) if isinstance(value, Data) else ():
                facts = index(db, held.path) if isinstance(held, Fn) else None
                if (
                    isinstance(held, Fn)
                    and facts is not None
                    and facts.module.functions[held.function].name
                ):
                    yield _Reader(db, held.path, facts).of_function(held.path, held.function)


class _Reader:
    def __init__(self, db: Database, path: str, facts: ModuleIndex) -> None:
        self.db, self.path, self.facts, self.module = db, path, facts, facts.module

    def read(self) -> Iterator[Tool]:
        for i, function in enumerate(self.module.functions):
            for decorator in function.decorators:
                made = self._decorates(function.parent, decorator)
                if made is not None:
                    yield self._function(self.path, i, made or None)
        for call in self.module.calls:
            if _ENGINES.intersection((dotted(call.callee) or "").split(".")):
                yield self._around_engine(call)
            elif last_name(call.callee) in _MAKERS:
                yield from self._made(call)
        for klass in self.module.classes:
            if any(last_name(base) in _BASES for base in klass.bases):
                found = self._class(klass)
                if found is not None:
                    yield found
        yield from self._schemas()
        yield from self._in_place()

    def of_function(self, path: str, at: int) -> Tool:
        """A plain function as a tool."""
        return self._function(path, at, None)

    def _decorates(self, block: int, decorator: code.Expr) -> code.Call | bool | None:
        """The call of a tool decorator, False for one without call, None for another decorator."""
        made = self.module.calls[decorator.call] if isinstance(decorator, code.CallRef) else None
        name = last_name(made.callee if made is not None else decorator)
        if name not in _DECORATORS:
            return None
        callee = made.callee if made is not None else decorator
        for value in values(self.db, self.path, block, callee):
            if isinstance(value, Extern) and value.module.split(".")[0] in _ORIGINS:
                return None
        return made if made is not None else False

    def _function(self, path: str, at: int, made: code.Call | bool | None) -> Tool:
        facts = index(self.db, path)
        module = facts.module if facts is not None else self.module
        function = module.functions[at]
        told: str | None = function.doc
        arguments = python_arguments(self.db, path, function)
        if isinstance(made, code.Call):
            for name in ("description", "description_override"):
                given = argument(made, name)
                told = self._text(given) if given is not None else told
            schema = argument(made, "args_schema")
            inner = self._model(schema) if schema is not None else None
            arguments = inner if inner is not None else arguments
        return Tool(path, function.line, function.line, function.name, told, arguments)

    def _made(self, call: code.Call) -> Iterator[Tool]:
        external = any(
            isinstance(v, (Extern, Made, Unknown))
            for v in values(self.db, self.path, call.block, call.callee)
        )
        if not external:
            return
        options = next((a for a in call.args if isinstance(a, code.Mapping)), None)
        if options is not None:
            yield from self._options(call, options)
            return
        given = argument(call, "func") or argument(call, "fn") or argument(call, "coroutine")
        given = given if given is not None else argument(call, "#0")
        for value in values(self.db, self.path, call.block, given) if given is not None else ():
            if isinstance(value, Fn):
                yield self._function(value.path, value.function, call)

    def _around_engine(self, call: code.Call) -> Tool:
        """`QueryEngineTool(query_engine=…, metadata=ToolMetadata(description=…))`."""
        told, block = argument(call, "description"), call.block
        metadata = argument(call, "metadata")
        for value in values(self.db, self.path, block, metadata) if metadata is not None else ():
            at = value.calls[0] if isinstance(value, Made) and value.calls else ("", 0)
            if at[0] == self.path:
                told = argument(self.module.calls[at[1]], "description")
                block = self.module.calls[at[1]].block
        name = self._bound(call) or "query engine"
        arguments = (Argument("input", call.line, typed=True, described=False),)
        text = self._text(told, block) if told is not None else None
        return Tool(self.path, call.line, call.end_line, name, text, arguments)

    def _options(self, call: code.Call, options: code.Mapping) -> Iterator[Tool]:
        """`tool({ description, inputSchema })` and its kin."""
        described = entry(options, "description")
        schema = next((s for key in _SCHEMAS if (s := entry(options, key)) is not None), None)
        if described is None and schema is None:
            return
        if entry(options, "type") is not None and schema is None:
            return
        arguments = zod_arguments(self.db, self.path, call.block, schema) if schema is not None else ()
        named = entry(options, "name")
        yield Tool(
            self.path,
            call.line,
            call.end_line,
            str(named.value) if isinstance(named, code.Literal) else self._bound(call) or "tool",
            self._text(described, call.block) if described is not None else None,
            arguments,
        )

    def _bound(self, call: code.Call) -> str:
        """The name that a tool is bound to."""
        for assign in self.module.assigns:
            if assign.value is not None and isinstance(assign.target, code.Name):
                for part in inside(assign.value, self.module):
                    if isinstance(part, code.CallRef) and self.module.calls[part.call] == call:
                        return assign.target.id
        return ""

    def _class(self, klass: code.Class) -> Tool | None:
        told: str | None = None
        arguments: tuple[Argument, ...] | None = None
        for assign in self.module.assigns:
            if assign.block != klass.block or assign.value is None:
                continue
            if last_name(assign.target) == "description":
                told = self._text(assign.value, assign.block)
            elif last_name(assign.target) == "args_schema":
                arguments = self._model(assign.value)
        if told is None:
            return None
        run = next(
            (f for f in self.module.functions if f.parent == klass.block and f.name in ("_run", "_arun")),
            None,
        )
        if arguments is None and run is not None:
            arguments = python_arguments(self.db, self.path, run)
        return Tool(self.path, klass.line, klass.line, klass.name, told, arguments)

    def _model(self, expr: code.Expr) -> tuple[Argument, ...] | None:
        for value in values(self.db, self.path, 0, expr):
            if isinstance(value, Cls):
                return model_arguments(self.db, value)
        return None

    def _text(self, expr: code.Expr | None, block: int = 0) -> str | None:
        for value in values(self.db, self.path, block, expr):
            if isinstance(value, Const) and isinstance(value.value, str):
                return value.value
            if isinstance(value, Text):
                return " ".join(str(p.value) for p in value.template.parts if isinstance(p, code.Literal))
        # What cannot be followed is given, whatever it says.
        return None if expr is None else "a text that is made elsewhere in the code"

    def _in_place(self) -> Iterator[Tool]:
        """Tools written into the options of a call: `tools: { weather: { parameters, execute } }`."""
        for mapping, block in _mappings(self.module):
            for key, held in mapping.entries:
                run = entry(held, "execute") if isinstance(held, code.Mapping) else None
                if not (isinstance(held, code.Mapping) and isinstance(run, code.FunctionRef)):
                    continue
                schema = next((s for k in _SCHEMAS if (s := entry(held, k)) is not None), None)
                if schema is not None and isinstance(key, code.Literal):
                    described = entry(held, "description")
                    text = self._text(described, block) if described is not None else None
                    told = zod_arguments(self.db, self.path, block, schema)
                    yield Tool(self.path, held.line, held.line, str(key.value), text, told, run.function)

    def _schemas(self) -> Iterator[Tool]:
        """Tools as JSON schema: `{"name", "description", "parameters" | "input_schema"}`."""
        forced = _forced(self.module)
        for mapping, block in _mappings(self.module):
            schema = next((s for key in _SCHEMAS[:2] + _SCHEMAS[4:5] if (s := entry(mapping, key))), None)
            name = entry(mapping, "name")
            if (
                not isinstance(schema, code.Mapping)
                or name is None
                or entry(schema, "properties") is None
            ):
                continue
            told = str(name.value) if isinstance(name, code.Literal) else "tool"
            if told not in forced:
                described = entry(mapping, "description")
                text = self._text(described, block) if described is not None else None
                yield Tool(self.path, mapping.line, mapping.line, told, text, _json_arguments(schema))


def _json_arguments(schema: code.Mapping) -> tuple[Argument, ...] | None:
    properties = entry(schema, "properties")
    if not isinstance(properties, code.Mapping):
        return None
    found = []
    for key, held in properties.entries:
        if isinstance(key, code.Literal) and isinstance(held, code.Mapping):
            enum = entry(held, "enum") is not None
            typed = enum or any(entry(held, k) is not None for k in ("type", "anyOf", "$ref", "oneOf"))
            described = enum or entry(held, "description") is not None
            found.append(Argument(str(key.value), key.line, typed, described))
    return tuple(found)


def _mappings(module: code.Module) -> Iterator[tuple[code.Mapping, int]]:
    """Every mapping display of a file with the block it stands in."""
    places = [(a.value, a.block) for a in module.assigns if a.value is not None]
    places += [(e.value, e.block) for e in module.exits if e.value is not None]
    for call in module.calls:
        places += [(given, call.block) for given in (*call.args, *(k.value for k in call.keywords))]
    for place, block in places:
        for part in inside(place, module):
            if isinstance(part, code.Mapping):
                yield part, block


def _forced(module: code.Module) -> frozenset[str]:
    """Names of tools that a call forces: they are an output schema."""
    found = set()
    for call in module.calls:
        given = argument(call, "tool_choice")
        if given is not None and isinstance(given, code.Mapping):
            for part in inside(given, module):
                if isinstance(part, code.Literal) and isinstance(part.value, str):
                    found.add(part.value)
    return frozenset(found)
