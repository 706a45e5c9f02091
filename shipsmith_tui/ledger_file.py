"""The writing boundary: the only module that changes a file of a judged tree, and only its ledger.

Lock, read again, apply the change to what is there, check the result, write a temporary file beside
it, flush, replace, flush the folder. After a crash or on a full disk the file is old or new, never
half; a file that cannot be understood is never overwritten.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import platformdirs
from shipsmith_controls import ledger
from shipsmith_controls.ledger import FILE_NAME, Ledger

from shipsmith_tui.ledger_edit import AlreadyAcknowledgedError, Change, edit, effective, expected

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["AlreadyAcknowledgedError", "Change", "LedgerFileError", "Written", "load", "read", "write"]

_LOCK_SECONDS = 5.0
_LOCK_POLL_SECONDS = 0.01
_ATTEMPTS = 5
_MAX_BYTES = 1_000_000
_PARTIAL = f".{FILE_NAME}.", ".partial"


class LedgerFileError(Exception):
    """The ledger could not be read or written; the sentence says why. Nothing is lost."""


class Written(msgspec.Struct, frozen=True):
    """What a write did: `change` is the part that was left to do, `ledger` and `data` the file now.

    `change` is empty when the file already said so; then nothing was written.
    """

    path: Path
    change: Change
    ledger: Ledger
    data: bytes

    @property
    def undo(self) -> Change:
        """The change that takes exactly this one back."""
        return self.change.inverse()


def load(root: Path) -> Ledger:
    """The ledger of a tree; an absent file is an empty ledger.

    Raises:
        LedgerError: the file is not a valid ledger.
        LedgerFileError: the file cannot be read.
    """
    return ledger.parse(read(root) or b"")


def read(root: Path) -> bytes | None:
    """The bytes of the ledger of a tree, None when there is none.

    Raises:
        LedgerFileError: it is not a regular file inside the tree, or cannot be read.
    """
    return _read(_place(root))[0]


def write(root: Path, change: Change, *, locks: Path | None = None) -> Written:
    """Apply a change to the ledger of the tree at `root`.

    Args:
        root: root of the tree.
        change: what to remove and to add.
        locks: folder of the lock files; by default in the user's cache folder, never in the tree.

    Raises:
        LedgerError: the file is broken or the change cannot be expressed; it is left as it was.
        AlreadyAcknowledgedError: the same gap is acknowledged with other words.
        LedgerFileError: the file system refused; it is left as it was.
    """
    path = _place(root)
    with _locked(path, locks or Path(platformdirs.user_cache_dir("shipsmith")) / "locks"):
        for _ in range(_ATTEMPTS):
            old, info = _read(path)
            current = ledger.parse(old or b"")
            todo = effective(change, current)
            if not todo:
                return Written(path, todo, current, old or b"")
            new = edit(old or b"", todo, current)
            if _replace(path, old, info, new):
                return Written(path, todo, expected(todo, current), new)
    raise LedgerFileError(f"{FILE_NAME} keeps changing while it is being written; try again")


def create(root: Path, data: bytes) -> None:
    """Write the first ledger of the tree at `root`.

    Raises:
        LedgerFileError: there is one already, or the file system refused.
    """
    path = _place(root)
    try:
        _write_partial(path, None, data)
        _flush_folder(path.parent)
    except FileExistsError:
        raise LedgerFileError(f"{FILE_NAME} is there already; it was left as it is") from None
    except OSError as error:
        raise LedgerFileError(f"{FILE_NAME} was not written: {error.strerror or error}") from error


def _place(root: Path) -> Path:
    """The real place of the ledger; a link may lead elsewhere in the tree, not out of it."""
    base = Path(os.path.realpath(root))
    path = Path(os.path.realpath(base / FILE_NAME))
    if not path.is_relative_to(base) or ".git" in path.relative_to(base).parts:
        raise LedgerFileError(
            f"{FILE_NAME} links to a place outside of the tree; shipsmith leaves it alone"
        )
    return path


def _read(path: Path) -> tuple[bytes | None, os.stat_result | None]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None, None
    except OSError as error:
        raise LedgerFileError(f"{FILE_NAME} cannot be read: {error.strerror}") from error
    try:
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode):
            raise LedgerFileError(f"{FILE_NAME} is not a regular file; shipsmith leaves it alone")
        data = b""
        while len(data) <= _MAX_BYTES and (piece := os.read(handle, _MAX_BYTES)):
            data += piece
        return data, info
    except OSError as error:
        raise LedgerFileError(f"{FILE_NAME} cannot be read: {error.strerror or error}") from error
    finally:
        os.close(handle)


@contextlib.contextmanager
def _locked(path: Path, locks: Path) -> Iterator[None]:
    """Hold the lock of a ledger; it stands outside the tree and is keyed by the ledger's real path."""
    key = hashlib.blake2b(os.fsencode(path), digest_size=16).hexdigest()
    try:
        locks.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(
            locks / f"{key}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
        )
    except OSError as error:
        sentence = f"{FILE_NAME} was not written: no lock can be made in {locks}: {error.strerror}"
        raise LedgerFileError(sentence) from error
    try:
        _wait_for(handle)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int) -> None:
    end = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise LedgerFileError(
                    f"another shipsmith has been writing {FILE_NAME} for {_LOCK_SECONDS:.0f} s; try again"
                ) from None
            time.sleep(_LOCK_POLL_SECONDS)
        except OSError as error:
            raise LedgerFileError(f"{FILE_NAME} was not written: {error.strerror}") from error
        else:
            return


def _replace(path: Path, old: bytes | None, info: os.stat_result | None, new: bytes) -> bool:
    """Put `new` in place of `old`; False when somebody without our lock changed the file meanwhile."""
    try:
        _remove_leftovers(path)
        partial = path.parent / secrets.token_hex(8).join(_PARTIAL)
        try:
            _write_partial(partial, info, new)
            if _read(path)[0] != old:
                return False
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        _flush_folder(path.parent)
    except OSError as error:
        raise LedgerFileError(f"{FILE_NAME} was not written: {error.strerror or error}") from error
    return True


def _write_partial(partial: Path, info: os.stat_result | None, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(partial, flags, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if info is not None:
            # Giving the file back to another owner needs rights that an editor may not have.
            with contextlib.suppress(PermissionError):
                os.fchown(handle, info.st_uid, info.st_gid)
            os.fchmod(handle, stat.S_IMODE(info.st_mode))
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems cannot flush a folder; the file itself is flushed already.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _remove_leftovers(path: Path) -> None:
    """Remove what a killed writer left; nobody else writes while the lock is held."""
    start, end = _PARTIAL
    for entry in path.parent.iterdir():
        if entry.name.startswith(start) and entry.name.endswith(end):
            entry.unlink(missing_ok=True)
