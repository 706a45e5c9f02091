"""Retrieval: one embedding model on both sides, and settings chosen on purpose."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.data.embedders import Pair, agreement, pairs
from shipsmith_controls.links.data.retrieval_tuning import Retrieval, Splitter, retrievals, splitters
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence


@query
def _pairs_by_place(db: Database) -> dict[tuple[str, int], Pair]:
    return {(pair.queries.path, pair.queries.line): pair for pair in pairs(db)}


@subject("pair of query and document embeddings")
def _pairs(db: Database) -> tuple[Subject, ...]:
    """Each query side with the documents it is compared with."""
    return tuple(
        Subject(Place(p.queries.path, p.queries.line, p.queries.end_line), "", sdk=p.queries.provider)
        for p in _pairs_by_place(db).values()
    )


@has("one embedding model")
def _one_model(db: Database, each: Subject) -> Holding:
    """MOD-02: one symbol or object is strong, equal literals apart are weak."""
    pair = _pairs_by_place(db)[each.place.path, each.place.line]
    here = Place(pair.queries.path, pair.queries.line, pair.queries.end_line)
    there = Place(pair.documents.path, pair.documents.line, pair.documents.end_line)
    match agreement(pair):
        case "one":
            evidence = Evidence(here.path, here.line, "queries and documents share one embedding model")
            return Holding(Strength.STRONG, evidence=(evidence,))
        case "equal":
            message = "queries and documents name the same embedding model in two places"
            return Holding(Strength.WEAK, message, at=(here, there))
        case "unseen":
            return Holding(Strength.UNSEEN, "which model embeds one of the sides could not be followed")
    names = " and ".join(
        sorted({n for side in (pair.queries, pair.documents) for n, _, _ in side.ids}) or ["two sizes"]
    )
    return Holding(
        Strength.LACKING, f"queries and documents are embedded differently: {names}", at=(here, there)
    )


@query
def _by_place(db: Database) -> dict[tuple[str, int], Retrieval]:
    return {(r.path, r.line): r for r in retrievals(db)}


@subject("retrieval for a model")
def _retrievals(db: Database) -> tuple[Subject, ...]:
    """Every retriever or vector query whose results may reach a model."""
    return tuple(Subject(Place(r.path, r.line, r.end_line), r.what) for r in retrievals(db))


@has("a result count")
def _counted(db: Database, each: Subject) -> Holding:
    """MOD-07 (a)."""
    found = _by_place(db)[each.place.path, each.place.line]
    if found.counted:
        evidence = Evidence(found.path, found.line, "the result count is set")
        return Holding(Strength.STRONG, evidence=(evidence,))
    if found.unseen:
        return Holding(Strength.UNSEEN, "its query is built elsewhere; the result count was not seen")
    return Holding(Strength.LACKING, "no result count is set; the default decides")


@has("a relevance cut")
def _cut(db: Database, each: Subject) -> Holding:
    """MOD-07 (b): threshold, reranker, MMR or hybrid mode."""
    found = _by_place(db)[each.place.path, each.place.line]
    if found.cut:
        evidence = Evidence(found.path, found.line, "a threshold, reranker or hybrid mode is set")
        return Holding(Strength.STRONG, evidence=(evidence,))
    if found.unseen:
        return Holding(Strength.UNSEEN, "its query is built elsewhere; a relevance cut was not seen")
    return Holding(
        Strength.LACKING, "nothing cuts off irrelevant results: no threshold, reranker or hybrid mode"
    )


@query
def _splitters_by_place(db: Database) -> dict[tuple[str, int], Splitter]:
    return {(s.path, s.line): s for s in splitters(db)}


@subject("text splitter")
def _splitters(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(s.path, s.line), s.name) for s in splitters(db))


@has("size and overlap")
def _sized(db: Database, each: Subject) -> Holding:
    """MOD-07 (c)."""
    found = _splitters_by_place(db)[each.place.path, each.place.line]
    if found.sized and found.overlapped:
        evidence = Evidence(found.path, found.line, f"{found.name} sets size and overlap")
        return Holding(Strength.STRONG, evidence=(evidence,))
    lacking = (
        "size and overlap"
        if not found.sized and not found.overlapped
        else ("overlap" if found.sized else "a maximum size")
    )
    return Holding(Strength.LACKING, f"it does not set {lacking}")
