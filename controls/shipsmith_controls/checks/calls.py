"""Subjects that are calls to a model, and the properties that their settings decide."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import (
    Holding,
    Place,
    Strength,
    Subject,
    has,
    subject,
    where,
)
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.kinds import llm_calls, side_calls
from shipsmith_controls.links.calls.reach import model_calls
from shipsmith_controls.links.calls.settings import Effective, State, effective
from shipsmith_controls.links.calls.wrappers import Generation, generations
from shipsmith_controls.links.failures.retrying import Retrying, retrying
from shipsmith_controls.links.failures.timing import bounded_around, platform_limit
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import dotted
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Confidence, Evidence

_SHORT = 60.0
"""Seconds up to which an SDK's own default counts as a timeout (RES-01)."""
_MANY = 10.0
"""Attempts beyond which retrying is no longer bounded (RES-03)."""


def subject_of(db: Database, call: ModelCall) -> Subject:
    """A model call as the subject of a check."""
    facts = index(db, call.path)
    name = (dotted(facts.module.calls[call.call].callee) if facts else None) or call.shape.path[0]
    return Subject(
        place=Place(call.path, call.line, call.end_line),
        what=f"{name.rsplit('.', 2)[-1] if name.count('.') > 3 else name}()",
        sdk=call.sdk,
        key=call.call,
        confidence=Confidence.HIGH if call.sure else Confidence.LOW,
    )


@query
def calls_by_place(db: Database) -> dict[tuple[str, int], ModelCall]:
    """(path, call index) -> model call."""
    return {(call.path, call.call): call for call in (*side_calls(db), *model_calls(db))}


def call_of(db: Database, each: Subject) -> ModelCall:
    """The model call behind a subject."""
    return calls_by_place(db)[each.place.path, int(each.key)]


def generation_subject(db: Database, each: Generation) -> Subject:
    """A place that asks a model as the subject of a check."""
    facts = index(db, each.path)
    name = dotted(facts.module.calls[each.call].callee) if facts else None
    return Subject(
        place=Place(each.path, each.line, each.end_line),
        what=f"{name or each.model.shape.path[0]}()",
        sdk=each.model.sdk,
        key=each.call,
        confidence=Confidence.HIGH if each.model.sure else Confidence.LOW,
    )


@query
def _generations_by_place(db: Database) -> dict[tuple[str, int], Generation]:
    return {(each.path, each.call): each for each in generations(db)}


def generation_of(db: Database, each: Subject) -> Generation:
    """The place that asks a model behind a subject."""
    return _generations_by_place(db)[each.place.path, int(each.key)]


@subject("LLM call")
def _llm_calls(db: Database) -> tuple[Subject, ...]:
    return tuple(subject_of(db, call) for call in llm_calls(db))


@subject("LLM call or side call")
def _llm_or_side_calls(db: Database) -> tuple[Subject, ...]:
    return tuple(subject_of(db, call) for call in (*llm_calls(db), *side_calls(db)))


@where("goes over the network")
def _over_network(db: Database, each: Subject) -> bool:
    call = call_of(db, each)
    kinds = [sdk.client_type(client.sdk, client.type) for client in call.clients]
    return not kinds or not all(kind.local for kind in kinds)


def _seconds(found: Effective) -> float | None:
    if found.number is None:
        return None
    return found.number / 1000 if found.unit == "ms" else found.number


def _places(found: list[Effective]) -> tuple[Place, ...]:
    return tuple(sorted({Place(e.path, e.line) for e in found}))


