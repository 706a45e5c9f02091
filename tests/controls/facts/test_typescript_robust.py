"""Whatever the bytes, the TypeScript extractor gives facts that hang together, and never raises."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from ast_grep_py import SgRoot
from hypothesis import given, settings
from hypothesis import strategies as st
from shipsmith_controls.facts.code import CallRef, Fact, FunctionRef, Module
from shipsmith_controls.facts.typescript import Dialect, extract, extract_component

FIXED = settings(max_examples=60, deadline=None, derandomize=True)
"""The parser can loop for ever on word salad, so which examples run is not left to chance."""
DIALECTS: tuple[Dialect, ...] = ("typescript", "tsx", "javascript")
SOURCE = """\
import OpenAI, { type Chat } from "openai";
const { a, b: [c = 1, ...d], ...e } = require("./config");
export const client = new OpenAI({ apiKey: process.env.KEY ?? "", maxRetries: 2 });
@Injectable()
export class Service extends Base {
  #cache = new Map();
  constructor(private readonly llm: LLM) { super(); }
  async *run({ q, k = 3 }) {
    for await (const chunk of await this.llm.stream(`Q: ${q}`)) {
      if (chunk.done) break; else if (!chunk) continue; else yield chunk;
    }
    try { await f?.(q) } catch ({ message }) { throw new Error("no " + message) } finally { g() }
  }
}
switch (a) { case 1: i++; default: module.exports = { a, run: async () => { "use server" } } }
export default ({ items }) => items.map((x) => x.y || x.z).filter(Boolean)
"""
JSX = "const page = <Page {...props} title='a'>text {items.map((i) => <Row key={i} />)}</Page>;\n"


def values(fact: object) -> Iterator[Fact]:
    """Every fact inside a fact."""
    pending = [fact]
    while pending:
        here = pending.pop()
        if isinstance(here, tuple):
            pending.extend(here)
        elif isinstance(here, Fact):
            yield here
            pending.extend(getattr(here, name) for name in here.__struct_fields__)


def hangs_together(m: Module) -> None:
    """Assert that all indices point at something and that blocks nest."""
    assert m.blocks[0].parent == -1
    for index, block in enumerate(m.blocks[1:], 1):
        assert 0 <= block.parent < index
        assert -1 <= block.of < index
        assert 1 <= block.line <= block.end_line <= max(m.lines, 1)
    held = [facts.block for kind in (m.calls, m.assigns, m.exits, m.imports) for facts in kind]
    assert all(0 <= block < len(m.blocks) for block in held)
    defined = [(f.block, f.parent) for f in m.functions] + [(c.block, c.parent) for c in m.classes]
    assert all(m.blocks[block].parent == parent for block, parent in defined)
    assert len({f.block for f in m.functions}) == len(m.functions)
    referred = []
    for fact in values(msgspec.structs.astuple(m)):
        if isinstance(fact, CallRef):
            assert 0 <= fact.call < len(m.calls)
        elif isinstance(fact, FunctionRef):
            referred.append(fact.function)
        line = getattr(fact, "line", 1)
        assert 1 <= line <= max(m.lines, 1)
    assert all(0 <= index < len(m.functions) for index in referred)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(m), type=Module) == m


def test_every_call_is_recorded_once() -> None:
    m = extract((SOURCE + JSX).encode(), "tsx")
    kinds = ("call_expression", "new_expression", "jsx_element", "jsx_self_closing_element")
    root = SgRoot(SOURCE + JSX, "tsx").root()
    written = sorted(node.range().start.line + 1 for kind in kinds for node in root.find_all(kind=kind))
    assert sorted(call.line for call in m.calls) == written


@given(source=st.binary(max_size=300), dialect=st.sampled_from(DIALECTS))
@FIXED
def test_any_bytes(source: bytes, dialect: Dialect) -> None:
    hangs_together(extract(source, dialect))
    hangs_together(extract_component(b"<script>" + source + b"</script>"))


@given(words=st.lists(st.sampled_from((SOURCE + JSX).replace("(", " ( ").replace("{", " { ").split())))
@FIXED
def test_words_of_the_language_in_any_order(words: list[str]) -> None:
    hangs_together(extract(" ".join(words).encode(), "tsx"))


@given(
    start=st.integers(0, len(SOURCE)),
    length=st.integers(0, 80),
    inserted=st.sampled_from(["", "(", "}", "`", "${", "</", "\\", '"', "/*", "\0", "\ud83d"]),
    dialect=st.sampled_from(DIALECTS),
)
@FIXED
def test_a_source_cut_and_spoilt(start: int, length: int, inserted: str, dialect: Dialect) -> None:
    spoilt = SOURCE[:start] + inserted + SOURCE[start + length :]
    hangs_together(extract(spoilt.encode("utf-8", "surrogatepass"), dialect))


@pytest.mark.parametrize("source", [SOURCE, SOURCE + JSX, "", "\n\n", "f()", "function f() {\n}"])
def test_a_comment_at_the_end_changes_nothing_but_the_lines(source: str) -> None:
    before = extract(source.encode(), "tsx")
    text = source if source.endswith("\n") or not source else f"{source}\n"
    after = extract(f"{text}// later\n".encode(), "tsx")
    assert msgspec.structs.replace(after, lines=before.lines) == before
    assert after.lines == text.count("\n") + 1


@pytest.mark.parametrize("source", [SOURCE, SOURCE + JSX])
def test_line_ends_and_a_byte_order_mark_change_nothing(source: str) -> None:
    expected = extract(source.encode(), "tsx")
    assert extract(b"\xef\xbb\xbf" + source.replace("\n", "\r\n").encode(), "tsx") == expected


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("f(\n", ")\n"),
        ("x = () => {\n", "}\n"),
        ("if (a) {\n", "}\n"),
        ("if (a) f()\nelse ", "g()"),
        ("<a>\n", "</a>\n"),
        ("a\n.b(\n", ")"),
        ("({ a:\n", "})\n"),
        ("x = a +\n", "b"),
        ("a ? b :\n", "c"),
        ("class A { m() {\n", "}}\n"),
        ("let x: A<\n", ">"),
        ("const {a:\n", "}"),
    ],
)
def test_nesting_beyond_reach(opening: str, closing: str) -> None:
    m = extract((opening * 2_000 + closing * 2_000).encode(), "tsx")
    hangs_together(m)
    assert m.lines > 1


def test_a_chain_of_operators_is_no_nesting() -> None:
    m = extract(("x = 'a'" + " + b\n + 'c'" * 3_000).encode(), "tsx")
    assert m.errors == ()
    assert len(list(values(m.assigns))) == 6_004


def test_a_minified_file_is_not_read() -> None:
    m = extract(b"f();" * 6_000, "javascript")
    assert (m.calls, m.errors, m.lines) == ((), (1,), 1)


def test_a_long_text_is_cut() -> None:
    text = ("word " * 200 + "\n") * 200
    m = extract(f"const a = `{text}`".encode(), "tsx")
    (value,) = [a.value for a in m.assigns]
    assert len(getattr(value, "value", "")) == 100_000


def test_facts_around_a_syntax_error_survive() -> None:
    m = extract(b"const a = f(1);\nconst = ;\nconst b = g(2);\nif (c {\n", "typescript")
    assert [getattr(a.target, "id", "") for a in m.assigns][:2] == ["a", "b"]
    assert len(m.calls) >= 2
    assert 2 in m.errors
