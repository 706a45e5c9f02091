"""Documents and results about the choice, the change and the use of models."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.calls.model_ids import ModelId, bare, bare_ids, literal_ids
from shipsmith_controls.links.calls.offered import is_known, reads_as_id
from shipsmith_controls.links.files.documents import (
    Passage,
    document_files,
    named,
    outline,
    passages,
    sections,
)
from shipsmith_controls.links.production import is_eval_path, tokens
from shipsmith_controls.links.tree import code_files, family, files, index
from shipsmith_controls.links.values.index import inside
from shipsmith_controls.links.values.variables import settings_files
from shipsmith_controls.queries import Database, query

_ID = re.compile(r"[A-Za-z][\w.:/@-]*[A-Za-z0-9]")
_CHOICE = re.compile(
    r"model[\W_]*(selection|comparison|benchmark|choice)|(comparison|benchmark|selection)[\W_]*(of[\W_]*)?models?",
    re.IGNORECASE,
)
_QUALITY = re.compile(
    r"accuracy|score|quality|\bf1\b|pass rate|win rate|correct|recall|faithful", re.IGNORECASE
)
_PRICE = re.compile(r"latency|\bp9\d\b|\bms\b|seconds?|cost|price|\$|\btokens?/s", re.IGNORECASE)
_AGENTS = re.compile(r"(?:^|/)(?:AGENTS|CLAUDE|GEMINI|copilot-instructions)\.md$")
_PUBLIC = re.compile(r"leaderboard|\bmmlu\b|\bgpqa\b|lmarena|chatbot arena|swe-bench", re.IGNORECASE)
_CHANGE = re.compile(
    r"(?:models?|llms?)\b.{0,40}\b(?:upgrad|migrat|deprecat|lifecycle|retire)"
    r"|(?:upgrad|migrat|deprecat|lifecycle|retire)\w*\b.{0,40}\b(?:models?|llms?)\b",
    re.IGNORECASE,
)
_CHANGE_PATH = re.compile(
    r"(?:model|llm)s?[-_ ](?:upgrade|migration|deprecation|lifecycle)", re.IGNORECASE
)
_EVALS = re.compile(r"\bevals?\b|\bevaluat", re.IGNORECASE)
_BACK = re.compile(
    r"\broll(?:ing|ed)?[- ]?back\b|\brevert|\bold (?:id|model)\b|\bprevious (?:id|model)\b", re.IGNORECASE
)
_WATCH = frozenset(
    "update updates check checks deprecation deprecations watch recommended retired sync".split()
)
_CARD = re.compile(
    r"(?:model|system)[ _-]?cards?\b|transparency[ _-]note|responsible[ _-]ai", re.IGNORECASE
)
_EMPTY = re.compile(r"\[?more information needed\]?", re.IGNORECASE)
_RESULTS = (".json", ".jsonl", ".csv", ".tsv", ".md", ".yaml", ".yml")
_FAMILY = re.compile(r"gpt|claude|gemini|llama|mistral|qwen|deepseek|grok|command", re.IGNORECASE)
_MANY = 80


class Trace(msgspec.Struct, frozen=True):
    """A place that supports a control. `own`: a production id is among those compared."""

    path: str
    line: int
    what: str
    own: bool


def ids_in(text: str) -> frozenset[str]:
    """Model ids that a text names, bare."""
    return frozenset(bare(found) for found in _ID.findall(text) if is_known(found))


@query
def comparisons(db: Database) -> tuple[Trace, ...]:
    """Where two models or more were compared: documents, results, configs and scripts of evals."""
    own = bare_ids(db)
    found = [*_in_documents(db, own), *_in_results(db, own), *_in_configs(db, own), *_in_scripts(db, own)]
    return tuple(dict.fromkeys(found))


def _in_documents(db: Database, own: frozenset[str]) -> Iterator[Trace]:
    for passage in sections(db, _CHOICE):
        text = " ".join(
            (passage.text, *(cell for row in (passage.header, *passage.rows) for cell in row))
        )
        ids = ids_in(text)
        if len(ids) < 2 or not re.search(r"\d", text):
            continue
        if _QUALITY.search(text) and _PRICE.search(text) and not _AGENTS.search(passage.path):
            strong = bool(ids & own) and not _PUBLIC.search(text)
            yield Trace(passage.path, passage.line, "models are compared here", strong)


def _in_results(db: Database, own: frozenset[str]) -> Iterator[Trace]:
    """Results named after models, side by side in a folder of evals."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for path in files(db):
        folder, _, name = path.rpartition("/")
        if name.endswith(_RESULTS) and (is_eval_path(path) or "bench" in path) and _FAMILY.search(name):
            stem = name.rpartition(".")[0]
            found = next((p for p in _pieces(stem) if is_known(p)), _FAMILY.split(stem)[-1] or stem)
            groups.setdefault(folder, []).append((path, bare(found)))
    for members in groups.values():
        ids = {each for _, each in members}
        if len(ids) > 1:
            yield Trace(members[0][0], 1, f"results of {len(ids)} models side by side", bool(ids & own))


def _pieces(stem: str) -> Iterator[str]:
    parts = stem.split("_")
    for start in range(len(parts)):
        yield "_".join(parts[start:])
        yield parts[start]


