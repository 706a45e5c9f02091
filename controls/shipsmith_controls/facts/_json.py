"""JSON with line numbers; comments and trailing commas are accepted, as configuration files use them."""

from __future__ import annotations

import json
import re

from shipsmith_controls.facts._nodes import (
    MAX_DEPTH,
    MAX_NODES,
    Lines,
    Malformed,
    number,
    scalar,
    too_deep,
    too_many,
)
from shipsmith_controls.facts.config import Node, Scalar
from shipsmith_controls.facts.text import well_formed

_TOKEN = re.compile(
    r"""[ \t\r\n\f\v\ufeff]+ | //[^\n]* | /\*.*?\*/
    | (?P<text>"[^"\\\n]*(?:\\.[^"\\\n]*)*")
    | (?P<mark>[{}\[\],:])
    | (?P<bare>[-+\w.]+)""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\Z")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}


class _Open:
    """A collection whose closing bracket has not been read yet."""

    __slots__ = ("entries", "is_map", "items", "key", "line", "named", "ready")

    def __init__(self, line: int, is_map: bool) -> None:
        self.line = line
        self.is_map = is_map
        self.items: list[Node] = []
        self.entries: list[tuple[str, Node]] = []
        self.key = ("", 0)
        self.named = False
        """A key and its colon stand, its value is awaited."""
        self.ready = True
        """A member may follow: after the opening bracket or a comma."""

    def close(self, end_line: int) -> Node:
        shape = "map" if self.is_map else "list"
        return Node(self.line, end_line, shape, None, tuple(self.items), tuple(self.entries))


class _Builder:
    """A pushdown automaton over the tokens; recursion would let a file choose the stack's depth."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._stack: list[_Open] = []
        self._key: tuple[str, int] | None = None
        self._count = 0

    def mark(self, sign: str, line: int) -> None:
        here = self._stack[-1] if self._stack else None
        if sign in "{[":
            self._expect_value(line)
            if len(self._stack) >= MAX_DEPTH:
                raise too_deep()
            self._stack.append(_Open(line, sign == "{"))
        elif here is None:
            raise Malformed(f"line {line}: {sign!r} outside of any value")
        elif sign == ":":
            if self._key is None:
                raise Malformed(f"line {line}: ':' without a key")
            here.key, here.named, self._key = self._key, True, None
        elif self._key is not None or here.named:
            raise Malformed(f"line {line}: a key without a value")
        elif sign == ",":
            if here.ready:
                raise Malformed(f"line {line}: ',' where a value belongs")
            here.ready = True
        else:
            if here.is_map != (sign == "}"):
                raise Malformed(f"line {line}: {sign!r} closes what was opened by another bracket")
            self._stack.pop()
            self._add(here.close(line))

    def text(self, value: str, line: int) -> None:
        here = self._stack[-1] if self._stack else None
        if here is not None and here.is_map and not here.named:
            if self._key is not None or not here.ready:
                raise Malformed(f"line {line}: expected ',' or ':'")
            self._key = (value, line)
            return
        self.value(line, value)

    def value(self, line: int, value: Scalar) -> None:
        self._expect_value(line)
        self._add(scalar(line, value))

    def _expect_value(self, line: int) -> None:
        here = self._stack[-1] if self._stack else None
        if here is None:
            if self.root is not None:
                raise Malformed(f"line {line}: more than one value")
        elif not here.ready or (here.is_map and not here.named):
            raise Malformed(f"line {line}: expected {'a key' if here.ready else 'a comma'}")

    def _add(self, node: Node) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            raise too_many()
        if not self._stack:
            self.root = node
            return
        here = self._stack[-1]
        here.ready = False
        if not here.is_map:
            here.items.append(node)
            return
        key, line = here.key
        here.named = False
        if node.line != line:
            node = Node(line, node.end_line, node.shape, node.scalar, node.items, node.entries)
        here.entries.append((key, node))

    def finish(self) -> Node:
        if self._stack or self.root is None:
            raise Malformed("the file ends before its value does")
        return self.root


def _unescape(token: str, line: int) -> str:
    if "\\" not in token:
        return token[1:-1]
    try:
        return well_formed(str(json.loads(token, strict=False)))
    except ValueError:
        raise Malformed(f"line {line}: an escape that JSON does not know") from None


def read(text: str) -> tuple[Node, ...]:
    """The one root of a JSON text.

    Raises:
        Malformed: no JSON, nested too deeply or too large.
    """
    builder = _Builder()
    lines = Lines(text)
    at = 0
    while (token := _TOKEN.match(text, at)) is not None:
        at = token.end()
        kind = token.lastgroup
        if kind is None:
            continue
        line, word = lines.at(token.start()), token.group()
        if kind == "mark":
            builder.mark(word, line)
        elif kind == "text":
            builder.text(_unescape(word, line), line)
        elif word in _WORDS:
            builder.value(line, _WORDS[word])
        elif _NUMBER.match(word):
            builder.value(line, number(word))
        else:
            raise Malformed(f"line {line}: {word[:20]!r} is no JSON value")
    if at < len(text):
        raise Malformed(f"line {lines.at(at)}: {text[at]!r} is not expected here")
    return (builder.finish(),)
