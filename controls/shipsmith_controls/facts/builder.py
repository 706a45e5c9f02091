"""The mutable side of extraction: gathers facts while a syntax tree is walked, then freezes them.

An extractor opens and closes blocks as it enters and leaves them; everything that is added in
between belongs to the innermost open block. Indices of functions and classes are in source order:
they are reserved when one is opened and filled in when it is closed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Final
from typing import Literal as OneOf

from shipsmith_controls.facts.code import (
    Assign,
    Block,
    BlockKind,
    Call,
    CallRef,
    Choice,
    Class,
    Exit,
    Export,
    Expr,
    Function,
    FunctionRef,
    Import,
    Keyword,
    Literal,
    Module,
    Param,
    Template,
)

MAX_DEPTH: Final = 150
"""Nesting of syntax below which `Opaque("deep")` stands; keeps clear of Python's recursion limit."""

MAX_TEXT: Final = 100_000
"""Characters of a literal that are kept."""

MAX_INTEGER: Final = 2**63
"""Integers from here on are kept as floats: the cache stores 64 bits."""

SHORT_TEXT: Final = 40


@dataclass(frozen=True, slots=True)
class Scope:
    """An open function or class: its index, its body and what it is called."""

    index: int
    block: int
    parent: int
    name: str
    qualname: str


class Builder:
    """Facts of one file in the making. `block` is the innermost open block, 0 at the start."""

    def __init__(self, language: OneOf["python", "typescript"], end_line: int) -> None:
        self.language = language
        self.block = 0
        self.blocks: list[Block] = [Block("module", -1, -1, 1, end_line)]
        self.calls: list[Call] = []
        self.assigns: list[Assign] = []
        self.exits: list[Exit] = []
        self.functions: list[Function | None] = []
        self.classes: list[Class | None] = []
        self.imports: list[Import] = []
        self.exports: list[Export] = []
        self._names: list[str] = []

    # Blocks ---------------------------------------------------------------------------------

    def open_block(
        self,
        kind: BlockKind,
        line: int,
        end_line: int,
        *,
        of: int = -1,
        heads: tuple[Expr, ...] = (),
        names: tuple[str, ...] = (),
        word: str = "",
    ) -> int:
        """Open a block inside the current one and make it current; gives its index."""
        index = len(self.blocks)
        self.blocks.append(Block(kind, self.block, of, line, end_line, heads, names, word))
        self.block = index
        return index

    def close_block(self) -> None:
        """Leave the current block for the one around it."""
        self.block = self.blocks[self.block].parent

    # Calls ----------------------------------------------------------------------------------

    def call(
        self,
        line: int,
        end_line: int,
        callee: Expr,
        args: tuple[Expr, ...] = (),
        keywords: tuple[Keyword, ...] = (),
        *,
        awaited: bool = False,
        new: bool = False,
        element: bool = False,
    ) -> CallRef:
        """Record a call in the current block; gives the value that stands for its result."""
        calls = self.calls
        index = len(calls)
        calls.append(Call(line, end_line, callee, args, keywords, self.block, awaited, new, element))
        return CallRef(line, index)

    def mark_awaited(self, value: Expr) -> None:
        """Note that `value` is awaited, where it is a call or a choice between calls."""
        if isinstance(value, Choice):
            for option in value.options:
                self.mark_awaited(option)
        elif isinstance(value, CallRef):
            c = self.calls[value.call]
            self.calls[value.call] = Call(
                c.line, c.end_line, c.callee, c.args, c.keywords, c.block, True, c.new, c.element
            )

    # Statements -----------------------------------------------------------------------------

    def assign(
        self,
        line: int,
        target: Expr,
        value: Expr | None,
        annotation: Expr | None = None,
        *,
        augmented: bool = False,
    ) -> None:
        """Record a binding in the current block."""
        self.assigns.append(Assign(line, target, value, self.block, annotation, augmented))

    def exit(
        self,
        kind: OneOf["return", "yield", "raise", "break", "continue"],
        line: int,
        value: Expr | None = None,
    ) -> None:
        """Record a statement that leaves or yields, in the current block."""
        self.exits.append(Exit(kind, line, value, self.block))

    def import_(
        self, line: int, module: str, name: str | None, alias: str, *, type_only: bool = False
    ) -> None:
        """Record an imported name, in the current block."""
        self.imports.append(Import(line, module, name, alias, self.block, type_only))

    def export(
        self,
        line: int,
        name: str,
        local: str | None,
        module: str | None = None,
        value: Expr | None = None,
    ) -> None:
        """Record an exported name."""
        self.exports.append(Export(line, name, local, module, value))

    # Functions and classes ------------------------------------------------------------------

    def open_function(self, name: str, line: int, end_line: int) -> Scope:
        """Reserve a function and open its body. Evaluate defaults and decorators before this."""
        index = len(self.functions)
        self.functions.append(None)
        return self._open_scope("function", index, name, line, end_line)

    def close_function(
        self,
        scope: Scope,
        *,
        params: tuple[Param, ...] = (),
        decorators: tuple[Expr, ...] = (),
        returns: Expr | None = None,
        doc: str | None = None,
        is_async: bool = False,
        exported: bool = False,
        getter: bool = False,
    ) -> FunctionRef:
        """Close the body and record the function; gives the value that stands for it."""
        self._close_scope(scope)
        block = self.blocks[scope.block]
        self.functions[scope.index] = Function(
            scope.name,
            scope.qualname,
            block.line,
            block.end_line,
            scope.block,
            scope.parent,
            params,
            decorators,
            returns,
            doc,
            is_async,
            exported,
            getter,
        )
        return FunctionRef(block.line, scope.index)

    def open_class(self, name: str, line: int, end_line: int) -> Scope:
        """Reserve a class and open its body. Evaluate bases and decorators before this."""
        index = len(self.classes)
        self.classes.append(None)
        return self._open_scope("class", index, name, line, end_line)

    def close_class(
        self,
        scope: Scope,
        *,
        bases: tuple[Expr, ...] = (),
        decorators: tuple[Expr, ...] = (),
        keywords: tuple[Keyword, ...] = (),
        doc: str | None = None,
    ) -> None:
        """Close the body and record the class."""
        self._close_scope(scope)
        block = self.blocks[scope.block]
        self.classes[scope.index] = Class(
            scope.name,
            scope.qualname,
            block.line,
            block.end_line,
            scope.block,
            scope.parent,
            bases,
            decorators,
            keywords,
            doc,
        )

    def _open_scope(
        self, kind: OneOf["function", "class"], index: int, name: str, line: int, end_line: int
    ) -> Scope:
        parent = self.block
        self._names.append(name or f"<{line}>")
        qualname = sys.intern(".".join(self._names))
        return Scope(index, self.open_block(kind, line, end_line), parent, name, qualname)

    def _close_scope(self, scope: Scope) -> None:
        self.block = scope.parent
        self._names.pop()

    # The result -----------------------------------------------------------------------------

    def build(
        self,
        lines: int,
        *,
        directive: str | None = None,
        doc: str | None = None,
        errors: tuple[int, ...] = (),
    ) -> Module:
        """Freeze what was gathered."""
        return Module(
            self.language,
            lines,
            tuple(self.blocks),
            tuple(self.calls),
            tuple(self.assigns),
            tuple(self.exits),
            tuple(f for f in self.functions if f is not None),
            tuple(c for c in self.classes if c is not None),
            tuple(self.imports),
            tuple(self.exports),
            directive,
            doc,
            errors,
        )


