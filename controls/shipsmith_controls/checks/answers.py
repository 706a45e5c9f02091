"""Answers of a model: read by machine, cut off, refused."""

from __future__ import annotations

from shipsmith_controls.checks.calls import call_of
from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.failures.parsed import Mode, Reading, readings
from shipsmith_controls.links.failures.stopping import Watch, ending
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence


@query
def _by_place(db: Database) -> dict[tuple[str, int, str], Reading]:
    return {(r.path, r.line, r.what): r for r in readings(db)}


@subject("machine-read answer")
def _machine_read(db: Database) -> tuple[Subject, ...]:
    """Calls that ask for structure, and places that parse what a model wrote."""
    return tuple(
        Subject(Place(r.path, r.line, r.end_line), r.what if r.parse else "", sdk=r.sdk, key=r.what)
        for r in readings(db)
    )


@has("a schema that holds")
def _schema(db: Database, each: Subject) -> Holding:
    """MOD-06: enforced by the call, or validated inside error handling; half for JSON mode or `try`."""
    reading = _by_place(db)[each.place.path, each.place.line, str(each.key)]
    place = (reading.path, reading.line)
    if reading.mode is Mode.SCHEMA:
        return Holding(Strength.STRONG, evidence=(Evidence(*place, "the call enforces a schema"),))
    if reading.validated and reading.guarded:
        return Holding(Strength.STRONG, evidence=(Evidence(*place, "validated, with errors handled"),))
    if not reading.parse:
        return Holding(Strength.WEAK, "the call asks for JSON without a schema")
    if reading.validated:
        message = "it is validated, but nothing here handles an answer that does not fit"
    elif reading.mode is Mode.JSON:
        message = "JSON mode makes it JSON, but no schema is checked"
    elif reading.guarded:
        message = "a broken answer is caught, but a wrong shape is not"
    else:
        message = "model text is parsed without a schema or error handling"
        return Holding(Strength.LACKING, message)
    return Holding(Strength.WEAK, message, evidence=(Evidence(*place, message, weak=True),))


@has("an eye on cut-off and refused answers")
def _watched(db: Database, each: Subject) -> Holding:
    """MOD-08: the stop reason is read and a cut, filtered or refused answer is acted on."""
    found = ending(db, call_of(db, each))
    match found.watch:
        case Watch.ACTED:
            evidence = Evidence(found.path, found.line, "a cut-off or refused answer is acted on")
            return Holding(Strength.STRONG, evidence=(evidence,))
        case Watch.READ:
            note = Evidence(found.path, found.line, "the stop reason is read", weak=True)
            message = "the stop reason is read, but no cut-off or refused answer is acted on"
            return Holding(Strength.WEAK, message, evidence=(note,))
        case Watch.HANDLED:
            note = Evidence(
                found.path, found.line, "the provider's filter error is recognised", weak=True
            )
            message = "only the provider's filter error is handled; a cut-off answer passes as finished"
            return Holding(Strength.WEAK, message, evidence=(note,))
    return Holding(Strength.LACKING, "why the answer ended is never looked at")
