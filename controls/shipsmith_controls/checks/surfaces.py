"""Words of the checks on what a chat surface shows: that an AI speaks, and how to reach a person."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, place, subject
from shipsmith_controls.links.people.rendered import Seen, seen_on
from shipsmith_controls.links.people.surfaces import Surface, belongs, of_kind, renderers, surfaces
from shipsmith_controls.links.production import tokens
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence

_MOST = 4
_FRAME = frozenset("header sidebar layout nav navbar topbar app title footer".split())
_KINDS = {"web": "chat of the web package", "page": "chat page", "python": "chat app", "bot": "chat bot"}


@subject("chat surface")
def _surfaces(db: Database) -> tuple[Subject, ...]:
    found = []
    for i, surface in enumerate(surfaces(db)):
        path, line = surface.places[0]
        found.append(Subject(Place(path, line), _KINDS[surface.kind], key=i))
    return tuple(found)


@place("list of messages")
def _messages(db: Database) -> tuple[Place, ...]:
    return tuple(Place(path, line) for surface in surfaces(db) for path, line in surface.places[:1])


@has("a text that says an AI speaks")
def _discloses(db: Database, each: Subject) -> Holding:
    """ADO-05: a fixed visible text on the surface; elsewhere, in attributes, a product name: weak."""
    surface = surfaces(db)[int(each.key)]
    at = tuple(Place(path, line) for path, line in _shown_at(db, surface))
    weak: list[Evidence] = []
    said = ""
    found = sorted(of_kind(db, "notice", "aside", "name"), key=lambda each: not tokens(each[0]) & _FRAME)
    for path, text in found:
        if not belongs(db, surface, path):
            continue
        seen = seen_on(db, surface, path, text.line)
        if text.kind == "notice" and seen is Seen.ALWAYS:
            return Holding(
                Strength.STRONG, evidence=(Evidence(path, text.line, f"it says “{text.text}”"),)
            )
        if text.kind == "name" and seen is Seen.ELSEWHERE:
            continue
        weak.append(Evidence(path, text.line, _how(text.kind, text.text, seen), weak=True))
        said = said if said and text.kind == "name" else weak[-1].message
    if weak:
        return Holding(
            Strength.WEAK, f"no fixed text says that an AI speaks: {said}", at, tuple(weak[:_MOST])
        )
    return Holding(Strength.LACKING, "nothing here says that the text comes from an AI", at)


def _shown_at(db: Database, surface: Surface) -> tuple[tuple[str, int], ...]:
    """Where messages are laid out, and the components in which answers are rendered."""
    return (*surface.places[:_MOST], *renderers(db, surface)[:2])


def _how(kind: str, text: str, seen: Seen) -> str:
    if kind == "name":
        return f"only the name “{text}” hints at it"
    if kind == "aside":
        return f"“{text}” stands in an attribute only"
    return f"“{text}” is shown {'only sometimes' if seen is Seen.SOMETIMES else 'on another page'}"
