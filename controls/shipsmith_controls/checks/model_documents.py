"""The choice, the change and the description of models: benchmarks, upgrade paths, diagrams, cards."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import (
    Holding,
    Place,
    Strength,
    Subject,
    Support,
    has,
    place,
    subject,
    support,
)
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.model_ids import literal_ids, unseen_calls
from shipsmith_controls.links.files.diagrams import diagrams
from shipsmith_controls.links.people.model_documents import (
    Trace,
    cards,
    comparisons,
    spread,
    upgrade_paths,
)
from shipsmith_controls.links.tree import named
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence

_ENOUGH = 2


def _supported(found: Trace) -> Support:
    strength = Strength.STRONG if found.own else Strength.WEAK
    message = found.what if found.own else f"{found.what}, but none that production uses is measured"
    return Support(strength, Place(found.path, found.line), message)


@support("models compared on own cases")
def _compared(db: Database) -> tuple[Support, ...]:
    """MOD-10: results, an eval or a document over two ids or more, a production id among them."""
    return tuple(_supported(found) for found in comparisons(db))


@place("production model id")
def _production_id(db: Database) -> tuple[Place, ...]:
    found = tuple(Place(each.path, each.line) for each in literal_ids(db) if each.chosen)
    return found or tuple(Place(c.path, c.line, c.end_line) for c in unseen_calls(db)[:1])


@subject("model id in code or settings")
def _literals(db: Database) -> tuple[Subject, ...]:
    """Each id outside the file that holds most of them; those of that file when none is outside."""
    found = spread(db)
    ids = found.outside or found.inside
    return tuple(Subject(Place(each.path, each.line), "", key=each.id) for each in ids)


@has("its place in the one file of ids")
def _in_one_file(db: Database, each: Subject) -> Holding:
    """MOD-11 (a): all ids stand in one file."""
    home = spread(db).home
    if each.place.path == home:
        evidence = Evidence(each.place.path, each.place.line, "all ids stand in this file")
        return Holding(Strength.STRONG, evidence=(evidence,))
    return Holding(Strength.LACKING, f"{each.key} stands here, most other ids in {home}")


@support("a prepared model change")
def _prepared(db: Database) -> tuple[Support, ...]:
    """MOD-11 (b): a written path that names evals and rollback, or a job that watches ids."""
    return tuple(_supported(found) for found in upgrade_paths(db))


@support("diagram of the AI path")
def _diagrams(db: Database) -> tuple[Support, ...]:
    """MOD-14: in text form with the model and an entry or store; an image or less counts half."""
    found = []
    for each in diagrams(db):
        where = Place(each.path, each.line)
        if each.complete:
            found.append(Support(Strength.STRONG, where, "a diagram shows the way to the model"))
        elif each.text:
            message = "this diagram does not show the model, or nothing that leads to it"
            found.append(Support(Strength.WEAK, where, message))
        else:
            found.append(Support(Strength.WEAK, where, "the architecture is shown as an image only"))
    return tuple(found)


@support("model or system card")
def _cards(db: Database) -> tuple[Support, ...]:
    """MOD-15: five parts make it done, two to four count half."""
    found = []
    for card in cards(db):
        where = Place(card.path, card.line)
        if not card.absent:
            found.append(Support(Strength.STRONG, where, "a card with all five parts"))
        elif len(card.present) >= _ENOUGH:
            message = f"the card lacks {', '.join(card.absent)}"
            found.append(Support(Strength.WEAK, where, message))
    return tuple(found)


@place("README, or the first LLM call")
def _readme(db: Database) -> tuple[Place, ...]:
    readmes = [path for name, paths in named(db).items() if name.startswith("readme") for path in paths]
    if readmes:
        return (Place(min(readmes, key=lambda path: (path.count("/"), len(path), path)), 1),)
    return tuple(Place(call.path, call.line, call.end_line) for call in llm_calls(db)[:1])
