"""Facts of TypeScript and JavaScript files, with or without JSX, and of Vue and Svelte components."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from ast_grep_py import SgRoot

from shipsmith_controls.facts import (
    typescript_bindings,
    typescript_classes,
    typescript_expressions,
    typescript_functions,
    typescript_jsx,
    typescript_literals,
    typescript_modules,
    typescript_statements,
)
from shipsmith_controls.facts.code import Block, Expr, Module
from shipsmith_controls.facts.text import decode
from shipsmith_controls.facts.typescript_functions import directive
from shipsmith_controls.facts.typescript_jsx import is_bare_ampersand
from shipsmith_controls.facts.typescript_walker import Grammar, Walker, inside, line_of, span_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from shipsmith_controls.facts.typescript_walker import Binder, ExpressionHandler

Dialect: TypeAlias = Literal["typescript", "tsx", "javascript"]
"""`typescript` for .ts, .mts, .cts; `tsx` for .tsx; `javascript` for .js, .jsx, .mjs, .cjs."""

LONGEST_LINE = 20_000
"""Characters beyond which a line is the work of a minifier, and the file is not read."""

_SCRIPT = re.compile(r"<script\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>(.*?)</script\s*>", re.S | re.I)
_LANGUAGE = re.compile(r"\blang\s*=\s*[\"']?(\w+)", re.I)
_TYPE = re.compile(r"\btype\s*=\s*[\"']?([\w/+-]+)", re.I)
_SCRIPT_TYPES = frozenset({"module", "text/javascript", "application/javascript", "text/typescript"})
_OTHER_TEXT = re.compile(r"[^\n]+")


def _unbound(binder: Binder) -> ExpressionHandler:
    def handler(w: Walker, node: SgNode) -> Expr:
        return binder(w, node, "", False)

    return handler


_BINDERS = typescript_functions.BINDERS | typescript_classes.BINDERS
_GRAMMAR = Grammar(
    expressions=typescript_literals.EXPRESSIONS
    | typescript_expressions.EXPRESSIONS
    | typescript_bindings.EXPRESSIONS
    | typescript_jsx.EXPRESSIONS
    | typescript_modules.EXPRESSIONS
    | {kind: _unbound(binder) for kind, binder in _BINDERS.items()},
    statements=typescript_statements.STATEMENTS
    | typescript_bindings.STATEMENTS
    | typescript_functions.STATEMENTS
    | typescript_classes.STATEMENTS
    | typescript_modules.STATEMENTS,
    binders=_BINDERS,
)


def extract(source: bytes, dialect: Dialect) -> Module:
    """The facts of one file. Never raises: what could not be read is said in `errors`.

    A minified file (a line over `LONGEST_LINE` characters) or one nested beyond reach has no facts
    and the error line 1.
    """
    return _extract(decode(source), dialect)


def extract_component(source: bytes) -> Module:
    """The facts of the `<script>` blocks of a Vue or Svelte component, at their lines in the file."""
    text = decode(source)
    kept: list[str] = []
    dialect: Dialect = "javascript"
    end = 0
    for match in _SCRIPT.finditer(text):
        declared = _TYPE.search(match[1])
        if declared is not None and declared[1].lower() not in _SCRIPT_TYPES:
            continue
        language = _LANGUAGE.search(match[1])
        if language is not None and language[1].lower() in ("ts", "typescript"):
            dialect = "typescript"
        elif language is not None and language[1].lower() == "tsx":
            dialect = "tsx"
        kept += [_OTHER_TEXT.sub("", text[end : match.start(2)]), match[2]]
        end = match.end(2)
    kept.append(_OTHER_TEXT.sub("", text[end:]))
    return _extract("".join(kept), dialect)


def _extract(text: str, dialect: Dialect) -> Module:
    lines = text.count("\n") + (not text.endswith("\n") and text != "")
    unread = Module("typescript", lines, (Block("module", -1, -1, 1, 1),), errors=(1,))
    if len(text) > LONGEST_LINE and len(max(text.split("\n"), key=len)) > LONGEST_LINE:
        return unread
    root = SgRoot(text, dialect).root()
    try:
        return _walk(root, lines)
    except RecursionError:
        return unread


def _walk(root: SgNode, lines: int) -> Module:
    statements = inside(root)
    w = Walker(_GRAMMAR, span_of(statements[-1])[1] if statements else 1)
    for statement in statements:
        w.statement(statement)
    if statements:
        w.errors.update(_guesses(root))
    return w.build(lines, directive=directive(root), errors=tuple(sorted(w.errors)))


def _guesses(root: SgNode) -> set[int]:
    """The lines where the parser skipped something, or put in a token that is not there."""
    found = root.find_all(any=[{"kind": "ERROR"}, {"regex": "^$"}])
    return {line_of(node) for node in found if not is_bare_ampersand(node)}
