"""Rows of the control list, computed from a scorecard and what the user chose to see. No screen here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from shipsmith_controls.scorecard import ControlResult, Finding, Severity, Status
from shipsmith_controls.since import Since

from shipsmith_widgets.filtering import Filter
from shipsmith_widgets.marks import is_failing, is_to_do
from shipsmith_widgets.ordering import Order, group_of, rank

FIRST_FINDINGS = 3
"""So many findings of a critical control are shown before it is opened."""


class Kind(Enum):
    """What a row stands for."""

    CONTROL = "control"
    FINDING = "finding"
    MORE = "more"


class Fate(Enum):
    """Why a row that has left the list is still shown."""

    NONE = ""
    FIXED = "fixed"
    ACKNOWLEDGED = "acknowledged"
    GONE = "gone"


@dataclass(frozen=True)
class Row:
    """A line of the list. `key` is its identity; `count` the findings behind a MORE row.

    `new` came with the last change, `since_base` with the branch; `was` is the status of a control at
    the base, where it is another one now and the list is narrowed to such changes;
    `place` is the finding that it is narrowed to first. `covered`: its control is acknowledged as a
    whole. `group` is the group that begins with this row, in an order that makes groups; `lapsed` why
    an acknowledgement no longer covers the control.
    """

    key: str
    kind: Kind
    control: ControlResult
    finding: Finding | None = None
    acknowledged: bool = False
    new: bool = False
    count: int = 0
    fate: Fate = Fate.NONE
    since_base: bool = False
    was: Status | None = None
    place: Finding | None = None
    covered: bool = False
    group: str = ""
    lapsed: str = ""


@dataclass(frozen=True)
class Acknowledged:
    """What acknowledgements cover today: controls as a whole and fingerprints of findings.

    `lapsed` says, by control, why an acknowledgement no longer covers it: "expired" or "worsened".
    """

    controls: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    lapsed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fresh:
    """What the last change brought: ids of controls and keys of findings."""

    controls: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()


@dataclass(frozen=True)
class View:
    """What the user chose to see. `opened` overrides whether a control shows all its findings.

    `since_base` narrows the list to what is new or fixed since the base.
    """

    dimension: str | None = None
    filter: Filter = field(default_factory=Filter)
    everything: bool = False
    show_acknowledged: bool = False
    since_base: bool = False
    opened: Mapping[str, bool] = field(default_factory=dict)
    order: Order = Order.SEVERITY


NOTHING_SINCE = Since()
"""What changed since a base while none is known."""


def finding_keys(control: ControlResult) -> tuple[str, ...]:
    """Identities of a control's findings, by fingerprint where there is one; all different."""
    seen: dict[str, int] = {}
    keys: list[str] = []
    for finding in control.verdict.findings:
        name = finding.fingerprint or f"{finding.path}:{finding.message}"
        seen[name] = seen.get(name, 0) + 1
        keys.append(f"{control.id}/{name}/{seen[name]}")
    return tuple(keys)


def list_rows(
    controls: Sequence[ControlResult],
    view: View,
    acknowledged: Acknowledged,
    fresh: Fresh,
    since: Since = NOTHING_SINCE,
) -> tuple[Row, ...]:
    """The rows to show, worst first: failing, then waiting, then the rest when asked for."""
    listed = (c for c in controls if _shows(c, view, acknowledged, since))
    rows: list[Row] = []
    group = ""
    for control in sorted(listed, key=rank(view.order, acknowledged.findings)):
        first, *others = _rows_of(control, view, acknowledged, fresh, since)
        here = group_of(control, view.order)
        rows += [replace(first, group=here if here != group else ""), *others]
        group = here
    return tuple(rows)


def count_failing(controls: Sequence[ControlResult], dimension: str | None = None) -> tuple[int, int]:
    """How many controls fail, and of how many that are judged (done, partial or missing)."""
    judged = [
        c.verdict.status
        for c in controls
        if dimension in (None, c.dimension)
        and (is_failing(c.verdict.status) or c.verdict.status is Status.DONE)
    ]
    return sum(map(is_failing, judged)), len(judged)


def weave(new: Sequence[Row], old: Sequence[Row], held: Collection[str]) -> tuple[Row, ...]:
    """`new` rows with those `held` rows of `old` that are no longer among them, where they stood.

    A held row follows what it followed; a held control never parts another from its findings.
    """
    rows = list(new)
    present = {row.key for row in rows}
    for number, row in enumerate(old):
        if row.key in present or row.key not in held:
            continue
        before = next((r.key for r in reversed(old[:number]) if r.key in present), None)
        at = 0 if before is None else next(i for i, r in enumerate(rows) if r.key == before) + 1
        if row.kind is Kind.CONTROL:
            while 0 < at < len(rows) and rows[at].kind is not Kind.CONTROL:
                at += 1
        rows.insert(at, row)
        present.add(row.key)
    return tuple(rows)


