"""Queries of an index: what selects text by search or by the similarity of embeddings."""

from __future__ import annotations

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


@query
def queries_an_index(db: Database) -> bool:
    """Whether production code queries a vector or search index."""
    paths = dict.fromkeys((*ingest_graph(db).files, *reached_files(db)))
    return any(is_production(db, path) and reads_in(db, path) for path in paths)


@query
def makes_embeddings(db: Database) -> bool:
    """Whether production code makes a client that embeds text."""
    for path, call in made_clients(db):
        facts = index(db, path)
        if facts is not None and "mbedding" in last_name(facts.module.calls[call].callee):
            return True
    return False
