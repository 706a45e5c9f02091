"""Given limits: from the expression that is given for a setting to the number that it may be."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge.schema import Setting
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.neighbours import callers_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import dotted
from shipsmith_controls.links.values.value import Const, Env, Extern, Made, Param, Unknown, Value
from shipsmith_controls.links.values.values import Walk, argument_for
from shipsmith_controls.queries import Database


class State(StrEnum):
    """How a setting got its value."""

    SET = "set"
    """Given in the tree; `number` is its value, None when it is given but not a known number."""
    OFF = "off"
    """Given as None, null or 0: switched off."""
    DEFAULT = "default"
    """Not given; the SDK's own default holds, `number` is its value."""
    UNSET = "unset"
    """Not given, and the SDK sets nothing."""
    LEFT = "left"
    """Given as NotGiven or its kin: left to what lies underneath."""
    UNSEEN = "unseen"
    """Cannot be followed from here."""


class Effective(msgspec.Struct, frozen=True):
    """One possibility for the effective value of a setting.

    `path` and `line` are where it is decided: the argument, or the constructor (or call) that
    leaves it out. `unit` is `s`, `ms`, `count` or "".
    """

    state: State
    path: str
    line: int
    number: float | None = None
    unit: str = ""
    text: str = ""
    callee: str = ""
    """Last name of the call that made the value (`AbortSignal.timeout`, `Timeout`, `stepCountIs`)."""


_MISSING = (State.OFF, State.UNSET, State.LEFT)
_OFF_NAMES = frozenset({"Infinity"})
_LEFT_NAMES = frozenset({"NOT_GIVEN", "not_given", "NotGiven", "Omit", "omit", "undefined"})


_IN_SECONDS = frozenset({"httpx", "aiohttp", "urllib3"})


def read_given(
    db: Database, path: str, block: int, expr: code.Expr, setting: Setting, depth: int
) -> list[Effective]:
    """What an expression that is given for a setting may be, `depth` callers up."""
    line = expr.line
    found: list[Effective] = []
    if isinstance(expr, code.Choice) and expr.test is None:
        return _first_of(db, path, block, expr, setting, depth)
    for value in Walk(db).values(path, block, expr):
        found.extend(_one(db, value, path, line, setting, depth))
    return found or [Effective(State.SET, path, line, unit=setting.unit)]


def _first_of(
    db: Database, path: str, block: int, expr: code.Choice, setting: Setting, depth: int
) -> list[Effective]:
    """`a or b`, `a ?? b`: what is off or missing gives way to the next."""
    found: list[Effective] = []
    for option in expr.options[:-1]:
        given = read_given(db, path, block, option, setting, depth)
        found.extend(e for e in given if e.state not in (State.OFF, State.UNSET, State.LEFT))
    return found + read_given(db, path, block, expr.options[-1], setting, depth)


def _one(
    db: Database, value: Value, path: str, line: int, setting: Setting, depth: int
) -> list[Effective]:
    match value:
        case Const(value=number) if isinstance(number, bool) or number is None or number == 0:
            if number is True:
                return [Effective(State.SET, path, line, unit=setting.unit)]
            state = State.OFF if setting.none_disables or number is not None else State.UNSET
            return [Effective(state, path, line, unit=setting.unit)]
        case Const(value=int() | float() as number):
            return [Effective(State.SET, value.path, value.line, float(number), setting.unit)]
        case Const(value=str() as text):
            return [_text(text, value, setting)]
        case Param():
            return _forwarded(db, value, path, line, setting, depth)
        case Env():
            return []
        case Made():
            return _made(db, value, path, line, setting, depth)
        case Unknown(what=what) if what.split("(")[0].rsplit(".", 1)[-1] in _LEFT_NAMES:
            return [Effective(State.LEFT, path, line, unit=setting.unit)]
        case Unknown(what=what) if what in _OFF_NAMES:
            return [Effective(State.OFF, path, line, unit=setting.unit)]
        case Extern(name=name) if name.rsplit(".", 1)[-1] in _LEFT_NAMES:
            return [Effective(State.LEFT, path, line, unit=setting.unit)]
        case Unknown():
            name = value.what.removesuffix("()")
            return [Effective(State.SET, path, line, unit=setting.unit, callee=name)]
    return [Effective(State.SET, path, line, unit=setting.unit)]


def _text(text: str, value: Const, setting: Setting) -> Effective:
    try:
        return Effective(State.SET, value.path, value.line, float(text), setting.unit)
    except ValueError:
        return Effective(State.SET, value.path, value.line, None, setting.unit, text)


def _made(
    db: Database, value: Made, path: str, line: int, setting: Setting, depth: int
) -> list[Effective]:
    """A value made by a call: `httpx.Timeout(30)`, `stepCountIs(5)`: its first number counts."""
    name = value.extern.name.rsplit(".", 1)[-1]
    if name in _LEFT_NAMES:
        return [Effective(State.LEFT, path, line, unit=setting.unit)]
    for made_path, call in value.calls[:1]:
        facts = index(db, made_path)
        if facts is None:
            continue
        made = facts.module.calls[call]
        for given in (*made.args, *(k.value for k in made.keywords)):
            for inner in read_given(db, made_path, made.block, given, setting, depth + 1):
                if inner.number is not None or inner.state is State.OFF:
                    # What httpx and aiohttp make counts in seconds, wherever it is given.
                    unit = "s" if value.extern.module.split(".")[0] in _IN_SECONDS else inner.unit
                    return [msgspec.structs.replace(inner, callee=dotted(made.callee) or name, unit=unit)]
    return [Effective(State.SET, path, line, unit=setting.unit, callee=name)]


def _forwarded(
    db: Database, value: Param, path: str, line: int, setting: Setting, depth: int
) -> list[Effective]:
    """A forwarded parameter is judged per caller: what each gives, or the parameter's default."""
    facts = index(db, value.path)
    if facts is None or depth > 3:
        return [Effective(State.UNSEEN, path, line, unit=setting.unit)]
    function = facts.module.functions[value.function]
    found: list[Effective] = []
    bound = function.parent in facts.class_by_block
    for caller, edge in callers_of(db, Node(value.path, _callable_name(function))):
        outer = index(db, caller.path)
        if outer is None or edge.call < 0:
            continue
        given = argument_for(outer.module.calls[edge.call], function, value.name, bound)
        if given is not None and not _is_default(given, function, value.name):
            block = outer.module.calls[edge.call].block
            found.extend(read_given(db, caller.path, block, given, setting, depth + 1))
        else:
            found.extend(_default_value(db, value, function, path, line, setting, depth))
    return found or _default_value(db, value, function, path, line, setting, depth)


def _callable_name(function: code.Function) -> str:
    return function.qualname


def _is_default(given: code.Expr, function: code.Function, name: str) -> bool:
    return any(p.name == name and p.default is given for p in function.params)


def _default_value(
    db: Database,
    value: Param,
    function: code.Function,
    path: str,
    line: int,
    setting: Setting,
    depth: int,
) -> list[Effective]:
    default = next((p.default for p in function.params if p.name == value.name), None)
    if default is None:
        return [Effective(State.UNSEEN, path, line, unit=setting.unit)]
    found = read_given(db, value.path, function.parent, default, setting, depth + 1)
    # What is missing is missing where it is forwarded, not where the default says so.
    return [msgspec.structs.replace(e, path=path, line=line) if e.state in _MISSING else e for e in found]
