"""The vocabulary of observability: what records an LLM call, its content, its token counts."""

from __future__ import annotations

import msgspec

from shipsmith_controls.checks.calls import call_of, subject_of
from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.calls.handled import failure_handlers
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.streams import uncounted
from shipsmith_controls.links.failures.reporting import report
from shipsmith_controls.links.traces.records import KEEPS, Record, records, usage_records
from shipsmith_controls.links.traces.tracers import Coverage, coverage
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence

_BESIDE = frozenset("prompt prompts model usage tokens question query input inputs instructions".split())


def traced(found: Coverage) -> Evidence:
    """A tracer as evidence."""
    said = f"traced by {found.tracer.title}"
    return Evidence(
        found.path, found.line, f"{said}, {found.weak}" if found.weak else said, bool(found.weak)
    )


def is_full(record: Record) -> bool:
    """Whether a record holds the response, or the answer with prompt, model or usage."""
    if record.kind not in KEEPS or record.plain or record.gated or not record.everywhere:
        return False
    if "response" in record.kinds:
        return True
    beside = _BESIDE | {"messages"} if record.kind in ("log", "span") else _BESIDE
    return "answer" in record.kinds and bool(record.words & beside)


def is_part(record: Record) -> bool:
    """Whether a record keeps the answer at all: alone, as text, printed, or on some ways only."""
    kept = record.kind in KEEPS | {"print"}
    return kept and bool(record.kinds & {"response", "answer"})


@has("a trace or a structured record")
def _recorded(db: Database, each: Subject) -> Holding:
    """OBS-01: a tracer for its SDK or around its function, or a record of response and request."""
    call = call_of(db, each)
    found = coverage(db, call)
    shown = tuple(traced(c) for c in found)
    if found and not found[0].weak:
        return Holding(Strength.STRONG, evidence=tuple(e for e in shown if not e.weak))
    kept = records(db, call.path, call.call)
    full = next((r for r in kept if is_full(r)), None)
    if full is not None:
        return Holding(
            Strength.STRONG, evidence=(Evidence(full.path, full.line, "its answer is recorded"),)
        )
    if found:
        return Holding(Strength.WEAK, f"traced {found[0].weak}", evidence=shown)
    part = next((r for r in kept if is_part(r)), None)
    if part is None:
        return Holding(Strength.LACKING, "no tracer covers it and nothing records it")
    said = f"{_how(part)}, without the prompt, model or usage"
    return Holding(
        Strength.WEAK,
        said,
        evidence=(Evidence(part.path, part.line, "only the answer is kept", weak=True),),
    )


def _how(part: Record) -> str:
    """What little is kept of a call, in half a sentence."""
    if part.kind == "print":
        return "its answer is only printed"
    if part.gated:
        return "its answer is kept only when a setting is on"
    if not part.everywhere:
        return "its answer is kept by some of its callers only"
    return "only its answer is kept"


@has("recorded token usage")
def _usage(db: Database, each: Subject) -> Holding:
    """OBS-04: usage reaches a tracer, log, metric, span or row, and a stream is asked to carry it."""
    call = call_of(db, each)
    lost = uncounted(db, call)
    held = usage_kept(db, each)
    blind = [u for u in lost if not u.aside]
    if blind and held.strength is not Strength.LACKING:
        held = Holding(Strength.LACKING, blind[0].what, at=tuple(Place(u.path, u.line) for u in blind))
    apart = [u for u in lost if u.aside]
    return msgspec.structs.replace(
        held,
        aside=tuple(Place(u.path, u.line) for u in apart),
        aside_message=apart[0].what if apart else "",
    )


def usage_kept(db: Database, each: Subject) -> Holding:
    """How surely the token counts of a call are kept by a tracer or by code, streams apart."""
    call = call_of(db, each)
    found = [c for c in coverage(db, call) if c.whole]
    if found and not found[0].weak:
        return Holding(Strength.STRONG, evidence=(traced(found[0]),))
    kept = usage_records(db, call)
    for record in kept:
        if record.kind in KEEPS | {"metric"} and not record.gated and record.everywhere:
            note = Evidence(record.path, record.line, "its token usage is recorded")
            return Holding(Strength.STRONG, evidence=(note,))
    if found:
        said = f"its tokens are traced {found[0].weak}"
        return Holding(Strength.WEAK, said, evidence=(traced(found[0]),))
    if kept:
        note = Evidence(kept[0].path, kept[0].line, "token usage read, not recorded", weak=True)
        return Holding(Strength.WEAK, _how_counted(kept[0]), evidence=(note,))
    return Holding(Strength.LACKING, "its token usage is not recorded")


def _how_counted(record: Record) -> str:
    if record.kind == "memory":
        return "its token usage is only counted in memory"
    if record.kind == "callback":
        return "its token usage only goes to a callback"
    if record.kind == "print":
        return "its token usage is only printed"
    return "its token usage is recorded on some ways only"


@subject("handler of a failed model call")
def _handlers(db: Database) -> tuple[Subject, ...]:
    """Handlers around LLM calls; where there is none, the calls, whose errors rise by themselves."""
    found = failure_handlers(db)
    if not found:
        return tuple(subject_of(db, call) for call in llm_calls(db))
    return tuple(Subject(Place(h.path, h.line), "", h.sdk, h.block) for h in found)


@has("a report of the error")
def _reported(db: Database, each: Subject) -> Holding:
    """OBS-02: it raises again, logs at warning or above, records the error or hands it on."""
    if each.what:
        note = Evidence(each.place.path, each.place.line, "no handler catches its errors")
        return Holding(Strength.STRONG, evidence=(note,))
    found = report(db, each.place.path, int(each.key))
    match found.how:
        case "reported":
            return Holding(Strength.STRONG, evidence=(Evidence(each.place.path, found.line, found.what),))
        case "weak":
            return Holding(Strength.WEAK, found.what)
    return Holding(Strength.LACKING, found.what)
