"""What is remembered between sessions, in the user's cache folder: scorecards, and facts of files."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec
import platformdirs
from shipsmith_controls.scorecard import Scorecard

from shipsmith_tui import __version__


def _name(root: Path) -> str:
    return hashlib.blake2b(os.fsencode(root), digest_size=12).hexdigest()


def _place(root: Path) -> Path:
    folder = Path(platformdirs.user_cache_dir("shipsmith")) / f"scorecards-{__version__}"
    return folder / f"{_name(root)}.msgpack"


def facts_folder(root: Path) -> Path:
    """Where the facts of a tree's files are remembered."""
    return Path(platformdirs.user_cache_dir("shipsmith")) / "trees" / _name(root.resolve())


def keep(root: Path, card: Scorecard) -> None:
    """Remember a scorecard; a cache that cannot be written is no trouble."""
    place = _place(root)
    partial = place.with_suffix(f".{os.getpid()}.partial")
    with contextlib.suppress(OSError, UnicodeEncodeError):
        place.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(msgspec.msgpack.encode(card))
        partial.replace(place)


def recall(root: Path) -> Scorecard | None:
    """The scorecard that was remembered for a tree, None when there is none that can be read."""
    try:
        return msgspec.msgpack.decode(_place(root).read_bytes(), type=Scorecard)
    except (OSError, msgspec.DecodeError):
        return None
