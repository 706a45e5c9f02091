"""The names that a file defines: what a look-up by name needs, and no lines."""

from __future__ import annotations

import msgspec

from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.queries import Database, query


class Names(msgspec.Struct, frozen=True):
    """What one file defines.

    `bound`: names at module level; `functions` and `classes` by qualified name; `methods`: each
    method as (class, name, qualified name); `bases`: (class name, last name of a base class).
    """

    bound: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    methods: tuple[tuple[str, str, str], ...] = ()
    bases: tuple[tuple[str, str], ...] = ()


NO_NAMES = Names()


@query
def names_of(db: Database, path: str) -> Names:
    """The names that a file defines; none when it is no source file."""
    facts = index(db, path)
    if facts is None:
        return NO_NAMES
    module = facts.module
    return Names(
        frozenset(name for scope, name in facts.bindings if scope == 0),
        frozenset(facts.by_qualname),
        frozenset(facts.classes_by_qualname),
        tuple(
            (module.classes[klass].qualname, name, module.functions[function].qualname)
            for (klass, name), function in facts.methods.items()
        ),
        tuple((klass.name, last_name(base)) for klass in module.classes for base in klass.bases),
    )
