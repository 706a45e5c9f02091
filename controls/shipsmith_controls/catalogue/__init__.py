"""The 115 controls as data, one file a dimension, and their loader."""

from __future__ import annotations

from shipsmith_controls.catalogue.loader import (
    SNIPPET_KEYS,
    Catalogue,
    CatalogueError,
    Control,
    load,
    load_text,
)

__all__ = ["SNIPPET_KEYS", "Catalogue", "CatalogueError", "Control", "load", "load_text"]
