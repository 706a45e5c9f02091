"""Who owns a file: CODEOWNERS, service catalogues, OWNERS and MAINTAINERS files, manifest authors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.facts.manifests import Manifest
from shipsmith_controls.facts.owners import Owner, Rule, catalog_owners, owner_of
from shipsmith_controls.links.tree import exists, family, index
from shipsmith_controls.links.values.index import argument, last_name
from shipsmith_controls.queries import Database, query

_CODEOWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_CATALOGUES = ("catalog-info.yaml", "catalog-info.yml", "service.datadog.yaml", "service.datadog.yml")
_MAINTAINERS = ("MAINTAINERS", "MAINTAINERS.md")
_MANIFESTS = ("pyproject.toml", "package.json", "setup.cfg", "setup.py")
_SCRIPTED = "setup.py"
"""The manifest that is a script: what it hands to `setup`."""


class Ownership(msgspec.Struct, frozen=True):
    """Who owns a file, and where that is said. `weak`: only who maintains or wrote it is named."""

    path: str
    line: int
    names: tuple[str, ...]
    weak: bool = False


@query
def code_rules(db: Database) -> tuple[str, tuple[Rule, ...]]:
    """The CODEOWNERS file that holds (the first of the places it may stand) and its rules."""
    for path in _CODEOWNERS:
        if exists(db, path):
            return path, cast("tuple[Rule, ...]", family(db, "owners", path) or ())
    return "", ()


@query
def owner(db: Database, path: str) -> Ownership | None:
    """Who owns a file; None when nobody does."""
    where, rules = code_rules(db)
    rule = owner_of(rules, path) if rules else None
    if rule is not None and rule.owners:
        return Ownership(where, rule.line, rule.owners)
    if rule is None:
        for folder in _folders_up(path):
            found = _in_folder(db, folder)
            if found is not None:
                return found
    return _weakly(db, path)


def _folders_up(path: str) -> Iterator[str]:
    """The folder of a file and those above it, each with a slash at its end; last the root, ""."""
    folder = path.rpartition("/")[0]
    while folder:
        yield folder + "/"
        folder = folder.rpartition("/")[0]
    yield ""


@query
def _in_folder(db: Database, folder: str) -> Ownership | None:
    for name in _CATALOGUES:
        if exists(db, folder + name):
            config = family(db, "config", folder + name)
            found = catalog_owners(config) if isinstance(config, Config) else ()
            if found:
                return _of(folder + name, found)
    if exists(db, folder + "OWNERS"):
        named = cast("tuple[Owner, ...]", family(db, "owners", folder + "OWNERS") or ())
        if named:
            return _of(folder + "OWNERS", named)
    return None


def _of(path: str, found: tuple[Owner, ...], weak: bool = False) -> Ownership:
    return Ownership(path, found[0].line, tuple(owner.name for owner in found), weak)


def _weakly(db: Database, path: str) -> Ownership | None:
    for folder in _folders_up(path):
        found = _maintained(db, folder)
        if found is not None:
            return found
    for folder in _folders_up(path):
        for name in _MANIFESTS:
            if exists(db, folder + name):
                return _authored(db, folder)
    return None


@query
def _maintained(db: Database, folder: str) -> Ownership | None:
    for name in _MAINTAINERS:
        if exists(db, folder + name):
            named = cast("tuple[Owner, ...]", family(db, "owners", folder + name) or ())
            if named:
                return _of(folder + name, named, weak=True)
    return None


@query
def _authored(db: Database, folder: str) -> Ownership | None:
    """Authors of the nearest manifest whom one can reach: by e-mail or handle, not a bare name."""
    for name in _MANIFESTS:
        manifest = family(db, "manifest", folder + name) if exists(db, folder + name) else None
        if isinstance(manifest, Manifest):
            for author in manifest.authors:
                if author.email or author.name.startswith("@"):
                    return Ownership(
                        folder + name, author.line, (author.email or author.name,), weak=True
                    )
    return _scripted(db, folder + _SCRIPTED) if exists(db, folder + _SCRIPTED) else None


def _scripted(db: Database, path: str) -> Ownership | None:
    """The e-mail of an author or maintainer that a `setup.py` gives."""
    facts = index(db, path)
    for call in facts.module.calls if facts is not None else ():
        if last_name(call.callee) != "setup":
            continue
        for name in ("author_email", "maintainer_email"):
            given = argument(call, name)
            if isinstance(given, code.Literal) and "@" in str(given.value):
                return Ownership(path, given.line, (str(given.value),), weak=True)
    return None
