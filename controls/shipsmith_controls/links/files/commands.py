"""What a script runs in the end: through package scripts, make targets and shell files to source files.

`expand` takes a script apart and follows every task and shell script that it names; `reached` says
which file of the tree (and which function of it) a single command starts. `ci_commands` does both
for the steps of CI workflows, local actions and reusable workflows included.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import cast

import msgspec

from shipsmith_controls.facts.ci import Job, Step, Trigger, Workflow
from shipsmith_controls.facts.commands import Command, split_command
from shipsmith_controls.facts.tasks import Task
from shipsmith_controls.links.files.deploy import workflow, workflows
from shipsmith_controls.links.tree import exists, family, named
from shipsmith_controls.links.values.versions import manifest, manifest_files
from shipsmith_controls.queries import Database, query

_DEPTH = 6
_MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun", "turbo", "nx", "lerna"})
_TASK_FILES = {
    "make": ("makefile", "gnumakefile"),
    "gmake": ("makefile", "gnumakefile"),
    "just": ("justfile",),
    "tox": ("tox.ini",),
    "nox": ("noxfile.py",),
}
_SCRIPT_ENDINGS = (".sh", ".bash")


class Ran(msgspec.Struct, frozen=True):
    """A command that is run.

    `path` and `line` are where it is written; `directory` is where it runs, from the tree's root
    ("" for the root itself).
    """

    command: Command
    path: str
    line: int
    directory: str


class Target(msgspec.Struct, frozen=True):
    """A source file that a command starts; `function` is the one that a console script names."""

    path: str
    function: str = ""


class CiCommand(msgspec.Struct, frozen=True):
    """A command of a CI step. `triggers` start it: the job's own, else the workflow's."""

    path: str
    workflow: Workflow
    job: Job
    step: Step
    triggers: tuple[Trigger, ...]
    ran: Ran


def expand(db: Database, script: str, directory: str, path: str, line: int = 1) -> tuple[Ran, ...]:
    """Every command of a script and of the tasks and shell scripts it runs, in order, bounded.

    `directory` is where the script runs, from the root of the tree; `path` and `line` are the file
    in which it is written and its first line there.
    """
    return tuple(_expand(db, split_command(script, line), directory, path, 0, set()))


def _expand(
    db: Database,
    commands: tuple[Command, ...],
    directory: str,
    path: str,
    depth: int,
    seen: set[tuple[str, str]],
) -> Iterator[Ran]:
    for command in commands:
        folder = _joined(directory, command.directory)
        yield Ran(command, path, command.line, folder)
        if depth >= _DEPTH:
            continue
        if command.kind == "task":
            for home, text, at in _task_scripts(db, command, folder):
                if (home, text) not in seen:
                    seen.add((home, text))
                    inner = split_command(text, at)
                    yield from _expand(db, inner, posixpath.dirname(home), home, depth + 1, seen)
        elif command.kind == "file" and command.target.endswith(_SCRIPT_ENDINGS):
            script = _file(db, command.target, folder)
            if script is not None and (script, "") not in seen:
                seen.add((script, ""))
                inner = cast("tuple[Command, ...]", family(db, "shell", script) or ())
                yield from _expand(db, inner, folder, script, depth + 1, seen)


def _joined(base: str, folder: str) -> str:
    found = posixpath.normpath(posixpath.join(base, folder)) if folder else base
    return "" if found == "." else found.removeprefix("./")


def _task_scripts(db: Database, command: Command, folder: str) -> Iterator[tuple[str, str, int]]:
    """(file, script, line) of what a task runs."""
    name = command.target
    if command.program in _TASK_FILES:
        home = _nearest(db, _TASK_FILES[command.program], folder)
        if home is not None:
            yield from _of_task(home, _tasks(db, home), name, set())
        return
    homes = [m for m in manifest_files(db) if posixpath.dirname(m) == folder]
    if command.program in _MANAGERS and not any(_has_script(db, m, name) for m in homes):
        homes = list(manifest_files(db))
    for home in homes:
        found = manifest(db, home)
        for script in found.scripts if found is not None else ():
            if script.name == name:
                yield home, script.command, script.line


def _has_script(db: Database, path: str, name: str) -> bool:
    found = manifest(db, path)
    return found is not None and any(s.name == name for s in found.scripts)


def _tasks(db: Database, path: str) -> dict[str, Task]:
    return {task.name: task for task in cast("tuple[Task, ...]", family(db, "tasks", path) or ())}


def _of_task(
    home: str, tasks: dict[str, Task], name: str, seen: set[str]
) -> Iterator[tuple[str, str, int]]:
    task = tasks.get(name)
    if task is None or name in seen:
        return
    seen.add(name)
    for need in task.needs:
        yield from _of_task(home, tasks, need, seen)
    for text, line in task.commands:
        yield home, text, line


def _nearest(db: Database, names: tuple[str, ...], folder: str) -> str | None:
    """A file of one of these names in a folder, or in the nearest one above it."""
    found = {posixpath.dirname(path): path for name in names for path in named(db).get(name, ())}
    while True:
        if folder in found:
            return found[folder]
        if not folder:
            return None
        folder = posixpath.dirname(folder)


def reached(db: Database, ran: Ran) -> tuple[Target, ...]:
    """The source files that a command starts itself; tasks are followed by `expand`, not here."""
    command, folder = ran.command, ran.directory
    if command.kind == "module":
        found = module_file(db, command.target, folder)
        return (Target(found),) if found is not None else ()
    if command.kind == "file":
        home = _file(db, command.target, folder)
        if home is None:
            return ()
        managed = _managed(db, home, command)
        return (Target(home), Target(managed)) if managed else (Target(home),)
    if command.kind == "program":
        return _console(db, command.target)
    return ()


def module_file(db: Database, module: str, folder: str = "") -> str | None:
    """The file that `python -m module` runs from a folder; a lone match elsewhere will do."""
    stem = module.replace(".", "/")
    endings = (f"{stem}.py", f"{stem}/__main__.py", f"{stem}/__init__.py")
    for root in dict.fromkeys((folder, _joined(folder, "src"), "", "src")):
        for ending in endings:
            path = posixpath.join(root, ending) if root else ending
            if exists(db, path):
                return path
    for ending in endings[:2]:
        name = ending.rsplit("/", 1)[-1]
        matches = [p for p in named(db).get(name, ()) if p.endswith("/" + ending)]
        if len(matches) == 1:
            return matches[0]
    return None


def _file(db: Database, target: str, folder: str) -> str | None:
    """The listed file of a path as written; unknown roots (`$DIR/x.py`, `/app/x.py`) by their end."""
    if not target.startswith(("/", "$", "~")):
        path = _joined(folder, target)
        for tried in (path, target.removeprefix("./")):
            if exists(db, tried):
                return tried
    parts = [p for p in target.split("/") if p and p not in (".", "..") and not p.startswith("$")]
    candidates = named(db).get(parts[-1].lower(), ()) if parts else ()
    for start in range(len(parts)):
        tail = "/".join(parts[start:])
        matches = [p for p in candidates if p == tail or p.endswith("/" + tail)]
        if matches:
            return matches[0] if len(matches) == 1 else None
    return None


def _managed(db: Database, home: str, command: Command) -> str | None:
    """The file of a Django management command: `manage.py sync_docs`."""
    if not home.endswith("manage.py") or not command.args:
        return None
    ending = f"/management/commands/{command.args[0]}.py"
    return next((p for p in named(db).get(f"{command.args[0]}.py", ()) if p.endswith(ending)), None)


@query
def _consoles(db: Database) -> dict[str, tuple[str, str]]:
    """Console script -> (manifest, `package.module:function` or file)."""
    table: dict[str, tuple[str, str]] = {}
    for path in manifest_files(db):
        found = manifest(db, path)
        for point in found.entry_points if found is not None else ():
            table.setdefault(point.name, (path, point.target))
    return table


def _console(db: Database, program: str) -> tuple[Target, ...]:
    known = _consoles(db).get(program)
    if known is None:
        return ()
    home, target = known
    folder = posixpath.dirname(home)
    module, _, function = target.partition(":")
    found = _file(db, target, folder) if "/" in target else module_file(db, module, folder)
    return (Target(found, function),) if found is not None else ()


@query
def console_targets(db: Database) -> tuple[Target, ...]:
    """The functions that console scripts of the tree's packages name."""
    return tuple(target for program in _consoles(db) for target in _console(db, program))


