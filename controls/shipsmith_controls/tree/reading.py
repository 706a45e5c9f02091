"""Reading files of a tree that nobody vouches for.

Every name is opened inside the open folder above it, never following a symbolic link and never
waiting for one end of a pipe; only regular files are read, and only up to a cap. What is not read
is told as a `Skipped` with its reason.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from shipsmith_controls.scorecard import Skipped

if TYPE_CHECKING:
    from types import TracebackType

READ_CAP = 1_000_000
"""Bytes of a file that are read unless a caller asks for more."""
MAX_DEPTH = 128
"""Folders inside each other that are followed; each one costs an open file while it is walked."""

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_OPEN_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC
_SNIFF = 8192
LINK = "a symbolic link, not followed"
NOT_REGULAR = "not a regular file"
VANISHED = "it vanished while it was read"
_REASONS = {
    errno.EACCES: "permission denied",
    errno.EIO: "the disk reported a read error",
    errno.ELOOP: LINK,
    errno.ENAMETOOLONG: f"nested deeper than {MAX_DEPTH} folders",
    errno.ENOENT: VANISHED,
    errno.ENOTDIR: "a folder above it is a symbolic link, not followed",
    errno.ENXIO: NOT_REGULAR,
    errno.EPERM: "permission denied",
}


class Binary(msgspec.Struct, frozen=True):
    """A file with a NUL byte in its first 8 KB: nothing to judge, and no gap either."""

    path: str
    size: int


Content: TypeAlias = bytes | Binary | Skipped

Signature: TypeAlias = tuple[int, int, int, int, int]
"""Size, mtime, ctime (both ns), inode and mode: equal signatures mean an untouched file."""

REGULAR = 0
_FOLDER, _LINK, _OTHER = 1, 2, 3


class Folder(NamedTuple):
    """The names in one folder, as they were when it was looked into.

    A regular file counts `REGULAR`; anything else its inode and kind, so that one put in the place
    of another is seen. `changed` is the folder's ctime in ns and inode: equal ones mean equal names;
    None when the names may have changed again since without a trace.
    """

    changed: tuple[int, int] | None
    entries: dict[str, int]

    def kind(self, name: str) -> str | None:
        """`file`, `folder`, `link` or `other`; None when there is no such name."""
        mark = self.entries.get(name)
        return None if mark is None else ("file", "folder", "link", "other")[mark & 3]

    def names(self, kind: str) -> list[str]:
        """The names of one kind."""
        code = ("file", "folder", "link", "other").index(kind)
        return [name for name, mark in self.entries.items() if mark & 3 == code]


def signature(found: os.stat_result) -> Signature:
    """What `stat` tells of a file, as far as it changes when the file does."""
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode)


def settled(ctime_ns: int, now_ns: int) -> bool:
    """Whether a change made after `now_ns` must show in the ctime.

    Clocks of file systems tick: two writes inside one tick look alike. The tick is at most 10 ms
    where times have fractions of a second (Linux, CONFIG_HZ), else up to 2 s (FAT).
    """
    return now_ns - ctime_ns > (50_000_000 if ctime_ns % 1_000_000_000 else 2_100_000_000)


def split(path: str) -> tuple[str, str]:
    """Folder and name of a relative path; the root is ""."""
    folder, _, name = path.rpartition("/")
    return folder, name


def join(folder: str, name: str) -> str:
    """The relative path of a name in a folder."""
    return f"{folder}/{name}" if folder else name


def reason_of(error: OSError) -> str:
    """Why a file could not be opened or read, in words."""
    return _REASONS.get(error.errno or 0) or (error.strerror or "it could not be read").lower()


class Observed(NamedTuple):
    """A file as it was met: its content, all bytes that were read of it, and its stat when opened.

    `found` is None when it could not be opened or read.
    """

    content: Content
    data: bytes
    found: os.stat_result | None


class Reader:
    """One pass over a tree; keeps the folders from the root to the last place open.

    Use it as a context manager. Raises OSError on entering when the root cannot be opened.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._open: list[tuple[str, int]] = []

    def __enter__(self) -> Reader:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        self._open = [("", os.open(self._root, flags))]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._open:
            os.close(self._open.pop()[1])

    def descriptor(self, folder: str) -> int:
        """An open descriptor of a folder, valid until the next one is asked for.

        Raises:
            OSError: a part of the path is missing, a link, no folder, or nested too deep.
        """
        here, fd = self._open[-1]
        while here not in ("", folder) and not folder.startswith(f"{here}/"):
            os.close(self._open.pop()[1])
            here, fd = self._open[-1]
        if here == folder:
            return fd
        for name in folder[len(here) + 1 if here else 0 :].split("/"):
            if len(self._open) > MAX_DEPTH:
                raise OSError(errno.ENAMETOOLONG, "nested too deep")
            fd = os.open(name, _OPEN_FOLDER, dir_fd=fd)
            here = join(here, name)
            self._open.append((here, fd))
        return fd

    def look(self, folder: str, before: Folder | None = None) -> Folder:
        """The names in a folder; `before` is given back when it cannot have changed since.

        Raises:
            OSError: see `descriptor`.
        """
        fd = self.descriptor(folder)
        found = os.fstat(fd)
        changed = (found.st_ctime_ns, found.st_ino)
        if before is not None and before.changed == changed:
            return before
        lasting = settled(found.st_ctime_ns, time.time_ns())
        entries: dict[str, int] = {}
        with os.scandir(fd) as names:
            for entry in names:
                if entry.is_file(follow_symlinks=False):
                    entries[entry.name] = REGULAR
                elif entry.is_dir(follow_symlinks=False):
                    entries[entry.name] = entry.inode() << 2 | _FOLDER
                else:
                    kind = _LINK if entry.is_symlink() else _OTHER
                    entries[entry.name] = entry.inode() << 2 | kind
        return Folder(changed if lasting else None, entries)

    def stat(self, path: str) -> os.stat_result:
        """`lstat` of a file, through open folders. Raises OSError."""
        folder, name = split(path)
        return os.stat(name, dir_fd=self.descriptor(folder), follow_symlinks=False)

    def read(self, path: str, cap: int = READ_CAP) -> Content:
        """The bytes of a regular file of at most `cap` bytes; never raises."""
        return self.observe(path, cap).content

    def observe(self, path: str, cap: int = READ_CAP) -> Observed:
        """Like `read`, with what was seen of the file on the way."""
        folder, name = split(path)
        try:
            fd = os.open(name, _OPEN_FILE, dir_fd=self.descriptor(folder))
        except OSError as error:
            return Observed(Skipped(path, reason_of(error)), b"", None)
        try:
            found = os.fstat(fd)
            if not stat.S_ISREG(found.st_mode):
                return Observed(Skipped(path, NOT_REGULAR), b"", found)
            data = _drain(fd, found.st_size, cap)
            return Observed(content_of(path, data, found.st_size, cap), data, found)
        except OSError as error:
            return Observed(Skipped(path, reason_of(error)), b"", None)
        finally:
            os.close(fd)


def _drain(fd: int, size: int, cap: int) -> bytes:
    """The file's bytes; of a larger file than the cap, what tells text from binary."""
    if size > cap:
        return os.read(fd, _SNIFF)
    data = os.read(fd, size + 1)
    while len(data) > size and len(data) <= cap:
        # It grew after it was opened.
        more = os.read(fd, cap + 1 - len(data))
        if not more:
            break
        data += more
    return data


def content_of(path: str, data: bytes, size: int, cap: int) -> Content:
    """What a file of `size` bytes holds, given all of them or as many as were read."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Skipped(path, "UTF-16 text; only UTF-8 is read")
    if b"\0" in data[:_SNIFF]:
        return Binary(path, size)
    if max(size, len(data)) > cap:
        return Skipped(path, f"larger than {_megabytes(cap)}")
    return data


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:g} MB"