def _in_configs(db: Database, own: frozenset[str]) -> Iterator[Trace]:
    for path in files(db):
        name = path.rsplit("/", 1)[-1].lower()
        if not name.startswith("promptfoo") or not name.endswith((".yaml", ".yml", ".json")):
            continue
        config = family(db, "config", path)
        for root in config.roots if isinstance(config, Config) else ():
            providers = root.get("providers")
            if providers is None or root.get("tests") is None:
                continue
            ids = {
                bare(node.scalar)
                for _, node in providers.walk()
                if isinstance(node.scalar, str) and is_known(node.scalar)
            }
            if len(ids) > 1:
                yield Trace(path, providers.line, f"an eval over {len(ids)} models", bool(ids & own))


def _in_scripts(db: Database, own: frozenset[str]) -> Iterator[Trace]:
    """Eval scripts that go through a list of models."""
    for path in _eval_scripts(db)[:_MANY]:
        for line, ids in _lists_in(db, path):
            yield Trace(path, line, f"an eval over {len(ids)} models", bool(ids & own))


@query
def _eval_scripts(db: Database) -> tuple[str, ...]:
    return tuple(path for path in code_files(db) if is_eval_path(path))


@query
def _lists_in(db: Database, path: str) -> tuple[tuple[int, frozenset[str]], ...]:
    """Lists of two model ids or more in one file: (line, bare ids)."""
    facts = index(db, path)
    found = []
    for assign in facts.module.assigns if facts is not None else ():
        for part in inside(assign.value, facts.module) if assign.value is not None and facts else ():
            if isinstance(part, code.Sequence):
                texts = [str(i.value) for i in part.items if isinstance(i, code.Literal)]
                ids = frozenset(bare(text) for text in texts if is_known(text))
                if len(ids) > 1:
                    found.append((part.line, ids))
    return tuple(found)


class Spread(msgspec.Struct, frozen=True):
    """Ids in code and settings: the file that holds most, those in it, and those outside it."""

    home: str
    inside: tuple[ModelId, ...]
    outside: tuple[ModelId, ...]


@query
def spread(db: Database) -> Spread:
    """How the ids of production code lie over files; deploy files and their parameters apart."""
    deploys = {path for path, rank in settings_files(db) if rank != 1}
    ids = [e for e in literal_ids(db) if e.path not in deploys and reads_as_id(e.id)]
    counts: dict[str, int] = {}
    for each in ids:
        counts[each.path] = counts.get(each.path, 0) + 1
    home = max(sorted(counts), key=lambda path: counts[path], default="")
    return Spread(
        home,
        tuple(each for each in ids if each.path == home),
        tuple(each for each in ids if each.path != home),
    )


@query
def upgrade_paths(db: Database) -> tuple[Trace, ...]:
    """Written paths for a model change, and jobs that watch model ids."""
    found: list[Trace] = []
    for path in document_files(db):
        by_path = bool(_CHANGE_PATH.search(path.rsplit("/", 1)[-1]))
        if "changelog" in path.lower() or not (by_path or any(map(_CHANGE.search, outline(db, path)))):
            continue
        for passage in passages(db, path):
            if (
                not (_CHANGE.search(passage.title) or (by_path and not passage.level))
                or not passage.counts
            ):
                continue
            text = passage.everything
            if _EVALS.search(text) and _BACK.search(text):
                found.append(Trace(path, passage.line, "a written path for a model change", True))
    for path in files(db):
        if path.startswith(".github/workflows/") and _watches(db, path):
            found.append(Trace(path, 1, "a scheduled job watches model ids", True))
    return tuple(found)


def _watches(db: Database, path: str) -> bool:
    words = tokens(path.rsplit("/", 1)[-1])
    if not (words & {"model", "models", "llm", "llms"} and words & _WATCH):
        return False
    config = family(db, "config", path)
    roots = config.roots if isinstance(config, Config) else ()
    return any(trail and trail[-1] == "cron" for root in roots for trail, _ in root.walk())


class Card(msgspec.Struct, frozen=True):
    """A model or system card and which of its five parts it has."""

    path: str
    line: int
    present: tuple[str, ...]
    absent: tuple[str, ...]


_PARTS = {
    "intended use": re.compile(r"intended|use cases?|purpose|\buses\b", re.IGNORECASE),
    "limitations": re.compile(r"limitation|out[- ]of[- ]scope|risks?\b|not intended", re.IGNORECASE),
    "model and version": re.compile(r"\bmodels?\b|version", re.IGNORECASE),
    "evaluation": re.compile(r"evaluat|metrics?|performance|results?", re.IGNORECASE),
    "owner or contact": re.compile(r"owner|contact|maintain|authors?|team", re.IGNORECASE),
}


@query
def cards(db: Database) -> tuple[Card, ...]:
    """The model and system cards of the tree."""
    own = bare_ids(db)
    found = []
    for whole in named(db, _CARD):
        parts = passages(db, whole.path)
        present = tuple(name for name, pattern in _PARTS.items() if _has(name, pattern, parts, own))
        absent = tuple(name for name in _PARTS if name not in present)
        found.append(Card(whole.path, whole.line, present, absent))
    return tuple(found)


def _has(name: str, pattern: re.Pattern[str], parts: tuple[Passage, ...], own: frozenset[str]) -> bool:
    for passage in parts:
        text = passage.everything
        labelled = bool(
            re.search(rf"(?:^|[.\n*])\s*(?:{pattern.pattern})[^.:]{{0,30}}:", text, re.IGNORECASE)
        )
        if not (pattern.search(passage.title) and passage.level > 1) and not (
            labelled and not passage.level
        ):
            continue
        filled = _EMPTY.sub("", text)
        if len(filled.split()) < 3 or (_EMPTY.search(text) and len(filled.split()) < 8):
            continue
        if name == "model and version" and not ids_in(text) & own:
            continue
        if name == "evaluation" and not re.search(r"\d", text):
            continue
        return True
    return False
