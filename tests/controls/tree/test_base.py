"""The commit that a tree is compared with, on repositories of every shape."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipsmith_controls.tree.base import Base, BaseError, find_base, last_commits
from shipsmith_controls.tree.git import Git, open_git

from tests.controls.tree.repo import Repo


def base(repo: Repo, revision: str = "") -> Base:
    git = open_git(str(repo.root))
    assert isinstance(git, Git), git
    with git:
        return find_base(git, revision)


def why_none(repo: Repo, revision: str = "") -> str:
    with pytest.raises(BaseError) as caught:
        base(repo, revision)
    return str(caught.value)


def test_a_branch_is_compared_with_where_it_left_main(repo: Repo) -> None:
    left = repo.commit("first")
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit("mine")
    repo.git("checkout", "-q", "main")
    repo.commit("theirs")
    repo.git("checkout", "-q", "topic")
    assert base(repo) == (left, "main", "")


def test_on_main_itself_only_uncommitted_changes_count(repo: Repo) -> None:
    head = repo.commit()
    assert base(repo) == (head, "HEAD", "on main itself, so only uncommitted changes count")


def test_commits_that_the_remote_lacks_count_on_main(repo: Repo, tmp_path: Path) -> None:
    pushed = repo.commit()
    repo.git("clone", "-q", ".", str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone")
    assert base(clone).name == "HEAD"
    clone.write("agent.py")
    clone.commit("not pushed")
    assert base(clone) == (pushed, "origin/main", "")


def test_a_default_branch_of_another_name_is_known_from_the_remote(repo: Repo, tmp_path: Path) -> None:
    repo.git("checkout", "-q", "-b", "trunk")
    left = repo.commit()
    repo.git("clone", "-q", ".", str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone")
    clone.git("checkout", "-q", "-b", "topic")
    clone.commit("mine")
    assert base(clone) == (left, "trunk", "")


def test_without_a_default_branch_it_is_head_and_that_is_said(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "work")
    head = repo.commit()
    assert base(repo) == (head, "HEAD", "no branch main or master here; --base names another")


def test_another_base_can_be_named(repo: Repo) -> None:
    first = repo.commit("first")
    repo.git("tag", "v1")
    repo.commit("second")
    assert base(repo, "v1") == (first, "v1", "")
    assert "v9 names no commit" in why_none(repo, "v9")
    assert "names no commit" in why_none(repo, "--upload-pack=x")


def test_a_detached_head_is_compared_with_main(repo: Repo) -> None:
    left = repo.commit("first")
    repo.git("checkout", "-q", "--detach")
    repo.commit("mine")
    assert base(repo) == (left, "main", "")


def test_before_the_first_commit_there_is_no_base(repo: Repo) -> None:
    assert why_none(repo) == "There is nothing to compare with before the first commit."


def test_histories_without_a_common_commit_have_no_base(repo: Repo) -> None:
    repo.commit("first")
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit("unrelated")
    assert why_none(repo) == "HEAD and main share no commit; --base names another branch."


def test_a_shallow_clone_says_that_history_is_missing(repo: Repo, tmp_path: Path) -> None:
    repo.commit("first")
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit("mine")
    repo.git("checkout", "-q", "main")
    repo.commit("theirs")
    source = f"file://{repo.root}"
    repo.git("clone", "-q", "--depth=1", "--no-single-branch", source, str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone")
    clone.git("checkout", "-q", "topic")
    assert "share no commit in this shallow clone; fetch more" in why_none(clone)


def test_a_sparse_checkout_has_no_base(repo: Repo) -> None:
    repo.write_all("app/agent.py", "docs/notes.md").commit()
    repo.git("sparse-checkout", "set", "app")
    assert why_none(repo).startswith("In a sparse checkout")


def test_the_last_commits_are_those_that_change_something(repo: Repo) -> None:
    repo.write("agent.py", "a = 1\n")
    first = repo.commit()
    repo.commit("empty")
    repo.write("agent.py", "a = 2\n")
    third = repo.commit()
    git = open_git(str(repo.root))
    assert isinstance(git, Git)
    with git:
        assert last_commits(git, 12) == (third, first)
        assert last_commits(git, 1) == (third,)
