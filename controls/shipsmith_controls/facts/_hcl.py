"""HCL (Terraform) by a small reader of its own.

The tree-sitter grammar needs cubic time to recover from errors (60 KB of `a =` lines: 9 s); this
reader is linear, and a half-written file keeps the blocks that are whole.
"""

from __future__ import annotations

import re

from shipsmith_controls.facts._nodes import MAX_DEPTH, Lines, Malformed, number, scalar, too_deep
from shipsmith_controls.facts.config import Node, Scalar

_SPACE = re.compile(r"(?:[ \t\r\n,;]+|#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))*", re.DOTALL)
_BLANK = re.compile(r"(?:[ \t\r]+|/\*[^\n]*?\*/)*")
_NAME = re.compile(r"[A-Za-z_0-9][\w.-]*")
_HEREDOC = re.compile(r"<<-?[ \t]*(\w+)[ \t\r]*\n")
_PLAIN = re.compile(r"[^\"{}()\[\]\n#/<,]+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\Z")
_CALL = re.compile(r"(\w+)\(")
_CARRIES_ON = re.compile(r"(?:[-+*/%?:<>]|&&|\|\||[=!<>]=|=>)\s*\Z")
_STRING_STEP = re.compile(r"[^\"\\$%\n]+|\\.|[$%](?!\{)", re.DOTALL)
_TRANSPARENT = {"jsonencode", "yamlencode", "toset", "tolist", "tomap", "nonsensitive", "sensitive"}
"""Functions whose value is their argument in another coat; IAM policies stand inside them."""
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_QUOTED = -1
"""Stands for an open quote among the brace depths of open interpolations."""
_CLOSERS = {"(": ")", "[": "]", "{": "}"}


