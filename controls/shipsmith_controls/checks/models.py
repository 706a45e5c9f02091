"""Model ids: retired ones, removed calls, and ids that the vendor can move."""

from __future__ import annotations

import datetime as dt
from typing import cast

from shipsmith_controls.checks.vocabulary import Hit, Holding, Place, Strength, Subject, has, hit, subject
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.model_ids import (
    ModelId,
    model_ids,
    pin_of,
    retirement_of,
    unseen_calls,
)
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import index, marked_files
from shipsmith_controls.links.values.index import dotted
from shipsmith_controls.links.values.value import Extern
from shipsmith_controls.links.values.values import callees
from shipsmith_controls.links.values.versions import version_of, within
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Confidence, Evidence

_SOON = dt.timedelta(days=90)
_ASSISTANTS_END = dt.date(2026, 8, 26)
"""developers.openai.com/api/docs/deprecations: Assistants API shut down on this day."""
_REMOVED = ("ChatCompletion", "Completion", "Embedding")


def _today(db: Database) -> dt.date:
    return cast("dt.date", db.get(("scan date",), dt.date.max))


@hit("retired model or removed API")
def _retired(db: Database) -> tuple[Hit, ...]:
    """MOD-01: an id that its platform answers no longer, or will not in 90 days; removed calls."""
    today = _today(db)
    found: list[Hit] = []
    for each in model_ids(db):
        retirement = retirement_of(each) if each.chosen else None
        if retirement is None or retirement.on > today + _SOON:
            continue
        instead = f"; the vendor names {retirement.replacement} instead" if retirement.replacement else ""
        gone = retirement.on <= today
        verb = "was retired" if gone else "retires"
        message = f"{each.id} {verb} on {retirement.on}{instead}"
        found.append(Hit(Place(each.path, each.line), message, weak=not gone))
    for path in marked_files(db):
        if is_production(db, path):
            found.extend(_removed_in(db, path))
            if today >= _ASSISTANTS_END:
                found.extend(_assistants_in(db, path))
    return tuple(found)


@query
def _removed_in(db: Database, path: str) -> tuple[Hit, ...]:
    """Calls of the openai package before 1.0, under a version that has removed them."""
    facts = index(db, path)
    found: list[Hit] = []
    for i, call in enumerate(facts.module.calls if facts is not None else ()):
        name = dotted(call.callee) or ""
        if not any(f"{word}." in name for word in _REMOVED):
            continue
        for value in callees(db, path, i):
            if not isinstance(value, Extern) or not value.dotted.startswith("openai."):
                continue
            version = version_of(db, "openai", path)
            if value.dotted.split(".")[1] in _REMOVED and version and within(version, ">=1"):
                message = f"{name} was removed in openai 1.0, and {version} is installed"
                found.append(Hit(Place(path, call.line, call.end_line), message, sdk="openai-python"))
    return tuple(dict.fromkeys(found))


@query
def _assistants_in(db: Database, path: str) -> tuple[Hit, ...]:
    facts = index(db, path)
    sdk = "openai-python" if path.endswith(".py") else "openai-js"
    found = []
    for call in facts.module.calls if facts is not None else ():
        name = dotted(call.callee) or ""
        if ".beta.assistants." in name or ".beta.threads." in name:
            message = f"the Assistants API was shut down on {_ASSISTANTS_END}"
            found.append(Hit(Place(path, call.line, call.end_line), message, sdk=sdk))
    return tuple(found)


@query
def ids_by_place(db: Database) -> dict[tuple[str, int, str], ModelId]:
    """(path, line, id) -> model id."""
    return {(each.path, each.line, each.id): each for each in model_ids(db)}


@subject("model id of a call")
def _ids(db: Database) -> tuple[Subject, ...]:
    """Each id that a call may use, where it stands; a call whose id is not seen when none is."""
    found = tuple(Subject(Place(e.path, e.line), "", key=e.id) for e in model_ids(db))
    if found:
        return found
    return tuple(
        Subject(Place(c.path, c.line, c.end_line), "", sdk=c.sdk, key=-1) for c in unseen_calls(db)
    )


@has("a version that the vendor keeps")
def _pinned(db: Database, each: Subject) -> Holding:
    """MOD-05: fixed by the model table, by a date or digest, or by the Azure resource's version."""
    found = ids_by_place(db).get((each.place.path, each.place.line, str(each.key)))
    if found is None:
        return Holding(Strength.UNSEEN, "its model id could not be followed")
    pin = pin_of(found)
    if not found.chosen:
        message = f"{found.id} floats, in a branch that is not the default" if pin == "floating" else ""
        return Holding(
            Strength.UNSEEN, message or f"{found.id} stands in a branch that is not the default"
        )
    if pin == "fixed":
        evidence = Evidence(found.path, found.line, f"{found.id} stays the same model")
        return Holding(Strength.STRONG, evidence=(evidence,))
    if pin is None:
        where = " as the name of a deployment" if found.platform == "azure" else ""
        return Holding(
            Strength.UNSEEN,
            f"whether {found.id}{where} is a fixed version is not known",
            (),
            confidence=Confidence.LOW,
        )
    return Holding(Strength.LACKING, _floating(found))


def _floating(found: ModelId) -> str:
    if found.platform == "azure":
        return f"the deployment of {found.id} sets no version, or follows new defaults"
    home = load().models.resolve(found.id, found.platform)[1]
    if home == "ollama":
        return f"{found.id} is a tag without digest; it can be moved"
    if home == "huggingface":
        return f"{found.id} is loaded without a revision"
    return f"{found.id} is a floating name; the vendor can move it to another version"
