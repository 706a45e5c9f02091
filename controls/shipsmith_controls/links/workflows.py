"""The AI workflows of a tree: parts with entry points of their own that lead to LLM calls.

Where one begins is read off the folders: the nearest folder above an entry with a manifest or a
container file; below it, a folder with a start file (`main.py`), when there are several such that do
not reach into each other. That is an approximation, and `[[workflow]]` in shipsmith.toml takes its place.
"""

from __future__ import annotations

from typing import cast

from shipsmith_controls.catalogue.traits import TRAITS
from shipsmith_controls.division import Workflow
from shipsmith_controls.facts import manifests
from shipsmith_controls.facts.families import is_dockerfile
from shipsmith_controls.facts.skim import language_of
from shipsmith_controls.ledger_entries import Workflow as Declared
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import Entry, ai_entries
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.neighbours import overrides_of
from shipsmith_controls.links.calls.reach import outline
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.traits import corrections, places_of, traits
from shipsmith_controls.links.tree import code_files, files
from shipsmith_controls.queries import Database, query
from shipsmith_controls.tree.globs import Globs

_STARTS = frozenset(
    "main.py app.py __main__.py server.py manage.py worker.py tasks.py main.ts index.ts server.ts".split()
)
"""Files that start a program."""


def _above(path: str) -> list[str]:
    """The folders above a path, the nearest first; the last is the root, ""."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:end]) for end in range(len(parts), -1, -1)]


def _holds(folder: str, path: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


@query
def _built(db: Database) -> frozenset[str]:
    """Folders with a manifest or a container file: what is built by itself."""
    return frozenset(
        path.rpartition("/")[0]
        for path in files(db)
        if (manifests.kind_of(path) or is_dockerfile(path)) and is_production(db, path)
    )


@query
def _started(db: Database) -> frozenset[str]:
    """Folders with a file that starts a program."""
    started = (path.rpartition("/") for path in code_files(db) if is_production(db, path))
    return frozenset(folder for folder, _, name in started if name in _STARTS)


@query
def homes(db: Database) -> tuple[str, ...]:
    """The folders of the workflows that are found, sorted; one where nothing tells several apart."""
    paths = sorted({entry.path for entry in ai_entries(db)})
    if not paths:
        return ("",) if llm_calls(db) else ()
    nearest = {path: next((f for f in _above(path) if f in _built(db)), "") for path in paths}
    found: set[str] = set()
    for home in set(nearest.values()):
        below = {_start(db, home, path) for path in paths if nearest[path] == home}
        several = len(below) > 1 and home not in below and not _share_code(db, below)
        found |= below if several else {home}
    return tuple(sorted(_apart(db, found)))


def _start(db: Database, home: str, path: str) -> str:
    """The highest folder between a home and a file that starts a program; the home without any."""
    between = [folder for folder in _above(path) if _holds(home, folder) and folder != home]
    return next((f for f in reversed(between) if f in _started(db)), home)


def _share_code(db: Database, folders: set[str]) -> bool:
    """Whether what starts in one of some folders reaches code in another of them."""
    for folder in folders:
        own = tuple(e for e in ai_entries(db) if _holds(folder, e.path))
        reached = _reached_from(db, own)
        if any(_holds(other, path) for other in folders - {folder} for path in reached):
            return True
    return False


def _apart(db: Database, found: set[str]) -> set[str]:
    """Without those that another one starts itself: an entry of theirs is on its path."""
    entries = ai_entries(db)
    kept = set(found)
    for home in sorted(found, key=len, reverse=True):
        own = {e.path for e in entries if _home_of(e.path, tuple(found)) == home}
        for other in sorted(kept - {home}, key=len):
            starts = tuple(e for e in entries if _home_of(e.path, tuple(found)) == other)
            if own & _reached_from(db, starts):
                kept.discard(home)
                break
    return kept


def _home_of(path: str, known: tuple[str, ...]) -> str | None:
    """The innermost home that a file lies in."""
    return next((folder for folder in _above(path) if folder in known), None)


def _reached_from(db: Database, entries: tuple[Entry, ...]) -> frozenset[str]:
    """Files with a function on the way from some entries to a model."""
    handlers = {entry.node for entry in ai_entries(db)}
    pending = [entry.node for entry in entries]
    seen: set[Node] = set(pending)
    edges = outline(db).edges
    while pending:
        for edge in edges.get(pending.pop(), ()):
            # Who registers a handler does not run it.
            if edge.call < 0 and edge.target in handlers:
                continue
            for target in (edge.target, *overrides_of(db, edge.target)):
                if target not in seen:
                    seen.add(target)
                    pending.append(target)
    return frozenset(node.path for node in seen)


def declared(db: Database) -> tuple[Declared, ...]:
    """The workflows that the tree's settings name."""
    return cast("tuple[Declared, ...]", db.get(("declared workflows",), ()))


@query
def _declared_globs(db: Database) -> tuple[Globs, ...]:
    return tuple(Globs(one.paths) for one in declared(db))


@query
def reached_files_of(db: Database, number: int) -> frozenset[str]:
    """Files that the code of a workflow reaches; other workflows may reach them, too."""
    own = tuple(entry for entry in ai_entries(db) if number in _holding(db, entry.path))
    return _reached_from(db, own)


def _holding(db: Database, path: str) -> tuple[int, ...]:
    """The workflows that a file stands in."""
    if globs := _declared_globs(db):
        return tuple(number for number, own in enumerate(globs) if own.matches(path))
    known = homes(db)
    home = _home_of(path, known)
    # What lies at the root beside the code (documents, CI, manifests) belongs to the whole tree.
    if home is None or (not home and language_of(path) is None):
        return ()
    return (known.index(home),)


def workflows_of(db: Database, path: str) -> tuple[int, ...]:
    """The workflows that hold a path, or whose code reaches it, by number; none for a path of all."""
    count = len(declared(db) or homes(db))
    reached = {number for number in range(count) if path in reached_files_of(db, number)}
    return tuple(sorted(reached.union(_holding(db, path))))


@query
def workflows(db: Database) -> tuple[Workflow, ...]:
    """The workflows of the tree, those that are declared in place of those that are found.

    One that is found at the root has no name; two of one name go by their folders.
    """
    if not llm_calls(db):
        return ()
    said = declared(db)
    if said:
        found = [Workflow(one.name, one.paths, one.owner, declared=True) for one in said]
    else:
        known = homes(db)
        short = [home.rpartition("/")[2] for home in known]
        names = [s if short.count(s) == 1 else h for s, h in zip(short, known, strict=True)]
        found = [Workflow(name, (home,)) for name, home in zip(names, known, strict=True)]
    return tuple(
        Workflow(one.name, one.paths, one.owner, one.declared, _traits_of(db, number))
        for number, one in enumerate(found)
    )


def _traits_of(db: Database, number: int) -> tuple[str, ...]:
    """The traits that show in a workflow, or in what belongs to all of them."""
    if len(declared(db) or homes(db)) == 1:
        return tuple(name for name in TRAITS if name in traits(db))
    corrected = corrections(db)
    return tuple(
        name for name in TRAITS if (corrected[name] if name in corrected else _shows(db, name, number))
    )


def _shows(db: Database, trait: str, number: int) -> bool:
    lying = (workflows_of(db, path) for path in places_of(db, trait))
    return any(number in numbers or not numbers for numbers in lying)