class _Reader:
    """Walks a text once; `at` is the position, methods leave it after what they read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines = Lines(text)

    def body(self, depth: int) -> tuple[tuple[str, Node], ...]:
        """Attributes and blocks up to a closing brace or the end; other text is passed over."""
        if depth > MAX_DEPTH:
            raise too_deep()
        entries: list[tuple[str, Node]] = []
        while True:
            self._skip(_SPACE)
            if self.at >= len(self.text) or self.text[self.at] == "}":
                return tuple(entries)
            name = _NAME.match(self.text, self.at)
            quoted = self.text[self.at] == '"'
            if name is None and not quoted:
                self.at += 1
                continue
            line = self.lines.at(self.at)
            key = self._label()
            self._skip(_BLANK)
            sign = self.text[self.at : self.at + 1]
            if sign in ("=", ":") and not self.text.startswith("==", self.at):
                self.at += 2 if self.text.startswith("=>", self.at) else 1
                self._skip(_BLANK)
                entries.append((key, _at_line(self.value(depth + 1), line)))
            else:
                block = self._block(line, depth)
                entries += [(key, block)] if block is not None else []

    def _label(self) -> str:
        if self.text[self.at] == '"':
            start = self.at
            self._string()
            return _unescape(self.text[start + 1 : self.at - 1])
        name = _NAME.match(self.text, self.at)
        self.at = name.end() if name is not None else self.at + 1
        return name.group() if name is not None else ""

    def _block(self, line: int, depth: int) -> Node | None:
        """What follows a block's type: labels as nested mappings around the body."""
        labels: list[str] = []
        while self.text[self.at : self.at + 1] == '"' or _NAME.match(self.text, self.at) is not None:
            labels.append(self._label())
            self._skip(_BLANK)
        if self.text[self.at : self.at + 1] != "{":
            return None
        if len(labels) > MAX_DEPTH:
            raise too_deep()
        self.at += 1
        entries = self.body(depth + len(labels) + 1)
        end = self.lines.at(self.at)
        self.at += 1
        node = Node(line, end, "map", None, (), entries)
        for label in reversed(labels):
            node = Node(line, end, "map", None, (), ((label, node),))
        return node

    def value(self, depth: int) -> Node:
        """A literal, list or object as what it is; any other expression as its text."""
        if depth > MAX_DEPTH:
            raise too_deep()
        start, line = self.at, self.lines.at(self.at)
        sign = self.text[start : start + 1]
        heredoc = _HEREDOC.match(self.text, start)
        if heredoc is not None:
            return self._heredoc(heredoc, line)
        node: Node | None = None
        if sign == "[":
            node = self._list(line, depth)
        elif sign == "{":
            node = self._object(line, depth)
        elif sign == '"':
            self._string()
            text = _unescape(self.text[start + 1 : self.at - 1])
            node = scalar(line, text, self.lines.at(self.at - 1))
        elif (call := _CALL.match(self.text, start)) is not None and call[1] in _TRANSPARENT:
            node = self._inside(call, depth)
        end = self.at
        if node is not None and self._ended():
            return node
        self.at = end
        self._expression()
        text = self.text[start : self.at].strip()
        if text in _WORDS:
            return scalar(line, _WORDS[text])
        return scalar(line, number(text) if _NUMBER.match(text) else text, self.lines.at(self.at - 1))

    def _ended(self) -> bool:
        """Whether a value is over: no operator, index or attribute follows on its line."""
        self._skip(_BLANK)
        return (
            self.at >= len(self.text)
            or self.text[self.at] in ",}])\n#"
            or self.text.startswith("//", self.at)
        )

    def _heredoc(self, opening: re.Match[str], line: int) -> Node:
        rows: list[str] = []
        self.at = opening.end()
        while self.at < len(self.text):
            end = self.text.find("\n", self.at)
            end = len(self.text) if end < 0 else end
            row = self.text[self.at : end]
            self.at = end
            if row.strip() == opening[1]:
                break
            rows.append(row)
            self.at += 1
        text = "\n".join(rows)
        return scalar(line, text, self.lines.at(self.at - 1))

    def _list(self, line: int, depth: int) -> Node | None:
        start = self.at
        self.at += 1
        self._skip(_SPACE)
        if self.text.startswith("for ", self.at):
            self.at = start
            return None
        items: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] != "]":
            before = self.at
            items.append(self.value(depth + 1))
            self._skip(_SPACE)
            self.at += self.at == before
        self.at += 1
        return Node(line, self.lines.at(self.at - 1), "list", None, tuple(items))

    def _object(self, line: int, depth: int) -> Node | None:
        start = self.at
        self.at += 1
        self._skip(_SPACE)
        if self.text.startswith("for ", self.at):
            self.at = start
            return None
        entries = self.body(depth + 1)
        self.at += 1
        return Node(line, self.lines.at(self.at - 1), "map", None, (), entries)

    def _inside(self, call: re.Match[str], depth: int) -> Node | None:
        """The one argument of a transparent function, None when there is another number of them."""
        start = self.at
        self.at = call.end()
        self._skip(_SPACE)
        node = self.value(depth + 1)
        self._skip(_SPACE)
        if self.text[self.at : self.at + 1] == ")":
            self.at += 1
            return node
        self.at = start
        return None

    def _expression(self) -> None:
        """Any expression: up to the end of its line or a bracket or comma that is not its own."""
        open_: list[str] = []
        start = self.at
        while self.at < len(self.text):
            char = self.text[self.at]
            plain = _PLAIN.match(self.text, self.at)
            if plain is not None:
                self.at = plain.end()
            elif char == '"':
                self._string()
            elif char == "<" and (heredoc := _HEREDOC.match(self.text, self.at)) is not None:
                self._heredoc(heredoc, 1)
            elif char in _CLOSERS:
                open_.append(_CLOSERS[char])
                self.at += 1
            elif open_ and char == open_[-1]:
                open_.pop()
                self.at += 1
            elif not open_ and char in "}]),":
                return
            elif char == "#" or self.text.startswith("//", self.at):
                if not open_ and not self._carries_on(start):
                    return
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif char == "\n" and not open_ and not self._carries_on(start):
                return
            else:
                self.at += 1

    def _carries_on(self, start: int) -> bool:
        """Whether an operator stands at the end of the line, so that the next one belongs to it."""
        return _CARRIES_ON.search(self.text, max(start, self.at - 8), self.at) is not None

    def _string(self) -> None:
        """A quoted text with its `${…}` and `%{…}`, in which quotes may nest."""
        depths = [_QUOTED]
        self.at += 1
        while depths and self.at < len(self.text):
            char = self.text[self.at]
            if depths[-1] != _QUOTED:
                if char == '"':
                    depths.append(_QUOTED)
                else:
                    depths[-1] += (char == "{") - (char == "}")
                    if depths[-1] == 0:
                        depths.pop()
                self.at += 1
            elif (step := _STRING_STEP.match(self.text, self.at)) is not None:
                self.at = step.end()
            elif char in "$%":
                depths.append(1)
                self.at += 2
            elif char == '"':
                depths.pop()
                self.at += 1
            else:
                return

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found is not None else self.at


def _at_line(value: Node, line: int) -> Node:
    return Node(line, value.end_line, value.shape, value.scalar, value.items, value.entries)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def read(text: str) -> tuple[Node, ...]:
    """The one root of an HCL text; what is no block or attribute is left out.

    Raises:
        Malformed: nothing of it is HCL, or it is nested too deeply.
    """
    reader = _Reader(text)
    entries: list[tuple[str, Node]] = []
    while reader.at < len(text):
        entries += reader.body(0)
        reader.at += 1
    if not entries and _SPACE.sub("", text):
        raise Malformed("no block or attribute of HCL could be read")
    return (Node(1, text.rstrip().count("\n") + 1, "map", None, (), tuple(entries)),)
