"""The commit that a working tree is compared with: where its branch left another one."""

from __future__ import annotations

import os
from typing import NamedTuple

from shipsmith_controls.tree.git import Git, GitError

_DEFAULTS = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""Where the default branch is looked for, in this order."""
HEAD = "HEAD"


class BaseError(Exception):
    """There is no base; the message is a sentence that says why and what to do."""


class Base(NamedTuple):
    """A commit (full id) and the name it goes by; `note` is what a reader must know, or ""."""

    commit: str
    name: str
    note: str = ""


def find_base(git: Git, revision: str = "") -> Base:
    """The merge base of HEAD with a revision, by default with the default branch.

    On the default branch itself, with nothing that its remote does not have, it is HEAD.

    Raises:
        BaseError: there is none.
        GitError: git did not answer.
    """
    head = git.head()
    if head.commit is None:
        raise BaseError("There is nothing to compare with before the first commit.")
    if _is_sparse(git):
        raise BaseError(
            "In a sparse checkout a base cannot be compared: it holds files that are not here."
        )
    return _base(git, head.commit, head.branch, revision)


def _is_sparse(git: Git) -> bool:
    """Whether git left out files on purpose; some only tell git not to look at a file that is there."""
    records = git.run("ls-files", "-z", "-t").out.split(b"\0")
    top = os.fsencode(git.place.top)
    return any(r.startswith(b"S ") and not os.path.lexists(top + b"/" + r[2:]) for r in records)


def _base(git: Git, head: str, branch: str | None, revision: str) -> Base:
    name = revision or next((name for name in _DEFAULTS if git.resolve(name)), "")
    if not name:
        return Base(head, HEAD, "no branch main or master here; --base names another")
    if git.resolve(name) is None:
        raise BaseError(f"{name} names no commit of this repository; --base takes a branch or a commit.")
    found = git.merge_base(name)
    if found is None:
        raise BaseError(_unrelated(git, name))
    if revision:
        return Base(found, revision)
    remote = _remote_branch(git, name)
    short = remote.removeprefix("origin/")
    if short != branch:
        return Base(found, short)
    if found == head:
        return Base(head, HEAD, f"on {short} itself, so only uncommitted changes count")
    return Base(found, remote)


def _unrelated(git: Git, name: str) -> str:
    try:
        shallow = git.run("rev-parse", "--is-shallow-repository").out.startswith(b"true")
    except GitError:
        shallow = False
    if shallow:
        return f"HEAD and {name} share no commit in this shallow clone; fetch more of its history."
    return f"HEAD and {name} share no commit; --base names another branch."


def _remote_branch(git: Git, name: str) -> str:
    """The branch behind a name such as `origin/HEAD`."""
    output = git.run("rev-parse", "--abbrev-ref", name)
    found = output.out.decode("utf-8", "replace").strip()
    return found if found and not output.status else name


def last_commits(git: Git, count: int) -> tuple[str, ...]:
    """The last commits of the branch that change something, the newest first (full ids).

    Raises:
        GitError: git did not answer.
    """
    options = ("--first-parent", f"--max-count={4 * count}", "--format=%T")
    places = [git.prefix.rstrip("/")] if git.prefix else []
    output = git.run("rev-list", *options, HEAD, "--", *places)
    words = output.out.decode("ascii", "replace").split()
    if output.status or len(words) % 3:
        return ()
    commits, trees = words[1::3], words[2::3]
    changing = [
        commit
        for number, commit in enumerate(commits)
        if trees[number : number + 1] != trees[number + 1 : number + 2]
    ]
    return tuple(changing[:count])
