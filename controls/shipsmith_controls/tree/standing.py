"""How a tree stands to its commit: which one is checked out, and whether files differ from it."""

from __future__ import annotations

from collections.abc import Iterable

from shipsmith_controls.scorecard import TreeInfo
from shipsmith_controls.tree.git import Git, GitError, Head
from shipsmith_controls.tree.globs import Globs
from shipsmith_controls.tree.listing import Listing

_FEW = 200
"""Files up to which git is asked about each instead of about the whole tree."""


class Standing:
    """Remembers what git said, and asks again only about what may be different now."""

    _head: Head | None
    _subjects: tuple[str | None, tuple[str, ...]]
    _modified: set[str] | None
    _silent: bool

    def __init__(self) -> None:
        self._subjects = None, ()
        self.forget()

    def forget(self) -> None:
        """Ask git anew: HEAD, index or listing moved."""
        self._head = None
        self._modified = None
        self._silent = False

    def head(self, git: Git | None) -> Head:
        """The commit checked out."""
        if self._head is None:
            try:
                self._head = git.head() if git else Head()
            except GitError:
                self._head = Head()
        return self._head

    def subjects(self, git: Git | None) -> tuple[str, ...]:
        """The first lines of the commit messages up to HEAD; read anew only when HEAD moves."""
        commit = self.head(git).commit
        if commit != self._subjects[0]:
            try:
                self._subjects = commit, git.subjects(commit) if git and commit else ()
            except GitError:
                self._subjects = commit, ()
        return self._subjects[1]

    def info(
        self, path: str, git: Git | None, listing: Listing, exclude: Globs, reread: set[str]
    ) -> TreeInfo:
        """Commit, branch and whether what is judged differs from the commit.

        `reread` holds the files that were read since the last call; it is emptied as far as they
        are settled with git.
        """
        if git is None:
            return TreeInfo(path)
        head = self.head(git)
        return TreeInfo(path, head.commit, head.branch, self._dirty(git, listing, exclude, reread))

    def _dirty(self, git: Git, listing: Listing, exclude: Globs, reread: set[str]) -> bool | None:
        if not listing.tracked.issuperset(listing.files):
            return True
        if self._silent:
            return None
        try:
            return _any_kept(self._changed(git, exclude, reread), exclude)
        except GitError:
            # It may have taken its time to fail; it is not asked again before something moves.
            self._silent = True
            return None

    def _changed(self, git: Git, exclude: Globs, reread: set[str]) -> set[str]:
        if self._modified is None or len(reread) > _FEW:
            self._modified = set(git.changed())
            reread.clear()
        elif reread and not _any_kept(self._modified - reread, exclude):
            self._modified = (self._modified - reread) | git.changed(reread)
            reread.clear()
        return self._modified


def _any_kept(paths: Iterable[str], exclude: Globs) -> bool:
    return any(not exclude.matches(path) for path in paths)
