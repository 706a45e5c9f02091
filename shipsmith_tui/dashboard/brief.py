"""The brief on a gap: what whoever fixes it, a person or a coding agent, needs to know, as plain text."""

from __future__ import annotations

from shipsmith_controls.scorecard import ControlResult
from shipsmith_widgets.detail import place_of
from shipsmith_widgets.rows import Row
from shipsmith_widgets.showing import show_lines
from shipsmith_widgets.source import Source

MOST_PLACES = 20
AROUND = 6
"""Lines of code above and below the place that is shown."""


def brief(row: Row, source: Source | None = None) -> str:
    """The gap and its places, the code at the first, what was seen, how to fix it, how to verify it."""
    control = row.control
    findings = (row.finding,) if row.finding else control.verdict.findings
    parts = [f"{control.id} ({control.severity}): {control.title}", control.why]
    parts += [f"- {f.path}:{f.line} {f.message}" for f in findings[:MOST_PLACES]]
    if len(findings) > MOST_PLACES:
        parts.append(f"- and {len(findings) - MOST_PLACES} more")
    parts.append(_code(row, source))
    parts += [f"Seen: {e.path}:{e.line} {e.message}" for e in control.verdict.evidence[:MOST_PLACES]]
    parts += [control.verdict.note, f"Fix: {control.fix}" if control.fix else ""]
    parts += list(dict.fromkeys(f.fix for f in findings if f.fix))
    parts += [f"Done when: {control.question}", f"To verify: {_verify(control, row)}"]
    return "\n".join(line for part in parts if part for line in show_lines(part, 1000))


def _code(row: Row, source: Source | None) -> str:
    place = place_of(row)
    if place is None or source is None or not source.lines:
        return ""
    first = max(source.first_line, place.line - AROUND)
    last = max(place.line, place.end_line) + AROUND
    lines = source.lines[first - source.first_line : last - source.first_line + 1]
    numbered = [f"{first + n:>5}  {line}" for n, line in enumerate(lines)]
    return "\n".join([f"Code, {place.path}:{place.line}:", *numbered])


def _verify(control: ControlResult, row: Row) -> str:
    leaves = (
        f"{row.finding.path}:{row.finding.line} is no longer listed" if row.finding else "it says done"
    )
    looked = f" It looks for: {control.looked_for}." if control.looked_for else ""
    return f"run `shipsmith scan --format json` and see that {leaves} under {control.id}.{looked}"
