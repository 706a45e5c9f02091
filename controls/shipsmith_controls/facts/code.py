"""Facts of one source file: the same small language for Python, TypeScript and JavaScript.

An extractor turns a syntax tree into a `Module`: flat tuples of calls, assignments, exits, functions,
classes, imports and exports, plus a tree of `Block`s that says what stands inside what. Everything
is immutable and compares by value, so that an edit which changes no fact changes nothing after it.

Indices (`call`, `function`, `block`) point into the tuples of the same `Module`. Lines count from 1.
A `Module` holds no path: two files with the same bytes have the same facts.
"""

from __future__ import annotations

from typing import Literal as OneOf
from typing import TypeAlias

import msgspec


class Fact(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Base of all facts: an immutable value."""


class Literal(Fact, frozen=True, tag="lit"):
    """A constant: text (quotes and escapes resolved), number, truth value or none."""

    line: int
    value: str | int | float | bool | None


class Template(Fact, frozen=True, tag="tpl"):
    """Text built from parts: f-string, template literal, `+` or `%` on text, `.format(...)`.

    Literal pieces stand as `Literal` parts; every other part is an inserted value.
    """

    line: int
    parts: tuple[Expr, ...]


class Name(Fact, frozen=True, tag="name"):
    """A bare name. `this` is written `self` in every language."""

    line: int
    id: str


class Attribute(Fact, frozen=True, tag="attr"):
    """`base.name`, also `base?.name` and `base!.name`."""

    line: int
    base: Expr
    name: str


class Subscript(Fact, frozen=True, tag="sub"):
    """`base[index]`; a slice is an `Opaque` index of kind `slice`."""

    line: int
    base: Expr
    index: Expr


class CallRef(Fact, frozen=True, tag="call"):
    """The value of a call: `Module.calls[call]`. `await` is transparent (see `Call.awaited`)."""

    line: int
    call: int


class Mapping(Fact, frozen=True, tag="map"):
    """A dict display or object literal; an entry whose key is None is a spread.

    Object shorthand `{ a }` is an entry from `Literal("a")` to `Name("a")`; a method is an entry
    whose value is a `FunctionRef`.
    """

    line: int
    entries: tuple[tuple[Expr | None, Expr], ...]


class Sequence(Fact, frozen=True, tag="seq"):
    """A list, tuple, set or array display; a spread item is an `Opaque` of kind `spread`."""

    line: int
    items: tuple[Expr, ...]


class Choice(Fact, frozen=True, tag="choice"):
    """One of several values: `a if t else b`, `t ? a : b`, `a or b`, `a || b`, `a ?? b`.

    `test` is the condition of a conditional expression; None for `or`, `||`, `??`.
    """

    line: int
    options: tuple[Expr, ...]
    test: Expr | None = None


class Operation(Fact, frozen=True, tag="op"):
    """An operator on values: comparison, `and`, `not`, `in`, `|`, arithmetic on non-text."""

    line: int
    operator: str
    operands: tuple[Expr, ...]


class FunctionRef(Fact, frozen=True, tag="fn"):
    """A lambda, arrow function or function expression: `Module.functions[function]`."""

    line: int
    function: int


class Opaque(Fact, frozen=True, tag="opaque"):
    """Anything else, with the values inside it.

    Kinds: `comprehension`, `slice`, `spread`, `type`, `regex`, `class`, or the syntax node's name.
    """

    line: int
    kind: str
    parts: tuple[Expr, ...] = ()


Expr: TypeAlias = (
    Literal
    | Template
    | Name
    | Attribute
    | Subscript
    | CallRef
    | Mapping
    | Sequence
    | Choice
    | Operation
    | FunctionRef
    | Opaque
)


class Keyword(Fact, frozen=True):
    """A keyword argument; a name of None is a `**spread`."""

    name: str | None
    value: Expr
    line: int


class Call(Fact, frozen=True):
    """A call, `new` expression, decorator application without parentheses excluded.

    A JSX element is a call too (`element`): its tag is the callee, its attributes are keywords
    (`{...props}` has name None), its children are the positional arguments (text as `Literal`).
    """

    line: int
    end_line: int
    callee: Expr
    args: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    block: int
    awaited: bool = False
    new: bool = False
    element: bool = False


BlockKind: TypeAlias = OneOf[
    "module", "class", "function", "if", "else", "loop", "try", "except", "finally", "with", "case"
]


class Block(Fact, frozen=True):
    """A stretch of statements and what stands at its head.

    `parent` is the enclosing block (-1 for the module, which is block 0). `of` ties `else` to its
    `if` (or loop, or try), `except` and `finally` to their `try`; otherwise -1. `heads`: the test of
    an `if` or `while`, the iterable of a `for` (one `Operation` with operator `for(;;)` for a C-style
    loop), the exception types of an `except`, the context managers of a `with`, the value and
    pattern of a `case`. `names`: what the head binds (loop targets, `except … as e`, `with … as f`).
    An `elif` / `else if` is an `if` inside an `else`. `word` is the keyword of a loop: `for` or
    `while`, `async` prefixed where it applies (`async for`).
    """

    kind: BlockKind
    parent: int
    of: int
    line: int
    end_line: int
    heads: tuple[Expr, ...] = ()
    names: tuple[str, ...] = ()
    word: str = ""


class Assign(Fact, frozen=True):
    """A binding of a value to a target.

    Targets: `Name`, `Attribute` (`self.x`), `Subscript`; unpacking makes one `Assign` for each
    name with value `Subscript(value, Literal(index or key))`. Python class-level and
    TypeScript class fields are targets `Name` in a class block. `annotation` is the declared type.
    A declaration without value has value None. `augmented` marks `+=` and its kin.
    """

    line: int
    target: Expr
    value: Expr | None
    block: int
    annotation: Expr | None = None
    augmented: bool = False


class Exit(Fact, frozen=True):
    """A statement that leaves or yields: `return`, `yield`, `raise` (`throw`), `break`, `continue`.

    The expression body of a lambda or arrow function is a `return`.
    """

    kind: OneOf["return", "yield", "raise", "break", "continue"]
    line: int
    value: Expr | None
    block: int


class Param(Fact, frozen=True):
    """A parameter. `kind`: `plain`, `keyword` (keyword-only), `rest` (`*args`), `extra` (`**kwargs`).

    A destructured TypeScript parameter `{ a, b = 1 }: P` becomes params `a` and `b` of kind
    `keyword` that share the annotation.
    """

    name: str
    line: int
    default: Expr | None = None
    annotation: Expr | None = None
    kind: OneOf["plain", "keyword", "rest", "extra"] = "plain"


class Function(Fact, frozen=True):
    """A function, method, lambda or arrow function.

    `name` is the declared name, or for a function expression the name it is bound to (variable,
    property or object key), else "". `qualname` joins enclosing class and function names with
    dots; anonymous ones count as `<line>`. `block` is its own body; `parent` the block that holds
    it. `doc` is the docstring, or a TypeScript directive such as `use server` at the top of the
    body. `exported`: an `export` stands on it.
    """

    name: str
    qualname: str
    line: int
    end_line: int
    block: int
    parent: int
    params: tuple[Param, ...] = ()
    decorators: tuple[Expr, ...] = ()
    returns: Expr | None = None
    doc: str | None = None
    is_async: bool = False
    exported: bool = False
    getter: bool = False
    """A TypeScript `get name()`: read as an attribute."""


class Class(Fact, frozen=True):
    """A class (or TypeScript interface). `bases` include what it implements."""

    name: str
    qualname: str
    line: int
    end_line: int
    block: int
    parent: int
    bases: tuple[Expr, ...] = ()
    decorators: tuple[Expr, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    doc: str | None = None


class Import(Fact, frozen=True):
    """A name that another module brings in.

    `module` is written as in the source (`..config`, `./llm`, `@/lib/ai`). `name` is what is taken
    from it: None for the module itself (`import a.b`), `*` for all of it (`from a import *`,
    `import * as a`), `default` for a default import. `alias` is the local name that is bound: for
    `import a.b` it is `a`; for `from a import *` it is `*`. `const x = require("y")` is a `*` import.
    """

    line: int
    module: str
    name: str | None
    alias: str
    block: int
    type_only: bool = False


class Export(Fact, frozen=True):
    """A TypeScript export. `local` is the local name, or the name in `module` when re-exported.

    `export * from "m"` has name and local `*`; `export default expr` has name `default`, and
    `value` when what is exported has no name of its own.
    """

    line: int
    name: str
    local: str | None
    module: str | None = None
    value: Expr | None = None


class Module(Fact, frozen=True):
    """All facts of one source file."""

    language: OneOf["python", "typescript"]
    lines: int
    blocks: tuple[Block, ...]
    calls: tuple[Call, ...] = ()
    assigns: tuple[Assign, ...] = ()
    exits: tuple[Exit, ...] = ()
    functions: tuple[Function, ...] = ()
    classes: tuple[Class, ...] = ()
    imports: tuple[Import, ...] = ()
    exports: tuple[Export, ...] = ()
    directive: str | None = None
    doc: str | None = None
    errors: tuple[int, ...] = ()
    """Lines where the parser had to guess; the facts around them may be incomplete."""
