"""What the facts of a Python file are, construct by construct."""

from __future__ import annotations

import pytest
from shipsmith_controls.facts.code import (
    Assign,
    Attribute,
    Call,
    CallRef,
    Choice,
    Exit,
    Expr,
    Keyword,
    Literal,
    Mapping,
    Name,
    Opaque,
    Operation,
    Sequence,
    Subscript,
    Template,
)

from tests.controls.facts.read_python import call, read, text, value

# Calls ----------------------------------------------------------------------------------------


def test_a_call_has_its_callee_arguments_keywords_and_lines() -> None:
    module = read(
        """\
        reply = client.chat.create(
            "hi", *more, model=MODEL,
            timeout=30, **options
        )
        """
    )
    assert module.calls == (
        Call(
            1,
            4,
            Attribute(1, Attribute(1, Name(1, "client"), "chat"), "create"),
            (text(2, "hi"), Opaque(2, "spread", (Name(2, "more"),))),
            (
                Keyword("model", Name(2, "MODEL"), 2),
                Keyword("timeout", Literal(3, 30), 3),
                Keyword(None, Name(3, "options"), 3),
            ),
            block=0,
        ),
    )
    assert module.assigns == (Assign(1, Name(1, "reply"), CallRef(1, 0), 0),)


def test_comments_among_the_arguments_mean_nothing() -> None:
    module = read("f(  # why\n  1,  # one\n  k=  # key\n  2,\n)\n")
    assert module.calls[0].args == (Literal(2, 1),)
    assert module.calls[0].keywords == (Keyword("k", Literal(4, 2), 3),)


def test_each_call_of_a_chain_is_recorded_once_innermost_first() -> None:
    module = read("make(a()).run(b())(c())")
    names = [getattr(c.callee, "id", getattr(c.callee, "name", "")) for c in module.calls]
    assert names == ["a", "make", "b", "run", "c", ""]


@pytest.mark.parametrize(
    "source", ["await go()", "await (go())", "await (go() if a else b)", "x = [await go()]"]
)
def test_await_is_transparent_and_marks_the_call(source: str) -> None:
    assert call(read(f"async def f():\n    {source}\n"), "go").awaited


def test_only_the_awaited_call_itself_is_marked() -> None:
    module = read("async def f():\n    return await gather(a(), b())\n")
    assert [c.awaited for c in module.calls] == [False, False, True]
    assert module.exits == (Exit("return", 2, CallRef(2, 2), 1),)


def test_a_generator_can_be_the_only_argument() -> None:
    module = read("all(ok(x) for x in xs)")
    comprehension = call(module, "all").args[0]
    assert isinstance(comprehension, Opaque)
    assert comprehension.kind == "comprehension"


# Values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'a'", "a"),
        ('"""a\nb"""', "a\nb"),
        (r"'it\'s\t\x41\u00e9\N{BULLET}\101\q'", "it's\tAé•A\\q"),
        (r"r'\d\n'", r"\d\n"),
        ("b'raw' b'er'", "rawer"),
        ("u'old'", "old"),
        ("'a' \\\n 'b'", "ab"),
        ("('You are '\n 'kind.')", "You are kind."),
        ("'a' + 'b'", "ab"),
        ("f'plain {{}}'", "plain {}"),
        (r"'\ud83d\ude00'", "😀"),
        (r"'\ud800'", "\ufffd"),
        ("'x\\\ny'", "xy"),
        ("1_000", 1000),
        ("0xFF", 255),
        ("0o17", 15),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-3", -3),
        ("- 0.25", -0.25),
        ("+2", 2),
        ("True", True),
        ("False", False),
        ("None", None),
        ("(((4)))", 4),
        (str(2**70), float(2**70)),
    ],
)
def test_literals_are_resolved(source: str, expected: object) -> None:
    found = value(source)
    assert isinstance(found, Literal)
    assert (found.value, type(found.value)) == (expected, type(expected))


