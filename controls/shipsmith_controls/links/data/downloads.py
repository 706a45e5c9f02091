"""Open-weight models and public datasets that the tree downloads, and where a licence is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.containers import Dockerfile
from shipsmith_controls.facts.families import is_dockerfile
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.model_ids import model_ids
from shipsmith_controls.links.production import is_eval_path, is_test_path
from shipsmith_controls.links.tree import code_files, family, files, index, lines_of, skim
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, last_name
from shipsmith_controls.links.values.value import Const
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_GIVEN = (
    "model_name_or_path", "pretrained_model_name_or_path", "model_name", "model", "repo_id",
    "model_id", "path",
)  # fmt: skip
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_HOSTED = re.compile(r"^(?:Text|Chat|Code|MultiModal)\w*Model$")
_IN_SHELL = re.compile(
    r"(?:from_pretrained|SentenceTransformer|CrossEncoder|snapshot_download|load_dataset)\(\s*(?:\w+\s*=\s*)?"
    r"['\"]([^'\"]+)['\"]|\bollama pull ([\w.:/-]+)|(?:huggingface-cli|hf) download ([\w.-]+/[\w.-]+)"
)
_LOCAL = re.compile(
    r"^(?:\.|/|~)|\.(?:json|csv|jsonl)$|^(?:models?|data|datasets?|checkpoints?|output|weights)/"
)
_RECORD = re.compile(
    r"(?:^|/)(?:notice|third[-_ ]?party[^/]*|models?|(?:[^/]*[-_])?model[-_]?card[^/]*|datasheet[^/]*"
    r"|licen[cs]es|attributions?|[^/]*bom)(?:\.(?:md|txt|rst|json|ya?ml|cdx\.json))?$",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"\bMIT\b|\bApache[- ]?(?:License[ ,]*(?:Version )?)?2(?:\.0)?\b|\bBSD-\d"
    r"|\b[AL]?GPL(?:v?-?\d)?\b|\bMPL-\d"
    r"|\bCC[- ]BY"
    r"|\bCC0\b|\b(?:Open)?RAIL\b|\bODC-By\b|\bODbL\b|\bISC\b|\bUnlicense\b"
    r"|\b(?:Llama|Gemma|Qwen|DeepSeek|Mistral|Falcon)\b[\w .-]{0,20}(?:Licen[cs]e|Terms|Agreement)"
    r"|\blicen[cs]e\b\W{1,4}[\w.-]{3,}",
    re.IGNORECASE,
)
_STRUCTURED = (".json", ".yaml", ".yml")
_AROUND = 8


@cache
def _words(key: str) -> frozenset[str]:
    return load().words(key)


class Download(msgspec.Struct, frozen=True):
    """A model or dataset by its id (or address), where it is first loaded."""

    id: str
    path: str
    line: int


@query
def downloads(db: Database) -> tuple[Download, ...]:
    """Every model and dataset that code, Dockerfiles and scripts download, once."""
    found: dict[str, Download] = {}
    for path in code_files(db):
        if _may_load(db, path):
            for each in _in_code(db, path):
                found.setdefault(each.id.lower(), each)
    for path in files(db):
        if is_dockerfile(path) or path.endswith((".sh", ".bash")):
            for each in _in_shell(db, path):
                found.setdefault(each.id.lower(), each)
    for model in model_ids(db):
        if model.platform == "ollama" and model.chosen:
            found.setdefault(model.id.lower(), Download(model.id, model.path, model.line))
    return tuple(sorted(found.values(), key=lambda each: (each.path, each.line)))


def _may_load(db: Database, path: str) -> bool:
    if is_test_path(path) and not is_eval_path(path):
        return False
    modules = {glance.module for glance in skim(db, path).imports}
    roots = {module.partition(".")[0] for module in modules}
    return bool((modules | roots) & _words("download-modules"))


@query
def _in_code(db: Database, path: str) -> tuple[Download, ...]:
    facts = index(db, path)
    return tuple(_loads(db, path, facts)) if facts is not None else ()


def _loads(db: Database, path: str, facts: ModuleIndex) -> Iterator[Download]:
    for call in facts.module.calls:
        name = last_name(call.callee)
        if name in _words("table-reads"):
            for text in _texts(db, path, call, argument(call, "#0")):
                if text.startswith(("https://", "http://", "hf://")) and "localhost" not in text:
                    yield Download(text, path, call.line)
        elif name in _words("download-calls") and not _is_hosted(call):
            given = next((g for n in _GIVEN if (g := argument(call, n)) is not None), None)
            for text in _texts(db, path, call, given or argument(call, "#0")):
                if _is_id(text, name):
                    yield Download(text, path, call.line)


def _is_hosted(call: code.Call) -> bool:
    base = call.callee.base if isinstance(call.callee, code.Attribute) else None
    return bool(_HOSTED.match((dotted(base) or "").rpartition(".")[2])) if base is not None else False


def _texts(db: Database, path: str, call: code.Call, given: code.Expr | None) -> list[str]:
    if given is None:
        return []
    held = values(db, path, call.block, given)
    return [v.value for v in held if isinstance(v, Const) and isinstance(v.value, str)]


def _is_id(text: str, name: str) -> bool:
    if _LOCAL.search(text):
        return False
    return bool(_HUB_ID.fullmatch(text)) or (
        name in _words("download-bare-ids") and bool(re.fullmatch(r"[\w.]+-[\w.-]+", text))
    )


@query
def _in_shell(db: Database, path: str) -> tuple[Download, ...]:
    if is_dockerfile(path):
        facts = family(db, "dockerfile", path)
        parts = facts.instructions if isinstance(facts, Dockerfile) else ()
        lines = [(part.line, part.arguments) for part in parts if part.name == "RUN"]
    else:
        held = lines_of(db, path)
        lines = [(n, text) for n, text in enumerate(held, 1) if not text.lstrip().startswith("#")]
    found = []
    for line, text in lines:
        for match in _IN_SHELL.finditer(text):
            name = next(group for group in match.groups() if group)
            if not _LOCAL.search(name):
                found.append(Download(name, path, line))
    return tuple(found)


@query
def record_files(db: Database) -> tuple[str, ...]:
    """Files that record licences of third parties: notices, model cards, data sheets, bills."""
    return tuple(path for path in files(db) if _RECORD.search(path) and not is_test_path(path))


def licence_of(db: Database, each: Download) -> tuple[str, int] | None:
    """(path, line) of the row or paragraph that gives the licence of a model or dataset."""
    wanted = each.id.lower()
    for path in record_files(db):
        for line, text in _paragraphs(db, path):
            if wanted in text.lower() and _LICENCE.search(text):
                return path, line
    return None


@query
def _paragraphs(db: Database, path: str) -> tuple[tuple[int, str], ...]:
    """(line, text) of each table row, list item, paragraph; of data files a few lines around each."""
    lines = lines_of(db, path)
    if path.endswith(_STRUCTURED):
        return tuple(
            (i + 1, "\n".join(lines[max(0, i - 1) : i + _AROUND]))
            for i, line in enumerate(lines)
            if "/" in line
        )
    found: list[tuple[int, str]] = []
    start = 0
    for i, line in enumerate((*lines, "")):
        if line.lstrip().startswith(("|", "-", "*")):
            found.append((i + 1, line))
            start = i + 1
        elif not line.strip():
            if start < i:
                found.append((start + 1, "\n".join(lines[start:i])))
            start = i + 1
    return tuple(found)
