"""Whether a text of an interface is seen on a chat surface, always or under a condition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.people.surfaces import Surface
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import files, index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, dotted, inside, last_name
from shipsmith_controls.links.values.modules import importers
from shipsmith_controls.queries import Database, query

_BY_SENDER = frozenset("role assistant sender user bot author speaker".split())
_TEMPLATES = (".vue", ".svelte", ".html", ".htm", ".ts", ".js", ".mjs")
_TEMPLATE_TEST = re.compile(r"\bv-if=|\bv-show=|\{#if\b|display:\s*none")
_KEY = re.compile(r'"([\w.-]+)"\s*:')
_ABOVE = 3
_LAYOUT = re.compile(r"(?:^|/)(?:layout|_app|_layout|\+layout)\.\w+$")
_DEEP = 12
_MOST_FILES = 60
_SPEAKERS = frozenset(
    "st gr gradio ui cl pn message msg bot update context ctx say reply channel".split()
)


class Seen(StrEnum):
    """How a text is seen on a surface."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    ELSEWHERE = "elsewhere"


class Steady(msgspec.Struct, frozen=True):
    """What a component renders whatever its state: names of elements, lines of texts."""

    elements: frozenset[str]
    lines: frozenset[int]


@query
def steady(db: Database, path: str) -> Steady:
    """The elements and texts of a component file that no condition hides."""
    facts = index(db, path)
    if facts is None:
        return Steady(frozenset(), frozenset())
    reader = _Reader(facts)
    reader.read()
    return Steady(frozenset(reader.elements), frozenset(reader.lines))


class _Reader:
    def __init__(self, facts: ModuleIndex) -> None:
        self.facts, self.module = facts, facts.module
        self.elements: set[str] = set()
        self.lines: set[int] = set()
        self._seen: set[int] = set()

    def read(self) -> None:
        for i, function in enumerate(self.module.functions):
            if function.name:
                self._returned(i)

    def _returned(self, function: int) -> None:
        if function in self._seen:
            return
        self._seen.add(function)
        for out in self.facts.returns.get(function, ()):
            if out.value is not None and not self._under_test(out.block):
                self._visit(out.value)

    def _under_test(self, block: int) -> bool:
        for i in self.facts.above(block):
            here = self.module.blocks[i]
            if here.kind == "function":
                return False
            if here.kind in ("if", "else", "case", "except") and not self._by_sender(here.heads):
                return True
        return False

    def _by_sender(self, heads: tuple[code.Expr, ...]) -> bool:
        """Whether a test only asks who wrote a message."""
        words: set[str] = set()
        for head in heads:
            for part in inside(head, self.module):
                text = dotted(part)
                words |= tokens(text) if text else frozenset()
        return bool(words & _BY_SENDER)

    def _visit(self, expr: code.Expr) -> None:
        match expr:
            case code.CallRef(call=at):
                self._call(self.module.calls[at])
            case code.FunctionRef(function=function):
                self._returned(function)
            case code.Sequence(items=items):
                for item in items:
                    self._visit(item)
            case code.Operation(operator="&&", operands=operands):
                if self._by_sender(operands[:-1]):
                    self._visit(operands[-1])
            case code.Choice(options=options, test=test):
                if test is not None and self._by_sender((test,)):
                    for option in options:
                        self._visit(option)
            case code.Name(id=name):
                self._constant(name)

    def _call(self, call: code.Call) -> None:
        if call.element:
            self.elements.add(dotted(call.callee) or last_name(call.callee))
            for child in call.args:
                if isinstance(child, code.Literal):
                    self.lines.update(range(child.line, child.line + str(child.value).count("\n") + 1))
                    self.lines.update(range(call.line, call.end_line + 1) if len(call.args) == 1 else ())
                else:
                    self._visit(child)
            for keyword in call.keywords:
                if isinstance(keyword.value, (code.CallRef, code.FunctionRef)):
                    self._visit(keyword.value)
        elif last_name(call.callee) in ("map", "memo", "forwardRef", "useMemo", "flatMap"):
            for given in call.args:
                self._visit(given)

    def _constant(self, name: str) -> None:
        for binding in self.facts.lookup(0, name)[1]:
            if binding.kind == "assign":
                value = self.module.assigns[binding.index].value
                if isinstance(value, code.Literal):
                    self.lines.add(value.line)


