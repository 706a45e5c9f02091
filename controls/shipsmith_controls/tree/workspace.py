"""The tree as it is now: what is listed, what each file holds, and what changed since the last look.

Hints say where to look; what a look finds is the truth. Files count as changed by content: a touch,
or the same bytes written again, is no change.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from shipsmith_controls.scorecard import Skipped, TreeInfo
from shipsmith_controls.tree.contents import Contents, FileState, Visitor
from shipsmith_controls.tree.git import Git, NoGit, open_git
from shipsmith_controls.tree.globs import Globs
from shipsmith_controls.tree.listing import Listing, list_tree, obstructed
from shipsmith_controls.tree.reading import READ_CAP, Content, Reader, join, reason_of, split
from shipsmith_controls.tree.relisting import update_listing, without
from shipsmith_controls.tree.shadow import Place, locate
from shipsmith_controls.tree.standing import Standing

__all__ = ["Changes", "FileState", "TreeGoneError", "Visitor", "Workspace"]


class TreeGoneError(OSError):
    """The folder that is watched is not there any more, or cannot be opened."""


@dataclass(frozen=True)
class Changes:
    """What a refresh found. `changed` holds new files too; `listing_changed`: paths came or went."""

    changed: Mapping[str, FileState]
    removed: tuple[str, ...]
    listing_changed: bool

    def __bool__(self) -> bool:
        return bool(self.changed or self.removed or self.listing_changed)


class Workspace:
    """A folder on disk and all that is known of it; call `refresh` before anything else.

    Use it as a context manager or call `close`. Not safe to share between threads.

    Raises:
        GlobError: an exclude glob cannot be used.
    """

    def __init__(self, root: Path, exclude: tuple[str, ...] = ()) -> None:
        self.root = Path(os.path.realpath(root))
        self._root = str(self.root)
        self._exclude = Globs(exclude)
        self._place: Place | NoGit | None = None
        self._git: Git | NoGit = NoGit("the folder was not looked at yet")
        self._stamp: Hashable = None
        self._outdated = True
        self._listing = Listing()
        self._names: dict[str, list[str]] = {}
        self._contents = Contents()
        self._standing = Standing()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove what was laid beside the repository; a later refresh makes it anew."""
        if isinstance(self._git, Git):
            self._git.close()
        self._git, self._place = NoGit("the workspace is closed"), None

    @property
    def files(self) -> tuple[str, ...]:
        """The listed paths, relative to the root, sorted."""
        return self._listing.files

    @property
    def tracked(self) -> frozenset[str]:
        """The paths in git's index, whether listed or not; empty outside a repository."""
        return self._listing.tracked

    @property
    def states(self) -> dict[str, FileState]:
        """What each listed file held at the last refresh."""
        return self._contents.states()

    def state(self, path: str) -> FileState | None:
        """What one file held at the last refresh; None when it is not listed."""
        return self._contents.state(path)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """All that could not be read, with the reason, by path; binary files are no gap."""
        both = [*self._listing.skipped, *self._contents.unread()]
        return tuple(sorted(both, key=lambda one: (one.path, one.reason)))

    @property
    def no_git(self) -> str | None:
        """Why the tree is judged without git; None when git is used."""
        return self._git.reason if isinstance(self._git, NoGit) else self._listing.stopped

    @property
    def git(self) -> Git | None:
        """The repository, for reading other commits; None without one."""
        return self._git if isinstance(self._git, Git) else None

    @property
    def head_date(self) -> datetime | None:
        """When the commit checked out was committed (UTC)."""
        return self._standing.head(self.git).date

    @property
    def subjects(self) -> tuple[str, ...]:
        """The first lines of the latest commit messages up to HEAD, newest first."""
        return self._standing.subjects(self.git)

    def set_exclude(self, exclude: tuple[str, ...]) -> None:
        """Leave out other files from the next refresh on. Raises GlobError."""
        if exclude != self._exclude.globs:
            self._exclude = Globs(exclude)
            self._outdated = True

    def stamp(self) -> Hashable:
        """A cheap fingerprint of HEAD, index, refs and exclude lists; it never runs git."""
        return self._git.stamp() if isinstance(self._git, Git) else self._git

    def info(self) -> TreeInfo:
        """What is judged: path, commit, branch, and whether files differ from that commit."""
        reread = self._contents.reread
        return self._standing.info(self._root, self.git, self._listing, self._exclude, reread)

    def watch_dirs(self) -> tuple[Path, ...]:
        """The folders to watch, each for its own names and files only; git's own folders too."""
        prefix = self._root.rstrip("/")
        folders = [
            f"{prefix}/{folder}" if folder else self._root for folder in sorted(self._listing.folders)
        ]
        if isinstance(self._git, Git):
            folders += self._git.watch_dirs()
        return tuple(map(Path, dict.fromkeys(folders)))

    def content(self, path: str, cap: int = READ_CAP) -> Content:
        """A file's content as it is on disk now, up to `cap` bytes."""
        try:
            with Reader(self._root) as reader:
                return reader.read(path, cap)
        except OSError as error:
            return Skipped(path, reason_of(error))

    def read(self, paths: Iterable[str], cap: int = READ_CAP) -> Iterator[tuple[str, Content]]:
        """The content of several files, one at a time; sorted paths are fastest.

        Raises:
            TreeGoneError: the root cannot be opened.
        """
        try:
            reader = Reader(self._root).__enter__()
        except OSError as error:
            raise self._gone(error) from error
        with reader:
            for path in paths:
                yield path, reader.read(path, cap)

    def refresh(self, hint: Collection[str] | None = None, visit: Visitor | None = None) -> Changes:
        """Look again and tell what changed since the last refresh.

        Args:
            hint: relative paths of folders in which something may have changed ("" is the root);
                None looks everywhere. When HEAD, index or ignore rules moved, all is looked at anyway.
            visit: called with each new or changed text file, which is read only once.

        Raises:
            TreeGoneError: the root cannot be opened.
        """
        try:
            return self._refresh(hint, visit)
        except OSError as error:
            self._outdated = True
            raise self._gone(error) from error

    def _refresh(self, hint: Collection[str] | None, visit: Visitor | None) -> Changes:
        before = self._listing
        self._follow_git(retry=hint is None)
        with Reader(self._root) as reader:
            folders = before.folders if hint is None else {self._nearest(folder) for folder in hint}
            updated = self._updated(reader, sorted(folders), everywhere=hint is None)
            if updated is None:
                self._list_again()
                scope: Iterable[str] = self.files
            else:
                self._set_listing(updated[0])
                scope = self.files if hint is None else self._scope(folders, updated[1])
            changed, vanished = self._contents.observe(reader, scope, visit)
        if vanished:
            self._set_listing(without(self._listing, vanished))
        listing_changed = self.files != before.files
        removed = self._contents.keep_only(self.files) if listing_changed else ()
        return Changes(changed, removed, listing_changed)

    def _follow_git(self, retry: bool) -> None:
        """Notice that HEAD, index or exclude lists moved, or that the repository is another one."""
        place = locate(self._root)
        if place != self._place or (retry and self.git is None and isinstance(place, Place)):
            self.close()
            self._git = open_git(self._root)
            self._place = place
        stamp = self.stamp()
        if stamp != self._stamp:
            self._stamp = stamp
            self._outdated = True

    def _nearest(self, folder: str) -> str:
        """A folder that is looked into: this one, or the next above it."""
        folder = folder.strip("/")
        while folder and folder not in self._listing.folders:
            folder = split(folder)[0]
        return folder

    def _updated(
        self, reader: Reader, folders: Collection[str], everywhere: bool
    ) -> tuple[Listing, set[str]] | None:
        listing = self._listing
        undecided = listing.closed or (listing.stopped and not obstructed(listing))
        if self._outdated or (everywhere and undecided):
            return None
        return update_listing(reader, self.git, self._exclude, listing, folders)

    def _list_again(self) -> None:
        self._set_listing(list_tree(self._root, self.git, self._exclude, self._listing))
        self._standing.forget()
        self._outdated = False

    def _set_listing(self, listing: Listing) -> None:
        if listing.files != self._listing.files:
            self._names = {}
            for path in listing.files:
                folder, name = split(path)
                self._names.setdefault(folder, []).append(name)
        self._listing = listing

    def _scope(self, folders: Iterable[str], new: set[str]) -> list[str]:
        names = (join(folder, name) for folder in folders for name in self._names.get(folder, ()))
        return sorted({*names, *new})

    def _gone(self, error: OSError) -> TreeGoneError:
        text = f"The folder {self._root} cannot be opened: {reason_of(error)}. Start in one that exists."
        return TreeGoneError(text)
