"""Functions of tracing libraries that give back what they are given: `wrap_openai(client)`."""

from __future__ import annotations

from functools import cache

from shipsmith_controls.knowledge import load
from shipsmith_controls.links.values.value import Extern

_BEGINNINGS = ("wrap", "observe", "track_", "instrumentOpenAi", "traceable")


@cache
def _wrappers() -> dict[str, tuple[str, ...]]:
    """Name -> modules that offer it."""
    table: dict[str, tuple[str, ...]] = {}
    for tracer in load().tables.tracer:
        for name in tracer.calls:
            if name.startswith(_BEGINNINGS) and "." not in name:
                table[name] = (*table.get(name, ()), *tracer.modules)
    return table


def gives_back(extern: Extern) -> bool:
    """Whether a call of this returns its first argument, traced."""
    modules = _wrappers().get(extern.name)
    return modules is not None and extern.module in modules
