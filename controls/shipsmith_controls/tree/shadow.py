"""A repository seen through a shadow: git's files of a tree, without the tree's git configuration.

Git runs programs named in `.git/config`, in hooks and in included files, on commands as plain as
`ls-files`. No flag prevents all of it. So git is given a folder of our own as GIT_DIR: it links the
objects and refs, holds copies of HEAD, the index and the exclude list, and a config that we wrote.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from shipsmith_controls.tree.reading import Signature, settled, signature
from shipsmith_controls.tree.runner import GitError, run_git

_COPY_CAP = 512_000_000
_LINKED = ("objects", "refs", "packed-refs", "reftable")
_OWN = ("HEAD", "index", "info/sparse-checkout")
_SHARED = ("shallow", "info/exclude")
_READ_BY_GIT = (
    "packed-refs",
    "objects/info/alternates",
    "objects/info/commit-graph",
    "reftable/tables.list",
)

_KEPT = frozenset(
    {
        "core.autocrlf", "core.eol", "core.filemode", "core.ignorecase", "core.precomposeunicode",
        "core.safecrlf", "core.sparsecheckout", "core.sparsecheckoutcone", "core.symlinks",
        "extensions.objectformat", "extensions.refstorage", "index.sparse",
    }
)  # fmt: skip
_VALUE = re.compile(r"(?:true|false|input|lf|crlf|native|sha1|sha256|files|reftable|warn)?", re.I)
_CONFIG = """\
[core]
\trepositoryformatversion = {version}
\tbare = false
\tfsmonitor = false
\thooksPath = /dev/null
\tuntrackedCache = false
[diff]
\tignoreSubmodules = all
[submodule]
\trecurse = false
"""


@dataclass(frozen=True)
class Place:
    """Where a tree's repository is; absolute paths, links resolved.

    `top` is the top folder of the working tree. `git_dir` holds HEAD and the index, `common_dir`
    objects and refs; they differ in linked worktrees.
    """

    top: str
    git_dir: str
    common_dir: str


@dataclass(frozen=True)
class NoGit:
    """Why a folder is judged without git, as a phrase."""

    reason: str


def locate(root: str) -> Place | NoGit:
    """Find the repository of a folder (absolute, links resolved) without running git."""
    folder = root
    while True:
        dot = f"{folder}/.git" if folder != "/" else "/.git"
        found = _git_dir(dot)
        if isinstance(found, NoGit):
            return found
        if found is not None:
            return Place(folder, found, _common_dir(found))
        if folder == "/":
            break
        folder = os.path.dirname(folder)  # noqa: PTH120 - plain text, 20 times faster than Path
    if _is_git_dir(root):
        return NoGit("it is a bare repository, which has no working tree")
    return NoGit("it is not inside a git repository")


def _git_dir(dot: str) -> str | NoGit | None:
    """The git folder that a `.git` stands for; None when git would look further up."""
    try:
        mode = os.stat(dot).st_mode  # noqa: PTH116
    except OSError:
        return None
    if stat.S_ISDIR(mode):
        real = os.path.realpath(dot)
        return real if _is_git_dir(real) else None
    if not stat.S_ISREG(mode):
        return NoGit("its .git is neither a folder nor a file")
    try:
        text = os.fsdecode(_bytes_of(dot, 100_000))
    except (OSError, GitError):
        return NoGit("its .git file cannot be read")
    target = text.removeprefix("gitdir:").strip("\n").strip(" ")
    real = os.path.realpath(os.path.join(os.path.dirname(dot), target))  # noqa: PTH118, PTH120
    if not text.startswith("gitdir:") or "\0" in target or not _is_git_dir(real):
        return NoGit("its .git file points at no repository")
    return real


def _is_git_dir(path: str) -> bool:
    common = _common_dir(path)
    return (
        os.path.lexists(f"{path}/HEAD")
        and os.path.isdir(f"{common}/objects")  # noqa: PTH112
        and os.path.isdir(f"{common}/refs")  # noqa: PTH112
    )


def _common_dir(git_dir: str) -> str:
    try:
        text = os.fsdecode(_bytes_of(f"{git_dir}/commondir", 100_000)).strip("\n")
    except (OSError, GitError):
        return git_dir
    return git_dir if "\0" in text else os.path.realpath(os.path.join(git_dir, text))  # noqa: PTH118


def _bytes_of(path: str, cap: int) -> bytes:
    """The content of one of git's own files, never waiting on a pipe. Raises OSError, GitError."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as source:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or found.st_size > cap:
            name = path.rpartition("/")[2]
            raise GitError(f"its repository's {name} is not a regular file of sensible size")
        return source.read(cap)


def stat_of(path: str) -> Signature | None:
    """The signature of one of git's files, None when there is none."""
    try:
        return signature(os.stat(path))  # noqa: PTH116
    except OSError:
        return None


