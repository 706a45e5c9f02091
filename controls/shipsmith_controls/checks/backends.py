"""Words of the check on the backends of telemetry, and the ways into them."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.traces.backends import backends, ways_in
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@subject("observability backend")
def _backends(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(*b.places[0]), b.name, key=i) for i, b in enumerate(backends(db)))


@has("a way in that is written down")
def _way_in(db: Database, each: Subject) -> Holding:
    """ADO-07: a section with link and access words, or access as code; a link alone: weak."""
    backend = backends(db)[int(each.key)]
    ways = ways_in(db, backend)
    at = tuple(Place(*place) for place in backend.places)
    evidence = tuple(Evidence(w.path, w.line, w.message, weak=not w.full) for w in ways[:2])
    if ways and ways[0].full:
        return Holding(Strength.STRONG, evidence=evidence)
    if ways:
        return Holding(
            Strength.WEAK, "it is linked, yet nothing says how to get access", evidence=evidence
        )
    return Holding(Strength.LACKING, f"no document links this deployment's view in {backend.name}", at)
