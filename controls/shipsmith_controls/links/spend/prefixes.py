"""The fixed text that a prompt starts with: how long it is, and what varies inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.settings import clients_behind, given_argument
from shipsmith_controls.links.calls.wrappers import Generation
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.prompts.insertions import SYSTEM_MESSAGES, SYSTEM_ROLES
from shipsmith_controls.links.prompts.prompts import sent
from shipsmith_controls.links.spend.varying import chain_of, is_clock, named, varies
from shipsmith_controls.links.tree import index, lines_of
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import entry, last_name
from shipsmith_controls.links.values.value import Const, Data, Fn, Made, Piped, Text
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

PREFIX = 4000
"""Characters of a prompt from which on a cache pays."""
_FOLLOWED = 1000
"""Fixed characters behind a varying value in a person's message that make it stand in a prefix."""
_DEEP = 10
_KEEPS_TEXT = frozenset({"format", "strip", "trim", "replace", "replaceAll", "render"})
"""Methods of a text that give it back, filled in or trimmed."""
_HOLE = re.compile(r"(?<![{\w])\{\{?\s*(\w+)\s*\}?\}")


class Varying(msgspec.Struct, frozen=True, order=True):
    """A value of the single request, where it enters a prompt."""

    path: str
    line: int
    what: str


class Prefix(msgspec.Struct, frozen=True):
    """The fixed characters of a prompt, and the value that varies among its first, if there is one."""

    size: int
    varying: Varying | None = None


class _Piece(msgspec.Struct, frozen=True):
    """A stretch of fixed text (`size`), or a value that is inserted (`varying` when it changes)."""

    size: int = 0
    varying: Varying | None = None


@query
def prefix_of(db: Database, at: Generation) -> Prefix:
    """The fixed text of what a place that asks a model sends."""
    reader = _Reader(db)
    messages = list(reader.messages(at))
    messages.sort(key=lambda m: not m[0])
    size, first = 0, None
    for system, pieces in messages:
        left = sum(p.size for p in pieces)
        for piece in pieces:
            left -= piece.size
            if piece.varying is not None and first is None and size < PREFIX:
                first = piece.varying if system or left >= _FOLLOWED else None
            size += piece.size
    return Prefix(max(size, _loaded(db, at) + size), first)


def _loaded(db: Database, at: Generation) -> int:
    """Characters of the files that a prompt is loaded from."""
    size = 0
    for path in {p.path for p in sent(db, at) if p.home == "template"}:
        lines = lines_of(db, path)
        size += sum(len(line) + 1 for line in lines)
    return size


