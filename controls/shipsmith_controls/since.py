"""Since a base: what is new, fixed and inherited between two judgements of a tree.

Pure. Findings are matched by fingerprint, then by what is said where, so that neither a renamed file nor
an edit of the line of an old gap brings anything new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

import msgspec

from shipsmith_controls.scorecard import ControlResult, Finding, Scorecard, Status

ALL = "all"
"""The key of the overall score among those of the dimensions."""
_FAILING = (Status.PARTIAL, Status.MISSING)
_JUDGED = (*_FAILING, Status.DONE)


class PastControl(msgspec.Struct, frozen=True):
    """The verdict of one control at a commit."""

    status: Status
    findings: tuple[Finding, ...] = ()


class Past(msgspec.Struct, frozen=True, tag="past"):
    """A tree as judged at a commit (full id); `scores` by dimension, and overall under `ALL`."""

    commit: str
    scores: dict[str, int | None]
    controls: dict[str, PastControl]


class Since(msgspec.Struct, frozen=True):
    """What changed since a base.

    `change` are points won or lost by dimension, and overall under `ALL`; keys without a change, or
    without a score on either side, are left out. `was` are the statuses at the base of the controls
    that stand otherwise now. `new` are fingerprints; `fixed` the findings that are there no more, by
    control; `inherited` counts those that were there already.
    """

    change: dict[str, int] = {}
    was: dict[str, Status] = {}
    new: frozenset[str] = frozenset()
    fixed: dict[str, tuple[Finding, ...]] = {}
    inherited: int = 0

    def touches(self, control: ControlResult) -> bool:
        """Whether a control fails in another way than at the base, or failed and does not now."""
        status, was = control.verdict.status, self.was.get(control.id)
        if was is not None and (status in _FAILING or was in _FAILING):
            return True
        fresh = (finding.fingerprint in self.new for finding in control.verdict.findings)
        return control.id in self.fixed or any(fresh)

    def newly_failing(self, card: Scorecard) -> frozenset[str]:
        """The controls that fail now and did not at the base."""
        return frozenset(
            c.id
            for c in card.controls
            if c.verdict.status in _FAILING and self.was.get(c.id, Status.MISSING) not in _FAILING
        )

    def fixed_controls(self, card: Scorecard) -> frozenset[str]:
        """The controls that hold now and failed at the base."""
        return frozenset(
            c.id
            for c in card.controls
            if c.verdict.status is Status.DONE and self.was.get(c.id) in _FAILING
        )

    def count_new(self, card: Scorecard) -> int:
        """New findings, and controls without findings that newly fail."""
        bare = {c.id for c in card.controls if not c.verdict.findings}
        return len(self.new) + len(bare & self.newly_failing(card))

    def count_fixed(self, card: Scorecard) -> int:
        """Findings that are there no more, and controls that hold now and had none."""
        return sum(map(len, self.fixed.values())) + len(self.fixed_controls(card) - self.fixed.keys())


def scores_of(card: Scorecard) -> dict[str, int | None]:
    """The scores of a scorecard by dimension, and overall under `ALL`."""
    return {ALL: card.score, **{d.key: d.score for d in card.dimensions}}


def past_of(card: Scorecard, commit: str) -> Past:
    """What is remembered of a tree as judged at a commit."""
    controls = {}
    for control in card.controls:
        verdict = control.verdict
        plain = tuple(msgspec.structs.replace(f, fix="") for f in verdict.findings)
        controls[control.id] = PastControl(verdict.status, plain)
    return Past(commit, scores_of(card), controls)


def compare(past: Past, card: Scorecard, files: Collection[str]) -> Since:
    """What changed from a past tree to a scorecard of one that holds these files."""
    before = past.scores
    change = {
        key: score - old
        for key, score in scores_of(card).items()
        if score is not None and (old := before.get(key)) is not None and score != old
    }
    was: dict[str, Status] = {}
    new: set[str] = set()
    fixed: dict[str, tuple[Finding, ...]] = {}
    inherited = 0
    for control in card.controls:
        old_control = past.controls.get(control.id, PastControl(Status.NOT_BUILT))
        if old_control.status is not control.verdict.status:
            was[control.id] = old_control.status
        fresh, gone = _matched(old_control.findings, control.verdict.findings, files)
        new |= {finding.fingerprint for finding in fresh}
        inherited += len(control.verdict.findings) - len(fresh)
        if gone and control.verdict.status in _JUDGED:
            fixed[control.id] = tuple(gone)
    return Since(change, was, frozenset(new), fixed, inherited)


def _matched(
    old: tuple[Finding, ...], now: tuple[Finding, ...], files: Collection[str]
) -> tuple[list[Finding], list[Finding]]:
    """The findings of one control that are only there now, and those that were only there before.

    After equal fingerprints: equal words out of a file that is gone, then the same said of the same
    file, where only the line was edited, then the same said of a file that is gone.
    """

    def moved(finding: Finding) -> bool:
        return finding.path not in files

    fresh, gone = _unpaired(list(now), list(old), lambda f: f.fingerprint)
    fresh, gone = _unpaired(fresh, gone, lambda f: f.words, lambda f: bool(f.words) and moved(f))
    fresh, gone = _unpaired(fresh, gone, lambda f: f"{f.path}\0{f.message}")
    return _unpaired(fresh, gone, lambda f: f.message, moved)


def _unpaired(
    fresh: list[Finding],
    gone: list[Finding],
    key: Callable[[Finding], str],
    counts: Callable[[Finding], bool] = lambda _: True,
) -> tuple[list[Finding], list[Finding]]:
    """Both lists without those that are one and the same by a key, if the old one `counts`."""
    pairs = Counter(map(key, fresh)) & Counter(key(finding) for finding in gone if counts(finding))
    left = _without(fresh, key, pairs.copy(), lambda _: True)
    return left, _without(gone, key, pairs, counts)


def _without(
    findings: list[Finding],
    key: Callable[[Finding], str],
    pairs: Counter[str],
    counts: Callable[[Finding], bool],
) -> list[Finding]:
    rest = []
    for finding in findings:
        if counts(finding) and pairs[key(finding)] > 0:
            pairs[key(finding)] -= 1
        else:
            rest.append(finding)
    return rest
