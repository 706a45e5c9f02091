"""The traits of a tree: what kind of AI workflow it holds."""

from __future__ import annotations

from shipsmith_controls.facts.families import is_dockerfile
from shipsmith_controls.links.calls.entries import ANSWERING, ai_entries, entries
from shipsmith_controls.links.calls.kinds import llm_calls, side_calls, tool_calls
from shipsmith_controls.links.data.index_reads import makes_embeddings, queries_an_index
from shipsmith_controls.links.data.ingest import index_writes
from shipsmith_controls.links.data.training import trainer_calls
from shipsmith_controls.links.failures.parsed import is_structured
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import code_files, files
from shipsmith_controls.queries import Database, query

_COMPOSE = ("docker-compose", "compose.")
_SERVED = frozenset(
    {"vercel.json", "fly.toml", "render.yaml", "app.yaml", "serverless.yml", "netlify.toml", "azure.yaml"}
)
_PAGES = (".tsx", ".jsx", ".vue", ".svelte")


@query
def traits(db: Database) -> frozenset[str]:
    """The traits that hold for the tree; empty when there is no LLM call."""
    if not llm_calls(db):
        return frozenset()
    known = {
        "llm": True,
        "agent": bool(tool_calls(db)),
        "user_input": is_fed_by_users(db),
        "service": is_service(db),
        "ui": has_ui(db),
        "rag": has_retrieval(db),
        "pipeline": bool(index_writes(db)),
        "training": bool(trainer_calls(db)),
        "structured": is_structured(db),
    }
    return frozenset(name for name, holds in known.items() if holds)


@query
def is_service(db: Database) -> bool:
    """Whether production code holds an endpoint that leads to a model, or a deploy file runs it."""
    if any(entry.kind != "job" for entry in ai_entries(db)) or entries(db):
        return True
    names = [(path, path.rsplit("/", 1)[-1].lower()) for path in files(db)]
    return any(
        (is_dockerfile(path) or name.startswith(_COMPOSE) or name in _SERVED) and is_production(db, path)
        for path, name in names
    )


@query
def is_fed_by_users(db: Database) -> bool:
    """Whether text of people using the product reaches an LLM call through an endpoint or window."""
    return any(entry.kind in ANSWERING or entry.kind == "graph" for entry in ai_entries(db))


@query
def has_ui(db: Database) -> bool:
    """Whether production code shows model output to people: pages, Streamlit or Gradio, bots."""
    if not is_fed_by_users(db):
        return False
    if any(entry.kind in ("ui", "bot") for entry in ai_entries(db)):
        return True
    return any(path.endswith(_PAGES) and is_production(db, path) for path in code_files(db))


@query
def has_retrieval(db: Database) -> bool:
    """Whether embeddings of production code select text for a model."""
    if any(call.kind == "embedding" for call in side_calls(db)):
        return True
    return makes_embeddings(db) or queries_an_index(db)
