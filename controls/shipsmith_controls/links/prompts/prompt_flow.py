"""The walk from a model call back to the texts that it sends, and where each of them is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.reach import reach
from shipsmith_controls.links.calls.settings import clients_behind, given_argument
from shipsmith_controls.links.calls.wrappers import Generation
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.prompts.registries import registry_of
from shipsmith_controls.links.prompts.templates import template_files
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, entry, inside, last_name
from shipsmith_controls.links.values.value import Cls, Const, Data, Fn, Made, Piped, Text, Unknown, Value
from shipsmith_controls.links.values.values import argument_for, values
from shipsmith_controls.queries import Database, query

Home = Literal["registry", "template", "module", "caller"]
"""Where a prompt is kept: a registry, a loaded file, a module without a call, a calling module."""

_LONG = 200
_LETTERS = re.compile(r"[A-Za-z]{3,}")
_WORDS = 1
_DEEP = 14
_PROMPT_WORDS = frozenset("prompt prompts message messages instruction instructions system".split())
_ADDERS = frozenset({"append", "insert", "extend", "push", "unshift", "concat"})
_SILENT = frozenset(
    "role id type name tool_call_id image_url url mime_type media_type cache_control tools functions "
    "model config callback callbacks websocket stream output tool_choice metadata where select "
    "orderBy".split()
)


class Prompt(msgspec.Struct, frozen=True, order=True):
    """A prompt where it stands, and how it is kept."""

    path: str
    line: int
    home: Home
    what: str = ""


@query
def calling_files(db: Database) -> frozenset[str]:
    """Files with a function that has an LLM call on its path."""
    graph = reach(db)
    llm = {i for i, call in enumerate(graph.calls) if call.is_llm}
    return frozenset(node.path for node, found in graph.leading.items() if found & llm)


def _prompt_params(function: code.Function) -> list[code.Param]:
    """Parameters that hold a prompt, by their names."""
    return [param for param in function.params if tokens(param.name) & _PROMPT_WORDS]


@query
def takes_prompt(db: Database, node: Node) -> bool:
    """Whether a function has a parameter that is named after a prompt."""
    facts = index(db, node.path)
    at = facts.by_qualname.get(node.name) if facts is not None else None
    return facts is not None and at is not None and bool(_prompt_params(facts.module.functions[at]))


@query
def handed_texts(db: Database, callee: Node, path: str, call: int) -> tuple[Prompt, ...]:
    """The prompts that one call hands to a function; kept apart, so that one edit costs one site."""
    flow = Flow(db)
    flow.handed(callee, path, call)
    return tuple(sorted(flow.found))


class Flow:
    """One walk backwards from a call to the texts that it sends."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.found: dict[Prompt, None] = {}
        self.seen: set[tuple[str, int, code.Expr]] = set()
        self.calls: set[tuple[str, int]] = set()

    def generation(self, at: Generation) -> None:
        """Collect what a place that asks a model sends: its arguments, its pipeline, its client."""
        facts = index(self.db, at.path)
        if facts is None:
            return
        here = facts.module.calls[at.call]
        if has_stored_prompt(self.db, at):
            self._keep(Prompt(at.path, at.line, "registry", "OpenAI stored prompts"))
        if (at.path, at.call) == (at.model.path, at.model.call):
            for name in at.model.shape.prompt:
                given = given_argument(self.db, at.path, here, name, facts.module)
                if given is not None:
                    self.expr(*given, 0)
            if isinstance(here.callee, code.Attribute):
                for value in values(self.db, at.path, here.block, here.callee.base, callers=True):
                    if isinstance(value, Piped):
                        self._value(value, 1)
            for client in clients_behind(self.db, at.model):
                self._client(client)
        else:
            self._arguments(at.path, at.call, 0)

    def _client(self, client: sdk.Client) -> None:
        kinds = [sdk.client_type(client.sdk, name) for name in (client.type, client.made_as) if name]
        for path, layer in client.layers:
            facts = index(self.db, path)
            made = facts.module.calls[layer] if facts is not None else None
            if made is None or facts is None:
                continue
            for name in dict.fromkeys(n for kind in kinds for n in kind.prompt):
                given = given_argument(self.db, path, made, name, facts.module)
                if given is not None:
                    self.expr(*given, 1)
                    self._dynamic(*given)

    def handed(self, callee: Node, path: str, call: int) -> None:
        """Collect what a call gives for the prompt parameters of a function."""
        facts, home = index(self.db, path), index(self.db, callee.path)
        at = home.by_qualname.get(callee.name) if home is not None else None
        if facts is None or home is None or at is None:
            return
        here, function = facts.module.calls[call], home.module.functions[at]
        for param in _prompt_params(function):
            given = argument_for(here, function, param.name, function.parent in home.class_by_block)
            if given is not None:
                self.expr(path, here.block, given, 1)

    def _dynamic(self, path: str, block: int, expr: code.Expr) -> None:
        """Instructions that a function makes for each run, or that a class states (DSPy signatures)."""
        for value in values(self.db, path, block, expr):
            if isinstance(value, Fn):
                self._returned(value.path, value.function, 1)
            elif isinstance(value, Cls):
                self._stated(value)

    def _stated(self, value: Cls) -> None:
        """A class as a prompt: its docstring instructs, its fields are the variables."""
        facts = index(self.db, value.path)
        if facts is None:
            return
        klass = facts.module.classes[value.klass]
        has_fields = any(assign.block == klass.block for assign in facts.module.assigns)
        if klass.doc and (has_fields or len(klass.doc) >= _LONG):
            self._keep(self._inline(value.path, klass.line))

    def expr(self, path: str, block: int, expr: code.Expr, depth: int) -> None:
        """Collect the texts of an expression."""
        key = (path, block, expr)
        if depth > _DEEP or key in self.seen:
            return
        self.seen.add(key)
        match expr:
            case code.Literal():
                self._text(expr.value, path, expr.line)
            case code.Template(line=line, parts=parts):
                self._template(path, block, line, parts, depth)
            case code.Mapping(entries=entries):
                if _is_tool_answer(expr):
                    return
                for name, held in entries:
                    if not (isinstance(name, code.Literal) and name.value in _SILENT):
                        self.expr(path, block, held, depth + 1)
            case code.Sequence() | code.Choice() | code.Operation() | code.Opaque():
                self._parts(path, block, expr, depth)
            case code.CallRef(call=call):
                self._call(path, call, depth)
            case code.FunctionRef(function=function) if self._takes_nothing(path, function):
                # `match(kind).with("short", () => [{ role: "system", … }])`
                facts = index(self.db, path)
                for out in facts.returns.get(function, ()) if facts is not None else ():
                    if out.value is not None:
                        self.expr(path, out.block, out.value, depth + 1)
            case code.Name(id=name):
                self._added(path, block, name, depth)
                self._assigned(path, block, name, depth)
                self._values(path, block, expr, depth)
            case _:
                self._values(path, block, expr, depth)

    def _assigned(self, path: str, block: int, name: str, depth: int) -> None:
        facts = index(self.db, path)
        for binding in facts.lookup(block, name)[1] if facts is not None else ():
            if binding.kind == "assign" and facts is not None:
                assign = facts.module.assigns[binding.index]
                if isinstance(assign.value, (code.Operation, code.Choice, code.Opaque, code.CallRef)):
                    self.expr(path, assign.block, assign.value, depth + 1)

    def _parts(
        self,
        path: str,
        block: int,
        expr: code.Sequence | code.Choice | code.Operation | code.Opaque,
        depth: int,
    ) -> None:
        match expr:
            case code.Sequence(items=parts) | code.Choice(options=parts) | code.Opaque(parts=parts):
                pass
            case code.Operation(operands=parts) if expr.operator not in ("+", "|"):
                return
            case code.Operation(operands=parts):
                pass
        for part in parts:
            self.expr(path, block, part, depth + 1)

    def _values(self, path: str, block: int, expr: code.Expr, depth: int) -> None:
        for value in values(self.db, path, block, expr, callers=True):
            self._value(value, depth + 1)

    def _value(self, value: Value, depth: int) -> None:
        match value:
            case Const(value=text, path=path, line=line):
                self._text(text, path, line)
            case Text(path=path, block=block, template=template):
                self.expr(path, block, template, depth)
            case Data(path=path, block=block, expr=expr):
                self.expr(path, block, expr, depth)
            case Piped(path=path, block=block, operands=operands):
                for operand in operands:
                    self.expr(path, block, operand, depth + 1)
            case Made(calls=calls):
                registry = registry_of(self.db, value)
                if registry:
                    self._keep(Prompt(value.extern.path, self._line(calls, value), "registry", registry))
                    return
                for path, call in calls:
                    self._arguments(path, call, depth)
            case Unknown(path=path, line=line):
                self._loaded(path, line)
            case _:
                return

    def _line(self, calls: tuple[tuple[str, int], ...], value: Made) -> int:
        path, call = calls[-1] if calls else (value.extern.path, -1)
        facts = index(self.db, path)
        return facts.module.calls[call].line if facts is not None and call >= 0 else value.extern.line

    def _call(self, path: str, call: int, depth: int) -> None:
        facts = index(self.db, path)
        if facts is None or (path, call) in self.calls:
            return
        self.calls.add((path, call))
        here = facts.module.calls[call]
        if isinstance(here.callee, code.Attribute) and not isinstance(here.callee.base, code.Name):
            self.expr(path, here.block, here.callee.base, depth + 1)
        own = [
            v for v in values(self.db, path, here.block, here.callee, callers=True) if isinstance(v, Fn)
        ]
        for function in own:
            self._returned(function.path, function.function, depth + 1)
        if (
            isinstance(here.callee, code.Attribute)
            and isinstance(here.callee.base, code.Name)
            and not own
        ):
            self.expr(path, here.block, here.callee.base, depth + 1)
        self._values(path, here.block, code.CallRef(here.line, call), depth)
        if not own:
            self._loaded(path, here.line)
        self._arguments(path, call, depth)

    def _takes_nothing(self, path: str, function: int) -> bool:
        facts = index(self.db, path)
        return facts is not None and not facts.module.functions[function].params

    def _returned(self, path: str, function: int, depth: int) -> None:
        facts = index(self.db, path)
        if facts is None or reads_model(self.db, path, facts, function):
            return
        for out in facts.returns.get(function, ()):
            if out.value is not None:
                self.expr(path, out.block, out.value, depth + 1)

    def _arguments(self, path: str, call: int, depth: int) -> None:
        facts = index(self.db, path)
        here = facts.module.calls[call] if facts is not None else None
        if here is None or facts is None or _is_talk(here):
            return
        for given in here.args:
            self.expr(path, here.block, given, depth + 1)
        for keyword in here.keywords:
            if keyword.name not in _SILENT:
                self.expr(path, here.block, keyword.value, depth + 1)

    def _added(self, path: str, block: int, name: str, depth: int) -> None:
        """What is appended to a list of messages before it is sent."""
        facts = index(self.db, path)
        for call in facts.added_to(block, name, _ADDERS) if facts is not None else ():
            for given in call.args:
                self.expr(path, call.block, given, depth + 1)

    def _template(
        self, path: str, block: int, line: int, parts: tuple[code.Expr, ...], depth: int
    ) -> None:
        last = parts[-1] if parts else None
        if isinstance(last, code.Literal) and " " not in str(last.value):
            # `folder + "/answer.prompty"` names a file; it is no text of its own.
            files = template_files(self.db, str(last.value).lstrip("/\\"), path)
            for file in files:
                self._keep(Prompt(file, 1, "template"))
            if files:
                return
        own = " ".join(str(p.value) for p in parts if isinstance(p, code.Literal))
        # A key or a name, `chat-${id}`, is one word.
        spoken = len(_LETTERS.findall(own)) >= _WORDS and any(sign in own for sign in " \n<:")
        telling = spoken or len(own) >= _LONG
        if telling and not self._in_handler(path, block):
            self._keep(self._inline(path, line))
        for part in parts:
            if not isinstance(part, code.Literal):
                self.expr(path, block, part, depth + 1)

    def _in_handler(self, path: str, block: int) -> bool:
        """Whether a text tells of an error."""
        facts = index(self.db, path)
        return facts is not None and any(
            facts.module.blocks[i].kind == "except" for i in facts.above(block)
        )

    def _text(self, text: object, path: str, line: int) -> None:
        if not isinstance(text, str):
            return
        files = template_files(self.db, text, path) if len(text) < _LONG and "\n" not in text else ()
        for file in files:
            self._keep(Prompt(file, 1, "template"))
        if len(text) >= _LONG or (len(text) > 20 and _PLACEHOLDER.search(text)):
            self._keep(self._inline(path, line))

    def _loaded(self, path: str, line: int) -> None:
        """Files named in the call that could not be followed: `open(folder / "answer.txt").read()`."""
        facts = index(self.db, path)
        for call in facts.module.calls if facts is not None else ():
            if call.line <= line <= call.end_line and facts is not None:
                for given in (*call.args, call.callee, *(k.value for k in call.keywords)):
                    for part in inside(given, facts.module):
                        for text in _ends(part):
                            for file in template_files(self.db, text, path):
                                self._keep(Prompt(file, 1, "template"))

    def _inline(self, path: str, line: int) -> Prompt:
        return Prompt(path, line, "caller" if path in calling_files(self.db) else "module")

    def _keep(self, prompt: Prompt) -> None:
        self.found[prompt] = None


