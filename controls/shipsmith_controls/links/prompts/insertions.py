"""Insertions: where untrusted text enters a prompt, in whose role, and whether it is fenced there."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.untrusted import Untrusted, ends_text, is_trusted
from shipsmith_controls.links.calls.settings import clients_behind, given_argument
from shipsmith_controls.links.calls.wrappers import Generation
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.prompts.fences import WORDS, filled, is_fenced, words_in
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, argument, entry, last_name
from shipsmith_controls.links.values.value import Const, Data, Fn, Param, Unknown
from shipsmith_controls.links.values.values import argument_for, call_sites, values
from shipsmith_controls.queries import Database, query

_DEEP = 14
_ADDERS = frozenset({"append", "push", "insert", "unshift"})
SYSTEM_ROLES = frozenset("system instructions instruction developer".split())
"""Roles and arguments that speak for the application itself."""
SYSTEM_MESSAGES = ("SystemMessage", "SystemMessagePromptTemplate")
_ANSWERS = frozenset({"assistant", "tool", "function", "model"})
_ANSWER_MESSAGES = frozenset({"AIMessage", "ToolMessage", "FunctionMessage"})
"""Messages that no instruction of the application stands in: answers, and what tools said."""
_DUMPS = frozenset({"dumps", "stringify", "model_dump_json", "tojson"})
_RENDERS = frozenset(
    "format format_prompt format_messages formatPrompt formatMessages aformat render render_template "
    "substitute safe_substitute compile".split()
)
_RENDERED = 3
_HANDS_ON = frozenset("strip trim dedent lstrip rstrip replace str String".split())


class Insertion(msgspec.Struct, frozen=True, order=True):
    """Untrusted text in a prompt: where, of which origin, in the system's role or not, fenced or not.

    Without an origin it is a value that could not be followed. `seen` is False where it goes into a
    template that was not read.
    """

    path: str
    line: int
    origin: str
    system: bool = False
    fenced: bool = True
    seen: bool = True

    @property
    def sound(self) -> bool:
        """Whether it stands as data."""
        return self.fenced and not self.system


class _Around(msgspec.Struct, frozen=True):
    """The text around a value: its place, whose role it has, its literal words and fences."""

    path: str
    line: int
    system: bool
    words: int = 0
    fenced: bool = False


@query
def insertions_of(db: Database, at: Generation) -> tuple[Insertion, ...]:
    """Every untrusted text in what a place that asks a model sends."""
    reader = _Reader(db)
    reader.generation(at)
    return tuple(sorted(reader.found))


class _Reader:
    """Reads what one place sends, from its messages down to the values in them."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.origin = Untrusted(db)
        self.found: set[Insertion] = set()
        self.open: set[tuple[str, int, code.Expr]] = set()

    def generation(self, at: Generation) -> None:
        """Read the arguments of the call, and the instructions of its agent or client."""
        facts = index(self.db, at.path)
        if facts is None:
            return
        here = facts.module.calls[at.call]
        if (at.path, at.call) != (at.model.path, at.model.call):
            for keyword in here.keywords:
                words = tokens(keyword.name or "")
                if words & {"prompt", "messages", "message", "input", *SYSTEM_ROLES}:
                    self._message(at.path, here.block, keyword.value, bool(words & SYSTEM_ROLES), 0)
            for given in here.args:
                self._message(at.path, here.block, given, False, 0)
            return
        for name in at.model.shape.prompt:
            held = given_argument(self.db, at.path, here, name, facts.module)
            if held is not None:
                self._message(*held, bool(tokens(name) & SYSTEM_ROLES), 0)
        for client in clients_behind(self.db, at.model):
            kinds = [sdk.client_type(client.sdk, name) for name in (client.type, client.made_as) if name]
            for path, layer in client.layers:
                made = index(self.db, path)
                for name in dict.fromkeys(n for kind in kinds for n in kind.prompt) if made else ():
                    call = made.module.calls[layer] if made is not None else here
                    held = given_argument(self.db, path, call, name, facts.module)
                    if held is not None:
                        self._message(*held, True, 0)

    def _message(self, path: str, block: int, expr: code.Expr, system: bool, depth: int) -> None:
        facts = index(self.db, path)
        if facts is None or depth > _DEEP:
            return
        match expr:
            case code.Sequence(items=items):
                head = items[0] if len(items) == 2 else None
                if isinstance(head, code.Literal) and isinstance(head.value, str):
                    self._content(path, block, items[1], head.value in SYSTEM_ROLES, depth)
                else:
                    for item in items:
                        self._message(path, block, item, system, depth + 1)
                return
            case code.Mapping():
                content = entry(expr, "content") or entry(expr, "parts") or entry(expr, "text")
                if content is not None:
                    role = entry(expr, "role")
                    if isinstance(role, code.Literal) and role.value in _ANSWERS:
                        return
                    speaks = _is_system(role)
                    self._content(path, block, content, speaks or system, depth)
                return
            case code.Operation(operator="+", operands=operands) if not system:
                for operand in operands:
                    self._message(path, block, operand, system, depth + 1)
                return
            case code.CallRef(call=at):
                call = facts.module.calls[at]
                content = argument(call, "content") or (
                    call.args[0] if call.args and "Message" in last_name(call.callee) else None
                )
                if content is not None and last_name(call.callee) in _ANSWER_MESSAGES:
                    return
                if content is not None:
                    role = argument(call, "role")
                    speaks = _is_system(role)
                    speaks = speaks or last_name(call.callee) in SYSTEM_MESSAGES
                    self._content(path, block, content, speaks or system, depth)
                    return
            case code.Name() | code.Attribute() if not system:
                if self._listed(path, facts, block, expr, depth):
                    return
        self._content(path, block, expr, system, depth)

    def _listed(self, path: str, facts: ModuleIndex, block: int, expr: code.Expr, depth: int) -> bool:
        """Read the messages of a list by its name, with what is appended to it."""
        held = [v for v in values(self.db, path, block, expr, callers=True) if isinstance(v, Data)]
        for each in held:
            self._message(each.path, each.block, each.expr, False, depth + 1)
        added = False
        if isinstance(expr, code.Name):
            for binding in facts.lookup(block, expr.id)[1]:
                assign = facts.module.assigns[binding.index] if binding.kind == "assign" else None
                if assign is not None and isinstance(assign.value, (code.Operation, code.CallRef)):
                    self._message(path, assign.block, assign.value, False, depth + 1)
                    added = True
            for call in facts.added_to(block, expr.id, _ADDERS):
                added = True
                for given in call.args[-1:]:
                    self._message(path, call.block, given, False, depth + 1)
        return bool(held) or added

    def _content(self, path: str, block: int, expr: code.Expr, system: bool, depth: int) -> None:
        facts = index(self.db, path)
        if facts is not None and not _is_converted(facts, block, expr):
            self._text(path, block, expr, _Around(path, expr.line, system), depth + 1)

    def _text(self, path: str, block: int, expr: code.Expr, around: _Around, depth: int) -> None:
        """Read one value of a text: into the texts that it is built of, else by its origin."""
        key = (path, block, expr)
        if depth > _DEEP or key in self.open or isinstance(expr, (code.Literal, code.FunctionRef)):
            return
        self.open.add(key)
        texts = list(self._texts(path, block, expr))
        for built in texts:
            self._built(*built, around, depth)
        if not texts:
            origin = self.origin.of(path, block, expr)
            if origin and self._is_rendered(path, block, expr):
                self.found.add(Insertion(around.path, around.line, "", around.system, seen=False))
            elif origin or self._is_unseen(path, block, expr):
                fenced = around.fenced or around.words <= WORDS or self._dumps(path, expr)
                self.found.add(Insertion(around.path, around.line, origin, around.system, fenced))
        self.open.discard(key)

    def _is_rendered(self, path: str, block: int, expr: code.Expr, depth: int = 0) -> bool:
        """Whether a text comes out of a template that was not read: what stands around is not seen."""
        facts = index(self.db, path)
        if facts is None or depth > _RENDERED:
            return False
        if isinstance(expr, code.CallRef):
            callee = facts.module.calls[expr.call].callee
            return isinstance(callee, code.Attribute) and callee.name in _RENDERS
        if isinstance(expr, code.Name):
            given = [facts.taken_from(b) for b in facts.lookup(block, expr.id)[1] if b.kind == "assign"]
            return any(self._is_rendered(path, at, v, depth + 1) for at, vs in given for v in vs)
        return False

    def _is_unseen(self, path: str, block: int, expr: code.Expr) -> bool:
        """Whether nothing in the tree shows what a value is."""
        facts = index(self.db, path)
        if isinstance(expr, code.CallRef) and facts is not None:
            return not ends_text(last_name(facts.module.calls[expr.call].callee))
        if not isinstance(expr, (code.Name, code.Attribute)) or is_trusted(last_name(expr)):
            return False
        found = values(self.db, path, block, expr, callers=True)
        return all(isinstance(value, (Param, Unknown)) for value in found)

    def _dumps(self, path: str, expr: code.Expr) -> bool:
        facts = index(self.db, path)
        return (
            facts is not None
            and isinstance(expr, code.CallRef)
            and last_name(facts.module.calls[expr.call].callee) in _DUMPS
        )

    def _built(
        self, path: str, block: int, parts: tuple[code.Expr, ...], around: _Around, depth: int
    ) -> None:
        """Read the inserted values of a text."""
        texts = [str(p.value) if isinstance(p, code.Literal) else "" for p in parts]
        own = words_in(" ".join(texts))
        words = around.words + own
        for i, part in enumerate(parts):
            if not isinstance(part, code.Literal):
                fenced = around.fenced or is_fenced("".join(texts[:i]), "".join(texts[i + 1 :]))
                at = (path, part.line) if own else (around.path, around.line)
                self._text(path, block, part, _Around(*at, around.system, words, fenced), depth + 1)

    def _texts(
        self, path: str, block: int, expr: code.Expr, depth: int = 0
    ) -> Iterator[tuple[str, int, tuple[code.Expr, ...]]]:
        """The built texts that an expression stands for, as their parts."""
        facts = index(self.db, path)
        if facts is None or depth > 6:
            return
        match expr:
            case code.Template(parts=parts) | code.Operation(operator="+", operands=parts):
                yield path, block, parts
            case code.Choice(options=parts):
                yield path, block, parts
            case code.Sequence(items=parts):
                yield path, block, parts
            case code.Mapping() if (content := entry(expr, "text")) is not None:
                yield path, block, (content,)
            case code.Name(id=name):
                for binding in facts.lookup(block, name)[1]:
                    if binding.kind == "assign":
                        assign = facts.module.assigns[binding.index]
                        if assign.value is not None:
                            yield from self._texts(path, assign.block, assign.value, depth + 1)
                    elif binding.kind == "param":
                        yield from self._passed(path, facts, binding.index, name, depth)
            case code.CallRef(call=at):
                yield from self._called(path, facts, at, depth)

    def _passed(
        self, path: str, facts: ModuleIndex, function: int, name: str, depth: int
    ) -> Iterator[tuple[str, int, tuple[code.Expr, ...]]]:
        here = facts.module.functions[function]
        bound = here.parent in facts.class_by_block
        for user, at in call_sites(self.db, path, function):
            other = index(self.db, user)
            if other is not None:
                call = other.module.calls[at]
                given = argument_for(call, here, name, bound)
                if given is not None:
                    yield from self._texts(user, call.block, given, depth + 1)

    def _called(
        self, path: str, facts: ModuleIndex, at: int, depth: int
    ) -> Iterator[tuple[str, int, tuple[code.Expr, ...]]]:
        call = facts.module.calls[at]
        base = call.callee.base if isinstance(call.callee, code.Attribute) else None
        if base is not None and last_name(call.callee) == "format":
            for value in values(self.db, path, call.block, base):
                if isinstance(value, Const) and isinstance(value.value, str):
                    yield path, call.block, tuple(filled(value.value, call))
            return
        own = [v for v in values(self.db, path, call.block, call.callee) if isinstance(v, Fn)]
        for function in own:
            there = index(self.db, function.path)
            for out in there.returns.get(function.function, ()) if there is not None else ():
                if out.value is not None:
                    yield from self._texts(function.path, out.block, out.value, depth + 1)
        if not own and last_name(call.callee) in _HANDS_ON:
            for part in (*call.args[:1], *((base,) if base is not None else ())):
                yield from self._texts(path, call.block, part, depth + 1)


def _is_system(role: code.Expr | None) -> bool:
    """Whether a role speaks for the application, on one of its branches at least."""
    if isinstance(role, code.Choice):
        return any(_is_system(option) for option in role.options)
    return isinstance(role, code.Literal) and role.value in SYSTEM_ROLES


def _is_converted(facts: ModuleIndex, block: int, expr: code.Expr) -> bool:
    """Whether a message of a list is handed on in another form: `SystemMessage(message["content"])`."""
    if not isinstance(expr, (code.Subscript, code.Attribute)) or not isinstance(expr.base, code.Name):
        return False
    bindings = facts.lookup(block, expr.base.id)[1]
    return any(b.kind == "head" and facts.module.blocks[b.index].kind == "loop" for b in bindings)
