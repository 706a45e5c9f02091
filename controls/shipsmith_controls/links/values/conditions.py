"""Whether a condition holds under the default configuration: settings files, examples, code defaults."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.tree import family, index
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.links.values.value import Const, Env
from shipsmith_controls.links.values.values import values
from shipsmith_controls.links.values.variables import given_by_name, settings_files
from shipsmith_controls.queries import Database, query

_FALSE = frozenset({"", "false", "0", "no", "off", "none", "null", "disabled"})
_TRANSPARENT = frozenset(
    "lower upper strip toLowerCase toUpperCase trim casefold bool str Boolean str2bool strtobool "
    "parse_bool to_bool env_bool".split()
)
_NEGATIONS = frozenset({"not", "!"})
_ALL = frozenset({"and", "&&"})
_ANY = frozenset({"or", "||"})
_SAME = frozenset({"==", "===", "is"})
_DIFFERENT = frozenset({"!=", "!==", "is not"})
Known = str | int | float | bool | None


def truth(db: Database, path: str, block: int, expr: code.Expr) -> bool | None:
    """Whether a test is true by default; None when that cannot be told from settings."""
    match expr:
        case code.Operation(operator=operator, operands=operands) if operator in _NEGATIONS:
            inner = truth(db, path, block, operands[0])
            return None if inner is None else not inner
        case code.Operation(operator=operator, operands=operands) if operator in _ALL:
            found = [truth(db, path, block, each) for each in operands]
            return False if False in found else None if None in found else True
        case code.Operation(operator=operator, operands=operands) if operator in _ANY:
            return _any([truth(db, path, block, each) for each in operands])
        case code.Operation(operator=operator, operands=(left, right)) if operator in _SAME | _DIFFERENT:
            pair = (_text(db, path, block, left), _text(db, path, block, right))
            if pair[0] is None or pair[1] is None:
                return None
            return (pair[0] == pair[1]) is (operator in _SAME)
        case code.Choice(options=options, test=None):
            return _any([truth(db, path, block, each) for each in options])
    text = _text(db, path, block, expr)
    return None if text is None else text not in _FALSE


def _any(found: list[bool | None]) -> bool | None:
    return True if True in found else None if None in found else False


def _text(db: Database, path: str, block: int, expr: code.Expr) -> str | None:
    """The default value of an expression as lower-case text; None when it has none or several."""
    facts = index(db, path)
    if facts is None:
        return None
    if isinstance(expr, code.CallRef):
        call = facts.module.calls[expr.call]
        if last_name(call.callee) in _TRANSPARENT:
            inner = (
                call.callee.base if isinstance(call.callee, code.Attribute) and not call.args else None
            )
            inner = inner or (call.args[0] if len(call.args) == 1 else None)
            if inner is not None:
                return _text(db, path, block, inner)
    fixed: set[str] = set()
    for value in values(db, path, block, expr):
        if isinstance(value, Env):
            given = given_by_name(db).get(value.name.upper(), ())
            if given:
                return given[0].value.strip().lower()
        elif isinstance(value, Const):
            fixed.add(_shown(value.value))
        else:
            return _from_settings(db, facts.module, expr)
    if not fixed:
        return _from_settings(db, facts.module, expr)
    return fixed.pop() if len(fixed) == 1 else None


def _shown(value: Known) -> str:
    return "" if value is None else str(value).strip().lower()


def _from_settings(db: Database, module: code.Module, expr: code.Expr) -> str | None:
    """The value of `….auth.enabled` in a shipped settings file, by its last two names."""
    names: list[str] = []
    while isinstance(expr, code.Attribute) and len(names) < 2:
        names.append(expr.name)
        expr = expr.base
    return _setting(db, names[1], names[0]) if len(names) == 2 else None


@query
def _setting(db: Database, outer: str, name: str) -> str | None:
    for path, rank in settings_files(db):
        config = family(db, "config", path) if rank == 1 else None
        for root in config.roots if isinstance(config, Config) else ():
            for trail, node in root.walk():
                if trail[-2:] == (outer, name) and node.shape == "scalar":
                    return _shown(node.scalar)
    return None
