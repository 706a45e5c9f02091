"""Prompt registries: which values a registry served."""

from __future__ import annotations

from functools import cache

from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Package
from shipsmith_controls.links.values.value import Made
from shipsmith_controls.queries import Database


@cache
def _registries(language: str) -> tuple[Package, ...]:
    return tuple(p for p in load().tables.prompt_registry if p.language == language)


def registry_of(db: Database, value: Made) -> str:
    """The title of the registry that a value came from; "" when it came from none."""
    language = "python" if value.extern.path.endswith(".py") else "typescript"
    steps = f"{value.extern.name}.{value.trail}".replace(".()", "").split(".")
    for known in _registries(language):
        if not any(
            value.extern.module == m or value.extern.module.startswith((m + ".", m + "/"))
            for m in known.modules
        ):
            continue
        for call in known.calls:
            wanted = call.lstrip(".").split(".")
            if any(steps[i : i + len(wanted)] == wanted for i in range(len(steps))):
                return known.title
    return ""
