"""Commands: what a script line, make target, Procfile entry or tox environment runs.

`split_command` takes a script apart and sees through wrappers, so that a link can say which
module, file or task it reaches in the end.
"""

from __future__ import annotations

import re
from typing import Literal

from shipsmith_controls.facts import _wrappers
from shipsmith_controls.facts._shell import Token, tokens
from shipsmith_controls.facts.code import Fact
from shipsmith_controls.facts.text import decode

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=(.*)\Z", re.DOTALL)
_KEYWORDS = {
    "if",
    "then",
    "else",
    "elif",
    "fi",
    "do",
    "done",
    "while",
    "until",
    "!",
    "{",
    "}",
    "esac",
    "time",
}
_HEADS = {
    "for",
    "case",
    "function",
    "select",
    "[",
    "[[",
    "test",
    "export",
    "local",
    "declare",
    "readonly",
}
_TOLERANT = {"true", ":", "echo", "printf"}
_BREAKS = {"\n", ";", "&", ";;", "(", ")"}
_MAX_NESTING = 4


class Command(Fact, frozen=True):
    """One command of a script, wrappers taken off.

    `kind` and `target` say what it runs: a Python `module` (`python -m`), a `file` (given to an
    interpreter, or a path), a `task` (package script, make or just target, tox environment), or a
    `program`; `target` is the module's, file's, task's or program's name, and `args` what follows
    it. `program` is the word that stands first once wrappers (`via`) are off. `directory` is where
    `cd` or an option has led, relative to the script's own. `tolerated`: its failure does not fail
    the script (`|| true`, `set +e`). `piped`: its output, hence its exit status, goes into a pipe.
    """

    program: str
    args: tuple[str, ...]
    line: int
    kind: Literal["module", "file", "task", "program"]
    target: str
    via: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    directory: str = ""
    tolerated: bool = False
    piped: bool = False


class _Splitter:
    """Groups words into commands and keeps what holds between them: folder and `set +e`."""

    def __init__(self, directory: str, depth: int) -> None:
        self.found: list[Command] = []
        self.depth = depth
        self.directory = directory
        self.outer: list[str] = []
        self.lenient = False
        self.chain = 0
        """Index of the first command of the running chain whose failure still counts."""

    def end(self, words: list[Token], operator: str, before: str) -> None:
        """A group of words ends at `operator`; `before` is the operator that led into it."""
        while words and words[0].text in _KEYWORDS and not words[0].quoted:
            words = words[1:]
        plain = [word.text for word in words]
        if before == "||" and self._swallows(plain):
            self.found[self.chain :] = [_changed(one, tolerated=True) for one in self.found[self.chain :]]
            self.chain = len(self.found)
        elif plain:
            self._command(plain, words[0].line, operator in ("|", "|&"))
        if operator == "(":
            self.outer.append(self.directory)
        elif operator == ")" and self.outer:
            self.directory = self.outer.pop()
        if operator in _BREAKS:
            self.chain = len(self.found)

    def _swallows(self, words: list[str]) -> bool:
        return bool(words) and (words[0] in _TOLERANT or words[:2] == ["exit", "0"])

    def _command(self, words: list[str], line: int, piped: bool) -> None:
        env: list[tuple[str, str]] = []
        while words and (pair := _ASSIGNMENT.match(words[0])) is not None:
            env.append((pair[1], pair[2]))
            words = words[1:]
        if not words or words[0] in _HEADS:
            return
        if words[0] in ("cd", "pushd"):
            self.directory = _wrappers.joined(self.directory, words[1] if len(words) > 1 else "")
            return
        if words[0] == "set":
            self.lenient = "+e" in words or (self.lenient and "-e" not in words)
            return
        run = _wrappers.unwrap(words, self.directory)
        env += run.env
        if run.script is not None and self.depth < _MAX_NESTING:
            inner = split_command(run.script, line, run.directory, self.depth + 1)
            held = self.lenient
            self.found += [
                _changed(
                    one, env=(*env, *one.env), tolerated=one.tolerated or held, piped=one.piped or piped
                )
                for one in inner
            ]
            return
        if run.words:
            kind, target, args = _wrappers.resolve(run.words)
            self.found.append(
                Command(
                    run.words[0],
                    args,
                    line,
                    kind,
                    target,
                    run.via,
                    tuple(env),
                    _wrappers.folder_of(run.words, run.directory),
                    self.lenient,
                    piped,
                )
            )


def _changed(
    one: Command,
    env: tuple[tuple[str, str], ...] | None = None,
    tolerated: bool | None = None,
    piped: bool | None = None,
) -> Command:
    return Command(
        one.program,
        one.args,
        one.line,
        one.kind,
        one.target,
        one.via,
        one.env if env is None else env,
        one.directory,
        one.tolerated if tolerated is None else tolerated,
        one.piped if piped is None else piped,
    )


def split_command(text: str, line: int = 1, directory: str = "", _depth: int = 0) -> tuple[Command, ...]:
    """The commands of a script whose first line has the number `line`; never raises.

    Taken apart at `&&`, `||`, `;`, `|` and line ends; `sh -c "…"` is looked into; tests,
    assignments and `cd` are not commands of their own.
    """
    splitter = _Splitter(directory, _depth)
    words: list[Token] = []
    before = "\n"
    for token in (*tokens(text, line), Token("\n", 0, True)):
        if not token.operator:
            words.append(token)
            continue
        if token.text == "\n" and not words and before in ("&&", "||", "|", "|&"):
            continue  # an operator at the line's end carries on
        splitter.end(words, token.text, before)
        words, before = [], token.text
    return tuple(splitter.found)


def shell(source: bytes) -> tuple[Command, ...]:
    """The commands of a shell script; never raises."""
    return split_command(decode(source))
