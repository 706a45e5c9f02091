"""Bringing a listing up to date from a look into a few folders, without listing everything again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from shipsmith_controls.tree.contents import signature_of
from shipsmith_controls.tree.git import Git, GitError
from shipsmith_controls.tree.globs import Globs
from shipsmith_controls.tree.listing import GIT_FOLDER, IGNORE_FILE, Listing, walked
from shipsmith_controls.tree.reading import Folder, Reader, join, split

_FEW = 200
"""New files up to which git is asked about each instead of for a new listing."""


class _Turns:
    """What came and went in the folders that were looked into."""

    def __init__(self) -> None:
        self.added: set[str] = set()
        self.removed: set[str] = set()
        self.folders: list[str] = []

    def take(self, folder: str, before: Folder, now: Folder, known: Collection[str]) -> bool:
        """Take in the difference of one folder; False when it is more than files and new folders."""
        for name in {name for name, _ in before.entries.items() ^ now.entries.items()}:
            path = join(folder, name)
            turn = (before.kind(name), now.kind(name))
            if name in (IGNORE_FILE, GIT_FOLDER):
                return False
            if turn == (None, "file"):
                self.added.add(path)
            elif turn == ("file", None):
                self.removed.add(path)
            elif turn == (None, "folder"):
                self.folders.append(path)
            elif turn != ("folder", None) or path in known:
                return False
        return True


def update_listing(
    reader: Reader, git: Git | None, exclude: Globs, before: Listing, folders: Collection[str]
) -> tuple[Listing, set[str]] | None:
    """The listing after a look into `folders`, and the files that are new in it.

    None when only a new listing can tell: a folder that matters came or went, something other than
    a file did, ignore rules changed, or git failed.
    """
    looks = dict(before.folders)
    turns = _Turns()
    for folder in folders:
        try:
            now = looks[folder] = reader.look(folder, before.folders[folder])
        except OSError:
            return None
        was = before.folders[folder]
        if now is not was and not turns.take(folder, was, now, before.folders):
            return None
        if folder in before.rules:
            rules = before.rules[folder]
            if rules is None or rules != signature_of(reader, join(folder, IGNORE_FILE)):
                return None
    new = _admitted(turns, None if before.stopped else git, exclude, before.tracked)
    if new is None:
        return None
    files = before.files
    if new or turns.removed:
        files = tuple(sorted((set(files) - turns.removed) | new))
    return replace(before, files=files, folders=looks), new


def without(listing: Listing, gone: Collection[str]) -> Listing:
    """The listing without files that vanished since their folder was looked into."""
    looks = dict(listing.folders)
    for folder, name in map(split, gone):
        # Without the name, so that it counts as new should it come back.
        entries = {known: mark for known, mark in looks[folder].entries.items() if known != name}
        looks[folder] = Folder(None, entries)
    files = tuple(path for path in listing.files if path not in gone)
    return replace(listing, files=files, folders=looks)


def _admitted(turns: _Turns, git: Git | None, exclude: Globs, tracked: frozenset[str]) -> set[str] | None:
    """Which files that appeared are listed; None when a folder appeared that is looked into."""
    folders = [path for path in turns.folders if not exclude.covers(path)]
    files = {path for path in turns.added if not exclude.matches(path)}
    if git is None:
        return None if any(walked(path, exclude) for path in folders) else files
    known = files & tracked
    if len(files) - len(known) > _FEW or len(folders) > _FEW:
        return None
    try:
        if git.ignored(folders) != set(folders):
            return None
        return known | git.untracked(files - known)
    except GitError:
        return None
