"""What a workspace notices, file by file: the listing, the contents, and nothing that is no change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from shipsmith_controls.scorecard import Skipped, TreeInfo
from shipsmith_controls.tree.globs import GlobError
from shipsmith_controls.tree.reading import Binary
from shipsmith_controls.tree.workspace import TreeGoneError, Workspace

from tests.controls.tree.repo import Repo


@pytest.fixture
def plain(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "plain")


def seen(root: Path, *exclude: str) -> Workspace:
    tree = Workspace(root, exclude)
    tree.refresh()
    return tree


def test_the_first_look_visits_every_text_file_once(repo: Repo) -> None:
    repo.write_all("agent.py", "lib/llm.py").commit()
    (repo.root / "logo.png").write_bytes(b"\x89PNG\0")
    visited: list[tuple[str, bytes]] = []
    with Workspace(repo.root) as tree:
        changes = tree.refresh(visit=lambda path, data: visited.append((path, data)))
    assert visited == [("agent.py", b"# agent.py\n"), ("lib/llm.py", b"# lib/llm.py\n")]
    assert list(changes.changed) == ["agent.py", "lib/llm.py", "logo.png"]
    assert changes.changed["logo.png"].kind == "binary"
    assert changes.listing_changed


@pytest.mark.parametrize("hint", [["lib"], None])
def test_an_edit_is_a_change_of_that_file_alone(repo: Repo, hint: list[str] | None) -> None:
    repo.write_all("agent.py", "lib/llm.py").commit()
    with seen(repo.root) as tree:
        repo.write("lib/llm.py", "# lib/llm.pY\n")
        visited: list[str] = []
        changes = tree.refresh(hint, visit=lambda path, _: visited.append(path))
        assert list(changes.changed) == visited == ["lib/llm.py"]
        assert (changes.removed, changes.listing_changed) == ((), False)
        assert not tree.refresh(hint)


def test_a_hint_looks_only_where_it_points(repo: Repo) -> None:
    repo.write_all("agent.py", "lib/llm.py").commit()
    with seen(repo.root) as tree:
        repo.write("agent.py", "edited\n")
        assert not tree.refresh(["lib"])
        assert list(tree.refresh([""]).changed) == ["agent.py"]


@pytest.mark.parametrize("hint", [["lib"], None])
def test_a_touch_and_the_same_bytes_again_are_no_change(repo: Repo, hint: list[str] | None) -> None:
    repo.write_all("lib/a.py", "lib/b.py", "lib/c.py").commit()
    with seen(repo.root) as tree:
        os.utime(repo.root / "lib/a.py", (1, 1))
        repo.write("lib/b.py", "# lib/b.py\n")
        repo.write("lib/c.py.new", "# lib/c.py\n").rename(repo.root / "lib/c.py")
        assert not tree.refresh(hint)


def test_edits_within_one_tick_of_the_clock_are_not_missed(plain: Repo) -> None:
    plain.write("agent.py", "000\n")
    with seen(plain.root) as tree:
        for number in range(1, 60):
            plain.write("agent.py", f"{number:03}\n")
            assert tree.refresh([""]), f"edit {number} was missed"


@pytest.mark.parametrize("hint", [["lib"], None])
def test_files_come_and_go(repo: Repo, hint: list[str] | None) -> None:
    repo.write_all("lib/old.py", "lib/gone.py").commit()
    with seen(repo.root) as tree:
        repo.write("lib/new.py")
        (repo.root / "lib/old.py").rename(repo.root / "lib/renamed.py")
        (repo.root / "lib/gone.py").unlink()
        changes = tree.refresh(hint)
        assert list(changes.changed) == ["lib/new.py", "lib/renamed.py"]
        assert changes.removed == ("lib/gone.py", "lib/old.py")
        assert tree.files == ("lib/new.py", "lib/renamed.py")


def test_new_folders_are_found_from_the_folder_above(repo: Repo) -> None:
    repo.write_all("agent.py").commit()
    with seen(repo.root) as tree:
        repo.write_all("a/b/c/deep.py")
        assert list(tree.refresh([""]).changed) == ["a/b/c/deep.py"]
        (repo.root / "a").rename(repo.root / "moved")
        changes = tree.refresh(["a/b/c", "a", "", "moved"])
        assert (list(changes.changed), changes.removed) == (["moved/b/c/deep.py"], ("a/b/c/deep.py",))


def test_a_folder_swapped_for_another_of_the_same_name_is_read_anew(repo: Repo) -> None:
    repo.write("lib/sub/a.py", "one\n")
    repo.write("other/sub/a.py", "two\n")
    repo.commit()
    with seen(repo.root) as tree:
        (repo.root / "lib").rename(repo.root / "t")
        (repo.root / "other").rename(repo.root / "lib")
        (repo.root / "t").rename(repo.root / "other")
        assert list(tree.refresh([""]).changed) == ["lib/sub/a.py", "other/sub/a.py"]


def test_an_edited_ignore_file_changes_the_listing(repo: Repo) -> None:
    repo.write(".gitignore", "*.log\n")
    repo.write_all("app/run.log", "app/note.txt")
    with seen(repo.root) as tree:
        repo.write(".gitignore", "*.txt\n")
        changes = tree.refresh([""])
        assert (list(changes.changed), changes.removed) == (
            [".gitignore", "app/run.log"],
            ("app/note.txt",),
        )


def test_an_ignore_file_may_ignore_itself(repo: Repo) -> None:
    repo.write_all("app/run.log", "agent.py")
    with seen(repo.root) as tree:
        repo.write("app/.gitignore", "*\n")
        assert tree.refresh(["app"]).removed == ("app/run.log",)
        repo.write("app/.gitignore", "#\n")
        assert list(tree.refresh(["app"]).changed) == ["app/.gitignore", "app/run.log"]


def test_the_repositorys_own_exclude_list_counts_at_once(repo: Repo) -> None:
    repo.write_all("run.log", "agent.py")
    with seen(repo.root) as tree:
        repo.write(".git/info/exclude", "*.log\n")
        assert tree.refresh([]).removed == ("run.log",)


def test_new_ignored_files_and_folders_are_no_change(repo: Repo) -> None:
    repo.write(".gitignore", "*.pyc\n__pycache__/\n")
    repo.write_all("agent.py").commit()
    with seen(repo.root) as tree:
        repo.write_all("agent.pyc", "__pycache__/agent.cpython-311.pyc")
        assert not tree.refresh([""])
        assert repo.root / "__pycache__" not in tree.watch_dirs()
        (repo.root / "__pycache__/agent.cpython-311.pyc").unlink()
        (repo.root / "__pycache__").rmdir()
        assert not tree.refresh([""])


def test_a_branch_switch_is_seen_whatever_the_hint(repo: Repo) -> None:
    repo.write_all("agent.py", "lib/llm.py").commit()
    repo.git("checkout", "-q", "-b", "feature")
    repo.write("lib/llm.py", "feature\n")
    repo.write_all("lib/new.py").commit()
    with seen(repo.root) as tree:
        assert tree.info().branch == "feature"
        before = tree.stamp()
        repo.git("checkout", "-q", "main")
        assert tree.stamp() != before
        changes = tree.refresh([])
        assert (list(changes.changed), changes.removed) == (["lib/llm.py"], ("lib/new.py",))
        assert tree.info().branch == "main"


def test_staging_moves_tracked(repo: Repo) -> None:
    repo.write_all("agent.py").commit()
    repo.write("new.py")
    with seen(repo.root) as tree:
        assert tree.tracked == {"agent.py"}
        repo.git("add", "new.py")
        assert not tree.refresh([])
        assert tree.tracked == {"agent.py", "new.py"}


def test_info_tells_commit_branch_and_whether_it_is_dirty(repo: Repo) -> None:
    commit = repo.write_all("agent.py", "b.py").commit()
    root = str(repo.root)
    with seen(repo.root) as tree:
        assert tree.info() == TreeInfo(root, commit, "main", False)
        assert tree.head_date is not None
        repo.write("agent.py", "edited\n")
        tree.refresh([""])
        assert tree.info().dirty is True
        repo.write("agent.py", "# agent.py\n")
        tree.refresh([""])
        assert tree.info().dirty is False
        (repo.root / "b.py").chmod(0o755)
        tree.refresh([""])
        assert tree.info().dirty is True
        (repo.root / "b.py").chmod(0o644)
        repo.write("new.py")
        tree.refresh([""])
        assert tree.info().dirty is True
        (repo.root / "new.py").unlink()
        (repo.root / "b.py").unlink()
        tree.refresh([""])
        assert tree.info().dirty is True


def test_what_is_excluded_is_neither_listed_nor_dirty(repo: Repo) -> None:
    repo.write_all("agent.py", "vendor/sdk.py").commit()
    with seen(repo.root, "vendor/**") as tree:
        assert tree.files == ("agent.py",)
        repo.write("vendor/sdk.py", "edited\n")
        assert not tree.refresh()
        assert tree.info().dirty is False
        tree.set_exclude(())
        assert list(tree.refresh([]).changed) == ["vendor/sdk.py"]
        assert tree.info().dirty is True
        tree.set_exclude(("*.py",))
        assert tree.refresh([]).removed == ("agent.py", "vendor/sdk.py")
    with pytest.raises(GlobError):
        Workspace(repo.root, ("!keep",))


def test_what_cannot_be_read_is_listed_with_its_reason(repo: Repo) -> None:
    repo.write_all("agent.py")
    (repo.root / "link.py").symlink_to("agent.py")
    (repo.root / "escape").symlink_to("/etc")
    os.mkfifo(repo.root / "pipe")
    (repo.root / "big.csv").write_bytes(b"a,b\n" * 300_000)
    (repo.root / "logo.png").write_bytes(b"\x89PNG\0" * 300_000)
    Repo.init(repo.root / "nested").write_all("other.py").commit()
    with seen(repo.root) as tree:
        assert tree.files == ("agent.py", "big.csv", "logo.png")
        assert tree.skipped == (
            Skipped("big.csv", "larger than 1 MB"),
            Skipped("escape", "a symbolic link, not followed"),
            Skipped("link.py", "a symbolic link, not followed"),
            Skipped("nested", "another repository (a submodule or nested clone); judge it by itself"),
            Skipped("pipe", "not a regular file"),
        )
        assert len(list(tree.read(["big.csv"], cap=2_000_000))) == 1
        assert isinstance(tree.content("logo.png"), Binary)


def test_names_that_are_not_utf8_are_listed_and_read(repo: Repo) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    repo.write(name, "one\n")
    with seen(repo.root) as tree:
        assert tree.files == (name,)
        repo.write(name, "two\n")
        assert list(tree.refresh([""]).changed) == [name]
        assert tree.content(name) == b"two\n"


def test_a_large_file_counts_as_changed_when_its_stat_is(repo: Repo) -> None:
    repo.write("eval.jsonl", "{}\n" * 400_000)
    with seen(repo.root) as tree:
        repo.write("eval.jsonl", "[]\n" * 400_000)
        assert list(tree.refresh([""]).changed) == ["eval.jsonl"]


def test_a_plain_folder_is_walked_without_what_tools_make(plain: Repo) -> None:
    plain.write_all(
        "agent.py", "lib/llm.py", "node_modules/x/index.js", ".venv/lib/y.py", "web/dist/z.js"
    )
    with seen(plain.root) as tree:
        assert tree.files == ("agent.py", "lib/llm.py")
        assert tree.no_git == "it is not inside a git repository"
        assert tree.info() == TreeInfo(str(plain.root))
        assert (tree.tracked, tree.head_date, tree.git) == (frozenset(), None, None)
        plain.write_all("lib/new.py", "fresh/new.py")
        assert list(tree.refresh(["lib"]).changed) == ["lib/new.py"]
        assert list(tree.refresh([""]).changed) == ["fresh/new.py"]


def test_a_folder_becomes_a_repository_and_ceases_to_be_one(plain: Repo) -> None:
    plain.write(".gitignore", "*.log\n")
    plain.write_all("agent.py", "run.log")
    with seen(plain.root) as tree:
        assert "run.log" in tree.files
        plain.git("init", "-q", "--template=")
        assert tree.refresh([""]).removed == ("run.log",)
        (plain.root / ".git").rename(plain.root.parent / "away")
        assert list(tree.refresh([""]).changed) == ["run.log"]


def test_folders_to_watch_are_those_where_listed_files_are_or_may_appear(repo: Repo) -> None:
    repo.write(".gitignore", "out/\n")
    repo.write_all("a/b/deep.py", "out/x.py")
    (repo.root / "empty/inside").mkdir(parents=True)
    with seen(repo.root) as tree:
        inside = [path.relative_to(repo.root).as_posix() for path in tree.watch_dirs()]
    assert inside == [".", "a", "a/b", "empty", "empty/inside", ".git", ".git/refs/heads"]


def test_a_root_that_is_gone_is_said_in_a_sentence(plain: Repo) -> None:
    plain.write_all("agent.py")
    with seen(plain.root) as tree:
        plain.root.rename(plain.root.with_name("away"))
        with pytest.raises(TreeGoneError, match="cannot be opened"):
            tree.refresh([""])
        with pytest.raises(TreeGoneError):
            list(tree.read(["agent.py"]))
        assert isinstance(tree.content("agent.py"), Skipped)
        plain.root.with_name("away").rename(plain.root)
        assert not tree.refresh([""])
