"""A scorecard for a pipe: as text that reads well at 80 columns, and as JSON with a fixed schema."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

import click
from shipsmith_controls.scorecard import (
    Confidence,
    ControlResult,
    DimensionScore,
    Finding,
    Scorecard,
    Severity,
    Status,
)
from shipsmith_controls.standing import State, View
from shipsmith_widgets.showing import show

from shipsmith_tui import tree_report, workflow_report
from shipsmith_tui.since_report import Compared, document, text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = 1
"""Version of the JSON form; it changes when a key changes its meaning or goes away."""

_BAR_CELLS = 20
_MOST_FINDINGS = 8
_MOST_SKIPPED = 10
_GLYPHS = {Status.MISSING: "✗", Status.PARTIAL: "◐"}
_COLOURS = {Status.MISSING: "red", Status.PARTIAL: "yellow"}


def failing(card: Scorecard, view: View) -> list[ControlResult]:
    """The controls on the to-do list because a gap was found, worst first."""
    severities = list(Severity)
    todo = [c for c in card.controls if c.verdict.status in _GLYPHS and view.state(c.id).to_do]
    return sorted(
        todo,
        key=lambda c: (severities.index(c.severity), c.verdict.status is not Status.MISSING, c.id),
    )


def fix_of(control: ControlResult) -> str:
    """The hint for the SDK at the first finding that has one, else the control's general hint."""
    return next((f.fix for f in control.verdict.findings if f.fix), control.fix)


def nothing_to_judge(card: Scorecard) -> str:
    """Why a scorecard has no score, as a sentence."""
    if "llm" in card.traits:
        return "Models are called here, but no control applies, so there is nothing to judge."
    return "No AI workflow found: no call to a model was seen, so there is nothing to judge."


def as_text(
    card: Scorecard,
    view: View,
    compared: Compared | None = None,
    *,
    width: int = 80,
    colour: bool = False,
) -> str:
    """The scorecard as plain text, with what changed since a base; ends with a newline."""
    lines = list(_Text(card, view, compared, width, colour).lines())
    return "\n".join(line.rstrip() for line in lines) + "\n"


