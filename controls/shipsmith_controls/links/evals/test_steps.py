"""CI steps that run tests: which test files their commands collect."""

from __future__ import annotations

import re
from functools import cache

from shipsmith_controls.facts.skim import language_of
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.evals.eval_steps import collects, paths_given, test_folders
from shipsmith_controls.links.evals.fakes import drives_browser
from shipsmith_controls.links.files.commands import CiCommand, ci_commands, reached
from shipsmith_controls.queries import Database, query

_BY_HAND = frozenset({"workflow_dispatch", "workflow_call", "repository_dispatch"})


@query
def test_commands(db: Database) -> tuple[tuple[str, CiCommand], ...]:
    """(runner, command) of every CI command that runs tests, other than by hand alone."""
    found = []
    for each in ci_commands(db):
        runner = _runner(_words(each))
        by_hand = each.triggers and all(t.event in _BY_HAND for t in each.triggers)
        called = any(t.event == "workflow_call" for t in each.triggers)
        if runner and not each.job.manual and (called or not by_hand):
            found.append((runner, each))
    return tuple(found)


def _words(each: CiCommand) -> str:
    command = each.ran.command
    name = command.target.rsplit("/", 1)[-1]
    first = name.rsplit(".", 1)[-1] if command.kind == "module" else name
    return " ".join((first, *command.args))


@cache
def _runner(words: str) -> str:
    for each in load().tables.test_runner:
        for begin in each.calls:
            if words == begin or words.startswith(begin + " "):
                return each.key
    return ""


@query
def run_in_ci(db: Database, path: str) -> bool:
    """Whether some CI step runs a test file."""
    return any(_collected(db, runner, each, path) for runner, each in test_commands(db)) or any(
        target.path == path for each in ci_commands(db) for target in reached(db, each.ran)
    )


def _collected(db: Database, runner: str, each: CiCommand, path: str) -> bool:
    python = language_of(path) == "python"
    args, folder = each.ran.command.args, each.ran.directory
    if runner == "pytest":
        if not python:
            return False
        name = each.ran.command.target
        if not paths_given(args, folder):
            folders = test_folders(db, folder)
            if name in ("pytest", "py.test") and folders:
                return any(path.startswith(f + "/") or f == "." for f in folders)
            return not folder or path.startswith(folder + "/")
        return collects("pytest", args, folder, path)
    if python or (runner == "browser") != drives_browser(db, path):
        return False
    if runner == "browser" or paths_given(args, folder):
        return not folder or path.startswith(folder + "/")
    words = [a for a in args if re.fullmatch(r"[\w./-]+", a) and not a.startswith("-")]
    words = [word for word in words if word not in ("run", "watch", "test")]
    inside = not folder or path.startswith(folder + "/")
    return inside and (not words or any(word in path for word in words))
