"""TypeScript and JavaScript as facts: functions, parameters, classes and JSX elements."""

from __future__ import annotations

import pytest
from shipsmith_controls.facts.code import Literal, Name

from tests.controls.facts.typescript_shown import assigned, facts, params_of, shown, shown_call


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("function f(a, b = 1, ...rest) {}", ["a", "b = 1", "...rest"]),
        ("function f(a?: string, b: number = 2) {}", ["a: string", "b: number = 2"]),
        ("function f({ a, b = 1 }: P) {}", ["key a: P", "key b: P = 1"]),
        ("function f({ a: b, ...rest }: P = {}) {}", ["key a: P", "**rest: P"]),
        ("function f([a, b]) {}", ["key a", "key b"]),
        ("function f(this: Foo, a) {}", ["a"]),
        ("const f = a => a", ["a"]),
        ("const f = ({ a }) => a", ["key a"]),
    ],
)
def test_parameters(source: str, expected: list[str]) -> None:
    assert params_of(source) == expected


def test_parameters_of_plain_javascript() -> None:
    m = facts("function f({ a, b: c = 2 } = {}, d = 1, ...e) {}", "javascript")
    names = [(p.name, p.kind, shown(m, p.default)) for p in m.functions[0].params]
    assert names == [
        ("a", "keyword", "-"),
        ("b", "keyword", "2"),
        ("d", "plain", "1"),
        ("e", "rest", "-"),
    ]


def test_a_renamed_parameter_is_known_by_its_key_and_bound_in_the_body() -> None:
    m = facts("function f({ model: name, options: { seed } }) {}")
    assert [p.name for p in m.functions[0].params] == ["model", "options"]
    bound = [(shown(m, a.target), shown(m, a.value), a.block) for a in m.assigns]
    body = m.functions[0].block
    assert bound == [("name", "model", body), ("seed", "options['seed']", body)]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("function run() {}", ["run"]),
        ("async function* run() {}", ["run"]),
        ("const run = () => 1", ["run"]),
        ("const run = (async () => 1) as Run", ["run"]),
        ("const run = function other() {}", ["run"]),
        ("exports.run = function () {}", ["run"]),
        ("const o = { run: () => 1, stop() {} }", ["run", "stop"]),
        ("<Chat onFinish={() => 1} />", ["onFinish"]),
        ("class A { run() {} stop = () => 1 }", ["A.run", "A.stop"]),
        ("function outer() { const inner = () => 1 }", ["outer", "outer.inner"]),
        ("items.map((x) => x.filter((y) => y))", ["<1>", "<1>.<1>"]),
        ("memo(function Card() {})", ["Card"]),
    ],
)
def test_a_function_is_named_by_what_it_is_bound_to(source: str, names: list[str]) -> None:
    assert [function.qualname for function in facts(source).functions] == names


def test_a_function_with_all_there_is_to_say() -> None:
    m = facts(
        """
export async function save(form: FormData): Promise<void> {
  "use server";
  await store(form);
}
"""
    )
    (function,) = m.functions
    assert (function.line, function.end_line, function.parent) == (2, 5, 0)
    assert (function.is_async, function.exported, function.doc) == (True, True, "use server")
    assert shown(m, function.returns) == "Promise[void]"
    assert m.calls[0].block == function.block


def test_the_expression_body_of_an_arrow_is_a_return() -> None:
    m = facts("const f = (x) => g(x);")
    (leaving,) = m.exits
    assert (leaving.kind, shown(m, leaving.value)) == ("return", "g(x)")
    assert leaving.block == m.functions[0].block == m.calls[0].block


def test_a_signature_without_body_is_a_function_unless_it_is_an_overload() -> None:
    m = facts("function f(a: string): void;\nfunction f(a: any) {}\ndeclare function g(): void;")
    assert [(f.name, f.line) for f in m.functions] == [("f", 2), ("g", 3)]


