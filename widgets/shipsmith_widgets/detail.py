"""The detail of the chosen row: why it matters, where it is, how to fix it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shipsmith_controls.scorecard import Confidence, ControlResult, Finding, Status
from textual import events
from textual.content import Content
from textual.geometry import Size

from shipsmith_widgets.lines import Lines
from shipsmith_widgets.marks import (
    ACKNOWLEDGED,
    SEVERITY_STYLES,
    SEVERITY_WORDS,
    STATUS_MARKS,
    is_failing,
)
from shipsmith_widgets.painting import EMPTY, Part, content, spread, wrapped
from shipsmith_widgets.row_painting import mark_of, short_path
from shipsmith_widgets.rows import Fate, Kind, Row
from shipsmith_widgets.showing import Shown, show
from shipsmith_widgets.source import SNIPPET_BAR, Source, snippet_lines, source_lines

LABEL = "bold $label"
QUIET = "$text-muted"
MOST_EVIDENCE = 12
_FULL_HEIGHT = 22
_TIGHT_HEIGHT = 14


@dataclass(frozen=True)
class Subject:
    """What the pane tells of. `notes` are sentences of the ledger about it."""

    row: Row
    source: Source | None = None
    notes: tuple[str, ...] = ()


def place_of(row: Row) -> Finding | None:
    """The finding that a row stands for: its own, or the first of its control."""
    if row.finding is not None or row.place is not None:
        return row.finding or row.place
    return next(iter(row.control.verdict.findings), None)


def detail_lines(subject: Subject, width: int, height: int) -> list[Content]:
    """Everything about a row, as lines of at most `width` cells; what to do now comes first."""
    if height < _TIGHT_HEIGHT:
        return _tight_lines(subject, width, 1 if height < 8 else 2)
    row = subject.row
    control = row.control
    roomy = height >= _FULL_HEIGHT
    around = max(1, min(6, (height - 8) // 5))
    finding = place_of(row)
    lines = _heading(row, width)
    if row.kind is Kind.FINDING or not roomy:
        lines += _place(finding, subject.source, around, width)
        lines += _fix(control, finding, width)
        lines += _paragraph("Why", control.why, width)
    else:
        lines += [EMPTY, *wrapped(show(control.why, 2000), width)] if control.why else []
        lines += _standing(subject, width)
        lines += _place(finding, subject.source, around, width)
        lines += _fix(control, finding, width)
    if row.kind is Kind.FINDING or not roomy:
        lines += _standing(subject, width)
    lines += _paragraph("Asked", control.question, width)
    lines += _evidence(control, width)
    if control.verdict.status is not Status.NOT_BUILT:
        lines += _paragraph("Looked for", control.looked_for, width)
    lines += _paragraph("See", " · ".join(control.refs), width)
    return lines


def _tight_lines(subject: Subject, width: int, around: int) -> list[Content]:
    """The same in few lines: the place, the fix, and the rest below without gaps.

    What the heading says stands in the frame.
    """
    row, finding = subject.row, place_of(subject.row)
    lines: list[Content] = []
    if finding is not None and subject.source is not None and subject.source.lines:
        end = max(finding.line, finding.end_line)
        lines = source_lines(subject.source, finding.line, end, around, width, most=2)[: 3 + around]
    fix = _fix(row.control, finding, width)
    snippet = [line for line in fix if line.plain.startswith(SNIPPET_BAR)]
    lines += [*snippet, *(line for line in fix[2:] if line not in snippet)]
    lines += _standing(subject, width)
    lines += _place(finding, None, 1, width)
    lines += _paragraph("Why", row.control.why, width)
    lines += _paragraph("Asked", row.control.question, width)
    lines += _evidence(row.control, width)
    return [line for line in lines if line]


def _heading(row: Row, width: int) -> list[Content]:
    head = heading(row).truncate(width, ellipsis=True)
    return [head, *wrapped(show(row.control.title), width, "bold")]


def heading(row: Row) -> Content:
    """Id, severity, status and coverage of a row."""
    control, verdict = row.control, row.control.verdict
    mark = mark_of(row)
    alone = row.kind is Kind.FINDING and (row.acknowledged or row.fate is not Fate.NONE)
    if alone:
        mark = ACKNOWLEDGED if row.covered else STATUS_MARKS[verdict.status]
    parts: list[Part] = [
        (show(control.id), "bold"),
        (Shown(" · "), QUIET),
        (SEVERITY_WORDS[control.severity], SEVERITY_STYLES[control.severity]),
        (Shown(" · "), QUIET),
        (mark.glyph, mark.style),
        Shown(" "),
        (mark.word, mark.style),
    ]
    if alone and not row.covered:
        place = mark_of(row)
        parts += [(Shown(" · "), QUIET), (place.glyph, place.style), (Shown(" this place"), place.style)]
    elif verdict.coverage is not None:
        held, of = verdict.coverage
        parts.append((show(f" · {held} of {of} hold"), QUIET))
    if verdict.confidence is Confidence.LOW:
        parts.append((Shown(" · low?"), "$status-low italic"))
    return content(*parts)


def _place(finding: Finding | None, source: Source | None, around: int, width: int) -> list[Content]:
    if finding is None:
        return []
    path = short_path(finding.path, max(width - len(str(finding.line)) - 1, 8))
    lines = [EMPTY, content((path, "bold $place"), (show(f":{finding.line}"), "$place-line"))]
    if finding.message:
        lines += wrapped(show(finding.message, 600), width)
    if finding.confidence is Confidence.LOW:
        lines += wrapped(
            Shown("Low confidence: not everything could be followed from here. Check it yourself."),
            width,
            "$status-low italic",
        )
    if source is not None and source.lines:
        end = max(finding.line, finding.end_line)
        lines += [EMPTY, *source_lines(source, finding.line, end, around, width)]
    return lines


def _fix(control: ControlResult, finding: Finding | None, width: int) -> list[Content]:
    if not is_failing(control.verdict.status):
        return []
    lines = [EMPTY, content((Shown("Fix"), LABEL)), *wrapped(show(control.fix, 2000), width)]
    if finding is not None and finding.fix:
        lines += [EMPTY, *snippet_lines(finding.fix, finding.path, width)]
    return lines if control.fix or len(lines) > 3 else []


def _standing(subject: Subject, width: int) -> list[Content]:
    """What is to be known of the verdict itself: its note, its doubts, the ledger."""
    verdict = subject.row.control.verdict
    lines: list[Content] = []
    if subject.row.fate is Fate.FIXED:
        lines += [EMPTY, *wrapped(Shown("Fixed by the last change."), width, "$status-done")]
    if verdict.status is Status.NOT_BUILT:
        sentence = Shown("This control is not built yet: it is not judged, and it is not in the score.")
        lines += [EMPTY, *wrapped(sentence, width, "$status-ask")]
    if verdict.status is Status.ASK:
        sentence = Shown(
            "No repository shows this: a person attests it with a link and a date: "
            "v, or [[attested]] in shipsmith.toml."
        )
        lines += [EMPTY, *wrapped(sentence, width, "$status-ask")]
    if verdict.note:
        lines += [EMPTY, *wrapped(show(verdict.note, 2000), width, "italic")]
    if verdict.confidence is Confidence.LOW and verdict.status is not Status.NOT_APPLICABLE:
        sentence = Shown("Low confidence: the verdict rests on signs, not on what the code must do.")
        lines += [EMPTY, *wrapped(sentence, width, "$status-low italic")]
    for note in subject.notes:
        lines += [EMPTY, *wrapped(show(note, 600), width, "$status-acknowledged")]
    return lines


def _paragraph(label: str, text: str, width: int) -> list[Content]:
    if not text:
        return []
    return [EMPTY, content((show(label), LABEL)), *wrapped(show(text, 2000), width)]


def _evidence(control: ControlResult, width: int) -> list[Content]:
    evidence = control.verdict.evidence
    if not evidence:
        return []
    lines = [EMPTY, content((Shown("Evidence"), LABEL))]
    for item in evidence[:MOST_EVIDENCE]:
        line = show(f":{item.line}")
        path = short_path(item.path, max(12, width * 6 // 10 - len(line)))
        weak = content((Shown("weak"), "$status-low italic")) if item.weak else EMPTY
        text = content((path, "$place"), (line, "$place-line"), Shown("  "), (show(item.message), QUIET))
        lines.append(spread(text, weak, width))
    if len(evidence) > MOST_EVIDENCE:
        lines.append(content((show(f"… {len(evidence) - MOST_EVIDENCE} more"), QUIET)))
    return lines


class DetailPane(Lines):
    """Lines about the chosen row; the keys that move elsewhere scroll here."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._subject: Subject | None = None
        self._notice: tuple[Content, ...] = ()
        self._lines: list[Content] = []
        self._drawn_at = Size(0, 0)

    @property
    def shows_cursor(self) -> bool:
        """Nothing is chosen here."""
        return False

    def tell(self, subject: Subject | None) -> None:
        """Tell of a row. The same row again keeps what was scrolled to."""
        before = self._subject.row.key if self._subject else None
        self._subject = subject
        self._fill()
        if subject is None or subject.row.key != before:
            self.viewport.reset()
        self.redraw()

    def say(self, lines: Sequence[Content]) -> None:
        """What stands here while no row is told of."""
        self._notice = tuple(lines)
        if self._subject is None:
            self._fill()
            self.redraw()

    def line(self, key: str, width: int) -> Content:
        """A line of the detail."""
        return self._lines[int(key)]

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew for another size."""
        if self._drawn_at != self.size:
            self._fill()
        super().on_resize(event)

    def action_move(self, by: int) -> None:
        """Scroll; nothing is chosen here."""
        self.viewport.scroll(by)
        self.refresh()

    def _fill(self) -> None:
        self._drawn_at = self.size
        width = max(self.size.width - 1, 1)
        name = content(Shown("Detail"))
        if self._subject is not None:
            row = self._subject.row
            tight = self.size.height < _TIGHT_HEIGHT
            name = heading(row) if tight else content(show(row.control.id))
        self.border_title = content((Shown("3"), "$key"), Shown(" "), name)
        if self._subject is not None:
            self._lines = detail_lines(self._subject, width, self.size.height)
        else:
            self._lines = [
                line for part in self._notice for line in (part.wrap(width) if part else [EMPTY])
            ]
        self.viewport.replace([str(number) for number in range(len(self._lines))])
