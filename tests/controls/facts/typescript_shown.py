"""Facts in one line of text each, so that the TypeScript tests read like a table of the language."""

from __future__ import annotations

from typing import Literal as OneOf

from shipsmith_controls.facts.code import (
    Assign,
    Attribute,
    CallRef,
    Choice,
    Expr,
    FunctionRef,
    Literal,
    Mapping,
    Module,
    Name,
    Opaque,
    Operation,
    Param,
    Sequence,
    Subscript,
    Template,
)
from shipsmith_controls.facts.typescript import extract


def facts(source: str, dialect: OneOf["typescript", "tsx", "javascript"] = "tsx") -> Module:
    return extract(source.encode(), dialect)


def shown(m: Module, value: Expr | None) -> str:
    """A value in a notation close to its kind; calls and functions are followed."""
    if value is None:
        return "-"
    if isinstance(value, Literal):
        return repr(value.value)
    if isinstance(value, Template):
        return f"template({listed(m, value.parts)})"
    if isinstance(value, Name):
        return value.id
    if isinstance(value, Attribute):
        return f"{shown(m, value.base)}.{value.name}"
    if isinstance(value, Subscript):
        return f"{shown(m, value.base)}[{shown(m, value.index)}]"
    if isinstance(value, CallRef):
        return shown_call(m, value.call)
    if isinstance(value, FunctionRef):
        return f"function {m.functions[value.function].qualname}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{shown(m, k)}: {shown(m, v)}" for k, v in value.entries) + "}"
    if isinstance(value, Sequence):
        return f"[{listed(m, value.items)}]"
    if isinstance(value, Choice):
        test = "" if value.test is None else f" if {shown(m, value.test)}"
        return f"choice({listed(m, value.options)}{test})"
    if isinstance(value, Operation):
        return f"op({value.operator}: {listed(m, value.operands)})"
    assert isinstance(value, Opaque)
    return f"<{value.kind}{': ' if value.parts else ''}{listed(m, value.parts)}>"


def listed(m: Module, values: tuple[Expr, ...]) -> str:
    return ", ".join(shown(m, value) for value in values)


def shown_call(m: Module, index: int) -> str:
    """A call as `[await] [new] callee(args, name=value)`, a JSX element as `<tag …>`."""
    call = m.calls[index]
    keywords = [f"{k.name or '**'}={shown(m, k.value)}" for k in call.keywords]
    inner = ", ".join([*(shown(m, a) for a in call.args), *keywords])
    words = ("await " if call.awaited else "") + ("new " if call.new else "")
    callee = shown(m, call.callee)
    return f"<{callee}>({inner})" if call.element else f"{words}{callee}({inner})"


def value_of(expression: str) -> str:
    """What an expression is, where it is assigned to a variable."""
    m = facts(f"async function* f() {{ x = {expression}; }}")
    assert m.errors == (), expression
    return shown(m, m.assigns[-1].value)


def shown_assign(m: Module, assign: Assign) -> str:
    declared = "" if assign.annotation is None else f": {shown(m, assign.annotation)}"
    sign = "+=" if assign.augmented else "="
    value = "" if assign.value is None else f" {sign} {shown(m, assign.value)}"
    return f"{shown(m, assign.target)}{declared}{value}"


def assigned(source: str) -> list[str]:
    """Every assignment of a source without syntax errors."""
    m = facts(source)
    assert m.errors == (), source
    return [shown_assign(m, assign) for assign in m.assigns]


def shown_param(m: Module, param: Param) -> str:
    kind = {"plain": "", "keyword": "key ", "rest": "...", "extra": "**"}[param.kind]
    declared = "" if param.annotation is None else f": {shown(m, param.annotation)}"
    default = "" if param.default is None else f" = {shown(m, param.default)}"
    return f"{kind}{param.name}{declared}{default}"


def params_of(source: str) -> list[str]:
    m = facts(source)
    assert m.errors == (), source
    return [shown_param(m, param) for param in m.functions[0].params]


def outline(m: Module) -> list[str]:
    """The blocks below the module, indented by depth, with their heads and what they bind."""
    rows = []
    for block in m.blocks[1:]:
        depth, parent = 0, block.parent
        while parent > 0:
            depth, parent = depth + 1, m.blocks[parent].parent
        words = [block.word or block.kind]
        if block.heads:
            words.append(listed(m, block.heads))
        if block.names:
            words.append("-> " + ", ".join(block.names))
        if block.of >= 0:
            words.append(f"of {m.blocks[block.of].kind}")
        rows.append("  " * depth + " ".join(words))
    return rows
