"""Whether a value that becomes raw HTML was sanitised: followed back to what makes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, dotted, entry, last_name, parts_of
from shipsmith_controls.links.values.value import Const, Extern, Fn
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database

_CLEANERS = frozenset(
    "sanitize sanitise sanitizer sanitized sanitised sanitization purify dompurify xss bleach nh3".split()
)
_ESCAPERS = frozenset("escape escaped esc encode escapehtml".split())
_CONSTANT = frozenset(
    "highlight highlighter highlighted hljs shiki prism prismjs refractor lowlight starry katex mermaid "
    "icon svg stringify dumps tojson jsonify".split()
)
_NUMBERS = frozenset(
    "Number parseInt parseFloat toFixed toLocaleString toLocaleDateString toLocaleTimeString toISOString "
    "renderToString renderToStaticMarkup len int float round sum strftime isoformat getTime now".split()
)
_SAME = frozenset(
    "trim replace replaceAll slice substring join toString concat filter sort flat reverse reduce find "
    "at pop shift strip format splitlines split finally catch String str text memo "
    "useDeferredValue".split()
)
_EACH = frozenset({"map", "flatMap", "then", "forEach", "filter", "find", "reduce", "sort", "some"})
_MADE_BY = frozenset({"useMemo", "computed", "memo", "useCallback", "cache"})
_STATE = frozenset({"useState", "useSignal", "createSignal"})
_SHOWN = frozenset({"innerHTML", "outerHTML"})
"""Attributes that hold what the page shows already."""
_SETTINGS = frozenset({"process.env", "import.meta.env"})
_DEEP = 24


class Clean(IntEnum):
    """What a value is, the worst last: the author's own, sanitised, or somebody's text as it came."""

    CONSTANT = 0
    SANITISED = 1
    RAW = 2


class Found(msgspec.Struct, frozen=True):
    """What a value is, and where it is sanitised (path "" when it is not)."""

    clean: Clean
    path: str = ""
    line: int = 0


_CONSTANT_TEXT = Found(Clean.CONSTANT)
_RAW_TEXT = Found(Clean.RAW)
Trail = tuple[str, ...]


def worst(found: Iterable[Found]) -> Found:
    """The worst of several values that may stand in one place."""
    return max(found, key=lambda each: each.clean, default=_CONSTANT_TEXT)


class Cleaning:
    """One walk from a value back to what made it; at most one call into another file."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.open: set[tuple[str, int, code.Expr, Trail]] = set()

    def of(
        self, path: str, block: int, expr: code.Expr | None, trail: Trail = (), left: int = 2
    ) -> Found:
        """What an expression is; `trail` are the fields then taken of it, `left` the calls to follow."""
        facts = index(self.db, path)
        if expr is None or facts is None:
            return _RAW_TEXT
        key = (path, block, expr, trail)
        if key in self.open or len(self.open) > _DEEP:
            return _CONSTANT_TEXT if key in self.open else _RAW_TEXT
        self.open.add(key)
        try:
            return self._of(path, facts, block, expr, trail, left)
        finally:
            self.open.discard(key)

    def _of(
        self, path: str, facts: ModuleIndex, block: int, expr: code.Expr, trail: Trail, left: int
    ) -> Found:
        match expr:
            case code.Literal():
                return _CONSTANT_TEXT
            case code.Name():
                return self._name(path, facts, block, expr, trail, left)
            case code.Attribute(base=base, name=name) if name in _SHOWN or dotted(base) in _SETTINGS:
                return _CONSTANT_TEXT
            case code.Attribute(base=base, name=name):
                return self.of(path, block, base, (name, *trail), left)
            case code.Subscript(base=base):
                return self.of(path, block, base, trail, left)
            case code.Mapping():
                inner = entry(expr, trail[0]) if trail else None
                return self.of(path, block, inner, trail[1:], left) if inner is not None else _RAW_TEXT
            case code.CallRef(call=call):
                return self._call(path, facts, call, trail, left)
            case code.Operation(operator=operator, operands=operands) if operator in ("and", "&&"):
                return self.of(path, block, operands[-1], trail, left)
            case code.Operation(operator=operator) if operator != "+":
                return _CONSTANT_TEXT
            case code.FunctionRef():
                return _RAW_TEXT
            case code.Choice(options=options):
                return worst(self.of(path, block, option, trail, left) for option in options)
        parts = parts_of(expr)
        if not parts:
            return _RAW_TEXT
        return worst(self.of(path, block, part, trail, left) for part in parts)

    def _name(
        self, path: str, facts: ModuleIndex, block: int, name: code.Name, trail: Trail, left: int
    ) -> Found:
        _, bindings = facts.lookup(block, name.id)
        found: list[Found] = []
        assigns = [facts.module.assigns[b.index] for b in bindings if b.kind == "assign"]
        for assign in _in_force(facts, assigns, block, name.line):
            found.extend(self._assigned(path, facts, assign, trail, left))
        for binding in bindings:
            match binding.kind:
                case "param":
                    found.append(self._param(path, facts, binding.index, name.id, trail, left))
                case "head":
                    head = facts.module.blocks[binding.index]
                    found.append(worst(self.of(path, head.parent, h, trail, left) for h in head.heads))
                case "import":
                    held = values(self.db, path, block, name)
                    constant = bool(held) and all(_is_own(v, trail) for v in held)
                    found.append(_CONSTANT_TEXT if constant else _RAW_TEXT)
        return worst(found) if found else _RAW_TEXT

    def _assigned(
        self, path: str, facts: ModuleIndex, assign: code.Assign, trail: Trail, left: int
    ) -> Iterator[Found]:
        value: code.Expr | None = assign.value
        if isinstance(value, code.Subscript):
            base, step = value.base, value.index
            if (
                isinstance(base, code.CallRef)
                and last_name(facts.module.calls[base.call].callee) in _STATE
            ):
                yield from self._state(path, facts, base, trail, left)
                return
            if isinstance(step, code.Literal) and isinstance(step.value, str):
                value, trail = base, (step.value, *trail)
        if value is None:
            yield _CONSTANT_TEXT
        else:
            yield self.of(path, assign.block, value, trail, left)

    def _state(
        self, path: str, facts: ModuleIndex, made: code.CallRef, trail: Trail, left: int
    ) -> Iterator[Found]:
        """React state: what it begins with, and everything that its setter is given."""
        module = facts.module
        first = module.calls[made.call].args[:1]
        for given in first:
            yield self.of(path, module.calls[made.call].block, given, trail, left)
        setter = next(
            (
                a.target.id
                for a in module.assigns
                if isinstance(a.value, code.Subscript)
                and a.value.base == made
                and isinstance(a.value.index, code.Literal)
                and a.value.index.value == 1
                and isinstance(a.target, code.Name)
            ),
            "",
        )
        for call in module.calls:
            if setter and last_name(call.callee) == setter and call.args:
                given = call.args[0]
                if isinstance(given, code.FunctionRef):
                    yield self._returned(path, given.function, trail, left, strict=True)
                else:
                    yield self.of(path, call.block, given, trail, left)
            elif any(isinstance(a, code.Name) and a.id == setter for a in call.args):
                yield self._handed_to(path, facts, call, trail, left)

    def _handed_to(
        self, path: str, facts: ModuleIndex, call: code.Call, trail: Trail, left: int
    ) -> Found:
        """What a callback is given: the object whose `then` or `map` calls it."""
        if isinstance(call.callee, code.Attribute) and call.callee.name in _EACH:
            return self.of(path, call.block, call.callee.base, trail, left)
        return _RAW_TEXT

    def _param(
        self, path: str, facts: ModuleIndex, function: int, name: str, trail: Trail, left: int
    ) -> Found:
        for call in facts.module.calls:
            given = [a.function for a in call.args if isinstance(a, code.FunctionRef)]
            if function in given and isinstance(call.callee, code.Attribute):
                return self._handed_to(path, facts, call, trail, left)
        found = [
            self._returned(path, maker, trail, left - 1, strict=True)
            for maker in _makers(facts, function, name)
            if left
        ]
        return worst(found) if found else _RAW_TEXT

    def _call(self, path: str, facts: ModuleIndex, at: int, trail: Trail, left: int) -> Found:
        call = facts.module.calls[at]
        if call.element:
            return _CONSTANT_TEXT
        name = last_name(call.callee)
        words = _words(call.callee, facts.module)
        own = [v for v in values(self.db, path, call.block, call.callee) if isinstance(v, Fn)]
        if words & _CLEANERS and (not own or all(self._cleans(v) for v in own)):
            return Found(Clean.SANITISED, path, call.line)
        if words & (_CONSTANT | _ESCAPERS) or name in _NUMBERS:
            return _CONSTANT_TEXT
        if own:
            if not left:
                return _RAW_TEXT
            return worst(self._returned(v.path, v.function, trail, left - 1) for v in own)
        if name in _MADE_BY or (name in _EACH and name != "forEach"):
            handed = [a.function for a in call.args if isinstance(a, code.FunctionRef)]
            if handed and name not in ("filter", "find", "sort", "some"):
                return worst(self._returned(path, f, trail, left) for f in handed)
        if any(isinstance(a, code.Literal) and a.value == "&lt;" for a in call.args):
            return _CONSTANT_TEXT
        if isinstance(call.callee, code.Attribute) and name in (_SAME | _EACH):
            return self.of(path, call.block, call.callee.base, trail, left)
        if name in _SAME or name == "all":
            return worst(self.of(path, call.block, a, trail, left) for a in call.args)
        return _RAW_TEXT

    def _returned(self, path: str, function: int, trail: Trail, left: int, strict: bool = False) -> Found:
        """What a function hands back; one that sanitises on any branch knows what it does."""
        facts = index(self.db, path)
        if facts is None:
            return _RAW_TEXT
        found = [
            self.of(path, out.block, out.value, trail, left)
            for out in facts.returns.get(function, ())
            if out.value is not None
        ]
        cleaned = [f for f in found if f.clean is Clean.SANITISED]
        return cleaned[0] if cleaned and not strict else worst(found) if found else _RAW_TEXT

    def _cleans(self, function: Fn) -> bool:
        """Whether a function that is named after cleaning calls a sanitizer or escapes by itself."""
        facts = index(self.db, function.path)
        if facts is None:
            return False
        body = facts.module.functions[function.function].block
        return any(
            _words(call.callee, facts.module) & (_CLEANERS | _ESCAPERS | {"replace"})
            for call in facts.module.calls
            if body in set(facts.above(call.block))
        )


