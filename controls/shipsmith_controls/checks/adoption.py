"""Words of the checks on adoption and ownership."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import (
    Holding,
    Place,
    Strength,
    Subject,
    has,
    place,
    subject,
)
from shipsmith_controls.links.calls.mainstay import main_call, main_client
from shipsmith_controls.links.deploys.workflow_files import ai_files
from shipsmith_controls.links.files.ownership import owner
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence


@place("main LLM call")
def _main_call(db: Database) -> tuple[Place, ...]:
    call = main_call(db)
    return (Place(call.path, call.line, call.end_line),) if call is not None else ()


@place("client of the main LLM call")
def _main_client(db: Database) -> tuple[Place, ...]:
    made = main_client(db)
    return (Place(*made),) if made is not None else ()


@subject("file that calls a model, holds a prompt or defines a tool")
def _ai_files(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(path, line), "") for path, (_, line) in ai_files(db).items())


@query
def _first_of_folder(db: Database) -> dict[tuple[str, bool], Place]:
    """(folder, owned weakly) -> the first model call there that nobody owns outright."""
    found: dict[tuple[str, bool], Place] = {}
    for path, (_, line) in sorted(ai_files(db).items(), key=lambda item: (item[1][0], item[0])):
        owned = owner(db, path)
        if owned is None or owned.weak:
            found.setdefault((path.rpartition("/")[0], owned is not None), Place(path, line))
    return found


@has("a named owner")
def _has_owner(db: Database, each: Subject) -> Holding:
    """ADO-01: the last matching CODEOWNERS rule, a catalogue or OWNERS file names who owns it."""
    owned = owner(db, each.place.path)
    folder = each.place.path.rpartition("/")[0]
    if owned is None:
        at = _first_of_folder(db)[folder, False]
        return Holding(Strength.LACKING, f"nobody owns {folder or 'the root'}", at=(at,))
    said = ", ".join(owned.names[:3])
    evidence = (Evidence(owned.path, owned.line, f"owned by {said}", weak=owned.weak),)
    if not owned.weak:
        return Holding(Strength.STRONG, evidence=evidence)
    at = _first_of_folder(db)[folder, True]
    message = f"{folder or 'the root'} has no owner, only {owned.path} names somebody"
    return Holding(Strength.WEAK, message, at=(at,), evidence=evidence)
