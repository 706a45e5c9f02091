"""Fine-tuned models: registered, reproducible, retrained behind a gate."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import (
    Holding,
    Place,
    Strength,
    Subject,
    Support,
    has,
    place,
    subject,
    support,
)
from shipsmith_controls.links.data.training import trainer_calls
from shipsmith_controls.links.data.training_runs import Step, loads, promoting_job, steps_of, trigger_of
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence

_RECORDED = {
    Step.SETTINGS: "hyperparameters",
    Step.DATA: "a version or hash of its data",
    Step.SEED: "a seed",
}


@subject("training run")
def _runs(db: Database) -> tuple[Subject, ...]:
    """Every call of a trainer or of a fine-tuning API in production code."""
    return tuple(Subject(Place(c.path, c.line), "training run") for c in trainer_calls(db))


@place("training run")
def _run_places(db: Database) -> tuple[Place, ...]:
    return tuple(Place(c.path, c.line) for c in trainer_calls(db))


@has("a registered result")
def _registered(db: Database, each: Subject) -> Holding:
    """MOD-12 (a)."""
    found = steps_of(db, each.place.path).get(Step.REGISTERED)
    if found is None:
        return Holding(Strength.LACKING, "its model goes into no registry")
    return Holding(
        Strength.STRONG, evidence=(Evidence(found.path, found.line, "the model is registered"),)
    )


@has("a record of data, settings and seed")
def _recorded(db: Database, each: Subject) -> Holding:
    """MOD-12 (b)."""
    found = steps_of(db, each.place.path)
    lacking = [said for step, said in _RECORDED.items() if step not in found]
    if not lacking:
        where = found[Step.SETTINGS]
        return Holding(
            Strength.STRONG, evidence=(Evidence(where.path, where.line, "the run is recorded"),)
        )
    message = f"the run does not record {' or '.join(lacking)}"
    return Holding(Strength.WEAK if len(lacking) < len(_RECORDED) else Strength.LACKING, message)


@subject("load of a tuned model")
def _loads(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(load.path, load.line), "", key=load.text) for load in loads(db))


@has("a registry version or alias")
def _by_registry(db: Database, each: Subject) -> Holding:
    """MOD-12 (c)."""
    found = next(
        load for load in loads(db) if (load.path, load.line) == (each.place.path, each.place.line)
    )
    if found.by_registry:
        evidence = Evidence(found.path, found.line, f"{found.text} comes from the registry")
        return Holding(Strength.STRONG, evidence=(evidence,))
    return Holding(Strength.LACKING, f"{found.text} is a fixed path or id, no registry version or alias")


@has("a clock or event that starts it")
def _started(db: Database, each: Subject) -> Holding:
    """MOD-13 (a)."""
    found = trigger_of(db, each.place.path)
    if found is None:
        return Holding(Strength.LACKING, "no schedule, data event or alarm starts it")
    return Holding(
        Strength.STRONG, evidence=(Evidence(found.path, found.line, "this starts the training"),)
    )


@has("a comparison that can stop it")
def _gated(db: Database, each: Subject) -> Holding:
    """MOD-13 (b)."""
    found = steps_of(db, each.place.path).get(Step.COMPARED)
    if found is None:
        return Holding(Strength.LACKING, "nothing compares its result with the current model and stops")
    return Holding(
        Strength.STRONG, evidence=(Evidence(found.path, found.line, "a worse model stops here"),)
    )


@support("a promotion behind the comparison")
def _promoted(db: Database) -> tuple[Support, ...]:
    """MOD-13 (c): an alias or stage change, or a deploy job that needs another."""
    found = []
    for call in trainer_calls(db):
        steps = steps_of(db, call.path)
        if Step.PROMOTED in steps:
            where = steps[Step.PROMOTED]
            strength = Strength.STRONG if Step.COMPARED in steps else Strength.WEAK
            message = "the model is promoted here" + (
                "" if Step.COMPARED in steps else ", whatever its result"
            )
            found.append(Support(strength, Place(where.path, where.line), message))
    job = promoting_job(db)
    if job is not None:
        found.append(Support(Strength.STRONG, Place(job.path, job.line), "this job waits for another"))
    return tuple(found)
