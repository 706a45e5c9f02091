"""Models with a vector column: which tables of the tree hold embeddings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.queries import Database, query

_WORDS = frozenset({"embedding", "embeddings", "vector", "vectors"})
_ABOUT = re.compile(
    r"(?:^|[_-])(?:models?|providers?|precision|dims?|dimensions?|ids?|names?|types?|status|version|count"
    r"|size|config|settings?|host|url|key|metric|distance|enabled|tokens?|cost|batch|parallelism)$"
    r"|(?:Model|Provider|Dimensions?|Id|Name|Type|Status|Version|Count|Size|Config)$",
    re.IGNORECASE,
)
_COLUMNS = frozenset({"Column", "mapped_column", "Field", "VectorField", "HalfVectorField"})
_COLUMN_TYPES = frozenset({"vector", "halfvec"})


def is_vector_name(name: str) -> bool:
    """Whether a column or field has the token `embedding` or `vector`, and is no setting of one."""
    return bool(tokens(name) & _WORDS) and not _ABOUT.search(name)


@query
def tables_in(db: Database, path: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(class or variable, table name, vector columns) of the models that a file defines."""
    facts = index(db, path)
    if facts is None:
        return ()
    return (*_classes(facts), *_drizzle(facts))


def _classes(facts: ModuleIndex) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for klass in facts.module.classes:
        columns: list[str] = []
        table = klass.name
        for assign in facts.module.assigns:
            if assign.block != klass.block or not isinstance(assign.target, code.Name):
                continue
            name = assign.target.id
            made = assign.value
            if name in ("__tablename__", "__table__") and isinstance(made, code.Literal):
                table = str(made.value)
            column = isinstance(made, code.CallRef) and facts.module.calls[made.call]
            if column and is_vector_name(name) and last_name(column.callee) in _COLUMNS:
                columns.append(name)
        if columns:
            yield klass.name, table, tuple(columns)


def _drizzle(facts: ModuleIndex) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    module = facts.module
    for assign in module.assigns:
        if not isinstance(assign.value, code.CallRef) or not isinstance(assign.target, code.Name):
            continue
        made = module.calls[assign.value.call]
        if not last_name(made.callee).endswith("Table") or len(made.args) < 2:
            continue
        called = {
            last_name(module.calls[part.call].callee)
            for part in inside(made.args[1], module)
            if isinstance(part, code.CallRef)
        }
        if called & _COLUMN_TYPES:
            first = made.args[0]
            table = str(first.value) if isinstance(first, code.Literal) else assign.target.id
            yield assign.target.id, table, ("embedding",)
