"""Prompts: the texts that reach an LLM call, and where each of them is kept."""

from __future__ import annotations

import msgspec

from shipsmith_controls.links.calls.wrappers import Generation, generations
from shipsmith_controls.links.prompts.prompt_flow import Flow, Home, Prompt
from shipsmith_controls.queries import Database, query

__all__ = ["Fed", "Home", "Prompt", "fed", "prompts", "prompts_of"]


class Fed(msgspec.Struct, frozen=True):
    """A place that asks a model, and the prompts that reach it there."""

    generation: Generation
    prompts: tuple[Prompt, ...]


@query
def fed(db: Database) -> tuple[Fed, ...]:
    """Every place that asks a model, with its prompts; a place without any has none."""
    return tuple(Fed(each, prompts_of(db, each)) for each in generations(db))


@query
def prompts(db: Database) -> tuple[Prompt, ...]:
    """Every prompt that reaches an LLM call, once."""
    return tuple(sorted({prompt for each in fed(db) for prompt in each.prompts}))


@query
def prompts_of(db: Database, generation: Generation) -> tuple[Prompt, ...]:
    """The prompts that reach a model at one place."""
    flow = Flow(db)
    flow.generation(generation)
    flow.handed_down(generation)
    return tuple(sorted(flow.found))
