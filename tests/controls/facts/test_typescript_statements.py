"""TypeScript as facts: what stands inside what, how it is left, and what modules exchange."""

from __future__ import annotations

import pytest
from shipsmith_controls.facts.typescript import extract_component

from tests.controls.facts.typescript_shown import facts, outline, shown, shown_call


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if (a) b(); else c();", ["if a", "else of if"]),
        ("if (a) {} else if (b) {} else {}", ["if a", "else of if", "  if b", "  else of if"]),
        ("for (const m of list()) {}", ["for list() -> m"]),
        ("for (const [k, { v }] of entries) {}", ["for entries -> k, v"]),
        ("for (key in record) {}", ["for record -> key"]),
        ("for await (const chunk of stream) {}", ["async for stream -> chunk"]),
        ("for (let i = 0; i < 3; i++) {}", ["for op(for(;;): op(<: i, 3), i) -> i"]),
        ("for (;;) {}", ["for op(for(;;): )"]),
        ("while (true) {}", ["while True"]),
        ("do {} while (more());", ["while more()"]),
        ("outer: while (a) {}", ["while a"]),
        ("try {} catch (e) {} finally {}", ["try", "except -> e of try", "finally of try"]),
        ("try {} catch {}", ["try", "except of try"]),
        ("try {} catch ({ message }) {}", ["try", "except -> message of try"]),
        ("switch (a) { case 1: f(); default: }", ["case a, 1", "case a"]),
        ("{ f() }", []),
        ("namespace N { function f() { if (a) {} } }", ["function", "  if a"]),
        ("class A { run() { for (;;) {} } }", ["class", "  function", "    for op(for(;;): )"]),
    ],
)
def test_blocks(source: str, expected: list[str]) -> None:
    m = facts(source)
    assert m.errors == ()
    assert outline(m) == expected


def test_a_head_is_evaluated_outside_its_block() -> None:
    m = facts(
        """
if (test()) { inIf(); } else { inElse(); }
for (const x of items()) { inFor(); }
while (more()) { inWhile(); }
switch (kind()) { case pick(): inCase(); }
try { inTry(); } catch (e) { inCatch(); } finally { inFinally(); }
f(function () { inFunction(); });
top();
"""
    )
    where = {shown_call(m, i): m.blocks[call.block].kind for i, call in enumerate(m.calls)}
    assert where == {
        "test()": "module",
        "inIf()": "if",
        "inElse()": "else",
        "items()": "module",
        "inFor()": "loop",
        "more()": "module",
        "inWhile()": "loop",
        "kind()": "module",
        "pick()": "module",
        "inCase()": "case",
        "inTry()": "try",
        "inCatch()": "except",
        "inFinally()": "finally",
        "inFunction()": "function",
        "f(function <7>)": "module",
        "top()": "module",
    }


def test_blocks_know_their_lines() -> None:
    m = facts("if (a) {\n  b();\n} else {\n  c();\n}\ntry {\n} catch (e) {\n}\n// end\n")
    assert [(b.kind, b.line, b.end_line) for b in m.blocks] == [
        ("module", 1, 8),
        ("if", 1, 3),
        ("else", 3, 5),
        ("try", 6, 7),
        ("except", 7, 8),
    ]
    assert m.lines == 9


def test_ways_out() -> None:
    m = facts(
        """
async function* f() {
  for (;;) { if (a) break; else continue; }
  yield 1;
  yield* more();
  if (b) throw new Error("no");
  return;
}
"""
    )
    assert [(e.kind, shown(m, e.value)) for e in m.exits] == [
        ("break", "-"),
        ("continue", "-"),
        ("yield", "1"),
        ("yield", "more()"),
        ("raise", "new Error('no')"),
        ("return", "-"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import ai from 'ai'", [("ai", "default", "ai", False)]),
        ("import { a, b as c } from 'm'", [("m", "a", "a", False), ("m", "b", "c", False)]),
        ("import d, * as ns from 'm'", [("m", "default", "d", False), ("m", "*", "ns", False)]),
        ("import 'dotenv/config'", [("dotenv/config", None, "", False)]),
        ("import type { A } from 'm'", [("m", "A", "A", True)]),
        ("import { type A, b } from 'm'", [("m", "A", "A", True), ("m", "b", "b", False)]),
        ("import { default as d } from 'm'", [("m", "default", "d", False)]),
        ("import x = require('y')", [("y", "*", "x", False)]),
        ("const x = require('y')", [("y", "*", "x", False)]),
        ("const { a, b: c } = require('y')", [("y", "a", "a", False), ("y", "b", "c", False)]),
        ("const a = require('y').b", [("y", "b", "a", False)]),
        ("require('y')", [("y", None, "", False)]),
        ("require('dotenv').config()", [("dotenv", None, "", False)]),
        ("const a = await import('y')", []),
        ("const a = require(path)", []),
    ],
)
def test_imports(source: str, expected: list[tuple[str, str | None, str, bool]]) -> None:
    m = facts(source, "typescript")
    assert m.errors == ()
    assert [(i.module, i.name, i.alias, i.type_only) for i in m.imports] == expected


