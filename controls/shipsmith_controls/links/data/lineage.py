"""Lineage: documents and code that show how data flows from source to index."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts.document import Document
from shipsmith_controls.links.data.ingest import index_writes
from shipsmith_controls.links.data.stages import stages_of
from shipsmith_controls.links.files.documents import Passage, document_files, outline, passages
from shipsmith_controls.links.tree import family, file_set, named
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.queries import Database, query

_ABOUT = re.compile(
    r"\b(?:data[ _-]?)?lineage\b|\bdata[ _-]?flows?\b|\bdata[ _-]?pipelines?\b|\bingest(?:ion|ing)\b",
    re.I,
)
_SOURCE = re.compile(
    r"\b(?:sources?|uploads?|files?|buckets?|feeds?|urls?|pages?|documents?|s3|api|crawl\w*|tables?)\b",
    re.I,
)
_CHANGE = re.compile(r"\b(?:chunk|clean|transform|embed|split)\w*", re.IGNORECASE)
_GOAL = re.compile(
    r"\b(?:index\w*|stores?|tables?|collections?|databases?|vectors?|prompts?|training)\b", re.I
)
_PATH = re.compile(r"[\w./-]+\.(?:py|ts|tsx|js|sql)\b|\b[a-z_]+(?:\.[a-z_]+)+\b")
_TOOLS = ("openlineage", "datahub", "acryl_datahub")


class Lineage(msgspec.Struct, frozen=True):
    """A document, section or file that shows the flow; `whole`: it counts in full."""

    path: str
    line: int
    whole: bool
    message: str


@query
def lineage(db: Database) -> tuple[Lineage, ...]:
    """Everything that shows how data flows, documents and code."""
    return (*_code(db), *_documents(db))


def _code(db: Database) -> Iterator[Lineage]:
    for module in _TOOLS:
        for path in by_import(db).get(module, ())[:1]:
            yield Lineage(path, 1, True, f"{module} records the lineage")
    for path in by_import(db).get("dagster.asset", ())[:1]:
        yield Lineage(path, 1, True, "Dagster assets record the lineage")


def _documents(db: Database) -> Iterator[Lineage]:
    for path in document_files(db):
        titles = outline(db, path)
        spoken = path.replace("/", " ").replace("-", " ").replace("_", " ")
        by_name = bool(titles) and bool(_ABOUT.search(spoken) or _ABOUT.search(titles[0]))
        if not by_name and not any(_ABOUT.search(title) for title in titles):
            continue
        for passage in passages(db, path):
            wanted = (by_name and not passage.level) or (passage.level and _ABOUT.search(passage.title))
            text = _with_fences(db, passage) if wanted else ""
            if text and _SOURCE.search(text) and _CHANGE.search(text) and _GOAL.search(text):
                exists = _names_something(db, text)
                if by_name and exists:
                    yield Lineage(path, passage.line, True, "shows source, steps and index")
                elif by_name:
                    yield Lineage(path, passage.line, False, "names no module or table that exists here")
                elif exists:
                    yield Lineage(path, passage.line, False, "only a section shows the flow")


def _with_fences(db: Database, passage: Passage) -> str:
    document = family(db, "document", passage.path)
    fences = [
        text
        for section in (document.sections if isinstance(document, Document) else ())
        if passage.line <= section.line <= passage.end_line
        for _, text, _ in section.fences
    ]
    whole = "\n".join((passage.everything, *fences))
    return whole if len(whole.split()) >= 12 and "TODO" not in whole else ""


def _names_something(db: Database, text: str) -> bool:
    """Whether a text names a file, function, class or table of the tree's ingestion."""
    for match in _PATH.findall(text):
        if match in file_set(db) or match.rsplit("/", 1)[-1].lower() in named(db):
            return True
        if f"{match.replace('.', '/')}.py" in file_set(db):
            return True
    names = {w.target for w in index_writes(db)} | {
        node.name.rsplit(".", 1)[-1] for w in index_writes(db) for node in stages_of(db, w)
    }
    return any(len(name) > 3 and re.search(rf"\b{re.escape(name)}\b", text) for name in names)
