"""How the controls stand today once the ledger and the ignore comments are laid over the verdicts.

Pure: verdicts, ledger and date in, a view out. An acknowledgement never changes a score; it takes a
gap off the to-do list until a finding appears that it does not cover, or until its date is over.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from shipsmith_controls.ledger import Acknowledgement, Attestation, Ledger
from shipsmith_controls.scorecard import ControlResult, Evidence, Finding, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

_FAILING = (Status.PARTIAL, Status.MISSING)
_ABSENT = (Status.DONE, Status.NOT_APPLICABLE)


class Ignore(msgspec.Struct, frozen=True):
    """An ignore comment in a source file: it covers findings on its line and on the line below."""

    path: str
    line: int
    controls: tuple[str, ...]
    reason: str


class State(StrEnum):
    """Where a control stands on the to-do list.

    `partly`: some of its findings are covered, others, such as new ones, are open again.
    `expired`: what covered it has passed its `until`. `settled`: there is nothing to do.
    """

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    PARTLY = "partly"
    EXPIRED = "expired"
    SETTLED = "settled"

    @property
    def to_do(self) -> bool:
        """Whether the control is on the to-do list."""
        return self in (State.OPEN, State.PARTLY, State.EXPIRED)


class Standing(msgspec.Struct, frozen=True):
    """One control laid over with the ledger. `covered` and `open` hold fingerprints of findings.

    `by` are the acknowledgements that are in force, `expired` those that would be but for their date.
    """

    control: str
    state: State
    covered: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    by: tuple[Acknowledgement, ...] = ()
    expired: tuple[Acknowledgement, ...] = ()
    ignored: tuple[Ignore, ...] = ()


class View(msgspec.Struct, frozen=True):
    """The whole ledger laid over a scorecard.

    `orphaned`: acknowledgements of which nothing is left in the tree. `unexplained`: ignore comments
    without a reason, which cover nothing.
    """

    standings: dict[str, Standing]
    orphaned: tuple[Acknowledgement, ...] = ()
    expired_attestations: tuple[Attestation, ...] = ()
    unexplained: tuple[Ignore, ...] = ()

    def state(self, control: str) -> State:
        """The state of a control; a control that is not in the scorecard is settled."""
        standing = self.standings.get(control)
        return standing.state if standing else State.SETTLED

    def covers(self, control: str, finding: Finding) -> bool:
        """Whether a finding is acknowledged."""
        standing = self.standings.get(control)
        return standing is not None and finding.fingerprint in standing.covered

    @property
    def acknowledged(self) -> int:
        """How many controls are off the to-do list by acknowledgement."""
        return sum(s.state is State.ACKNOWLEDGED for s in self.standings.values())


def apply(
    ledger: Ledger, results: Iterable[ControlResult], today: date, ignores: Iterable[Ignore] = ()
) -> View:
    """Lay the ledger and the ignore comments over the verdicts, as of `today` (`until` included)."""
    results = tuple(results)
    ignores = tuple(ignores)
    explained = [i for i in ignores if i.reason]
    by_id = {result.id: result for result in results}
    return View(
        standings={
            result.id: _standing(
                result,
                [a for a in ledger.acknowledged if a.control == result.id],
                [i for i in explained if result.id in i.controls],
                today,
            )
            for result in results
        },
        orphaned=tuple(a for a in ledger.acknowledged if _orphaned(a, by_id.get(a.control))),
        expired_attestations=tuple(a for a in ledger.attested if _over(a, today)),
        unexplained=tuple(i for i in ignores if not i.reason),
    )


def attest(
    ledger: Ledger,
    results: Iterable[ControlResult],
    today: date,
    attestable: Mapping[str, Status] = MappingProxyType({}),
) -> tuple[ControlResult, ...]:
    """Settle attested controls: what asks a person becomes done, a gap what `attestable` says.

    An attestation past its `until` no longer counts. Scores are computed from the result.
    """
    valid = {a.control: a for a in ledger.attested if not _over(a, today)}

    def with_attestation(result: ControlResult) -> ControlResult:
        entry = valid.get(result.id)
        status = result.verdict.status
        settled = attestable.get(result.id) if status in _FAILING else None
        if status is Status.ASK:
            settled = Status.DONE
        if entry is None or settled is None:
            return result
        message = f"attested by {entry.by} on {entry.on.isoformat()}: {entry.evidence}"
        evidence = Evidence(path="shipsmith.toml", line=1, message=message)
        verdict = Verdict(status=settled, evidence=(*result.verdict.evidence, evidence), note=message)
        return msgspec.structs.replace(result, verdict=verdict)

    return tuple(with_attestation(result) for result in results)


def overrule(ledger: Ledger, results: Iterable[ControlResult]) -> tuple[ControlResult, ...]:
    """Switch controls off and change severities as the ledger says, each with its reason in sight."""
    off = {entry.control: entry for entry in ledger.off}
    changes = {entry.control: entry for entry in ledger.severity}

    def overruled(result: ControlResult) -> ControlResult:
        if change := changes.get(result.id):
            note = (
                f"Severity {change.severity} here, {result.severity} by default: "
                f"{change.reason} ({change.by}, {change.on})"
            )
            notes = (*result.notes, note)
            result = msgspec.structs.replace(result, severity=change.severity, notes=notes)
        if entry := off.get(result.id):
            note = f"switched off by {entry.by} on {entry.on}: {entry.reason}"
            result = msgspec.structs.replace(result, verdict=Verdict(Status.OFF, note=note))
        return result

    return tuple(map(overruled, results))


def _standing(
    result: ControlResult, entries: list[Acknowledgement], ignores: list[Ignore], today: date
) -> Standing:
    status = result.verdict.status
    findings = result.verdict.findings
    relevant = [a for a in entries if not _orphaned(a, result)]
    by = tuple(a for a in relevant if not _over(a, today))
    expired = tuple(a for a in relevant if _over(a, today))
    whole = any(a.findings is None for a in by)
    named = {print_ for a in by for print_ in a.findings or ()}
    covered = tuple(
        f.fingerprint
        for f in findings
        if whole or f.fingerprint in named or any(_ignores(i, f) for i in ignores)
    )
    covering = set(covered)
    uncovered = tuple(f.fingerprint for f in findings if f.fingerprint not in covering)
    used = tuple(i for i in ignores if any(_ignores(i, f) for f in findings))
    if status not in (*_FAILING, Status.ASK):
        state = State.SETTLED
    elif whole or (findings and not uncovered):
        state = State.ACKNOWLEDGED
    elif covered:
        state = State.PARTLY
    else:
        state = State.EXPIRED if expired else State.OPEN
    return Standing(result.id, state, covered, uncovered, by, expired, used)


def _ignores(ignore: Ignore, finding: Finding) -> bool:
    return ignore.path == finding.path and finding.line in (ignore.line, ignore.line + 1)


def _over(entry: Acknowledgement | Attestation, today: date) -> bool:
    return entry.until is not None and entry.until < today


def _orphaned(entry: Acknowledgement, result: ControlResult | None) -> bool:
    """Nothing of it is left: the control is gone or holds, or none of its findings exists any more."""
    if result is None:
        return True
    if result.verdict.status in (Status.NOT_BUILT, Status.OFF):
        return False
    if entry.findings is None:
        return result.verdict.status in _ABSENT
    return not any(f.fingerprint in entry.findings for f in result.verdict.findings)
