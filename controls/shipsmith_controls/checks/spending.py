"""The vocabulary of cost: output caps, recorded money."""

from __future__ import annotations

from shipsmith_controls.checks.calls import call_of, generation_of
from shipsmith_controls.checks.recording import traced, usage_kept
from shipsmith_controls.checks.vocabulary import (
    Holding,
    Place,
    Strength,
    Subject,
    Support,
    has,
    place,
    support,
    when,
)
from shipsmith_controls.links.calls.mainstay import main_client
from shipsmith_controls.links.calls.settings import State
from shipsmith_controls.links.files.infrastructure import infra_home
from shipsmith_controls.links.spend.accounts import accounts, limits
from shipsmith_controls.links.spend.budgets import budgets
from shipsmith_controls.links.spend.caps import Cap, caps
from shipsmith_controls.links.spend.money import flaws, priced_by_gateway
from shipsmith_controls.links.traces.records import KEEPS, Record, records
from shipsmith_controls.links.traces.tracers import coverage
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence

_MISSING = (State.OFF, State.UNSET)
_IDS = frozenset("id ids uuid request trace session run conversation chat thread job".split())
"""Words of what ties an amount to one request."""
_DOUBTS = ("default", "flat", "estimate")


@has("a cap on its output")
def _capped(db: Database, each: Subject) -> Holding:
    """COS-01: a positive number on the call, its client, agent settings or collected options."""
    place = generation_of(db, each)
    found = caps(db, place)
    lacking = [c for c in found if c.state in _MISSING]
    if lacking:
        off = [c for c in lacking if c.state is State.OFF]
        message = "its output cap may be empty" if off else "nothing caps how many tokens it may write"
        empty = {(c.path, c.line) for c in lacking}
        chosen = any(c.path == place.path and place.line <= c.line <= place.end_line for c in off)
        if not chosen and any(
            c.state is State.SET and c.number and (c.path, c.line) not in empty for c in found
        ):
            message = "some of its callers leave the output cap empty"
            return Holding(Strength.WEAK, message, at=_places(off or lacking))
        return Holding(Strength.LACKING, message, at=_places(off or lacking))
    defaults = [c for c in found if c.state is State.DEFAULT]
    if defaults:
        return Holding(
            Strength.WEAK, f"only the SDK's own default of {defaults[0].number:g} tokens caps it"
        )
    if any(c.state is State.UNSEEN for c in found):
        return Holding(Strength.WEAK, "whether its options hold an output cap cannot be followed")
    return Holding(
        Strength.STRONG,
        evidence=tuple(
            Evidence(
                c.path, c.line, f"capped at {c.number:g} tokens" if c.number else "its output is capped"
            )
            for c in found
        ),
    )


def _places(found: list[Cap]) -> tuple[Place, ...]:
    """Where an empty cap stands, or where options without one are handed over; else the call itself."""
    return tuple(sorted({Place(c.path, c.line) for c in found if c.state is State.OFF or c.collected}))


@has("its cost in money on record")
def _priced(db: Database, each: Subject) -> Holding:
    """COS-04: a tracer that prices it, or usage times a price written down with an id."""
    call = call_of(db, each)
    found = [c for c in coverage(db, call) if c.prices]
    if found and not found[0].weak:
        return Holding(Strength.STRONG, evidence=(traced(found[0]),))
    money = [r for r in records(db, call.path, call.call) if "money" in r.kinds]
    doubts = flaws(db, call.path, call.call) if money else ()
    for record in money:
        if _is_kept(record) and not doubts and record.words & _IDS:
            note = Evidence(record.path, record.line, "its cost is recorded")
            return Holding(Strength.STRONG, evidence=(note,))
    if money:
        notes = tuple(Evidence(r.path, r.line, "its cost is computed", weak=True) for r in money[:1])
        if doubts:
            worst = min(doubts, key=lambda d: _DOUBTS.index(d.kind))
            at = tuple(Place(d.path, d.line) for d in doubts if d.what == worst.what)
            message = f"its cost is doubtful: {worst.what}"
            return Holding(Strength.WEAK, message, at=at, evidence=notes)
        return Holding(Strength.WEAK, _how_priced(money), evidence=notes)
    if found:
        return Holding(Strength.WEAK, f"its cost is traced {found[0].weak}", evidence=(traced(found[0]),))
    gateway = priced_by_gateway(db, call)
    if gateway is not None:
        note = Evidence(*gateway, "a gateway that prices each call", weak=True)
        return Holding(
            Strength.WEAK, "the gateway knows its cost, but nothing keeps it", evidence=(note,)
        )
    usage = usage_kept(db, each)
    if usage.strength is not Strength.LACKING:
        return Holding(Strength.WEAK, "its tokens are kept, its cost is not", evidence=_as_weak(usage))
    return Holding(Strength.LACKING, "what it costs is not recorded")


def _is_kept(record: Record) -> bool:
    return record.kind in KEEPS | {"metric"} and not record.gated and record.everywhere


def _how_priced(money: list[Record]) -> str:
    if any(_is_kept(r) for r in money):
        return "its cost is recorded without an id of the request"
    return "its cost is only summed in memory"


def _as_weak(held: Holding) -> tuple[Evidence, ...]:
    return tuple(Evidence(e.path, e.line, e.message, weak=True) for e in held.evidence)


@support("a budget that warns somebody")
def _budgets(db: Database) -> tuple[Support, ...]:
    """COS-03: a budget with a threshold and a recipient; without one, or only written, it is weak."""
    return tuple(
        Support(
            Strength.WEAK if found.lacks else Strength.STRONG,
            Place(found.path, found.line),
            f"{found.what}: {found.lacks}" if found.lacks else found.what,
        )
        for found in budgets(db)
    )


@place("infrastructure, or the main LLM client")
def _infrastructure(db: Database) -> tuple[Place, ...]:
    home = infra_home(db) or main_client(db)
    return (Place(*home),) if home is not None else ()


@support("a limit on every AI account")
def _limits(db: Database) -> tuple[Support, ...]:
    """COS-02: a gateway budget all clients use, a budget action; a capacity or document is weak."""
    return tuple(
        Support(
            Strength.WEAK if limit.weak else Strength.STRONG, Place(limit.path, limit.line), limit.what
        )
        for limit in limits(db)
    )


@place("keys of AI accounts")
def _account_keys(db: Database) -> tuple[Place, ...]:
    """COS-02: where each account's key is given, one place an account."""
    return tuple(Place(account.path, account.line) for account in accounts(db))


@when("an AI account is paid for")
def _is_paid(db: Database) -> bool:
    return bool(accounts(db))
