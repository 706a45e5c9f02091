"""Who acknowledges: the user's own e-mail from their own git settings, never from the tree's."""

from __future__ import annotations

import getpass
import os
import subprocess
from functools import cache
from pathlib import Path

from shipsmith_controls.tree.runner import find_git

_SECONDS = 2.0


@cache
def who() -> str:
    """The author's e-mail from the environment or the global git settings, else the login name."""
    said = os.environ.get("GIT_AUTHOR_EMAIL") or _global_email()
    if said:
        return said
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _global_email() -> str:
    git = find_git(str(Path.cwd()))
    if git is None:
        return ""
    try:
        # Outside any repository, so that no setting of the judged tree is read.
        answer = subprocess.run(  # noqa: S603 - an absolute program and fixed arguments
            [git, "config", "--global", "--get", "user.email"],
            cwd="/",
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()
