"""Eval code: which files it is, and what each of them shows by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.entries import entries_of
from shipsmith_controls.links.evals.frameworks import frameworks_used, uses_framework
from shipsmith_controls.links.production import is_eval_path, tokens
from shipsmith_controls.links.tree import code_files, index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, last_name, parts_of
from shipsmith_controls.links.values.modules import imports_in_tree
from shipsmith_controls.queries import Database, query

_ASSERT = re.compile(r"\s*assert\b(?!\s*=)")
_TEST_FILE = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$")
_LONGEST = 400
"""Characters up to which a literal may be a file name, an address or a word."""


class EvalCode(msgspec.Struct, frozen=True):
    """What one file of eval code shows.

    `entry` is the line at which it starts when it is run (0: nothing starts it), `is_test` whether a
    test runner starts it. `texts` are its short literals with their lines. `asserts` are lines that
    assert. `scorers` are the words by which it scores, with their lines; `constant` are lines of
    scoring functions that give back a constant or only raise. `frameworks` are the keys of eval
    frameworks that it uses, with the lines of use.
    """

    entry: int = 0
    is_test: bool = False
    texts: tuple[tuple[str, int], ...] = ()
    asserts: tuple[int, ...] = ()
    scorers: tuple[tuple[str, int], ...] = ()
    constant: tuple[int, ...] = ()
    frameworks: tuple[tuple[str, int], ...] = ()

    @property
    def scores(self) -> bool:
        """Whether it asserts on something or scores it, other than by constants."""
        if self.asserts:
            return True
        framed = {line for _, line in self.frameworks}
        own = [line for _, line in self.scorers if line not in framed]
        if self.constant and all(line in self.constant for line in own):
            return False
        return bool(own or framed)


@query
def eval_files(db: Database) -> tuple[str, ...]:
    """Source files of eval code: by a token of their path, or by the framework that they use.

    A file that scores, by its own name or its folder's, and imports one from there is eval code too.
    """
    using = {path for path in code_files(db) if uses_framework(db, path)}
    found = using | {path for path in code_files(db) if is_eval_path(path)}
    kept = frozenset(found)
    for path in code_files(db):
        folder, _, name = path.rpartition("/")
        if path not in kept and tokens(f"{folder.rpartition('/')[2]} {name}") & scoring_words():
            below = (
                t for t, _ in imports_in_tree(db, path) if t.startswith(f"{folder}/" if folder else "")
            )
            if not kept.isdisjoint(below):
                found.add(path)
    return tuple(path for path in code_files(db) if path in found)


@cache
def scoring_words() -> frozenset[str]:
    """Words by which code says that it scores something."""
    return load().words("scoring")


@query
def eval_file_set(db: Database) -> frozenset[str]:
    """The files of eval code, for membership tests."""
    return frozenset(eval_files(db))


@query
def eval_code(db: Database, path: str) -> EvalCode:
    """What a file shows of itself as eval code."""
    facts = index(db, path)
    if facts is None:
        return EvalCode()
    lines = lines_of(db, path)
    python = facts.module.language == "python"
    asserts = tuple(i for i, text in enumerate(lines, 1) if python and _ASSERT.match(text))
    entry, is_test = _entry(db, path, facts)
    return EvalCode(
        entry,
        is_test,
        tuple(dict.fromkeys(_texts(facts.module))),
        asserts,
        tuple(dict.fromkeys(_scorers(facts.module))),
        tuple(_constant(facts)),
        frameworks_used(db, path),
    )


def _entry(db: Database, path: str, facts: ModuleIndex) -> tuple[int, bool]:
    """(line, whether a test runner starts it) of what starts a file when it is run; line 0: nothing."""
    module = facts.module
    if module.language == "typescript":
        first = next((c.line for c in module.calls if c.block == 0 and _starts(c)), 0)
        return first, bool(tokens(path) & {"test", "spec", "eval"})
    tests = [
        f.line for f in module.functions if f.name.startswith("test") and _is_method_or_top(f, facts)
    ]
    if tests and _TEST_FILE.search(path):
        return tests[0], True
    for block in module.blocks:
        if block.kind == "if" and any(_is_main_guard(head) for head in block.heads):
            return block.line, False
    declared = entries_of(db, path)
    if declared:
        return declared[0].line, False
    own = {f.name for f in module.functions if f.parent == 0}
    for call in module.calls:
        if call.block == 0 and (isinstance(call.callee, code.Name) and call.callee.id in own):
            return call.line, False
    used = [line for _, line in frameworks_used(db, path)]
    level = {c.line for c in module.calls if c.block == 0}
    return next((line for line in used if line in level), 0) or _task_line(facts), False


def _task_line(facts: ModuleIndex) -> int:
    """Line of a function that an eval runner finds by its decorator (Inspect's `@task`)."""
    for function in facts.module.functions:
        for decorator in function.decorators:
            made = (
                facts.module.calls[decorator.call].callee
                if isinstance(decorator, code.CallRef)
                else decorator
            )
            if last_name(made) in ("task", "experiment"):
                return function.line
    return 0


def _is_method_or_top(function: code.Function, facts: ModuleIndex) -> bool:
    return function.parent == 0 or function.parent in facts.class_by_block


def _is_main_guard(head: code.Expr) -> bool:
    return any(isinstance(part, code.Name) and part.id == "__name__" for part in shallow(head))


def _starts(call: code.Call) -> bool:
    """Whether a call at module level runs something, rather than configuring it."""
    return not call.element and last_name(call.callee) not in ("config", "require", "setup", "mock")


def shallow(expr: code.Expr) -> Iterator[code.Expr]:
    """An expression and all in it, apart from what stands in the arguments of calls."""
    yield expr
    for part in parts_of(expr):
        yield from shallow(part)


def expressions(module: code.Module) -> Iterator[code.Expr]:
    """Every expression of a module, each once: calls are listed by themselves."""
    for assign in module.assigns:
        if assign.value is not None:
            yield from shallow(assign.value)
    for call in module.calls:
        yield from shallow(call.callee)
        for given in (*call.args, *(k.value for k in call.keywords)):
            yield from shallow(given)
    for out in module.exits:
        if out.value is not None:
            yield from shallow(out.value)
    for block in module.blocks:
        for head in block.heads:
            yield from shallow(head)
    for function in module.functions:
        for param in function.params:
            if param.default is not None:
                yield from shallow(param.default)


def _texts(module: code.Module) -> Iterator[tuple[str, int]]:
    for part in expressions(module):
        if isinstance(part, code.Literal) and isinstance(part.value, str):
            if 0 < len(part.value) <= _LONGEST:
                yield part.value, part.line
        elif isinstance(part, code.Template):
            text = "".join(str(p.value) if isinstance(p, code.Literal) else "*" for p in part.parts)
            if len(text) <= _LONGEST:
                yield text, part.line


def _scorers(module: code.Module) -> Iterator[tuple[str, int]]:
    named = scoring_words() | load().words("comparing")
    for function in module.functions:
        if tokens(function.name) & named:
            yield function.name, function.line
    for call in module.calls:
        name = last_name(call.callee)
        if tokens(name) & scoring_words():
            yield name, call.line
    for assign in module.assigns:
        name = last_name(assign.target)
        if tokens(name) & named and not isinstance(assign.value, code.Literal):
            yield name, assign.line


def _constant(facts: ModuleIndex) -> Iterator[int]:
    """Lines of scoring functions that give back a constant or only raise, and of their calls."""
    hollow: set[str] = set()
    for i, function in enumerate(facts.module.functions):
        if not tokens(function.name) & scoring_words():
            continue
        returned = facts.returns.get(i, [])
        raised = any(out.kind == "raise" and out.block == function.block for out in facts.module.exits)
        if _is_hollow(returned) or (raised and not returned):
            hollow.add(function.name)
            yield function.line
    for call in facts.module.calls:
        if last_name(call.callee) in hollow:
            yield call.line


def _is_hollow(returned: list[code.Exit]) -> bool:
    """Whether a function gives back one and the same constant, whatever it was asked."""
    told = {_told(out.value) for out in returned}
    return len(told) == 1 and all(_is_constant(out.value) for out in returned)


def _told(expr: code.Expr | None) -> str:
    """A constant as a text, wherever it stands."""
    if isinstance(expr, code.Mapping):
        return " ".join(f"{_told(key)}={_told(value)}" for key, value in expr.entries)
    return repr(expr.value) if isinstance(expr, code.Literal) else ""


def _is_constant(expr: code.Expr | None) -> bool:
    if expr is None or isinstance(expr, code.Literal):
        return True
    if isinstance(expr, code.Mapping):
        return all(_is_constant(value) for _, value in expr.entries)
    return False
