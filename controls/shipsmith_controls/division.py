"""The AI workflows of a tree, and which of the places on its scorecard lie in which of them."""

from __future__ import annotations

import msgspec


class Workflow(msgspec.Struct, frozen=True):
    """An AI workflow: a part of the tree with entry points of its own, under the name people know.

    `paths` are globs when it was `declared` in shipsmith.toml, else the folder it was found in.
    `not_applicable` are controls that ask for traits which this workflow does not show.
    `dimensions` are scores by key.
    """

    name: str
    paths: tuple[str, ...] = ()
    owner: str = ""
    declared: bool = False
    traits: tuple[str, ...] = ()
    not_applicable: frozenset[str] = frozenset()
    score: int | None = None
    dimensions: dict[str, int | None] = {}


class Division(msgspec.Struct, frozen=True):
    """Workflows, and for each place on the scorecard the workflows it lies in, by number.

    A path that is not in `places` lies in no workflow. `counted`: controls that count subjects;
    `hits`: controls whose findings are what there should be none of. The others look for something
    that stands once.
    """

    workflows: tuple[Workflow, ...] = ()
    places: dict[str, tuple[int, ...]] = {}
    counted: frozenset[str] = frozenset()
    hits: frozenset[str] = frozenset()
