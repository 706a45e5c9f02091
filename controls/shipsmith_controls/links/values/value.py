"""What an expression may turn out to be: the values that links are made of."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from shipsmith_controls.facts import code


class Const(msgspec.Struct, frozen=True):
    """A literal, where it stands."""

    value: str | int | float | bool | None
    path: str
    line: int


class Text(msgspec.Struct, frozen=True):
    """Text with inserted values: the template and the block it stands in."""

    path: str
    block: int
    template: code.Template


class Data(msgspec.Struct, frozen=True):
    """A mapping or sequence display and the block it stands in."""

    path: str
    block: int
    expr: code.Mapping | code.Sequence


class Extern(msgspec.Struct, frozen=True):
    """Something from outside the tree: `name` is dotted, "" for the module itself."""

    module: str
    name: str
    path: str
    line: int

    @property
    def dotted(self) -> str:
        """Module and name in one."""
        return f"{self.module}.{self.name}" if self.name else self.module


class Fn(msgspec.Struct, frozen=True):
    """A function of the tree; `self_path`/`self_class` say on which class it was looked up."""

    path: str
    function: int
    self_path: str = ""
    self_class: int = -1


class Cls(msgspec.Struct, frozen=True):
    """A class of the tree."""

    path: str
    klass: int


class Inst(msgspec.Struct, frozen=True):
    """An object of a class of the tree; `made` is the call that made it (-1: from an annotation)."""

    path: str
    klass: int
    made_path: str = ""
    made: int = -1


class Made(msgspec.Struct, frozen=True):
    """What a call of something external returned. `trail`: attributes and methods since then.

    `calls` are the calls on the way, as (path, call); the first made the object. `heir` is the class
    of the tree, as (path, class), that inherits what is meant.
    """

    extern: Extern
    calls: tuple[tuple[str, int], ...]
    trail: str = ""
    variant: str = ""
    """Name of the client type, where what the maker was given decides it: `boto3.client("…")`."""
    heir: tuple[str, int] | None = None


class Declared(msgspec.Struct, frozen=True):
    """A value known only by its declared external type (`client: AsyncOpenAI`)."""

    extern: Extern
    path: str
    line: int


class Env(msgspec.Struct, frozen=True):
    """An environment variable, with the place where it is read."""

    name: str
    path: str
    line: int


class Param(msgspec.Struct, frozen=True):
    """A parameter that no caller was followed for."""

    path: str
    function: int
    name: str


class Piped(msgspec.Struct, frozen=True):
    """Values composed with `|` or `.pipe()`: (path, block, operand) in order.

    `laid` are calls that laid something over the composition (`.with_fallbacks(…)`), as (path, call).
    """

    path: str
    block: int
    operands: tuple[code.Expr, ...]
    laid: tuple[tuple[str, int], ...] = ()


class Unknown(msgspec.Struct, frozen=True):
    """Something that cannot be followed; `what` is its name or syntax kind."""

    what: str
    path: str
    line: int


class Whole(msgspec.Struct, frozen=True):
    """A module of the tree, as a value."""

    path: str


Value: TypeAlias = (
    Const
    | Text
    | Data
    | Extern
    | Fn
    | Cls
    | Inst
    | Made
    | Declared
    | Env
    | Param
    | Piped
    | Unknown
    | Whole
)

NO_VARIANT = "-"
"""The maker was given something that makes none of the client types known."""
MOST_VALUES = 48
"""Possibilities that are kept for one expression."""
DEEPEST = 24
"""Steps that a walk takes from an expression."""
HOPS = 3
"""Callers that are followed one above the other for a parameter."""
