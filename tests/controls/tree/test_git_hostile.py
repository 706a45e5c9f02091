"""Repositories that were made to run a program, hang git, or lead it elsewhere.

Each planted program is shown to run under plain git first: a trap that does not snap proves nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from shipsmith_controls.tree import runner
from shipsmith_controls.tree.git import Git, NoGit, open_git
from shipsmith_controls.tree.workspace import Workspace

from tests.controls.tree.repo import Repo


class Trap:
    """A program that leaves a mark when it runs."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.mark = folder / "mark"
        self.program = folder / "program"
        self.program.write_text(
            f'#!/bin/sh\necho x >> "{self.mark}"\ncat "$1" 2>/dev/null\nexit 0\n', "utf-8"
        )
        self.program.chmod(0o755)

    def snapped(self) -> bool:
        snapped = self.mark.exists()
        self.mark.unlink(missing_ok=True)
        return snapped


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    return Trap(tmp_path / "trap")


def fsmonitor(repo: Repo, trap: Trap) -> None:
    repo.git("config", "core.fsmonitor", str(trap.program))


def included(repo: Repo, trap: Trap) -> None:
    repo.write("extra.cfg", f"[core]\n\tfsmonitor = {trap.program}\n")
    repo.git("config", "include.path", "../extra.cfg")


def worktree_config(repo: Repo, trap: Trap) -> None:
    repo.git("config", "core.repositoryformatversion", "1")
    repo.git("config", "extensions.worktreeConfig", "true")
    repo.git("config", "--worktree", "core.fsmonitor", str(trap.program))


def git_file(repo: Repo, trap: Trap) -> None:
    fsmonitor(repo, trap)
    (repo.root / ".git").rename(repo.root.parent / "elsewhere")
    repo.write(".git", f"gitdir: {repo.root.parent / 'elsewhere'}\n")


def hooks_path(repo: Repo, trap: Trap) -> None:
    trap.program.with_name("post-index-change").symlink_to(trap.program)
    repo.git("config", "core.hooksPath", str(trap.program.parent))


def own_hook(repo: Repo, trap: Trap) -> None:
    (repo.root / ".git/hooks").mkdir(exist_ok=True)
    (repo.root / ".git/hooks/post-index-change").symlink_to(trap.program)


def clean_filter(repo: Repo, trap: Trap) -> None:
    repo.git("config", "filter.x.clean", str(trap.program))
    repo.write(".gitattributes", "*.py filter=x\n")


def process_filter(repo: Repo, trap: Trap) -> None:
    repo.git("config", "filter.x.process", str(trap.program))
    repo.write(".gitattributes", "*.py filter=x\n")


def text_conversion(repo: Repo, trap: Trap) -> None:
    repo.git("config", "diff.x.textconv", str(trap.program))
    repo.write(".gitattributes", "*.py diff=x\n")


def external_diff(repo: Repo, trap: Trap) -> None:
    repo.git("config", "diff.external", str(trap.program))


def lazy_fetch(repo: Repo, trap: Trap) -> None:
    blob = repo.git("rev-parse", "HEAD:agent.py")
    for key, value in {
        "core.repositoryformatversion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": "ssh://example.invalid/x",
        "remote.origin.promisor": "true",
        "core.sshCommand": str(trap.program),
    }.items():
        repo.git("config", key, value)
    (repo.root / ".git/objects" / blob[:2] / blob[2:]).unlink()


VECTORS: list[tuple[Callable[[Repo, Trap], None], tuple[str, ...]]] = [
    (fsmonitor, ("ls-files",)),
    (included, ("ls-files",)),
    (worktree_config, ("ls-files",)),
    (git_file, ("ls-files",)),
    (hooks_path, ("status",)),
    (own_hook, ("status",)),
    (clean_filter, ("status",)),
    (process_filter, ("status",)),
    (text_conversion, ("diff",)),
    (external_diff, ("diff",)),
    (lazy_fetch, ("cat-file", "-p", "HEAD:agent.py")),
]