class _Text:
    """One report being written; texts from the tree pass `show` on their way into a line."""

    def __init__(
        self, card: Scorecard, view: View, compared: Compared | None, width: int, colour: bool
    ) -> None:
        self._card, self._view, self._compared = card, view, compared
        self._width, self._colour = width, colour

    def lines(self) -> Iterator[str]:
        yield from self._header()
        if self._card.score is not None:
            yield ""
            yield from (self._dimension(d) for d in self._card.dimensions)
            if self._compared is not None:
                yield ""
                for line in text_lines(self._card, self._view, self._compared):
                    yield from self._wrap(line, "", "      ") or [""]
            for line in workflow_report.text_lines(self._card):
                yield from self._wrap(line, "", "      ") or [""]
            yield from self._controls()
            yield ""
            yield from self._wrap(self._counts())
        yield from self._left_aside()
        timing = self._card.timing
        yield ""
        yield f"{timing.files:,} files, {timing.parsed:,} parsed, {timing.seconds:.2f} s"

    def _header(self) -> Iterator[str]:
        tree = self._card.tree
        place: list[str] = [show(tree.path)]
        if tree.branch or tree.commit:
            place.append(f"{show(tree.branch or 'detached')} {show((tree.commit or '')[:9])}".rstrip())
        if tree.dirty:
            place.append("uncommitted changes")
        yield from self._wrap(" · ".join(place))
        if self._card.score is None:
            yield from self._wrap(nothing_to_judge(self._card))
            return
        band = f" {self._card.band}" if self._card.band else ""
        yield self._style(f"{self._card.score} %{band}", bold=True)
        if self._card.workflow:
            yield from self._wrap(f"workflow: {self._card.workflow}")
        if self._card.withheld:
            yield from self._wrap(f"production-ready is withheld: {self._card.withheld}")
        if self._card.traits:
            yield from self._wrap(f"seen: {', '.join(self._card.traits)}")
        for line in tree_report.trait_lines(self._card):
            yield from self._wrap(line, "    " if line.startswith(" ") else "  ", "      ")

    def _dimension(self, dimension: DimensionScore) -> str:
        score = dimension.score
        filled = 0 if score is None else round(score * _BAR_CELLS / 100)
        bar = "█" * filled + "·" * (_BAR_CELLS - filled)
        number = "–" if score is None else str(score)
        counts = f"{dimension.done} done  {dimension.partial} partial  {dimension.missing} missing"
        change = self._compared.since.change.get(dimension.key, 0) if self._compared else 0
        moved = f"  {'▲' if change > 0 else '▼'}{abs(change)}" if change else ""
        return f"{dimension.key} {dimension.name:<14}{number:>3} {bar}  {counts}{moved}"

    def _controls(self) -> Iterator[str]:
        todo = failing(self._card, self._view)
        yield ""
        yield f"{_plural(len(todo), 'control')} failing" + (", worst first" if todo else "")
        for control in todo:
            yield ""
            yield from self._control(control)

    def _control(self, control: ControlResult) -> Iterator[str]:
        verdict = control.verdict
        glyph = self._style(_GLYPHS[verdict.status], fg=_COLOURS[verdict.status])
        notes = [control.severity.value, verdict.status.value]
        if verdict.coverage:
            notes.append(f"{verdict.coverage[0]} of {verdict.coverage[1]}")
        if verdict.confidence is Confidence.LOW:
            notes.append("low confidence")
        if self._view.state(control.id) is State.EXPIRED:
            notes.append("acknowledgement expired")
        yield f"{glyph} {self._style(control.id, bold=True)} {show(control.title)}"
        yield f"  {' · '.join(notes)}"
        open_ = [f for f in verdict.findings if not self._view.covers(control.id, f)]
        for finding in open_[:_MOST_FINDINGS]:
            yield from self._finding(finding)
        if len(open_) > _MOST_FINDINGS:
            yield f"    … and {len(open_) - _MOST_FINDINGS:,} more, all in --format json"
        if covered := len(verdict.findings) - len(open_):
            yield f"    {covered:,} acknowledged"
        if not verdict.findings and verdict.note:
            yield from self._wrap(verdict.note, "    ")
        yield from self._fix(fix_of(control))

    def _finding(self, finding: Finding) -> Iterator[str]:
        place = f"    {show(finding.path)}:{finding.line}"
        doubt = " (low confidence)" if finding.confidence is Confidence.LOW else ""
        message = show(f"{finding.message}{doubt}")
        if len(place) + 2 + len(message) <= self._width:
            yield f"{place}  {message}"
        else:
            yield place
            yield from self._wrap(message, "      ")

    def _fix(self, fix: str) -> Iterator[str]:
        lines = [show(line.rstrip()) for line in fix.strip().splitlines()]
        if len(lines) == 1:
            yield from self._wrap(f"Fix: {lines[0]}", "    ", "         ")
        elif lines:
            yield "    Fix:"
            yield from (f"      {line}" for line in lines)

    def _counts(self) -> str:
        statuses = [c.verdict.status for c in self._card.controls]
        parts = [
            f"{statuses.count(Status.DONE)} done",
            f"{statuses.count(Status.NOT_APPLICABLE)} not applicable",
            f"{statuses.count(Status.ASK)} wait for a person",
            f"{statuses.count(Status.NOT_BUILT)} not built",
            f"{self._view.acknowledged} acknowledged",
        ]
        if Status.OFF in statuses:
            parts.append(f"{statuses.count(Status.OFF)} switched off")
        return " · ".join(parts)

    def _left_aside(self) -> Iterator[str]:
        """What a reader must know although it is no gap: idle ledger entries, files not read."""
        for line in (*tree_report.mistake_lines(self._card), *tree_report.change_lines(self._card)):
            yield from self._wrap(line, "", "  ")
        for entry in self._view.orphaned:
            yield from self._wrap(
                f"acknowledgement without a finding: {entry.control} ({show(entry.reason)})"
            )
        for ignore in self._view.unexplained:
            yield from self._wrap(
                f"ignore comment without a reason, not counted: {show(ignore.path)}:{ignore.line}"
            )
        skipped = self._card.skipped
        if skipped:
            yield ""
            yield f"{_plural(len(skipped), 'file')} not read:"
            yield from (f"  {show(s.path)}  {show(s.reason)}" for s in skipped[:_MOST_SKIPPED])
            if len(skipped) > _MOST_SKIPPED:
                yield f"  … and {len(skipped) - _MOST_SKIPPED:,} more"

    def _wrap(self, text: str, indent: str = "", following: str | None = None) -> list[str]:
        return textwrap.wrap(
            show(text, limit=2_000),
            self._width,
            initial_indent=indent,
            subsequent_indent=indent if following is None else following,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _style(self, text: str, **style: Any) -> str:
        return click.style(text, **style) if self._colour else text


def as_json(card: Scorecard, view: View, compared: Compared | None = None) -> str:
    """The scorecard as JSON, documented in the README; pure ASCII, ends with a newline."""
    since = {"since": document(card, view, compared)} if compared is not None else {}
    text = json.dumps({**_document(card, view), **since}, indent=2, ensure_ascii=True)
    return text.replace("\x7f", "\\u007f") + "\n"


def _document(card: Scorecard, view: View) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tree": {
            "path": card.tree.path,
            "commit": card.tree.commit,
            "branch": card.tree.branch,
            "dirty": card.tree.dirty,
        },
        "traits": list(card.traits),
        "score": card.score,
        "band": card.band.value if card.band else None,
        "withheld": card.withheld,
        "dimensions": [_dimension(d) for d in card.dimensions],
        "controls": [_control(c, view) for c in card.controls],
        "timing": {
            "seconds": round(card.timing.seconds, 3),
            "files": card.timing.files,
            "parsed": card.timing.parsed,
        },
        **tree_report.document(card),
        "workflow": card.workflow or None,
        "workflows": workflow_report.document(card),
    }


def _dimension(dimension: DimensionScore) -> dict[str, Any]:
    keys = (
        "key",
        "name",
        "score",
        "done",
        "partial",
        "missing",
        "not_applicable",
        "ask",
        "not_built",
        "off",
    )

    return {key: getattr(dimension, key) for key in keys}


def _control(control: ControlResult, view: View) -> dict[str, Any]:
    verdict = control.verdict
    return {
        "id": control.id,
        "dimension": control.dimension,
        "title": control.title,
        "severity": control.severity.value,
        "status": verdict.status.value,
        "coverage": list(verdict.coverage) if verdict.coverage else None,
        "confidence": verdict.confidence.value,
        "findings": [
            {
                "path": finding.path,
                "line": finding.line,
                "end_line": finding.end_line,
                "message": finding.message,
                "fingerprint": finding.fingerprint,
                "acknowledged": view.covers(control.id, finding),
            }
            for finding in verdict.findings
        ],
        "evidence": [{"path": e.path, "line": e.line, "message": e.message} for e in verdict.evidence],
        "fix": fix_of(control),
    }


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}" + ("" if count == 1 else "s")
