"""What encloses what in a Python file: functions, classes, branches, loops, and the ways out."""

from __future__ import annotations

from shipsmith_controls.facts.code import (
    Assign,
    Attribute,
    Block,
    CallRef,
    Choice,
    Exit,
    Function,
    FunctionRef,
    Keyword,
    Literal,
    Mapping,
    Module,
    Name,
    Opaque,
    Sequence,
    Subscript,
)
from shipsmith_controls.facts.python import extract

from tests.controls.facts.read_python import call, read, text


def function(module: Module, name: str) -> Function:
    (found,) = (f for f in module.functions if f.name == name)
    return found


def around(module: Module, name: str) -> list[str]:
    """The kinds of the blocks around a call, innermost first."""
    kinds: list[str] = []
    index = call(module, name).block
    while index >= 0:
        kinds.append(module.blocks[index].kind)
        index = module.blocks[index].parent
    return kinds


# Functions and classes ------------------------------------------------------------------------


def test_a_function() -> None:
    module = read(
        '''\
        @app.post("/chat")
        @cached
        async def chat(a, /, b: int = 1, *rest: str, c=None, **extra) -> "Reply":
            """Answer."""
            return go(a)
        '''
    )
    chat = function(module, "chat")
    assert (chat.qualname, chat.line, chat.end_line, chat.is_async) == ("chat", 3, 5, True)
    assert chat.doc == "Answer."
    assert chat.returns == Name(3, "Reply")
    assert chat.decorators == (CallRef(1, 0), Name(2, "cached"))
    assert [(p.name, p.kind) for p in chat.params] == [
        ("a", "plain"),
        ("b", "plain"),
        ("rest", "rest"),
        ("c", "keyword"),
        ("extra", "extra"),
    ]
    assert [p.default for p in chat.params[1::2]] == [Literal(3, 1), Literal(3, None)]
    assert [p.annotation for p in chat.params[1:3]] == [Name(3, "int"), Name(3, "str")]
    assert module.blocks[chat.block] == Block("function", 0, -1, 3, 5)
    assert call(module, "post").block == chat.parent == 0
    assert call(module, "go").block == chat.block
    assert module.exits == (Exit("return", 5, CallRef(5, 1), chat.block),)


def test_a_bare_star_makes_what_follows_keyword_only() -> None:
    (f,) = read("def f(a, *, b, c: int): pass").functions
    assert [p.kind for p in f.params] == ["plain", "keyword", "keyword"]


def test_defaults_and_annotations_are_evaluated_outside_the_function() -> None:
    module = read("def f(a: Annotated[str, Doc('x')] = Depends(db)): pass")
    assert (call(module, "Doc").block, call(module, "Depends").block) == (0, 0)


def test_a_class() -> None:
    module = read(
        """\
        @dataclass(frozen=True)
        class Agent(Base, Generic[T], metaclass=Meta):
            "Thinks."
            model: str = "gpt-4o"
            class Config:
                def load(self):
                    def inner(): pass
        """
    )
    agent, config = module.classes
    assert (agent.name, agent.line, agent.end_line, agent.doc) == ("Agent", 2, 7, "Thinks.")
    assert agent.bases == (Name(2, "Base"), Subscript(2, Name(2, "Generic"), Name(2, "T")))
    assert agent.keywords == (Keyword("metaclass", Name(2, "Meta"), 2),)
    assert agent.decorators == (CallRef(1, 0),)
    assert module.blocks[agent.block].kind == "class"
    assert module.assigns == (
        Assign(4, Name(4, "model"), text(4, "gpt-4o"), agent.block, Name(4, "str")),
    )
    assert (config.qualname, config.parent) == ("Agent.Config", agent.block)
    assert [f.qualname for f in module.functions] == [
        "Agent.Config.load",
        "Agent.Config.load.inner",
    ]


def test_a_lambda_is_a_function_whose_body_is_returned() -> None:
    module = read("pick = lambda x, n=1: go(x)\nsort(key=lambda y: y.z)\nt = {'a': lambda: 0}\n")
    assert [(f.name, f.qualname) for f in module.functions] == [
        ("pick", "pick"),
        ("", "<2>"),
        ("a", "a"),
    ]
    assert module.assigns[0].value == FunctionRef(1, 0)
    assert [p.name for p in module.functions[0].params] == ["x", "n"]
    assert module.exits[0] == Exit("return", 1, CallRef(1, 0), module.functions[0].block)
    assert around(module, "go") == ["function", "module"]


def test_a_module_has_its_docstring_and_counts_its_lines() -> None:
    module = read('# note\n"""What it is."""\nimport a\n')
    assert (module.doc, module.lines, module.errors) == ("What it is.", 3, ())
    assert read("f'{x}'").doc is None
    assert (extract(b"").lines, extract(b"a").lines, extract(b"a\n\n").lines) == (0, 1, 2)


# Blocks ---------------------------------------------------------------------------------------


def test_an_elif_is_an_if_inside_an_else() -> None:
    module = read(
        """\
        if a():
            one()
        elif b():
            two()
        elif c:
            three()
        else:
            four()
        five()
        """
    )
    assert [(b.kind, b.parent, b.of, b.line, b.end_line) for b in module.blocks] == [
        ("module", -1, -1, 1, 9),
        ("if", 0, -1, 1, 2),
        ("else", 0, 1, 3, 8),
        ("if", 2, -1, 3, 4),
        ("else", 2, 3, 5, 8),
        ("if", 4, -1, 5, 6),
        ("else", 4, 5, 7, 8),
    ]
    assert around(module, "a") == ["module"]
    assert around(module, "b") == ["else", "module"]
    assert around(module, "two") == ["if", "else", "module"]
    assert around(module, "four") == ["else", "else", "else", "module"]
    assert around(module, "five") == ["module"]


