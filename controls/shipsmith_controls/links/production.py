"""Which files are production code: not tests, evals, examples, docs, notebooks, stories, scripts."""

from __future__ import annotations

import re
from functools import lru_cache

from shipsmith_controls.facts.document import Document
from shipsmith_controls.links.tree import exists, family
from shipsmith_controls.queries import Database, query

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_TESTS = frozenset(
    "test tests testing spec specs conftest fixture fixtures mock mocks stories story storybook "
    "cypress playwright loadtest benchmark benchmarks benchmarking debug".split()
)
_END_TO_END = re.compile(r"(?:^|[/_.-])e2e(?=[/_.-])", re.IGNORECASE)
"""A word with a number in it, which `tokens` takes apart."""
_EVALS = frozenset("eval evals evaluation evaluations evaluators promptfoo redteam redteams".split())
_DOCS = frozenset("docs doc documentation notebook notebooks".split())
_EXAMPLES = frozenset(
    "example examples sample samples demo demos cookbook cookbooks template templates quickstart "
    "quickstarts tutorial tutorials".split()
)
_TOOLING = frozenset(
    {".github", ".claude", ".cursor", ".vscode", "node_modules", "vendor", "third_party"}
)


@lru_cache(maxsize=16384)
def tokens(text: str) -> frozenset[str]:
    """Words of a path or name, lower case: split on `/ _ - .`, spaces and camelCase."""
    return frozenset(word.lower() for word in _WORD.findall(text))


def is_test_path(path: str) -> bool:
    """Whether a path lies in tests, by its words."""
    return bool(tokens(path) & _TESTS) or _END_TO_END.search(path) is not None


def is_eval_path(path: str) -> bool:
    """Whether a path has a whole token of evaluation code."""
    return bool(tokens(path) & (_EVALS | {"benchmark"}))


def _outside_by_name(path: str) -> bool:
    if not _TOOLING.isdisjoint(path.split("/")):
        return True
    words = tokens(path)
    outside = bool(words & (_TESTS | _EVALS)) or bool(_folder_words(path) & _DOCS)
    return outside or _END_TO_END.search(path) is not None


def _folder_words(path: str) -> frozenset[str]:
    return tokens(path.rpartition("/")[0])


def _example_folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: i + 1]) for i, part in enumerate(parts) if tokens(part) & _EXAMPLES]


@query
def calls_itself_example(db: Database, folder: str) -> bool:
    """Whether the README of a folder says in title or first paragraph that this is an example."""
    for name in ("README.md", "readme.md", "README.rst", "README.mdx", "README"):
        path = f"{folder}/{name}" if folder else name
        if exists(db, path):
            document = family(db, "document", path)
            if isinstance(document, Document):
                first = next((s.text for s in document.sections if s.text), "")[:240]
                return bool(tokens(f"{document.title} {first}") & _EXAMPLES)
    return False


@query
def is_production(db: Database, path: str) -> bool:
    """Whether a file is production code by where it stands.

    A folder named after examples is one, unless the root README calls the repository itself such.
    """
    if _outside_by_name(path):
        return False
    return not _example_folders(path) or calls_itself_example(db, "")
