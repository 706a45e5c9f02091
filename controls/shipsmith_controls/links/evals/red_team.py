"""Red teaming: attacks that can be run against the application, and results that are on record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from shipsmith_controls.facts.config import Config
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.evals.eval_code import eval_code, eval_files
from shipsmith_controls.links.evals.eval_metrics import names_used
from shipsmith_controls.links.evals.eval_named import config_texts, files_named, is_result, names_data
from shipsmith_controls.links.evals.evals import promptfoo_files
from shipsmith_controls.links.files.commands import ci_commands
from shipsmith_controls.links.files.documents import sections
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import family, files, lines_of
from shipsmith_controls.queries import Database, query

_HOSTILE = re.compile(
    r"inject|jail-?break|crescendo|\bdan\b|upia|xpia|indirect_?attack|hijack", re.IGNORECASE
)
_ATTACKS = re.compile(
    r"redteam|red_team|^scan$|orchestrator|^promptsendingattack$|adversarial", re.IGNORECASE
)
_WHOLE = frozenset({"garak", "pyrit", "deepteam"})
_COMMANDS = ("garak", "promptfoo redteam", "pyrit_scan", "deepteam run")
_TITLE = re.compile(r"\b(?:red[- ]?team\w*|penetration)\b", re.IGNORECASE)
_HEADINGS = (
    re.compile(r"\bscope\b", re.I),
    re.compile(r"\bfindings\b", re.I),
    re.compile(r"\bfix", re.I),
)
_DATE = re.compile(r"\b(20\d\d)[-_](\d\d)(?:[-_](\d\d))?")
_REPORTS = (".json", ".jsonl", ".html", ".csv", ".pdf", ".yaml", ".yml")
_LOOKED_AT = 60


class Attack(msgspec.Struct, frozen=True):
    """A runnable attack; `line` is where it is started, `hostile` whether it injects or jailbreaks."""

    path: str
    line: int
    hostile: bool


class Result(msgspec.Struct, frozen=True):
    """A result of an attack; `day` is the date that it carries, None when it carries none."""

    path: str
    line: int
    day: date | None = None
    repeated: bool = False
    """Whether CI makes it anew."""


@query
def attacks(db: Database) -> tuple[Attack, ...]:
    """Every runnable attack of the tree."""
    return (*_configured(db), *_coded(db), *_in_ci(db))


def _configured(db: Database) -> Iterator[Attack]:
    for path in promptfoo_files(db):
        config = family(db, "config", path)
        root = config.roots[0] if isinstance(config, Config) and config.roots else None
        declared = root.get("redteam") if root is not None else None
        if declared is not None:
            hostile = any(_HOSTILE.search(text) for text, _, _ in config_texts(db, path))
            yield Attack(path, declared.line, hostile)


def _coded(db: Database) -> Iterator[Attack]:
    known = {each.key for each in load().tables.evaluation if each.red_team}
    for path in eval_files(db):
        used = {key for key, _ in eval_code(db, path).frameworks if key in known}
        lines = [line for name, line in names_used(db, path) if _ATTACKS.search(name)] if used else []
        if lines or used & _WHOLE:
            hostile = any(_HOSTILE.search(name) for name, _ in names_used(db, path))
            scans = [line for name, line in names_used(db, path) if name == "scan"]
            yield Attack(path, (scans or lines or [1])[0], hostile)


def _in_ci(db: Database) -> Iterator[Attack]:
    for each in ci_commands(db):
        words = " ".join((each.ran.command.target, *each.ran.command.args))
        if words.startswith(_COMMANDS):
            # Without a choice garak runs all of its probes.
            chosen = "--probes" in words or "-p " in words
            hostile = bool(_HOSTILE.search(words)) or (words.startswith("garak") and not chosen)
            yield Attack(each.path, each.step.run_line or each.step.line, hostile)


@query
def results(db: Database) -> tuple[Result, ...]:
    """Every result of an attack that is on record."""
    found: dict[str, Result] = {}
    for path in files(db):
        words = tokens(path)
        named = bool(words & {"redteam", "redteams"}) or {"red", "team"} <= words
        if named and path.endswith(_REPORTS) and (is_result(path) or _DATE.search(path)):
            found[path] = Result(path, 1, _day(db, path))
    for attack in attacks(db):
        for path in _beside(db, attack.path):
            found.setdefault(path, Result(path, 1, _day(db, path)))
        for text, _ in eval_code(db, attack.path).texts if attack.path.endswith(".py") else ():
            for path in files_named(db, attack.path, text) if names_data(text) else ():
                if is_result(path):
                    found.setdefault(path, Result(path, 1, _day(db, path)))
    for passage in sections(db, _TITLE):
        titles = [title for title, _ in passage.headings]
        if all(any(wanted.search(title) for title in titles) for wanted in _HEADINGS):
            found.setdefault(passage.path, Result(passage.path, passage.line, _day(db, passage.path)))
    return (*found.values(), *_artifacts(db))


def _beside(db: Database, attack: str) -> Iterator[str]:
    """Results in the folder of an attack that share a word of its name: `safety_results.json`."""
    folder, _, name = attack.rpartition("/")
    own = tokens(name.rpartition(".")[0]) - {"eval", "evals", "evaluation", "run", "config"}
    for path in files(db) if attack.endswith(".py") else ():
        home, _, other = path.rpartition("/")
        if home == folder and path.endswith(_REPORTS) and is_result(other) and tokens(other) & own:
            yield path


def _artifacts(db: Database) -> Iterator[Result]:
    started = {(attack.path, attack.line) for attack in attacks(db)}
    for each in ci_commands(db):
        if (each.path, each.step.run_line or each.step.line) in started:
            for step in each.job.steps:
                if step.uses.startswith("actions/upload-artifact"):
                    yield Result(each.path, step.line, repeated=True)


def _day(db: Database, path: str) -> date | None:
    """The date in a file's name, else the first one in its text."""
    lines = lines_of(db, path)
    for text in (path, *lines[:_LOOKED_AT]):
        found = _DATE.search(text)
        if found is not None:
            try:
                return date(int(found[1]), int(found[2]), int(found[3] or 1))
            except ValueError:
                continue
    return None
