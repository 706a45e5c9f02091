"""ES modules: `import` and `export` statements, and TypeScript's namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipsmith_controls.facts.code import Expr, Name, Opaque
from shipsmith_controls.facts.typescript_bindings import bound_names, declare
from shipsmith_controls.facts.typescript_classes import add_class
from shipsmith_controls.facts.typescript_commonjs import assigned_export
from shipsmith_controls.facts.typescript_functions import add_function, has_implementation
from shipsmith_controls.facts.typescript_literals import string_value
from shipsmith_controls.facts.typescript_types import type_value
from shipsmith_controls.facts.typescript_walker import has_token, inside, line_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from shipsmith_controls.facts.typescript_walker import (
        ExpressionHandler,
        StatementHandler,
        Walker,
    )

_FUNCTIONS = frozenset({"function_declaration", "generator_function_declaration"})
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration"})
_VARIABLES = frozenset({"lexical_declaration", "variable_declaration"})


def _module_of(node: SgNode) -> str | None:
    source = node.field("source")
    return None if source is None else string_value(source)


def _word(node: SgNode) -> str:
    """A name in an import or export list, which may be quoted."""
    return string_value(node) if node.kind() == "string" else node.text()


# Imports ----------------------------------------------------------------------------------------


def import_statement(w: Walker, node: SgNode) -> None:
    """Every form of `import`; one that binds no name is a side-effect import."""
    before = len(w.imports)
    type_only = has_token(node, "type", "typeof")
    module = _module_of(node)
    for child in inside(node):
        kind = child.kind()
        if kind == "import_require_clause":
            parts = inside(child)
            module = _module_of(child)
            if parts and module is not None:
                w.import_(line_of(child), module, "*", parts[0].text())
        elif kind == "import_clause" and module is not None:
            _import_clause(w, child, module, type_only)
    if len(w.imports) == before and module is not None:
        w.import_(line_of(node), module, None, "", type_only=type_only)


def _import_clause(w: Walker, clause: SgNode, module: str, type_only: bool) -> None:
    for child in inside(clause):
        kind = child.kind()
        if kind == "identifier":
            w.import_(line_of(child), module, "default", child.text(), type_only=type_only)
        elif kind == "namespace_import":
            for name in inside(child):
                w.import_(line_of(name), module, "*", name.text(), type_only=type_only)
        elif kind == "named_imports":
            for entry in inside(child):
                _import_specifier(w, entry, module, type_only)


def _import_specifier(w: Walker, node: SgNode, module: str, type_only: bool) -> None:
    name = node.field("name")
    if name is None:
        return
    alias = node.field("alias") or name
    only = type_only or has_token(node, "type", "typeof")
    w.import_(line_of(node), module, _word(name), _word(alias), type_only=only)


def import_alias(w: Walker, node: SgNode) -> None:
    """`import a = B.c`, which binds a name to a part of a namespace."""
    parts = inside(node)
    if len(parts) == 2:
        line = line_of(node)
        w.assign(line, Name(line, parts[0].text()), type_value(w, parts[1]))


# Exports ----------------------------------------------------------------------------------------


def export_statement(w: Walker, node: SgNode) -> None:
    """Every form of `export`. Inside a namespace what is exported leaves no module."""
    before = len(w.exports)
    declared, value = node.field("declaration"), node.field("value")
    module = _module_of(node)
    if declared is not None:
        _export_declaration(w, node, declared)
    elif value is not None:
        _export_default(w, line_of(node), value)
    elif has_token(node, "="):
        for child in inside(node):
            assigned_export(w, line_of(node), "", w.expr(child))
    elif module is not None or not has_token(node, "as"):
        _export_list(w, node, module)
    if w.namespaces:
        del w.exports[before:]


def _export_list(w: Walker, node: SgNode, module: str | None) -> None:
    if module is not None and has_token(node, "*"):
        w.export(line_of(node), "*", "*", module)
    for child in inside(node):
        kind = child.kind()
        if kind == "namespace_export":
            for name in inside(child):
                w.export(line_of(name), _word(name), "*", module)
        elif kind == "export_clause":
            for entry in inside(child):
                name_node = entry.field("name")
                if name_node is not None:
                    alias = entry.field("alias") or name_node
                    w.export(line_of(entry), _word(alias), _word(name_node), module)
        elif kind == "ERROR":
            w.statement(child)


def _export_default(w: Walker, line: int, value: SgNode) -> None:
    result = w.named(value, "", exported=True)
    own = value.field("name") if value.kind() in ("class", "function_expression") else None
    if isinstance(result, Name):
        w.export(line, "default", result.id)
    elif own is not None:
        w.export(line, "default", own.text())
    else:
        w.export(line, "default", None, None, result)


def _export_declaration(w: Walker, node: SgNode, declared: SgNode) -> None:
    kind = declared.kind()
    if kind in _VARIABLES:
        declare(w, declared, exported=True)
    elif kind in _FUNCTIONS:
        add_function(w, declared, "", exported=True)
    elif kind in _CLASSES:
        add_class(w, declared, "", decorators=[c for c in inside(node) if c.kind() == "decorator"])
    elif kind == "function_signature":
        if has_implementation(declared, node):
            return
        add_function(w, declared, "", exported=True)
    else:
        w.statement(declared)
    names = _declared_names(declared)
    if has_token(node, "default"):
        w.export(line_of(node), "default", names[0][1] if names else None)
        return
    for line, name in names:
        w.export(line, name, name)


def _declared_names(node: SgNode) -> list[tuple[int, str]]:
    """The (line, name) of everything a declaration declares."""
    kind = node.kind()
    if kind in _VARIABLES:
        targets = [child.field("name") for child in inside(node)]
        found = [name for target in targets if target is not None for name in bound_names(target)]
    elif kind == "import_alias":
        found = inside(node)[:1]
    elif kind == "ambient_declaration":
        return [name for child in inside(node) for name in _declared_names(child)]
    else:
        own = node.field("name")
        found = [] if own is None else [own]
    return [(line_of(name), name.text()) for name in found]


# Namespaces -------------------------------------------------------------------------------------


def ambient(w: Walker, node: SgNode) -> None:
    """`declare …`: what is said to exist elsewhere, also `declare module "m" { … }`."""
    for child in inside(node):
        kind = child.kind()
        if kind == "function_signature":
            add_function(w, child, "")
        elif kind == "statement_block":
            _namespace_body(w, child)
        elif kind != "property_identifier":
            w.statement(child)


def namespace(w: Walker, node: SgNode) -> None:
    """`namespace N { … }` and `module "m" { … }`: what is inside belongs to the block around it."""
    body = node.field("body")
    if body is not None:
        _namespace_body(w, body)


def _namespace_body(w: Walker, body: SgNode) -> None:
    w.namespaces += 1
    w.body(body)
    w.namespaces -= 1


def namespace_expression(w: Walker, node: SgNode) -> Expr:
    """A namespace where the parser takes it for an expression statement."""
    namespace(w, node)
    return Opaque(line_of(node), "namespace")


def signature(w: Walker, node: SgNode) -> None:
    """`function f(): T;` without a body: an overload, unless nothing implements it."""
    if not has_implementation(node, node):
        add_function(w, node, "")


EXPRESSIONS: dict[str, ExpressionHandler] = {"internal_module": namespace_expression}
STATEMENTS: dict[str, StatementHandler] = {
    "import_statement": import_statement,
    "import_alias": import_alias,
    "export_statement": export_statement,
    "ambient_declaration": ambient,
    "module": namespace,
    "function_signature": signature,
}
