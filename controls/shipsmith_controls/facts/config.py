"""Facts of a structured data file: YAML, JSON, TOML and HCL share one shape, each value with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

Scalar: TypeAlias = str | int | float | bool | None


class Node(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A value in a structured file.

    Exactly one of three shapes: a mapping (`entries`, in file order, keys may repeat as in HCL
    blocks), a list (`items`), or a scalar (`scalar`). `shape` tells which. Lines count from 1;
    the line of an entry's value is the line of its key.
    """

    line: int
    end_line: int
    shape: str
    """`map`, `list` or `scalar`."""
    scalar: Scalar = None
    items: tuple[Node, ...] = ()
    entries: tuple[tuple[str, Node], ...] = ()

    def get(self, *path: str | int) -> Node | None:
        """The value under a path of keys and indices, or None; the last of repeated keys wins."""
        here: Node | None = self
        for step in path:
            if here is None:
                return None
            if isinstance(step, int):
                here = here.items[step] if -len(here.items) <= step < len(here.items) else None
            else:
                here = next((value for key, value in reversed(here.entries) if key == step), None)
        return here

    def all(self, key: str) -> tuple[Node, ...]:
        """Every value whose key is `key`, for files where a key may repeat."""
        return tuple(value for name, value in self.entries if name == key)

    def text(self, *path: str | int) -> str | None:
        """The scalar under a path as text, or None when there is none or it is not text."""
        node = self.get(*path)
        return node.scalar if node is not None and isinstance(node.scalar, str) else None

    def walk(self, trail: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
        """This node and all below it, each with the keys that lead to it (list indices as `[]`)."""
        yield trail, self
        for key, value in self.entries:
            yield from value.walk((*trail, key))
        for value in self.items:
            yield from value.walk((*trail, "[]"))


class Config(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A structured file: one root for each document in it (YAML may hold several).

    `format` is `yaml`, `json`, `toml` or `hcl`. In HCL a block `resource "a" "b" { … }` is an entry
    `resource` holding a mapping `a` holding a mapping `b`; expressions that are not literals are
    text scalars as written. `error` says why the file could not be read as such; then `roots` is
    empty.
    """

    format: str
    roots: tuple[Node, ...]
    error: str | None = None
