"""Lists of data sources: documents and data files with a row for each source, its owner and refresh."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.facts.document import Document
from shipsmith_controls.links.data.ingest import ingest_entries
from shipsmith_controls.links.data.sources import SCHEME, Source, reads_of, sources_of
from shipsmith_controls.links.data.training import trainer_calls
from shipsmith_controls.links.files.documents import may_count
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import family, files
from shipsmith_controls.queries import Database, query

_LISTS = frozenset({"source", "sources", "inventory", "catalog", "catalogue", "contract", "contracts"})
_OWNER = frozenset("owner owners team contact steward responsible maintainer custodian".split())
_REFRESH = frozenset(
    "refresh refreshed frequency schedule cadence interval freshness updated update updates sync "
    "refreshes synced".split()
)
_EMPTY = re.compile(r"^\W*$|^(?:n/?a|none|tbd|todo|unknown|\?+)$", re.IGNORECASE)
_STRUCTURED = (".yaml", ".yml", ".json", ".toml")
_TELLING = re.compile(r"[A-Za-z0-9]{3}")


class ListedSource(msgspec.Struct, frozen=True):
    """A row of a list: its text, and whether owner and refresh are filled."""

    path: str
    line: int
    text: str
    owner: bool
    refresh: bool


def _is_list(text: str) -> bool:
    words = tokens(text)
    return "datasheet" in words or ("data" in words and bool(words & _LISTS))


@query
def rows_in(db: Database, path: str) -> tuple[ListedSource, ...]:
    """The rows of a list of data sources; none when the file is no such list."""
    name = path.rsplit("/", 1)[-1]
    if may_count(path):
        document = family(db, "document", path)
        if isinstance(document, Document) and (_is_list(path) or _is_list(document.title)):
            return tuple(_of_document(path, document))
        return ()
    if path.endswith(_STRUCTURED) and (_is_list(path) or name in ("sources.yml", "sources.yaml")):
        config = family(db, "config", path)
        if isinstance(config, Config):
            return tuple(row for root in config.roots for row in _of_config(path, root))
    return ()


def _of_document(path: str, document: Document) -> Iterator[ListedSource]:
    for section in document.sections:
        owned = [i for i, cell in enumerate(section.header) if tokens(cell) & _OWNER]
        fresh = [i for i, cell in enumerate(section.header) if tokens(cell) & _REFRESH]
        for row, line in zip(section.rows, section.row_lines, strict=False):
            if len(row) > 1:
                owner = any(i < len(row) and not _EMPTY.match(row[i]) for i in owned)
                refresh = any(i < len(row) and not _EMPTY.match(row[i]) for i in fresh)
                yield ListedSource(path, line, " | ".join(row), owner, refresh)


def _of_config(path: str, node: Node) -> Iterator[ListedSource]:
    for _, here in node.walk():
        if here.shape != "map":
            continue
        scalars = [(k, v) for k, v in here.entries if v.shape == "scalar" and v.scalar is not None]
        if not scalars:
            continue
        inner = {key for trail, v in here.walk() if v.shape == "scalar" for key in trail if v.scalar}
        text = " | ".join(str(v.scalar) for _, v in scalars)
        owner = any(tokens(key) & _OWNER for key in inner)
        refresh = any(tokens(key) & _REFRESH for key in inner)
        yield ListedSource(path, here.line, text, owner, refresh)


@query
def listed_sources(db: Database) -> tuple[ListedSource, ...]:
    """Every row of every list of data sources."""
    return tuple(row for path in files(db) if _may_be(path) for row in rows_in(db, path))


def _may_be(path: str) -> bool:
    return may_count(path) or (
        path.endswith(_STRUCTURED) and bool(tokens(path) & (_LISTS | {"datasheet"}))
    )


def row_of(db: Database, source: Source) -> ListedSource | None:
    """The row that names a source, one with owner and refresh first."""
    rows = [row for row in listed_sources(db) if _names(row.text, source.name)]
    return max(rows, key=lambda row: row.owner + row.refresh, default=None)


def _names(text: str, name: str) -> bool:
    plain = SCHEME.sub("", name).strip("/")
    host = plain.split("/")[0]
    wanted = {plain, plain.rsplit("/", 1)[-1]} if plain == name.strip("/") else {plain, host}
    low = text.lower()
    return any(
        re.search(rf"(?<![\w.-]){re.escape(part.lower())}(?![\w-])", low)
        for part in wanted
        if _TELLING.search(part)
    )


@query
def named_sources(db: Database) -> tuple[Source, ...]:
    """Every named source that an ingest path or training code reads, once for each place."""
    found = [s for entry in ingest_entries(db) for s in sources_of(db, entry)]
    found += [s for path in {call.path for call in trainer_calls(db)} for _, s in reads_of(db, path)]
    named = {(s.path, s.line): s for s in found if s.kind != "upload" and _TELLING.search(s.name)}
    return tuple(named[key] for key in sorted(named))
