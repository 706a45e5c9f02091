"""The shape of a package manifest."""

from __future__ import annotations

from shipsmith_controls.facts.code import Fact


class Package(Fact, frozen=True):
    """A dependency: its normalised name, the version it asks for as written ("" for any), its group.

    Groups: `""` for run time, else the extra or group's name (`dev`, `peer`, `optional`, …).
    """

    name: str
    spec: str
    line: int
    group: str = ""


class Script(Fact, frozen=True):
    """A named command of the manifest (`scripts` of package.json, tasks of pdm, poe, hatch)."""

    name: str
    command: str
    line: int


class EntryPoint(Fact, frozen=True):
    """What the installed package exposes: a console script (`package.module:function`) or a file."""

    name: str
    target: str
    line: int


class Author(Fact, frozen=True):
    """An author or maintainer as written, with the e-mail when there is one."""

    name: str
    email: str
    line: int


class Manifest(Fact, frozen=True):
    """A manifest. `includes` are other requirement files (`-r`); `workspaces` the member globs."""

    kind: str
    name: str = ""
    packages: tuple[Package, ...] = ()
    scripts: tuple[Script, ...] = ()
    entry_points: tuple[EntryPoint, ...] = ()
    authors: tuple[Author, ...] = ()
    includes: tuple[str, ...] = ()
    workspaces: tuple[str, ...] = ()
    error: str | None = None