def _is_own(value: object, trail: Trail) -> bool:
    """Whether an import is text of the tree, or a constant of a package: `icons.github.svg`."""
    if isinstance(value, Extern):
        return bool(trail) and not value.module.startswith((".", "@/", "~", "#", "$"))
    return isinstance(value, Const)


def _makers(facts: ModuleIndex, function: int, name: str) -> list[int]:
    """The functions of a file that are declared to make what a parameter is declared to be."""
    params = facts.module.functions[function].params
    kind = next((last_name(p.annotation) for p in params if p.name == name and p.annotation), "")
    return [
        i
        for i, f in enumerate(facts.module.functions)
        if kind[:1].isupper() and last_name(f.returns) == kind
    ]


def _words(callee: code.Expr, module: code.Module) -> frozenset[str]:
    """Words of every name on the way to what is called."""
    found: frozenset[str] = frozenset()
    here: code.Expr = callee
    while True:
        if isinstance(here, code.Attribute):
            found |= tokens(here.name)
            here = here.base
        elif isinstance(here, code.CallRef):
            here = module.calls[here.call].callee
        else:
            return found | tokens(last_name(here))


def _in_force(facts: ModuleIndex, assigns: list[code.Assign], block: int, line: int) -> list[code.Assign]:
    """The assignments that may hold at a line: from the last one that surely ran before it."""
    around = set(facts.above(block))
    before = [a for a in assigns if a.line <= line]
    sure = [a for a in before if a.block in around and not a.augmented]
    if not sure or facts.owner(sure[-1].block) != facts.owner(block):
        return assigns
    return [a for a in before if a.line >= sure[-1].line]