def test_a_class_with_fields_methods_and_decorators() -> None:
    m = facts(
        """
@Injectable()
export class Chat extends Base<T> implements OnInit, Role.Of<T> {
  static model = "gpt-4o";
  private retries: number;
  #key = process.env.KEY;

  constructor(private readonly llm: LLM, limit = 1) {
    super();
    this.limit = limit;
  }

  @Post("chat") @Public
  async ask(@Body() question: string) {}

  static { setup(); }
}
""",
        "typescript",
    )
    (cls,) = m.classes
    assert (cls.name, cls.line, cls.end_line) == ("Chat", 3, 17)
    assert [shown(m, base) for base in cls.bases] == ["Base", "OnInit", "Role.Of[T]"]
    assert [shown(m, d) for d in cls.decorators] == ["Injectable()"]
    fields = [(shown(m, a.target), shown(m, a.value)) for a in m.assigns if a.block == cls.block]
    assert fields == [("model", "'gpt-4o'"), ("retries", "-"), ("#key", "process.env.KEY")]
    constructor, ask = m.functions
    own = [a for a in m.assigns if a.block == constructor.block]
    assert [(shown(m, a.target), shown(m, a.value)) for a in own] == [
        ("self.llm", "llm"),
        ("self.limit", "limit"),
    ]
    assert own[0].annotation == Name(8, "LLM")
    assert (ask.qualname, ask.line, ask.is_async) == ("Chat.ask", 14, True)
    assert [shown(m, d) for d in ask.decorators] == ["Post('chat')", "Public"]
    assert [(shown_call(m, i), m.calls[i].block) for i in range(5)] == [
        ("Injectable()", 0),
        ("super()", constructor.block),
        ("Post('chat')", cls.block),
        ("Body()", ask.block),
        ("setup()", cls.block),
    ]


def test_decorators_of_plain_javascript_do_not_move_the_line() -> None:
    m = facts("@tag\nclass A {\n  @Get('/')\n  run() {}\n}", "javascript")
    assert [(c.name, c.line, len(c.decorators)) for c in m.classes] == [("A", 2, 1)]
    assert [(f.name, f.line, len(f.decorators)) for f in m.functions] == [("run", 4, 1)]


def test_interfaces_object_types_and_enums_are_classes() -> None:
    m = facts(
        """
interface Store extends Base<Row> { name: string; find?(id: string): Row; [key: string]: any }
type Options = { model: string };
enum Level { Low, High = "high" }
abstract class Tool { abstract run(): void; go(a: string): void; go(a: any) {} }
const Mixin = class extends mix(Base) {};
"""
    )
    assert [(c.name, [shown(m, b) for b in c.bases]) for c in m.classes] == [
        ("Store", ["Base[Row]"]),
        ("Options", []),
        ("Level", []),
        ("Tool", []),
        ("Mixin", ["mix(Base)"]),
    ]
    assert [f.qualname for f in m.functions] == ["Store.find", "Tool.run", "Tool.go"]
    assert assigned("enum Level { Low, High = 'high' }") == ["Low", "High = 'high'"]
    assert assigned("const A = class {};") == ["A = <class>"]


@pytest.mark.parametrize(
    ("element", "call"),
    [
        ("<div />", "<div>()"),
        (
            "<Chat.Input a='x &amp; y' b={1} c {...d} />",
            "<Chat.Input>(a='x & y', b=1, c=True, **=d)",
        ),
        ("<p>\n  Hello\n  world {name}\n  {/* note */}\n</p>", "<p>('Hello world', name)"),
        ("<p>A & B</p>", "<p>('A & B')"),
        ("<p>B&nbsp;C</p>", "<p>('B\\xa0C')"),
        ("<><A /><b>x</b></>", "<>(<A>(), <b>('x'))"),
        ("<ul>{items.map(show)}</ul>", "<ul>(items.map(show))"),
        ("<svg:rect xlink:href='#a' />", "<svg:rect>(xlink:href='#a')"),
        ("<A icon={<B />} />", "<A>(icon=<B>())"),
    ],
)
def test_a_jsx_element_is_a_call(element: str, call: str) -> None:
    m = facts(f"x = ({element});")
    assert m.errors == ()
    assert shown(m, m.assigns[0].value) == call


def test_text_in_jsx_stands_at_its_own_line() -> None:
    m = facts("x = (\n  <p>\n\n    Ask me\n  </p>\n);")
    assert m.calls[0].args == (Literal(4, "Ask me"),)
    assert (m.calls[0].line, m.calls[0].end_line) == (2, 5)
