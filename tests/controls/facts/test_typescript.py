"""TypeScript and JavaScript as facts: values, bindings, calls and types."""

from __future__ import annotations

import pytest

from tests.controls.facts.typescript_shown import assigned, facts, shown, value_of


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'gpt-4o'", "'gpt-4o'"),
        (r"'it\'s \u00e9\x21\u{1F600}\n'", repr("it's é!😀\n")),
        (r"'\uD83D\uDE00'", repr("😀")),
        (r"'\uD83D'", repr("\ufffd")),
        ("`plain`", "'plain'"),
        ("``", "''"),
        ("`Hi ${user.name}!\\n`", "template('Hi ', user.name, '!\\n')"),
        ("sql`select ${id}`", "sql(template('select ', id))"),
        ("gql`query`", "gql(template('query'))"),
        ("1_000", "1000"),
        ("0xff", "255"),
        ("0b11", "3"),
        ("1.5e3", "1500.0"),
        ("10n", "10"),
        ("99999999999999999999", "1e+20"),
        ("-1", "-1"),
        ("true", "True"),
        ("null", "None"),
        ("undefined", "None"),
        ("void 0", "None"),
        ("/a[b]/gi", "<regex>"),
        ("this", "self"),
        ("this.#key", "self.#key"),
        ("process.env.OPENAI_API_KEY", "process.env.OPENAI_API_KEY"),
        ("process.env['KEY']", "process.env['KEY']"),
        ("import.meta.env.VITE_KEY", "import.meta.env.VITE_KEY"),
        ("a?.b?.[0]!.c", "a.b[0].c"),
        ("(a as B)!", "a"),
        ("a satisfies B", "a"),
        ("(a)", "a"),
        ("[1, ...rest]", "[1, <spread: rest>]"),
        ("(a, b)", "b"),
    ],
)
def test_a_value(expression: str, value: str) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a ? 'x' : 'y'", "choice('x', 'y' if a)"),
        ("a || b || 'c'", "choice(a, b, 'c')"),
        ("a ?? 30", "choice(a, 30)"),
        ("a && b && c", "op(and: a, b, c)"),
        ("!a", "op(not: a)"),
        ("a === 1", "op(==: a, 1)"),
        ("a !== 1", "op(!=: a, 1)"),
        ("a < b", "op(<: a, b)"),
        ("'k' in a", "op(in: 'k', a)"),
        ("a instanceof B", "op(instanceof: a, B)"),
        ("typeof a", "op(typeof: a)"),
        ("60 * 1000", "op(*: 60, 1000)"),
        ("a + 1", "op(+: a, 1)"),
        ("'You are ' + role + '.'", "template('You are ', role, '.')"),
        ("a + `b${c}`", "template(a, 'b', c)"),
        ("'long ' + 'text'", "'long text'"),
    ],
)
def test_an_operator(expression: str, value: str) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("f(1, 'a', ...rest)", "f(1, 'a', <spread: rest>)"),
        ("client.chat.completions.create({ model })", "client.chat.completions.create({'model': model})"),
        ("a?.b?.(1)", "a.b(1)"),
        ("f<T>(1)", "f(1)"),
        ("new OpenAI({ timeout: 1 })", "new OpenAI({'timeout': 1})"),
        ("new Map<string, number>", "new Map()"),
        ("await f()", "await f()"),
        ("await (f() as Promise<T>)", "await f()"),
        ("await promise", "promise"),
        ("await f().g()", "await f().g()"),
        ("await import('./tool')", "await import('./tool')"),
        ("f().then(ok).catch(bad)", "f().then(ok).catch(bad)"),
        ("yield f()", "<yield_expression: f()>"),
        ("super.run(1)", "super.run(1)"),
    ],
)
def test_a_call(expression: str, value: str) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("{ a, 'b-c': 1, 2: d }", "{'a': a, 'b-c': 1, 2: d}"),
        ("{ [key]: 1 }", "{key: 1}"),
        ("{ ...defaults, a: 1 }", "{-: defaults, 'a': 1}"),
        ("{ run() {}, get size() { return 1 } }", "{'run': function f.run, 'size': function f.size}"),
        ("{ execute: async () => 1 }", "{'execute': function f.execute}"),
    ],
)
def test_an_object(expression: str, value: str) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("const a = 1, b = 2;", ["a = 1", "b = 2"]),
        ("let a: Config | undefined;", ["a: op(|: Config, None)"]),
        ("a.b = c;", ["a.b = c"]),
        ("a['b'] = c;", ["a['b'] = c"]),
        ("a += 1; b ??= c; i++; --j;", ["a += 1", "b += c", "i += 1", "j += -1"]),
        ("a = b = c;", ["b = c", "a = c"]),
        ("const { a, b: c, ...r } = x;", ["a = x['a']", "c = x['b']", "r = <spread: x>"]),
        ("const { a = 1 } = x;", ["a = choice(x['a'], 1)"]),
        ("const { a: { b }, 'c-d': e, [k]: v } = x;", ["b = x['a']['b']", "e = x['c-d']", "v = x[k]"]),
        ("const { a: b = 1 } = x;", ["b = choice(x['a'], 1)"]),
        ("const [a, , b = 1, ...r] = x;", ["a = x[0]", "b = choice(x[2], 1)", "r = x[<slice>]"]),
        ("({ a, b: c.d } = x);", ["a = x['a']", "c.d = x['b']"]),
        ("[a, b] = [b, a];", ["a = [b, a][0]", "b = [b, a][1]"]),
        ("type Model = 'a' | 'b' | 'c';", ["Model: op(|: 'a', 'b', 'c')"]),
    ],
)
def test_a_binding(source: str, expected: list[str]) -> None:
    assert assigned(source) == expected


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("string", "string"),
        ("OpenAI.Chat.Message", "OpenAI.Chat.Message"),
        ("Promise<string>", "Promise[string]"),
        ("Map<string, Foo<Bar>>", "Map[[string, Foo[Bar]]]"),
        ("A | null", "op(|: A, None)"),
        ("'auto' | 1", "op(|: 'auto', 1)"),
        ("(A)", "A"),
        ("A[]", "<type: A>"),
        ("A & B", "<type: A, B>"),
        ("typeof schema", "<type: schema>"),
        ("{ a: string }", "<type>"),
        ("(a: string) => void", "<type>"),
        ("A extends B ? C : D", "<type>"),
    ],
)
def test_a_type(declared: str, expected: str) -> None:
    assert assigned(f"let x: {declared};") == [f"x: {expected}"]


def test_a_type_assertion_is_transparent() -> None:
    m = facts("const a = <Foo>b;", "typescript")
    assert shown(m, m.assigns[0].value) == "b"
