"""What git is asked, on ordinary repositories of every shape."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shipsmith_controls.tree.git import Git, GitError, Head, NoGit, open_git
from shipsmith_controls.tree.runner import run_git

from tests.controls.tree.repo import Repo


def opened(root: Path) -> Git:
    git = open_git(str(root))
    assert isinstance(git, Git), git
    return git


def reason(root: Path) -> str:
    found = open_git(str(root))
    assert isinstance(found, NoGit)
    return found.reason


def test_lists_tracked_and_untracked_but_not_ignored_files(repo: Repo) -> None:
    repo.write_all("agent.py", "lib/llm.py").commit()
    repo.write(".gitignore", "*.log\n")
    repo.write_all("new.py", "lib/new.py", "debug.log")
    with opened(repo.root) as git:
        listed = git.listed()
    assert listed.tracked == {"agent.py", "lib/llm.py"}
    assert listed.others == {".gitignore", "new.py", "lib/new.py"}


def test_a_subfolder_of_a_repository_is_listed_from_itself_down(repo: Repo) -> None:
    repo.write_all("top.py", "services/bot/agent.py").commit()
    repo.write_all("services/bot/new.py", "elsewhere.py")
    with opened(repo.root / "services/bot") as git:
        assert git.listed().tracked == {"agent.py"}
        assert git.listed().others == {"new.py"}
        assert git.tracked() == {"agent.py"}
        assert git.untracked(["new.py", "agent.py"]) == {"new.py"}
        head = git.head().commit
        assert head is not None
        assert git.blob_at(head, "agent.py") == b"# services/bot/agent.py\n"


def test_the_top_folders_ignore_list_counts_in_a_subfolder_and_in_its_stamp(repo: Repo) -> None:
    repo.write_all("bot/agent.py", "bot/out.log").commit()
    with opened(repo.root / "bot") as git:
        before = git.stamp()
        repo.write(".gitignore", "*.log\n")
        repo.write("bot/more.log")
        assert git.stamp() != before
        assert git.listed().others == set()


def test_a_folder_that_the_repository_around_it_ignores_is_judged_by_itself(repo: Repo) -> None:
    repo.write(".gitignore", "clones/\n")
    repo.commit()
    repo.write("clones/bot/agent.py")
    assert reason(repo.root / "clones/bot") == "the repository around it ignores this folder"


def test_head_names_commit_branch_and_date(repo: Repo) -> None:
    commit = repo.write_all("a.py").commit()
    with opened(repo.root) as git:
        assert git.head() == Head(commit, "main", datetime(2026, 11, 2, 9, 0, tzinfo=UTC))


def test_a_repository_without_commits_has_a_branch_only(repo: Repo) -> None:
    repo.write("a.py")
    with opened(repo.root) as git:
        assert git.head() == Head(None, "main", None)
        assert git.listed().others == {"a.py"}
        assert git.dirty()


def test_a_detached_head_has_no_branch(repo: Repo) -> None:
    commit = repo.write_all("a.py").commit()
    repo.git("checkout", "-q", "--detach")
    with opened(repo.root) as git:
        assert git.head()[:2] == (commit, None)


def test_dirty_means_that_what_is_judged_is_not_the_commit(repo: Repo) -> None:
    repo.write_all("a.py", "b.py").commit()
    with opened(repo.root) as git:
        assert not git.dirty()
        repo.write("a.py", "changed\n")
        assert git.dirty()
        assert git.changed() == {"a.py"}
        assert git.changed(["b.py"]) == set()
        repo.git("add", "a.py")
        assert git.changed() == {"a.py"}
        repo.commit()
        assert not git.dirty()
        repo.write("new.py")
        assert git.dirty()


def test_the_users_index_is_never_written(repo: Repo) -> None:
    repo.write_all("a.py").commit()
    os.utime(repo.root / "a.py", (1, 1))
    before = (repo.root / ".git/index").stat()
    with opened(repo.root) as git:
        git.listed()
        assert not git.dirty()
    after = (repo.root / ".git/index").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not list((repo.root / ".git").glob("*.lock"))


@pytest.mark.parametrize("kind", ["sha256", "index v4", "split index", "packed"])
def test_formats_beyond_the_usual_list_like_any_other(tmp_path: Path, kind: str) -> None:
    options = ("--object-format=sha256",) if kind == "sha256" else ()
    repo = Repo.init(tmp_path / "app", *options)
    commit = repo.write_all("a.py", "lib/b.py").commit()
    if kind == "index v4":
        repo.git("update-index", "--index-version", "4")
    if kind == "split index":
        repo.git("update-index", "--split-index")
        repo.write("c.py")
        repo.git("add", "c.py")
        commit = repo.commit()
    if kind == "packed":
        repo.git("gc", "-q")
        repo.git("pack-refs", "--all")
    with opened(repo.root) as git:
        assert {"a.py", "lib/b.py"} <= git.listed().tracked
        assert git.head().commit == commit
        assert git.blob_at(commit, "a.py") == b"# a.py\n"
        assert not git.dirty()


def test_a_linked_worktree_has_its_own_head_and_index(repo: Repo, tmp_path: Path) -> None:
    repo.write_all("a.py").commit()
    repo.git("worktree", "add", "-q", str(tmp_path / "review"), "-b", "review")
    review = Repo(tmp_path / "review")
    commit = review.write_all("b.py").commit()
    with opened(review.root) as git:
        assert git.head()[:2] == (commit, "review")
        assert git.tracked() == {"a.py", "b.py"}
        assert git.resolve("main") == git.merge_base("main") == repo.git("rev-parse", "HEAD")


def test_a_submodule_is_another_repository_and_opens_by_itself(repo: Repo, tmp_path: Path) -> None:
    vendor = Repo.init(tmp_path / "vendor").write_all("v.py")
    vendor.commit()
    repo.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(vendor.root), "vendored"
    )
    repo.write_all("a.py").commit()
    with opened(repo.root) as git:
        assert git.listed().tracked == {".gitmodules", "a.py"}
        assert git.listed().repositories == {"vendored"}
    with opened(repo.root / "vendored") as git:
        assert git.listed().tracked == {"v.py"}


def test_names_may_be_any_bytes_and_look_like_patterns(repo: Repo) -> None:
    odd = [os.fsdecode(b"caf\xe9.py"), "two\nlines.py", ":(top)x.py", "-rf.py", "*.py", " .py"]
    for name in odd:
        repo.write(name)
    repo.write(".gitignore", "\\*.py\n")
    with opened(repo.root) as git:
        assert git.listed().others == {*odd, ".gitignore"} - {"*.py"}
        assert git.ignored(odd) == {"*.py"}
        assert git.untracked(odd) == set(odd) - {"*.py"}


def test_blobs_and_revisions_that_do_not_exist_are_none(repo: Repo) -> None:
    commit = repo.write_all("a.py").commit()
    with opened(repo.root) as git:
        assert git.blob_at(commit, "missing.py") is None
        assert git.blob_at("HEAD", "a.py") is None
        assert git.resolve("origin/main") is None
        assert git.resolve("--all") is None


def test_the_users_own_ignore_list_counts(repo: Repo) -> None:
    home = Path(os.environ["HOME"])
    (home / ".gitconfig").write_text("[core]\n\texcludesFile = ~/ignored\n", "utf-8")
    (home / "ignored").write_text("*.swp\n", "utf-8")
    repo.write_all("a.py", ".a.py.swp")
    with opened(repo.root) as git:
        assert git.listed().others == {"a.py"}


def test_variables_of_a_surrounding_git_hook_do_not_reach_git(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repo.init(tmp_path / "other").write_all("other.py")
    other.commit()
    repo.write_all("a.py").commit()
    for name, value in {
        "GIT_DIR": other.root / ".git",
        "GIT_INDEX_FILE": other.root / ".git/index",
        "GIT_OBJECT_DIRECTORY": other.root / ".git/objects",
        "GIT_COMMON_DIR": other.root / ".git",
        "GIT_WORK_TREE": other.root,
        "GIT_ICASE_PATHSPECS": "1",
    }.items():
        monkeypatch.setenv(name, str(value))
    with opened(repo.root) as git:
        assert git.tracked() == {"a.py"}
        assert not git.dirty()


def test_the_stamp_moves_with_staging_commits_branches_and_the_exclude_list(repo: Repo) -> None:
    repo.write_all("a.py").commit()
    with opened(repo.root) as git:
        stamps = [git.stamp()]
        repo.write("b.py")
        repo.git("add", "b.py")
        stamps.append(git.stamp())
        repo.commit()
        stamps.append(git.stamp())
        repo.git("checkout", "-q", "-b", "feature")
        stamps.append(git.stamp())
        repo.write(".git/info/exclude", "*.tmp\n")
        stamps.append(git.stamp())
        repo.write(".git/info/exclude", "*.bak\n")
        stamps.append(git.stamp())
    assert len(set(stamps)) == len(stamps)


def test_the_shadow_follows_the_repository_and_is_removed(repo: Repo) -> None:
    repo.write_all("a.py").commit()
    git = opened(repo.root)
    shadow = Path(git._shadow.path)
    repo.git("checkout", "-q", "-b", "feature")
    repo.write_all("b.py").commit()
    assert git.head().branch == "feature"
    assert git.tracked() == {"a.py", "b.py"}
    git.close()
    assert not shadow.exists()


def test_a_shadow_that_the_system_cleared_away_is_made_anew(repo: Repo) -> None:
    repo.write_all("a.py").commit()
    with opened(repo.root) as git:
        git._shadow.close()
        assert git.tracked() == {"a.py"}


def test_folders_without_a_usable_repository_say_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Repo(tmp_path / "plain")
    assert reason(plain.root) == "it is not inside a git repository"
    bare = Repo.init(tmp_path / "bare.git", "--bare")
    assert "bare" in reason(bare.root)
    plain.write(".git", "gitdir: /nowhere\n")
    assert reason(plain.root) == "its .git file points at no repository"
    repo = Repo.init(tmp_path / "app")
    monkeypatch.setenv("PATH", f".:{repo.root}:{tmp_path}")
    (repo.root / "git").write_text("#!/bin/sh\ntouch pwned\n", "utf-8")
    (repo.root / "git").chmod(0o755)
    assert reason(repo.root) == "the program git was not found on PATH"


def test_importing_works_where_git_is_missing() -> None:
    program = "from shipsmith_controls.tree import runner; runner._command_layer(); print('fine')"
    environment = {**os.environ, "PATH": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=False
    )
    assert done.stdout == b"fine\n", done.stderr


def test_only_allowed_commands_run() -> None:
    with pytest.raises(GitError, match="git checkout is not among"):
        run_git("/usr/bin/git", ["checkout", "main"], {})


def test_subjects_are_the_first_lines_of_messages_newest_first(repo: Repo) -> None:
    repo.commit("Ask twice\n\nOnce is not enough.")
    newest = repo.commit("Ünïcode: use gpt-4o")
    with opened(repo.root) as git:
        assert git.subjects(newest) == ("Ünïcode: use gpt-4o", "Ask twice")
        assert git.subjects("HEAD") == ()
