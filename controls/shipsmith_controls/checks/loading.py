"""Words of the check on loads: models, indexes and artefacts that bring code along."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Hit, Place, hit, when
from shipsmith_controls.links.access.foreign_code import loads
from shipsmith_controls.queries import Database


@when("a local model, index or artefact is loaded")
def _loads_something(db: Database) -> bool:
    return bool(loads(db))


@hit("load that runs foreign code")
def _foreign(db: Database) -> tuple[Hit, ...]:
    """SEC-11: flags that trust the file, and unpickling; weak in scripts, notebooks and examples."""
    return tuple(
        Hit(Place(load.path, load.line), load.risk, weak=load.aside) for load in loads(db) if load.risk
    )
