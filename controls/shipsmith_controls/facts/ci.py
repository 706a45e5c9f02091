"""CI workflows: what starts them, which jobs run and what each step does (GitHub Actions, GitLab CI)."""

from __future__ import annotations

from shipsmith_controls.facts import _gitlab
from shipsmith_controls.facts._workflow import Job, Step, Trigger, Workflow
from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.facts.containers import Variable, scalar_text, texts, variables

__all__ = ["Job", "Step", "Trigger", "Workflow", "workflow"]


def workflow(config: Config) -> Workflow | None:
    """The workflow that a file describes, or None when it is no workflow.

    A GitHub workflow has `on` and `jobs`; a composite or other action (`runs.steps`) is a workflow
    without triggers whose one job is `runs`. A GitLab file has a job with a `script`.
    """
    if not config.roots or config.roots[0].shape != "map":
        return None
    root = config.roots[0]
    jobs = root.get("jobs")
    started = root.get("on") or root.get("true")
    if jobs is not None and jobs.shape == "map" and started is not None:
        return _github(root, started, jobs)
    steps = root.get("runs", "steps")
    if steps is not None:
        job = Job("runs", steps.line, steps=_steps(steps, None))
        return Workflow(root.text("name") or "", "github", (), (job,))
    return _gitlab.read(root)


def _github(root: Node, started: Node, jobs: Node) -> Workflow:
    shared = variables(root.get("env"))
    run = root.get("defaults", "run")
    found = tuple(_job(key, node, shared, run) for key, node in jobs.entries if node.shape == "map")
    return Workflow(root.text("name") or "", "github", _triggers(started), found)


def _triggers(node: Node) -> tuple[Trigger, ...]:
    if node.shape == "scalar":
        return (Trigger(scalar_text(node) or "", node.line),)
    if node.shape == "list":
        return tuple(Trigger(scalar_text(item) or "", item.line) for item in node.items)
    found: list[Trigger] = []
    for event, rule in node.entries:
        if event == "schedule":
            found += [
                Trigger("schedule", item.line, cron=item.text("cron") or "")
                for item in rule.items
                if item.text("cron")
            ]
        else:
            found.append(_trigger(event, rule))
    return tuple(found)


def _trigger(event: str, rule: Node) -> Trigger:
    return Trigger(
        event,
        rule.line,
        texts(rule.get("branches")),
        texts(rule.get("paths")),
        texts(rule.get("paths-ignore")),
        "",
        texts(rule.get("branches-ignore")),
        texts(rule.get("tags")),
        texts(rule.get("types")),
        texts(rule.get("inputs")),
    )


def _job(key: str, node: Node, shared: tuple[Variable, ...], run: Node | None) -> Job:
    environment = node.get("environment")
    named = scalar_text(environment) or (environment.text("name") if environment is not None else None)
    steps = node.get("steps")
    return Job(
        key,
        node.line,
        texts(node.get("needs")),
        _tolerant(node),
        named or "",
        scalar_text(node.get("if")) or "",
        (*shared, *variables(node.get("env"))),
        node.text("uses") or "",
        _steps(steps, node.get("defaults", "run") or run) if steps is not None else (),
        variables(node.get("with")),
        texts(node.get("services")),
    )


def _steps(node: Node, run: Node | None) -> tuple[Step, ...]:
    return tuple(_step(item, run) for item in node.items if item.shape == "map")


def _step(node: Node, run: Node | None) -> Step:
    script = node.get("run")
    line = script.line if script is not None else node.line
    fallback_shell = run.text("shell") if run is not None else None
    fallback_folder = run.text("working-directory") if run is not None else None
    return Step(
        node.text("name") or "",
        node.line,
        scalar_text(script) or "",
        node.text("uses") or "",
        variables(node.get("with")),
        _tolerant(node),
        scalar_text(node.get("if")) or "",
        variables(node.get("env")),
        node.text("shell") or fallback_shell or "",
        node.text("working-directory") or fallback_folder or "",
        line + (script is not None and script.end_line > script.line),
    )


def _tolerant(node: Node) -> bool:
    """Whether a failure is swallowed; an expression may be true, so it counts."""
    flag = scalar_text(node.get("continue-on-error"))
    return flag is not None and flag != "false"
