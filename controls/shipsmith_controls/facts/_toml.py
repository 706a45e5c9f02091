"""TOML with line numbers: `tomllib` says whether it is valid, a small reader finds where values stand."""

from __future__ import annotations

import re
import tomllib

import re2

from shipsmith_controls.facts._nodes import MAX_DEPTH, Lines, Malformed, number, scalar, too_deep
from shipsmith_controls.facts.config import Node
from shipsmith_controls.facts.text import well_formed

_MAX_PARTS = 64
# tomllib needs quadratic time for a key of many dotted parts; re2 finds one in linear time.
_LONG_KEY = re2.compile(rf"(?:[\w\"'-]+[ \t]*\.[ \t]*){{{_MAX_PARTS}}}")
_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_TEXT = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*\'''',
    re.DOTALL,
)
_BARE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d[^,\]}\s#]*|[^,\]}\s#]+")


class _Table:
    """A table that later headers may still add to."""

    __slots__ = ("end", "entries", "line")

    def __init__(self, line: int) -> None:
        self.line = line
        self.end = line
        self.entries: dict[str, _Table | list[_Table] | Node] = {}

    def below(self, key: str, line: int) -> _Table:
        """The table under a key, made when absent; of an array of tables, the last."""
        found = self.entries.setdefault(key, _Table(line))
        if isinstance(found, list):
            return found[-1]
        if isinstance(found, Node):
            raise Malformed(f"line {line}: {key!r} is a value, not a table")
        return found

    def node(self, depth: int = 0) -> Node:
        if depth > MAX_DEPTH:
            raise too_deep()
        entries = tuple((key, _settled(value, depth + 1)) for key, value in self.entries.items())
        end = max([self.end, *(value.end_line for _, value in entries)])
        return Node(self.line, end, "map", None, (), entries)


def _settled(value: _Table | list[_Table] | Node, depth: int) -> Node:
    if isinstance(value, Node):
        return value
    if isinstance(value, _Table):
        return value.node(depth)
    items = tuple(table.node(depth + 1) for table in value)
    return Node(items[0].line, items[-1].end_line, "list", None, items)


class _Reader:
    """Reads a text that `tomllib` has accepted; hence it need not tell good from bad."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines = Lines(text)

    def document(self) -> Node:
        root = here = _Table(1)
        self._skip(_SPACE)
        while self.at < len(self.text):
            line = self.lines.at(self.at)
            if self.text[self.at] == "[":
                here = self._header(root, line)
            else:
                self._pair(here, line)
            self._skip(_SPACE)
        root.end = self.lines.at(len(self.text.rstrip()))
        return root.node()

    def _header(self, root: _Table, line: int) -> _Table:
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        *path, last = self._keys()
        self.at += 2 if many else 1
        for key in path:
            root = root.below(key, line)
        if not many:
            return root.below(last, line)
        tables = root.entries.setdefault(last, [])
        if not isinstance(tables, list):
            raise Malformed(f"line {line}: {last!r} is no array of tables")
        tables.append(_Table(line))
        return tables[-1]

    def _pair(self, table: _Table, line: int, depth: int = 0) -> None:
        *path, last = self._keys()
        self.at += 1
        self._skip(_BLANK)
        for key in path:
            table = table.below(key, line)
        value = self._value(depth)
        table.entries[last] = Node(
            line, value.end_line, value.shape, value.scalar, value.items, value.entries
        )

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip(_BLANK)
            word = self._take(_KEY)
            keys.append(_plain(word))
            self._skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def _value(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise too_deep()
        start, line = self.text[self.at : self.at + 1], self.lines.at(self.at)
        if start == "[":
            return self._array(line, depth)
        if start == "{":
            return self._inline(line, depth)
        if start and start in "\"'":
            text = _plain(self._take(_TEXT))
            return scalar(line, text, self.lines.at(self.at - 1))
        word = self._take(_BARE)
        if word in ("true", "false"):
            return scalar(line, word == "true")
        base = {"0x": 16, "0o": 8, "0b": 2}.get(word[:2], 10)
        return scalar(line, number(word.replace("_", "") if word[:1] in "+-0123456789" else word, base))

    def _array(self, line: int, depth: int) -> Node:
        items: list[Node] = []
        self.at += 1
        while True:
            self._skip(_SPACE)
            if self.text[self.at] == "]":
                self.at += 1
                return Node(line, self.lines.at(self.at - 1), "list", None, tuple(items))
            if self.text[self.at] == ",":
                self.at += 1
            else:
                items.append(self._value(depth + 1))

    def _inline(self, line: int, depth: int) -> Node:
        table = _Table(line)
        self.at += 1
        while True:
            self._skip(_SPACE)
            if self.text[self.at] == "}":
                table.end = self.lines.at(self.at)
                self.at += 1
                return table.node(depth)
            if self.text[self.at] == ",":
                self.at += 1
            else:
                self._pair(table, self.lines.at(self.at), depth + 1)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise Malformed(f"line {self.lines.at(self.at)}: a value that this reader does not know")
        self.at = found.end()
        return found.group()


def _plain(word: str) -> str:
    """The text that a key or string word stands for."""
    if word[0] not in "\"'":
        return word
    if "\\" not in word and not word.startswith(('"""', "'''")):
        return word[1:-1]
    return well_formed(str(tomllib.loads(f"v = {word}")["v"]))


def read(text: str) -> tuple[Node, ...]:
    """The one root of a TOML text; dates are text, as are numbers that are not finite.

    Raises:
        Malformed: no TOML, nested too deeply, or a dotted key of very many parts.
    """
    if _LONG_KEY.search(text):
        raise Malformed(f"a dotted key of {_MAX_PARTS} parts or more")
    try:
        tomllib.loads(text)
        return (_Reader(text).document(),)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError, IndexError) as error:
        raise Malformed(str(error)) from None
