"""The base queries: the files of the tree and the facts of each, as every link and check reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from shipsmith_controls.facts.skim import Skim, language_of
from shipsmith_controls.links.values.index import ModuleIndex
from shipsmith_controls.queries import Database, query

if TYPE_CHECKING:
    from shipsmith_controls.facts.code import Module


class FactStore(Protocol):
    """Where facts come from: extracted on demand, remembered by content."""

    def facts(self, family: str, path: str, digest: bytes) -> object:
        """The facts of a family for the file at `path` whose content has this digest.

        None when the file has none of that family (not such a file, unreadable, no longer there).
        """
        ...

    def find(
        self, digest: bytes, text: str, patterns: tuple[str, ...], language: str
    ) -> tuple[tuple[int, int], ...] | None:
        """First and last line of what ast-grep patterns match in a text; None if it takes too long.

        `digest` stands for the text.
        """
        ...


class TreeDatabase(Database):
    """A database whose inputs are a tree.

    Inputs: `("files",)` the sorted paths; `("digest", path)` the content's digest;
    `("skim", path)` what a glance at the bytes shows; `("looks", family)` the facts that are taken
    from every file at the first look, as (path, facts); `("tracked",)` paths that git tracks;
    `("head date",)` the commit date of HEAD; `("subjects",)` the first lines of the latest commit
    messages; `("scan date",)` the day on which the tree is judged.
    """

    def __init__(self, store: FactStore) -> None:
        super().__init__()
        self.store = store


def files(db: Database) -> tuple[str, ...]:
    """Every listed file, sorted."""
    return cast("tuple[str, ...]", db.get(("files",), ()))


def subjects(db: Database) -> tuple[str, ...]:
    """The first lines of the latest commit messages up to HEAD, newest first."""
    return cast("tuple[str, ...]", db.get(("subjects",), ()))


def facts(db: Database, family: str, path: str) -> object:
    """The facts of one family of one file, None when there are none."""
    digest = db.get(("digest", path))
    if digest is None:
        return None
    return cast("TreeDatabase", db).store.facts(family, path, digest)


@query
def family(db: Database, name: str, path: str) -> object:
    """Remembered `facts`: equal facts after an edit stop the wave here."""
    return facts(db, name, path)


def lines_of(db: Database, path: str) -> tuple[str, ...]:
    """The lines of a file, none when it cannot be read; not remembered, for they would weigh too much."""
    return cast("tuple[str, ...]", facts(db, "lines", path) or ())


def skim(db: Database, path: str) -> Skim:
    """What a glance at the file's bytes shows."""
    return cast("Skim", db.get(("skim", path), Skim()))


@query
def hints(db: Database, path: str) -> tuple[str, ...]:
    """Kinds of words that a source file holds, as `knowledge/hints.toml` lists them."""
    return skim(db, path).hints


def looked(db: Database, family: str) -> dict[str, tuple[object, ...]]:
    """Path -> facts of a family that is extracted at the first look at a file; empty ones left out."""
    return dict(cast("tuple[tuple[str, tuple[object, ...]], ...]", db.get(("looks", family), ())))


@query
def index(db: Database, path: str) -> ModuleIndex | None:
    """The facts of a source file with look-ups, None when it is no source file that can be read."""
    module = facts(db, "code", path)
    return ModuleIndex(cast("Module", module)) if module is not None else None


@query
def code_files(db: Database) -> tuple[str, ...]:
    """Every listed file in a language that is parsed."""
    return tuple(path for path in files(db) if language_of(path))


@query
def marked_files(db: Database) -> tuple[str, ...]:
    """Source files whose bytes name an AI SDK or a provider's host."""
    return tuple(path for path in code_files(db) if skim(db, path).markers)


@query
def markers(db: Database) -> frozenset[str]:
    """SDK modules and providers' hosts that any source file names."""
    return frozenset(marker for path in code_files(db) for marker in skim(db, path).markers)


@query
def named(db: Database) -> dict[str, tuple[str, ...]]:
    """Base name, lower case -> files of that name."""
    table: dict[str, list[str]] = {}
    for path in files(db):
        table.setdefault(path.rsplit("/", 1)[-1].lower(), []).append(path)
    return {name: tuple(paths) for name, paths in table.items()}


@query
def file_set(db: Database) -> frozenset[str]:
    """Every listed file, for membership tests."""
    return frozenset(files(db))


@query
def exists(db: Database, path: str) -> bool:
    """Whether a file is listed; standing between, it cuts off other changes of the listing."""
    return path in file_set(db)
