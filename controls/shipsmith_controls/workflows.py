"""The scorecard of one workflow, made of the scorecard of the tree.

Pure: nothing is judged again. A finding or piece of evidence counts for the workflows that hold or
reach its path; one that lies in no workflow (documents, CI, manifests) counts for each. This is exact
for what stands at a line of code, and approximate for the rest: where it is, confidence is low.
"""

from __future__ import annotations

import difflib

from msgspec.structs import replace

from shipsmith_controls.division import Division, Workflow
from shipsmith_controls.scorecard import (
    Confidence,
    ControlResult,
    Scorecard,
    Status,
    Verdict,
    score_dimension,
    scored,
)
from shipsmith_controls.since import Since

_JUDGED = (Status.DONE, Status.PARTIAL, Status.MISSING)


class NoWorkflowError(LookupError):
    """No workflow of the tree has this name; the message is a sentence."""


def names(card: Scorecard) -> tuple[str, ...]:
    """The names of the workflows of a tree, in their order."""
    return tuple(workflow.name for workflow in card.division.workflows)


def narrowed(card: Scorecard, name: str) -> Scorecard:
    """The scorecard of one workflow. Raises NoWorkflowError."""
    known = names(card)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
        if not known:
            hint = "no call to a model was seen."
        raise NoWorkflowError(f"no workflow is called {name}; {hint}")
    if len(known) == 1:
        return replace(card, workflow=name)
    number = known.index(name)
    controls = [_narrowed(control, card.division, number) for control in card.controls]
    score, band, withheld = scored(controls) if card.score is not None else (None, None, None)
    return replace(
        card,
        traits=tuple(sorted(card.division.workflows[number].traits)),
        score=score,
        band=band,
        withheld=withheld,
        dimensions=tuple(score_dimension(d.key, controls, d.name) for d in card.dimensions),
        controls=tuple(controls),
        workflow=name,
    )


def since_in(since: Since, part: Scorecard) -> Since:
    """What changed since a base in the workflow that `part` is narrowed to; points are not known.

    What was fixed at a place that holds nothing any more counts for every workflow.
    """
    number = names(part).index(part.workflow)
    places = part.division.places
    fixed = {
        control: kept
        for control, findings in since.fixed.items()
        if (kept := tuple(f for f in findings if number in places.get(f.path, (number,))))
    }
    now = {f.fingerprint for control in part.controls for f in control.verdict.findings}
    return replace(since, change={}, new=since.new & now, fixed=fixed, inherited=len(now - since.new))


def with_scores(card: Scorecard) -> Scorecard:
    """A scorecard whose workflows tell their scores."""
    scored_ones = []
    for workflow in card.division.workflows:
        part = narrowed(card, workflow.name)
        dimensions = {d.key: d.score for d in part.dimensions}
        scored_ones.append(replace(workflow, score=part.score, dimensions=dimensions))
    return replace(card, division=replace(card.division, workflows=tuple(scored_ones)))


def _narrowed(control: ControlResult, division: Division, number: int) -> ControlResult:
    verdict = control.verdict
    workflow = division.workflows[number]
    if verdict.status in (*_JUDGED, Status.ASK) and control.id in workflow.not_applicable:
        note = f"not applicable: {workflow.name} does not show what it is about"
        return replace(control, verdict=Verdict(Status.NOT_APPLICABLE, note=note))
    here = _here(verdict, division, number)
    if here == verdict:
        return control
    if verdict.status not in _JUDGED:
        judged = here
    elif control.id in division.hits:
        judged = _of_hits(here)
    elif control.id in division.counted:
        judged = _of_subjects(verdict, here, workflow)
    else:
        judged = _of_one_place(verdict, here, workflow)
    return replace(control, verdict=judged)


def _here(verdict: Verdict, division: Division, number: int) -> Verdict:
    """A verdict with only the findings and the evidence that count for a workflow."""

    def counts(path: str) -> bool:
        lying = division.places.get(path, ())
        return not lying or number in lying

    return replace(
        verdict,
        findings=tuple(f for f in verdict.findings if counts(f.path)),
        evidence=tuple(e for e in verdict.evidence if counts(e.path)),
    )


def _of_hits(here: Verdict) -> Verdict:
    """There should be none of it: what lies elsewhere is no gap here."""
    strong = any(not finding.weak for finding in here.findings)
    status = Status.MISSING if strong else Status.PARTIAL if here.findings else Status.DONE
    return replace(here, status=status)


def _of_subjects(whole: Verdict, here: Verdict, workflow: Workflow) -> Verdict:
    """Each subject should have it: a finding is one that has not, evidence one that has.

    A subject that has it without any evidence is not seen, so that the counts are left out.
    """
    unseen = not whole.evidence and whole.status is not Status.MISSING
    low = Confidence.LOW if unseen else here.confidence
    if here.findings:
        some = unseen or here.evidence or all(finding.weak for finding in here.findings)
        status = Status.PARTIAL if some and whole.status is not Status.MISSING else Status.MISSING
    elif here.evidence or unseen:
        status = Status.DONE
    else:
        return Verdict(
            Status.NOT_APPLICABLE,
            confidence=Confidence.LOW,
            note=f"all that it is about lies outside of {workflow.name}",
        )
    return replace(here, status=status, coverage=None, confidence=low)


def _of_one_place(whole: Verdict, here: Verdict, workflow: Workflow) -> Verdict:
    """It stands once: a workflow has it where something of it lies in its own code or in no workflow's.

    Where nothing in the whole tree shows it, it is lacking in each, wherever the finding points.
    """
    if not whole.evidence:
        return replace(whole, findings=here.findings)
    if here.evidence:
        done = not here.findings and any(not evidence.weak for evidence in here.evidence)
        return replace(here, status=Status.DONE if done else whole.status, coverage=None)
    return replace(
        here,
        status=Status.MISSING,
        coverage=None,
        confidence=Confidence.LOW,
        note=f"what shows it lies outside of {workflow.name}",
    )
