"""Gates before a deployment: who must approve, in documents, CI and infrastructure."""

from __future__ import annotations

import re

import msgspec

from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.deploys.workflow_files import ai_files
from shipsmith_controls.links.files.deploy import DeployJob, deploy_jobs, hcl_resources, workflows
from shipsmith_controls.links.files.documents import Passage, passages, sections
from shipsmith_controls.links.files.governing import contacts
from shipsmith_controls.links.files.ownership import code_rules, owner
from shipsmith_controls.links.tree import exists, family, files
from shipsmith_controls.queries import Database, query

_ABOUT = re.compile(
    r"\b(?:AI|GenAI|LLM|models?|prompts?)\b.*\b(?:changes?|new|use|approvals?|approve|reviews?|gate|"
    r"release|deploy(?:ment)?s?|rollout|intake|checklist)\b"
    r"|\b(?:new|change|approval|review|gate|intake|release)\b.*\b(?:AI|GenAI|LLM|models?|prompts?)\b",
    re.IGNORECASE,
)
_APPROVES = re.compile(r"\b(?:approv\w*|sign(?:s|ed)?[- ]?off|must be reviewed by)\b", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(?:owners?|lead|managers?|officers?|committee|board|council|team|reviewers?|head of|director|DPO"
    r"|CISO|architect)\b",
    re.IGNORECASE,
)
_CRITERIA = (
    re.compile(r"\brisks?\b", re.IGNORECASE),
    re.compile(r"\beval(?:s|uations?|uated)?\b", re.IGNORECASE),
    re.compile(r"\b(?:privacy|personal data|PII)\b", re.IGNORECASE),
    re.compile(r"\bsecurity\b", re.IGNORECASE),
    re.compile(r"\bcosts?\b", re.IGNORECASE),
)
_TEMPLATE = re.compile(
    r"^(?:\.github/|docs/|\.gitlab/)?(?:pull_request_template|issue_template|merge_request_templates?)"
    r"(?:/|\.|$)",
    re.IGNORECASE,
)
_ASKS = re.compile(r"feature|request|proposal|change", re.IGNORECASE)
_PROTECTION = frozenset(
    {"github_branch_protection", "github_branch_protection_v3", "github_repository_ruleset"}
)
_MANUAL = re.compile(r"ManualValidation@|PendingManualApproval")


class Gate(msgspec.Struct, frozen=True):
    """What stands before a deployment; `weak`: it needs no second person."""

    path: str
    line: int
    what: str
    weak: bool = False


@query
def templates(db: Database) -> tuple[str, ...]:
    """Templates of pull requests, then of issues that ask for something new, then of others."""
    found = [path for path in files(db) if _TEMPLATE.match(path)]
    return tuple(sorted(found, key=lambda path: ("issue" in path.lower(), not _ASKS.search(path), path)))


@query
def approvals(db: Database) -> tuple[tuple[str, int], ...]:
    """(path, line) of sections on AI changes that name an approver role and two criteria."""
    found = [(p.path, p.line) for p in sections(db, _ABOUT) if _asks_approval(p)]
    for path in templates(db):
        if path.endswith((".yml", ".yaml")):
            form = _form(db, path)
            if form is not None and _ABOUT.search(form.everything) and _asks_approval(form):
                found.append((path, 1))
        else:
            whole = passages(db, path)[:1]
            if whole and _ABOUT.search(whole[0].title) and _asks_approval(whole[0]):
                found.append((path, whole[0].line))
    return tuple(dict.fromkeys(found))


def _asks_approval(passage: Passage) -> bool:
    said = passage.everything
    named = bool(_ROLE.search(said)) or bool(contacts(said))
    return bool(_APPROVES.search(said)) and named and sum(bool(c.search(said)) for c in _CRITERIA) > 1


def _form(db: Database, path: str) -> Passage | None:
    """An issue form (YAML) as a passage: all its texts."""
    config = family(db, "config", path)
    if not isinstance(config, Config) or not config.roots:
        return None
    texts = [
        node.scalar for root in config.roots for _, node in root.walk() if isinstance(node.scalar, str)
    ]
    return Passage(path, "", 0, 1, 1, "\n".join(texts))


@query
def strong_gates(db: Database) -> tuple[Gate, ...]:
    """Gates as code at which a second person must approve."""
    found = [
        Gate(path, body.line, f"environment {name} has reviewers")
        for path, kind, name, body in hcl_resources(db)
        if kind == "github_repository_environment" and body.get("reviewers") is not None
    ]
    for path in files(db):
        if path.endswith((".yml", ".yaml", ".json")) and _may_hold_gate(path):
            found.extend(_manual_in(db, path))
    deploying = {(d.path, d.job.id) for d in deploy_jobs(db)}
    for path, flow in workflows(db):
        if flow.system == "gitlab":
            found.extend(
                Gate(path, job.line, f"{job.id} waits for a person")
                for job in flow.jobs
                if job.manual and ((path, job.id) in deploying or _sounds_deploying(job.id))
            )
    protection = protected(db)
    rule = owned_prompts(db)
    if protection is not None and rule is not None:
        found.append(Gate(rule.path, rule.line, "owners of prompts and model code must approve"))
    return tuple(found)


def _may_hold_gate(path: str) -> bool:
    low = path.lower()
    return "azure-pipelines" in low or ".azuredevops/" in low or "pipeline" in low or "sagemaker" in low


@query
def _manual_in(db: Database, path: str) -> tuple[Gate, ...]:
    config = family(db, "config", path)
    if not isinstance(config, Config):
        return ()
    return tuple(
        Gate(path, node.line, "the pipeline waits for a person")
        for root in config.roots
        for _, node in root.walk()
        if isinstance(node.scalar, str) and _MANUAL.search(node.scalar)
    )


def _sounds_deploying(name: str) -> bool:
    return bool(re.search(r"deploy|release|prod", name, re.IGNORECASE))


@query
def protected(db: Database) -> Gate | None:
    """Where branch protection is declared: Terraform, or the settings app's file."""
    for path, kind, _, body in hcl_resources(db):
        if kind in _PROTECTION:
            return Gate(path, body.line, "branch protection")
    for path in (".github/settings.yml", ".github/settings.yaml"):
        config = family(db, "config", path) if exists(db, path) else None
        for root in config.roots if isinstance(config, Config) else ():
            for branch in (root.get("branches") or root).items:
                if branch.get("protection") is not None:
                    return Gate(path, branch.line, "branch protection")
    return None


@query
def owned_prompts(db: Database) -> Gate | None:
    """The CODEOWNERS rule that owns a file with a model call, prompt or tool."""
    where, _ = code_rules(db)
    for path in ai_files(db) if where else ():
        owned = owner(db, path)
        if owned is not None and owned.path == where:
            return Gate(where, owned.line, f"CODEOWNERS names who owns {path}", weak=True)
    return None


def weak_gate(db: Database, deploy: DeployJob) -> Gate | None:
    """What stands before one deploy job that shows no second person."""
    if deploy.job.environment:
        what = f"environment {deploy.job.environment} is named; its reviewers are not declared here"
        return Gate(deploy.path, deploy.line, what, weak=True)
    events = {trigger.event for trigger in deploy.job.triggers or deploy.workflow.triggers}
    if events == {"workflow_dispatch"}:
        return Gate(deploy.path, deploy.line, "started by hand, by anyone who may run it", weak=True)
    return owned_prompts(db)
