"""A shell script as words and operators.

The lexer knows quotes, comments, here-documents and GitHub's `${{ … }}`, and expands nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_OPERATORS = ("&&", "||", ";;", "|&", ";", "|", "&", "(", ")")
_REDIRECT = re.compile(r"\d*(?:>>|>\||>&|<&|&>>|&>|>|<>|<)[ \t]*(?:&?\d+(?=[\s;|&)]|$)|-(?=\s|$))?")
_HEREDOC = re.compile(r"\d*<<(-?)[ \t]*([\"']?)(\w[\w.-]*)\2")
_SIMPLE = re.compile(r"[^\s\\\"'`$;|&()<>#\d]+|\d+(?![<>])")
_OPENERS = (("${{", "}}"), ("$((", "))"))
_PAIRS = {"(": ")", "{": "}"}


class Token(NamedTuple):
    """A word (quotes taken off) or an operator; the end of a line is an operator too."""

    text: str
    line: int
    operator: bool
    quoted: bool = False


class _Lexer:
    def __init__(self, text: str, line: int) -> None:
        self.text = text
        self.at = 0
        self.line = line
        self.found: list[Token] = []
        self.heredocs: list[tuple[str, bool]] = []

    def run(self) -> list[Token]:
        while self.at < len(self.text):
            self._next()
        return self.found

    def _next(self) -> None:
        text, at = self.text, self.at
        char = text[at]
        if char == "\n":
            self._operator("\n")
            self.line += 1
            self._skip_heredocs()
        elif char in " \t\r":
            self.at += 1
        elif char in "()":
            self._operator(char)
        elif text.startswith("\\\n", at):
            self.line += 1
            self.at += 2
        elif char == "#":
            end = text.find("\n", at)
            self.at = len(text) if end < 0 else end
        elif (here := _HEREDOC.match(text, at)) is not None and not text.startswith("<<<", at):
            self.heredocs.append((here[3], bool(here[1])))
            self.at = here.end()
        elif (redirect := _REDIRECT.match(text, at)) is not None:
            self._redirect(redirect)
        else:
            operator = next((sign for sign in _OPERATORS if text.startswith(sign, at)), None)
            if operator is not None:
                self._operator(operator)
            else:
                self._word()

    def _operator(self, sign: str) -> None:
        self.found.append(Token(sign, self.line, True))
        self.at += len(sign)

    def _redirect(self, found: re.Match[str]) -> None:
        """A redirection is no argument; its target goes with it."""
        self.at = found.end()
        awaits = found.group().rstrip(" \t")[-1:] in "<>|&" and self.at < len(self.text)
        if awaits and self.text[self.at] not in " \t\r\n;|&()<>":
            self._word()
            self.found.pop()

    def _skip_heredocs(self) -> None:
        for word, indented in self.heredocs:
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                row = self.text[self.at : end]
                self.at = min(end + 1, len(self.text))
                self.line += 1
                if (row.strip() if indented else row.rstrip()) == word:
                    break
        self.heredocs.clear()

    def _word(self) -> None:
        start, line, parts, quoted = self.at, self.line, [], False
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            simple = _SIMPLE.match(text, self.at)
            if simple is not None:
                parts.append(simple.group())
                self.at = simple.end()
            elif char in " \t\r\n;|&()<>" and not (char == "(" and self.at > start and parts):
                break
            elif char in "\"'":
                parts.append(self._quote(char))
                quoted = True
            elif char == "\\":
                parts.append(
                    "" if text[self.at + 1 : self.at + 2] == "\n" else text[self.at + 1 : self.at + 2]
                )
                self.at += 2
            elif char in "$`(":
                parts.append(self._substitution(char))
            else:
                parts.append(char)
                self.at += 1
        self.line += text.count("\n", start, self.at)
        self.found.append(Token("".join(parts), line, False, quoted))

    def _quote(self, sign: str) -> str:
        text, at = self.text, self.at + 1
        parts: list[str] = []
        while at < len(text) and text[at] != sign:
            if text[at] == "\\" and sign == '"' and text[at + 1 : at + 2] in ('"', "\\", "$", "`", "\n"):
                parts.append(text[at + 1].replace("\n", ""))
                at += 2
            else:
                parts.append(text[at])
                at += 1
        self.at = at + 1
        return "".join(parts)

    def _substitution(self, char: str) -> str:
        """`$name`, `${…}`, `$(…)`, `${{ … }}` and backticks, as written."""
        text, start = self.text, self.at
        for opener, closer in _OPENERS:
            if text.startswith(opener, start):
                end = text.find(closer, start)
                self.at = len(text) if end < 0 else end + len(closer)
                return text[start : self.at]
        if char == "`":
            end = text.find("`", start + 1)
            self.at = len(text) if end < 0 else end + 1
            return text[start : self.at]
        opening = start + (char == "$")
        closer = _PAIRS.get(text[opening : opening + 1], "")
        if not closer:
            self.at = start + 1
            return char
        self.at = self._balanced(opening, text[opening], closer)
        return text[start : self.at]

    def _balanced(self, at: int, opener: str, closer: str) -> int:
        depth = 0
        while at < len(self.text):
            char = self.text[at]
            if char == "'" and opener == "(":
                end = self.text.find("'", at + 1)
                at = end if end > 0 else at
            depth += (char == opener) - (char == closer)
            at += 1
            if depth == 0:
                return at
        return at


def tokens(text: str, line: int = 1) -> list[Token]:
    """The words and operators of a script whose first line has the number `line`; never raises."""
    return _Lexer(text, line).run()