@pytest.mark.parametrize(("plant", "command"), VECTORS, ids=[plant.__name__ for plant, _ in VECTORS])
def test_nothing_planted_in_a_repository_runs(
    repo: Repo, trap: Trap, plant: Callable[[Repo, Trap], None], command: tuple[str, ...]
) -> None:
    first = repo.write_all("agent.py", "same.py").commit()
    plant(repo, trap)
    repo.write("agent.py", "# edit!!!!\n")
    # Same content, other times: git must look into the file, and plain git rewrites the index.
    os.utime(repo.root / "same.py", (1, 1))

    with Workspace(repo.root) as tree:
        tree.refresh()
        assert tree.info().dirty is True
        git = tree.git
        assert git is not None, tree.no_git
        git.listed(), git.tracked(), git.untracked(["x.py"]), git.ignored(["x.py"])
        git.head(), git.changed(), git.dirty(), git.stamp()
        git.blob_at(first, "agent.py"), git.blob_at(first, "same.py")
        git.resolve("HEAD"), git.merge_base("HEAD")
        assert "agent.py" in tree.files
    assert not trap.snapped()

    repo.git(*command, check=False)
    assert trap.snapped(), "plain git did not run the planted program, so that this shows nothing"


def test_a_working_tree_elsewhere_is_not_listed(repo: Repo, tmp_path: Path) -> None:
    repo.write_all("agent.py").commit()
    Repo(tmp_path / "private").write_all("secret.py")
    repo.git("config", "core.worktree", str(tmp_path / "private"))
    with Workspace(repo.root) as tree:
        tree.refresh()
        assert tree.files == ("agent.py",)


@pytest.mark.parametrize(
    "name", ["config", "HEAD", "index", "packed-refs", "info/exclude", "shallow", "refs/heads/main"]
)
def test_a_pipe_in_place_of_a_git_file_does_not_hang(
    repo: Repo, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "DEADLINE", 0.5)
    repo.write_all("agent.py").commit()
    pipe = repo.root / ".git" / name
    pipe.parent.mkdir(exist_ok=True)
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    found = open_git(str(repo.root))
    assert isinstance(found, NoGit)
    with Workspace(repo.root) as tree:
        tree.refresh()
        assert tree.files == ("agent.py",)
        assert tree.no_git == found.reason
        assert "not a regular file" in found.reason


def test_a_pipe_called_gitignore_stops_git_once_and_the_walk_takes_over(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "DEADLINE", 0.3)
    repo.write_all("agent.py").commit()
    repo.write("new.py")
    os.mkfifo(repo.root / ".gitignore")
    with Workspace(repo.root) as tree:
        tree.refresh()
        assert tree.files == ("agent.py", "new.py")
        assert tree.tracked == {"agent.py"}
        assert tree.no_git == "git ls-files did not answer within 0.3 seconds"
        assert ".gitignore" in {one.path for one in tree.skipped}
        # Git is not asked again while the pipe is there, so that no look waits for it.
        monkeypatch.setattr(runner, "DEADLINE", 0.0)
        repo.write("more.py")
        tree.refresh()
        assert "more.py" in tree.files
        monkeypatch.setattr(runner, "DEADLINE", 10.0)
        (repo.root / ".gitignore").unlink()
        tree.refresh()
        assert tree.no_git is None


def test_a_broken_index_is_told_and_the_walk_takes_over(repo: Repo) -> None:
    repo.write_all("agent.py").commit()
    (repo.root / ".git/index").write_bytes(b"DIRC nonsense")
    with Workspace(repo.root) as tree:
        tree.refresh()
        assert tree.files == ("agent.py",)
        assert tree.no_git == "git ls-files failed on this repository"
        assert tree.info().dirty in (None, True)
        (repo.root / ".git/index").unlink()
        repo.git("reset", "-q")
        tree.refresh()
        assert tree.no_git is None


def test_output_beyond_the_cap_stops_git(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("big.txt", "x" * 300_000)
    commit = repo.commit()
    git = open_git(str(repo.root))
    assert isinstance(git, Git)
    monkeypatch.setattr(runner, "OUTPUT_CAP", 100_000)
    with git, pytest.raises(runner.GitError, match="git cat-file printed more than"):
        git.blob_at(commit, "big.txt")
