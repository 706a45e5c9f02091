"""Eval runs: entries in eval code that reach the application's model calls and score the answers."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.links.access.mounting import mounted_routes
from shipsmith_controls.links.calls.calls import Node as Function
from shipsmith_controls.links.calls.calls import file_calls
from shipsmith_controls.links.calls.entries import Entry, ai_entries, llm_on_path
from shipsmith_controls.links.calls.reach import model_calls, outline, reach
from shipsmith_controls.links.evals.eval_code import EvalCode, eval_code, eval_file_set, eval_files
from shipsmith_controls.links.evals.eval_named import config_texts, files_named, is_result, names_data
from shipsmith_controls.links.evals.graph_nodes import nodes_asked
from shipsmith_controls.links.production import is_eval_path, is_production
from shipsmith_controls.links.tree import exists, family, files
from shipsmith_controls.links.values.modules import imports_in_tree
from shipsmith_controls.queries import Database, query

T = TypeVar("T")

_PROMPTFOO = re.compile(r"(?:^|/)promptfooconfig[^/]*\.(?:ya?ml|json)$", re.I)
_ADDRESS = re.compile(r"^(?:https?://[^/]+|\*[^/]*)?(/[\w\-./{}*]+)(?:\?.*)?$")
_PARAMETER = re.compile(r"^(?:\{.*\}|:.*|\[.*\]|<.*>|\*)$")
_HOPS = 6


class EvalRun(msgspec.Struct, frozen=True):
    """An eval run.

    `path` and `line` are where it starts. `files` is the eval code that it consists of, itself
    first; `settings` are settings files that it names. `calls` are indices into `model_calls(db)` of
    the production calls that it reaches, `routes` the entries that it asks over HTTP, `prompts` the
    prompt files that it names itself (promptfoo).
    """

    path: str
    line: int
    files: tuple[str, ...]
    settings: tuple[str, ...] = ()
    calls: tuple[int, ...] = ()
    routes: tuple[Entry, ...] = ()
    prompts: tuple[str, ...] = ()
    is_test: bool = False

    @property
    def is_config(self) -> bool:
        """Whether it is declared in a promptfoo configuration rather than written in code."""
        return not self.path.endswith((".py", ".ts", ".tsx", ".js", ".mjs", ".mts", ".jsx", ".cjs"))


@query
def eval_runs(db: Database) -> tuple[EvalRun, ...]:
    """Every eval run of the tree."""
    coded = (run_of(db, path) for path in eval_files(db))
    configured = (configured_run(db, path) for path in promptfoo_files(db))
    return tuple(run for run in (*coded, *configured) if run is not None)


@query
def run_of(db: Database, path: str) -> EvalRun | None:
    """The eval run that starts in a file of eval code; None when it is none."""
    own = eval_code(db, path)
    if not own.entry:
        return None
    parts = closure(db, path)
    codes = [eval_code(db, part) for part in parts]
    if not any(part.scores for part in codes):
        return None
    settings = tuple(dict.fromkeys(_settings(db, parts)))
    calls, routes = _reached(db, parts, codes, settings)
    if not calls:
        return None
    return EvalRun(path, own.entry, parts, settings, calls, routes, is_test=own.is_test)


@query
def closure(db: Database, path: str) -> tuple[str, ...]:
    """A file of eval code with the files outside production that it imports, itself first."""
    found = {path: None}
    pending = [path]
    while pending:
        for target, _ in imports_in_tree(db, pending.pop()):
            outside = target in eval_file_set(db) or not is_production(db, target)
            if outside and target not in found and not target.endswith(("conftest.py", "/__init__.py")):
                found[target] = None
                pending.append(target)
    return tuple(found)


def conftests(db: Database, path: str) -> tuple[str, ...]:
    """The `conftest.py` of a file's folder and of those above it that are eval code too."""
    folder, found = posixpath.dirname(path), []
    while folder:
        name = f"{folder}/conftest.py"
        if exists(db, name) and is_eval_path(name):
            found.append(name)
        folder = posixpath.dirname(folder)
    return tuple(found)


def _settings(db: Database, parts: tuple[str, ...]) -> Iterator[str]:
    for part in parts:
        for text, _ in eval_code(db, part).texts:
            if names_data(text) and not text.lower().endswith((".csv", ".tsv", ".jsonl")):
                for path in files_named(db, part, text):
                    if not is_result(path) and not path.endswith("package.json"):
                        yield path


def _reached(
    db: Database, parts: tuple[str, ...], codes: list[EvalCode], settings: tuple[str, ...]
) -> tuple[tuple[int, ...], tuple[Entry, ...]]:
    """Production calls on the way of some eval code, and the routes that it asks."""
    found: set[int] = set()
    for part in parts:
        found |= called_from(db, part)
    texts = [text for each in codes for text, _ in each.texts]
    texts += [text for path in settings for text, _, _ in config_texts(db, path)]
    routes = tuple(dict.fromkeys(asked_routes(db, texts)))
    for route in routes:
        found |= _indices(db, route)
    return tuple(sorted(found)), routes


def _indices(db: Database, entry: Entry) -> set[int]:
    calls = model_calls(db)
    return {i for i in outline(db).leading.get(entry.node, ()) if calls[i].is_llm}


@query
def called_from(db: Database, path: str) -> frozenset[int]:
    """Indices of the production LLM calls that functions outside production lead to, in one file."""
    found: set[int] = set()
    table = leads(db)
    calls = file_calls(db, path)
    for edge in calls.edges:
        if edge.target.path != path and is_production(db, edge.target.path):
            found |= table.get(origin(db, edge.target), frozenset())
    for call in calls.model:
        for client in call.clients:
            for home, _ in client.layers[:1]:
                if home != path and is_production(db, home):
                    found |= _through(db, home)
    for node in nodes_asked(db, path):
        found |= table.get(node, frozenset())
    return frozenset(found)


