"""Whether eval results can be compared with those of earlier runs (EVA-14)."""

from __future__ import annotations

from shipsmith_controls.checks.evaluation import is_runner
from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.evals.eval_records import baseline_of, kept_at, versions_in, written_at
from shipsmith_controls.links.evals.evals import EvalRun, eval_runs
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@subject("eval run and its results")
def _runs(db: Database) -> tuple[Subject, ...]:
    """EVA-14: every eval run, where it writes its results; runners first, where there are any."""
    runs = list(enumerate(eval_runs(db)))
    own = [(i, run) for i, run in runs if is_runner(run.path)] or runs
    return tuple(Subject(Place(*written_at(db, run)), "", key=i) for i, run in own)


def _run(db: Database, each: Subject) -> EvalRun:
    return eval_runs(db)[int(each.key)]


@has("results of their own for each run")
def _kept(db: Database, each: Subject) -> Holding:
    """EVA-14 (a): a tracker, a file whose name tells the run, or an artifact of CI."""
    places = kept_at(db, _run(db, each))
    own = tuple(
        Evidence(path, line, "the results of each run are kept") for path, line, kept in places if kept
    )
    if own:
        return Holding(Strength.STRONG, evidence=own[:1])
    if places:
        at = tuple(Place(path, line) for path, line, _ in places)
        return Holding(
            Strength.LACKING, "the next run overwrites these results, or git ignores them", at[-1:]
        )
    return Holding(Strength.LACKING, "this run keeps no results")


@has("model and prompt version in the record")
def _versioned(db: Database, each: Subject) -> Holding:
    """EVA-14 (b): the record holds the model under test and a prompt version or commit."""
    model, version = versions_in(db, _run(db, each))
    if model and version:
        return Holding(Strength.STRONG)
    if model or version:
        lacking = "prompt version or commit" if model else "model under test"
        return Holding(Strength.WEAK, f"the record lacks the {lacking}")
    return Holding(Strength.LACKING, "the record holds neither the model under test nor a prompt version")


@has("a comparison with a baseline")
def _compared(db: Database, each: Subject) -> Holding:
    """EVA-14 (c): a baseline file, a diff command or a tracker's comparison."""
    found = baseline_of(db, _run(db, each))
    if found is None:
        return Holding(Strength.LACKING, "nothing compares these results with an earlier run")
    return Holding(Strength.STRONG, evidence=(Evidence(*found, "results are compared with a baseline"),))
