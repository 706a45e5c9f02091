"""Files that code names: from a text in a file to the listed files that it means."""

from __future__ import annotations

import fnmatch
import posixpath

from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import exists, family, files, named
from shipsmith_controls.queries import Database, query

_ENDINGS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".yaml", ".yml", ".toml")
_MOST = 60
_RESULTS = frozenset("result results output outputs log logs records predictions report reports".split())


def names_data(text: str) -> bool:
    """Whether a text can be the name of a data or settings file, or a pattern of such names."""
    return text.lower().endswith(_ENDINGS) and "\n" not in text and "://" not in _local(text)


def is_result(path: str) -> bool:
    """Whether a file is what some run wrote, by the words of its path."""
    return bool(tokens(path) & _RESULTS)


def _local(text: str) -> str:
    return text.removeprefix("file://")


@query
def files_named(db: Database, home: str, text: str) -> tuple[str, ...]:
    """The listed files that a text in the file `home` means; none when it is no file of the tree.

    Looked for beside the file, from the root, from each folder between, below the file's own folder
    by the end of the path, and by pattern when the text holds a `*`.
    """
    text = _local(text).removeprefix("./")
    folder = posixpath.dirname(home)
    if "*" in text.rsplit("/", 1)[-1] or "**" in text:
        return _matching(db, folder, text)
    text = text.rsplit("*", 1)[-1].lstrip("/") if "*" in text else text
    if not text or text.startswith(("/", "~")):
        return ()
    base = folder
    while True:
        path = posixpath.normpath(posixpath.join(base, text))
        if exists(db, path):
            return (path,)
        if not base:
            break
        base = posixpath.dirname(base)
    tail, around = "/" + text.lstrip("./"), posixpath.dirname(folder) if folder else ""
    below = [p for p in named(db).get(text.rsplit("/", 1)[-1].lower(), ()) if f"/{p}".endswith(tail)]
    near = [p for p in below if p.startswith(f"{folder}/")] or [
        p for p in below if around and p.startswith(f"{around}/")
    ]
    return (near[0],) if len(near) == 1 else ()


def _matching(db: Database, folder: str, text: str) -> tuple[str, ...]:
    pattern = "*/" + text.lstrip("*/").replace("**/", "*")
    if not names_data(text):
        return ()
    found = [
        path
        for path in files(db)
        if (not folder or path.startswith(f"{folder}/")) and fnmatch.fnmatch(f"/{path}", pattern)
    ]
    return tuple(found[:_MOST])


@query
def config_texts(db: Database, path: str) -> tuple[tuple[str, int, str], ...]:
    """(text, line, key) of every text in a settings file; none when it is no such file."""
    config = family(db, "config", path)
    if not isinstance(config, Config):
        return ()
    return tuple(
        (node.scalar, node.line, next((k for k in reversed(trail) if k != "[]"), ""))
        for root in config.roots
        for trail, node in root.walk()
        if isinstance(node.scalar, str)
    )
