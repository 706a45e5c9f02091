"""Eval steps: CI steps whose command resolves to an eval run, and whether they can stop a change."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts.ci import Job, Step, Trigger, Workflow
from shipsmith_controls.facts.config import Config
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.evals.eval_code import eval_code
from shipsmith_controls.links.evals.evals import EvalRun, eval_runs
from shipsmith_controls.links.files.commands import CiCommand, ci_commands, reached
from shipsmith_controls.links.files.deploy import deploy_jobs, workflows
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import family
from shipsmith_controls.queries import Database, query

_TEST_RUNNERS = frozenset({"pytest", "py.test", "vitest", "jest", "deepeval", "langsmith"})
_ACTIONS = {"promptfoo/promptfoo-action": "promptfoo", "braintrustdata/eval-action": "braintrust"}
BEFORE = frozenset({"pull_request", "pull_request_target", "merge_group", "merge_request_event"})
_AFTER = frozenset({"schedule", "release", "deployment", "deployment_status"})


class EvalStep(msgspec.Struct, frozen=True):
    """A step of a CI workflow that runs evals; `line` is the step's. `runs` are the runs' paths."""

    path: str
    line: int
    workflow: Workflow
    job: Job
    step: Step
    triggers: tuple[Trigger, ...]
    runs: tuple[str, ...]
    tolerated: int = 0
    env: tuple[tuple[str, str], ...] = ()

    @property
    def is_before(self) -> bool:
        """Whether it runs before a change is merged."""
        return not self.job.manual and any(t.event in BEFORE for t in self.triggers)

    @property
    def is_after(self) -> bool:
        """Whether it runs on what is merged, released or deployed, or on a clock."""
        return not self.job.manual and any(
            t.event in _AFTER or (t.event == "push" and (t.tags or _is_default(t))) for t in self.triggers
        )


def _is_default(trigger: Trigger) -> bool:
    return not trigger.branches or any(
        b in ("main", "master", "trunk", "develop", "$CI_DEFAULT_BRANCH") or "*" in b
        for b in trigger.branches
    )


@query
def eval_steps(db: Database) -> tuple[EvalStep, ...]:
    """Every CI step that runs evals."""
    runs = eval_runs(db)
    if not runs:
        return ()
    found: dict[tuple[str, str, int], EvalStep] = {}
    for each in ci_commands(db):
        matched = tuple(run.path for run in runs if _starts(db, each, run))
        if not matched:
            continue
        key = (each.path, each.job.id, each.step.line)
        known = found.get(key)
        piped = each.ran.command.piped and "pipefail" not in each.step.run + each.step.shell
        piped = piped and each.step.shell != "bash"
        tolerated = each.ran.line if each.ran.command.tolerated or piped else 0
        found[key] = EvalStep(
            each.path,
            each.step.run_line or each.step.line,
            each.workflow,
            each.job,
            each.step,
            each.triggers,
            tuple(dict.fromkeys((*(known.runs if known else ()), *matched))),
            tolerated,
            each.ran.command.env,
        )
    return (*found.values(), *_by_action(db, runs))


def _by_action(db: Database, runs: tuple[EvalRun, ...]) -> Iterator[EvalStep]:
    for path, flow in workflows(db):
        for job in flow.jobs:
            for step in job.steps:
                kind = next((k for a, k in _ACTIONS.items() if step.uses.lower().startswith(a)), "")
                if not kind:
                    continue
                named = {v.value for v in step.inputs if v.value}
                own = [r for r in runs if r.is_config == (kind == "promptfoo")]
                picked = [
                    r for r in own if any(r.path.endswith(n.removeprefix("./")) for n in named)
                ] or own
                if picked:
                    triggers = job.triggers or flow.triggers
                    paths = tuple(r.path for r in picked)
                    yield EvalStep(path, step.line, flow, job, step, triggers, paths)


def _starts(db: Database, each: CiCommand, run: EvalRun) -> bool:
    """Whether a command starts a run: its file, a test runner over its folder, a framework's command."""
    ran = each.ran
    command = ran.command
    targets = {target.path for target in reached(db, ran)}
    if run.path in targets or any(run.path in _imported(db, target) for target in targets):
        return True
    name = command.target.rsplit(".", 1)[-1] if command.kind == "module" else command.target
    words = " ".join((name, *command.args))
    if name in _TEST_RUNNERS and (run.is_test or name == "deepeval"):
        if run.path.endswith(".py") == (name in ("vitest", "jest")):
            return False
        if name in ("pytest", "py.test") and not paths_given(command.args, ran.directory):
            folders = test_folders(db, ran.directory)
            return not folders or any(run.path.startswith(f + "/") for f in folders)
        return collects(name, command.args, ran.directory, run.path)
    for framework in load().tables.evaluation:
        if any(words.startswith(_bare(begin)) for begin in framework.commands):
            if framework.key == "promptfoo":
                return run.is_config and _picks(command.args, ran.directory, run.path)
            used = {key for part in run.files for key, _ in eval_code(db, part).frameworks}
            return framework.key in used and collects("", command.args, ran.directory, run.path)
    return False


