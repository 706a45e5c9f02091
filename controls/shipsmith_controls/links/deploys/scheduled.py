"""Schedules in code: beat tables, `add_job`, cron decorators and their arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.calls.calls import Node, node_of
from shipsmith_controls.links.calls.enqueued import task_named
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, entry, inside, last_name
from shipsmith_controls.links.values.packages import users_of_package
from shipsmith_controls.links.values.value import Fn
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_TIMES = ("schedule", "cron", "schedule_interval", "interval", "timetable", "crons", "every", "crontab")
_OFF = frozenset({"none", "@once", ""})
_DECORATED = frozenset(
    "scheduled_job periodic_task repeat repeat_every cron on_schedule cron_schedule timer_trigger "
    "schedule periodic scheduled Cron Interval sensor".split()
)
_EVENTS = frozenset(
    "blob_trigger queue_trigger service_bus_queue_trigger service_bus_topic_trigger event_grid_trigger "
    "event_hub_message_trigger cosmos_db_trigger cloud_event on_object_finalized on_document_written "
    "on_document_created on_message_published subscriber receiver".split()
)
_SCHEDULERS = frozenset(
    "add_job add_schedule add_periodic_task do scheduleJob schedule run_daily run_repeating CronJob Cron "
    "upsertJobScheduler onSchedule".split()
)
_HANDLING = frozenset(
    "on_object_finalized onObjectFinalized onDocumentWritten onDocumentCreated onMessagePublished "
    "basic_consume subscribe".split()
)
_GRAPHS = frozenset({"DAG", "ScheduleDefinition", "serve", "deploy", "build_schedule"})


class Clock(msgspec.Struct, frozen=True):
    """A schedule or event at a place, and the function (or module) that it starts."""

    node: Node
    kind: Literal["cron", "event"]
    path: str
    line: int
    what: str


@query
def schedule_files(db: Database) -> tuple[str, ...]:
    """Production files that import a job or queue system."""
    systems = [jobs for jobs in load().tables.jobs if jobs.key != "background"]
    found = {path for jobs in systems for path in users_of_package(db, jobs)}
    return tuple(sorted(found))


@query
def scheduled(db: Database) -> tuple[Clock, ...]:
    """Every schedule and event in code that resolves to a function."""
    return tuple(clock for path in schedule_files(db) for clock in clocks_in(db, path))


@query
def clocks_in(db: Database, path: str) -> tuple[Clock, ...]:
    """The schedules and events that one file sets."""
    facts = index(db, path)
    if facts is None:
        return ()
    reader = _Reader(db, path, facts)
    return tuple(
        dict.fromkeys((*reader.tables(), *reader.decorated(), *reader.handed(), *reader.whole()))
    )


class _Reader:
    def __init__(self, db: Database, path: str, facts: ModuleIndex) -> None:
        self.db, self.path, self.facts = db, path, facts
        self.module = facts.module

    def _clock(self, node: Node, line: int, what: str, kind: Literal["cron", "event"] = "cron") -> Clock:
        return Clock(node, kind, self.path, line, what)

    def tables(self) -> Iterator[Clock]:
        """Entries of a beat table: a mapping with `task` and `schedule`."""
        exprs: list[code.Expr] = [a.value for a in self.module.assigns if a.value is not None]
        exprs += [given for call in self.module.calls for given in call.args]
        for out in self.module.exits:
            exprs += [out.value] if out.value is not None else []
        for expr in exprs:
            for part in inside(expr, self.module):
                if isinstance(part, code.Mapping):
                    task, when = entry(part, "task"), entry(part, "schedule")
                    if task is not None and when is not None:
                        yield from self._task(task, part.line)

    def _task(self, task: code.Expr, line: int) -> Iterator[Clock]:
        if isinstance(task, (code.Literal, code.Attribute, code.Name)):
            for value in values(self.db, self.path, 0, task):
                text = getattr(value, "value", None)
                if isinstance(text, str):
                    node = task_named(self.db, text)
                    if node is not None:
                        yield self._clock(node, line, f"the schedule of {text}")

    def decorated(self) -> Iterator[Clock]:
        """Functions under a cron or event decorator, or one that is given a schedule."""
        for function in self.module.functions:
            node = Node(self.path, function.qualname)
            for decorator in function.decorators:
                made = self.module.calls[decorator.call] if isinstance(decorator, code.CallRef) else None
                name = last_name(made.callee if made else decorator)
                if name in _EVENTS:
                    yield self._clock(node, decorator.line, f"@{name}", "event")
                elif name in _DECORATED or (made is not None and self._has_time(made)):
                    yield self._clock(node, decorator.line, f"@{name}")

    def _has_time(self, call: code.Call) -> bool:
        for name in _TIMES:
            given = argument(call, name)
            if given is None:
                continue
            off = isinstance(given, code.Literal) and str(given.value).lower() in _OFF
            if not off and given.line >= call.line:
                return True
        return False

    def handed(self) -> Iterator[Clock]:
        """Functions handed to a scheduler: `add_job(f, …)`, `cron.schedule("…", f)`, `task.s()`."""
        for call in self.module.calls:
            name = last_name(call.callee)
            kind: Literal["cron", "event"] = "event" if name in _HANDLING else "cron"
            if name not in _SCHEDULERS and name not in _HANDLING and not self._has_time(call):
                continue
            for given in (*call.args, *(k.value for k in call.keywords)):
                for node in self._functions(call.block, given):
                    yield self._clock(node, call.line, f"`{name}`", kind)

    def _functions(self, block: int, given: code.Expr) -> Iterator[Node]:
        shown = given
        if isinstance(given, code.CallRef):
            callee = self.module.calls[given.call].callee
            shown = callee.base if isinstance(callee, code.Attribute) else given
        if not isinstance(shown, (code.Name, code.Attribute, code.FunctionRef)):
            return
        for value in values(self.db, self.path, block, shown):
            node = node_of(self.db, value) if isinstance(value, Fn) else None
            if node is not None:
                yield node

    def whole(self) -> Iterator[Clock]:
        """A graph of tasks with a schedule (`DAG(schedule=…)`) starts all code of its file."""
        for call in self.module.calls:
            name = last_name(call.callee)
            if name in _GRAPHS and self._has_time(call):
                yield self._clock(Node(self.path, ""), call.line, f"`{name}`")
