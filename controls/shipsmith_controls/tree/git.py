"""Asking git about a tree that nobody vouches for: what is listed, tracked, changed, and at HEAD.

Nothing from the tree is executed and nothing in it is written, whatever its repository says: git
only ever sees a shadow of the repository (see `shadow`) and a fixed environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Hashable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple

from shipsmith_controls.tree.runner import GitError, Output, find_git, run_git
from shipsmith_controls.tree.shadow import NoGit, Place, Shadow, digest_of, locate, stat_of

__all__ = ["Git", "GitError", "Head", "Listed", "NoGit", "open_git"]

_CONFIG = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.untrackedCache": "false",
    "core.attributesFile": "/dev/null",
    "core.sshCommand": "false",
    "diff.ignoreSubmodules": "all",
    "gpg.program": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
}
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_PARAMETERS": "",
    "GIT_GLOB_PATHSPECS": "0",
    "GIT_ICASE_PATHSPECS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NAMESPACE": "",
    "GIT_NOGLOB_PATHSPECS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_MOST_SUBJECTS = 10_000
"""Commits whose messages are read: about 0.1 seconds."""
_REVISION = re.compile(r"(?!-)[\w./@{}^~+-]+", re.ASCII)


class Listed(NamedTuple):
    """What git lists below the root; paths relative to it.

    `tracked` and `others` (untracked, not ignored) are files and symbolic links; `repositories`
    are submodules and repositories that stand inside this one.
    """

    tracked: frozenset[str]
    others: frozenset[str]
    repositories: frozenset[str]


class Head(NamedTuple):
    """The commit checked out; all None before the first commit, `branch` None when detached."""

    commit: str | None = None
    branch: str | None = None
    date: datetime | None = None


def open_git(root: str) -> Git | NoGit:
    """The repository that a folder stands in, or why there is none to use."""
    root = os.path.realpath(root)
    place = locate(root)
    if isinstance(place, NoGit):
        return place
    program = find_git(root)
    if program is None:
        return NoGit("the program git was not found on PATH")
    try:
        git = Git(root, place, program)
    except GitError as error:
        return NoGit(str(error))
    if git.is_foreign():
        git.close()
        return NoGit("the repository around it ignores this folder")
    return git


class Git:
    """Git on one tree. Every method may raise `GitError`; use `open_git` to make one.

    `prefix` is the root inside the repository, with a `/` at its end; "" at the top.
    """

    def __init__(self, root: str, place: Place, program: str) -> None:
        self.place = place
        self._program = program
        self.prefix = os.path.relpath(root, place.top) + "/" if root != place.top else ""
        self._ignore_file = _users_ignore_file(program)
        self._shadow = Shadow(place, program, _environment(_CONFIG))

    @classmethod
    def open(cls, root: str) -> Git | None:
        """Like `open_git`, without the reason."""
        git = open_git(root)
        return git if isinstance(git, Git) else None

    def close(self) -> None:
        """Remove what was laid beside the repository in the temporary folder."""
        self._shadow.close()

    def __enter__(self) -> Git:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def listed(self) -> Listed:
        """Tracked and untracked, not ignored paths; they may be gone from the disk."""
        records = self._paths("ls-files", "-z", "-t", "-s", "-c", "-o", "--exclude-standard")
        tracked: set[str] = set()
        others: set[str] = set()
        repositories: set[str] = set()
        for record in records:
            if record.startswith("? "):
                path = self._relative(record[2:])
                (repositories if path.endswith("/") else others).add(path.rstrip("/"))
                continue
            mode, _, path = record.partition("\t")
            place = repositories if mode[2:8] == "160000" else tracked
            place.add(self._relative(path))
        return Listed(frozenset(tracked), frozenset(others), frozenset(repositories))

    def tracked(self) -> frozenset[str]:
        """The paths in the index, submodules included."""
        return frozenset(self._relative(path) for path in self._paths("ls-files", "-z", "-c"))

    def untracked(self, paths: Iterable[str]) -> frozenset[str]:
        """Which of these files are untracked and not ignored."""
        found = self._paths("ls-files", "-z", "-o", "--exclude-standard", below=paths)
        return frozenset(self._relative(path) for path in found)

    def ignored(self, paths: Iterable[str]) -> frozenset[str]:
        """Which of these paths git ignores."""
        # Pathspec magic cannot be switched off here; "./" keeps a name like ":(top)x" a name.
        given = [f"./{self.prefix}{path}" for path in paths]
        if not given:
            return frozenset()
        text = os.fsencode("\0".join(given))
        output = self.run("check-ignore", "-z", "--stdin", given=text, literal=False)
        if output.status not in (0, 1):
            raise GitError("git check-ignore failed")
        return frozenset(self._relative(path[2:]) for path in _split(output.out))

    def dated(self, revision: str) -> tuple[str | None, datetime | None]:
        """The commit that a revision names and its committer date (UTC), as far as there are such."""
        output = self.run("rev-list", "--max-count=1", "--format=%ct", revision, "--")
        words = output.out.decode("ascii", "replace").split()
        if output.status or len(words) != 3 or not _OBJECT.fullmatch(words[1]) or not words[2].isdigit():
            return None, None
        try:
            return words[1], datetime.fromtimestamp(int(words[2]), UTC)
        except (OverflowError, ValueError, OSError):
            return words[1], None

    def subjects(self, commit: str) -> tuple[str, ...]:
        """The first lines of the messages of a commit (full id) and those before it, newest first."""
        if not _OBJECT.fullmatch(commit):
            return ()
        output = self.run("rev-list", f"--max-count={_MOST_SUBJECTS}", "--format=%s", commit, "--")
        lines = output.out.decode("utf-8", "replace").split("\n")
        return () if output.status else tuple(lines[1::2])

    def head(self) -> Head:
        """Commit, branch and committer date (UTC) of HEAD."""
        self._shadow.sync()
        ref = self._shadow.head_ref()
        branch = ref.removeprefix("refs/heads/") if ref and ref != "refs/heads/.invalid" else None
        commit, date = self.dated("HEAD")
        return Head(commit, branch, date)

    def changed(self, paths: Iterable[str] | None = None) -> frozenset[str]:
        """Tracked paths (of these, or all) whose index entry or file differs from HEAD."""
        options = (
            "--porcelain=v1",
            "-z",
            "--untracked-files=no",
            "--ignore-submodules=all",
            "--no-renames",
        )
        found = self._paths("status", *options, below=paths)
        return frozenset(self._relative(record[3:]) for record in found)

    def dirty(self) -> bool:
        """Whether a tracked file differs from HEAD or an untracked, not ignored one is there."""
        return bool(self.changed()) or bool(self.listed().others)

    def resolve(self, revision: str) -> str | None:
        """The commit that a name such as `origin/main` stands for; None when there is none."""
        if not _REVISION.fullmatch(revision):
            return None
        output = self.run("rev-parse", "--verify", "-q", f"{revision}^{{commit}}")
        commit = output.out.decode("ascii", "replace").strip()
        return commit if not output.status and _OBJECT.fullmatch(commit) else None

    def merge_base(self, revision: str) -> str | None:
        """The newest commit that HEAD and another revision share; None when there is none."""
        other = self.resolve(revision)
        if other is None:
            return None
        output = self.run("merge-base", "HEAD", other)
        commit = output.out.decode("ascii", "replace").strip()
        return commit if not output.status and _OBJECT.fullmatch(commit) else None

    def blob_at(self, commit: str, path: str) -> bytes | None:
        """The stored content of a file in a commit (full id); None when there is none."""
        if not _OBJECT.fullmatch(commit) or "\0" in path:
            return None
        output = self.run("cat-file", "blob", f"{commit}:{self.prefix}{path}")
        return None if output.status else output.out

    def stamp(self) -> Hashable:
        """A cheap fingerprint of all that can change a listing or HEAD from outside the tree.

        It covers HEAD and its ref, the index, packed refs, config, the exclude lists, and the
        `.gitignore` files above the root. Never runs git.
        """
        own, common = self.place.git_dir, self.place.common_dir
        ref = self._shadow.head_ref()
        names = [f"{own}/{name}" for name in ("HEAD", "index", "info/sparse-checkout")]
        shared = ("config", "packed-refs", "reftable/tables.list", "shallow", *([ref] if ref else []))
        names += [f"{common}/{name}" for name in shared]
        # Git replaces those above; these are edited in place, where equal stats may deceive.
        edited = [f"{common}/info/exclude", self._ignore_file, *self._ignore_files_above()]
        return (self.place, ref, *map(stat_of, names), *map(digest_of, edited))

    def watch_dirs(self) -> tuple[str, ...]:
        """Absolute folders in which a change of HEAD, index, refs or exclude list shows."""
        own, common = self.place.git_dir, self.place.common_dir
        ref = self._shadow.head_ref()
        places = [own, common, f"{common}/info"]
        if ref:
            places.append(f"{common}/{ref}".rpartition("/")[0])
        return tuple(dict.fromkeys(path for path in places if os.path.isdir(path)))  # noqa: PTH112

    def is_foreign(self) -> bool:
        """Whether the root is an ignored folder of the repository around it."""
        if not self.prefix:
            return False
        try:
            return not self.tracked() and bool(self.ignored([""]))
        except GitError:
            return False

    def _ignore_files_above(self) -> list[str]:
        parts = self.prefix.split("/")[:-1]
        return ["/".join([self.place.top, *parts[:count], ".gitignore"]) for count in range(len(parts))]

    def _relative(self, path: str) -> str:
        return path.removeprefix(self.prefix) if self.prefix else path

    def _paths(self, *arguments: str, below: Iterable[str] | None = None) -> list[str]:
        """The NUL-separated output of a command, below the root or only for some paths."""
        if below is None:
            places = [self.prefix] if self.prefix else []
        else:
            places = [self.prefix + path for path in below]
            if not places:
                return []
        output = self.run(*arguments, "--", *places)
        if output.status:
            raise GitError(f"git {arguments[0]} failed on this repository")
        return _split(output.out)

    def run(self, *arguments: str, given: bytes | None = None, literal: bool = True) -> Output:
        """Run an allowed sub-command on the shadow."""
        self._shadow.sync()
        environment = self._shadow_environment()
        if not literal:
            environment["GIT_LITERAL_PATHSPECS"] = "0"
        return run_git(self._program, arguments, environment, given)

    def _shadow_environment(self) -> dict[str, str]:
        shadow = self._shadow.path
        return {
            **_environment({**_CONFIG, "core.excludesFile": self._ignore_file}),
            # All of these, since git's hooks set some of them and we may run under one.
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
            "GIT_COMMON_DIR": shadow,
            "GIT_DIR": shadow,
            "GIT_INDEX_FILE": f"{shadow}/index",
            "GIT_OBJECT_DIRECTORY": f"{shadow}/objects",
            "GIT_WORK_TREE": self.place.top,
        }


def _environment(config: dict[str, str]) -> dict[str, str]:
    """The fixed environment, with settings that reach every process git starts."""
    settings = {"GIT_CONFIG_COUNT": str(len(config))}
    for number, (key, value) in enumerate(config.items()):
        settings[f"GIT_CONFIG_KEY_{number}"] = key
        settings[f"GIT_CONFIG_VALUE_{number}"] = value
    return {**_ENVIRONMENT, **settings}


def _users_ignore_file(program: str) -> str:
    """The user's own ignore list (`core.excludesFile`), which counts as much as the tree's."""
    command = ("config", "--global", "--includes", "--type=path", "-z", "--get", "core.excludesFile")
    # GIT_DIR keeps git from looking for a repository around the folder it runs in.
    output = run_git(program, command, {"GIT_DIR": "/dev/null", "GIT_OPTIONAL_LOCKS": "0"})
    if not output.status and output.out:
        return os.fsdecode(output.out.rstrip(b"\0"))
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111
    return f"{home}/git/ignore"


def _split(output: bytes) -> list[str]:
    return os.fsdecode(output).split("\0")[:-1] if output else []