def _bare(command: str) -> str:
    return re.sub(r"^(?:npx|pnpm|bunx|yarn|python -m)\s+", "", command)


@query
def _imported(db: Database, path: str) -> frozenset[str]:
    """Eval runs that a script of eval code starts by importing them."""
    run = next((r for r in eval_runs(db) if r.path == path), None)
    return frozenset(run.files) if run is not None else frozenset()


def paths_given(args: tuple[str, ...], directory: str) -> list[str]:
    """The paths among a test runner's arguments, from the root of the tree."""
    found = []
    for arg in args:
        if not arg.startswith("-") and ("/" in arg or "." in arg) and "=" not in arg:
            bare = arg.split("::")[0].removeprefix("./").rstrip("/")
            found.append(posixpath.normpath(posixpath.join(directory, bare)))
    return found


def collects(name: str, args: tuple[str, ...], directory: str, path: str) -> bool:
    """Whether a test runner with these arguments comes upon a file."""
    given = paths_given(args, directory)
    if given:
        return any(path == p or path.startswith(p + "/") or p == "." for p in given)
    if name in ("vitest", "jest"):
        words = {a for a in args if not a.startswith("-") and a not in ("run", "watch")}
        return not words or bool(words & tokens(path))
    words = {a for a in args if not a.startswith("-") and a not in ("test", "run", "eval")}
    if words and any(path.startswith(posixpath.join(directory, w) + "/") for w in words):
        return True
    return not directory or path.startswith(directory + "/")


@query
def test_folders(db: Database, directory: str) -> tuple[str, ...]:
    """Folders to which pytest's settings confine a run without arguments."""
    config = family(db, "config", posixpath.join(directory, "pyproject.toml"))
    roots = config.roots if isinstance(config, Config) else ()
    for root in roots:
        given = root.get("tool", "pytest", "ini_options", "testpaths")
        if given is not None:
            named = [str(n.scalar) for n in (given.items or (given,)) if n.scalar]
            return tuple(posixpath.normpath(posixpath.join(directory, n)) for n in named)
    return ()


def _picks(args: tuple[str, ...], directory: str, path: str) -> bool:
    """Whether promptfoo with these arguments reads a configuration."""
    named = [args[i + 1] for i, a in enumerate(args[:-1]) if a in ("-c", "--config")]
    named += [a.split("=", 1)[1] for a in args if a.startswith(("-c=", "--config="))]
    if not named:
        return posixpath.dirname(path) == directory
    return any(posixpath.normpath(posixpath.join(directory, n)) == path for n in named)


@query
def before_deploy(db: Database) -> frozenset[tuple[str, str]]:
    """(workflow file, job) of every job that a deploy job needs, at any depth."""
    found: set[tuple[str, str]] = set()
    for each in deploy_jobs(db):
        jobs = {job.id: job for job in each.workflow.jobs}
        pending = list(each.job.needs)
        # Steps before the deploying step of the same job stop it too.
        found.add((each.path, each.job.id))
        while pending:
            name = pending.pop()
            if (each.path, name) not in found and name in jobs:
                found.add((each.path, name))
                pending.extend(jobs[name].needs)
    return frozenset(found)
