"""CommonJS: what `require` brings in and what `module.exports` gives away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipsmith_controls.facts.code import Attribute, Expr, Literal, Mapping, Name, Subscript
from shipsmith_controls.facts.typescript_literals import string_value
from shipsmith_controls.facts.typescript_walker import inside, line_of, peel, text_or_none

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from shipsmith_controls.facts.typescript_walker import Walker


def required(w: Walker, given: SgNode, target: SgNode) -> bool:
    """Record `target = require("m")` as imports; False when it is nothing of the kind.

    The value has been walked already, which left a side-effect import behind; it is replaced. A
    pattern with defaults, rest or further patterns stays an ordinary assignment.
    """
    call = peel(given)
    taken = "*"
    if call.kind() == "member_expression":
        inner, prop = call.field("object"), call.field("property")
        if inner is None or prop is None:
            return False
        call, taken = inner, prop.text()
    if not _is_require(call):
        return False
    names = _targets(target, taken)
    if names is None:
        return False
    module = w.imports.pop().module
    for line, name, alias in names:
        w.import_(line, module, name, alias)
    return True


def _is_require(node: SgNode) -> bool:
    if node.kind() != "call_expression":
        return False
    function, given = node.field("function"), node.field("arguments")
    if function is None or given is None or function.kind() != "identifier":
        return False
    arguments = inside(given)
    return function.text() == "require" and [a.kind() for a in arguments] == ["string"]


def _targets(target: SgNode, taken: str) -> list[tuple[int, str, str]] | None:
    """The (line, name, alias) that a target takes, or None when it is no list of plain names."""
    if target.kind() == "identifier":
        return [(line_of(target), taken, target.text())]
    if target.kind() != "object_pattern" or taken != "*":
        return None
    names: list[tuple[int, str, str]] = []
    for entry in inside(target):
        if entry.kind() == "shorthand_property_identifier_pattern":
            names.append((line_of(entry), entry.text(), entry.text()))
            continue
        key, value = entry.field("key"), entry.field("value")
        if key is None or value is None or value.kind() != "identifier":
            return None
        if key.kind() == "computed_property_name":
            return None
        name = string_value(key) if key.kind() == "string" else key.text()
        names.append((line_of(entry), name, value.text()))
    return names


def export_name(target: Expr) -> str | None:
    """What an assignment to `target` exports: a name, "" for `module.exports` itself, else None."""
    if isinstance(target, Attribute):
        if _is_exports(target.base):
            return target.name
        return "" if _is_exports(target) else None
    if isinstance(target, Subscript) and _is_exports(target.base):
        return text_or_none(target.index)
    return None


def _is_exports(value: Expr) -> bool:
    if isinstance(value, Attribute):
        return value.name == "exports" and isinstance(value.base, Name) and value.base.id == "module"
    return isinstance(value, Name) and value.id == "exports"


def assigned_export(w: Walker, line: int, name: str, value: Expr) -> None:
    """Record what `module.exports = value` (name "") or `exports.name = value` exports.

    An object that is exported as a whole is the default, and each of its entries a named export.
    """
    _export(w, line, name or "default", value)
    if name or not isinstance(value, Mapping):
        return
    for key, entry in value.entries:
        if isinstance(key, Literal) and isinstance(key.value, str):
            _export(w, key.line, key.value, entry)


def _export(w: Walker, line: int, name: str, value: Expr) -> None:
    if isinstance(value, Name):
        w.export(line, name, value.id)
    else:
        w.export(line, name, None, None, value)
