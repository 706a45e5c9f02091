"""Facts remembered on disk by content, so that a second scan parses only what is new.

The key is the content's digest, the family and the kind of file, never a time; the file is named
after the version of the extractors and of what they know. Anything wrong with the cache means a cold
scan, never an error.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import msgspec

from shipsmith_controls.facts.code import Module
from shipsmith_controls.facts.document import Document
from shipsmith_controls.facts.families import Look
from shipsmith_controls.version import version_of

_TYPES: dict[str, type[msgspec.Struct]] = {"code": Module, "document": Document, "look": Look}
"""Families worth remembering, with the type they are read back as."""
_BATCH = 400
_MOST = 200_000_000
"""Bytes from which a cache is started anew."""

Key = tuple[str, bytes, str]


class FactCache:
    """A small database of facts in a folder; `None` for the folder remembers nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._connection: sqlite3.Connection | None = None
        self._waiting: dict[Key, bytes] = {}
        self._decoders = {name: msgspec.msgpack.Decoder(kind) for name, kind in _TYPES.items()}
        self._encoder = msgspec.msgpack.Encoder()
        if folder is not None:
            with contextlib.suppress(OSError, sqlite3.Error):
                version = version_of("shipsmith_controls.facts", "shipsmith_controls.knowledge")
                self._connection = _open(folder / f"facts-{version}.sqlite")

    def get(self, family: str, digest: bytes, kind: str) -> object | None:
        """Remembered facts, None when there are none."""
        if self._connection is None or family not in _TYPES:
            return None
        try:
            row = self._connection.execute(
                "select facts from facts where family = ? and digest = ? and kind = ?",
                (family, digest, kind),
            ).fetchone()
            return self._decoders[family].decode(row[0]) if row else None
        except (sqlite3.Error, msgspec.DecodeError):
            return None

    def put(self, family: str, digest: bytes, kind: str, facts: object) -> None:
        """Remember facts; they are written in batches and by `flush`."""
        if self._connection is None or family not in _TYPES or facts is None:
            return
        self._waiting[family, digest, kind] = self._encoder.encode(facts)
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting."""
        if self._connection is None or not self._waiting:
            return
        rows = [(*key, blob) for key, blob in self._waiting.items()]
        self._waiting.clear()
        with contextlib.suppress(sqlite3.Error), self._connection:
            self._connection.executemany("insert or replace into facts values (?, ?, ?, ?)", rows)

    def close(self) -> None:
        """Write what is waiting and let go of the file."""
        self.flush()
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _open(place: Path) -> sqlite3.Connection:
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and place.stat().st_size > _MOST:
        place.unlink()
    for old in place.parent.glob("facts-*.sqlite"):
        if old != place:
            old.unlink(missing_ok=True)
    connection = sqlite3.connect(place, timeout=0.2)
    connection.execute("pragma journal_mode = off")
    connection.execute("pragma synchronous = off")
    connection.execute(
        "create table if not exists facts (family text, digest blob, kind text, facts blob, "
        "primary key (family, digest, kind)) without rowid"
    )
    return connection
