"""Schedules and events outside code: CI, Kubernetes, platform and serverless files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from shipsmith_controls.facts.config import Node as Value
from shipsmith_controls.facts.containers import texts
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.deploys.scheduled import Clock
from shipsmith_controls.links.files.commands import Ran, ci_commands, expand, module_file, reached
from shipsmith_controls.links.files.deploy import configs, hcl_resources
from shipsmith_controls.links.tree import exists
from shipsmith_controls.queries import Database, query

_EVENTS = frozenset(
    "s3 sqs sns stream eventbridge kafka msk cloudwatchevent rabbitmq activemq dynamodb kinesis "
    "eventbridgerule pubsub cloudstorage eventgrid".split()
)
_CLOCKS = frozenset({"schedule", "schedulev2", "timer"})
_TARGETS = ("aws_cloudwatch_event_target", "aws_scheduler_schedule", "aws_s3_bucket_notification",
            "aws_lambda_event_source_mapping", "aws_sns_topic_subscription")  # fmt: skip
_PYTHON_MODULE = re.compile(r"^[\w.]+$")


@query
def started(db: Database) -> tuple[Clock, ...]:
    """Every schedule and event in configuration that resolves to a file or function."""
    found = (*_ci(db), *_kubernetes(db), *_serverless(db), *_lambdas(db))
    return tuple(dict.fromkeys(found))


def _targets(db: Database, ran: Ran) -> Iterator[Node]:
    for target in reached(db, ran):
        yield Node(target.path, target.function)


def _ci(db: Database) -> Iterator[Clock]:
    for command in ci_commands(db):
        for trigger in command.triggers:
            if trigger.event not in ("schedule", "repository_dispatch"):
                continue
            for node in _targets(db, command.ran):
                said = f"cron {trigger.cron}" if trigger.cron else trigger.event
                kind = "cron" if trigger.event == "schedule" else "event"
                yield Clock(node, "cron" if kind == "cron" else "event", command.path, trigger.line, said)


def _kubernetes(db: Database) -> Iterator[Clock]:
    for path, root in configs(db, "kubernetes"):
        when = root.text("spec", "schedule")
        if root.text("kind") != "CronJob" or not when:
            continue
        pod = root.get("spec", "jobTemplate", "spec", "template", "spec")
        for container in _items(pod, "containers"):
            words = (*texts(container.get("command")), *texts(container.get("args")))
            for ran in expand(db, " ".join(_quoted(w) for w in words), "", path, container.line):
                for node in _targets(db, ran):
                    yield Clock(node, "cron", path, root.get("spec", "schedule").line, f"CronJob {when}")  # type: ignore[union-attr]


def _items(node: Value | None, key: str) -> tuple[Value, ...]:
    held = node.get(key) if node is not None else None
    return held.items if held is not None else ()


def _quoted(word: str) -> str:
    return f"'{word}'" if re.search(r"[\s;&|]", word) and "'" not in word else word


def _serverless(db: Database) -> Iterator[Clock]:
    """Events of functions in serverless.yml and SAM templates."""
    for path, root in configs(db, "serverless", "cloudformation"):
        functions = [*_entries(root.get("functions")), *_entries(root.get("Resources"))]
        for _, function in functions:
            body = function.get("Properties") or function
            handler = body.text("handler") or body.text("Handler")
            folder = posixpath.join(posixpath.dirname(path), body.text("CodeUri") or "")
            node = _handler(db, handler, folder) if handler else None
            if node is None:
                continue
            for kind, line in _events(body):
                if kind in _CLOCKS:
                    yield Clock(node, "cron", path, line, f"the {kind} event of the function")
                elif kind in _EVENTS:
                    yield Clock(node, "event", path, line, f"the {kind} event of the function")


def _entries(node: Value | None) -> tuple[tuple[str, Value], ...]:
    return node.entries if node is not None and node.shape == "map" else ()


def _events(body: Value) -> Iterator[tuple[str, int]]:
    held = body.get("events") or body.get("Events")
    if held is None:
        return
    for item in held.items:
        yield from ((key.lower(), value.line) for key, value in item.entries)
    for _, event in held.entries:
        yield (event.text("Type") or "").lower(), event.line


def _handler(db: Database, handler: str, folder: str) -> Node | None:
    """`src/ingest.handler` or `app.ingest.handler`: the file and function."""
    stem, _, function = handler.rpartition(".")
    folder = "" if posixpath.normpath(folder) == "." else posixpath.normpath(folder)
    for base in (folder, ""):
        for ending in (".py", ".ts", ".js", ".mjs"):
            path = posixpath.normpath(posixpath.join(base, stem + ending))
            if exists(db, path):
                return Node(path, function)
    if _PYTHON_MODULE.match(stem):
        found = module_file(db, stem, folder)
        if found is not None:
            return Node(found, function)
    return None


def _lambdas(db: Database) -> Iterator[Clock]:
    """Terraform: a rule, schedule or mapping that names a function whose handler is in the tree."""
    resources = hcl_resources(db)
    handlers: dict[str, Node] = {}
    for path, kind, name, body in resources:
        handler = body.text("handler")
        if kind == "aws_lambda_function" and handler:
            node = _handler(db, handler, posixpath.dirname(path))
            if node is not None:
                handlers[f"aws_lambda_function.{name}"] = node
    for path, kind, name, body in resources if handlers else ():
        if kind not in _TARGETS:
            continue
        said = " ".join(str(n.scalar) for _, n in body.walk() if n.shape == "scalar")
        for reference, node in handlers.items():
            if re.search(rf"{re.escape(reference)}\b", said):
                clock = kind in ("aws_cloudwatch_event_target", "aws_scheduler_schedule")
                yield Clock(node, "cron" if clock else "event", path, body.line, f"{kind} {name}")
