"""The traits of a tree: what kind of AI workflow it holds, and where that shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import cast

from shipsmith_controls.catalogue.traits import TRAITS
from shipsmith_controls.facts.families import is_dockerfile
from shipsmith_controls.links.calls.entries import ANSWERING, ai_entries, entries
from shipsmith_controls.links.calls.kinds import llm_calls, side_calls, tool_calls
from shipsmith_controls.links.data.index_reads import embeddings_made, index_queries
from shipsmith_controls.links.data.ingest import index_writes
from shipsmith_controls.links.data.training import trainer_calls
from shipsmith_controls.links.failures.parsed import readings
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import code_files, files
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence, SeenTrait

MOST_SHOWN = 3
"""Places that are shown of a trait."""
_COMPOSE = ("docker-compose", "compose.")
_SERVED = frozenset(
    {"vercel.json", "fly.toml", "render.yaml", "app.yaml", "serverless.yml", "netlify.toml", "azure.yaml"}
)
_PAGES = (".tsx", ".jsx", ".vue", ".svelte")


def corrections(db: Database) -> dict[str, bool]:
    """Traits that the tree's settings say to hold, or not, whatever is seen."""
    return dict(cast("tuple[tuple[str, bool], ...]", db.get(("corrected traits",), ())))


@query
def traits(db: Database) -> frozenset[str]:
    """The traits that hold for the tree; empty when there is no LLM call."""
    said = corrections(db)
    held = frozenset(name for name in TRAITS if (said[name] if name in said else shown(db, name)))
    return held if "llm" in held else frozenset()


@query
def shown(db: Database, trait: str) -> tuple[Evidence, ...]:
    """The first places that show a trait; none when it is not seen."""
    if not llm_calls(db):
        return ()
    return tuple(islice(dict.fromkeys(_SHOWN[trait](db)), MOST_SHOWN))


@query
def places_of(db: Database, trait: str) -> tuple[str, ...]:
    """Every path that shows a trait."""
    return tuple(dict.fromkeys(evidence.path for evidence in _SHOWN[trait](db)))


def seen_traits(db: Database) -> tuple[SeenTrait, ...]:
    """All traits in their order, with what shows them and what the settings say of them."""
    held, said = traits(db), corrections(db)
    return tuple(
        SeenTrait(name, meaning, name in held, shown(db, name), name in said)
        for name, meaning in TRAITS.items()
    )


def _llm(db: Database) -> Iterator[Evidence]:
    return (Evidence(c.path, c.line, f"asks a model ({c.sdk})") for c in llm_calls(db))


def _rag(db: Database) -> Iterator[Evidence]:
    for call in side_calls(db):
        if call.kind == "embedding":
            yield Evidence(call.path, call.line, f"embeds text ({call.sdk})")
    yield from (
        Evidence(path, line, "makes a client that embeds text") for path, line in embeddings_made(db)
    )
    yield from (Evidence(path, line, "queries an index") for path, line in index_queries(db))


def _agent(db: Database) -> Iterator[Evidence]:
    return (Evidence(c.path, c.line, f"offers tools to a model ({c.sdk})") for c in tool_calls(db))


def _user_input(db: Database) -> Iterator[Evidence]:
    for entry in ai_entries(db):
        if entry.kind in ANSWERING or entry.kind == "graph":
            yield Evidence(entry.path, entry.line, f"text of users comes in here ({entry.kind})")


def _training(db: Database) -> Iterator[Evidence]:
    return (
        Evidence(call.path, call.line, f"trains a model ({call.title})") for call in trainer_calls(db)
    )


def _service(db: Database) -> Iterator[Evidence]:
    for entry in (*(e for e in ai_entries(db) if e.kind != "job"), *entries(db)):
        yield Evidence(entry.path, entry.line, f"is reached from outside ({entry.kind})")
    for path in files(db):
        name = path.rsplit("/", 1)[-1].lower()
        deploys = is_dockerfile(path) or name.startswith(_COMPOSE) or name in _SERVED
        if deploys and is_production(db, path):
            yield Evidence(path, 1, "runs it as a service")


def _ui(db: Database) -> Iterator[Evidence]:
    if not shown(db, "user_input"):
        return
    for entry in ai_entries(db):
        if entry.kind in ("ui", "bot"):
            yield Evidence(entry.path, entry.line, f"shows what a model says ({entry.kind})")
    for path in code_files(db):
        if path.endswith(_PAGES) and is_production(db, path):
            yield Evidence(path, 1, "is a page of the product")


def _pipeline(db: Database) -> Iterator[Evidence]:
    return (Evidence(write.path, write.line, "writes to an index") for write in index_writes(db))


def _structured(db: Database) -> Iterator[Evidence]:
    return (Evidence(r.path, r.line, f"reads an answer by machine ({r.what})") for r in readings(db))


_SHOWN: dict[str, Callable[[Database], Iterator[Evidence]]] = {
    "llm": _llm,
    "rag": _rag,
    "agent": _agent,
    "user_input": _user_input,
    "training": _training,
    "service": _service,
    "ui": _ui,
    "pipeline": _pipeline,
    "structured": _structured,
}
