"""How a row of the control list looks, at any width."""

from __future__ import annotations

from shipsmith_controls.scorecard import Confidence, Severity, Status
from textual.content import Content

from shipsmith_widgets.marks import (
    ACKNOWLEDGED,
    FIXED,
    GONE,
    SEVERITY_STYLES,
    STATUS_MARKS,
    Mark,
    is_failing,
)
from shipsmith_widgets.painting import Part, content, spread
from shipsmith_widgets.rows import Fate, Kind, Row
from shipsmith_widgets.showing import Shown, show

QUIET = "$text-muted"
NARROW = 48
LETTERED = 36
_FATES = {Fate.FIXED: FIXED, Fate.ACKNOWLEDGED: ACKNOWLEDGED, Fate.GONE: GONE}


def draw_row(row: Row, width: int) -> Content:
    """A row as one line of `width` cells."""
    if row.kind is Kind.CONTROL:
        return _control(row, width)
    if row.kind is Kind.MORE:
        indent = Shown("  " if width < LETTERED else "    " if width < NARROW else "       ")
        return content(indent, (show(f"… {row.count} more"), QUIET))
    return _finding(row, width)


def mark_of(row: Row) -> Mark:
    """Glyph, letter and colour of a row."""
    if row.fate is not Fate.NONE:
        return _FATES[row.fate]
    return ACKNOWLEDGED if row.acknowledged else STATUS_MARKS[row.control.verdict.status]


def short_path(path: str, width: int) -> Shown:
    """A path of at most `width` characters: folders in the middle give way first."""
    shown = show(path, 400)
    if len(shown) <= width:
        return shown
    first, *middle, last = shown.split("/") if "/" in shown else ["", shown]
    while middle:
        middle.pop(0)
        short = "/".join(part for part in (first, "…", *middle, last) if part)
        if len(short) <= width:
            return Shown(short)
    short = f"…/{last}" if first else last
    return Shown(short if len(short) <= width else "…" + short[len(short) - width + 1 :])


def _control(row: Row, width: int) -> Content:
    control = row.control
    mark = mark_of(row)
    over = row.fate is not Fate.NONE
    quiet = over or row.acknowledged or not _is_open(control.verdict.status)
    critical = control.severity is Severity.CRITICAL and not quiet
    narrow = width < NARROW
    left: list[Part] = [(mark.glyph, mark.style), Shown(" ")]
    if width >= LETTERED:
        left += [(mark.letter, mark.style), Shown(" ")]
    left += [(Shown("!" if critical else " "), "bold $status-missing")]
    if over:
        left += [(mark.word, mark.style), Shown(" ")]
    severity = QUIET if quiet else SEVERITY_STYLES[control.severity]
    title = QUIET if quiet else ("bold" if critical else "")
    left += [(show(control.id), severity), Shown(" " if narrow else "  "), (show(control.title), title)]
    return spread(content(*left), _control_end(row, width), width)


def _control_end(row: Row, width: int) -> Content:
    verdict = row.control.verdict
    parts: list[Part] = []
    if row.fate is not Fate.NONE:
        return content()
    if row.group and width >= NARROW:
        parts.append((Shown(f"{short_path(row.group, width // 3)} "), "$place"))
    if row.lapsed:
        parts.append((show(f"ack {row.lapsed} "), "$status-acknowledged"))
    if row.new or row.since_base:
        parts.append((Shown("new "), "bold $status-new" if row.new else "$status-new"))
    elif row.was is not None and is_failing(row.was):
        parts.append((Shown(f"was {STATUS_MARKS[row.was].word} "), QUIET))
    if verdict.confidence is Confidence.LOW and verdict.status is not Status.NOT_APPLICABLE:
        parts.append((Shown("low? "), "$status-low italic"))
    if row.acknowledged:
        parts.append((Shown("ack"), "$status-acknowledged"))
    elif verdict.status is Status.ASK:
        parts.append((Shown("ask"), "$status-ask"))
    elif verdict.status is Status.NOT_BUILT:
        parts.append((Shown("not built"), QUIET))
    elif verdict.status in (Status.NOT_APPLICABLE, Status.OFF):
        parts.append((STATUS_MARKS[verdict.status].word, QUIET))
    elif verdict.coverage is not None:
        held, of = verdict.coverage
        parts.append((show(f"{held}/{of}"), STATUS_MARKS[verdict.status].style))
    elif is_failing(verdict.status) and verdict.findings:
        parts.append((show(str(len(verdict.findings))), STATUS_MARKS[verdict.status].style))
    return content(*parts)


def _finding(row: Row, width: int) -> Content:
    finding = row.finding
    assert finding is not None  # noqa: S101 - rows of this kind have one
    narrow = width < NARROW
    indent = "  " if width < LETTERED else "    " if narrow else "       "
    over = row.fate is not Fate.NONE or row.acknowledged
    end = _finding_end(row)
    place = f":{finding.line}"
    room = max(8, (width - len(indent) - len(place) - end.cell_length - 2) * (9 if narrow else 6) // 10)
    path = short_path(finding.path, room)
    parts: list[Part] = [Shown(indent)]
    if over:
        mark = mark_of(row)
        parts = [Shown(indent[:-2]), (mark.glyph, mark.style), Shown(" ")]
    parts += [(path, QUIET if over else "$place"), (show(place), QUIET if over else "$place-line")]
    if not narrow:
        parts += [Shown("  "), (show(finding.message, 200), QUIET)]
    return spread(content(*parts), end, width)


def _finding_end(row: Row) -> Content:
    if row.fate is not Fate.NONE:
        return content((_FATES[row.fate].word, QUIET))
    parts: list[Part] = []
    if row.finding is not None and row.finding.confidence is Confidence.LOW:
        parts.append((Shown("low?"), "$status-low italic"))
    if row.new or row.since_base:
        style = "bold $status-new" if row.new else "$status-new"
        parts.append((Shown(" new" if parts else "new"), style))
    if row.acknowledged:
        parts.append((Shown(" ack" if parts else "ack"), "$status-acknowledged"))
    return content(*parts)


def _is_open(status: Status) -> bool:
    return is_failing(status) or status is Status.ASK
