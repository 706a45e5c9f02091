"""Notebooks: index writes that stand in one, for trees that write their index nowhere else."""

from __future__ import annotations

import re

from shipsmith_controls.knowledge import load
from shipsmith_controls.links.data.writes import IndexWrite
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import files, lines_of
from shipsmith_controls.queries import Database, query

NOTEBOOK = "notebook"
"""The store of a write whose code is not followed."""
_WRITES = re.compile(
    r"\.(add_documents|add_texts|from_documents|from_texts|upsert|insert_many|insert_nodes|upload_documents"
    r"|merge_or_upload_documents|upload_points)\("
)


@query
def notebook_write(db: Database, path: str) -> IndexWrite | None:
    """The first index write of a notebook that imports a store."""
    lines = lines_of(db, path)
    modules = {
        m for s in load().tables.store if s.language == "python" and not s.general for m in s.modules
    }
    imports = re.compile(
        r"(?:from|import) (?:" + "|".join(re.escape(m) for m in sorted(modules)) + r")\b"
    )
    if not any(imports.search(line) for line in lines):
        return None
    for number, line in enumerate(lines, 1):
        match = _WRITES.search(line)
        if match is not None:
            said = f"`{match[1]}` in a notebook"
            return IndexWrite(path, -1, number, number, "", NOTEBOOK, said)
    return None


@query
def notebook_writes(db: Database) -> tuple[IndexWrite, ...]:
    """The first index write of each notebook outside docs, tests and examples."""
    found = (
        notebook_write(db, path)
        for path in files(db)
        if path.endswith(".ipynb") and is_production(db, path)
    )
    return tuple(write for write in found if write is not None)
