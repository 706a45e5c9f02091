"""Which places that ask a model are on the path of a test that fakes the model."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node, file_calls
from shipsmith_controls.links.calls.entries import ai_entries
from shipsmith_controls.links.calls.growth import is_telling
from shipsmith_controls.links.calls.reach import outline
from shipsmith_controls.links.evals.eval_code import expressions
from shipsmith_controls.links.evals.evals import asked_nodes, leads, origin
from shipsmith_controls.links.evals.fakes import (
    application_fakes,
    drives_browser,
    fakes_in,
    hints_at_fake,
    is_test,
)
from shipsmith_controls.links.production import is_eval_path, is_production
from shipsmith_controls.links.tools.tool_definitions import tools
from shipsmith_controls.links.tree import code_files, exists, files, index, lines_of
from shipsmith_controls.links.values.index import argument, last_name
from shipsmith_controls.links.values.modules import imports_in_tree
from shipsmith_controls.queries import Database, query

_MAKERS = ("__init__", "constructor")
_MANY = 12
_UNNAMED = frozenset({"tool", ""})
_PAGE = re.compile(
    r"(?:^|/)(?:src/)?(?:app|pages|routes)/(.*?)/?(?:page|index|\+page)\.(?:[jt]sx?|vue|svelte)$"
)
_ELSEWHERE = re.compile(r"https?://(?!127\.|0\.0\.|localhost)[\w-]+\.\w")
_OPENS = frozenset({"goto", "visit", "get"})


class FakedTest(msgspec.Struct, frozen=True):
    """A test file that fakes a model: where it does so, and what it starts in production code."""

    path: str
    line: int
    starts: tuple[Node, ...]
    named: frozenset[str]
    """Names of tools that its fakes answer with."""
    runs_tools: bool = False


@query
def faked_tests(db: Database) -> tuple[FakedTest, ...]:
    """Every test file that fakes a model and leads to an LLM call of production code."""
    found = (faked_test(db, path) for path in code_files(db) if is_test(path))
    return tuple(each for each in found if each is not None and each.starts)


@query
def faked_test(db: Database, path: str) -> FakedTest | None:
    """What one test file shows; None when it fakes no model or leads to none."""
    if is_production(db, path):
        return None
    if drives_browser(db, path):
        return _in_browser(db, path)
    shared = _conftests(db, path)
    parts = helpers(db, path)
    if not any(hints_at_fake(db, part) for part in (*parts, *shared)):
        return None
    if not (any(_may_lead(db, p) for p in parts) or any(_edges(db, p) for p in shared)):
        return None
    used = _fixtures(db, path, shared)
    faked = [(part, each) for part in parts for each in fakes_in(db, part)]
    faked += [(part, each) for part in shared for each in fakes_in(db, part) if each.function in used]
    if not faked:
        return None
    starts = dict.fromkeys(start for part in parts for start in _starts(db, part))
    starts |= {s: None for part in shared for source, s in _edges(db, part) if source in used}
    line = next((each.line for part, each in faked if part == path), 1)
    named = _tools_named(db, (*parts, *shared))
    return FakedTest(path, line, tuple(starts), named, any(each.runs_tools for _, each in faked))


@query
def helpers(db: Database, path: str) -> tuple[str, ...]:
    """A test file with the files outside production that it imports, itself first."""
    found, pending = {path: None}, [path]
    while pending:
        for target, _ in imports_in_tree(db, pending.pop()):
            if target not in found and not is_production(db, target) and not is_eval_path(target):
                found[target] = None
                pending.append(target)
    return tuple(p for p in found if not p.endswith("conftest.py"))


def _conftests(db: Database, path: str) -> tuple[str, ...]:
    """The `conftest.py` of a Python test's folder and of those above it."""
    found, folder = [], posixpath.dirname(path)
    while path.endswith(".py"):
        name = posixpath.join(folder, "conftest.py")
        if exists(db, name):
            found.append(name)
        if not folder:
            break
        folder = posixpath.dirname(folder)
    return tuple(found)


@query
def _may_lead(db: Database, path: str) -> bool:
    """Whether a file takes something from production code that leads to a model, or asks a route.

    Read off imports and text, so that the tests of a large tree need not be parsed.
    """
    for target, names in imports_in_tree(db, path):
        tops = _leading_tops(db).get(target)
        if tops is not None and (not names or tops & set(names)):
            return True
        passing = target.endswith(("/__init__.py", "/index.ts")) and is_production(db, target)
        if passing and (not names or _all_tops(db) & set(names)):
            return True
    lines = lines_of(db, path)
    routes = _routes(db)
    if not routes:
        return False
    asked = _asked(routes)
    return any(asked.search(line) for line in lines)


