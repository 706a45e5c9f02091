"""Words of the check on feedback: ratings that users give, and whether they are kept."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, place, support
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.people.ratings import Rating, ratings
from shipsmith_controls.links.people.surfaces import Surface, belongs, of_kind, renderers, surfaces
from shipsmith_controls.queries import Database

_MOST = 3


@support("rating that names its message")
def _taken(db: Database) -> tuple[Support, ...]:
    """ADO-06 (a): a control or endpoint that takes the id of a message, run or trace."""
    found = [each for each in ratings(db) if each.names_message]
    bare = _without(db)
    if found and bare:
        return tuple(
            Support(Strength.WEAK, Place(*surface.places[0]), "answers are rated elsewhere, not here")
            for surface in bare[:_MOST]
        )
    return tuple(
        Support(
            Strength.STRONG, Place(e.path, e.line), f"{e.what} takes a rating with the id of its message"
        )
        for e in found[:_MOST]
    )


def _without(db: Database) -> list[Surface]:
    """The chat surfaces that show no control to rate, where another one shows some."""
    controls = [path for path, _ in of_kind(db, "rating")]
    rated = {s: any(belongs(db, s, path) for path in controls) for s in surfaces(db)}
    return [s for s, shows in rated.items() if not shows] if any(rated.values()) else []


@support("rating that is stored")
def _kept(db: Database) -> tuple[Support, ...]:
    """ADO-06 (b): the value is written with that id; only when a variable is set: weak."""
    found = []
    for each in ratings(db):
        if each.kept is None or not each.names_message:
            continue
        if each.gated:
            said = f"the rating is stored only when {' or '.join(each.gated)} is set"
            found.append(Support(Strength.WEAK, Place(*each.kept), said))
        else:
            found.append(
                Support(Strength.STRONG, Place(*each.kept), f"the rating of {each.what} is stored")
            )
    return tuple(found)


@place("rating that nothing stores")
def _lost(db: Database) -> tuple[Place, ...]:
    def rank(each: Rating) -> tuple[bool, bool]:
        return each.control, not each.names_message

    lost = sorted((each for each in ratings(db) if each.kept is None), key=rank)
    if lost:
        first = {each.path: each.line for each in reversed(lost)}
        return tuple(
            Place(path, first[path]) for path in list(dict.fromkeys(e.path for e in lost))[:_MOST]
        )
    shown = tuple(Place(*(*renderers(db, s), *s.places)[0]) for s in surfaces(db))
    calls = llm_calls(db)[:1]
    return shown or tuple(Place(call.path, call.line, call.end_line) for call in calls)
