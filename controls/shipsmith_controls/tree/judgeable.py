"""What can be judged: a folder as it is now (`workspace`), or as it was at a commit (`commits`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Protocol

from shipsmith_controls.scorecard import Skipped, TreeInfo
from shipsmith_controls.tree.contents import FileState, Visitor
from shipsmith_controls.tree.reading import READ_CAP, Content
from shipsmith_controls.tree.workspace import Changes


class Tree(Protocol):
    """Files that are listed and read; `Workspace` says what each of these means."""

    @property
    def files(self) -> tuple[str, ...]:
        """The listed paths, sorted."""
        ...

    @property
    def tracked(self) -> frozenset[str]:
        """The paths that git tracks."""
        ...

    @property
    def head_date(self) -> datetime | None:
        """When the commit was committed (UTC)."""
        ...

    @property
    def subjects(self) -> tuple[str, ...]:
        """The first lines of the latest commit messages, newest first."""
        ...

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """All that could not be read, with the reason."""
        ...

    def state(self, path: str) -> FileState | None:
        """What one file held at the last refresh; None when it is not listed."""
        ...

    def content(self, path: str, cap: int = READ_CAP) -> Content:
        """A file's content, up to `cap` bytes."""
        ...

    def refresh(self, hint: Collection[str] | None = None, visit: Visitor | None = None) -> Changes:
        """Look again and tell what changed; `visit` is called with each new or changed text file."""
        ...

    def set_exclude(self, exclude: tuple[str, ...]) -> None:
        """Leave out other files from the next refresh on."""
        ...

    def info(self) -> TreeInfo:
        """What is judged."""
        ...

    def watch_dirs(self) -> tuple[Path, ...]:
        """The folders in which a change would show."""
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...
