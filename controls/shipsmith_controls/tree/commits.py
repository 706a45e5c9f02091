"""A tree as it was at a commit, read from git's objects; nothing is checked out."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from shipsmith_controls.scorecard import Skipped, TreeInfo
from shipsmith_controls.tree.contents import FileState, Visitor, digest_of, state_of
from shipsmith_controls.tree.git import Git, GitError
from shipsmith_controls.tree.globs import Globs
from shipsmith_controls.tree.listing import REPOSITORY
from shipsmith_controls.tree.reading import LINK, READ_CAP, VANISHED, Content, content_of
from shipsmith_controls.tree.workspace import Changes

_BATCH = 32_000_000
"""Bytes of content that git is asked for at once."""
_HELD = 128_000_000
"""Bytes of content that are kept in memory, since most files are read more than once."""
_LINK_MODE, _REPOSITORY_MODE = b"120000", b"160000"


class Stored(NamedTuple):
    """A path in a commit: its mode, the id of its content, and that content's size in bytes."""

    mode: bytes
    blob: str
    size: int


def stored(git: Git, commit: str) -> dict[str, Stored]:
    """Everything that a commit (full id) holds below the root; empty when it has no such folder.

    Raises:
        GitError: git could not tell.
    """
    folder = git.prefix.rstrip("/")
    output = git.run("ls-tree", "-r", "-z", "-l", f"{commit}:{folder}")
    if output.status:
        if folder and not git.run("rev-parse", "--verify", "-q", f"{commit}^{{commit}}").status:
            return {}
        raise GitError("git could not list the files of a commit")
    found: dict[str, Stored] = {}
    for record in output.out.split(b"\0")[:-1]:
        about, _, path = record.partition(b"\t")
        mode, _, blob, size = about.split()
        count = int(size) if size.isdigit() else 0
        found[os.fsdecode(path)] = Stored(mode, blob.decode("ascii"), count)
    return found


def blobs(git: Git, wanted: Iterable[Stored]) -> Iterator[tuple[str, bytes]]:
    """Id and content of some blobs, in their order.

    Raises:
        GitError: git could not tell, or one of them is not in this clone.
    """
    batch: list[Stored] = []
    size = 0
    for one in wanted:
        batch.append(one)
        size += one.size
        if size > _BATCH:
            yield from _read(git, batch)
            batch, size = [], 0
    if batch:
        yield from _read(git, batch)


def _read(git: Git, batch: list[Stored]) -> Iterator[tuple[str, bytes]]:
    asked = "".join(f"{one.blob}\n" for one in batch).encode("ascii")
    output = git.run("cat-file", "--batch", given=asked)
    at = 0
    for one in batch:
        end = output.out.find(b"\n", at)
        head = output.out[at:end].split()
        if end < 0 or len(head) != 3 or head[1] != b"blob":
            raise GitError("not all files of a commit are in this clone")
        at = end + 1 + int(head[2])
        yield one.blob, output.out[end + 1 : at]
        at += 1


class CommitTree:
    """The files of a commit, for a judge; `move` goes on to another commit.

    What is excluded is said from outside, not by the commit's own ledger: two commits are compared
    over the same files. Close the `Git` after it.
    """

    def __init__(self, git: Git, root: str, commit: str, exclude: tuple[str, ...] = ()) -> None:
        self._git = git
        self._root = root
        self._exclude = Globs(exclude)
        self._stored: dict[str, Stored] = {}
        self._states: dict[str, FileState] = {}
        self._known: dict[str, FileState] = {}
        self._held: dict[str, bytes] = {}
        self._room = _HELD
        self.commit = commit
        self.head_date: datetime | None = None
        self.subjects: tuple[str, ...] = ()
        self.files: tuple[str, ...] = ()
        self.tracked: frozenset[str] = frozenset()
        self.move(commit)

    def move(self, commit: str) -> None:
        """Stand for another commit (full id) of the same repository from now on."""
        self.commit = commit
        self.head_date = self._git.dated(commit)[1]
        self.subjects = self._git.subjects(commit)
        found = stored(self._git, commit)
        self.tracked = frozenset(path for path, one in found.items() if one.mode != _REPOSITORY_MODE)
        self._stored = {path: one for path, one in found.items() if not self._exclude.matches(path)}
        regular = (p for p, one in self._stored.items() if one.mode not in (_LINK_MODE, _REPOSITORY_MODE))
        self.files = tuple(sorted(regular))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """All that could not be read, with the reason, by path."""
        unread = [Skipped(p, s.reason) for p, s in self._states.items() if s.kind == "skipped"]
        for path, one in self._stored.items():
            if one.mode in (_LINK_MODE, _REPOSITORY_MODE):
                unread.append(Skipped(path, LINK if one.mode == _LINK_MODE else REPOSITORY))
        return tuple(sorted(unread, key=lambda skipped: skipped.path))

    def state(self, path: str) -> FileState | None:
        """What one file holds; None when it is not listed."""
        return self._states.get(path)

    def content(self, path: str, cap: int = READ_CAP) -> Content:
        """A file's content. Raises GitError."""
        one = self._stored.get(path)
        if one is None or one.mode in (_LINK_MODE, _REPOSITORY_MODE):
            return Skipped(path, VANISHED if one is None else LINK)
        if one.size > cap:
            return content_of(path, b"", one.size, cap)
        data = self._held.get(one.blob)
        if data is None:
            _, data = next(blobs(self._git, [one]))
            self._hold(one.blob, data)
        return content_of(path, data, one.size, cap)

    def refresh(self, hint: Collection[str] | None = None, visit: Visitor | None = None) -> Changes:
        """Read what differs from the commit that was read last. Raises GitError."""
        before = self._states
        self._read_new()
        self._states = {path: self._state(self._stored[path]) for path in self.files}
        changed = {path: s for path, s in self._states.items() if before.get(path) != s}
        if visit is not None:
            texts = [path for path, state in changed.items() if state.kind == "text"]
            for path, content in self._contents(texts):
                visit(path, content)
        removed = tuple(sorted(before.keys() - self._states.keys()))
        return Changes(changed, removed, before.keys() != self._states.keys())

    def set_exclude(self, exclude: tuple[str, ...]) -> None:
        """What is left out is said from outside."""

    def info(self) -> TreeInfo:
        """The commit."""
        return TreeInfo(self._root, self.commit, None, False)

    def watch_dirs(self) -> tuple[Path, ...]:
        """A commit never changes."""
        return ()

    def close(self) -> None:
        """Let go of what is held."""
        self._held.clear()

    def _read_new(self) -> None:
        small = {one.blob: one for p in self.files if (one := self._stored[p]).size <= READ_CAP}
        for blob, data in blobs(self._git, (one for b, one in small.items() if b not in self._known)):
            content = content_of("", data, len(data), READ_CAP)
            self._known[blob] = state_of(content, digest_of(data), len(data))
            self._hold(blob, data)

    def _state(self, one: Stored) -> FileState:
        known = self._known.get(one.blob)
        if known is not None:
            return known
        large = content_of("", b"", one.size, READ_CAP)
        return state_of(large, digest_of(one.blob.encode("ascii")), one.size)

    def _contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        others: list[str] = []
        for path in paths:
            data = self._held.get(self._stored[path].blob)
            if data is None:
                others.append(path)
            else:
                yield path, data
        again = blobs(self._git, (self._stored[path] for path in others))
        yield from ((path, data) for path, (_, data) in zip(others, again, strict=True))

    def _hold(self, blob: str, data: bytes) -> None:
        if len(data) <= self._room and blob not in self._held:
            self._held[blob] = data
            self._room -= len(data)
