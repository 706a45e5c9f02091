"""Records of decisions on models and prompts: accepted papers, changelogs, audited changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.entries import entries_of
from shipsmith_controls.links.calls.following import below, stores
from shipsmith_controls.links.calls.model_ids import bare, model_ids
from shipsmith_controls.links.calls.offered import is_known
from shipsmith_controls.links.calls.sinks import kind_of
from shipsmith_controls.links.files.documents import Passage, document_files, outline, passages
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import code_files, files, index, lines_of, subjects
from shipsmith_controls.links.values.index import dotted, inside, last_name
from shipsmith_controls.queries import Database, query

_PATH = re.compile(r"(?:^|[/_-])(?:adrs?|decisions?|decision[-_]records?|rfcs?)(?:[/_.-])", re.IGNORECASE)
_STATUS = re.compile(r"^\W*status\W{1,6}(?:\w+ )?(?:accepted|approved)\b", re.IGNORECASE | re.MULTILINE)
_SETTLED = re.compile(r"^\W*(?:accepted|approved)\b", re.IGNORECASE)
_PARTS = ("status", "context", "decision")
_ABOUT = re.compile(
    r"\b(?:LLMs?|(?:system )?prompts?|retriev\w+|reranking|embeddings?|vector (?:store|search)|RAG"
    r"|OpenAI|Anthropic|Claude|GPT-?[\w.]*|Gemini|Bedrock|Mistral|Llama|language model)\b",
    re.IGNORECASE,
)
_CHANGELOG = re.compile(
    r"(?:^|/)(?:changelog|changes|history|release[-_]?notes)(?:\.\w+)?$", re.IGNORECASE
)
_WHAT = frozenset("model models llm llms prompt prompts".split())
_FOR_OTHERS = frozenset(
    "admin manage management settings config configuration default global system".split()
)
_CHANGES = frozenset(
    "set update create put patch delete upsert save change edit default activate promote switch".split()
)
_READS = frozenset("get list fetch read test validate available search GET".split())
_ACTOR = frozenset("user actor admin who email by principal".split())
_MODEL_NAME = re.compile(
    r"(?<![A-Za-z0-9])(?:gpt|claude|gemini|llama|mistral|mixtral|grok|deepseek|qwen)[\s._/-]?[a-z]*[\s.-]?\d"
    r"|\btext-embedding-",
    re.IGNORECASE,
)
_PART = re.compile(r"[A-Za-z]+|\d+")
_APART = r"[\s._:/-]{0,2}"
_NAMES = _WHAT | {"provider", "providers", "settings", "config", "default", "persona", "assistant"}
_AUDIT = re.compile(r"audit", re.IGNORECASE)


class Record(msgspec.Struct, frozen=True):
    """A record of a decision; `full` for an accepted decision record, else a changelog's line."""

    path: str
    line: int
    message: str
    full: bool


class Setter(msgspec.Struct, frozen=True):
    """A handler that changes a model or prompt for others; `audit` is the line that tells of it."""

    path: str
    line: int
    name: str
    audit: tuple[str, int] | None


@query
def decision_records(db: Database) -> tuple[Record, ...]:
    """Accepted decision records on models, prompts, retrieval; changelogs that name a model in use."""
    found = []
    for path in document_files(db):
        titles = outline(db, path)
        plain = {title.lower().rstrip(":") for title in titles}
        if _PATH.search(path) or plain.issuperset(_PARTS):
            found += list(_accepted(db, path))
    return (*found, *_logged(db), *_committed(db))


def _accepted(db: Database, path: str) -> Iterator[Record]:
    read = passages(db, path)
    lines = lines_of(db, path)
    if not read or not read[0].counts:
        return
    settled = _STATUS.search("\n".join(lines)) or any(
        p.title.lower() == "status" and _SETTLED.search(p.prose) for p in read
    )
    if settled and _names_choice(db, read[0]):
        yield Record(path, 1, "an accepted decision record", True)


