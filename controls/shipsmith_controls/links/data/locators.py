"""Locators: whether a stored chunk says which document, and which place in it, it came from."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.data.sources import reads_of
from shipsmith_controls.links.data.stages import calls_on, parts_on, stages_of
from shipsmith_controls.links.data.writes import IndexWrite
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import argument, inside, last_name
from shipsmith_controls.links.values.row_keys import keys_of
from shipsmith_controls.queries import Database, query

_LOCATORS = frozenset(
    "source sources url uri path file filename filepath document doc page href link slug".split()
)
_CHUNKS = frozenset(
    {"chunk", "chunks", "section", "sections", "passage", "passages", "segment", "embeddings"}
)
_MEASURES = frozenset("count size total num type types length index".split())
_METADATA = ("metadatas", "metadata", "payload", "payloads")
_CONTENT = frozenset({"documents", "document", "docs", "doc", "_source", "page_content"})
"""Names of a store's own arguments, which hold the text itself."""


class Locator(msgspec.Struct, frozen=True):
    """Where a locator is given to what is stored."""

    path: str
    line: int
    what: str


@query
def locator_of(db: Database, write: IndexWrite) -> Locator | None:
    """The locator that a write stores, from its own columns or the metadata gathered on its path."""
    if write.managed:
        return Locator(write.path, write.line, "the managed sync keeps the source")
    facts = index(db, write.path)
    if facts is None:
        return None
    if write.store == "sql":
        own = _own_row(write)
        if own is not None:
            return own
    elif write.call >= 0:
        call = facts.module.calls[write.call]
        told = _told_keys(call)
        if told is not None:
            key = next((key for key in told if _locates(key)), "")
            return Locator(write.path, write.line, f"`{key}`") if key else None
        for expr in (*call.args, *(k.value for k in call.keywords)):
            for key in keys_of(facts, call.block, expr):
                if _locates(key):
                    return Locator(write.path, write.line, f"`{key}`")
    return _gathered(db, write)


def _told_keys(call: code.Call) -> tuple[str, ...] | None:
    """The keys of metadata that a write spells out whole: `metadatas=[{"url": …}]`; else None."""
    told = next((g for name in _METADATA if (g := argument(call, name)) is not None), None)
    rows = told.items if isinstance(told, code.Sequence) else (told,)
    keys: list[str] = []
    for row in rows:
        if not isinstance(row, code.Mapping) or any(key is None for key, _ in row.entries):
            return None
        keys.extend(str(key.value) for key, _ in row.entries if isinstance(key, code.Literal))
    return tuple(keys)


def _locates(key: str) -> bool:
    words = tokens(key)
    return bool(words & _LOCATORS) and not words & _MEASURES and key not in _CONTENT


def _own_row(write: IndexWrite) -> Locator | None:
    """A column that locates, or a vector beside the source record's own columns."""
    for key in write.keys:
        if _locates(key):
            return Locator(write.path, write.line, f"the column `{key}`")
    if write.statement in ("attribute write", "SQL update"):
        return Locator(write.path, write.line, "the record's own row")
    if tokens(write.target) & _CHUNKS or any(tokens(key) & _CHUNKS for key in write.keys):
        return None
    return Locator(write.path, write.line, "the record's own row")


def _gathered(db: Database, write: IndexWrite) -> Locator | None:
    nodes = stages_of(db, write)
    wanted = {(node.path, node.name) for node in nodes}
    for path in dict.fromkeys(node.path for node in nodes):
        for function, source in reads_of(db, path):
            loads = source.title.startswith(("LangChain", "LlamaIndex"))
            if loads and (path, function) in wanted:
                return Locator(path, source.line, f"{source.title} names the source of each document")
    for path, line, key in _keys(db, write):
        if _locates(key):
            return Locator(path, line, f"`{key}`")
    return None


def _keys(db: Database, write: IndexWrite) -> Iterator[tuple[str, int, str]]:
    """(path, line, key) of every mapping, metadata keyword and subscript assignment on the path."""
    nodes = stages_of(db, write)
    for path, facts, expr, _ in parts_on(db, nodes):
        for part in inside(expr, facts.module):
            if isinstance(part, code.Mapping):
                for key, value in part.entries:
                    if isinstance(key, code.Literal) and not isinstance(value, code.Literal):
                        yield path, part.line, str(key.value)
    for path, _, _, call in calls_on(db, nodes):
        name = last_name(call.callee)
        if "etadata" in name or name[:1].isupper():
            for keyword in call.keywords:
                if keyword.name and not isinstance(keyword.value, code.Literal):
                    yield path, call.line, keyword.name
    for path in dict.fromkeys(node.path for node in nodes):
        facts_ = index(db, path)
        for assign in facts_.module.assigns if facts_ is not None else ():
            target = assign.target
            if not isinstance(target, code.Subscript) or not isinstance(target.index, code.Literal):
                continue
            if "metadata" in last_name(target.base) or "payload" in last_name(target.base):
                yield path, assign.line, str(target.index.value)
