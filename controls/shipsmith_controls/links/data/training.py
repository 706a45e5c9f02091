"""Training: calls of trainers and fine-tuning APIs."""

from __future__ import annotations

from functools import cache

import msgspec

from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Package
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import dotted, last_name
from shipsmith_controls.links.values.packages import users_of_package
from shipsmith_controls.links.values.value import Extern, Made, Value
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query


class TrainerCall(msgspec.Struct, frozen=True):
    """A call that trains or fine-tunes a model."""

    path: str
    call: int
    line: int
    function: str
    title: str


@cache
def _names(package: str, language: str) -> dict[str, tuple[str, ...]]:
    """Last name of a call -> the names of a trainer that end so."""
    table: dict[str, tuple[str, ...]] = {}
    for trainer in load().tables.trainer:
        if (trainer.key, trainer.language) == (package, language):
            for name in trainer.calls:
                last = name.rsplit(".", 1)[-1]
                table[last] = (*table.get(last, ()), name)
    return table


@query
def trainer_calls(db: Database) -> tuple[TrainerCall, ...]:
    """Every production call of a trainer."""
    found: dict[tuple[str, int], TrainerCall] = {}
    for trainer in load().tables.trainer:
        # A provider's client is often made elsewhere; the graph of model calls holds its users.
        near = (p for p in reached_files(db) if is_production(db, p))
        for path in dict.fromkeys((*users_of_package(db, trainer), *near)):
            for call in _in_file(db, path, trainer.key, trainer.language):
                found.setdefault((path, call.call), call)
    return tuple(found[key] for key in sorted(found))


@query
def _in_file(db: Database, path: str, key: str, language: str) -> tuple[TrainerCall, ...]:
    facts = index(db, path)
    trainer = next(t for t in load().tables.trainer if (t.key, t.language) == (key, language))
    if facts is None or (facts.module.language == "python") != (language == "python"):
        return ()
    found = []
    for i, call in enumerate(facts.module.calls):
        shown = dotted(call.callee) or last_name(call.callee)
        offered = _names(key, language).get(last_name(call.callee), ())
        wanted = tuple(
            n for n in offered if f".{shown}".endswith("." + n.lstrip(".")) or "." not in shown
        )
        if wanted and any(
            _is_trainer(trainer, wanted, value) for value in values(db, path, call.block, call.callee)
        ):
            function = facts.node_name(call.block)
            found.append(TrainerCall(path, i, call.line, function, trainer.title))
    return tuple(found)


def _is_trainer(trainer: Package, wanted: tuple[str, ...], value: Value) -> bool:
    extern = value if isinstance(value, Extern) else value.extern if isinstance(value, Made) else None
    if extern is None or not any(
        extern.dotted == m or extern.dotted.startswith((m + ".", m + "/")) for m in trainer.modules
    ):
        return False
    trail = value.trail.replace(".()", "").replace("().", "") if isinstance(value, Made) else ""
    for name in wanted:
        if name.startswith("."):
            if isinstance(value, Made) and f".{trail}".endswith(name):
                return True
        elif isinstance(value, Extern) and (extern.name == name or extern.name.endswith("." + name)):
            return True
    return False