def fate_of(row: Row, now: ControlResult | None, acknowledged: Acknowledged) -> Fate:
    """Why a row left the list, given its control as it is now."""
    if now is None:
        return Fate.GONE
    if row.finding is not None and row.finding.fingerprint in acknowledged.findings:
        return Fate.ACKNOWLEDGED
    if now.id in acknowledged.controls:
        return Fate.ACKNOWLEDGED
    if now.verdict.status is Status.DONE or (row.finding is not None and is_failing(now.verdict.status)):
        return Fate.FIXED
    return Fate.GONE


def held_row(row: Row, now: ControlResult | None, acknowledged: Acknowledged) -> Row:
    """A row as it is shown after it left the list."""
    held = replace(row, fate=fate_of(row, now, acknowledged), new=False, group="", lapsed="")
    if row.finding is None or now is None:
        return held
    return replace(held, control=now, covered=now.id in acknowledged.controls)


def _shows(control: ControlResult, view: View, acknowledged: Acknowledged, since: Since) -> bool:
    if view.dimension not in (None, control.dimension):
        return False
    if control.id in acknowledged.controls and not view.show_acknowledged:
        return False
    if view.since_base and not since.touches(control):
        return False
    if view.filter:
        return view.filter.keeps(control)
    return view.everything or view.since_base or is_to_do(control.verdict.status)


def _rows_of(
    control: ControlResult, view: View, acknowledged: Acknowledged, fresh: Fresh, since: Since
) -> list[Row]:
    covered = control.id in acknowledged.controls
    was = since.was.get(control.id)
    findings = _findings_of(control, view, acknowledged, fresh, since)
    rows = [
        Row(
            control.id,
            Kind.CONTROL,
            control,
            acknowledged=covered,
            covered=covered,
            lapsed="" if covered else acknowledged.lapsed.get(control.id, ""),
            new=control.id in fresh.controls,
            fate=_fate_since(control, was) if view.since_base else Fate.NONE,
            since_base=was is not None and is_failing(control.verdict.status) and not is_failing(was),
            was=was if view.since_base else None,
            place=findings[0].finding if findings and view.since_base else None,
        )
    ]
    most = _shown_at_first(control, view, findings, covered=covered)
    if len(findings) == most + 1 and most:
        most += 1
    rows += findings[:most]
    if most and len(findings) > most:
        rows.append(Row(f"{control.id}/…", Kind.MORE, control, count=len(findings) - most))
    return rows


def _shown_at_first(control: ControlResult, view: View, findings: list[Row], *, covered: bool) -> int:
    """How many of these rows of a control stand beneath it."""
    opened = view.opened.get(control.id)
    if opened is not None:
        return len(findings) if opened else 0
    if view.since_base:
        return FIRST_FINDINGS
    if view.filter and len(findings) < len(control.verdict.findings):
        return len(findings)
    urgent = control.severity is Severity.CRITICAL and control.verdict.status is Status.MISSING
    return FIRST_FINDINGS if urgent and not covered else 0


def _findings_of(
    control: ControlResult, view: View, acknowledged: Acknowledged, fresh: Fresh, since: Since
) -> list[Row]:
    covered = control.id in acknowledged.controls
    kept = set(map(id, view.filter.findings(control)))
    rows = []
    for key, finding in zip(finding_keys(control), control.verdict.findings, strict=True):
        is_covered = covered or finding.fingerprint in acknowledged.findings
        is_new = finding.fingerprint in since.new
        if id(finding) not in kept or (is_covered and not view.show_acknowledged):
            continue
        if is_new or not view.since_base:
            new = key in fresh.findings
            row = Row(key, Kind.FINDING, control, finding, is_covered, new, since_base=is_new)
            rows.append(replace(row, covered=covered))
    if view.since_base:
        gone = since.fixed.get(control.id, ())
        keys = (f"{control.id}/{finding.fingerprint}/1" for finding in gone)
        rows += [
            Row(key, Kind.FINDING, control, finding, fate=Fate.FIXED)
            for key, finding in zip(keys, gone, strict=False)
            if view.filter.keeps_place(control, finding)
        ]
    return rows


def _fate_since(control: ControlResult, was: Status | None) -> Fate:
    """Why a control is listed that failed at the base and does not now."""
    if was is None or not is_failing(was) or is_to_do(control.verdict.status):
        return Fate.NONE
    return Fate.FIXED if control.verdict.status is Status.DONE else Fate.GONE
