"""The traits of a tree: what kind of AI workflow it holds, each with the evidence for it."""

from __future__ import annotations

from shipsmith_controls.links.calls import ModelCall
from shipsmith_controls.links.reach import reach
from shipsmith_controls.queries import Database, query


@query
def llm_calls(db: Database) -> tuple[ModelCall, ...]:
    """Every production LLM call."""
    return tuple(call for call in reach(db).calls if call.is_llm)


@query
def side_calls(db: Database) -> tuple[ModelCall, ...]:
    """Every production side call: embedding, reranking, image, video, speech, moderation."""
    return tuple(call for call in reach(db).calls if not call.is_llm and call.kind != "graph")


@query
def traits(db: Database) -> frozenset[str]:
    """The traits that hold for the tree; empty when there is no LLM call."""
    if not llm_calls(db):
        return frozenset()
    return frozenset({"llm"})
