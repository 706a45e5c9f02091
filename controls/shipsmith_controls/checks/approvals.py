"""Words of the checks on approval: who must agree before a new AI use goes live."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.calls.mainstay import main_call
from shipsmith_controls.links.deploys.approval import (
    approvals,
    owned_prompts,
    strong_gates,
    templates,
    weak_gate,
)
from shipsmith_controls.links.files.deploy import deploy_files, deploy_jobs, workflows
from shipsmith_controls.links.tree import family, files
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


def _deploy_place(db: Database) -> Place:
    """Where the app is deployed: the job, a platform file, the first workflow, else the main call."""
    jobs = deploy_jobs(db)
    if jobs:
        return Place(jobs[0].path, jobs[0].line)
    platform = [path for path, kind in deploy_files(db) if kind == "platform" and path.endswith(".yaml")]
    flows = [path for path, _ in workflows(db)]
    for path in (*platform, *flows, *(path for path, _ in deploy_files(db))):
        return Place(path, _first_service(db, path))
    call = main_call(db)
    return Place(call.path, call.line) if call else Place(files(db)[0], 1)


def _first_service(db: Database, path: str) -> int:
    """The line of the first service that a platform file deploys, else the file's first."""
    config = family(db, "config", path)
    for root in config.roots if isinstance(config, Config) else ():
        services = root.get("services")
        for node in (*services.items, *(held for _, held in services.entries)) if services else ():
            return node.line
    return 1


@subject("description of an AI change")
def _description(db: Database) -> tuple[Subject, ...]:
    """One subject: the approving section, else the template it could stand in."""
    for path, line in approvals(db)[:1]:
        return (Subject(Place(path, line), ""),)
    for path in templates(db)[:1]:
        return (Subject(Place(path, 1), ""),)
    return (Subject(_deploy_place(db), ""),)


@has("an approver and criteria")
def _has_approver(db: Database, each: Subject) -> Holding:
    """GOV-04 (a): a section on new AI use, model or prompt names the role and two criteria."""
    found = approvals(db)
    if found:
        path, line = found[0]
        shown = Evidence(path, line, "says who approves an AI change, and by what")
        return Holding(Strength.STRONG, evidence=(shown,))
    return Holding(Strength.LACKING, "nothing says who approves a new AI use, model or prompt")


@subject("deploy job")
def _deploy_jobs(db: Database) -> tuple[Subject, ...]:
    """Each CI job that deploys the app; where there is none, the place that deploys it."""
    jobs = deploy_jobs(db)
    if not jobs:
        return (Subject(_deploy_place(db), "", key=-1),)
    return tuple(Subject(Place(d.path, d.line), "", key=i) for i, d in enumerate(jobs))


@has("an approval gate")
def _has_gate(db: Database, each: Subject) -> Holding:
    """GOV-04 (b): a gate as code; a bare environment, manual start or CODEOWNERS alone is weak."""
    gates = strong_gates(db)
    if gates:
        return Holding(
            Strength.STRONG, evidence=tuple(Evidence(g.path, g.line, g.what) for g in gates[:3])
        )
    weak = weak_gate(db, deploy_jobs(db)[int(each.key)]) if int(each.key) >= 0 else owned_prompts(db)
    if weak is not None:
        shown = Evidence(weak.path, weak.line, weak.what, weak=True)
        return Holding(Strength.WEAK, f"no second person is required: {weak.what}", evidence=(shown,))
    return Holding(Strength.LACKING, "nobody has to approve what is deployed here")
