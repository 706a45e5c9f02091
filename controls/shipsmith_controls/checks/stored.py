"""Words of the checks on what is stored: index writes and what holds for each."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, place, subject
from shipsmith_controls.links.data.idempotent import idempotence
from shipsmith_controls.links.data.ingest import index_writes
from shipsmith_controls.links.data.locators import locator_of
from shipsmith_controls.links.data.notebooks import NOTEBOOK
from shipsmith_controls.links.data.removal import removal_of
from shipsmith_controls.links.data.skips import skips
from shipsmith_controls.links.data.validated import validations
from shipsmith_controls.links.data.writes import IndexWrite
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@subject("index write")
def _writes(db: Database) -> tuple[Subject, ...]:
    return tuple(
        Subject(Place(w.path, w.line, w.end_line), w.statement, key=i)
        for i, w in enumerate(index_writes(db))
    )


@place("index write")
def _first_write(db: Database) -> tuple[Place, ...]:
    return tuple(Place(w.path, w.line, w.end_line) for w in index_writes(db))


def write_of(db: Database, each: Subject) -> IndexWrite:
    """The index write behind a subject."""
    return index_writes(db)[int(each.key)]


_UNSEEN = Holding(Strength.UNSEEN, "the code of a notebook is not followed")
_SAID = {
    "optional": "is a schema in which every field may be absent",
    "envelope": "is checked, but not the record itself",
    "types": "is all that is checked; text that is empty passes",
    "filled": "is all that is checked; no schema and no allow-list of types",
    "columns": "is all that is checked; no schema",
    "guard": "is all that is checked; no schema",
}


@has("a validator that its records pass first")
def _is_validated(db: Database, each: Subject) -> Holding:
    """DAT-01: a schema with a required field, or an allow-list of types and a test for empty text."""
    write = write_of(db, each)
    if write.store == NOTEBOOK:
        return _UNSEEN
    found = validations(db, write)
    kinds = {v.kind for v in found}
    strong = [v for v in found if v.kind == "schema"]
    if not strong and {"types", "filled"} <= kinds:
        strong = [v for v in found if v.kind in ("types", "filled")]
    if write.managed or strong:
        shown = tuple(Evidence(v.path, v.line, f"{v.what} checks the record") for v in strong[:3])
        return Holding(Strength.STRONG, evidence=shown)
    if not found:
        return Holding(Strength.LACKING, "nothing checks the record before it is stored")
    best = next(v for kind in _SAID for v in found if v.kind == kind)
    evidence = (Evidence(best.path, best.line, best.what, weak=True),)
    return Holding(Strength.WEAK, f"{best.what} {_SAID[best.kind]}", evidence=evidence)


@has("a removal that follows the source")
def _is_removed(db: Database, each: Subject) -> Holding:
    """DAT-06: a delete that production code reaches, a cascade, a full clean-up."""
    write = write_of(db, each)
    if write.store == NOTEBOOK:
        return _UNSEEN
    if write.managed:
        return Holding(Strength.STRONG)
    found = removal_of(db, write)
    if found is None:
        return Holding(Strength.LACKING, "nothing removes from this index what is deleted at the source")
    evidence = (Evidence(found.path, found.line, f"{found.what} removes from it", weak=not found.strong),)
    if found.strong:
        return Holding(Strength.STRONG, evidence=evidence)
    if found.what.startswith("cleanup"):
        said = f"{found.what} keeps the chunks of sources that are gone"
    else:
        said = f"{found.what} at {found.path}:{found.line} could remove from it, but nothing calls it"
    return Holding(Strength.WEAK, said, evidence=evidence)


@has("an id or look-up that refuses a second copy")
def _is_idempotent(db: Database, each: Subject) -> Holding:
    """DAT-07: ids or conflict keys from the source, an earlier look-up or delete, an update in place."""
    write = write_of(db, each)
    if write.store == NOTEBOOK:
        return _UNSEEN
    found = idempotence(db, write)
    if found.holds:
        shown = (Evidence(found.path, found.line, found.message),) if found.message else ()
        return Holding(Strength.STRONG, evidence=shown)
    return Holding(Strength.LACKING, found.message)


@has("a locator of its source")
def _has_locator(db: Database, each: Subject) -> Holding:
    """DAT-12: a column or metadata key that holds the source, URL, path, document or page."""
    write = write_of(db, each)
    if write.store == NOTEBOOK:
        return _UNSEEN
    found = locator_of(db, write)
    if found is None:
        return Holding(Strength.LACKING, "the chunk does not say which document it came from")
    return Holding(
        Strength.STRONG, evidence=(Evidence(found.path, found.line, f"{found.what} locates it"),)
    )


@subject("handler of failure in a record loop")
def _skips(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(s.path, s.line), "", key=i) for i, s in enumerate(skips(db)))


@has("a durable place for what fails")
def _keeps_failures(db: Database, each: Subject) -> Holding:
    """DAT-08: it raises again, or writes record and reason to a table, queue, file or error tracker."""
    match skips(db)[int(each.key)].kept:
        case "kept":
            shown = Evidence(
                each.place.path, each.place.line, "what fails is raised again or written down"
            )
            return Holding(Strength.STRONG, evidence=(shown,))
        case "logged":
            return Holding(Strength.WEAK, "the record that fails is only logged, then skipped")
        case "silent":
            return Holding(Strength.LACKING, "the record that fails is skipped in silence")
