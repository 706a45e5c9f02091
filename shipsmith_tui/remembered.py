"""What is remembered between sessions, in the user's cache folder: scorecards, commits, facts."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from pathlib import Path
from typing import TypeVar

import msgspec
import platformdirs
from shipsmith_controls.scorecard import Scorecard
from shipsmith_controls.since import Past
from shipsmith_controls.version import version_of

from shipsmith_tui import __version__
from shipsmith_tui.lineage import Conditions, Lineage

_MOST_COMMITS = 64
"""Judged commits that are remembered of a tree; those looked up last stay."""
_T = TypeVar("_T")


def name_of(root: Path) -> str:
    """What a tree is called in the user's folders."""
    return hashlib.blake2b(os.fsencode(root), digest_size=12).hexdigest()


def _cache() -> Path:
    return Path(platformdirs.user_cache_dir("shipsmith"))


def _place(root: Path, kind: str) -> Path:
    return _cache() / f"{kind}-{__version__}" / f"{name_of(root)}.msgpack"


def facts_folder(root: Path) -> Path:
    """Where the facts of a tree's files are remembered."""
    return _cache() / "trees" / name_of(root.resolve())


def keep(root: Path, card: Scorecard) -> None:
    """Remember a scorecard; a cache that cannot be written is no trouble."""
    write(_place(root, "scorecards"), card)


def recall(root: Path) -> Scorecard | None:
    """The scorecard that was remembered for a tree, None when there is none that can be read."""
    return read(_place(root, "scorecards"), Scorecard)


def keep_lineage(root: Path, lineage: Lineage) -> None:
    """Remember what was said of the base and the commits before, beside the scorecard."""
    write(_place(root, "lineages"), lineage)


def recall_lineage(root: Path) -> Lineage | None:
    """What was last said of the base and the commits before, None when nothing can be read."""
    return read(_place(root, "lineages"), Lineage)


def keep_past(root: Path, conditions: Conditions, past: Past) -> None:
    """Remember a judged commit, and forget those that were not looked up for longest."""
    folder = _commits(root)
    with contextlib.suppress(OSError):
        for other in folder.parent.glob("commits-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
        known = sorted(folder.glob("*.msgpack"), key=lambda place: place.stat().st_mtime)
        for old in known[: max(0, len(known) - _MOST_COMMITS + 1)]:
            old.unlink(missing_ok=True)
    write(folder / f"{past.commit}-{conditions.digest()}.msgpack", past)


def recall_past(root: Path, conditions: Conditions, commit: str) -> Past | None:
    """A commit as it was judged by these very rules and conditions, None when it was not."""
    place = _commits(root) / f"{commit}-{conditions.digest()}.msgpack"
    found = read(place, Past)
    if found is not None:
        with contextlib.suppress(OSError):
            os.utime(place)
    return found


def _commits(root: Path) -> Path:
    return facts_folder(root) / f"commits-{version_of()}"


def write(place: Path, value: object) -> None:
    """Write a value whole or not at all; a folder that cannot be written is no trouble."""
    partial = place.with_suffix(f".{os.getpid()}.partial")
    with contextlib.suppress(OSError, UnicodeEncodeError):
        place.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(msgspec.msgpack.encode(value))
        partial.replace(place)


def read(place: Path, kind: type[_T]) -> _T | None:
    """A value that was written, None when there is none that can be read."""
    try:
        return msgspec.msgpack.decode(place.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None
