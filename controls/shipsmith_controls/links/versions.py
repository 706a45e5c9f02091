"""Which version of an SDK a tree uses, and the defaults that hold in it."""

from __future__ import annotations

from shipsmith_controls.links import sdk
from shipsmith_controls.queries import Database


def default_of(db: Database, key: str, name: str, path: str) -> float | None:
    """The default of a setting in the SDK version that applies to a file; None when no range does."""
    if key not in sdk.sdks():
        return None
    return None
