"""Datasets of the tree: files of rows that training, eval, seed or ingest code reads."""

from __future__ import annotations

import re

from shipsmith_controls.facts import code
from shipsmith_controls.facts.datasets import Dataset, format_of
from shipsmith_controls.facts.document import Document
from shipsmith_controls.facts.families import prose_format
from shipsmith_controls.facts.manifests import kind_of
from shipsmith_controls.links.data.ingest import ingest_entries, path_nodes
from shipsmith_controls.links.data.sources import sources_of
from shipsmith_controls.links.data.training import trainer_calls
from shipsmith_controls.links.files.documents import passages
from shipsmith_controls.links.production import is_eval_path, tokens
from shipsmith_controls.links.tree import code_files, family, files, index
from shipsmith_controls.queries import Database, query

_PLACES = frozenset("data dataset datasets eval evals seed seeds results".split())
_NO_DATA = frozenset(
    "tsconfig.json jsconfig.json package-lock.json vercel.json components.json manifest.json "
    "pnpm-lock.yaml mkdocs.yml composer.json devcontainer.json".split()
)
_NAMED_FILE = re.compile(r"[\w.-]+\.(?:jsonl|ndjson|csv|tsv|json|ya?ml)\Z")
_PERSONAL = re.compile(r"\b(?:personal data|PII|synthetic)\b", re.IGNORECASE)


@query
def named_files(db: Database, path: str) -> frozenset[str]:
    """Base names of the data files that the text literals of a source file name."""
    facts = index(db, path)
    if facts is None:
        return frozenset()
    found: set[str] = set()
    for text in _literals(facts.module):
        match = _NAMED_FILE.search(text)
        if match is not None and len(text) < 300:
            found.add(match[0].lower())
    return frozenset(found)


def _literals(module: code.Module) -> list[str]:
    exprs: list[code.Expr] = [given for call in module.calls for given in call.args]
    exprs += [k.value for call in module.calls for k in call.keywords]
    exprs += [assign.value for assign in module.assigns if assign.value is not None]
    exprs += [
        p.default for function in module.functions for p in function.params if p.default is not None
    ]
    found = []
    while exprs:
        here = exprs.pop()
        match here:
            case code.Literal(value=str() as text):
                found.append(text)
            case code.Template(parts=parts):
                exprs.extend(parts)
            case code.Operation(operands=operands):
                exprs.extend(operands)
            case code.Sequence(items=items):
                exprs.extend(items)
            case code.Mapping(entries=entries):
                exprs.extend(value for _, value in entries)
    return found


@query
def _read_by_code(db: Database) -> frozenset[str]:
    """Base names of data files that ingest, training or eval code names."""
    readers = {node.path for entry in ingest_entries(db) for node in path_nodes(db, entry)}
    readers |= {call.path for call in trainer_calls(db)}
    readers |= {path for path in code_files(db) if is_eval_path(path)}
    # A file named in a settings module is read where the ingest path opens it.
    read = (s.name for entry in ingest_entries(db) for s in sources_of(db, entry) if s.kind == "file")
    opened = {match[0].lower() for name in read if (match := _NAMED_FILE.search(name)) is not None}
    return frozenset(opened.union(*(named_files(db, path) for path in readers)))


def _may_be(path: str, read: frozenset[str]) -> bool:
    name = path.rsplit("/", 1)[-1].lower()
    if format_of(name) is None or name in _NO_DATA or kind_of(path) or path.startswith("."):
        return False
    if "/." in path or "node_modules/" in path:
        return False
    if not tokens(path) & _PLACES:
        return name in read
    return True


@query
def dataset(db: Database, path: str) -> Dataset | None:
    """The rows of a data file; None when it holds none."""
    found = family(db, "dataset", path)
    return found if isinstance(found, Dataset) and found.rows else None


@query
def dataset_files(db: Database) -> tuple[str, ...]:
    """Every tracked dataset: data files that lie under such a name or that code reads."""
    known = db.get(("tracked",), ()) or files(db)
    tracked, read = frozenset(known), _read_by_code(db)
    return tuple(
        path
        for path in files(db)
        if path in tracked and _may_be(path, read) and dataset(db, path) is not None
    )


@query
def _declaring(db: Database, path: str) -> tuple[tuple[str, int], ...]:
    """(text, line) of the sections of a document about personal or synthetic data."""
    document = family(db, "document", path)
    if not isinstance(document, Document) or not any(
        _PERSONAL.search(s.title) for s in document.sections
    ):
        return ()
    return tuple((p.everything, p.line) for p in passages(db, path) if _PERSONAL.search(p.title))


@query
def declared(db: Database, path: str) -> tuple[str, int] | None:
    """(document, line) where a dataset is named under personal data, PII or synthetic."""
    folder, _, name = path.rpartition("/")
    wanted = {path, name, f"{folder}/"} - {"/"}
    for place in files(db):
        if prose_format(place):
            for text, line in _declaring(db, place):
                if any(re.search(rf"(?<![\w.-]){re.escape(w)}", text) for w in wanted):
                    return place, line
    return None
