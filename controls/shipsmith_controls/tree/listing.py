"""Which files of a tree are judged: what git lists, or without git what a walk finds.

Only regular files are listed. What git lists but is none (a link, a repository inside this one)
stands in `skipped`, so that nothing is left out silently.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from shipsmith_controls.scorecard import Skipped
from shipsmith_controls.tree.git import Git, GitError
from shipsmith_controls.tree.globs import Globs
from shipsmith_controls.tree.reading import (
    LINK,
    NOT_REGULAR,
    Folder,
    Reader,
    Signature,
    join,
    reason_of,
    settled,
    signature,
    split,
)

GIT_FOLDER = ".git"
IGNORE_FILE = ".gitignore"
NOT_WALKED = (
    GIT_FOLDER, ".hg", ".svn", ".jj", "node_modules", "bower_components", ".venv", "venv", ".tox", ".nox",
    "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".ipynb_checkpoints",
    "site-packages", ".eggs", "dist", "build", "target", "out", "coverage", "htmlcov", ".next", ".nuxt",
    ".svelte-kit", ".turbo", ".cache", ".parcel-cache", ".gradle", ".terraform", ".serverless", ".idea",
)  # fmt: skip
"""Folders that a walk without git leaves out: what tools make or fetch."""

REPOSITORY = "another repository (a submodule or nested clone); judge it by itself"
_ATTEMPTS = 3


@dataclass(frozen=True)
class Listing:
    """The files of a tree, as relative paths with `/`, sorted.

    `folders` holds every folder whose names can change the listing, as it was looked into.
    `rules` holds the signature of the ignore file in such a folder, None where git may have read
    an older one. `closed` are the folders that could not be opened. `stopped` says why git did not
    answer, in which case a walk made the listing.
    """

    files: tuple[str, ...] = ()
    tracked: frozenset[str] = frozenset()
    skipped: tuple[Skipped, ...] = ()
    folders: Mapping[str, Folder] = field(default_factory=dict)
    rules: Mapping[str, Signature | None] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    stopped: str | None = None


def list_tree(root: str, git: Git | None, exclude: Globs, before: Listing | None = None) -> Listing:
    """List a tree.

    Args:
        root: the folder, absolute.
        git: its repository; None for a plain folder.
        exclude: globs of files that are left out.
        before: an earlier listing, whose looks into unchanged folders are used again.

    Raises:
        OSError: the root cannot be opened.
    """
    before = before or Listing()
    with Reader(root) as reader:
        looks = _Looks(reader, before.folders)
        if git is None:
            return _walk(looks, exclude, frozenset(), None)
        for path in before.folders:
            # Before git is asked, so that a file which appears meanwhile is seen the next time.
            looks.look(path)
        stopped = before.stopped
        if stopped is None or not _obstructed(looks.folders):
            try:
                return _with_git(looks, git, exclude)
            except GitError as error:
                stopped = str(error)
        return _walk(looks, exclude, _tracked(git), stopped)


def obstructed(listing: Listing) -> bool:
    """Whether git did not answer and the reason is in sight, so that asking again is no use."""
    return listing.stopped is not None and _obstructed(listing.folders)


def _obstructed(folders: Mapping[str, Folder]) -> bool:
    """Whether an ignore file is a pipe or device, on which git would wait."""
    return any(folder.kind(IGNORE_FILE) == "other" for folder in folders.values())


def folders_of(files: Iterable[str]) -> set[str]:
    """The folders above some files, the root ("") included."""
    found = {""}
    for folder in {split(path)[0] for path in files}:
        while folder not in found:
            found.add(folder)
            folder = split(folder)[0]
    return found


class _Looks:
    """Looks into folders, each at most once; those that cannot be opened are told as skipped."""

    def __init__(self, reader: Reader, before: Mapping[str, Folder]) -> None:
        self.reader = reader
        self.before = before
        self.folders: dict[str, Folder] = {}
        self.skipped: list[Skipped] = []
        self.closed: list[str] = []

    def forget_failures(self) -> None:
        """Start over with telling what could not be opened."""
        self.skipped.clear()
        self.closed.clear()

    def look(self, path: str) -> Folder | None:
        """The names in a folder; None, and told as skipped, when it cannot be opened."""
        found = self.folders.get(path)
        if found is None:
            try:
                found = self.reader.look(path, self.before.get(path))
            except OSError as error:
                if not path:
                    raise
                self.skipped.append(Skipped(path, reason_of(error)))
                self.closed.append(path)
                return None
            self.folders[path] = found
        return found

    def kind(self, path: str) -> str | None:
        """`file`, `folder`, `link` or `other`, of folders looked into; else None."""
        folder, name = split(path)
        found = self.folders.get(folder)
        return None if found is None else found.kind(name)


def _with_git(looks: _Looks, git: Git, exclude: Globs) -> Listing:
    for _ in range(_ATTEMPTS):
        looks.forget_failures()
        began = time.time_ns()
        early = set(looks.folders)
        listed = git.listed()
        paths = [path for path in chain(listed.tracked, listed.others) if not exclude.matches(path)]
        reach = _reach(looks, git, listed.repositories, exclude, folders_of(paths))
        late = (looks.folders[path].changed for path in reach.folders if path not in early)
        if all(changed is not None and settled(changed[0], began) for changed in late):
            break
    skipped = looks.skipped
    skipped += [Skipped(path, NOT_REGULAR) for path in reach.odd if not exclude.matches(path)]
    files = []
    for path in paths:
        kind = looks.kind(path)
        if kind == "file":
            files.append(path)
        elif kind == "link":
            skipped.append(Skipped(path, LINK))
    for path in listed.repositories:
        if looks.kind(path) == "folder" and not exclude.covers(path):
            skipped.append(Skipped(path, REPOSITORY))
    folders = {path: looks.folders[path] for path in reach.folders}
    return Listing(
        tuple(sorted(files)),
        listed.tracked,
        _in_order(skipped),
        folders,
        _rules(looks.reader, folders, began),
        tuple(looks.closed),
    )


class _Reach(NamedTuple):
    """The folders whose names matter, and what in them is neither file, folder nor link."""

    folders: list[str]
    odd: list[str]


def _reach(
    looks: _Looks, git: Git, repositories: frozenset[str], exclude: Globs, listed: set[str]
) -> _Reach:
    """All folders that git does not ignore, also those without a listed file as yet."""
    reach = _Reach([], [])
    level = [""]
    while level:
        below: list[str] = []
        doubtful: list[str] = []
        odd: list[str] = []
        for path in level:
            folder = looks.look(path)
            if folder is None:
                continue
            reach.folders.append(path)
            if path in repositories:
                continue
            for child in (join(path, name) for name in folder.names("folder") if name != GIT_FOLDER):
                if child in listed:
                    below.append(child)
                elif not exclude.covers(child):
                    (below if child in repositories else doubtful).append(child)
            odd += [join(path, name) for name in folder.names("other")]
        ignored = git.ignored([*doubtful, *odd])
        reach.odd.extend(path for path in odd if path not in ignored)
        level = below + [path for path in doubtful if path not in ignored]
    return reach


def _walk(looks: _Looks, exclude: Globs, tracked: frozenset[str], stopped: str | None) -> Listing:
    """The listing without git's help."""
    looks.forget_failures()
    kept = folders_of(tracked)
    files: list[str] = []
    folders: dict[str, Folder] = {}
    pending = [""]
    while pending:
        path = pending.pop()
        folder = looks.look(path)
        if folder is None:
            continue
        folders[path] = folder
        for name in folder.entries:
            child = join(path, name)
            kind = folder.kind(name)
            if kind == "folder":
                if child in kept or walked(child, exclude):
                    pending.append(child)
            elif not exclude.matches(child):
                if kind == "file":
                    files.append(child)
                else:
                    looks.skipped.append(Skipped(child, LINK if kind == "link" else NOT_REGULAR))
    if stopped is not None:
        looks.skipped.append(Skipped(".", f"{stopped}, so that ignored files are listed too"))
    return Listing(
        tuple(sorted(files)), tracked, _in_order(looks.skipped), folders, {}, tuple(looks.closed), stopped
    )


def _rules(reader: Reader, folders: Mapping[str, Folder], began: int) -> dict[str, Signature | None]:
    rules: dict[str, Signature | None] = {}
    for folder, look in folders.items():
        if look.kind(IGNORE_FILE) == "file":
            try:
                found = reader.stat(join(folder, IGNORE_FILE))
            except OSError:
                rules[folder] = None
                continue
            rules[folder] = signature(found) if settled(found.st_ctime_ns, began) else None
    return rules


def walked(folder: str, exclude: Globs) -> bool:
    """Whether a walk without git goes into a folder."""
    return split(folder)[1] not in NOT_WALKED and not exclude.covers(folder)


def _tracked(git: Git) -> frozenset[str]:
    try:
        return git.tracked()
    except GitError:
        return frozenset()


def _in_order(skipped: list[Skipped]) -> tuple[Skipped, ...]:
    return tuple(sorted(skipped, key=lambda one: (one.path, one.reason)))
