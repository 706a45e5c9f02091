"""Risky words: which files hold them, as the first look at the tree found."""

from __future__ import annotations

from typing import cast

from shipsmith_controls.facts.hazards import Hazard
from shipsmith_controls.links.tree import looked
from shipsmith_controls.queries import Database, query


@query
def hazards_of(db: Database, path: str) -> tuple[Hazard, ...]:
    """The risky words of one file."""
    return cast("tuple[Hazard, ...]", looked(db, "hazards").get(path, ()))


@query
def hazard_files(db: Database, kind: str) -> tuple[str, ...]:
    """Files with a risky word of one kind."""
    return tuple(
        path
        for path, found in sorted(looked(db, "hazards").items())
        if any(hazard.kind == kind for hazard in cast("tuple[Hazard, ...]", found))
    )
