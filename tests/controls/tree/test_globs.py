"""Exclude globs mean what they mean in `.gitignore`."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipsmith_controls.tree.git import open_git
from shipsmith_controls.tree.globs import GlobError, Globs

from tests.controls.tree.repo import Repo

PATHS = [
    "vendor/lib.py", "vendor/deep/lib.py", "app/vendor/lib.py", "vendor", "app/gen_pb2.py", "gen_pb2.py",
    "docs/a.md", "docs/x/a.md", "a.py", "b.py", "[x].py", "tests/data/one.json",
    "app/tests/data/one.json", "caf\xe9/a.py", "two\nlines.py",
]  # fmt: skip


@pytest.mark.parametrize(
    "glob",
    [
        "vendor/**", "/vendor", "vendor/", "vendor", "*_pb2.py", "docs/*", "docs/*.md", "docs/**/a.md",
        "**/data/*.json", "**/vendor", "?.py", "[ab].py", "[!a].py", "[^a].py", "\\[x\\].py",
        "tests/**/*.json", "**", "*", "caf*", "*.py", "/*.py", "app/**/lib.py",
    ],
)  # fmt: skip
def test_a_glob_excludes_what_git_would_ignore(tmp_path: Path, glob: str) -> None:
    repo = Repo.init(tmp_path / "app")
    paths = [path for path in PATHS if path != "vendor"]
    for path in paths:
        repo.write(path)
    repo.write(".git/info/exclude", f"{glob}\n")
    git = open_git(str(repo.root))
    with git:  # type: ignore[union-attr]
        ignored = git.ignored(paths)  # type: ignore[union-attr]
    assert {path for path in paths if Globs([glob]).matches(path)} == ignored


def test_a_trailing_slash_asks_for_a_folder() -> None:
    assert Globs(["vendor"]).matches("vendor")
    assert not Globs(["vendor/"]).matches("vendor")
    assert Globs(["vendor/"]).matches("app/vendor/x.py")


def test_no_globs_exclude_nothing() -> None:
    assert not Globs().matches("a.py")
    assert not Globs().covers("vendor")


def test_a_folder_is_covered_when_nothing_below_it_can_be_listed() -> None:
    globs = Globs(["vendor/**", "node_modules", "docs/*.md"])
    assert globs.covers("vendor")
    assert globs.covers("web/node_modules")
    assert not globs.covers("docs")


def test_a_question_mark_is_one_character_not_one_byte() -> None:
    assert Globs(["caf?.py"]).matches("caf\xe9.py")


def test_names_that_are_not_utf8_are_matched_too() -> None:
    assert Globs(["*.py"]).matches(os.fsdecode(b"caf\xe9.py"))


@pytest.mark.parametrize(
    ("glob", "word"),
    [("", "matches nothing"), ("/", "matches nothing"), ("!a", "negated"), ("[ab", "']'")],
)
def test_a_glob_that_cannot_be_used_says_why(glob: str, word: str) -> None:
    with pytest.raises(GlobError, match=word.replace("[", r"\[")):
        Globs([glob])


def test_matching_takes_linear_time() -> None:
    globs = Globs(["*a" * 25 + "b"])
    began = time.perf_counter()
    assert not globs.matches("a" * 20_000)
    assert time.perf_counter() - began < 1.0


@given(st.text("ab/*?[]!\\^-.+$(){}|", max_size=12), st.text("ab/[]-", max_size=12))
def test_every_glob_is_usable_or_refused(glob: str, path: str) -> None:
    try:
        globs = Globs([glob])
    except GlobError:
        return
    globs.matches(path)
    globs.covers(path)
