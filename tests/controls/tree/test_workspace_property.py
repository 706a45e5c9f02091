"""The invariant: after any changes, what was kept up to date equals what a fresh look finds.

The hints given are what a perfect watcher of `watch_dirs()`, and of nothing else, would report.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shipsmith_controls.tree.workspace import Workspace

from tests.controls.tree.repo import Repo

FOLDERS = ["", "a", "a/b", "lib", "out", "lib/deep/er"]
NAMES = ["x.py", "y.log", "z.txt", "out", "lib"]
EXAMPLES = int(os.environ.get("SHIPSMITH_EXAMPLES", "20"))
"""Raise it for a long search."""

Step = Callable[[Repo], object]


class Described(NamedTuple):
    """A step that shows in a failure as what it does."""

    words: str
    step: Step

    def __repr__(self) -> str:
        return self.words


folders = st.sampled_from(FOLDERS)
paths = st.builds(lambda folder, name: f"{folder}/{name}".strip("/"), folders, st.sampled_from(NAMES))
texts = st.sampled_from(["one\n", "two\n", "three three\n", "\0bin"])
rules = st.sampled_from(["*.log\n", "*.py\n", "out/\n", "out\n", "*\n!*.txt\n", "b\n", "", "deep\n"])


def _remove(target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    elif os.path.lexists(target):
        target.unlink()


def _parent_is_folder(target: Path, root: Path) -> bool:
    """Make the folders above; False where a file or a link to nowhere stands in the way."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return target.parent.resolve().is_relative_to(root)


def write(path: str, text: str) -> Described:
    def step(repo: Repo) -> None:
        target = repo.root / path
        # Never through a link, and never into a pipe, where it would wait for a reader.
        free = not os.path.lexists(target) or stat.S_ISREG(target.lstat().st_mode)
        if _parent_is_folder(target, repo.root) and free:
            target.write_text(text)

    return Described(f"write {path} {text!r}", step)


def rename(old: str, new: str) -> Described:
    def step(repo: Repo) -> None:
        source, target = repo.root / old, repo.root / new
        apart = not target.is_relative_to(source) and not source.is_relative_to(target)
        if source.exists() and apart and _parent_is_folder(target, repo.root):
            _remove(target)
            source.rename(target)

    return Described(f"rename {old} {new}", step)


def remove(path: str) -> Described:
    return Described(f"remove {path}", lambda repo: _remove(repo.root / path))


def make_folder(path: str) -> Described:
    return Described(f"mkdir {path}", lambda repo: _parent_is_folder(repo.root / path / "x", repo.root))


def link(path: str, to: str) -> Described:
    def step(repo: Repo) -> None:
        target = repo.root / path
        if _parent_is_folder(target, repo.root):
            _remove(target)
            target.symlink_to(to)

    return Described(f"link {path} -> {to}", step)


def pipe(path: str) -> Described:
    def step(repo: Repo) -> None:
        if _parent_is_folder(repo.root / path, repo.root):
            _remove(repo.root / path)
            os.mkfifo(repo.root / path)

    return Described(f"mkfifo {path}", step)


def ignore(folder: str, text: str) -> Described:
    described = write(f"{folder}/.gitignore".strip("/"), text)
    return Described(f"ignore in {folder!r}: {text!r}", described.step)


def touch(path: str) -> Described:
    def step(repo: Repo) -> None:
        if (repo.root / path).is_file():
            os.utime(repo.root / path, (1, 1))

    return Described(f"touch {path}", step)


def make_executable(path: str) -> Described:
    def step(repo: Repo) -> None:
        if (repo.root / path).is_file():
            (repo.root / path).chmod(0o755)

    return Described(f"chmod +x {path}", step)


def nested(folder: str) -> Described:
    def step(repo: Repo) -> None:
        if folder and _parent_is_folder(repo.root / folder / "x", repo.root):
            repo.git("init", "-q", "--template=", folder)

    return Described(f"git init {folder}", step)


def git(*arguments: str) -> Described:
    return Described(f"git {' '.join(arguments)}", lambda repo: repo.git(*arguments, check=False))