@cache
def _asked(routes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, routes))})[/?{{$\"'`]")


@query
def _all_tops(db: Database) -> frozenset[str]:
    return frozenset(name for names in _leading_tops(db).values() for name in names)


@query
def _leading_tops(db: Database) -> dict[str, frozenset[str]]:
    """File -> the names at its top level that lead to an LLM call."""
    found: dict[str, set[str]] = {}
    for node in leads(db):
        found.setdefault(node.path, set()).add(node.name.split(".")[0])
    return {path: frozenset(names) for path, names in found.items()}


@query
def _routes(db: Database) -> tuple[str, ...]:
    """The routes that lead to a model, without their parameters, as a test would write them."""
    constant = (re.split(r"[{\[:<]", entry.route)[0].strip("/") for entry in ai_entries(db))
    return tuple(dict.fromkeys(f"/{route}" for route in constant if route))


@query
def _fixture_table(db: Database, path: str) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Fixture of a `conftest.py` -> (fixtures that it asks for, whether every test gets it)."""
    facts = index(db, path)
    found: dict[str, tuple[tuple[str, ...], bool]] = {}
    for function in facts.module.functions if facts is not None else ():
        for made in function.decorators:
            call = facts.module.calls[made.call] if facts and isinstance(made, code.CallRef) else None
            if "fixture" in last_name(call.callee if call is not None else made):
                given = argument(call, "autouse") if call is not None else None
                automatic = isinstance(given, code.Literal) and given.value is True
                found[function.qualname] = (tuple(p.name for p in function.params), automatic)
    return found


def _fixtures(db: Database, path: str, shared: tuple[str, ...]) -> frozenset[str]:
    """The fixtures of shared files that the tests of a file get."""
    table = {name: each for part in reversed(shared) for name, each in _fixture_table(db, part).items()}
    if not table:
        return frozenset()
    facts = index(db, path)
    functions = facts.module.functions if facts is not None else ()
    pending = [p.name for function in functions for p in function.params]
    pending += [name for name, (_, automatic) in table.items() if automatic]
    if facts is not None:
        pending += _used_by_mark(facts.module)
    used: set[str] = set()
    while pending:
        name = pending.pop()
        if name in table and name not in used:
            used.add(name)
            pending.extend(table[name][0])
    return frozenset(used)


def _used_by_mark(module: code.Module) -> list[str]:
    given = [arg for call in module.calls if last_name(call.callee) == "usefixtures" for arg in call.args]
    return [arg.value for arg in given if isinstance(arg, code.Literal) and isinstance(arg.value, str)]


@query
def _edges(db: Database, path: str) -> tuple[tuple[str, Node], ...]:
    """(function, production function on the way to a model that it calls) of a file."""
    table, calls = leads(db), file_calls(db, path)
    found = []
    for edge in calls.edges:
        if is_production(db, edge.target.path):
            target = origin(db, edge.target)
            if target in table:
                found.append((edge.source, target))
    by_name = _by_name(db)
    for source, name, _ in calls.loose:
        if 0 < len(by_name.get(name, ())) <= _MANY:
            found += [(source, target) for target in by_name[name]]
    return tuple(dict.fromkeys(found))


@query
def _by_name(db: Database) -> dict[str, tuple[Node, ...]]:
    """Telling method name -> the functions of that name that lead to an LLM call."""
    found: dict[str, list[Node]] = {}
    for node in leads(db):
        last = node.name.rsplit(".", 1)[-1]
        if is_telling(last):
            found.setdefault(last, []).append(node)
    return {name: tuple(nodes) for name, nodes in found.items()}


def _starts(db: Database, path: str) -> Iterator[Node]:
    yield from (target for _, target in _edges(db, path))
    yield from asked_nodes(db, _texts(db, path))


@query
def _texts(db: Database, path: str) -> tuple[str, ...]:
    """The short literals and templates of a file; a pattern that begins with `**` asks nothing."""
    facts = index(db, path)
    found: dict[str, None] = {}
    for part in expressions(facts.module) if facts is not None else ():
        if isinstance(part, code.Literal) and isinstance(part.value, str) and len(part.value) < 200:
            found[part.value] = None
        elif isinstance(part, code.Template):
            found["".join(str(p.value) if isinstance(p, code.Literal) else "*" for p in part.parts)] = (
                None
            )
    return tuple(text for text in found if not text.startswith("**") and not _ELSEWHERE.match(text))


def _tools_named(db: Database, paths: tuple[str, ...]) -> frozenset[str]:
    known = {name for names, _ in _tool_parts(db) for name in names}
    return frozenset(text for path in paths for text in _texts(db, path) if text in known)


def _in_browser(db: Database, path: str) -> FakedTest | None:
    """A browser test: it meets the fake that the application holds, by the pages that it opens."""
    fakes = application_fakes(db)
    if not fakes:
        return None
    parts = helpers(db, path)
    starts = {start: None for part in parts for start in _starts(db, part)}
    for part in parts:
        for page in _pages_opened(db, part):
            starts |= dict.fromkeys(_page_starts(db, page))
    return FakedTest(path, 1, tuple(starts), _tools_named(db, (*parts, *fakes)))


@query
def _pages_opened(db: Database, path: str) -> tuple[str, ...]:
    """The files of the pages that a browser test opens."""
    facts = index(db, path)
    found: dict[str, None] = {}
    for call in facts.module.calls if facts is not None else ():
        first = call.args[0] if call.args else None
        route = first.value if isinstance(first, code.Literal) else ""
        if last_name(call.callee) in _OPENS and isinstance(route, str) and route.startswith("/"):
            found |= dict.fromkeys(_pages(db).get(route.split("?")[0].strip("/"), ()))
    return tuple(found)


@query
def _pages(db: Database) -> dict[str, tuple[str, ...]]:
    """Route of a page, without slashes around it -> its files; groups such as `(chat)` left out."""
    table: dict[str, list[str]] = {}
    for path in files(db):
        found = _PAGE.search(path)
        if found is not None and is_production(db, path):
            steps = [step for step in found[1].split("/") if step and not step.startswith("(")]
            table.setdefault("/".join(steps), []).append(path)
    return {route: tuple(paths) for route, paths in table.items()}


@query
def _page_starts(db: Database, page: str) -> tuple[Node, ...]:
    """What the components of a page call or ask, its layouts included."""
    found, folder = {page: None}, posixpath.dirname(page)
    while folder:
        for name in ("layout.tsx", "layout.jsx", "layout.js"):
            if exists(db, f"{folder}/{name}"):
                found[f"{folder}/{name}"] = None
        folder = posixpath.dirname(folder)
    pending = list(found)
    while pending:
        for target, _ in imports_in_tree(db, pending.pop()):
            if target not in found and is_production(db, target):
                found[target] = None
                pending.append(target)
    starts: dict[Node, None] = {}
    for part in found:
        if part.endswith((".tsx", ".jsx", ".vue", ".svelte")) and _may_lead(db, part):
            starts |= dict.fromkeys(_starts(db, part))
    return tuple(starts)


@query
def tested_functions(db: Database) -> dict[Node, tuple[str, ...]]:
    """Production function -> the tests with a fake model on whose path it is."""
    found: dict[Node, list[str]] = {}
    for each in faked_tests(db):
        for node in _touched(db, each):
            found.setdefault(node, []).append(each.path)
    return {node: tuple(paths) for node, paths in found.items()}


def _touched(db: Database, each: FakedTest) -> set[Node]:
    """Everything below what a test starts; tools only when the fake names them."""
    graph, below = outline(db), _below(db)
    barred = frozenset[Node]() if each.runs_tools else _tool_nodes(db, each.named)
    seen = set(each.starts)
    pending = list(seen)
    while pending:
        node = pending.pop()
        following = [edge.target for edge in graph.edges.get(node, ()) if edge.target not in barred]
        makers = (Node(node.path, f"{node.name}.{m}") for m in _MAKERS)
        following += [*below.get(node, ()), *(maker for maker in makers if maker in graph.edges)]
        for target in following:
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return seen


@query
def _below(db: Database) -> dict[Node, tuple[Node, ...]]:
    """Method of a base class -> its overrides."""
    found: dict[Node, list[Node]] = {}
    for own, bases in outline(db).overrides.items():
        for base in bases:
            found.setdefault(base, []).append(own)
    return {node: tuple(nodes) for node, nodes in found.items()}


@query
def _tool_parts(db: Database) -> tuple[tuple[frozenset[str], frozenset[Node]], ...]:
    """(names, functions) of every tool: what a fake may call it, and what runs when it does."""
    found = []
    for tool in tools(db):
        facts = index(db, tool.path)
        functions = [
            function
            for function in (facts.module.functions if facts is not None else ())
            if tool.line <= function.line <= function.end_line <= tool.end_line
            or (function.name == tool.name and function.parent == 0)
        ]
        # A factory (`const search = (session) => tool({...})`) gives its tool the name.
        names = {f.name for f in functions if f.parent == 0 and f.name} or {tool.name}
        nodes = frozenset(Node(tool.path, function.qualname) for function in functions)
        found.append((frozenset(names | {tool.name}) - _UNNAMED, nodes))
    return tuple(found)


def _tool_nodes(db: Database, named: frozenset[str]) -> frozenset[Node]:
    """Functions that run a tool whose name is not among those given."""
    return frozenset(node for names, nodes in _tool_parts(db) if not names & named for node in nodes)