@query
def ci_commands(db: Database) -> tuple[CiCommand, ...]:
    """Every command that a step of a CI workflow runs in the end."""
    found: list[CiCommand] = []
    for path, flow in workflows(db):
        for job, home, steps in _jobs(db, path, flow, 0):
            triggers = job.triggers or flow.triggers
            for step in steps:
                folder = step.working_directory
                folder = "" if folder in (".", "./") or folder.startswith("$") else folder.strip("/")
                for ran in expand(db, step.run, folder, home, step.run_line or step.line):
                    found.append(CiCommand(path, flow, job, step, triggers, ran))
    return tuple(found)


def _jobs(
    db: Database, path: str, flow: Workflow, depth: int
) -> Iterator[tuple[Job, str, tuple[Step, ...]]]:
    """(job, file of its steps, steps), through local actions and reusable workflows."""
    for job in flow.jobs:
        yield job, path, job.steps
        uses = [job.uses, *(step.uses for step in job.steps)]
        for used in uses:
            inner = _local(db, used) if used.startswith("./") and depth < 3 else None
            called = workflow(db, inner) if inner is not None else None
            if inner is not None and called is not None:
                for below, home, steps in _jobs(db, inner, called, depth + 1):
                    yield msgspec.structs.replace(job, steps=below.steps), home, steps


def _local(db: Database, used: str) -> str | None:
    stem = used.removeprefix("./").rstrip("/")
    candidates = (stem, f"{stem}/action.yml", f"{stem}/action.yaml")
    return next((path for path in candidates if exists(db, path)), None)
