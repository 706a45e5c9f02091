"""The forms of a check, and how each folds what was found into a verdict.

`every`: done when all subjects hold strongly, partial when any holds strongly or weakly, else
missing. `none`: done without hits, partial with weak ones only. `any`: strong evidence gives done,
weak gives partial. `all`: done when every part holds strongly, partial when any part holds at all.
`ask`: a person attests it. An empty set of subjects is left out; nothing left: not applicable.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from shipsmith_controls.checks import searching
from shipsmith_controls.checks import vocabulary as v
from shipsmith_controls.checks.searching import Chosen, Files, Search, Wanted
from shipsmith_controls.checks.vocabulary import Place, Strength
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Confidence, Evidence, Finding, Status, Verdict


class Every(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`every` SUBJECT `where` … `has` PROPERTY."""

    every: Chosen
    has: Wanted
    where: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    empty: str = ""
    """Why it is not applicable when there is no subject."""
    missing: str = ""
    points_at: str = ""
    ask: str = ""
    """What a person is asked when there is no subject."""
    otherwise: tuple[Wanted, ...] = ()
    """Evidence that counts half where there is no subject."""


class NoHits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`none` SUBJECT: there should be none of it."""

    none: Wanted
    when: tuple[str, ...] = ()
    empty: str = ""


class AnyOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`any` of EVIDENCE."""

    any: tuple[Wanted, ...]
    missing: str
    """What to say when there is none of it."""
    points_at: str
    when: tuple[str, ...] = ()
    empty: str = ""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part of an `all`: evidence of a kind, or every subject having a property."""

    label: str
    any: tuple[Wanted, ...] = ()
    every: Chosen = ""
    has: Wanted = ""
    where: tuple[str, ...] = ()
    missing: str = ""
    points_at: str = ""
    """Where its finding stands, if elsewhere than those of the other parts."""


class AllOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`all` of PARTS."""

    all: tuple[Part, ...]
    points_at: str
    when: tuple[str, ...] = ()
    empty: str = ""


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`ask`: no repository shows it; a person attests it, at each place that `points_at` names."""

    ask: str
    any: tuple[Wanted, ...] = ()
    missing: str = ""
    points_at: str = ""
    when: tuple[str, ...] = ()
    empty: str = ""


Check: TypeAlias = Every | NoHits | AnyOf | AllOf | Ask


def judge(db: Database, check: Check) -> Verdict:
    """The verdict of a check on the tree in the database."""
    for words in check.when:
        if not v.CONDITIONS[words](db):
            return not_applicable(check.empty or f"not applicable: {words} does not hold here")
    match check:
        case Every():
            return _every(db, check)
        case NoHits():
            return _none(db, check)
        case AnyOf():
            return _any(db, check)
        case AllOf():
            return _all(db, check)
        case Ask():
            return _ask(db, check)


def not_applicable(note: str) -> Verdict:
    """A verdict that leaves the score, with its reason."""
    return Verdict(Status.NOT_APPLICABLE, note=note)


def _finding(place: Place, message: str, confidence: Confidence, sdk: str, weak: bool) -> Finding:
    """A finding; `fix` holds the SDK key until the words of the control are laid over it."""
    return Finding(
        path=place.path,
        line=place.line,
        end_line=max(place.end_line, place.line),
        message=message,
        confidence=confidence,
        fix=sdk,
        weak=weak,
    )


def _merged(findings: list[Finding]) -> tuple[Finding, ...]:
    """Findings in tree order, those of one place and message once."""
    seen: dict[tuple[str, int, str], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.path, finding.line, finding.message), finding)
    return tuple(sorted(seen.values(), key=lambda f: (f.weak, f.path, f.line)))


def _evidence(found: list[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(set(found), key=lambda e: (e.weak, e.path, e.line, e.message)))


class _Counted(msgspec.Struct):
    strong: int = 0
    weak: int = 0
    lacking: int = 0
    unseen: int = 0
    low: bool = False
    findings: list[Finding] = []
    evidence: list[Evidence] = []

    @property
    def seen(self) -> int:
        return self.strong + self.weak + self.lacking

    @property
    def status(self) -> Status:
        if self.strong == self.seen:
            return Status.DONE
        return Status.PARTIAL if self.strong or self.weak else Status.MISSING


def _count(db: Database, subject: Chosen, where: tuple[str, ...], has: Wanted) -> _Counted:
    counted = _Counted()
    for each in searching.subjects(db, subject):
        if not all(v.FILTERS[words](db, each) for words in where):
            continue
        held = searching.holding(db, each, has)
        confidence = min(held.confidence, each.confidence, key=_RANK.__getitem__)
        counted.evidence.extend(held.evidence)
        for aside in held.aside:
            gap = held.aside_message or held.message or "the same gap"
            said = f"{gap} (a branch that is off by default)"
            counted.findings.append(_finding(aside, said, Confidence.LOW, each.sdk, True))
        match held.strength:
            case Strength.STRONG:
                counted.strong += 1
                continue
            case Strength.WEAK:
                counted.weak += 1
            case Strength.LACKING:
                counted.lacking += 1
            case Strength.UNSEEN:
                counted.unseen += 1
                confidence = Confidence.LOW
        if held.strength is not Strength.UNSEEN and confidence is Confidence.LOW:
            counted.low = True
        for place in held.at or (each.place,):
            weak = held.strength in (Strength.WEAK, Strength.UNSEEN)
            counted.findings.append(_finding(place, _said(each, held), confidence, each.sdk, weak))
    return counted


_RANK = {Confidence.LOW: 0, Confidence.MEDIUM: 1, Confidence.HIGH: 2}


def _said(each: v.Subject, held: v.Holding) -> str:
    return held.message if held.at or not each.what else f"{each.what}: {held.message}"


def _every(db: Database, check: Every) -> Verdict:
    counted = _count(db, check.every, check.where, check.has)
    if not counted.seen:
        if counted.unseen:
            return Verdict(
                Status.NOT_APPLICABLE,
                findings=_merged(counted.findings),
                confidence=Confidence.LOW,
                note=f"{counted.unseen} of them could not be followed, so nothing is counted",
            )
        if check.ask:
            return _ask(db, Ask(check.ask, any=check.otherwise))
        return not_applicable(check.empty or _no_subject(check.every))
    findings = counted.findings
    if counted.status is Status.MISSING and check.points_at:
        findings = [
            _finding(p, check.missing, Confidence.HIGH, "", False) for p in v.PLACES[check.points_at](db)
        ] or findings
    return Verdict(
        counted.status,
        findings=_merged(findings),
        evidence=_evidence(counted.evidence),
        coverage=(counted.strong, counted.seen),
        confidence=Confidence.LOW if counted.low or counted.unseen >= counted.seen else Confidence.HIGH,
        note=f"{counted.unseen} more could not be followed" if counted.unseen else "",
    )


def _no_subject(every: Chosen) -> str:
    return searching.nothing_chosen(every) if isinstance(every, Files) else f"there is no {every} here"


def _none(db: Database, check: NoHits) -> Verdict:
    note = ""
    if isinstance(check.none, Search):
        if not searching.chosen(db, check.none.files):
            return not_applicable(check.empty or searching.nothing_chosen(check.none.files))
        note = searching.told(db, check.none)
    hits = searching.hits(db, check.none)
    strong = [h for h in hits if not h.weak]
    status = Status.MISSING if strong else Status.PARTIAL if hits else Status.DONE
    return Verdict(
        status,
        findings=_merged([_finding(h.place, h.message, h.confidence, h.sdk, h.weak) for h in hits]),
        confidence=Confidence.LOW
        if strong and all(h.confidence is Confidence.LOW for h in strong)
        else Confidence.HIGH,
        note=note,
    )


def _supports(db: Database, names: tuple[Wanted, ...]) -> list[v.Support]:
    found = (s for words in names for s in searching.supports(db, words))
    return [s for s in found if s.strength is not Strength.LACKING]


def _shown(supports: list[v.Support]) -> list[Evidence]:
    return [
        Evidence(s.place.path, s.place.line, s.message, weak=s.strength is not Strength.STRONG)
        for s in supports
    ]


def _any(db: Database, check: AnyOf) -> Verdict:
    found = _supports(db, check.any)
    strong = any(s.strength is Strength.STRONG for s in found)
    evidence = _evidence(_shown(found))
    if strong:
        return Verdict(Status.DONE, evidence=evidence)
    findings = [
        _finding(place, s.gap or s.message, s.confidence, "", True)
        for s in found
        if s.strength is Strength.WEAK
        for place in s.at or (s.place,)
    ] or [_finding(p, check.missing, Confidence.HIGH, "", False) for p in v.PLACES[check.points_at](db)]
    status = Status.PARTIAL if found else Status.MISSING
    note = " ".join(searching.told(db, words) for words in check.any if isinstance(words, Search))
    return Verdict(status, findings=_merged(findings), evidence=evidence, note=note)


def _part(db: Database, part: Part) -> _Counted | None:
    """What one part found; None when its set of subjects is empty."""
    if part.every:
        counted = _count(db, part.every, part.where, part.has)
        return counted if counted.seen else None
    found = _supports(db, part.any)
    counted = _Counted(evidence=_shown(found))
    if any(s.strength is Strength.STRONG for s in found):
        counted.strong = 1
    elif found:
        counted.weak = 1
        counted.findings = [
            _finding(s.place, f"{part.label}: {s.message}", s.confidence, "", True) for s in found
        ]
    else:
        counted.lacking = 1
    return counted


def _all(db: Database, check: AllOf) -> Verdict:
    parts = [(part, counted) for part in check.all if (counted := _part(db, part)) is not None]
    if not parts:
        return not_applicable(check.empty or "none of its parts has anything to look at")
    findings: list[Finding] = []
    for part, counted in parts:
        findings.extend(counted.findings)
        if counted.status is Status.MISSING and not counted.findings:
            message = f"{part.label}: {part.missing or 'not found'}"
            places = v.PLACES[part.points_at or check.points_at](db)
            findings.extend(_finding(p, message, Confidence.HIGH, "", False) for p in places)
    statuses = [counted.status for _, counted in parts]
    if all(s is Status.DONE for s in statuses):
        status = Status.DONE
    else:
        held = any(s is not Status.MISSING for s in statuses)
        status = Status.PARTIAL if held else Status.MISSING
    return Verdict(
        status,
        findings=_merged(findings),
        evidence=_evidence([e for _, counted in parts for e in counted.evidence]),
        coverage=(sum(s is Status.DONE for s in statuses), len(statuses)),
    )


def _ask(db: Database, check: Ask) -> Verdict:
    found = _supports(db, check.any)
    evidence = _evidence(_shown(found))
    if any(s.strength is Strength.STRONG for s in found):
        return Verdict(Status.DONE, evidence=evidence)
    places = v.PLACES[check.points_at](db) if check.points_at else ()
    message = found[0].message if found else check.missing
    findings = _merged([_finding(p, message, Confidence.HIGH, "", bool(found)) for p in places])
    if found:
        return Verdict(Status.PARTIAL, findings=findings, evidence=evidence)
    return Verdict(Status.ASK, findings=findings, note=check.ask)
