"""The scorecard: what the engine says of a tree, and the only thing that widgets know.

Scale: done 2, partial 1, missing 0; what is not applicable, waits for a person, is not built or is
switched off leaves the score. Score = points / (2 x applicable), in percent.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from shipsmith_controls.division import Division


class Status(StrEnum):
    """The verdict of one control."""

    DONE = "done"
    PARTIAL = "partial"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    ASK = "ask"
    NOT_BUILT = "not_built"
    OFF = "off"


class Severity(StrEnum):
    """How much a gap matters."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Confidence(StrEnum):
    """How sure a verdict or finding is; `low` is shown on screen."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Band(StrEnum):
    """What a score means: 85 and up, 65 to 84, 40 to 64, below 40."""

    READY = "production-ready"
    FRAGILE = "fragile"
    HIGH_RISK = "high risk"
    NOT_READY = "not production-ready"


class Finding(msgspec.Struct, frozen=True):
    """A gap at a place. `path` is relative to the root of the tree; lines count from 1.

    `fingerprint` survives line moves: control, path, whitespace-normalised line and ordinal.
    `words` is the same without the path, so that it survives the move of a file, and not unique.
    `fix` is a snippet for the SDK at that line, "" when the control's general hint is all there is.
    """

    path: str
    line: int
    end_line: int
    message: str
    fingerprint: str = ""
    confidence: Confidence = Confidence.HIGH
    fix: str = ""
    weak: bool = False
    words: str = ""


class Evidence(msgspec.Struct, frozen=True):
    """What supports a verdict, at a place."""

    path: str
    line: int
    message: str
    weak: bool = False


class Verdict(msgspec.Struct, frozen=True):
    """The judgement of one control. `coverage` is (held, all) subjects, None where nothing is counted.

    `note` is one sentence: why it is not applicable, what was looked for, what could not be seen.
    """

    status: Status
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    coverage: tuple[int, int] | None = None
    confidence: Confidence = Confidence.HIGH
    note: str = ""


class ControlResult(msgspec.Struct, frozen=True):
    """A control with its words and its verdict, as shown.

    `notes` are sentences on what the tree's settings changed about it, such as its severity.
    """

    id: str
    dimension: str
    title: str
    severity: Severity
    question: str
    why: str
    fix: str
    looked_for: str
    refs: tuple[str, ...]
    verdict: Verdict
    notes: tuple[str, ...] = ()


class DimensionScore(msgspec.Struct, frozen=True):
    """Score and counts of one dimension; `score` is None when nothing in it was applicable."""

    key: str
    name: str
    score: int | None
    done: int = 0
    partial: int = 0
    missing: int = 0
    not_applicable: int = 0
    ask: int = 0
    not_built: int = 0
    off: int = 0


class TreeInfo(msgspec.Struct, frozen=True):
    """What was judged. `commit`, `branch` and `dirty` are None outside a repository."""

    path: str
    commit: str | None = None
    branch: str | None = None
    dirty: bool | None = None


class Skipped(msgspec.Struct, frozen=True):
    """A file that could not be read, and why; nothing is skipped silently."""

    path: str
    reason: str


class SeenTrait(msgspec.Struct, frozen=True):
    """A trait of the tree: whether it holds, and the first places that show it.

    `corrected`: the tree's settings say that it holds, or that it does not, whatever was seen.
    """

    name: str
    meaning: str
    holds: bool
    evidence: tuple[Evidence, ...] = ()
    corrected: bool = False


class Mistake(msgspec.Struct, frozen=True):
    """Something wrong in the tree's settings or its own controls; `line` is 0 when unknown."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.sentence}"


class Timing(msgspec.Struct, frozen=True):
    """Cost of a scan: wall seconds, files listed, files parsed."""

    seconds: float
    files: int
    parsed: int


class Scorecard(msgspec.Struct, frozen=True):
    """Everything that is said of a tree. `score` is None when there is nothing to judge.

    `withheld` says why a score of 85 or more is not called production-ready, else None.
    `rejudged` holds the controls whose verdict was computed anew in the last update. `seen` are all
    traits with what shows them; `mistakes` cost a setting or one of the tree's own controls; `division`
    tells the workflows apart (see `workflows.narrowed`), and `workflow` is the one that it was narrowed
    to, "" for the whole tree.
    """

    tree: TreeInfo
    traits: tuple[str, ...]
    score: int | None
    band: Band | None
    withheld: str | None
    dimensions: tuple[DimensionScore, ...]
    controls: tuple[ControlResult, ...]
    timing: Timing
    skipped: tuple[Skipped, ...] = ()
    rejudged: tuple[str, ...] = ()
    seen: tuple[SeenTrait, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    division: Division = Division()
    workflow: str = ""


DIMENSIONS: dict[str, str] = {
    "DAT": "Data",
    "MOD": "Model",
    "EVA": "Evaluation",
    "OBS": "Observability",
    "RES": "Resilience",
    "SEC": "Security",
    "COS": "Cost",
    "ADO": "Adoption",
    "GOV": "Governance",
}
"""Key and short name of the nine dimensions, in the order in which they are shown."""

_POINTS = {Status.DONE: 2, Status.PARTIAL: 1, Status.MISSING: 0}


def percent(verdicts: list[Verdict]) -> int | None:
    """The score of some verdicts in percent, rounded half up; None when none of them counts."""
    points = [_POINTS[v.status] for v in verdicts if v.status in _POINTS]
    return int(100 * sum(points) / (2 * len(points)) + 0.5) if points else None


def band_of(score: int) -> Band:
    """The band a score falls into, before anything withholds the top one."""
    if score >= 85:
        return Band.READY
    if score >= 65:
        return Band.FRAGILE
    return Band.HIGH_RISK if score >= 40 else Band.NOT_READY


def score_dimension(key: str, results: list[ControlResult], name: str = "") -> DimensionScore:
    """Count and score the controls of one dimension; one that is not ours brings its `name`."""
    verdicts = [r.verdict for r in results if r.dimension == key]
    counts = {status: sum(v.status is status for v in verdicts) for status in Status}
    return DimensionScore(
        key=key,
        name=name or DIMENSIONS[key],
        score=percent(verdicts),
        done=counts[Status.DONE],
        partial=counts[Status.PARTIAL],
        missing=counts[Status.MISSING],
        not_applicable=counts[Status.NOT_APPLICABLE],
        ask=counts[Status.ASK],
        not_built=counts[Status.NOT_BUILT],
        off=counts[Status.OFF],
    )


def scored(results: list[ControlResult]) -> tuple[int | None, Band | None, str | None]:
    """The overall score of some controls, its band, and why the top band is withheld."""
    score = percent([r.verdict for r in results])
    band = band_of(score) if score is not None else None
    withheld = why_withheld(results) if band is Band.READY else None
    return score, Band.FRAGILE if withheld else band, withheld


def why_withheld(results: list[ControlResult]) -> str | None:
    """Why the top band is withheld, as a sentence; None when nothing stands in its way."""
    critical = [
        r.id for r in results if r.severity is Severity.CRITICAL and r.verdict.status is Status.MISSING
    ]
    waiting = [r.id for r in results if r.verdict.status is Status.ASK]
    if critical:
        return f"critical and missing: {', '.join(critical)}"
    if waiting:
        return f"waiting for a person: {', '.join(waiting)}"
    return None
