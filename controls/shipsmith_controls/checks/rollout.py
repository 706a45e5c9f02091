"""Words of the checks on releases: the way back, and the share of traffic that a new version meets."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, place, support
from shipsmith_controls.links.calls.entries import ai_entries
from shipsmith_controls.links.deploys.reverting import Way, automated_ways, model_ways, written_ways
from shipsmith_controls.links.deploys.staged import release_places, stages
from shipsmith_controls.queries import Database


def _strong(ways: tuple[Way, ...]) -> tuple[Support, ...]:
    return tuple(Support(Strength.STRONG, Place(w.path, w.line), w.what) for w in ways)


@support("a way back to the last release")
def _release(db: Database) -> tuple[Support, ...]:
    """RES-07 (a): a runbook section, or automation that rolls back or takes a version."""
    return _strong((*written_ways(db), *automated_ways(db)))


@support("a way back to the last model or prompt")
def _model(db: Database) -> tuple[Support, ...]:
    """RES-07 (b): a rollback section whose heading or step names the model or the prompt."""
    return _strong(model_ways(db))


@place("the way back, else the release")
def _way_or_release(db: Database) -> tuple[Place, ...]:
    ways = (*written_ways(db), *automated_ways(db))
    return tuple(Place(w.path, w.line) for w in ways[:1]) or _places(db)


@place("the release")
def _places(db: Database) -> tuple[Place, ...]:
    found = tuple(Place(path, line) for path, line in release_places(db))
    return found or tuple(Place(e.path, e.line) for e in ai_entries(db)[:1])


@support("a staged rollout")
def _stages(db: Database) -> tuple[Support, ...]:
    """RES-14: canaries, weighted targets, flags and promoted labels; less than that is weak."""
    return tuple(
        Support(Strength.WEAK if s.weak else Strength.STRONG, Place(s.path, s.line), s.what)
        for s in stages(db)
    )