def text_literal(line: int, value: str) -> Literal:
    """A literal text: cut at `MAX_TEXT`, shared in memory when short, free of lone surrogates."""
    if not value.isascii():
        # Escapes can spell lone surrogates, which no encoder of the cache accepts.
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if len(value) <= SHORT_TEXT:
        value = sys.intern(value)
    elif len(value) > MAX_TEXT:
        value = value[:MAX_TEXT]
    return Literal(line, value)


def number_literal(line: int, value: float) -> Literal:
    """A literal number; integers beyond 64 bits become floats."""
    if isinstance(value, int) and not -MAX_INTEGER <= value < MAX_INTEGER:
        try:
            value = float(value)
        except OverflowError:
            value = float("inf") if value > 0 else float("-inf")
    return Literal(line, value)


def template(line: int, parts: list[Expr]) -> Template | Literal:
    """Text from parts: inner templates are dissolved, neighbouring literals joined.

    When nothing is inserted the result is a `Literal`.
    """
    flat: list[Expr] = []
    pending: list[Literal] = []

    def settle() -> None:
        if pending:
            joined = "".join(str(p.value) for p in pending)
            if joined or len(parts) == 1:
                flat.append(text_literal(pending[0].line, joined))
            pending.clear()

    for part in parts:
        for piece in part.parts if isinstance(part, Template) else (part,):
            if isinstance(piece, Literal) and isinstance(piece.value, str):
                pending.append(piece)
            else:
                settle()
                flat.append(piece)
    settle()
    if not flat:
        return text_literal(line, "")
    if len(flat) == 1 and isinstance(flat[0], Literal) and isinstance(flat[0].value, str):
        return text_literal(line, flat[0].value)
    return Template(line, tuple(flat))
