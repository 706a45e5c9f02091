"""Words of the check on what a caller may retrieve."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.access.query_rights import Query, bound_of, exposed_queries
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence

_SAID = {
    "caller": "its filter comes from the signed-in caller",
    "rows": "row-level security holds it to the caller's token",
    "request": "its filter or credentials come from the request, which the caller may write at will",
    "unseen": "who asks it, or where its filter comes from, could not be followed",
    "admin": "a service-role or admin client passes by the row-level security",
    "open": "nothing limits it to what the caller may read",
}
_WORTH = {
    "caller": Strength.STRONG,
    "rows": Strength.STRONG,
    "request": Strength.WEAK,
    "unseen": Strength.UNSEEN,
}


@query
def _by_place(db: Database) -> dict[tuple[str, int], Query]:
    return {(each.path, each.line): each for each in exposed_queries(db)}


@subject("index query that an endpoint leads to")
def _queries(db: Database) -> tuple[Subject, ...]:
    """Queries of an index that outlives the request; SEC-10."""
    return tuple(Subject(Place(q.path, q.line, q.end_line), q.what) for q in exposed_queries(db))


@has("a bound that comes from the caller's rights")
def _is_bound(db: Database, each: Subject) -> Holding:
    """SEC-10: filter, namespace or tenant of the principal, or row-level security with their token."""
    found = _by_place(db)[each.place.path, each.place.line]
    bound = bound_of(db, found)
    strength = _WORTH.get(bound, Strength.LACKING)
    evidence = (Evidence(found.path, found.line, _SAID[bound]),) if strength is Strength.STRONG else ()
    return Holding(strength, _SAID[bound], evidence=evidence)