@has("a finite timeout")
def _timeout(db: Database, each: Subject) -> Holding:
    """RES-01: set here and finite, or an SDK default of 60 s or less."""
    call = call_of(db, each)
    around = bounded_around(db, call)
    if around is not None:
        return Holding(
            Strength.STRONG, evidence=(Evidence(around.path, around.line, "bounded by a timer"),)
        )
    found = effective(db, call, "timeout")
    lacking = [e for e in found if _lacks_timeout(e)]
    unseen = [e for e in found if e.state is State.UNSEEN]
    if unseen and not lacking:
        return Holding(Strength.UNSEEN, "its client is handed in; where its timeout is set was not seen")
    if not lacking:
        shown = tuple(
            Evidence(e.path, e.line, f"timeout {e.number:g} {e.unit}" if e.number else "timeout set")
            for e in found
        )
        return Holding(Strength.STRONG, evidence=shown)
    limit = platform_limit(db, call)
    message = _timeout_message(lacking[0])
    others = [e for e in effective(db, call, "timeout", aside=True) if _lacks_timeout(e)]
    if limit is not None:
        note = Evidence(limit.path, limit.line, "only the platform limits the whole request", weak=True)
        return Holding(Strength.WEAK, f"{message}; only the platform's limit ends it", evidence=(note,))
    return Holding(Strength.LACKING, message, at=_places(lacking), aside=_places(others))


def _lacks_timeout(found: Effective) -> bool:
    seconds = _seconds(found)
    match found.state:
        case State.OFF | State.UNSET:
            return True
        case State.DEFAULT:
            return seconds is None or seconds > _SHORT
        case State.SET:
            if found.unit == "ms" and found.number is not None and found.number < 1000:
                return True
            name = found.callee.rsplit(".", 1)[-1]
            return found.number is None and name in ("signal", "abortSignal", "AbortController")
    return False


def _timeout_message(found: Effective) -> str:
    match found.state:
        case State.OFF:
            return "the timeout is switched off"
        case State.DEFAULT:
            seconds = _seconds(found) or 0
            return f"no timeout is set; the SDK waits {seconds:g} s by default"
        case State.SET if found.number is not None:
            return f"the timeout counts in milliseconds: {found.number:g} ms ends every call at once"
        case State.SET:
            return "only the caller's own abort signal ends it"
    return "no timeout is set, and the SDK has none by default"


@has("bounded retries")
def _retries(db: Database, each: Subject) -> Holding:
    """RES-03: SDK retries not set to 0, a retry setting, or a decorator or loop with stop and backoff."""
    call = call_of(db, each)
    found = effective(db, call, "retries")
    lacking = [e for e in found if _lacks_retries(e)]
    around = retrying(db, call)
    if around is not None:
        inner = max((e.number or 0 for e in found if not _lacks_retries(e)), default=0)
        return _retried(around, inner)
    if any(e.state is State.UNSEEN for e in found) and not lacking:
        return Holding(Strength.UNSEEN, "its client is handed in; its retries were not seen")
    if lacking:
        off = lacking[0].state is State.OFF or lacking[0].number == 0
        message = (
            "retries are switched off"
            if off and lacking[0].state is not State.DEFAULT
            else ("nothing retries it: the SDK does not by default")
        )
        return Holding(Strength.LACKING, message, at=_places(lacking))
    many = [e for e in found if e.number is not None and e.number > _MANY]
    if many:
        return Holding(Strength.WEAK, f"{many[0].number:g} retries are too many", at=_places(many))
    return Holding(
        Strength.STRONG,
        evidence=tuple(
            Evidence(e.path, e.line, f"{e.number:g} retries" if e.number else "retries set")
            for e in found
        ),
    )


def _retried(around: Retrying, inner: float) -> Holding:
    """What a retry around a call is worth; `inner` are the retries of the SDK below it."""
    place = Place(around.path, around.line)
    total = (around.attempts or 1) * (inner + 1)
    if not around.stops:
        message = "it is retried without end"
    elif total > _MANY:
        message = f"up to {total:g} attempts over all layers"
    elif not around.waits:
        message = "it is retried without a growing wait"
    elif not around.filters:
        message = "every error is retried, not only transient ones"
    else:
        evidence = Evidence(place.path, place.line, "retried with stop, wait and filter")
        return Holding(Strength.STRONG, evidence=(evidence,))
    note = Evidence(place.path, place.line, message, weak=True)
    return Holding(Strength.WEAK, message, at=(place,), evidence=(note,))


def _lacks_retries(found: Effective) -> bool:
    if found.state in (State.OFF, State.UNSET):
        return True
    return found.state is State.DEFAULT and not found.number
