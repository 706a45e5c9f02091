"""What each file of a tree holds, known by digest; read again only when its stat says so."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

import msgspec

from shipsmith_controls.scorecard import Skipped
from shipsmith_controls.tree.reading import (
    READ_CAP,
    VANISHED,
    Binary,
    Content,
    Observed,
    Reader,
    Signature,
    settled,
    signature,
)

Visitor = Callable[[str, bytes], None]
"""Takes a path and the bytes of a text file that is new or changed."""


class FileState(msgspec.Struct, frozen=True, gc=False):
    """What a listed file holds.

    `digest` is the blake2b of the content (16 bytes); of a file over the reading cap it stands for
    size and mtime, of a file that cannot be opened it is empty. `size` is in bytes. `reason` says
    why a file of kind `skipped` was not read.
    """

    digest: bytes
    size: int
    kind: Literal["text", "binary", "skipped"] = "text"
    reason: str = ""


class _Seen(NamedTuple):
    """A file as last read; `signature` is None when it must be read again the next time."""

    signature: Signature | None
    state: FileState


class Contents:
    """The state of every file that was observed.

    `reread` gathers the files whose stat changed or that went, for whoever compares them with git.
    """

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self.reread: set[str] = set()

    def states(self) -> dict[str, FileState]:
        """The state of every file."""
        return {path: seen.state for path, seen in self._seen.items()}

    def state(self, path: str) -> FileState | None:
        """The state of one file; None when it was not observed."""
        seen = self._seen.get(path)
        return seen.state if seen is not None else None

    def unread(self) -> list[Skipped]:
        """The files that could not be read, and why."""
        seen = self._seen.items()
        return [Skipped(path, s.state.reason) for path, s in seen if s.state.kind == "skipped"]

    def keep_only(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Forget all other files; which they were, sorted."""
        gone = tuple(sorted(self._seen.keys() - set(paths)))
        for path in gone:
            del self._seen[path]
        self.reread.update(gone)
        return gone

    def observe(
        self, reader: Reader, paths: Iterable[str], visit: Visitor | None
    ) -> tuple[dict[str, FileState], set[str]]:
        """Read the files whose stat differs; which changed, and which are not there any more."""
        changed: dict[str, FileState] = {}
        vanished: set[str] = set()
        for path in paths:
            seen = self._seen.get(path)
            if seen and seen.signature and seen.signature == signature_of(reader, path):
                continue
            began = time.time_ns()
            observed = reader.observe(path)
            if observed.found is None and observed.content == Skipped(path, VANISHED):
                vanished.add(path)
                continue
            state = _observed_state(observed)
            lasting = observed.found is not None and settled(observed.found.st_ctime_ns, began)
            now = signature(observed.found) if observed.found is not None and lasting else None
            self._seen[path] = _Seen(now, state)
            self.reread.add(path)
            if seen is not None and seen.state == state:
                continue
            changed[path] = state
            if visit is not None and state.kind == "text":
                visit(path, observed.data)
        return changed, vanished


def signature_of(reader: Reader, path: str) -> Signature | None:
    """The signature of a file as it is now, None when there is none to see."""
    try:
        return signature(reader.stat(path))
    except OSError:
        return None


def _observed_state(observed: Observed) -> FileState:
    content, data, found = observed
    if found is None:
        return FileState(b"", 0, "skipped", content.reason if isinstance(content, Skipped) else "")
    if found.st_size > READ_CAP:
        size, digest = found.st_size, digest_of(f"{found.st_size}:{found.st_mtime_ns}".encode())
    else:
        size, digest = len(data), digest_of(data)
    return state_of(content, digest, size)


def state_of(content: Content, digest: bytes, size: int) -> FileState:
    """The state of a file with this content."""
    if isinstance(content, bytes):
        return FileState(digest, size)
    if isinstance(content, Binary):
        return FileState(digest, size, "binary")
    return FileState(digest, size, "skipped", content.reason)


def digest_of(data: bytes) -> bytes:
    """The digest by which content is known."""
    return hashlib.blake2b(data, digest_size=16).digest()
