"""Words of the check on CI that stops leaked secrets and vulnerable packages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, place, support
from shipsmith_controls.facts.ci import Job, Step, Trigger, Workflow
from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.calls.mainstay import main_call
from shipsmith_controls.links.files.commands import CiCommand, ci_commands
from shipsmith_controls.links.files.deploy import workflows
from shipsmith_controls.links.tree import exists, family
from shipsmith_controls.queries import Database

_BLOCKING = frozenset({"push", "pull_request", "pull_request_target", "merge_group"})
_SECRETS = re.compile(r"\b(?:gitleaks|trufflehog|detect-secrets(?:-hook)?|ggshield|git-secrets)\b")
_PACKAGES = re.compile(
    r"\b(?:pip-audit|safety (?:check|scan)|osv-scanner|(?:npm|pnpm|yarn|bun)(?: npm)? audit|snyk test"
    r"|grype|trivy (?:fs|filesystem|repo)|cargo audit|govulncheck|uv audit)\b"
)
_AUDIT = re.compile(r"\baudit\b")
_LOCKS = re.compile(r"lock|requirements.*\.txt|go\.sum")
_SECRET_ACTIONS = ("gitleaks/", "trufflesecurity/", "gitguardian/", "secret-scanner")
_PACKAGE_ACTIONS = (
    "actions/dependency-review-action",
    "pypa/gh-action-pip-audit",
    "google/osv-scanner-action",
    "snyk/actions",
    "anchore/scan-action",
    "pyupio/safety",
)
_HOOKS = (".pre-commit-config.yaml", ".pre-commit-config.yml")
_UPDATERS = (
    ".github/dependabot.yml",
    ".github/dependabot.yaml",
    "renovate.json",
    "renovate.json5",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
)


def _blocks(triggers: tuple[Trigger, ...], job: Job, step: Step) -> bool:
    """Whether a failing step stops a change: on push or pull request, its failure not swallowed."""
    starts = any(trigger.event in _BLOCKING for trigger in triggers)
    return starts and not job.continue_on_error and not step.continue_on_error


def _strength(blocking: bool) -> Strength:
    return Strength.STRONG if blocking else Strength.WEAK


def _commands(db: Database, tools: re.Pattern[str]) -> Iterator[Support]:
    for each in ci_commands(db):
        said = " ".join((each.ran.command.program, *each.ran.command.args))
        if tools.search(said):
            tolerated = each.ran.command.tolerated or "--exit-zero" in said
            yield _found(each, tools.search(said)[0], not tolerated)  # type: ignore[index]


def _found(each: CiCommand, tool: str, strict: bool) -> Support:
    blocking = strict and _blocks(each.triggers, each.job, each.step)
    message = f"{tool} runs" if blocking else f"{tool} runs, but a finding stops no change"
    return Support(_strength(blocking), Place(each.path, each.step.line), message)


def _actions(db: Database, names: tuple[str, ...]) -> Iterator[Support]:
    for path, flow, job, step in _steps(db):
        used = step.uses.lower()
        if used.startswith(names):
            blocking = _blocks(job.triggers or flow.triggers, job, step)
            tool = used.partition("@")[0]
            message = f"{tool} runs" if blocking else f"{tool} runs, but a finding stops no change"
            yield Support(_strength(blocking), Place(path, step.line), message)


def _steps(db: Database) -> Iterator[tuple[str, Workflow, Job, Step]]:
    for path, flow in workflows(db):
        for job in flow.jobs:
            for step in job.steps:
                yield path, flow, job, step


@support("secret scan that blocks a change")
def _secret_scan(db: Database) -> tuple[Support, ...]:
    """SEC-15 (a): a scanner in CI on push or pull request; a pre-commit hook counts when CI runs it."""
    found = [*_commands(db, _SECRETS), *_actions(db, _SECRET_ACTIONS)]
    hook = next((path for path in _HOOKS if exists(db, path) and _hooks_scan(db, path)), None)
    if hook is not None:
        found.append(
            Support(Strength.WEAK, Place(hook, 1), "a hook looks for secrets, where it is installed")
        )
        for each in ci_commands(db):
            if each.ran.command.program in ("pre-commit", "prek") and "run" in each.ran.command.args:
                found.append(_found(each, "pre-commit", not each.ran.command.tolerated))
        for path, flow, job, step in _steps(db):
            if step.uses.startswith(("pre-commit/action", "j178/prek-action")):
                blocking = _blocks(job.triggers or flow.triggers, job, step)
                found.append(Support(_strength(blocking), Place(path, step.line), "pre-commit runs"))
    return tuple(found)


def _hooks_scan(db: Database, path: str) -> bool:
    config = family(db, "config", path)
    return isinstance(config, Config) and any(
        isinstance(node.scalar, str) and _SECRETS.search(node.scalar)
        for root in config.roots
        for _, node in root.walk()
    )


@support("package audit that blocks a change")
def _package_audit(db: Database) -> tuple[Support, ...]:
    """SEC-15 (b): an audit of dependencies in CI; update bots only open pull requests."""
    found = [*_commands(db, _PACKAGES), *_actions(db, _PACKAGE_ACTIONS)]
    for each in ci_commands(db):
        said = " ".join((each.ran.command.program, *each.ran.command.args))
        on_locks = any(_LOCKS.search(path) for trigger in each.triggers for path in trigger.paths)
        if _AUDIT.search(said) and on_locks:
            found.append(_found(each, "an audit of the lock files", not each.ran.command.tolerated))
    for path, flow, job, step in _steps(db):
        kind = next((v.value for v in step.inputs if v.name == "scan-type"), "")
        if step.uses.startswith("aquasecurity/trivy-action") and kind in ("fs", "repo"):
            blocking = _blocks(job.triggers or flow.triggers, job, step)
            strict = any(v.name == "exit-code" and v.value == "1" for v in step.inputs)
            found.append(Support(_strength(blocking and strict), Place(path, step.line), "trivy runs"))
    for path in _UPDATERS:
        if exists(db, path):
            message = "updates are proposed, but nothing stops a vulnerable package"
            found.append(Support(Strength.WEAK, Place(path, 1), message))
    return tuple(found)


@place("CI workflow")
def _workflow(db: Database) -> tuple[Place, ...]:
    """The first workflow that runs on changes, else the main LLM call."""
    flows = workflows(db)
    for path, flow in flows:
        if any(trigger.event in _BLOCKING for trigger in flow.triggers):
            return (Place(path, flow.jobs[0].line if flow.jobs else 1),)
    if flows:
        return (Place(flows[0][0], 1),)
    call = main_call(db)
    return (Place(call.path, call.line),) if call is not None else ()
