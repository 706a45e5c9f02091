"""Functions: declarations, expressions, arrows and methods, with their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Literal as OneOf

from shipsmith_controls.facts.code import Attribute, Expr, FunctionRef, Name, Param
from shipsmith_controls.facts.typescript_bindings import bind, bound_names
from shipsmith_controls.facts.typescript_expressions import decorator_values, key_value
from shipsmith_controls.facts.typescript_literals import string_value
from shipsmith_controls.facts.typescript_types import annotation
from shipsmith_controls.facts.typescript_walker import (
    COMMENTS,
    first_inside,
    has_token,
    inside,
    line_of,
    span_of,
    text_or_none,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from shipsmith_controls.facts.typescript_walker import Binder, StatementHandler, Walker

ParamKind = OneOf["plain", "keyword", "rest", "extra"]

_DECLARED = frozenset({"function_declaration", "generator_function_declaration", "function_signature"})
_TYPED = frozenset({"required_parameter", "optional_parameter"})
_PROPERTY_MARKS = ("accessibility_modifier", "readonly", "override_modifier")


def function(w: Walker, node: SgNode, bound: str, exported: bool) -> Expr:
    """A function, arrow function or method as a value, named by what it is bound to."""
    return add_function(w, node, bound, exported=exported)


def declaration(w: Walker, node: SgNode) -> None:
    """`function name() {}`."""
    add_function(w, node, "")


def add_function(
    w: Walker,
    node: SgNode,
    bound: str,
    *,
    exported: bool = False,
    decorators: tuple[Expr, ...] = (),
    line: int = 0,
) -> FunctionRef:
    """Record a function; `bound` is the name it is bound to, `line` where it starts if not at its node.

    Defaults of parameters belong to its own block: they are evaluated when it is called.
    """
    start, end_line = span_of(node)
    is_async = has_token(node, "async")
    body = node.field("body")
    scope = w.open_function(bound or _own_name(node), line or start, end_line)
    params = _params(w, node)
    doc = None
    if body is not None and body.kind() == "statement_block":
        doc = directive(body)
        w.body(body)
    elif body is not None:
        w.exit("return", line_of(body), w.expr(body))
    return w.close_function(
        scope,
        params=params,
        decorators=decorators,
        returns=annotation(w, node.field("return_type")),
        doc=doc,
        is_async=is_async,
        exported=exported,
        getter=node.kind() == "method_definition" and has_token(node, "get"),
    )


def _own_name(node: SgNode) -> str:
    name = node.field("name")
    return name.text() if name is not None and name.kind() == "identifier" else ""


def directive(body: SgNode) -> str | None:
    """The directive at the top of a file or function body: `use server`, before `use strict`."""
    found: str | None = None
    for child in body.named_children():
        if child.kind() in COMMENTS:
            continue
        text = first_inside(child) if child.kind() == "expression_statement" else None
        if text is None or text.kind() != "string":
            break
        if found in (None, "use strict"):
            found = string_value(text)
    return found


def has_implementation(node: SgNode, statement: SgNode) -> bool:
    """Whether a signature without body is an overload: a function of its name stands next.

    `statement` is the statement the signature stands in: itself, or its `export`.
    """
    own = node.field("name")
    after = statement.next()
    # A token the parser put in has no width, and siblings of such nodes are not to be trusted.
    while after is not None and after.text() and after.kind() in (*COMMENTS, ";", "empty_statement"):
        after = after.next()
    if after is not None and after.kind() == "export_statement":
        after = after.field("declaration")
    if after is None or own is None or after.kind() not in _DECLARED:
        return False
    name = after.field("name")
    return name is not None and name.text() == own.text()


# Parameters -------------------------------------------------------------------------------------


def _params(w: Walker, node: SgNode) -> tuple[Param, ...]:
    params: list[Param] = []
    listed = node.field("parameters")
    if listed is None:
        single = node.field("parameter")
        if single is not None:
            _param(w, single, None, None, params)
        return tuple(params)
    for child in listed.named_children():
        kind = child.kind()
        if kind in _TYPED:
            _typed_param(w, child, params)
        elif kind not in COMMENTS:
            _param(w, child, None, None, params)
    return tuple(params)


def _typed_param(w: Walker, node: SgNode, params: list[Param]) -> None:
    pattern = node.field("pattern") or node.field("name")
    if pattern is None or pattern.kind() == "this":
        return
    decorator_values(w, node.field_children("decorator"))
    declared = annotation(w, node.field("type"))
    _param(w, pattern, node.field("value"), declared, params)
    if pattern.kind() == "identifier" and has_token(node, *_PROPERTY_MARKS):
        line, name = line_of(pattern), pattern.text()
        w.assign(line, Attribute(line, Name(line, "self"), name), Name(line, name), declared)


def _param(
    w: Walker,
    pattern: SgNode,
    default: SgNode | None,
    declared: Expr | None,
    params: list[Param],
    kind: ParamKind = "plain",
) -> None:
    shape = pattern.kind()
    if shape == "identifier" or shape == "shorthand_property_identifier_pattern":
        name = pattern.text()
        value = None if default is None else w.named(default, name)
        params.append(Param(name, line_of(pattern), value, declared, kind))
    elif shape == "assignment_pattern" or shape == "object_assignment_pattern":
        left = pattern.field("left")
        if left is not None:
            _param(w, left, pattern.field("right"), declared, params, kind)
    elif shape == "rest_pattern":
        inner = first_inside(pattern)
        if inner is not None:
            _param(w, inner, None, declared, params, "rest" if kind == "plain" else "extra")
    elif shape == "object_pattern":
        if default is not None:
            w.expr(default)
        for entry in inside(pattern):
            _keyword_param(w, entry, declared, params)
    elif shape == "array_pattern":
        if default is not None:
            w.expr(default)
        for name_node in bound_names(pattern):
            params.append(Param(name_node.text(), line_of(name_node), None, declared, "keyword"))
    else:
        w.expr(pattern)


def _keyword_param(w: Walker, entry: SgNode, declared: Expr | None, params: list[Param]) -> None:
    """An entry of a destructured parameter: callers know it by its key, the body by what it binds."""
    if entry.kind() != "pair_pattern":
        _param(w, entry, None, declared, params, "keyword")
        return
    key = key_value(w, entry.field("key"), entry)
    target = entry.field("value")
    name = text_or_none(key)
    if target is None:
        return
    line = line_of(entry)
    default: Expr | None = None
    if target.kind() == "assignment_pattern":
        default = w.at(target, "right")
        target = target.field("left") or target
    if name is None:
        for name_node in bound_names(target):
            params.append(Param(name_node.text(), line, default, declared, "keyword"))
        return
    params.append(Param(name, line, default, declared, "keyword"))
    if target.kind() != "identifier" or target.text() != name:
        bind(w, target, Name(line, name))


BINDERS: dict[str, Binder] = {
    "arrow_function": function,
    "function_expression": function,
    "generator_function": function,
    "method_definition": function,
}
STATEMENTS: dict[str, StatementHandler] = {
    "function_declaration": declaration,
    "generator_function_declaration": declaration,
}
