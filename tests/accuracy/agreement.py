"""Agreement with careful readers: our verdicts against labels made by hand.

    make accuracy REPOS=folder

`folder` holds checkouts of the labelled repositories at the labelled commits, each in a folder named
`owner+name` or `name`. A label says for one control what its specification, read strictly, gives; only
labels of high confidence count, the others are there to think about.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
from shipsmith_controls.judge import Judge
from shipsmith_controls.links.calls.reach import model_calls
from shipsmith_controls.scorecard import ControlResult, Status

LABELS = Path(__file__).parent / "labels"
NEAR = 5
"""Lines within which a finding hits a labelled one."""


class Label(msgspec.Struct, frozen=True):
    """What a reader says of one control; `findings` are `path:line`."""

    id: str
    verdict: str
    confidence: str
    findings: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    note: str = ""


class CallSite(msgspec.Struct, frozen=True):
    """A production call to a model that a reader found."""

    path: str
    line: int
    what: str


class Labelled(msgspec.Struct, frozen=True):
    """A repository with its labels."""

    repo: str
    commit: str
    traits: tuple[str, ...]
    llm_calls: tuple[CallSite, ...]
    labels: tuple[Label, ...]
    folder: str = ""


class Compared(msgspec.Struct, frozen=True):
    """One control of one repository: our verdict beside the label."""

    repo: str
    label: Label
    ours: ControlResult
    hits: int

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return self.ours.verdict.status == self.label.verdict

    @property
    def false_done(self) -> bool:
        """We say done, the reader does not."""
        return self.ours.verdict.status is Status.DONE and self.label.verdict != Status.DONE

    @property
    def false_gap(self) -> bool:
        """We see a gap, the reader says done."""
        return self.ours.verdict.status in ("partial", "missing") and self.label.verdict == Status.DONE

    @property
    def false_na(self) -> bool:
        """We leave it out, the reader does not."""
        return (
            self.ours.verdict.status is Status.NOT_APPLICABLE and self.label.verdict != "not_applicable"
        )


def labelled() -> tuple[Labelled, ...]:
    """Every labelled repository."""
    return tuple(
        msgspec.convert(json.loads(file.read_text("utf-8")), Labelled)
        for file in sorted(LABELS.glob("*.json"))
    )


def checkout(repos: Path, wanted: Labelled) -> Path | None:
    """The checkout of a labelled repository in a folder, None when it is not there."""
    name = wanted.repo.rpartition("/")[2]
    places = (repos / wanted.repo.replace("/", "+"), repos / wanted.folder, repos / name)
    return next((place for place in places if place.is_dir() and place != repos), None)


def compare(place: Path, wanted: Labelled) -> tuple[list[Compared], list[CallSite]]:
    """Our verdicts beside the labels, and the labelled call sites that we did not find."""
    with Judge(place) as judge:
        results = {result.id: result for result in judge.update().controls}
        found = {(call.path, call.line) for call in model_calls(judge.db)}
    compared = [
        Compared(wanted.repo, label, results[label.id], _hits(label, results[label.id]))
        for label in wanted.labels
        if results[label.id].verdict.status is not Status.NOT_BUILT
    ]
    direct = [c for c in wanted.llm_calls if not c.what.startswith("wrapper call")]
    missed = [
        c for c in direct if not any(p == c.path and abs(line - c.line) <= NEAR for p, line in found)
    ]
    return compared, missed


def _hits(label: Label, ours: ControlResult) -> int:
    places = [(f.path, f.line) for f in ours.verdict.findings]
    return sum(
        any(p == path and abs(line - int(wanted)) <= NEAR for p, line in places)
        for path, _, wanted in (finding.rpartition(":") for finding in label.findings)
    )


def report(every: list[Compared], sites: Counter[str]) -> Iterator[str]:
    """The figures, line by line: a dimension each, then all, then what differs."""
    sure = [c for c in every if c.label.confidence == "high"]
    yield f"{'':12}{'agree':>12}{'false done':>12}{'false gap':>11}{'false n.a.':>12}{'findings hit':>15}"
    for key in (*dict.fromkeys(c.ours.dimension for c in every), "all"):
        part = [c for c in sure if key in (c.ours.dimension, "all")]
        if part:
            yield _row(key, part)
    yield ""
    yield f"call sites found: {sites['found']} of {sites['all']}"
    for each in every:
        if not each.agrees:
            said = f"{each.ours.verdict.status} here, {each.label.verdict} by the reader"
            yield f"{each.label.confidence:7} {each.label.id} {each.repo}: {said}. {each.label.note}"


def _row(key: str, part: list[Compared]) -> str:
    agree = sum(c.agrees for c in part)
    hits, wanted = sum(c.hits for c in part), sum(len(c.label.findings) for c in part)
    share = f"{agree}/{len(part)} {100 * agree / len(part):3.0f}%"
    found = f"{hits}/{wanted}"
    wrong = [sum(getattr(c, name) for c in part) for name in ("false_done", "false_gap", "false_na")]
    return f"{key:12}{share:>12}{wrong[0]:>12}{wrong[1]:>11}{wrong[2]:>12}{found:>15}"


def main() -> int:
    """Compare and print; 2 when no labelled repository is there."""
    repos = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("repos")
    every: list[Compared] = []
    sites: Counter[str] = Counter()
    for wanted in labelled():
        place = checkout(repos, wanted)
        if place is None:
            print(f"{wanted.repo} is not in {repos}; left out.", file=sys.stderr)
            continue
        _warn_of_commit(place, wanted)
        compared, missed = compare(place, wanted)
        every += compared
        direct = [c for c in wanted.llm_calls if not c.what.startswith("wrapper call")]
        sites.update(all=len(direct), found=len(direct) - len(missed))
        for site in missed:
            print(
                f"call site not found: {wanted.repo} {site.path}:{site.line} {site.what}", file=sys.stderr
            )
    for line in report(every, sites) if every else ():
        print(line)
    return 0 if every else 2


def _warn_of_commit(place: Path, wanted: Labelled) -> None:
    done = subprocess.run(
        ["git", "-C", str(place), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    if done.stdout.strip() != wanted.commit:
        print(
            f"{wanted.repo} is at another commit than the labelled {wanted.commit[:12]}.", file=sys.stderr
        )


if __name__ == "__main__":
    sys.exit(main())
