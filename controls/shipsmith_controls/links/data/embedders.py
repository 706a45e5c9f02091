"""Embedding models: which side each one serves, documents or queries, and whether both agree."""

from __future__ import annotations

from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.kinds import side_calls
from shipsmith_controls.links.calls.model_ids import bare, ids_of_call, ids_of_client
from shipsmith_controls.links.calls.neighbours import above_of, edges_of
from shipsmith_controls.links.calls.reach import made_clients, reached_files
from shipsmith_controls.links.calls.settings import clients_of
from shipsmith_controls.links.data.index_reads import reads_in
from shipsmith_controls.links.data.ingest import ingest_entries
from shipsmith_controls.links.data.stages import stages_of
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, argument, last_name
from shipsmith_controls.links.values.value import Const
from shipsmith_controls.links.values.values import values, values_of_call
from shipsmith_controls.queries import Database, query

Side = Literal["documents", "queries"]
_DOCUMENTS = frozenset(
    "index indexing ingest ingestion upload insert upsert document documents doc docs chunk chunks add "
    "seed load update populate import build sync process passages corpus".split()
)
_QUERIES = frozenset(
    "query queries search retrieve retrieval retriever question match similar ask chat answer rag".split()
)


class Embedder(msgspec.Struct, frozen=True):
    """A place that embeds. `ids` are (bare id, path, line) of what it may use; empty: not seen."""

    path: str
    line: int
    end_line: int
    function: str
    sides: frozenset[Side]
    ids: frozenset[tuple[str, str, int]]
    dimensions: frozenset[int]
    provider: str


class Pair(msgspec.Struct, frozen=True):
    """A query side with the document side that fits it; one place that serves both stands alone."""

    queries: Embedder
    documents: Embedder


@query
def embedders(db: Database) -> tuple[Embedder, ...]:
    """Every place that embeds: calls, and the embedding objects that frameworks are given."""
    found: dict[tuple[str, str], Embedder] = {}
    for call in side_calls(db):
        facts = index(db, call.path)
        if call.kind != "embedding" or facts is None or _is_carried(call.clients):
            continue
        here = facts.module.calls[call.call]
        ids = ids_of_call(db, call).ids
        each = Embedder(
            call.path,
            call.line,
            call.end_line,
            call.function,
            sides_of(db, facts, call.path, call.function, here),
            frozenset((_plain(i.id, i.platform), i.path, i.line) for i in ids),
            _dimensions(db, call.path, here),
            call.sdk,
        )
        found.setdefault((call.path, call.function), each)
    for path, at in made_clients(db):
        facts = index(db, path)
        for client in clients_of(db, values_of_call(db, path, at)) if facts is not None else ():
            if facts is None or not _embeds(client):
                continue
            here = facts.module.calls[at]
            name = facts.node_name(here.block)
            ids = ids_of_client(db, client).ids
            each = Embedder(
                path,
                here.line,
                here.end_line,
                name,
                sides_of(db, facts, path, name, here),
                frozenset((_plain(i.id, i.platform), i.path, i.line) for i in ids),
                _dimensions(db, path, here),
                client.sdk,
            )
            found.setdefault((path, name), each)
    return tuple(found[key] for key in sorted(found))


def _plain(text: str, platform: str) -> str:
    return bare(text, platform).rsplit("/", 1)[-1]


def _embeds(client: sdk.Client) -> bool:
    shapes = sdk.client_type(client.sdk, client.type).calls
    return bool(shapes) and all(shape.kind == "embedding" for shape in shapes)


def _is_carried(clients: tuple[sdk.Client, ...]) -> bool:
    """Whether a call goes to a store, which embeds by the client that it was given."""
    held = [client for client in clients if not _embeds(client)]
    return bool(held) and all(sdk.client_type(c.sdk, c.type).inner for c in held)


def _dimensions(db: Database, path: str, call: code.Call) -> frozenset[int]:
    given = next((g for n in ("dimensions", "dimension") if (g := argument(call, n)) is not None), None)
    found = values(db, path, call.block, given, callers=True) if given is not None else ()
    return frozenset(int(v.value) for v in found if isinstance(v, Const) and isinstance(v.value, int))


def sides_of(
    db: Database, facts: ModuleIndex, path: str, function: str, call: code.Call
) -> frozenset[Side]:
    """Which sides a place serves: by what lies around it, else by what its functions speak of."""
    own = last_name(call.callee)
    if own in ("embed_query", "aembed_query", "embedQuery"):
        return frozenset({"queries"})
    if own in ("embed_documents", "aembed_documents", "embedDocuments"):
        return frozenset({"documents"})
    here = Node(path, function)
    above = above_of(db, here)
    found: set[Side] = set()
    if here in _storing(db):
        found.add("documents")
    callers = {n for n in above if any(edge.target == here for edge in edges_of(db, n))}
    if not _searching(db).isdisjoint({here, *callers}):
        found.add("queries")
    for node in above:
        found |= _told(node.name)
    if not found:
        for node in above:
            found |= next(
                (sides for part in reversed(node.path.split("/")) if (sides := _told(part))), set()
            )
    return frozenset(found)


@query
def _storing(db: Database) -> frozenset[Node]:
    """The functions on the way to an index write."""
    writes = {write for entry in ingest_entries(db) for write in entry.writes}
    return frozenset(node for write in writes for node in stages_of(db, write))


@query
def _searching(db: Database) -> frozenset[Node]:
    """The functions that query an index, and those that call them."""
    found: set[Node] = set()
    for path in reached_files(db):
        facts = index(db, path)
        lines = set(reads_in(db, path)) if facts is not None else set()
        for call in facts.module.calls if facts is not None and lines else ():
            if facts is not None and call.line in lines:
                found.add(Node(path, facts.node_name(call.block)))
    near = {above for node in found for above in above_of(db, node)}
    return frozenset(found | {n for n in near if any(e.target in found for e in edges_of(db, n))})


def _told(name: str) -> set[Side]:
    """The sides that a name speaks of."""
    words = tokens(name)
    documents: set[Side] = {"documents"} if words & _DOCUMENTS else set()
    queries: set[Side] = {"queries"} if words & _QUERIES else set()
    return documents | queries


@query
def pairs(db: Database) -> tuple[Pair, ...]:
    """Query sides with their document sides, by SDK where several could fit."""
    every = embedders(db)
    if len(every) == 1:
        return (Pair(every[0], every[0]),)
    found = [Pair(each, each) for each in every if len(each.sides) > 1]
    documents = [each for each in every if each.sides == {"documents"}]
    for each in every:
        if each.sides == {"queries"}:
            same = [d for d in documents if d.provider == each.provider]
            # Two places of a file that take one model fill and search a list in memory.
            beside = [e for e in every if e is not each and e.path == each.path and e.ids & each.ids]
            same = same or beside or documents
            agreeing = [d for d in same if _names(d) & _names(each)]
            found.extend(Pair(each, d) for d in (agreeing or same)[:1])
    return tuple(found)


def _names(each: Embedder) -> frozenset[str]:
    return frozenset(name for name, _, _ in each.ids)


def agreement(pair: Pair) -> Literal["one", "equal", "differ", "unseen"]:
    """`one`: both sides take the id from one place; `equal`: equal ids in separate places."""
    left, right = pair.queries, pair.documents
    if left == right:
        return "one"
    if left.dimensions and right.dimensions and left.dimensions != right.dimensions:
        return "differ"
    if left.ids & right.ids:
        return "one"
    if not left.ids or not right.ids:
        return "unseen"
    return "equal" if _names(left) & _names(right) else "differ"
