"""GitLab CI in the shape of a workflow: `rules` and `only` become triggers, scripts become steps."""

from __future__ import annotations

import re

from shipsmith_controls.facts._workflow import Job, Step, Trigger, Workflow
from shipsmith_controls.facts.config import Node
from shipsmith_controls.facts.containers import merged, scalar_text, texts, variables

_SOURCES = {
    "merge_request_event": "pull_request",
    "merge_requests": "pull_request",
    "external_pull_request_event": "pull_request",
    "schedule": "schedule",
    "schedules": "schedule",
    "push": "push",
    "pushes": "push",
    "branches": "push",
    "web": "workflow_dispatch",
    "trigger": "workflow_dispatch",
    "api": "workflow_dispatch",
    "tags": "push",
}
_SOURCE = re.compile(r"CI_PIPELINE_SOURCE\s*==\s*[\"'](\w+)[\"']")
_NO_JOBS = {
    "default", "include", "stages", "variables", "workflow", "image", "services", "cache", "spec",
    "before_script", "after_script", "pages:deploy",
}  # fmt: skip
_DEPTH = 8
_MAX_JOBS = 500


def read(root: Node) -> Workflow | None:
    """The workflow of a GitLab file, or None when no entry of it has a script, trigger or template.

    At most 500 jobs are read.
    """
    named = [(key, node) for key, node in root.entries if key not in _NO_JOBS and node.shape == "map"]
    found = dict(named[:_MAX_JOBS])
    keys = ("script", "trigger", "run")
    if not any(merged(node, key) for node in found.values() for key in keys):
        return None
    if not any(key in ("stages", "include", "default", "image", "workflow") for key, _ in root.entries):
        marks = ("stage", "rules", "only", "image", "extends", "tags", "before_script")
        if not any(merged(node, mark) for node in found.values() for mark in marks):
            return None
    stages = texts(root.get("stages"))
    jobs = tuple(
        _job(key, node, root, found, stages) for key, node in found.items() if not key.startswith(".")
    )
    triggers = _rules(root.get("workflow", "rules")) or (Trigger("push", 1),)
    own = tuple(trigger for job in jobs for trigger in job.triggers)
    return Workflow("", "gitlab", tuple(dict.fromkeys((*triggers, *own))), jobs)


def _value(node: Node, key: str, jobs: dict[str, Node], depth: int = 0) -> Node | None:
    """A key of a job, also from the jobs that it extends."""
    own = merged(node, key)
    if own is not None or depth > _DEPTH:
        return own
    for base in reversed(texts(merged(node, "extends"))):
        if base in jobs:
            found = _value(jobs[base], key, jobs, depth + 1)
            if found is not None:
                return found
    return None


def _job(key: str, node: Node, root: Node, jobs: dict[str, Node], stages: tuple[str, ...]) -> Job:
    steps: list[Step] = []
    for part in ("before_script", "script", "after_script"):
        script = _value(node, part, jobs) or (root.get("default", part) or root.get(part))
        if script is not None and script.shape != "map":
            steps += [
                Step(part, item.line, text, run_line=item.line + (item.end_line > item.line))
                for item in (script.items or (script,))
                if (text := scalar_text(item))
            ]
    rules = _value(node, "rules", jobs)
    environment = _value(node, "environment", jobs)
    return Job(
        key,
        node.line,
        _needs(node, jobs, stages),
        scalar_text(_value(node, "allow_failure", jobs)) == "true" or _tolerant(rules),
        scalar_text(environment) or (environment.text("name") if environment else None) or "",
        "",
        (*variables(root.get("variables")), *variables(_value(node, "variables", jobs))),
        scalar_text(_value(node, "trigger", jobs)) or "",
        tuple(steps),
        (),
        texts(_value(node, "services", jobs)),
        _manual(node, rules, jobs),
        _rules(rules) or _only(_value(node, "only", jobs)),
    )


def _needs(node: Node, jobs: dict[str, Node], stages: tuple[str, ...]) -> tuple[str, ...]:
    """The jobs that must succeed first: `needs`, else all jobs of the stages before."""
    needs = _value(node, "needs", jobs) or _value(node, "dependencies", jobs)
    if needs is not None:
        return tuple(filter(None, (scalar_text(item) or item.text("job") for item in needs.items)))
    stage = scalar_text(_value(node, "stage", jobs)) or "test"
    if stage not in stages:
        return ()
    before = set(stages[: stages.index(stage)])
    return tuple(
        key
        for key, other in jobs.items()
        if not key.startswith(".") and (scalar_text(_value(other, "stage", jobs)) or "test") in before
    )


def _manual(node: Node, rules: Node | None, jobs: dict[str, Node]) -> bool:
    if scalar_text(_value(node, "when", jobs)) == "manual":
        return True
    whens = [rule.text("when") for rule in rules.items] if rules is not None else []
    active = [when for when in whens if when != "never"]
    return bool(active) and all(when == "manual" for when in active)


def _tolerant(rules: Node | None) -> bool:
    flags = [scalar_text(rule.get("allow_failure")) for rule in rules.items] if rules is not None else []
    return bool(flags) and all(flag == "true" for flag in flags)


def _rules(node: Node | None) -> tuple[Trigger, ...]:
    found: list[Trigger] = []
    for rule in node.items if node is not None else ():
        condition = rule.text("if") or ""
        if rule.text("when") == "never":
            continue
        changes = rule.get("changes")
        listed = changes.get("paths") if changes is not None and changes.shape == "map" else changes
        sources = _SOURCE.findall(condition)
        events = {_SOURCES.get(source, source) for source in sources} or {"push"}
        if not sources and "CI_MERGE_REQUEST" in condition:
            events = {"pull_request"}
        found += [Trigger(event, rule.line, paths=texts(listed)) for event in sorted(events)]
    return tuple(dict.fromkeys(found))


def _only(node: Node | None) -> tuple[Trigger, ...]:
    if node is None:
        return ()
    refs = node.get("refs") if node.shape == "map" else node
    paths = texts(node.get("changes")) if node.shape == "map" else ()
    words = texts(refs)
    branches = tuple(word for word in words if word not in _SOURCES)
    events = [_SOURCES[word] for word in words if word in _SOURCES] or ["push"]
    return tuple(Trigger(event, node.line, branches, paths) for event in dict.fromkeys(events))
