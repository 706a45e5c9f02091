"""Evaluation: own cases, gates in CI, and when evals run (EVA-01 to EVA-03)."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, place, support, when
from shipsmith_controls.facts.ci import Step
from shipsmith_controls.links.calls.mainstay import main_call
from shipsmith_controls.links.calls.model_ids import model_ids
from shipsmith_controls.links.evals.eval_cases import case_sets
from shipsmith_controls.links.evals.eval_gates import criterion, lenience, unset_flags
from shipsmith_controls.links.evals.eval_results import finish_of
from shipsmith_controls.links.evals.eval_steps import BEFORE, EvalStep, before_deploy, eval_steps
from shipsmith_controls.links.evals.evals import eval_runs
from shipsmith_controls.links.files.deploy import workflows
from shipsmith_controls.links.files.path_filters import lets_through
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.prompts.prompts import prompts
from shipsmith_controls.queries import Database

_ENOUGH = 30
"""Own cases from which a set says something (EVA-01)."""
_TESTS = frozenset({"test", "tests", "pytest", "vitest", "jest"})
_NAMED = 3
"""Files that a message names."""


@when("an eval run exists")
def _any_run(db: Database) -> bool:
    return bool(eval_runs(db))


@support("own eval cases that an eval run reads")
def _own_cases(db: Database) -> tuple[Support, ...]:
    """EVA-01: 30 distinct own cases are strong; fewer, remote ones and benchmarks are weak."""
    sets = case_sets(db)
    own = [each for each in sets if each.own and each.distinct]
    count = sum(each.distinct for each in own)
    strength = Strength.STRONG if count >= _ENOUGH else Strength.WEAK
    found = []
    for each in own:
        message = f"{_cases(each.distinct)} of your own"
        if strength is Strength.WEAK:
            message += f", {_ENOUGH} are needed" if len(own) == 1 else f", {count} in all of {_ENOUGH}"
        found.append(Support(strength, Place(each.path, each.line), message))
    if strength is Strength.STRONG:
        return tuple(found)
    for each in sets:
        if each.kind == "remote":
            name = f" `{each.name}`" if each.name else ""
            message = f"the cases{name} are fetched by name, none stand in the repository"
            found.append(Support(Strength.WEAK, Place(each.path, each.line), message))
        elif not each.own:
            message = "a public benchmark says nothing of your own users' questions"
            found.append(Support(Strength.WEAK, Place(each.path, each.line), message))
    return tuple(found)


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


@support("an eval step that stops a change")
def _gate(db: Database) -> tuple[Support, ...]:
    """EVA-02: a step before merge or deployment that can fail, has a criterion and is not skipped."""
    weak: list[Support] = []
    for step in eval_steps(db):
        gaps = list(_gaps(db, step))
        if not gaps:
            message = "a failing eval stops the change here"
            return (Support(Strength.STRONG, Place(step.path, step.line), message),)
        weak += [Support(Strength.WEAK, where, message) for where, message in gaps]
    return tuple(dict.fromkeys(weak))


def _gaps(db: Database, step: EvalStep) -> Iterator[tuple[Place, str]]:
    """What keeps an eval step from stopping a change, and where."""
    here = Place(step.path, step.line)
    if not step.is_before and (step.path, step.job.id) not in before_deploy(db):
        line = step.triggers[0].line if step.triggers else step.line
        yield Place(step.path, line), "evals run, but neither on pull requests nor before a deployment"
    lenient = lenience(db, step)
    if lenient is not None:
        yield Place(step.path, lenient[0]), lenient[1]
    runs = [run for run in eval_runs(db) if run.path in step.runs]
    if not any(criterion(db, run.path) for run in runs):
        for run in runs[:1]:
            yield Place(run.path, finish_of(db, run)), "the runner reports scores and never fails on them"
    for flag in unset_flags(db, step)[:_NAMED]:
        yield here, f"the workflow does not set `{flag}`, without which the evals skip themselves"


@place("CI test step and eval runners")
def _test_steps(db: Database) -> tuple[Place, ...]:
    """EVA-02: where a gate would stand; the main LLM call when there is neither CI nor a runner."""
    found = [Place(run.path, finish_of(db, run)) for run in eval_runs(db) if is_runner(run.path)]
    tested = [
        Place(path, step.line)
        for path, flow in workflows(db)
        for job in flow.jobs
        for step in job.steps
        if _runs_tests(step)
    ]
    found += tested[:2]
    call = main_call(db)
    return tuple(found) or ((Place(call.path, call.line),) if call is not None else ())


def _runs_tests(step: Step) -> bool:
    words = tokens(f"{step.name} {step.run}")
    return bool(step.run and words & _TESTS) and "install" not in tokens(step.name)


def is_runner(path: str) -> bool:
    """Whether a run is a runner of its own, rather than a task or route of production code."""
    return not tokens(path) & {"tasks", "server", "api"}


@support("an eval step before a change is merged")
def _before(db: Database) -> tuple[Support, ...]:
    """EVA-03: on pull requests, with no path filter that leaves out prompts, ids or the retriever."""
    found: list[Support] = []
    for step in eval_steps(db):
        for trigger in step.triggers if step.is_before else ():
            if trigger.event not in BEFORE:
                continue
            missed = [path for path in _what_matters(db) if not lets_through(trigger, path)]
            here = Place(step.path, trigger.line)
            if not missed:
                found.append(Support(Strength.STRONG, here, "evals run on every change that matters"))
            else:
                message = f"the path filter leaves out {_listed(missed)}"
                found.append(Support(Strength.WEAK, here, message))
    strong = tuple(each for each in found if each.strength is Strength.STRONG)
    return strong or tuple(found)


def _what_matters(db: Database) -> list[str]:
    """Production files that hold a prompt or a resolved model id."""
    paths = {each.path for each in prompts(db)} | {each.path for each in model_ids(db)}
    return sorted(path for path in paths if is_production(db, path))


def _listed(paths: list[str]) -> str:
    shown = ", ".join(paths[:_NAMED])
    return shown if len(paths) <= _NAMED else f"{shown} and {len(paths) - _NAMED} more"


@support("an eval step after a change is merged")
def _after(db: Database) -> tuple[Support, ...]:
    """EVA-03: on push to the default branch, release, deployment or a clock."""
    return tuple(
        Support(Strength.STRONG, Place(step.path, step.line), "evals run on what is merged or shipped")
        for step in eval_steps(db)
        if step.is_after
    )


@place("triggers of the eval workflow")
def _triggers(db: Database) -> tuple[Place, ...]:
    """EVA-03: the `on:` of workflows with an eval step; without one, of CI, and the eval runners."""
    stepped = {step.path: step.triggers for step in eval_steps(db)}
    if stepped:
        return tuple(Place(path, found[0].line if found else 1) for path, found in stepped.items())
    places = [Place(run.path, run.line) for run in eval_runs(db) if is_runner(run.path)][:1]
    for path, flow in workflows(db):
        checks = any(trigger.event in BEFORE for trigger in flow.triggers)
        if flow.triggers and (checks or any(_runs_tests(s) for job in flow.jobs for s in job.steps)):
            places.append(Place(path, flow.triggers[0].line))
    return tuple(places[:3])