def seen_on(db: Database, surface: Surface, path: str, line: int) -> Seen:
    """How a text at a line of a file is seen on a surface."""
    if surface.kind in ("python", "bot"):
        return _spoken(db, path, line)
    if surface.kind == "page":
        return Seen.ALWAYS if path in surface.paths else Seen.ELSEWHERE
    around = _around(db, surface.places)
    if path.endswith(".json"):
        return _translated(db, around, path, line)
    always = _is_steady_text(db, path, line)
    if path in around:
        return Seen.ALWAYS if always else Seen.SOMETIMES
    hit = False
    for hidden in _climb(db, path, around):
        hit = True
        if not hidden and always:
            return Seen.ALWAYS
    return Seen.SOMETIMES if hit else Seen.ELSEWHERE


def _is_steady_text(db: Database, path: str, line: int) -> bool:
    if path.endswith(_TEMPLATES):
        lines = lines_of(db, path)
        return not any(_TEMPLATE_TEST.search(text) for text in lines[max(0, line - 1 - _ABOVE) : line])
    return line in steady(db, path).lines


def _climb(db: Database, path: str, around: frozenset[str]) -> Iterator[bool]:
    """For each way in which a component gets onto a surface: whether a condition may hide it."""
    table = importers(db)
    waiting: list[tuple[str, bool]] = [(path, False)]
    known: set[tuple[str, bool]] = set(waiting)
    while waiting:
        here, hidden = waiting.pop()
        for user, names in table.get(here, ()):
            now = hidden or not _renders(db, user, here, names)
            if user in around:
                yield now
            elif (user, now) not in known and len(known) < _MOST_FILES:
                known.add((user, now))
                waiting.append((user, now))


def _renders(db: Database, user: str, path: str, names: tuple[str, ...]) -> bool:
    if user.rsplit("/", 1)[-1].startswith("index."):
        return True
    if user.endswith(_TEMPLATES):
        return True
    facts = index(db, user)
    if facts is None:
        return False
    stem = path.rsplit("/", 1)[-1].partition(".")[0]
    called = {i.alias for i in facts.module.imports if i.name in names or i.module.endswith(stem)}
    return bool((called | set(names)) & steady(db, user).elements)


@query
def _around(db: Database, places: tuple[tuple[str, int], ...]) -> frozenset[str]:
    """The files that show messages and everything that lays itself around them: parents, layouts."""
    table = importers(db)
    found = {path for path, _ in places}
    waiting = list(found)
    for _ in range(_DEEP * _MOST_FILES):
        if not waiting:
            break
        for user, _ in table.get(waiting.pop(), ()):
            if user not in found and is_production(db, user):
                found.add(user)
                waiting.append(user)
    for path in files(db):
        if _LAYOUT.search(path):
            folder = path.rpartition("/")[0]
            if any(other.startswith(f"{folder}/" if folder else "") for other in found):
                found.add(path)
    return frozenset(found)


def _translated(db: Database, around: frozenset[str], path: str, line: int) -> Seen:
    """A text of a language file: seen where a component around the messages names its key."""
    lines = lines_of(db, path)
    key = _KEY.search(lines[line - 1]) if line <= len(lines) else None
    if key is None:
        return Seen.ELSEWHERE
    for user in sorted(around)[:_MOST_FILES]:
        facts = index(db, user)
        for call in facts.module.calls if facts is not None else ():
            given = (*call.args[:1], *(k.value for k in call.keywords if k.name in ("id", "i18nKey")))
            for each in given:
                if isinstance(each, code.Literal) and str(each.value).rpartition(".")[2] == key.group(1):
                    return Seen.ALWAYS
    return Seen.ELSEWHERE


def _spoken(db: Database, path: str, line: int) -> Seen:
    """A text in Python: given to a call of the interface, under a condition or not."""
    facts = index(db, path)
    if facts is None:
        return Seen.ELSEWHERE
    around = [c for c in facts.module.calls if c.line <= line <= c.end_line]
    for call in sorted(around, key=lambda c: c.end_line - c.line):
        if (dotted(call.callee) or "").partition(".")[0] not in _SPEAKERS:
            continue
        for i in facts.above(call.block):
            block = facts.module.blocks[i]
            if block.kind in ("if", "else", "except", "case") and not _is_main(facts, block):
                return Seen.SOMETIMES
        return Seen.ALWAYS
    return Seen.ELSEWHERE


def _is_main(facts: ModuleIndex, block: code.Block) -> bool:
    return any(
        isinstance(part, code.Name) and part.id == "__name__"
        for head in block.heads
        for part in inside(head, facts.module)
    )
