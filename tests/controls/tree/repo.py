"""Small git repositories for tests, made with plain git and no settings of the machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Dev",
    "GIT_AUTHOR_EMAIL": "dev@example.com",
    "GIT_COMMITTER_NAME": "Dev",
    "GIT_COMMITTER_EMAIL": "dev@example.com",
    "GIT_COMMITTER_DATE": "2026-11-02T10:00:00+0100",
    "GIT_AUTHOR_DATE": "2026-11-02T10:00:00+0100",
}


class Repo:
    """A folder, usually a repository, with short ways to change it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    @classmethod
    def init(cls, root: Path, *options: str) -> Repo:
        repo = cls(root)
        repo.git("init", "-q", "-b", "main", "--template=", *options)
        return repo

    def git(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=_ENVIRONMENT, capture_output=True, check=False
        )
        assert not check or done.returncode == 0, done.stderr
        return os.fsdecode(done.stdout).strip()

    def write(self, path: str, text: str = "x = 1\n") -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        return target

    def write_all(self, *paths: str) -> Repo:
        for path in paths:
            self.write(path, f"# {path}\n")
        return self

    def commit(self, message: str = "work") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")
