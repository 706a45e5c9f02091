"""The vocabulary of telemetry: content of traces, distributions, time to first token."""

from __future__ import annotations

from shipsmith_controls.checks.calls import call_of, subject_of
from shipsmith_controls.checks.recording import traced, usage_kept
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
    where,
)
from shipsmith_controls.links.calls.kinds import llm_calls, tool_calls
from shipsmith_controls.links.calls.mainstay import main_call
from shipsmith_controls.links.calls.streams import streams
from shipsmith_controls.links.tools.tool_definitions import tools
from shipsmith_controls.links.traces.contents import content_of
from shipsmith_controls.links.traces.measures import first_token, measures
from shipsmith_controls.links.traces.spans import Step, retrievals, span_of
from shipsmith_controls.links.traces.trace_ids import IdKind, start_of, trace_ids
from shipsmith_controls.links.traces.tracers import Coverage, coverage
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence

_CHAT_ONLY = frozenset({"otel-openllmetry", "traceloop"})
"""Tracers that see the first token of OpenAI's chat completions, not of its Responses API."""


@subject("recorded LLM call")
def _recorded_calls(db: Database) -> tuple[Subject, ...]:
    """LLM calls that something records; all of them where nothing records any."""
    calls = llm_calls(db)
    recorded = [call for call in calls if content_of(db, call) is not None]
    return tuple(subject_of(db, call) for call in recorded or calls)


@has("its prompt and output on record")
def _content(db: Database, each: Subject) -> Holding:
    """OBS-03: what records the call keeps rendered prompt and raw output."""
    found = content_of(db, call_of(db, each))
    if found is None:
        return Holding(Strength.LACKING, "nothing records it, so nothing can be read back")
    if found.off:
        return Holding(Strength.LACKING, found.off, at=(Place(found.path, found.line),))
    if found.weak:
        note = Evidence(found.path, found.line, found.weak, weak=True)
        return Holding(Strength.WEAK, found.weak, evidence=(note,))
    note = Evidence(found.path, found.line, "prompt and output are kept")
    return Holding(Strength.STRONG, evidence=(note,))


@has("latency and tokens as distributions")
def _distributions(db: Database, each: Subject) -> Holding:
    """OBS-05: a span per call, or histograms of latency and of tokens or cost."""
    call = call_of(db, each)
    found = [c for c in coverage(db, call) if c.whole]
    if found and not found[0].weak:
        return Holding(Strength.STRONG, evidence=(traced(found[0]),))
    taken = measures(db, call.path, call.function)
    latency = [m for m in taken if m.latency and m.spread]
    spent = [m for m in taken if m.tokens and m.spread]
    if latency and spent:
        shown = {Evidence(m.path, m.line, "a histogram of its calls") for m in (latency[0], spent[0])}
        return Holding(Strength.STRONG, evidence=tuple(shown))
    if found:
        return Holding(Strength.WEAK, f"its spans come {found[0].weak}", evidence=(traced(found[0]),))
    if latency or spent:
        half = (latency or spent)[0]
        message = "only its latency has a histogram" if latency else "only its tokens have a histogram"
        return Holding(
            Strength.WEAK, message, evidence=(Evidence(half.path, half.line, message, weak=True),)
        )
    if taken:
        note = Evidence(taken[0].path, taken[0].line, "a single number is told", weak=True)
        return Holding(Strength.WEAK, "its latency or cost is told as text or sum only", evidence=(note,))
    kept = usage_kept(db, each)
    if kept.strength is not Strength.LACKING:
        return Holding(Strength.WEAK, "only its token counts are kept, no distribution")
    return Holding(Strength.LACKING, "neither its latency nor its tokens are kept as a distribution")


@where("streams its answer")
def _streams(db: Database, each: Subject) -> bool:
    return streams(db, call_of(db, each))


@has("a measured time to first token")
def _first_token(db: Database, each: Subject) -> Holding:
    """OBS-12: a tracer that sets it, or a clock read at the first part of the stream."""
    call = call_of(db, each)
    found = [c for c in coverage(db, call) if c.whole and _sees_first(c, call.shape.api)]
    if found and not found[0].weak:
        return Holding(Strength.STRONG, evidence=(traced(found[0]),))
    own = first_token(db, call)
    if own is not None and not own[2]:
        note = Evidence(own[0], own[1], "a clock is read at the first part")
        return Holding(Strength.STRONG, evidence=(note,))
    if own is not None:
        note = Evidence(own[0], own[1], "told in a line of text", weak=True)
        return Holding(Strength.WEAK, "its first token is only timed in a line of text", evidence=(note,))
    if found:
        return Holding(
            Strength.WEAK, f"its first token is timed {found[0].weak}", evidence=(traced(found[0]),)
        )
    return Holding(Strength.LACKING, "the wait until its first token is not measured")


def _sees_first(found: Coverage, api: str) -> bool:
    if not found.tracer.first_token:
        return False
    return found.tracer.key not in _CHAT_ONLY or api not in ("openai-responses", "openai-agents")


def _ids(db: Database, kind: IdKind, said: str) -> tuple[Support, ...]:
    return tuple(
        Support(
            Strength.WEAK if found.weak else Strength.STRONG,
            Place(found.path, found.line),
            f"{said}, but {found.weak}" if found.weak else said,
        )
        for found in trace_ids(db)
        if found.kind == kind
    )


@support("a user or tenant id on traces")
def _user(db: Database) -> tuple[Support, ...]:
    """OBS-09: set in server code on data of the tracer."""
    return _ids(db, "user", "a user id on traces")


@support("a session id on traces")
def _session(db: Database) -> tuple[Support, ...]:
    """OBS-09: set in server code on data of the tracer."""
    return _ids(db, "session", "a session id on traces")


@support("a release on traces")
def _release(db: Database) -> tuple[Support, ...]:
    """OBS-09: a version or commit, set in code, by a deploy file, or by the tracing package."""
    return _ids(db, "release", "a release on traces")


@place("where tracing starts, or the main LLM call")
def _start(db: Database) -> tuple[Place, ...]:
    at = start_of(db)
    if at is not None:
        return (Place(*at),)
    call = main_call(db)
    return (Place(call.path, call.line, call.end_line),) if call is not None else ()


@subject("tool or retrieval step")
def _steps(db: Database) -> tuple[Subject, ...]:
    """Tools that models are offered, and queries of an index."""
    offered = [Step(t.path, t.line, t.end_line, "tool") for t in tools(db)] if tool_calls(db) else []
    return tuple(
        Subject(Place(s.path, s.line, s.end_line), f"this {s.what}", key=s.what)
        for s in (*offered, *retrievals(db))
    )


@has("a span of its own")
def _spanned(db: Database, each: Subject) -> Holding:
    """OBS-10: a framework's tracer, a store's instrumentor, or a span on the function itself."""
    step = Step(each.place.path, each.place.line, each.place.end_line, str(each.key))
    found = span_of(db, step)
    if found is None:
        return Holding(Strength.LACKING, "no span shows it in a trace")
    note = Evidence(found.path, found.line, found.what, weak=bool(found.weak))
    if found.weak:
        return Holding(Strength.WEAK, f"its span comes {found.weak}", evidence=(note,))
    return Holding(Strength.STRONG, evidence=(note,))