def test_what_require_binds_is_an_import_and_no_assignment() -> None:
    m = facts("const a = require('y');\nfunction f() { const { b } = require('z'); }", "javascript")
    assert m.assigns == ()
    assert [(i.alias, i.block) for i in m.imports] == [("a", 0), ("b", m.functions[0].block)]
    assert len(m.calls) == 2


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("export const a = 1, { b } = c", [("a", "a", None, "-"), ("b", "b", None, "-")]),
        ("export function f() {}", [("f", "f", None, "-")]),
        ("export class A {}", [("A", "A", None, "-")]),
        ("export interface I {}", [("I", "I", None, "-")]),
        ("export type T = string", [("T", "T", None, "-")]),
        ("export enum E {}", [("E", "E", None, "-")]),
        ("export declare const a: string", [("a", "a", None, "-")]),
        ("export { a, b as c }", [("a", "a", None, "-"), ("c", "b", None, "-")]),
        ("export * from 'm'", [("*", "*", "m", "-")]),
        ("export * as ns from 'm'", [("ns", "*", "m", "-")]),
        ("export { a, default as b } from 'm'", [("a", "a", "m", "-"), ("b", "default", "m", "-")]),
        ("export default handler", [("default", "handler", None, "-")]),
        ("export default function GET() {}", [("default", "GET", None, "-")]),
        ("export default () => 1", [("default", None, None, "function <1>")]),
        ("export default withAuth(f)", [("default", None, None, "withAuth(f)")]),
        ("export default class A {}", [("default", "A", None, "-")]),
        ("export = api", [("default", "api", None, "-")]),
        ("module.exports = api", [("default", "api", None, "-")]),
        ("module.exports = { a: b }", [("default", None, None, "{'a': b}"), ("a", "b", None, "-")]),
        ("exports.a = b", [("a", "b", None, "-")]),
        ("module.exports.a = () => 1", [("a", None, None, "function a")]),
        ("namespace N { export const a = 1 }", []),
    ],
)
def test_exports(source: str, expected: list[tuple[str, str | None, str | None, str]]) -> None:
    m = facts(source, "typescript")
    assert m.errors == ()
    assert [(e.name, e.local, e.module, shown(m, e.value)) for e in m.exports] == expected


def test_an_exported_function_says_so_however_it_is_written() -> None:
    for source in (
        "export function f() {}",
        "export const f = () => 1",
        "export default async function () {}",
        "export default (() => 1) satisfies Handler",
        "exports.f = () => 1",
    ):
        assert [f.exported for f in facts(source).functions] == [True], source
    assert not facts("const f = () => () => 1").functions[0].exported


def test_directives() -> None:
    assert facts("// app\n'use client';\nimport a from 'a'").directive == "use client"
    assert facts("'use strict';\n'use server';").directive == "use server"
    assert facts("import a from 'a';\n'use client';").directive is None
    assert facts("const f = () => {\n  'use server';\n}").functions[0].doc == "use server"


def test_the_scripts_of_a_component_keep_their_lines() -> None:
    m = extract_component(
        b"""<template>
  <p @click="ask()">if (a) { b() }</p>
</template>

<script lang="ts">
import { x } from "m";
</script>
<script setup lang='ts' generic="T extends A<B>">
const llm: LLM = create();
</script>
<script type="application/json">{"a": call()}</script>
<style>p { color: red }</style>
"""
    )
    assert m.errors == ()
    assert (m.lines, m.imports[0].line, m.assigns[0].line) == (12, 6, 9)
    assert [shown_call(m, i) for i in range(len(m.calls))] == ["create()"]


def test_a_svelte_component() -> None:
    m = extract_component(b"<script>\nexport let name;\n$: total = sum(name);\n</script>\n{#if a}{/if}\n")
    assert [e.name for e in m.exports] == ["name"]
    assert [shown_call(m, i) for i in range(len(m.calls))] == ["sum(name)"]
