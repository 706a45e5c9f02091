"""Searches in checks: a table `{ regex = …, paths = … }` where a word of the vocabulary could stand.

`none` and `any` take a search, `every` takes files, `has` a search: in the whole of such a file, or in
the lines of what a word of the vocabulary names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias, cast

import msgspec

from shipsmith_controls.checks import vocabulary as v
from shipsmith_controls.checks.vocabulary import Hit, Holding, Place, Strength, Subject, Support
from shipsmith_controls.facts import searches
from shipsmith_controls.facts.searches import Lines, SearchError
from shipsmith_controls.knowledge.reading import nearest
from shipsmith_controls.links.tree import TreeDatabase, files, lines_of
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence
from shipsmith_controls.tree.globs import GlobError, Globs

_WHOLE_FILE = "whole file"
_SHOWN = 60
"""Characters of a pattern that are shown."""


class Files(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files of the tree: those that fit one of the globs `paths` and are in the `language`."""

    paths: tuple[str, ...] = ()
    language: str = ""


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is looked for in such files: a `regex` of re2, or any of some ast-grep patterns.

    `message` is what a finding says, or a gap where the search is what should be there.
    """

    regex: str = ""
    pattern: str | tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    language: str = ""
    message: str = ""

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns, also where only one is written."""
        return (self.pattern,) if isinstance(self.pattern, str) else self.pattern

    @property
    def files(self) -> Files:
        """The files that are looked through."""
        return Files(self.paths, self.language)

    def __str__(self) -> str:
        shown = self.regex or " or ".join(self.patterns)
        return f"`{shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + '…'}`"


Wanted: TypeAlias = str | Search
"""Words of the vocabulary, or a search in their place."""
Chosen: TypeAlias = str | Files
"""Words for subjects, or files in their place."""


def mistakes(wanted: Wanted | Chosen) -> Iterator[str]:
    """What is wrong with a search or with files, each as `key: sentence`."""
    if isinstance(wanted, str):
        return
    known = searches.languages()
    if wanted.language and wanted.language not in known:
        hint = nearest(wanted.language, known) or f"; known are {', '.join(known)}"
        yield f"language: `{wanted.language}` is none that can be parsed{hint}"
        return
    try:
        _globs(wanted.paths)
    except GlobError as error:
        yield f"paths: {str(error).removeprefix('exclude: ')}"
    if isinstance(wanted, Files):
        if not wanted.paths and not wanted.language:
            yield 'paths: is lacking; say which files, such as paths = ["prompts/**"]'
        return
    if bool(wanted.regex) == bool(wanted.patterns):
        yield "regex: a search has either `regex` or `pattern`"
        return
    if wanted.patterns and not wanted.language:
        yield 'language: is lacking; a pattern is code of one, such as language = "python"'
        return
    try:
        if wanted.regex:
            searches.check_regex(wanted.regex)
        for pattern in wanted.patterns:
            searches.check_pattern(pattern, wanted.language)
    except SearchError as error:
        yield f"{'regex' if wanted.regex else 'pattern'}: {error}"


@lru_cache(maxsize=256)
def _globs(paths: tuple[str, ...]) -> Globs:
    return Globs(paths)


@query
def chosen(db: Database, which: Files) -> tuple[str, ...]:
    """The files of the tree that are meant."""
    globs = _globs(which.paths)
    return tuple(
        path
        for path in files(db)
        if (not which.paths or globs.matches(path))
        and (not which.language or searches.is_in(path, which.language))
    )


@query
def matches(db: Database, search: Search, path: str) -> Lines | None:
    """Where a search finds something in a file; None when the file cannot be looked through."""
    found = lines_of(db, path)
    if found is None:
        return None
    text = "\n".join(found)
    if search.regex:
        return searches.find_regex(text, search.regex)
    patterns = tuple(p for p in search.patterns if searches.may_hold(text, p))
    if not patterns:
        return ()
    digest = cast("bytes", db.get(("digest", path)))
    return cast("TreeDatabase", db).store.find(digest, text, patterns, search.language)


def subjects(db: Database, words: Chosen) -> tuple[Subject, ...]:
    """What a check goes through one by one."""
    if isinstance(words, str):
        return v.SUBJECTS[words](db)
    return tuple(Subject(Place(path, 1), "", key=_WHOLE_FILE) for path in chosen(db, words))


def holding(db: Database, each: Subject, words: Wanted) -> Holding:
    """Whether a subject has what is asked of it."""
    if isinstance(words, str):
        return v.PROPERTIES[words](db, each)
    place = each.place
    found = matches(db, words, place.path)
    if found is None:
        return Holding(Strength.UNSEEN, "the file could not be looked through")
    last = max(place.line, place.end_line)
    for start, end in found:
        if each.key == _WHOLE_FILE or (start <= last and end >= place.line):
            return Holding(Strength.STRONG, evidence=(Evidence(place.path, start, f"has {words}"),))
    return Holding(Strength.LACKING, words.message or f"lacks {words}")


def hits(db: Database, words: Wanted) -> tuple[Hit, ...]:
    """What must not be there."""
    if isinstance(words, str):
        return v.HITS[words](db)
    return tuple(
        Hit(Place(path, start, end), words.message or f"{words} stands here")
        for path in chosen(db, words.files)
        for start, end in matches(db, words, path) or ()
    )


def supports(db: Database, words: Wanted) -> tuple[Support, ...]:
    """Evidence that is looked for."""
    if isinstance(words, str):
        return v.SUPPORTS[words](db)
    return tuple(
        Support(Strength.STRONG, Place(path, start, end), f"has {words}")
        for path in chosen(db, words.files)
        for start, end in matches(db, words, path) or ()
    )


def nothing_chosen(which: Files) -> str:
    """That no file of the tree is meant, as a sentence."""
    kind = f"{which.language} file" if which.language else "file"
    where = f" fits paths = [{', '.join(f'{glob!r}' for glob in which.paths)}]" if which.paths else ""
    return f"No {kind} of the tree{where}." if where else f"There is no {kind} in the tree."


def told(db: Database, search: Search) -> str:
    """In how many files something was looked for, and in how many it could not be, as sentences."""
    paths = chosen(db, search.files)
    left = [path for path in paths if matches(db, search, path) is None]
    kind = f"{search.language} " if search.language else ""
    said = f"Looked for {search} in {len(paths) - len(left):,} {kind}files."
    return said + (f" {len(left):,} could not be looked through, such as {left[0]}." if left else "")
