"""The vocabulary of the screen: how a status, a severity and a score look and what they are called.

Each status is glyph, letter and colour, so that it reads without any one of the three. Colours are
names of theme variables.
"""

from __future__ import annotations

from typing import NamedTuple

from shipsmith_controls.scorecard import Band, Severity, Status

from shipsmith_widgets.showing import Shown


class Mark(NamedTuple):
    """How a status is drawn: `style` is a theme variable, `word` what it is called."""

    glyph: Shown
    letter: Shown
    style: str
    word: Shown


STATUS_MARKS: dict[Status, Mark] = {
    Status.MISSING: Mark(Shown("✗"), Shown("F"), "$status-missing", Shown("missing")),
    Status.PARTIAL: Mark(Shown("◐"), Shown("P"), "$status-partial", Shown("partial")),
    Status.ASK: Mark(Shown("?"), Shown("A"), "$status-ask", Shown("ask")),
    Status.DONE: Mark(Shown("✔"), Shown("D"), "$status-done", Shown("done")),
    Status.NOT_BUILT: Mark(Shown("·"), Shown("B"), "$status-quiet", Shown("not built")),
    Status.NOT_APPLICABLE: Mark(Shown("–"), Shown("N"), "$status-quiet", Shown("n.a.")),
    Status.OFF: Mark(Shown("○"), Shown("O"), "$status-quiet", Shown("off")),
}
"""Marks of the statuses, in the order in which they are listed."""

ACKNOWLEDGED = Mark(Shown("⊘"), Shown("K"), "$status-acknowledged", Shown("acknowledged"))
FIXED = Mark(Shown("✔"), Shown("D"), "$status-done", Shown("fixed"))
GONE = Mark(Shown("–"), Shown("N"), "$status-quiet", Shown("gone"))

SEVERITY_WORDS: dict[Severity, Shown] = {
    Severity.CRITICAL: Shown("critical"),
    Severity.HIGH: Shown("high"),
    Severity.MEDIUM: Shown("medium"),
    Severity.LOW: Shown("low"),
}

SEVERITY_STYLES: dict[Severity, str] = {
    Severity.CRITICAL: "bold $status-missing",
    Severity.HIGH: "bold",
    Severity.MEDIUM: "",
    Severity.LOW: "$text-muted",
}

BAND_WORDS: dict[Band, Shown] = {
    Band.READY: Shown("production-ready"),
    Band.FRAGILE: Shown("fragile"),
    Band.HIGH_RISK: Shown("high risk"),
    Band.NOT_READY: Shown("not production-ready"),
}

_BAND_STYLES: dict[Band, str] = {
    Band.READY: "$score-good",
    Band.FRAGILE: "$score-fair",
    Band.HIGH_RISK: "$score-poor",
    Band.NOT_READY: "$score-bad",
}

_FAILING = (Status.MISSING, Status.PARTIAL)


def is_failing(status: Status) -> bool:
    """Whether something is to be done in the code: missing or partial."""
    return status in _FAILING


def is_to_do(status: Status) -> bool:
    """Whether the list shows it by itself: failing, or waiting for a person."""
    return status in _FAILING or status is Status.ASK


def band_style(band: Band | None) -> str:
    """The colour of a band, quiet when there is none."""
    return _BAND_STYLES[band] if band else "$status-quiet"


def score_style(score: int | None) -> str:
    """The colour of a dimension's score, by the limits of the bands."""
    if score is None:
        return "$status-quiet"
    if score >= 85:
        return "$score-good"
    if score >= 65:
        return "$score-fair"
    return "$score-poor" if score >= 40 else "$score-bad"