def digest_of(path: str) -> bytes | None:
    """The digest of a short file, None when there is none to read."""
    try:
        return hashlib.blake2b(_bytes_of(path, 1_000_000), digest_size=16).digest()
    except (OSError, GitError):
        return None


class Shadow:
    """The shadow of one repository, in a temporary folder; `close` removes it.

    Raises:
        GitError: a file of the repository is not what git expects and could make git hang.
    """

    def __init__(self, place: Place, program: str, environment: dict[str, str]) -> None:
        self.place = place
        self._program = program
        self._environment = environment
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._copied: dict[str, Signature | None] = {}
        self.path = ""
        try:
            self.sync()
        except GitError:
            self.close()
            raise

    def close(self) -> None:
        """Remove the shadow."""
        if self._folder is not None:
            self._folder.cleanup()

    def _lay_out(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="shipsmith-", ignore_cleanup_errors=True)
        self._copied = {}
        self.path = os.path.realpath(self._folder.name)
        Path(f"{self.path}/info").mkdir()
        own = self.place.git_dir
        for name in _LINKED:
            # A linked worktree has a reftable stack of its own for HEAD.
            base = self.place.common_dir
            if name == "reftable" and os.path.isdir(f"{own}/reftable"):  # noqa: PTH112
                base = own
            os.symlink(f"{base}/{name}", f"{self.path}/{name}")  # noqa: PTH211

    def sync(self) -> None:
        """Copy again what changed in the repository. Raises GitError, see the class."""
        self._refuse_pipes()
        try:
            self._sync()
        except OSError as error:
            why = (error.strerror or "error").lower()
            raise GitError(f"no copy of its repository's index could be made ({why})") from error

    def _sync(self) -> None:
        if not self.path or not os.path.isdir(f"{self.path}/info"):  # noqa: PTH112
            # Also when the system cleared temporary files that were not used for days.
            self._lay_out()
        for name in _OWN:
            self._copy(f"{self.place.git_dir}/{name}", name)
        for name in _SHARED:
            self._copy(f"{self.place.common_dir}/{name}", name)
        if self._copy(f"{self.place.common_dir}/config", "config.theirs"):
            self._write_config()

    def head_ref(self) -> str | None:
        """The full name of the ref that HEAD points at; None when it is detached."""
        try:
            text = os.fsdecode(_bytes_of(f"{self.place.git_dir}/HEAD", 100_000))
        except (OSError, GitError):
            return None
        return text[5:].strip() if text.startswith("ref: ") and "\0" not in text else None

    def _refuse_pipes(self) -> None:
        """Git opens these by name and would wait for ever on a pipe or device."""
        names = [f"{self.place.common_dir}/{name}" for name in _READ_BY_GIT]
        ref = self.head_ref()
        if ref is not None:
            names.append(f"{self.place.common_dir}/{ref}")
        for path in names:
            try:
                mode = os.stat(path).st_mode  # noqa: PTH116
            except OSError:
                continue
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                name = path.rpartition("/")[2]
                raise GitError(f"its repository's {name} is not a regular file")

    def _copy(self, source: str, name: str) -> bool:
        """Copy one file if it changed; whether it was copied or removed."""
        found = stat_of(source)
        if name in self._copied and found == self._copied[name]:
            return False
        target = f"{self.path}/{name}"
        data = None if found is None else _bytes_of(source, _COPY_CAP)
        if data is None or found is None:
            Path(target).unlink(missing_ok=True)
        else:
            Path(target).write_bytes(data)
            # Git distrusts entries younger than the index file; keep its age.
            os.utime(target, ns=(found[1], found[1]))
        fresh = found is not None and not settled(found[2], time.time_ns())
        if fresh:
            self._copied.pop(name, None)
        else:
            self._copied[name] = found
        if name == "index":
            self._copy_shared_index()
        return True

    def _copy_shared_index(self) -> None:
        for stale in Path(self.path).glob("sharedindex.*"):
            stale.unlink()
        for entry in os.scandir(self.place.git_dir):
            if entry.name.startswith("sharedindex."):
                Path(self.path, entry.name).write_bytes(_bytes_of(entry.path, _COPY_CAP))

    def _write_config(self) -> None:
        """Our own config, with the few settings of theirs that say how files are stored."""
        kept: dict[str, str] = {}
        theirs = f"{self.path}/config.theirs"
        if os.path.exists(theirs):  # noqa: PTH110
            command = ("config", "--file", theirs, "--no-includes", "-z", "--list")
            for entry in run_git(self._program, command, self._environment).out.split(b"\0"):
                key, _, value = entry.decode("utf-8", "replace").partition("\n")
                if key.lower() in _KEPT and _VALUE.fullmatch(value):
                    kept[key.lower()] = value
        extended = any(key.startswith("extensions.") for key in kept)
        text = _CONFIG.format(version=int(extended))
        for key, value in sorted(kept.items()):
            section, _, name = key.partition(".")
            text += f"[{section}]\n\t{name} = {value}\n"
        Path(f"{self.path}/config").write_text(text, "utf-8")
