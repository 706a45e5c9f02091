"""What stands in for a model in tests: patched names, replayed HTTP, models that answer by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.skim import language_of
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Fake
from shipsmith_controls.links.calls.reach import made_clients, reached_files
from shipsmith_controls.links.evals.evals import leads
from shipsmith_controls.links.production import is_production, is_test_path, tokens
from shipsmith_controls.links.tree import hints, index, lines_of, skim
from shipsmith_controls.links.values.index import ModuleIndex, dotted, last_name
from shipsmith_controls.links.values.modules import imports_in_tree, resolve
from shipsmith_controls.links.values.sdk import is_sdk_module
from shipsmith_controls.queries import Database, query

_FAKE = frozenset({"fake", "mock", "mocked", "stub", "mocks", "fakes", "stubs"})
_MODEL = frozenset(
    "llm llms lm model models chat openai anthropic claude gemini gpt bedrock ai agent completion "
    "completions generate generation client provider litellm language".split()
)
"""Words by which a name says that it stands for a model."""
_GENERAL = frozenset({"client", "agent", "provider", "ai", "chat", "model", "models"})
"""Those of them that name a model only when the name says nothing else: `FakeBoxClient` does."""
_PLAIN = frozenset(
    "get make create call ask async sync my the test new base simple response responses".split()
)
_EMBEDS = frozenset({"embedding", "embeddings", "embedder", "embed", "rerank", "reranker"})
_DOUBLES = frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "create_autospec", "fn"})
_HINT = re.compile(
    r"[mM]ock|[fF]ake|[sS]tub|monkeypatch|\bpatch\b|respx|\bvcr\b|\bnock\b|\bmsw\b|responses|TestModel"
    r"|FunctionModel|DummyLM|simulateReadableStream|spyOn|playwright|cypress|puppeteer|selenium|httpserver"
)


class Faked(msgspec.Struct, frozen=True):
    """A place at which a test file fakes a model; `function` is the one around it, "" at top level."""

    line: int
    function: str
    what: str
    runs_tools: bool = False


@query
def hints_at_fake(db: Database, path: str) -> bool:
    """Whether the text of a file names a fake of any kind: the gate before it is parsed."""
    if language_of(path) is not None and "fake" not in hints(db, path):
        return False
    lines = lines_of(db, path)
    return any(_HINT.search(line) for line in lines)


@query
def fakes_in(db: Database, path: str) -> tuple[Faked, ...]:
    """Where a file outside production fakes a model."""
    facts = index(db, path) if hints_at_fake(db, path) else None
    return tuple(dict.fromkeys(_found(db, path, facts))) if facts is not None else ()


@cache
def _table(language: str, kind: str) -> tuple[Fake, ...]:
    return tuple(each for each in load().tables.fake if each.language == language and each.kind == kind)


def _language(path: str) -> str:
    return "python" if language_of(path) == "python" else "typescript"


def _found(db: Database, path: str, facts: ModuleIndex) -> Iterator[Faked]:
    module, language = facts.module, _language(path)
    for imported in module.imports:
        names = (imported.module, f"{imported.module}/{imported.name}")
        for each in _table(language, "replay"):
            if any(name in each.modules or _below(name, each.modules) for name in names):
                yield Faked(imported.line, "", imported.module)
        name = imported.name or ""
        known = _model_fake(language, name)
        if known is not None:
            yield Faked(imported.line, "", name, known.runs_tools)
        elif is_fake_name(name):
            yield Faked(imported.line, "", name)
    fixtures = {call for each in _table(language, "replay") for call in each.calls}
    for function in module.functions:
        own = function.qualname
        if language == "python":
            yield from (Faked(p.line, own, p.name) for p in function.params if p.name in fixtures)
        if is_fake_name(function.name):
            yield Faked(function.line, own, function.name)
    yield from (Faked(c.line, "", c.name) for c in module.classes if is_fake_name(c.name))
    for assign in module.assigns:
        made = module.calls[assign.value.call] if isinstance(assign.value, code.CallRef) else None
        name = last_name(assign.target)
        double = made is not None and last_name(made.callee) in _DOUBLES
        if (double and _is_model_name(name)) or is_fake_name(name):
            yield Faked(assign.line, facts.node_name(assign.block), name)
    yield from _patches(db, path, facts, language)


def _patches(db: Database, path: str, facts: ModuleIndex, language: str) -> Iterator[Faked]:
    methods = {name for each in _table(language, "patch") for name in each.calls}
    decorated = {
        made.call: function.qualname
        for function in facts.module.functions
        for made in function.decorators
        if isinstance(made, code.CallRef)
    }
    for at, call in enumerate(facts.module.calls):
        if last_name(call.callee) not in methods or not call.args:
            continue
        target = _target(call)
        if target and _is_model_target(db, path, target):
            yield Faked(call.line, decorated.get(at, facts.node_name(call.block)), target)


def _target(call: code.Call) -> str:
    """The name that a call puts something else in the place of, as far as it is written there."""
    first = call.args[0]
    if isinstance(first, code.Literal):
        return first.value if isinstance(first.value, str) else ""
    second = call.args[1] if len(call.args) > 1 else None
    name = second.value if isinstance(second, code.Literal) and isinstance(second.value, str) else ""
    return f"{dotted(first) or ''}.{name}".strip(".")


def _is_model_target(db: Database, path: str, target: str) -> bool:
    if is_sdk_module(target) or is_sdk_module(target.rpartition(".")[0]):
        return True
    if "/" in target:
        home = resolve(db, path, target)
        if home is not None:
            return home in _leading_files(db)
    last = target.rsplit(".", 1)[-1]
    return last in _leading_names(db) or _is_model_name(last) or _is_model_name(_tail(target))


def _tail(target: str) -> str:
    return ".".join(re.split(r"[./]", target)[-2:])


@query
def _leading_names(db: Database) -> frozenset[str]:
    """Names of production functions that lead to an LLM call, those too short to tell left out."""
    names = {node.name.rsplit(".", 1)[-1] for node in leads(db)}
    return frozenset(name for name in names if len(name) > 6 and "<" not in name)


@query
def _leading_files(db: Database) -> frozenset[str]:
    makers = {path for path, _ in made_clients(db)}
    return frozenset({node.path for node in leads(db)} | makers)


def is_fake_name(name: str) -> bool:
    """Whether a name says that it is a fake of a model."""
    return bool(tokens(name) & _FAKE) and _is_model_name(name)


def _is_model_name(name: str) -> bool:
    words = tokens(name)
    found = words & _MODEL if not words & _EMBEDS else frozenset()
    if (
        not found
        and not words & _EMBEDS
        and re.search(r"openai|llm|anthropic|gemini", name, re.IGNORECASE)
    ):
        return True
    return bool(found - _GENERAL) or (bool(found) and not words - found - _FAKE - _PLAIN)


def _model_fake(language: str, name: str) -> Fake | None:
    for each in _table(language, "model"):
        for known in each.calls:
            if name == known or (known.endswith("*") and name.startswith(known[:-1])):
                return each
    return None


def _below(name: str, modules: tuple[str, ...]) -> bool:
    return any(name.startswith((module + ".", module + "/")) for module in modules)


def drives_browser(db: Database, path: str) -> bool:
    """Whether a test file drives a browser."""
    modules = tuple(m for each in _table(_language(path), "browser") for m in each.modules)
    names = [glance.module for glance in skim(db, path).imports]
    return any(name in modules or _below(name, modules) for name in names) or ".cy." in path


@query
def application_fakes(db: Database) -> tuple[str, ...]:
    """Files by which production code answers with a fake model under a setting of its own."""
    found: dict[str, None] = {}
    for path in reached_files(db):
        if not is_production(db, path):
            continue
        for target, _ in imports_in_tree(db, path):
            name = target.rsplit("/", 1)[-1]
            if tokens(name) & _FAKE and (is_fake_name(name) or fakes_in(db, target)):
                found[target] = None
    return tuple(found)


def is_test(path: str) -> bool:
    """Whether a test runner collects a file, by its name."""
    name = path.rsplit("/", 1)[-1]
    if name.endswith(".py"):
        return name.startswith("test") or name.endswith(("_test.py", "_tests.py"))
    return is_test_path(path) and bool(
        re.search(r"\.(?:test|spec|cy|e2e)\.[cm]?[jt]sx?$", name) or "__tests__/" in path
    )
