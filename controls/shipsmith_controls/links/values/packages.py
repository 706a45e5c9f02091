"""Packages of the knowledge tables: which files import them."""

from __future__ import annotations

from shipsmith_controls.facts.skim import language_of
from shipsmith_controls.knowledge.tables import Package
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import code_files, skim
from shipsmith_controls.queries import Database, query


@query
def by_import(db: Database) -> dict[str, tuple[str, ...]]:
    """Imported module, and each of its parents -> production files that import it."""
    table: dict[str, dict[str, None]] = {}
    for path in code_files(db):
        found = skim(db, path).imports
        if found and is_production(db, path):
            for glance in found:
                for name in (glance.module, *(f"{glance.module}.{n}" for n in glance.names)):
                    for root in _parents(name):
                        table.setdefault(root, {})[path] = None
    return {module: tuple(paths) for module, paths in table.items()}


def _parents(module: str) -> list[str]:
    """A module's name and the names of what it lies in: `a.b.c` -> `a`, `a.b`, `a.b.c`."""
    if module.startswith("."):
        return []
    ends = [i for i, c in enumerate(module) if c in "./" and i]
    return [module[:i] for i in ends] + [module]


def users_of_package(db: Database, package: Package) -> tuple[str, ...]:
    """Production files of the package's language that import it."""
    found: dict[str, None] = {}
    for module in package.modules:
        table = by_import(db)
        if module.endswith("*"):
            paths = [p for name, users in table.items() if name.startswith(module[:-1]) for p in users]
        else:
            paths = list(table.get(module, ()))
        for path in paths:
            if (language_of(path) == "python") == (package.language == "python"):
                found[path] = None
    return tuple(found)
