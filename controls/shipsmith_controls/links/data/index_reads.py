"""Queries of an index: what selects text by search or by the similarity of embeddings."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.links.calls.reach import made_clients, reached_files
from shipsmith_controls.links.data.ingest import ingest_graph
from shipsmith_controls.links.data.stores import store_calls
from shipsmith_controls.links.data.vectors import nearest_reads
from shipsmith_controls.links.data.writes import is_dead_block
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.queries import Database, query


@query
def reads_in(db: Database, path: str) -> tuple[int, ...]:
    """Lines of a file on which an index is queried."""
    facts = index(db, path)
    if facts is None:
        return ()
    found = [
        call.line
        for call in store_calls(db, path)
        if call.operation == "read"
        and not call.general
        and not is_dead_block(facts, facts.module.calls[call.call].block)
    ]
    return (*found, *nearest_reads(db, path))


def index_queries(db: Database) -> Iterator[tuple[str, int]]:
    """Where production code queries a vector or search index, as (path, line)."""
    for path in dict.fromkeys((*ingest_graph(db).files, *reached_files(db))):
        if is_production(db, path):
            yield from ((path, line) for line in reads_in(db, path))


def embeddings_made(db: Database) -> Iterator[tuple[str, int]]:
    """Where production code makes a client that embeds text, as (path, line)."""
    for path, call in made_clients(db):
        facts = index(db, path)
        if facts is not None and "mbedding" in last_name(facts.module.calls[call].callee):
            yield path, facts.module.calls[call].line
