"""Prompts: the texts that reach an LLM call, and where each of them is kept."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.neighbours import callers_of
from shipsmith_controls.links.calls.wrappers import Generation, generations
from shipsmith_controls.links.prompts.prompt_flow import Flow, Home, Prompt, handed_texts, takes_prompt
from shipsmith_controls.queries import Database, query

__all__ = ["Fed", "Home", "Prompt", "fed", "prompts", "prompts_of", "sent"]

_LEVELS = 6
"""Callers above a call up to which prompts are looked for."""


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
    return tuple(sorted({*sent(db, generation), *_handed_down(db, generation)}))


@query
def sent(db: Database, generation: Generation) -> tuple[Prompt, ...]:
    """The prompts that a place that asks a model sends itself: its arguments, pipeline and client."""
    flow = Flow(db)
    flow.generation(generation)
    return tuple(flow.found)


def _handed_down(db: Database, at: Generation) -> Iterator[Prompt]:
    """Prompts given to the functions above a call, by the names of their parameters.

    For calls whose messages are built on the way from what was given further above.
    """
    wave, seen = [at.node], {at.node}
    for _ in range(_LEVELS):
        following: list[Node] = []
        for node in wave:
            for caller, edge in callers_of(db, node):
                told = edge.call >= 0 and takes_prompt(db, node)
                if told:
                    yield from handed_texts(db, node, caller.path, edge.call)
                inner = node.path == caller.path and node.name.startswith(caller.name + ".")
                if (told or inner) and caller not in seen:
                    seen.add(caller)
                    following.append(caller)
        wave = following
