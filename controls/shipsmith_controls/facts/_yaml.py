"""YAML by events: nodes are built from the parser's events, so nothing is ever constructed."""

from __future__ import annotations

import re
from typing import Any

import yaml

from shipsmith_controls.facts._nodes import MAX_DEPTH, MAX_NODES, Malformed, number, too_deep, too_many
from shipsmith_controls.facts.config import Node, Scalar

_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER = re.compile(r"[-+]?(?:\d+|(?:\.\d+|\d+\.\d*|\d+)(?:[eE][-+]?\d+)?)\Z")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_STANDARD = "tag:yaml.org,2002:"


def _line(mark: Any) -> int:
    """The line of a mark; both mark types of PyYAML count from 0."""
    return int(mark.line) + 1


class _Open:
    """A collection whose end has not been read yet."""

    __slots__ = ("anchor", "entries", "flow", "is_map", "items", "key", "last", "line", "size", "tag")

    def __init__(self, event: yaml.CollectionStartEvent, is_map: bool) -> None:
        self.is_map = is_map
        self.line: int = _line(event.start_mark)
        self.flow = bool(event.flow_style)
        self.anchor: str | None = event.anchor
        self.tag: str | None = event.tag
        self.entries: list[tuple[str, Node]] = []
        self.items: list[Node] = []
        self.key: tuple[str, int] | None = None
        self.last = self.line
        self.size = 1

    def close(self, line: int) -> Node:
        end = max(line, self.last) if self.flow else self.last
        shape = "map" if self.is_map else "list"
        node = Node(self.line, end, shape, None, tuple(self.items), tuple(self.entries))
        if self.tag is None or self.tag.startswith(_STANDARD):
            return node
        return Node(self.line, end, "map", None, (), ((self.tag, node),))


class _Builder:
    """Takes events one by one and keeps the roots."""

    def __init__(self) -> None:
        self.roots: list[Node] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}

    def open(self, event: yaml.CollectionStartEvent, is_map: bool) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise too_deep()
        if event.anchor is not None:
            self._anchors.pop(event.anchor, None)
        self._stack.append(_Open(event, is_map))

    def close(self, event: yaml.CollectionEndEvent) -> None:
        done = self._stack.pop()
        self._add(done.close(_line(event.end_mark)), done.size, done.anchor)

    def scalar(self, event: yaml.ScalarEvent) -> None:
        here = self._stack[-1] if self._stack else None
        line = _line(event.start_mark)
        if here is not None and here.is_map and here.key is None:
            here.key = (event.value, line)
            if event.anchor is not None:
                self._anchors[event.anchor] = (Node(line, line, "scalar", event.value), 1)
            return
        end = _line(event.end_mark)
        if end > line and getattr(event.end_mark, "column", 1) == 0:
            end -= 1
        self._add(Node(line, end, "scalar", _value(event)), 1, event.anchor)

    def alias(self, event: yaml.AliasEvent) -> None:
        line = _line(event.start_mark)
        known = self._anchors.get(event.anchor or "")
        if known is None:
            raise Malformed(f"line {line}: the alias *{event.anchor} names no finished anchor")
        self._add(_moved(known[0], line, line), known[1], None)

    def _add(self, node: Node, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = (node, size)
        if not self._stack:
            self.roots.append(node)
            return
        here = self._stack[-1]
        here.size += size
        if here.size > MAX_NODES:
            raise too_many()
        here.last = max(here.last, node.end_line)
        if not here.is_map:
            here.items.append(node)
        elif here.key is None:
            here.key = (str(node.scalar) if node.shape == "scalar" else "?", node.line)
        else:
            key, line = here.key
            here.entries.append((key, _moved(node, line, node.end_line)))
            here.key = None


def _moved(node: Node, line: int, end_line: int) -> Node:
    """The same value at another line: a key gives its value its line, an alias its own."""
    if (node.line, node.end_line) == (line, end_line):
        return node
    return Node(line, max(line, end_line), node.shape, node.scalar, node.items, node.entries)


def _value(event: yaml.ScalarEvent) -> Scalar:
    text: str = event.value
    if event.tag is not None and not event.tag.startswith(_STANDARD):
        return f"{event.tag} {text}".rstrip()
    if event.tag is not None or not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.match(text):
        return number(text)
    if _BASED.match(text):
        return number(text, 8 if text[1] == "o" else 16)
    return text


def read(text: str) -> tuple[Node, ...]:
    """One root for each document of a YAML text.

    Raises:
        Malformed: no YAML, nested too deeply, too large once its aliases are counted out, or an
            anchor that contains itself.
    """
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.ScalarEvent):
                builder.scalar(event)
            elif isinstance(event, yaml.MappingStartEvent):
                builder.open(event, is_map=True)
            elif isinstance(event, yaml.SequenceStartEvent):
                builder.open(event, is_map=False)
            elif isinstance(event, yaml.CollectionEndEvent):
                builder.close(event)
            elif isinstance(event, yaml.AliasEvent):
                builder.alias(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark is not None else ""
        raise Malformed(f"{where}{error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, RecursionError, MemoryError) as error:
        raise Malformed(" ".join(str(error).split())) from None
    return tuple(builder.roots)
