"""The bundled demo: an AI help desk with one clear gap for each of the nine failure modes.

It is copied before it is opened, so that one can edit it. The key that lies in its `staging.env` is
assembled here: a text of that shape is never committed to this repository.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

_NAME = "harbor-helpdesk"
_PLACE_OF_KEY = "@OPENAI_KEY@"
_RENAMED = {"dot-gitignore": ".gitignore"}
_GIT_SECONDS = 20
_DATE = "2026-11-02T09:00:00+0000"
_WHO = {"NAME": "Harbor", "EMAIL": "desk@harbor.example", "DATE": _DATE}


class DemoError(Exception):
    """The demo cannot be copied; the sentence says why."""


def copy_demo(to: Path) -> Path:
    """Copy the demo tree to the folder `to`, as a git repository with one commit where git exists.

    Returns:
        The root of the copy, which is `to`.

    Raises:
        DemoError: `to` holds something already, or cannot be written.
    """
    try:
        if to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise DemoError(f"{to} is not empty; name a new folder for the demo")
        _copy(files("shipsmith_tui") / "demo", to)
    except OSError as error:
        raise DemoError(f"the demo cannot be copied to {to}: {error.strerror or error}") from error
    _commit(to)
    return to


@contextlib.contextmanager
def temporary_demo() -> Iterator[Path]:
    """A copy of the demo that goes away at the end."""
    with tempfile.TemporaryDirectory(prefix="shipsmith-", ignore_cleanup_errors=True) as folder:
        yield copy_demo(Path(folder) / _NAME)


def _copy(source: Traversable, to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        target = to / _RENAMED.get(entry.name, entry.name)
        if entry.is_dir():
            if entry.name != "__pycache__":
                _copy(entry, target)
        else:
            text = entry.read_text(encoding="utf-8")
            target.write_text(text.replace(_PLACE_OF_KEY, _made_up_key()), encoding="utf-8")


def _made_up_key() -> str:
    """A key of the vendor's shape that opens nothing, the same every time."""
    letters = "".join(hashlib.sha256(f"{_NAME}{n}".encode()).hexdigest() for n in range(2))
    mixed = "".join(c.upper() if n % 3 == 0 else c for n, c in enumerate(letters))
    return "-".join(("sk", "proj", mixed[:58])) + "T3Blbk" + "FJ" + mixed[58:116]


def _commit(root: Path) -> None:
    """Make a repository of the copy; without git, or when it fails, it stays a plain folder."""
    git = shutil.which("git")
    if git is None:
        return
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _WHO.items()},
    }
    for command in (
        ("init", "--quiet", "--template="),
        ("symbolic-ref", "HEAD", "refs/heads/main"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", "The help desk as it stands"),
    ):
        try:
            subprocess.run(  # noqa: S603 - fixed words, in a folder of our own
                [git, *command],
                cwd=root,
                env=environment,
                check=True,
                capture_output=True,
                timeout=_GIT_SECONDS,
            )
        except (OSError, subprocess.SubprocessError):
            shutil.rmtree(root / ".git", ignore_errors=True)
            return
