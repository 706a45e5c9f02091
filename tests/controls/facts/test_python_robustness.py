"""Whatever the bytes are, a Python file has facts, and they hang together."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipsmith_controls.facts.builder import MAX_DEPTH
from shipsmith_controls.facts.code import Call, CallRef, FunctionRef, Module, Name
from shipsmith_controls.facts.python import extract

SOURCE = '''\
"""An agent."""
from __future__ import annotations
from .llm import (client as c, MODEL)

@app.post("/chat", timeout=30)
async def chat(q: str, *a, k: "T" = Depends(db), **kw) -> Reply | None:
    try:
        async with lock(q) as l, m:
            async for x in c.stream(model=MODEL, messages=[{"role": "user", **q}]):
                yield f"<{x.text!r:>{w()}}>" if x else "none" + str(x)
    except* (A, b.C) as e:
        raise Bad(f"{e}") from e
    else:
        a, (b, *rest) = d.e = await go(*a, **kw)
    finally:
        log("%s %d" % (a, -1), lambda y: y or [z for z in y if (n := z)])
    match k:
        case {"t": P(x=0) | None, **r} if r:
            return x[1:2, ...]
        case _:
            pass

class Agent(Base, metaclass=Meta):
    limit: int = 1_000
    def run(self):
        global total
        total += 1
        while not done(): break
        else: self.x = yield from {**a, "b": not c < d <= e}
        if a: return 1
        elif b: del a[f()]
'''


DAMAGE = [b"", b"(", b")", b"'", b'"""', b":", b"\n", b"f'{", b"\xff", b"@", b"        ", b"else:"]


def parts_of(fact: object) -> list[object]:
    """A fact and everything inside it."""
    found: list[object] = []
    pending = [fact]
    while pending:
        item = pending.pop()
        found.append(item)
        if isinstance(item, msgspec.Struct):
            pending.extend(getattr(item, name) for name in item.__struct_fields__)
        elif isinstance(item, tuple):
            pending.extend(item)
    return found


def check(source: bytes) -> Module:
    """Read a file and see that its indices point somewhere, its blocks nest, and it can be stored."""
    module = extract(source)
    blocks = range(len(module.blocks))
    assert module.blocks[0].kind == "module"
    assert all(b.parent < i and b.of < i for i, b in enumerate(module.blocks))
    assert all(b.parent in blocks for b in module.blocks[1:])
    assert all(c.block in blocks for c in module.calls + module.assigns + module.exits + module.imports)
    for scope in module.functions + module.classes:
        assert scope.block in blocks
        assert module.blocks[scope.block].parent == scope.parent
    for part in parts_of(module):
        if isinstance(part, CallRef):
            assert part.call in range(len(module.calls))
        elif isinstance(part, FunctionRef):
            assert part.function in range(len(module.functions))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(module), type=Module) == module
    return module


def names(calls: tuple[Call, ...]) -> list[str]:
    return [c.callee.id for c in calls if isinstance(c.callee, Name)]


@given(st.binary(max_size=200))
def test_any_bytes_have_facts(source: bytes) -> None:
    check(source)


@given(st.data())
def test_a_damaged_file_has_facts(data: st.DataObject) -> None:
    source = SOURCE.encode()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source)))
        cut = data.draw(st.integers(0, 30))
        piece = data.draw(
            st.sampled_from([b"", b"(", b")", b"'", b'"""', b":", b"\n", b"f'{", b"\xff", b"@"])
        )
        source = source[:at] + piece + source[at + cut :]
    check(source)


@given(st.data())
def test_a_comment_at_the_end_changes_only_the_count_of_lines(data: st.DataObject) -> None:
    lines = SOURCE.splitlines()
    kept = data.draw(st.sampled_from([3, 4, 20, 21, 24, 29, 30, len(lines)]))
    source = "\n".join(lines[:kept]) + data.draw(st.sampled_from(["\n", "\n\n"]))
    before, after = check(source.encode()), check((source + "# the end\n").encode())
    assert after.lines == before.lines + 1
    assert msgspec.structs.replace(after, lines=before.lines) == before


def test_a_whole_file_has_no_errors_and_its_indices_hold() -> None:
    module = check(SOURCE.encode())
    assert module.errors == ()
    assert {"Depends", "lock", "w", "str", "Bad", "go", "log", "done", "f"} <= set(names(module.calls))


def test_around_a_syntax_error_the_rest_is_read() -> None:
    module = check(b"first(1)\ndef f(:\n    second(model='m')\nthird(\n")
    assert {"first", "second"} <= set(names(module.calls))
    assert module.errors


def test_where_the_parser_had_to_guess_is_told() -> None:
    assert check(b"a = 1\nb = = 2\nc = 3\n").errors == (2,)
    assert check(b"def f():\n").errors == (1,)


DEEP = {
    "parentheses": b"x = " + b"(" * 5000 + b"1" + b")" * 5000,
    "unclosed lists": b"x = " + b"[" * 5000,
    "signs": b"x = " + b"-" * 5000 + b"1",
    "calls": b"x" + b".y()" * 5000,
    "lambdas": b"x = " + b"lambda: " * 2000 + b"1",
    "targets": b"(" * 2000 + b"a" + b",)" * 2000 + b" = x",
    "patterns": b"match x:\n  case " + b"(" * 2000 + b"a" + b")" * 2000 + b": pass",
    "blocks": b"".join(b" " * i + b"if x:\n" for i in range(600)) + b" " * 600 + b"pass\n",
    "types": b"x: " + b"list[" * 2000 + b"int" + b"]" * 2000,
    "loop targets": b"for " + b"(" * 2000 + b"a" + b")" * 2000 + b" in x: pass",
    "f-strings": b"x = f'" + b"{f'" * 500 + b"a" + b"'}" * 500 + b"'",
}


@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP.keys())
def test_endless_nesting_ends_somewhere(source: bytes) -> None:
    module = check(source + b"\nafter()\n")
    assert len(module.blocks) <= MAX_DEPTH + 1


def test_long_sums_and_long_branches_are_not_deep() -> None:
    many = 2000
    total = b"x = " + b" + ".join(b"f(%d)" % i for i in range(many))
    assert len(check(total).calls) == many
    branches = b"if a: pass\n" + b"elif go(): pass\n" * many
    assert len(check(branches).calls) == many


def test_bytes_that_are_not_text_are_replaced() -> None:
    (only,) = check(b"\xef\xbb\xbff('caf\xe9')\r\n").calls
    assert only.args[0] == msgspec.structs.replace(only.args[0], value="caf\ufffd")
