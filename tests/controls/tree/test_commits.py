"""A tree as it was at a commit: the same files, states and contents as when it was checked out."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from shipsmith_controls.judge import Judge
from shipsmith_controls.scorecard import Skipped
from shipsmith_controls.tree.commits import CommitTree
from shipsmith_controls.tree.git import Git, GitError, open_git
from shipsmith_controls.tree.workspace import Workspace

from tests.controls.tree.repo import Repo


@pytest.fixture
def git(repo: Repo) -> Iterator[Git]:
    found = open_git(str(repo.root))
    assert isinstance(found, Git)
    with found:
        yield found


def tree(git: Git, repo: Repo, commit: str, *exclude: str) -> CommitTree:
    return CommitTree(git, str(repo.root), commit, exclude)


def test_a_commit_reads_as_its_checkout_did(repo: Repo, git: Git) -> None:
    repo.write("app/agent.py", "x = 1\r\n")
    repo.write("naïve name.md", "# Grüße\n")
    (repo.root / "logo.png").write_bytes(b"\x89PNG\0\0")
    (repo.root / "big.txt").write_text("line\n" * 300_000)
    os.symlink("agent.py", repo.root / "app/link.py")  # noqa: PTH211
    commit = repo.commit()
    with Workspace(repo.root) as workspace:
        workspace.refresh()
        seen: dict[str, bytes] = {}
        at_commit = tree(git, repo, commit)
        at_commit.refresh(visit=seen.__setitem__)
        assert at_commit.files == workspace.files
        assert at_commit.tracked == workspace.tracked
        assert at_commit.skipped == workspace.skipped
        assert at_commit.head_date == workspace.head_date
        for path in set(workspace.files) - {"big.txt"}:
            assert at_commit.state(path) == workspace.state(path)
            assert at_commit.content(path) == workspace.content(path)
    assert seen == {"app/agent.py": b"x = 1\r\n", "naïve name.md": "# Grüße\n".encode()}


def test_what_was_written_since_is_not_seen(repo: Repo, git: Git) -> None:
    repo.write("agent.py", "old = 1\n")
    commit = repo.commit()
    repo.write("agent.py", "new = 1\n")
    repo.write("other.py")
    at_commit = tree(git, repo, commit)
    at_commit.refresh()
    assert at_commit.files == ("agent.py",)
    assert at_commit.content("agent.py") == b"old = 1\n"
    assert isinstance(at_commit.content("other.py"), Skipped)


def test_moving_to_another_commit_tells_only_what_differs(repo: Repo, git: Git) -> None:
    repo.write_all("kept.py", "changed.py", "gone.py")
    first = repo.commit()
    repo.write("changed.py", "y = 2\n")
    (repo.root / "gone.py").unlink()
    repo.write("new.py", "z = 3\n")
    second = repo.commit()
    at_commit = tree(git, repo, first)
    at_commit.refresh()
    at_commit.move(second)
    seen: dict[str, bytes] = {}
    changes = at_commit.refresh(visit=seen.__setitem__)
    assert seen == {"changed.py": b"y = 2\n", "new.py": b"z = 3\n"}
    assert changes.removed == ("gone.py",)
    assert changes.listing_changed


def test_what_is_excluded_is_said_from_outside(repo: Repo, git: Git) -> None:
    repo.write_all("app/agent.py", "vendor/sdk.py")
    repo.write("shipsmith.toml", 'exclude = ["app/**"]\n')
    at_commit = tree(git, repo, repo.commit(), "vendor/**")
    with Judge(at_commit) as judge:
        judge.update()
    assert at_commit.files == ("app/agent.py", "shipsmith.toml")


def test_a_folder_of_a_repository_is_read_from_itself_down(repo: Repo) -> None:
    repo.write_all("top.py")
    before = repo.commit()
    repo.write_all("services/bot/agent.py")
    after = repo.commit()
    root = repo.root / "services/bot"
    git = open_git(str(root))
    assert isinstance(git, Git)
    with git:
        assert CommitTree(git, str(root), after).files == ("agent.py",)
        assert CommitTree(git, str(root), before).files == ()


def test_a_clone_without_the_contents_says_so(repo: Repo, git: Git) -> None:
    repo.write("agent.py", "x = 1\n")
    commit = repo.commit()
    blob = repo.git("rev-parse", "HEAD:agent.py")
    (repo.root / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()
    with pytest.raises(GitError, match="not all files of a commit are in this clone"):
        tree(git, repo, commit).refresh()


def test_names_that_look_like_options_or_paths_upwards_stay_names(repo: Repo, git: Git) -> None:
    repo.write_all("--output=x.py", "a/..b/c.py")
    at_commit = tree(git, repo, repo.commit())
    at_commit.refresh()
    assert at_commit.files == ("--output=x.py", "a/..b/c.py")
    assert at_commit.content("--output=x.py") == b"# --output=x.py\n"