@query
def _through(db: Database, home: str) -> frozenset[int]:
    """Calls that stand in the file where a graph or client is made, or are led to from it."""
    graph = reach(db)
    return frozenset(
        i
        for node, indices in graph.leading.items()
        if node.path == home
        for i in indices
        if graph.calls[i].is_llm
    )


@query
def leads(db: Database) -> dict[Function, frozenset[int]]:
    """Function, or class with such a method -> the LLM calls on its path."""
    llm = {i for i, call in enumerate(model_calls(db)) if call.is_llm}
    found: dict[Function, frozenset[int]] = {}
    for node, indices in outline(db).leading.items():
        wanted = indices & llm
        if not wanted:
            continue
        found[node] = found.get(node, frozenset()) | wanted
        owner, dot, _ = node.name.rpartition(".")
        if dot and "<" not in owner:
            maker = Function(node.path, owner)
            found[maker] = found.get(maker, frozenset()) | wanted
    return found


def origin(db: Database, node: Function) -> Function:
    """The function that a name stands for, through modules that pass it on."""
    table = leads(db)
    for _ in range(_HOPS):
        if node in table:
            return node
        head, dot, rest = node.name.partition(".")
        if not node.path.endswith(("__init__.py", "/index.ts", "/index.js")):
            return node
        passed = file_calls(db, node.path)
        origin = next((to for name, to in passed.aliases if name == head), None)
        if origin is None:
            return node
        node = Function(origin.path, origin.name + dot + rest)
    return node


def asked_routes(db: Database, texts: Iterable[str]) -> Iterator[Entry]:
    """The AI entry points whose route an address or path among some texts ends with."""
    found = [e for e in ai_entries(db) if llm_on_path(db, e)]
    yield from _asked([(route, e) for e in found for route in _routes_of(db, e)], texts)


def _routes_of(db: Database, entry: Entry) -> Iterator[str]:
    """The route of an entry as it is written, and under the prefix of its router."""
    routes = dict.fromkeys((entry.route, *mounted_routes(db, entry)))
    yield from (route for route in routes if route.strip("/"))


def asked_nodes(db: Database, texts: Iterable[str]) -> Iterator[Function]:
    """The functions of those entry points: what stands on them is spared moved lines."""
    yield from _asked(_routed(db), texts)


@query
def _routed(db: Database) -> tuple[tuple[str, Function], ...]:
    entries = (e for e in ai_entries(db) if llm_on_path(db, e))
    return tuple((route, entry.node) for entry in entries for route in _routes_of(db, entry))


def _asked(routes: Sequence[tuple[str, T]], texts: Iterable[str]) -> Iterator[T]:
    if not routes:
        return
    for text in texts:
        found = _ADDRESS.match(text)
        if found is None or (text.startswith("/") and text.count("/") == len(text)):
            continue
        asked = [step for step in found[1].split("/") if step]
        for route, given in routes:
            wanted = [step for step in route.split("/") if step]
            if len(wanted) <= len(asked) and all(
                a == w or (_PARAMETER.match(w) is not None and len(wanted) > 1)
                for a, w in zip(asked[-len(wanted) :], wanted, strict=True)
            ):
                yield given


@query
def promptfoo_files(db: Database) -> tuple[str, ...]:
    """Configurations of promptfoo: by name, or in eval code by what they hold."""
    found = []
    for path in files(db):
        if not path.endswith((".yaml", ".yml", ".json")):
            continue
        if _PROMPTFOO.search(path) or (is_eval_path(path) and _is_promptfoo(db, path)):
            found.append(path)
    return tuple(found)


@query
def _is_promptfoo(db: Database, path: str) -> bool:
    root = _root(db, path)
    return (
        root is not None
        and bool(root.get("providers") or root.get("targets"))
        and bool(root.get("tests") or root.get("prompts") or root.get("redteam") or root.get("scenarios"))
    )


def _root(db: Database, path: str) -> Node | None:
    config = family(db, "config", path)
    if isinstance(config, Config) and config.roots and config.roots[0].shape == "map":
        return config.roots[0]
    return None


@query
def configured_run(db: Database, path: str) -> EvalRun | None:
    """The eval run that a promptfoo configuration declares; None when it reaches nothing of the tree."""
    root = _root(db, path)
    if root is None:
        return None
    parts: dict[str, None] = {}
    calls: set[int] = set()
    prompts = []
    texts = [text for text, _, _ in config_texts(db, path)]
    for text, _, key in config_texts(db, path):
        target = re.sub(r"^(?:file://|python:|exec:\s*(?:python3?|node|bash)?\s*)", "", text).split(":")[
            0
        ]
        for home in files_named(db, path, target) if re.search(r"\.\w{1,8}$", target) else ():
            if home.endswith((".py", ".js", ".ts", ".mjs")):
                for part in closure(db, home):
                    parts[part] = None
                    calls |= called_from(db, part)
            elif key in ("prompts", "raw", "id") and is_production(db, home) and not names_data(home):
                prompts.append(home)
    routes = tuple(dict.fromkeys(asked_routes(db, texts)))
    for route in routes:
        calls |= _indices(db, route)
    tests = next(
        (root.get(k) for k in ("tests", "scenarios", "redteam", "defaultTest") if root.get(k)), None
    )
    if tests is None or not (calls or prompts):
        return None
    line = tests.line
    return EvalRun(path, line, tuple(parts), (path,), tuple(sorted(calls)), routes, tuple(prompts))