def _names_choice(db: Database, passage: Passage) -> bool:
    text = passage.everything
    return bool(_ABOUT.search(text)) or bool(_id_in(db, text))


def _id_in(db: Database, text: str) -> str:
    """The first production id that a text names, case and separators aside."""
    return next((each for each, pattern in _spelled(db) if pattern.search(text)), "")


@query
def _spelled(db: Database) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each production id that a vendor knows, and how people write it: `gpt-4o`, `GPT 4o`, `gpt4o`."""
    found = {}
    for each in model_ids(db):
        text = bare(each.id, each.platform)
        if each.chosen and is_known(each.id):
            parts = (re.escape(part) for part in _PART.findall(text))
            found[text] = re.compile(
                rf"(?<![A-Za-z0-9])(?<!\w[-./]){_APART.join(parts)}(?![A-Za-z0-9]|[-.]\w)", re.IGNORECASE
            )
    return tuple(sorted(found.items(), key=lambda item: item[0]))


def _logged(db: Database) -> Iterator[Record]:
    for path in files(db):
        if _CHANGELOG.search(path) and "node_modules/" not in path:
            lines = lines_of(db, path)
            for number, line in enumerate(lines, 1):
                found = _id_in(db, line)
                if found:
                    yield Record(path, number, f"only the changelog names {found}", False)
                    break


def _committed(db: Database) -> Iterator[Record]:
    """The newest commit message that names a model, if that model is in use; where it is chosen.

    When the last word of the history is about a model that has gone since, none tells of today's.
    """
    for subject in subjects(db) if _spelled(db) else ():
        if subject.startswith("Merge "):
            continue
        named = _id_in(db, subject)
        if named:
            at = next(i for i in model_ids(db) if i.chosen and bare(i.id, i.platform) == named)
            yield Record(at.path, at.line, f"only a commit message names {at.id}: “{subject}”", False)
        if named or _MODEL_NAME.search(subject):
            return


@query
def setters(db: Database) -> tuple[Setter, ...]:
    """Handlers of production code that change a model or prompt for others at run time."""
    return tuple(s for path in code_files(db) if _may_set(path) for s in _setters_in(db, path))


def _may_set(path: str) -> bool:
    words = tokens(path)
    return bool(words & (_WHAT | _FOR_OTHERS)) and bool(
        words & {*_WHAT, "api", "routes", "router", "routers", "route"}
    )


@query
def _setters_in(db: Database, path: str) -> tuple[Setter, ...]:
    facts = index(db, path)
    if facts is None or not is_production(db, path):
        return ()
    found = []
    for entry in entries_of(db, path):
        words = tokens(f"{entry.route} {entry.function}")
        around = words | tokens(path)
        method = entry.function in ("PUT", "PATCH", "DELETE", "POST")
        if words & _READS or not around & _WHAT or not around & _FOR_OTHERS:
            continue
        at = facts.by_qualname.get(entry.function, -1)
        if (
            at < 0
            or not (words & _CHANGES or method)
            or not tokens(entry.function + entry.route) & _NAMES
        ):
            continue
        reached = below(db, path, at)
        if any(stores(db, *each) for each in reached):
            found.append(Setter(path, entry.line, entry.function, _audited(db, reached)))
    return tuple(found)


def _audited(db: Database, reached: tuple[tuple[str, int], ...]) -> tuple[str, int] | None:
    """(path, line) of the first line or row that tells who changed it."""
    for path, call in reached:
        facts = index(db, path)
        if facts is None:
            continue
        here = facts.module.calls[call]
        if _AUDIT.search(dotted(here.callee) or last_name(here.callee)):
            return path, here.line
        if kind_of(here, facts) == "log":
            given = (*here.args, *(k.value for k in here.keywords))
            parts = (part for each in given for part in inside(each, facts.module))
            names = {
                w for part in parts if isinstance(part, (code.Name, code.Attribute)) for w in _words(part)
            }
            if names & _ACTOR and names & _WHAT:
                return path, here.line
    return None


def _words(part: code.Expr) -> frozenset[str]:
    return tokens(dotted(part) or "")