_PLACEHOLDER = re.compile(r"\{\{?\s*\w+\s*\}?\}|<%=|\$\{\w+\}")
_TALK = frozenset("log debug info warning warn error exception print dumps stringify get getenv".split())


def _is_talk(call: code.Call) -> bool:
    """Whether a call's arguments are no part of what it returns as text."""
    return last_name(call.callee) in _TALK or bool(
        tokens(dotted(call.callee) or "") & {"logger", "logging", "console"}
    )


def _is_tool_answer(mapping: code.Mapping) -> bool:
    """Whether a message answers a tool call: what a tool says is no prompt."""
    role = entry(mapping, "role")
    return isinstance(role, code.Literal) and role.value in ("tool", "function", "assistant")


def _ends(part: code.Expr) -> Iterator[str]:
    if isinstance(part, code.Literal) and isinstance(part.value, str):
        yield part.value
    elif isinstance(part, code.Template) and part.parts:
        last = part.parts[-1]
        if isinstance(last, code.Literal) and isinstance(last.value, str) and len(part.parts) > 1:
            yield "*" + last.value


@query
def _reading(db: Database) -> frozenset[tuple[str, str]]:
    graph = reach(db)
    return frozenset((node.path, node.name) for node in graph.leading)


def reads_model(db: Database, path: str, facts: ModuleIndex, function: int) -> bool:
    """Whether a function itself leads to a model: what it returns is an answer, not a prompt."""
    return (path, facts.node_name(facts.module.functions[function].block)) in _reading(db)


def has_stored_prompt(db: Database, at: Generation) -> bool:
    """Whether a call names a prompt that the provider stores (`prompt={"id": …}`)."""
    facts = index(db, at.path)
    given = argument(facts.module.calls[at.call], "prompt.id", facts.module) if facts else None
    return given is not None