def test_huge_literals_are_cut() -> None:
    found = value(repr("x" * 150_000))
    assert found == text(1, "x" * 100_000)


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("f'Hi {name}!'", (text(1, "Hi "), Name(1, "name"), text(1, "!"))),
        ("f'{n:>{width}} {v!r}'", (Name(1, "n"), text(1, " "), Name(1, "v"))),
        ("f'{x=}'", (Name(1, "x"),)),
        (r"rf'\d{x}'", (text(1, r"\d"), Name(1, "x"))),
        ("'a' f'b{x}c' 'd'", (text(1, "ab"), Name(1, "x"), text(1, "cd"))),
        ("'Hi ' + name + '!'", (text(1, "Hi "), Name(1, "name"), text(1, "!"))),
        ("a + b + 'c'", (Name(1, "a"), Name(1, "b"), text(1, "c"))),
        ("'%s is %d%%' % (a, b)", (Name(1, "a"), text(1, " is "), Name(1, "b"), text(1, "%"))),
        ("'to %(who)s' % {'who': x}", (text(1, "to "), Name(1, "x"))),
        (
            "'{} and {k.z}{{}}'.format(a, k=b)",
            (Name(1, "a"), text(1, " and "), Name(1, "b"), text(1, "{}")),
        ),
        ("'{1}{0}'.format(a, b)", (Name(1, "b"), Name(1, "a"))),
        ("'{who}'.format(**m)", (Subscript(1, Name(1, "m"), text(1, "who")),)),
    ],
)
def test_text_with_insertions_is_a_template(source: str, parts: tuple[Expr, ...]) -> None:
    assert value(source) == Template(1, parts)


def test_format_of_a_literal_is_still_a_call_and_of_a_name_only_a_call() -> None:
    assert len(read("'{}'.format(x)").calls) == 1
    assert value("PROMPT.format(x)") == CallRef(1, 0)


def test_calls_inside_an_f_string_and_its_format_are_recorded() -> None:
    module = read("log(f'{name():{width()}}')")
    assert call(module, "log").args == (Template(1, (CallRef(1, 0),)),)
    assert call(module, "width")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a.b", Attribute(1, Name(1, "a"), "b")),
        ("a[0]", Subscript(1, Name(1, "a"), Literal(1, 0))),
        ("a[i, 1]", Subscript(1, Name(1, "a"), Sequence(1, (Name(1, "i"), Literal(1, 1))))),
        ("a[:4]", Subscript(1, Name(1, "a"), Opaque(1, "slice", (Literal(1, None), Literal(1, 4))))),
        (
            "a[1::2]",
            Subscript(
                1, Name(1, "a"), Opaque(1, "slice", (Literal(1, 1), Literal(1, None), Literal(1, 2)))
            ),
        ),
        ("a if t else b", Choice(1, (Name(1, "a"), Name(1, "b")), Name(1, "t"))),
        ("a or b or c", Choice(1, (Name(1, "a"), Name(1, "b"), Name(1, "c")))),
        ("a and b", Operation(1, "and", (Name(1, "a"), Name(1, "b")))),
        ("not a", Operation(1, "not", (Name(1, "a"),))),
        ("-a", Operation(1, "-", (Name(1, "a"),))),
        ("a is not b", Operation(1, "is not", (Name(1, "a"), Name(1, "b")))),
        ("a not in b", Operation(1, "not in", (Name(1, "a"), Name(1, "b")))),
        (
            "a < b <= c",
            Operation(
                1,
                "and",
                (
                    Operation(1, "<", (Name(1, "a"), Name(1, "b"))),
                    Operation(1, "<=", (Name(1, "b"), Name(1, "c"))),
                ),
            ),
        ),
        (
            "prompt | llm | parse",
            Operation(1, "|", (Name(1, "prompt"), Name(1, "llm"), Name(1, "parse"))),
        ),
        ("60 * 2", Operation(1, "*", (Literal(1, 60), Literal(1, 2)))),
        ("[a, *b]", Sequence(1, (Name(1, "a"), Opaque(1, "spread", (Name(1, "b"),))))),
        ("(a, 1)", Sequence(1, (Name(1, "a"), Literal(1, 1)))),
        ("{a, 1}", Sequence(1, (Name(1, "a"), Literal(1, 1)))),
        ("a, 1", Sequence(1, (Name(1, "a"), Literal(1, 1)))),
        ("{'k': a, **b}", Mapping(1, ((text(1, "k"), Name(1, "a")), (None, Name(1, "b"))))),
        ("...", Opaque(1, "ellipsis")),
        ("2j", Opaque(1, "complex")),
    ],
)
def test_expressions(source: str, expected: Expr) -> None:
    assert value(source) == expected


def test_a_comprehension_holds_its_element_then_its_clauses() -> None:
    module = read("out = {k: ask(m) for k, m in items() if good(k)}")
    assert module.assigns[0].value == Opaque(
        1,
        "comprehension",
        (
            Opaque(1, "pair", (Name(1, "k"), CallRef(1, 0))),
            Opaque(1, "for_in_clause", (Sequence(1, (Name(1, "k"), Name(1, "m"))), CallRef(1, 1))),
            CallRef(1, 2),
        ),
    )
    assert [c.block for c in module.calls] == [0, 0, 0]


# Bindings -------------------------------------------------------------------------------------


