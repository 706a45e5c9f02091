"""Notices: what tells somebody that a scheduled or queued ingestion run failed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import calls_inside
from shipsmith_controls.links.data.ingest import IngestEntry, path_nodes
from shipsmith_controls.links.data.sources import stage_nodes
from shipsmith_controls.links.data.stages import blocks_on, calls_on
from shipsmith_controls.links.deploys.scheduled import schedule_files
from shipsmith_controls.links.files.commands import ci_commands, reached
from shipsmith_controls.links.files.deploy import hcl_resources
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, dotted, last_name
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.queries import Database, query

_TRACKERS = ("sentry_sdk", "@sentry/node", "@sentry/nextjs", "rollbar", "bugsnag", "@bugsnag/js",
             "honeybadger", "airbrake")  # fmt: skip
_STARTS = frozenset({"init", "configure", "start", "Notifier"})
_CALLBACKS = frozenset(
    "on_failure_callback on_failure onFailure sla_miss_callback email_on_failure on_crashed on_error "
    "on_failure_task".split()
)
_SIGNALS = frozenset({"task_failure", "run_failure_sensor", "failure_hook"})
_PINGS = re.compile(r"hc-ping\.com|healthchecks\.io|cronitor|deadmanssnitch|betterstack|uptime", re.I)


class Notice(msgspec.Struct, frozen=True):
    """What is told of a failed run; `strong`: it reaches somebody by itself."""

    path: str
    line: int
    what: str
    strong: bool


@query
def notices_of(db: Database, entry: IngestEntry) -> tuple[Notice, ...]:
    """What is bound to the failure of an entry's run."""
    found = (*_trackers(db, entry), *_signals(db, entry), *_in_ci(db, entry), *_alarms(db, entry))
    return tuple(dict.fromkeys((*found, *_on_path(db, entry))))


def _trackers(db: Database, entry: IngestEntry) -> Iterator[Notice]:
    top = entry.path.split("/")[0] if "/" in entry.path else ""
    for module in _TRACKERS:
        for path in by_import(db).get(module, ()):
            facts = index(db, path)
            near = path.startswith(top)
            for call in facts.module.calls if facts is not None and near else ():
                named = dotted(call.callee) or ""
                if facts is not None and last_name(call.callee) in _STARTS and "." in named:
                    gated = any(facts.module.blocks[b].kind == "if" for b in facts.above(call.block))
                    said = "an error tracker" + (" that a setting switches on" if gated else "")
                    yield Notice(path, call.line, said, not gated)


def _signals(db: Database, entry: IngestEntry) -> Iterator[Notice]:
    for path in schedule_files(db):
        facts = index(db, path)
        if facts is None:
            continue
        for function in facts.module.functions:
            for decorator in function.decorators:
                shown = _callee(facts, decorator)
                if shown and set(shown.split(".")) & _SIGNALS and _says(facts, function.block):
                    yield Notice(path, function.line, f"@{shown}", True)
            if function.name == "on_failure" and _says(facts, function.block):
                yield Notice(path, function.line, "on_failure", True)
        if path == entry.path or path == entry.root.path:
            for call in facts.module.calls:
                for keyword in call.keywords:
                    if keyword.name in _CALLBACKS and not isinstance(keyword.value, code.Literal):
                        yield Notice(path, keyword.line, keyword.name, True)


def _callee(facts: ModuleIndex, decorator: code.Expr) -> str:
    shown = (
        facts.module.calls[decorator.call].callee if isinstance(decorator, code.CallRef) else decorator
    )
    return dotted(shown) or ""


def _says(facts: ModuleIndex, block: int) -> bool:
    """Whether a handler calls more than a logger."""
    for _, call in calls_inside(facts, block):
        whole = (dotted(call.callee) or last_name(call.callee)).split(".")
        if not {"logger", "logging", "log", "print", "console"} & set(whole):
            return True
    return False


def _in_ci(db: Database, entry: IngestEntry) -> Iterator[Notice]:
    for command in ci_commands(db):
        starts = any(t.event == "schedule" for t in command.triggers)
        if not starts or not any(t.path == entry.path for t in reached(db, command.ran)):
            continue
        for step in command.job.steps:
            if "failure()" in step.condition and (step.run or step.uses):
                yield Notice(command.path, step.line, "a step that runs on failure", True)


def _alarms(db: Database, entry: IngestEntry) -> Iterator[Notice]:
    words = [
        w
        for w in (entry.function, entry.path.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        if len(w) > 7 or "_" in w
    ]
    for path, kind, name, body in hcl_resources(db):
        if "alarm" not in kind and "alert" not in kind:
            continue
        said = " ".join([name, *(str(n.scalar) for _, n in body.walk() if n.shape == "scalar")])
        plain = said.replace("-", "_")
        if any(re.search(rf"(?<![A-Za-z]){re.escape(w)}(?![A-Za-z])", plain) for w in words):
            yield Notice(path, body.line, f"the alarm {name}", True)


def _on_path(db: Database, entry: IngestEntry) -> Iterator[Notice]:
    nodes = stage_nodes(db, path_nodes(db, entry))
    for path, _, _, call in calls_on(db, nodes):
        for given in call.args:
            if isinstance(given, code.Literal) and _PINGS.search(str(given.value)):
                yield Notice(path, call.line, "a cron monitor", True)
    for path, facts, i, block in blocks_on(db, nodes):
        if block.kind == "except":
            names = {last_name(call.callee) for _, call in calls_inside(facts, i)}
            if names & {"capture_exception", "captureException"}:
                yield Notice(path, block.line, "an error tracker", True)
            elif names & {"error", "exception", "critical"}:
                yield Notice(path, block.line, "an error log", False)