def exclude_list(text: str) -> Described:
    described = write(".git/info/exclude", text)
    return Described(f"info/exclude: {text!r}", described.step)


edits = st.one_of(
    st.builds(write, paths, texts),
    st.builds(write, paths, texts),
    st.builds(rename, st.one_of(paths, folders.filter(bool)), st.one_of(paths, folders.filter(bool))),
    st.builds(remove, st.one_of(paths, folders.filter(bool))),
    st.builds(make_folder, folders),
    st.builds(link, paths, st.sampled_from(["x.py", "lib", "..", "nowhere"])),
    st.builds(pipe, paths),
    st.builds(ignore, folders, rules),
    st.builds(touch, paths),
    st.builds(make_executable, paths),
)
repository_steps = st.one_of(
    st.builds(exclude_list, rules),
    st.builds(nested, folders),
    st.sampled_from(
        [
            git("add", "-A"),
            git("commit", "-q", "-am", "work"),
            git("rm", "-q", "-r", "--cached", "lib"),
            git("checkout", "-q", "-f", "main"),
            git("checkout", "-q", "-f", "-B", "feature"),
            git("checkout", "-q", "-f", "--detach"),
            git("reset", "-q", "--hard"),
            git("clean", "-q", "-f", "-d", "-x"),
            git("init", "-q", "-b", "main", "--template="),
            remove(".git"),
        ]
    ),
)
look = st.just(None)
"""Between steps: a refresh, so that some changes come alone and some together."""

Seen = dict[str, tuple[object, ...]]


def picture(root: Path) -> Seen:
    """Every name below the root with what a watcher could see change."""
    seen: Seen = {}
    for folder, names, files in os.walk(root):
        for name in (*names, *files):
            path = f"{folder}/{name}"
            found = os.lstat(path)
            kind = stat.S_IFMT(found.st_mode)
            if kind == stat.S_IFREG:
                seen[path] = (kind, found.st_ino, found.st_ctime_ns, Path(path).read_bytes())
            else:
                seen[path] = (kind, found.st_ino)
    return seen


def hints(before: Seen, after: Seen, watched: set[Path], root: Path) -> set[str]:
    """The watched folders of the tree in which something differs."""
    differing = {path for path, _ in before.items() ^ after.items()}
    parents = {Path(path).parent for path in differing} & watched
    return {parent.relative_to(root).as_posix() for parent in parents}


def everything(tree: Workspace) -> dict[str, object]:
    return {
        "files": tree.files,
        "states": tree.states,
        "skipped": tree.skipped,
        "tracked": tree.tracked,
        "info": tree.info(),
        "head date": tree.head_date,
        "watched": set(tree.watch_dirs()),
    }


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.booleans(),
    st.sampled_from([(), ("lib/**",), ("*.log", "out/")]),
    st.lists(st.one_of(edits, edits, edits, repository_steps, look), min_size=1, max_size=14),
)
def test_a_tree_kept_up_to_date_equals_a_fresh_one(
    repository: bool, exclude: tuple[str, ...], steps: list[Described | None]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(os.path.realpath(place)) / "app"
        repo = Repo.init(root) if repository else Repo(root)
        repo.write_all("x.py", "a/x.py", "a/b/x.py", "lib/z.txt")
        if repository:
            repo.commit()
        with Workspace(root, exclude) as tree:
            tree.refresh()
            known = tree.states
            before, watched = picture(root), set(tree.watch_dirs())
            for step in [*steps, None]:
                if step is not None:
                    step.step(repo)
                    continue
                after = picture(root)
                changes = tree.refresh(hints(before, after, watched, root))
                with Workspace(root, exclude) as fresh:
                    fresh.refresh()
                    assert everything(tree) == everything(fresh)
                assert {p: s for p, s in tree.states.items() if known.get(p) != s} == changes.changed
                assert changes.removed == tuple(sorted(known.keys() - tree.states.keys()))
                assert not tree.refresh(), "a look everywhere found more than the hints had led to"
                known = tree.states
                before, watched = after, set(tree.watch_dirs())
