"""Small tasks (titles, summaries, routing, extraction), and the models that they run on."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.model_ids import ModelId, bare, ids_of_call, literal_ids
from shipsmith_controls.links.calls.settings import State
from shipsmith_controls.links.calls.wrappers import Generation
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.spend.caps import caps
from shipsmith_controls.links.spend.labels import labels
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside
from shipsmith_controls.queries import Database, query

_TASK = re.compile(
    r"^(?:titles?|naming|summar\w*|classif\w*|rout(?:e|er|ing)|rewrit\w*|rephras\w*"
    r"|condens\w*|extract\w*|moderat\w*"
    r"|guard\w*|intents?|rerank\w*)$"
)
_SMALL_CAP = 256
_EMBEDS = re.compile(r"embed|rerank|whisper|tts|dall-e|image", re.IGNORECASE)
"""Ids that cannot be what writes a text."""

Tier = Literal["top", "below", "unseen"]


class Judged(msgspec.Struct, frozen=True):
    """The tier of the models that a small task may run on, and the id that decided it."""

    tier: Tier
    id: str = ""
    path: str = ""
    line: int = 0


def is_small(db: Database, asked: Generation) -> bool:
    """Whether a place asks for a small task: by its names, or by an output cap of 256 or less."""
    words = set(tokens(asked.function.rsplit(".", 1)[-1])) | _prompt_words(db, asked)
    label = labels(db).get((asked.path, asked.call))
    if label is not None:
        words |= tokens(label.text)
    if any(_TASK.match(word) for word in words):
        return True
    found = caps(db, asked)
    return bool(found) and all(
        c.state is State.SET and c.number is not None and c.number <= _SMALL_CAP for c in found
    )


def _prompt_words(db: Database, asked: Generation) -> set[str]:
    """Words of the names in the prompt arguments of a call."""
    facts = index(db, asked.path)
    if facts is None:
        return set()
    call = facts.module.calls[asked.call]
    given = [k.value for k in call.keywords if k.name in asked.model.shape.prompt or k.name == "prompt"]
    for arg in call.args:
        if isinstance(arg, code.Mapping):
            given += [
                held
                for key, held in arg.entries
                if isinstance(key, code.Literal) and key.value in asked.model.shape.prompt
            ]
        else:
            given.append(arg)
    return {word for expr in given for word in _names(expr, facts)}


def _names(expr: code.Expr, facts: ModuleIndex) -> set[str]:
    found: set[str] = set()
    for part in inside(expr, facts.module):
        name = (
            part.id
            if isinstance(part, code.Name)
            else part.name
            if isinstance(part, code.Attribute)
            else ""
        )
        if "prompt" in tokens(name) or "instructions" in tokens(name) or "template" in tokens(name):
            found |= tokens(name)
    return found


@query
def tier_of(db: Database, asked: Generation) -> Judged:
    """The tier of the models a place may run on; unseen when only some of them are of the top."""
    own = ids_of_call(db, asked.model)
    ids = tuple(each for each in _own(asked, own.ids) if not _EMBEDS.search(each.id))
    if not ids:
        # Where an id cannot be followed, any that the tree offers may be it.
        ids = tuple(each for each in literal_ids(db) if each.chosen and not _EMBEDS.search(each.id))
        if any(is_top(each) for each in ids):
            return Judged("unseen")
    if not ids:
        return Judged("unseen")
    top = [each for each in ids if is_top(each)]
    if not top:
        return Judged("below", ids[0].id, ids[0].path, ids[0].line)
    if len(top) < len(ids):
        return Judged("unseen", top[0].id, top[0].path, top[0].line)
    return Judged("top", top[0].id, top[0].path, top[0].line)


def _own(asked: Generation, ids: tuple[ModelId, ...]) -> tuple[ModelId, ...]:
    """Of the ids that all callers of a wrapper give, those that stand in this one's call."""
    here = tuple(i for i in ids if i.path == asked.path and asked.line <= i.line <= asked.end_line)
    return here or ids


def is_top(each: ModelId) -> bool:
    """Whether an id is of the most expensive class (knowledge `top_model`)."""
    name = bare(each.id, each.platform)
    patterns = (pattern for entry in load().tables.top_model for pattern in entry.names)
    return any(re.search(pattern, name) for pattern in patterns)
