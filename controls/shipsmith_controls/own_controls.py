"""A team's own controls: `.shipsmith/controls/*.toml` in the tree, in the words of the catalogue.

Pure: contents of files in, controls and mistakes out. A mistake costs the control it is in, never
another one; nothing of the tree is imported or run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from shipsmith_controls import toml_text
from shipsmith_controls.catalogue import CatalogueError, Control
from shipsmith_controls.catalogue.loader import control_of, unknown
from shipsmith_controls.checks.controls import read_check
from shipsmith_controls.checks.forms import Check
from shipsmith_controls.checks.parsing import CheckError
from shipsmith_controls.scorecard import DIMENSIONS, Mistake
from shipsmith_controls.toml_layout import Statement, statements

FOLDER = ".shipsmith/controls"
"""Where they stand, from the root of the tree."""
_MOST = 200
"""Controls of a team that are judged."""
_KEYS = ("dimension", "name", "control")
_DIMENSION = re.compile(r"[A-Z]{3,8}")
_LONGEST_NAME = 14
"""Characters of a dimension's name: the pane shows it in one line."""


class Rule(msgspec.Struct, frozen=True):
    """A control with its check; None while the check is not built."""

    control: Control
    check: Check | None


class OwnControls(msgspec.Struct, frozen=True):
    """What a tree brings along: rules, names of further dimensions by key, and what is wrong."""

    rules: tuple[Rule, ...] = ()
    dimensions: tuple[tuple[str, str], ...] = ()
    mistakes: tuple[Mistake, ...] = ()


def is_own(path: str) -> bool:
    """Whether a file of the tree holds a team's own controls."""
    folder, _, name = path.rpartition("/")
    return folder == FOLDER and name.endswith(".toml")


def read(files: Mapping[str, bytes | None]) -> OwnControls:
    """The controls in files (path -> content, None where it cannot be read), in order of the paths."""
    rules: dict[str, Rule] = {}
    dimensions: dict[str, str] = {}
    wrong: list[Mistake] = []
    for path in sorted(files):
        for found in _file(path, files[path]):
            match found:
                case Mistake():
                    wrong.append(found)
                case _Dimension(key, name):
                    dimensions.setdefault(key, name)
                case _Placed(rule, line):
                    mistake = _unfit(rule.control.id, rules)
                    if mistake:
                        wrong.append(Mistake(path, line, f"{rule.control.id}: {mistake}"))
                    else:
                        rules[rule.control.id] = rule
    used = {rule.control.dimension for rule in rules.values()}
    further = tuple((key, name) for key, name in dimensions.items() if key in used)
    return OwnControls(tuple(rules.values()), further, tuple(wrong))


class _Dimension(NamedTuple):
    key: str
    name: str


class _Placed(NamedTuple):
    rule: Rule
    line: int


def _unfit(control: str, others: Mapping[str, Rule]) -> str:
    """Why a control cannot stand beside the others; "" when it can."""
    letters = control.split("-")[0]
    if letters in DIMENSIONS:
        return f"id: {letters} stands for shipsmith's own controls; take other letters, such as TEAM-01"
    if control in others:
        return "id: stands twice; give each control its own"
    if len(others) >= _MOST:
        return f"id: more than {_MOST} controls; this one is not judged"
    return ""


def _file(path: str, content: bytes | None) -> Iterator[Mistake | _Dimension | _Placed]:
    """What one file holds: its dimension first, then its controls, mistakes between them."""
    if content is None:
        yield Mistake(path, 0, "this file cannot be read, so its controls are not judged")
        return
    try:
        text, document = toml_text.read(content)
    except toml_text.TomlError as error:
        yield Mistake(path, error.line, f"{error}; none of its controls is judged")
        return
    layout = statements(text)
    for key in document:
        if key not in _KEYS:
            yield Mistake(path, _line(layout, key), unknown(key, _KEYS, "key"))
    mistake = _dimension_mistake(document)
    if mistake:
        key = mistake.split(":")[0]
        yield Mistake(path, _line(layout, key), f"{mistake}; none of its controls is judged")
        return
    dimension = document["dimension"]
    if dimension not in DIMENSIONS:
        yield _Dimension(dimension, document.get("name", dimension.capitalize()))
    heads = [i for i, s in enumerate(layout) if (s.kind, s.name) == ("entry", "control")]
    for number, table in enumerate(document.get("control", ()), 1):
        head = heads[number - 1] if number <= len(heads) else -1
        try:
            yield _Placed(_rule(table, dimension, number), layout[head].line if heads else 0)
        except CatalogueError as error:
            sentence = str(error).removeprefix(": ")
            yield Mistake(path, _line_of_mistake(layout, head, sentence), sentence)


def _dimension_mistake(document: dict[str, Any]) -> str:
    """What is wrong with the head of a file, as `key: sentence`; "" when nothing is."""
    dimension, name = document.get("dimension"), document.get("name")
    if dimension is None:
        return 'dimension: is lacking; write one of shipsmith, such as "SEC", or your own'
    if not isinstance(dimension, str) or not _DIMENSION.fullmatch(dimension):
        return f"dimension: {dimension!r} is none; write three to eight capitals, such as SEC or TEAM"
    if dimension in DIMENSIONS and name is not None:
        return f"name: {dimension} has a name already; leave it out"
    if name is not None and (not isinstance(name, str) or not 0 < len(name.strip()) <= _LONGEST_NAME):
        return f"name: must be text of {_LONGEST_NAME} characters at most"
    tables = document.get("control", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return "control: each control begins with a line [[control]]"
    return ""


def _rule(table: dict[str, Any], dimension: str, number: int) -> Rule:
    """A control and its check. Raises CatalogueError, whose sentence begins with the control."""
    control = control_of(table, dimension, "", number)
    if control.check is None:
        raise CatalogueError(f"{control.id}: check: is lacking; say what is looked for")
    try:
        return Rule(control, read_check(control))
    except CheckError as error:
        raise CatalogueError(str(error)) from None


def _line(layout: tuple[Statement, ...], name: str) -> int:
    return next((s.line for s in layout if s.name.split(".")[0] == name), 0)


def _line_of_mistake(layout: tuple[Statement, ...], head: int, sentence: str) -> int:
    """The line of the key that a sentence `control: key: …` names, else of the control."""
    if head < 0:
        return 0
    keys = {part.split(".")[0] for part in sentence.split(": ")[1:3]}
    for statement in layout[head + 1 :]:
        if statement.kind == "entry":
            break
        if statement.kind == "key" and statement.name in keys - {"check"}:
            return statement.line
    return layout[head].line
