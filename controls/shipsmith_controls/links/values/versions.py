"""Which version of a package a part of the tree uses, and the SDK defaults that hold in it."""

from __future__ import annotations

import posixpath
import re
from typing import cast

from shipsmith_controls.facts import manifests
from shipsmith_controls.facts.locks import LOCK_FILES, Locked
from shipsmith_controls.facts.manifests import Manifest
from shipsmith_controls.links.tree import family, files
from shipsmith_controls.links.values import sdk
from shipsmith_controls.queries import Database, query

_NUMBERS = re.compile(r"\d+")


@query
def manifest_files(db: Database) -> tuple[str, ...]:
    """Package manifests of the tree."""
    return tuple(path for path in files(db) if manifests.kind_of(path))


def manifest(db: Database, path: str) -> Manifest | None:
    """The manifest at a path."""
    found = family(db, "manifest", path)
    return found if isinstance(found, Manifest) else None


@query
def version_of(db: Database, package: str, path: str) -> str | None:
    """The version of a package in effect for a file, by its nearest manifest and lock file."""
    nearest = sorted(manifest_files(db), key=lambda m: -_shared(m, path))
    for place in nearest:
        found = manifest(db, place)
        for wanted in found.packages if found else ():
            if wanted.name == package:
                locked = _locked(db, posixpath.dirname(place), package)
                version = manifests.resolved_version(wanted.spec, locked)
                if version is not None:
                    return version
                return _lower_bound(wanted.spec)
    return None


def _shared(place: str, path: str) -> int:
    folder = posixpath.dirname(place)
    if not folder:
        return 0
    return len(folder) + 1 if path.startswith(folder + "/") else -1


def _locked(db: Database, folder: str, package: str) -> str | None:
    while True:
        for path in _lock_files(db).get(folder, ()):
            for found in cast("tuple[Locked, ...]", family(db, "locks", path) or ()):
                if found.name == package:
                    return found.version
        if not folder:
            return None
        folder = posixpath.dirname(folder)


@query
def _lock_files(db: Database) -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for path in files(db):
        if path.rsplit("/", 1)[-1].lower() in LOCK_FILES:
            table.setdefault(posixpath.dirname(path), []).append(path)
    return {folder: tuple(found) for folder, found in table.items()}


def _lower_bound(spec: str) -> str | None:
    """A range leaves the version open; its lower bound stands for it."""
    found = re.search(r">=?\s*v?(\d[\w.]*)", spec)
    return found[1] if found else None


def default_of(db: Database, key: str, name: str, path: str) -> float | None:
    """The default of a setting in the SDK version that applies to a file; None when no range does."""
    known = sdk.sdks().get(key)
    if known is None or not known.defaults:
        return None
    version = next((v for p in known.packages if (v := version_of(db, p, path)) is not None), None)
    if version is None:
        return None
    for defaults in known.defaults:
        number = cast("float | None", getattr(defaults, name))
        if number is not None and within(version, defaults.versions):
            return number
    return None


def within(version: str, ranges: str) -> bool:
    """Whether a version lies in a range such as `>=1.0,<2`; compared number by number."""
    here = _numbers(version)
    for part in ranges.split(","):
        found = re.match(r"\s*(<=|>=|==|<|>)\s*(\S+)", part)
        if found is None:
            return False
        limit = _numbers(found[2])
        size = max(len(here), len(limit))
        left, right = _padded(here, size), _padded(limit, size)
        holds = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
        if not holds.get(found[1], left == right):
            return False
    return True


def _numbers(version: str) -> list[int]:
    return [int(n) for n in _NUMBERS.findall(version)]


def _padded(numbers: list[int], size: int) -> list[int]:
    return numbers + [0] * (size - len(numbers))
