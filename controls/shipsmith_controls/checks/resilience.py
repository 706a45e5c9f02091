"""The vocabulary of resilience: loops, fallbacks, circuit breakers."""

from __future__ import annotations

from shipsmith_controls.checks.calls import call_of, generation_of, generation_subject, subject_of
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
    when,
    where,
)
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import ai_entries
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.loops import agent_runs, has_interrupt, loop_around
from shipsmith_controls.links.calls.reach import reach
from shipsmith_controls.links.calls.settings import State, clients_behind, effective, roots_of
from shipsmith_controls.links.calls.wrappers import generations
from shipsmith_controls.links.failures import breakers
from shipsmith_controls.links.failures.fallbacks import fallback
from shipsmith_controls.links.tree import index
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence

_TRUSTED_BOUND = 50
"""Largest default step bound of a framework that counts as a limit (RES-02)."""
_UNBOUNDED = frozenset({"isLoopFinished"})


@subject("agent run")
def _agent_runs(db: Database) -> tuple[Subject, ...]:
    return tuple(subject_of(db, call) for call in agent_runs(db))


@has("a hard limit of steps")
def _step_limit(db: Database, each: Subject) -> Holding:
    """RES-02: a step setting, a framework default of 50 or less, or a counter in the own loop."""
    call = call_of(db, each)
    if call.kind == "graph" and has_interrupt(db, call):
        return Holding(Strength.STRONG, evidence=(Evidence(call.path, call.line, "a person is asked"),))
    if call.shape.steps is not None or call.kind in ("agent", "graph"):
        return _set_limit(db, each)
    loop = loop_around(db, call)
    if loop is None:
        note = Evidence(call.path, call.line, "a tool round without a loop")
        return Holding(Strength.STRONG, evidence=(note,))
    if loop.bound:
        note = Evidence(loop.path, loop.bound, "the loop counts its rounds")
        return Holding(Strength.STRONG, evidence=(note,))
    at = (Place(loop.path, loop.line),)
    if loop.timed:
        return Holding(Strength.WEAK, "only a clock ends this agent loop", at=at)
    return Holding(Strength.LACKING, "this agent loop has no limit of rounds", at=at)


def _set_limit(db: Database, each: Subject) -> Holding:
    call = call_of(db, each)
    # LangGraph's own bound differs by a factor of 400 between releases: it is nobody's decision.
    trusted = call.kind != "graph" and call.shape.api != "langgraph"
    for found in effective(db, call, "steps"):
        place = Place(found.path, found.line)
        if found.state is State.SET and found.callee.rsplit(".", 1)[-1] not in _UNBOUNDED:
            told = f"at most {found.number:g} steps" if found.number else "a step limit is set"
            return Holding(Strength.STRONG, evidence=(Evidence(place.path, place.line, told),))
        if found.state is State.DEFAULT and (found.number or 0) <= _TRUSTED_BOUND and trusted:
            told = f"the framework stops after {found.number:g} steps"
            return Holding(Strength.STRONG, evidence=(Evidence(call.path, call.line, told),))
        if found.state is State.DEFAULT:
            return Holding(
                Strength.LACKING, f"no limit is set; the framework allows {found.number:g} steps"
            )
        if found.state is State.UNSEEN:
            return Holding(Strength.UNSEEN, "what limits its steps was not seen")
    return Holding(Strength.LACKING, "no limit of steps is set")


@subject("place that asks a model")
def _generations(db: Database) -> tuple[Subject, ...]:
    return tuple(generation_subject(db, each) for each in generations(db))


@query
def _on_entries(db: Database) -> frozenset[Node]:
    """Functions that an AI entry point leads to."""
    forward: dict[Node, set[Node]] = {}
    for node, callers in reach(db).callers.items():
        for caller, _ in callers:
            forward.setdefault(caller, set()).add(node)
    pending = [entry.node for entry in ai_entries(db)]
    seen = set(pending)
    while pending:
        for node in forward.get(pending.pop(), ()):
            if node not in seen:
                seen.add(node)
                pending.append(node)
    return frozenset(seen)


@where("lies on the path of an AI entry point")
def _on_entry(db: Database, each: Subject) -> bool:
    facts = index(db, each.place.path)
    if facts is None:
        return False
    block = facts.module.calls[int(each.key)].block
    return Node(each.place.path, facts.node_name(block)) in _on_entries(db)


@when("an AI entry point exists")
def _has_entry(db: Database) -> bool:
    return bool(ai_entries(db))


@has("a second model or path")
def _second_path(db: Database, each: Subject) -> Holding:
    """RES-04: an alternative reached after an exception; a gateway's own failover is weak."""
    found = fallback(db, generation_of(db, each))
    if found is None:
        return Holding(Strength.LACKING, "nothing answers when this model is down")
    note = Evidence(found.path, found.line, found.what, weak=found.weak)
    if found.weak:
        return Holding(Strength.WEAK, found.what, evidence=(note,))
    return Holding(Strength.STRONG, evidence=(note,))


@support("a circuit breaker around a model call")
def _breaker(db: Database) -> tuple[Support, ...]:
    """RES-11: a breaker library or an own open-until state on the path of an LLM call."""
    return tuple(
        Support(
            Strength.STRONG if found.leads else Strength.WEAK,
            Place(found.path, found.line),
            found.what if found.leads else f"{found.what}, but not around a model call",
        )
        for found in breakers.breakers(db)
    )


@place("the LLM clients")
def _clients(db: Database) -> tuple[Place, ...]:
    """Constructors of the clients behind LLM calls; the calls themselves where there is none."""
    found: dict[Place, None] = {}
    for call in llm_calls(db):
        roots = [root for client in clients_behind(db, call) for root in roots_of(db, client)]
        made = [root.layers[0] for root in roots if root.layers]
        for path, layer in made:
            facts = index(db, path)
            if facts is not None:
                found[Place(path, facts.module.calls[layer].line)] = None
        if not made:
            found[Place(call.path, call.line)] = None
    return tuple(found)