def test_assignments() -> None:
    module = read(
        """\
        a = b.c = 1
        d: int = 2
        e: "pkg.Type"
        f["k"] += 3
        if (n := go()) > 4: pass
        """
    )
    assert module.assigns == (
        Assign(1, Name(1, "a"), Literal(1, 1), 0),
        Assign(1, Attribute(1, Name(1, "b"), "c"), Literal(1, 1), 0),
        Assign(2, Name(2, "d"), Literal(2, 2), 0, Name(2, "int")),
        Assign(3, Name(3, "e"), None, 0, Attribute(3, Name(3, "pkg"), "Type")),
        Assign(4, Subscript(4, Name(4, "f"), text(4, "k")), Literal(4, 3), 0, augmented=True),
        Assign(5, Name(5, "n"), CallRef(5, 0), 0),
    )
    assert module.blocks[1].heads == (Operation(5, ">", (CallRef(5, 0), Literal(5, 4))),)


def test_unpacking_binds_each_name_to_its_part() -> None:
    module = read("a, (b, *c), d = go()")
    whole = CallRef(1, 0)
    inner = Subscript(1, whole, Literal(1, 1))
    rest = Opaque(1, "slice", (Literal(1, 1), Literal(1, None)))
    assert [(a.target, a.value) for a in module.assigns] == [
        (Name(1, "a"), Subscript(1, whole, Literal(1, 0))),
        (Name(1, "b"), Subscript(1, inner, Literal(1, 0))),
        (Name(1, "c"), Subscript(1, inner, rest)),
        (Name(1, "d"), Subscript(1, whole, Literal(1, 2))),
    ]


def test_after_a_star_parts_count_from_the_end() -> None:
    *_, rest, last = read("a, *b, c = xs").assigns
    stop = Opaque(1, "slice", (Literal(1, 1), Literal(1, -1)))
    assert rest.value == Subscript(1, Name(1, "xs"), stop)
    assert last.value == Subscript(1, Name(1, "xs"), Literal(1, -1))


def test_global_and_nonlocal_are_declarations_without_value() -> None:
    module = read("def f():\n    global client, db\n    client = 1\n")
    assert module.assigns[0] == Assign(2, Name(2, "client"), None, 1, Opaque(2, "global"))
    assert [a.target for a in module.assigns] == [Name(2, "client"), Name(2, "db"), Name(3, "client")]


def test_annotations_are_values_and_quoted_names_are_names() -> None:
    module = read('x: Optional["Foo"] | None\ny: Literal["a", "b"]\nz: Annotated["T", "doc"]\n')
    foo = Subscript(1, Name(1, "Optional"), Name(1, "Foo"))
    assert [a.annotation for a in module.assigns] == [
        Operation(1, "|", (foo, Literal(1, None))),
        Subscript(2, Name(2, "Literal"), Sequence(2, (text(2, "a"), text(2, "b")))),
        Subscript(3, Name(3, "Annotated"), Sequence(3, (Name(3, "T"), text(3, "doc")))),
    ]


def test_a_type_alias_is_an_assignment() -> None:
    assert read("type Ids[T] = list[T]").assigns == (
        Assign(1, Name(1, "Ids"), Subscript(1, Name(1, "list"), Name(1, "T")), 0),
    )


def test_an_attribute_of_a_type_is_not_an_alias() -> None:
    module = read("type(a).b = c()")
    assert [c.callee for c in module.calls] == [Name(1, "type"), Name(1, "c")]
    assert module.assigns[0].target == Attribute(1, CallRef(1, 0), "b")


# Imports --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import os", [("os", None, "os")]),
        ("import a.b", [("a.b", None, "a")]),
        ("import a.b as c, d", [("a.b", None, "c"), ("d", None, "d")]),
        ("from a.b import c", [("a.b", "c", "c")]),
        ("from . import x", [(".", "x", "x")]),
        ("from .a import (b as c,  # why\n d)", [(".a", "b", "c"), (".a", "d", "d")]),
        ("from ..a.b import *", [("..a.b", "*", "*")]),
        ("from __future__ import annotations", [("__future__", "annotations", "annotations")]),
    ],
)
def test_imports(source: str, expected: list[tuple[str, str | None, str]]) -> None:
    assert [(i.module, i.name, i.alias) for i in read(source).imports] == expected


def test_imports_know_their_block_and_whether_only_types_come_in() -> None:
    module = read(
        """\
        if TYPE_CHECKING:
            from a import A
        else:
            from b import B
        if typing.TYPE_CHECKING:
            import c
        def f():
            import d
        """
    )
    found = {i.module: (module.blocks[i.block].kind, i.type_only) for i in module.imports}
    assert found == {
        "a": ("if", True),
        "b": ("else", False),
        "c": ("if", True),
        "d": ("function", False),
    }
