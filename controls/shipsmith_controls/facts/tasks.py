"""Tasks that a file defines: make and just targets, Procfile entries, tox environments, nox sessions."""

from __future__ import annotations

import re
import shlex

from shipsmith_controls.facts import _ini
from shipsmith_controls.facts.code import Fact
from shipsmith_controls.facts.text import decode, joined_lines, lines

_RULE = re.compile(r"([^\s:=#][^:=#]*?)\s*::?(?!=)\s*([^#;]*)(?:;(.*))?(?:#.*)?$")
_DIRECTIVE = re.compile(
    r"\$\(|(?:ifn?def|ifn?eq|else|endif|include|-include|define|endef|vpath|unexport)\b"
)
_SET = re.compile(r"(?:export\s+|override\s+)?([A-Za-z_][\w.-]*)\s*(?:::?|\?|\+|!)?=\s*(.*)$")
_USE = re.compile(r"\$[({]([A-Za-z_][\w.-]*)[)}]")
_RECIPE = re.compile(r"@?([A-Za-z_][\w-]*)((?:\s+[^:]*?)?)\s*:(?!=)\s*(.*)$")
_PROCESS = re.compile(r"([A-Za-z0-9_-]+):\s+(.+)$")
_SESSION = re.compile(r"(?:async )?def\s+(\w+)\s*\(\s*session\b")
_NAMED = re.compile(r"@(?:nox\.)?session\b.*\bname\s*=\s*[\"']([^\"']+)[\"']")
_RUN = re.compile(r"session\.run(?:_always)?\(\s*([^)]*)")
_TEXT = re.compile(r"[\"']([^\"'\n]*)[\"']")
_MAX_VALUE = 2000


class Task(Fact, frozen=True):
    """A named task: what must run before it, and its command lines as (text, line).

    A leading `-` of a make recipe, which lets the command fail, is written as a trailing `|| true`.
    """

    name: str
    line: int
    needs: tuple[str, ...] = ()
    commands: tuple[tuple[str, int], ...] = ()


class _Draft:
    """A task while its file is read."""

    def __init__(self, name: str, line: int, needs: tuple[str, ...] = ()) -> None:
        self.name = name
        self.line = line
        self.needs = list(needs)
        self.commands: list[tuple[str, int]] = []

    def add(self, command: str, line: int) -> None:
        if command:
            self.commands.append((command, line))

    def finish(self) -> Task:
        return Task(self.name, self.line, tuple(self.needs), tuple(self.commands))


def makefile(source: bytes) -> tuple[Task, ...]:
    """The targets of a Makefile; plain variables are filled in; never raises."""
    values: dict[str, str] = {}
    found: dict[str, _Draft] = {}
    current: list[_Draft] = []
    for number, line in joined_lines(decode(source)):
        if line.startswith("\t"):
            command = _command(_filled(line, values))
            for draft in current:
                draft.add(command, number)
            continue
        body = line.strip()
        if not body or body[0] == "#" or _DIRECTIVE.match(body):
            continue
        setting = _SET.match(body)
        rule = None if setting is not None else _RULE.match(line)
        if setting is not None:
            values[setting[1]] = _filled(setting[2].split(" #")[0].strip(), values)
        elif rule is not None:
            names = _filled(rule[1], values).split()
            current = [found.setdefault(name, _Draft(name, number)) for name in names]
            needs = tuple(word for word in _filled(rule[2], values).split() if word != "|")
            for draft in current:
                draft.needs += needs
                draft.add(_command(rule[3] or ""), number)
    return tuple(draft.finish() for name, draft in found.items() if not name.startswith("."))


def _filled(text: str, values: dict[str, str]) -> str:
    if "$" not in text:
        return text
    return _USE.sub(lambda use: values.get(use[1], use[0]), text)[:_MAX_VALUE].replace("$$", "$")


def _command(line: str) -> str:
    text = line.strip()
    signs = re.match(r"[@+-]*", text)
    prefix = signs.group() if signs is not None else ""
    body = text[len(prefix) :].strip()
    return f"{body} || true" if "-" in prefix and body else body


def justfile(source: bytes) -> tuple[Task, ...]:
    """The recipes of a justfile; never raises."""
    found: list[_Draft] = []
    for number, line in joined_lines(decode(source)):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] in " \t":
            if found:
                found[-1].add(_command(line), number)
            continue
        recipe = _RECIPE.match(line)
        if recipe is not None:
            needs = re.sub(r"\(([\w-]+)[^)]*\)", r"\1", recipe[3].split("#")[0])
            words = tuple(word for word in needs.split() if word != "&&")
            found.append(_Draft(recipe[1], number, words))
    return tuple(draft.finish() for draft in found)


def procfile(source: bytes) -> tuple[Task, ...]:
    """The process types of a Procfile; never raises."""
    rows = enumerate(lines(decode(source)), 1)
    entries = ((number, _PROCESS.match(line)) for number, line in rows if not line.startswith("#"))
    return tuple(
        Task(entry[1], number, (), ((entry[2].strip(), number),))
        for number, entry in entries
        if entry is not None
    )


def tox(source: bytes) -> tuple[Task, ...]:
    """The environments of a `tox.ini` or `setup.cfg`: `testenv` is the default one; never raises."""
    found: list[Task] = []
    for option in _ini.options(decode(source)):
        area, _, name = option.section.removeprefix("tox:").partition(":")
        if area != "testenv" or option.name not in ("commands", "commands_pre", "commands_post"):
            continue
        commands = tuple((_command(text), line) for text, line in option.values)
        found.append(Task(name or "testenv", option.line, (), commands))
    return tuple(found)


def noxfile(source: bytes) -> tuple[Task, ...]:
    """The sessions of a noxfile with the commands whose words are literal; never raises.

    Read by lines: a light look for CI links, not the facts of a Python module.
    """
    found: list[_Draft] = []
    name = ""
    text = decode(source)
    for number, line in enumerate(lines(text), 1):
        named = _NAMED.match(line.strip())
        name = named[1] if named is not None else name
        session = _SESSION.match(line)
        if session is not None:
            found.append(_Draft(name or session[1], number))
            name = ""
        run = _RUN.search(line)
        if run is not None and found:
            found[-1].add(shlex.join(_TEXT.findall(run[1])), number)
    return tuple(draft.finish() for draft in found)
