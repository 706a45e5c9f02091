"""What changed since a base, for a pipe: lines of text, and the `since` of the JSON form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from shipsmith_controls.scorecard import ControlResult, Finding, Scorecard, Status
from shipsmith_controls.since import ALL, Since
from shipsmith_controls.standing import View
from shipsmith_widgets.showing import show

_FAILING = (Status.PARTIAL, Status.MISSING)
_SHORT = 9
"""Characters of a commit's id that are shown."""
_MOST = 12
"""Findings that are listed of those that are new, and of those that are fixed."""


class Compared(msgspec.Struct, frozen=True):
    """A base (full commit id) under the name it goes by, and what changed since."""

    name: str
    commit: str
    note: str
    since: Since


def open_new(card: Scorecard, view: View, since: Since) -> list[tuple[ControlResult, Finding | None]]:
    """What fails only since the base and nobody acknowledged: findings, and controls without any."""
    newly = since.newly_failing(card)
    found: list[tuple[ControlResult, Finding | None]] = []
    for control in card.controls:
        verdict = control.verdict
        if verdict.status not in _FAILING or not view.state(control.id).to_do:
            continue
        if not verdict.findings and control.id in newly:
            found.append((control, None))
        for finding in verdict.findings:
            if finding.fingerprint in since.new and not view.covers(control.id, finding):
                found.append((control, finding))
    return found


def text_lines(card: Scorecard, view: View, compared: Compared) -> Iterator[str]:
    """The base, and the findings that are new and fixed; lines may be long."""
    since = compared.since
    change = since.change.get(ALL, 0)
    points = f"{'▲' if change > 0 else '▼'}{abs(change)}" if change else "no point won or lost"
    counts = (
        f"{since.count_new(card):,} new, {since.count_fixed(card):,} fixed, {since.inherited:,} inherited"
    )
    yield f"{points} since {show(compared.name)} ({compared.commit[:_SHORT]}): {counts}"
    if compared.note:
        yield show(compared.note)
    fresh = [f"  ✗ {_line(control, finding)}" for control, finding in open_new(card, view, since)]
    yield from _some(f"New since {show(compared.name)}", fresh)
    controls = {control.id: control for control in card.controls}
    bare = since.fixed_controls(card) - since.fixed.keys()
    gone = [f"  ✔ {_line(controls[i], finding)}" for i, found in since.fixed.items() for finding in found]
    gone += [f"  ✔ {_line(controls[i], None)}" for i in sorted(bare)]
    yield from _some(f"Fixed since {show(compared.name)}", gone)


def document(card: Scorecard, view: View, compared: Compared) -> dict[str, Any]:
    """The base and what changed since, as documented in the README."""
    since = compared.since
    controls = {control.id: control for control in card.controls}
    return {
        "base": compared.name,
        "commit": compared.commit,
        "change": dict(sorted(since.change.items())),
        "new": [
            {**_finding(control.id, finding), "acknowledged": view.covers(control.id, finding)}
            for control in card.controls
            for finding in control.verdict.findings
            if finding.fingerprint in since.new
        ],
        "fixed": [_finding(i, finding) for i, found in since.fixed.items() for finding in found],
        "inherited": since.inherited,
        "controls": [
            {"id": i, "was": was.value, "is": controls[i].verdict.status.value}
            for i, was in since.was.items()
        ],
    }


def _some(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from lines[:_MOST]
        if len(lines) > _MOST:
            yield f"  … and {len(lines) - _MOST:,} more, all in --format json"


def _line(control: ControlResult, finding: Finding | None) -> str:
    if finding is None:
        return f"{control.id}  {show(control.title)}"
    return f"{control.id}  {show(finding.path)}:{finding.line}  {show(finding.message)}"


def _finding(control: str, finding: Finding) -> dict[str, Any]:
    return {
        "control": control,
        "path": finding.path,
        "line": finding.line,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
    }