class _Reader:
    """Reads the texts of a prompt in their order, the longest of several possibilities each."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._read: dict[tuple[str, int, code.Expr], list[_Piece]] = {}

    def messages(self, at: Generation) -> Iterator[tuple[bool, list[_Piece]]]:
        """(whether the system speaks, pieces) for each message."""
        facts = index(self.db, at.path)
        if facts is None:
            return
        here = facts.module.calls[at.call]
        if (at.path, at.call) != (at.model.path, at.model.call):
            for given in (*here.args, *(k.value for k in here.keywords)):
                yield from self._message(at.path, here.block, given, False)
            return
        for name in at.model.shape.prompt:
            found = given_argument(self.db, at.path, here, name, facts.module)
            if found is not None:
                yield from self._message(*found, bool(tokens(name) & SYSTEM_ROLES))
        for client in clients_behind(self.db, at.model):
            yield from self._client(client)

    def _client(self, client: sdk.Client) -> Iterator[tuple[bool, list[_Piece]]]:
        kinds = [sdk.client_type(client.sdk, name) for name in (client.type, client.made_as) if name]
        for path, layer in client.layers:
            facts = index(self.db, path)
            made = facts.module.calls[layer] if facts is not None else None
            for name in dict.fromkeys(n for kind in kinds for n in kind.prompt):
                if made is None or facts is None:
                    continue
                found = given_argument(self.db, path, made, name, facts.module)
                if found is not None:
                    yield from self._message(*found, True)

    def _message(
        self, path: str, block: int, expr: code.Expr, system: bool, depth: int = 0
    ) -> Iterator[tuple[bool, list[_Piece]]]:
        facts = index(self.db, path)
        if facts is None or depth > _DEEP:
            return
        if isinstance(expr, code.Sequence):
            head = expr.items[0] if expr.items else None
            if isinstance(head, code.Literal) and len(expr.items) == 2 and isinstance(head.value, str):
                speaks = head.value in SYSTEM_ROLES
                yield speaks, self.pieces(path, block, expr.items[1], depth + 1)
                return
            for item in expr.items:
                yield from self._message(path, block, item, system, depth + 1)
            return
        if isinstance(expr, code.Mapping) and (content := entry(expr, "content")) is not None:
            role = entry(expr, "role")
            speaks = isinstance(role, code.Literal) and role.value in SYSTEM_ROLES
            yield speaks or system, self.pieces(path, block, content, depth + 1)
            return
        if isinstance(expr, code.CallRef):
            call = facts.module.calls[expr.call]
            name = last_name(call.callee)
            if name in SYSTEM_MESSAGES:
                system = True
            elif name in ("from_messages", "fromMessages") and call.args:
                yield from self._message(path, call.block, call.args[0], system, depth + 1)
                return
        if isinstance(expr, (code.Name, code.Attribute)):
            lists = [v for v in values(self.db, path, block, expr, callers=True) if isinstance(v, Data)]
            for held in lists[:1]:
                yield from self._message(held.path, held.block, held.expr, system, depth + 1)
            if lists:
                return
        yield system, self.pieces(path, block, expr, depth + 1)

    def pieces(self, path: str, block: int, expr: code.Expr, depth: int) -> list[_Piece]:
        """The texts and inserted values of an expression, in order."""
        if depth > _DEEP:
            return []
        key = (path, block, expr)
        found = self._read.get(key)
        if found is None:
            # What stands in itself gives nothing there.
            self._read[key] = []
            found = self._read[key] = self._pieces(path, block, expr, depth)
        return found

    def _pieces(self, path: str, block: int, expr: code.Expr, depth: int) -> list[_Piece]:
        facts = index(self.db, path)
        if facts is None:
            return []
        match expr:
            case code.Literal(value=str() as text):
                return list(_of_text(text, path, expr.line))
            case code.Literal() | code.FunctionRef():
                return []
            case code.Template(parts=parts) | code.Sequence(items=parts) | code.Opaque(parts=parts):
                return [p for part in parts for p in self.pieces(path, block, part, depth + 1)]
            case code.Operation(operands=parts):
                if expr.operator != "+":
                    return []
                return [p for part in parts for p in self.pieces(path, block, part, depth + 1)]
            case code.Choice(options=options):
                return self._longest([self.pieces(path, block, o, depth + 1) for o in options])
            case code.Mapping(entries=entries):
                return [p for _, held in entries for p in self.pieces(path, block, held, depth + 1)]
            case code.CallRef(call=call):
                return self._called(path, call, depth)
        what = varies(expr, facts.module)
        if what:
            return [_Piece(varying=Varying(path, expr.line, what))]
        return self._held(path, block, expr, depth)

    def _held(self, path: str, block: int, expr: code.Expr, depth: int) -> list[_Piece]:
        """What a name stands for: constants, templates, and calls of functions that build a text."""
        found: list[list[_Piece]] = []
        for value in values(self.db, path, block, expr, callers=True):
            match value:
                case Const(value=str() as text):
                    found.append(list(_of_text(text, value.path, value.line)))
                case Text(template=template):
                    found.append(self.pieces(value.path, value.block, template, depth + 1))
                case Data(expr=held):
                    found.append(self.pieces(value.path, value.block, held, depth + 1))
                case Piped(operands=operands):
                    found += [self.pieces(value.path, value.block, o, depth + 1) for o in operands]
                case Fn():
                    found.append(self._returned(value, depth))
                case Made(calls=calls) if calls:
                    found.append(self._called(*calls[-1], depth + 1))
        facts = index(self.db, path)
        if isinstance(expr, code.Name) and facts is not None:
            for binding in facts.lookup(block, expr.id)[1]:
                held_by = facts.module.assigns[binding.index] if binding.kind == "assign" else None
                if held_by is not None and isinstance(held_by.value, (code.CallRef, code.Operation)):
                    found.append(self.pieces(path, held_by.block, held_by.value, depth + 1))
        return self._longest(found)

    def _called(self, path: str, at: int, depth: int) -> list[_Piece]:
        facts = index(self.db, path)
        if facts is None or depth > _DEEP:
            return []
        call = facts.module.calls[at]
        what = varies(code.CallRef(call.line, at), facts.module)
        if what:
            return [_Piece(varying=Varying(path, call.line, what))]
        if is_clock(chain_of(code.CallRef(call.line, at), facts.module)):
            return []
        own = [v for v in values(self.db, path, call.block, call.callee) if isinstance(v, Fn)]
        if own:
            return self._longest([self._returned(f, depth) for f in own])
        base = call.callee.base if isinstance(call.callee, code.Attribute) else None
        given: list[code.Expr] = [*call.args, *(k.value for k in call.keywords)]
        if base is not None and (
            last_name(call.callee) in _KEEPS_TEXT or not isinstance(base, code.Name)
        ):
            given.insert(0, base)
        return [p for part in given for p in self.pieces(path, call.block, part, depth + 1)]

    def _returned(self, function: Fn, depth: int) -> list[_Piece]:
        facts = index(self.db, function.path)
        if facts is None:
            return []
        out = [o for o in facts.returns.get(function.function, ()) if o.value is not None]
        return self._longest(
            [self.pieces(function.path, o.block, o.value, depth + 1) for o in out if o.value is not None]
        )

    @staticmethod
    def _longest(found: list[list[_Piece]]) -> list[_Piece]:
        return max(found, key=lambda ps: (sum(p.size for p in ps), len(ps)), default=[])


def _of_text(text: str, path: str, line: int) -> Iterator[_Piece]:
    """A text with the holes of a template in it."""
    at = 0
    for hole in _HOLE.finditer(text):
        what = named(hole[1])
        if what:
            yield _Piece(size=hole.start() - at)
            yield _Piece(varying=Varying(path, line + text.count("\n", 0, hole.start()), what))
            at = hole.end()
    yield _Piece(size=len(text) - at)
