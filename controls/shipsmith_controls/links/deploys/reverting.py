"""Rolling back: documents that say how, pipelines and platforms that do it, and for model and prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.links.files.commands import ci_commands
from shipsmith_controls.links.files.deploy import deploy_jobs, workflows
from shipsmith_controls.links.files.documents import Passage, sections
from shipsmith_controls.links.files.infrastructure import resources
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import files, lines_of
from shipsmith_controls.queries import Database, query

_HEADING = re.compile(r"\b(?:roll(?:ing|ed)?[- ]?backs?|revert(?:s|ing)?)\b", re.IGNORECASE)
_HOME = re.compile(
    r"(?:^|/)(?:docs?|documentation|runbooks?|playbooks?|\.github)/|runbook|roll-?back", re.I
)
_OTHER = re.compile(r"\b(?:migrations?|schema|database|transactions?|alembic|revert commit)\b", re.I)
_COMMAND = re.compile(
    r"\b(?:kubectl|helm|git|aws|gcloud|az|azd|vercel|fly(?:ctl)?|docker|terraform|cdk|heroku|railway|argocd)\s+\w"
)
_AUTOMATION = re.compile(
    r"\brollout undo\b|\bhelm rollback\b|\bhelm upgrade\b.*--(?:atomic|rollback-on-failure)"
    r"|\bvercel rollback\b|\bheroku rollback\b|\bargocd app rollback\b|update-traffic .*--to-revisions"
)
_DECLARED = re.compile(
    r"auto_?rollback_?configuration\b[^}]*\benabled\s*[:=]\s*true"
    r"|deployment_?circuit_?breaker\b[^}]*\brollback\"?\s*[:=]\s*true"
    r"|circuit_?breaker\b[^}]*\brollback\s*[:=]\s*true",
    re.IGNORECASE,
)
_MODEL = re.compile(r"\b(?:models?|prompts?)\b", re.IGNORECASE)
_VERSION = frozenset("version tag sha ref image release commit revision".split())
_WORDS = re.compile(r"[^\W\d_][\w'’-]*")
_ENOUGH = 30


class Way(msgspec.Struct, frozen=True):
    """A way back: where it is written or done, and what it is."""

    path: str
    line: int
    what: str


def _runbooks(db: Database) -> Iterator[Passage]:
    for passage in sections(db, _HEADING):
        here = _HEADING.search(passage.title) and not _OTHER.search(passage.title)
        if here and _HOME.search(passage.path):
            yield passage


@query
def written_ways(db: Database) -> tuple[Way, ...]:
    """Sections on rolling back with 30 words or a command."""
    return tuple(
        Way(each.path, each.line, f"a section on it: {each.title}")
        for each in _runbooks(db)
        if len(_WORDS.findall(each.prose)) >= _ENOUGH or _COMMAND.search(each.prose)
    )


@query
def automated_ways(db: Database) -> tuple[Way, ...]:
    """Pipelines that take a version or undo a release, and platforms that roll back by themselves."""
    found: dict[Way, None] = {}
    for job in deploy_jobs(db):
        for trigger in job.workflow.triggers:
            if trigger.event == "workflow_dispatch" and any(tokens(i) & _VERSION for i in trigger.inputs):
                found[Way(job.path, trigger.line, "the deploy workflow takes a version")] = None
    for path, flow in workflows(db):
        for job_ in flow.jobs:
            for step in job_.steps:
                if _AUTOMATION.search(step.run):
                    found[Way(path, step.line, "a step that rolls back")] = None
    for each in ci_commands(db):
        if _AUTOMATION.search(" ".join((each.ran.command.program, *each.ran.command.args))):
            found[Way(each.ran.path, each.ran.line, "a command that rolls back")] = None
    for path in files(db):
        if path.endswith((".sh", "Makefile", "justfile")) and is_production(db, path):
            lines = lines_of(db, path)
            for i, line in enumerate(lines):
                if _AUTOMATION.search(line) and not line.lstrip().startswith("#"):
                    found[Way(path, i + 1, "a script that rolls back")] = None
    for resource in resources(db):
        if _DECLARED.search(resource.text):
            found[Way(resource.path, resource.line, "a failed release is rolled back")] = None
    return tuple(found)


@query
def model_ways(db: Database) -> tuple[Way, ...]:
    """Headings or steps of rollback sections that name the model or the prompt."""
    found: dict[Way, None] = {}
    for each in _runbooks(db):
        rows = zip(each.rows, each.row_lines, strict=False)
        steps = [(" ".join(row), line) for row, line in rows]
        for text, line in ((each.title, each.line), *each.headings, *steps):
            if _MODEL.search(text):
                found[Way(each.path, line, "says how model or prompt go back")] = None
                break
    return tuple(found)
