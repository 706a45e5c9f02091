"""Watching: folders of the tree are watched for hints, and a hint says only where to look.

watchfiles loses files in new folders and on overflow, and dies on one badly named file; so every
doubt ends in a look at everything, and the watch is started again with growing pauses.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from watchfiles import Change, watch

from shipsmith_tui import locations

_SETTLE_MS = 40
"""How long a batch of events may settle (an atomic save takes a few milliseconds)."""
_LONGEST_MS = 200
"""How long a continuous writer is waited for before its events are handed on."""
_MANY = 1000
"""Paths in one batch from which everything is looked at instead."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a watch that broke is tried again, doubled each time."""


class Watcher:
    """Watches folders in a thread of its own, each for its own names only.

    `changed` is called from that thread with the folders in which something happened, relative to
    the root, or with None when everything should be looked at. `failed` gets a sentence when the
    watch breaks; "" when it runs again.
    """

    def __init__(
        self,
        root: Path,
        changed: Callable[[frozenset[str] | None], None],
        failed: Callable[[str], None],
    ) -> None:
        self._root = root
        self._changed = changed
        self._failed = failed
        self._folders: tuple[Path, ...] = ()
        self._restart = threading.Event()
        self._stopped = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def follow(self, folders: Iterable[Path]) -> None:
        """Watch these folders from now on; nothing happens when they are the ones already watched."""
        wanted = tuple(sorted(folders))
        if wanted == self._folders and self._thread.is_alive():
            return
        self._folders = wanted
        self._restart.set()
        self._wake.set()
        if not self._thread.is_alive():
            self._thread.start()

    def stop(self) -> None:
        """End the watch."""
        self._stopped.set()
        self._restart.set()
        self._wake.set()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopped.is_set():
            self._restart.clear()
            self._wake.clear()
            folders = [folder for folder in self._folders if folder.is_dir()]
            started = time.monotonic()
            try:
                self._watch(folders)
                continue
            except (OSError, RuntimeError) as error:
                self._failed(
                    f"Watching broke ({_reason(error)}); the tree is looked at every few seconds."
                )
            if time.monotonic() - started > _LONGEST_PAUSE:
                pause = _FIRST_PAUSE
            self._wake.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            self._changed(None)

    def _watch(self, folders: list[Path]) -> None:
        if not folders:
            self._wake.wait(_FIRST_PAUSE)
            self._changed(None)
            return
        batches = watch(
            *folders,
            watch_filter=None,
            debounce=_LONGEST_MS,
            step=_SETTLE_MS,
            stop_event=self._restart,
            recursive=False,
            raise_interrupt=False,
        )
        self._failed("")
        for batch in batches:
            found = self._folders_of(batch)
            if found is None or found:
                self._changed(found)

    def _folders_of(self, batch: set[tuple[Change, str]]) -> frozenset[str] | None:
        if len(batch) > _MANY:
            return None
        root = str(self._root)
        found: set[str] = set()
        for change, path in batch:
            folder = os.path.dirname(path)  # noqa: PTH120 - a path may hold bytes that are no text
            if not (folder == root or folder.startswith(root + os.sep)):
                return None
            if folder == root and os.path.basename(path).startswith(locations.FILE_NAME):  # noqa: PTH119 - as above
                continue
            relative = folder[len(root) :].lstrip(os.sep)
            if relative == ".git" or relative.startswith(".git" + os.sep):
                return None
            found.add(relative)
            if change is Change.added and os.path.isdir(path):  # noqa: PTH112 - as above
                return None
        return frozenset(found)


def _reason(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return text.splitlines()[0][:120]
