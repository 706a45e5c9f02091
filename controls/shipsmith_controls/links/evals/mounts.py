"""Prefixes under which routers are mounted: `app.include_router(router, prefix="/api/chat")`."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.tree import code_files, index, skim
from shipsmith_controls.links.values.index import argument
from shipsmith_controls.links.values.value import Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_MOUNTS = {"include_router": "prefix", "register_blueprint": "url_prefix"}
_FRAMEWORKS = frozenset({"fastapi", "flask"})


@query
def mounted_under(db: Database) -> dict[str, str]:
    """File of a router -> the prefix that it is mounted under, where one is given as a text."""
    found: dict[str, str] = {}
    for path in code_files(db):
        if not path.endswith(".py") or not any(
            glance.module.split(".")[0] in _FRAMEWORKS for glance in skim(db, path).imports
        ):
            continue
        facts = index(db, path)
        if facts is None:
            continue
        for name, keyword in _MOUNTS.items():
            for i in facts.calls_named.get(name, ()):
                call = facts.module.calls[i]
                prefix = argument(call, keyword)
                if not call.args or not isinstance(prefix, code.Literal):
                    continue
                for value in values(db, path, call.block, call.args[0]):
                    if isinstance(value, Made) and value.calls and isinstance(prefix.value, str):
                        found[value.calls[0][0]] = prefix.value
    return found