def test_a_try_ties_its_clauses_together() -> None:
    module = read(
        """\
        try:
            one()
        except (A, pkg.B) as e:
            two()
        except* C:
            three()
        except:
            four()
        else:
            five()
        finally:
            six()
        """
    )
    kinds = [(b.kind, b.parent, b.of, b.heads, b.names) for b in module.blocks[1:]]
    assert kinds == [
        ("try", 0, -1, (), ()),
        ("except", 0, 1, (Name(3, "A"), Attribute(3, Name(3, "pkg"), "B")), ("e",)),
        ("except", 0, 1, (Name(5, "C"),), ()),
        ("except", 0, 1, (), ()),
        ("else", 0, 1, (), ()),
        ("finally", 0, 1, (), ()),
    ]
    inside = [around(module, n)[0] for n in ("one", "two", "three", "four", "five", "six")]
    assert inside == ["try", "except", "except", "except", "else", "finally"]


def test_loops() -> None:
    module = read(
        """\
        async def f():
            for i, (j, *k) in pages():
                one()
            else:
                two()
            async for x in stream():
                break
            while more():
                continue
        """
    )
    loops = [b for b in module.blocks if b.kind == "loop"]
    assert [(b.word, b.names, b.line) for b in loops] == [
        ("for", ("i", "j", "k"), 2),
        ("async for", ("x",), 6),
        ("while", (), 8),
    ]
    assert all(isinstance(b.heads[0], CallRef) for b in loops)
    assert around(module, "pages") == around(module, "more") == ["function", "module"]
    assert around(module, "one") == ["loop", "function", "module"]
    assert module.blocks[call(module, "two").block].of == module.blocks.index(loops[0])
    assert [(e.kind, e.line) for e in module.exits] == [("break", 7), ("continue", 9)]


def test_with_binds_names_and_assigns_them_in_its_block() -> None:
    module = read(
        """\
        async def f():
            async with Client() as client, lock, open(p) as (a, b):
                go()
            with (x as y,): pass
            with (x as y): pass
        """
    )
    first, *others = (b for b in module.blocks if b.kind == "with")
    assert first.heads == (CallRef(2, 0), Name(2, "lock"), CallRef(2, 1))
    assert first.names == ("client", "a", "b")
    assert [(b.heads, b.names) for b in others] == [
        ((Name(4, "x"),), ("y",)),
        ((Name(5, "x"),), ("y",)),
    ]
    assert around(module, "Client") == ["function", "module"]
    assert around(module, "go") == ["with", "function", "module"]
    assert module.assigns[0] == Assign(2, Name(2, "client"), CallRef(2, 0), 2)


def test_match() -> None:
    module = read(
        """\
        match go():
            case Point(x=0, y=[a, *_]) as p if ok(p):
                one()
            case "s" | -1 | pkg.B:
                two()
            case {"k": v, **rest}:
                pass
            case _:
                three()
        """
    )
    first, second, third, last = module.blocks[1:]
    assert {b.heads[0] for b in module.blocks[1:]} == {CallRef(1, 0)}
    spread = Opaque(2, "spread", (Opaque(2, "_"),))
    inside = (Name(2, "Point"), Literal(2, 0), Sequence(2, (Name(2, "a"), spread)))
    assert first.heads[1:] == (Opaque(2, "class_pattern", inside), CallRef(2, 1))
    assert first.names == ("a", "p")
    assert second.heads[1] == Choice(4, (text(4, "s"), Literal(4, -1), Attribute(4, Name(4, "pkg"), "B")))
    assert third.names == ("v", "rest")
    assert third.heads[1] == Mapping(6, ((text(6, "k"), Name(6, "v")), (None, Name(6, "rest"))))
    assert (last.heads[1], last.names) == (Opaque(8, "_"), ())
    assert [around(module, n)[0] for n in ("ok", "one", "three")] == ["module", "case", "case"]


# Exits and plain statements -------------------------------------------------------------------


def test_exits() -> None:
    module = read(
        """\
        def f():
            x = yield a
            yield from b()
            yield
            if x: raise Bad("no") from cause()
            raise
            return a, 1
        """
    )
    assert [(e.kind, e.line, e.value) for e in module.exits] == [
        ("yield", 2, Name(2, "a")),
        ("yield", 3, CallRef(3, 0)),
        ("yield", 4, None),
        ("raise", 5, CallRef(5, 1)),
        ("raise", 6, None),
        ("return", 7, Sequence(7, (Name(7, "a"), Literal(7, 1)))),
    ]
    assert module.assigns[0].value == Opaque(2, "yield", (Name(2, "a"),))
    assert call(module, "cause").block == module.exits[3].block


def test_calls_in_plain_statements_are_recorded() -> None:
    module = read("assert a(), b()\ndel c[d()]\nprint(e())\nf()[0]\ng(), h()\n")
    names = [c.callee.id for c in module.calls if isinstance(c.callee, Name)]
    assert names == ["a", "b", "d", "e", "print", "f", "g", "h"]
