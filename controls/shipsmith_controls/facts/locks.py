"""Lock files: the version that is really installed, read by lines and only for the names asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from shipsmith_controls.facts._versions import normalised
from shipsmith_controls.facts.code import Fact
from shipsmith_controls.facts.text import decode, lines


class Locked(Fact, frozen=True):
    """A package of a lock file: normalised name, version, and the line that says so."""

    name: str
    version: str
    line: int


_TOML_NAME = re.compile(r'name = "([^"]+)"')
_TOML_VERSION = re.compile(r'version = "([^"]+)"')
_NPM_PATH = re.compile(r'\s*"(?:[^"]*node_modules/)?((?:@[^/"]+/)?[^/"]+)":\s*\{')
_NPM_VERSION = re.compile(r'\s*"version":\s*"([^"]+)"')
_PNPM = re.compile(r"  ['\"]?/?((?:@[^/'\"@]+/)?[^/'\"@(]+)[@/](\d[^('\":]*)")
_YARN_HEAD = re.compile(r"\"?((?:@[^/\"@]+/)?[^@\",]+)@")
_YARN_VERSION = re.compile(r"\s+version:?\s+\"?([^\"\s]+)")
_BUN = re.compile(r'\s*"[^"]+":\s*\[\s*"((?:@[^/"]+/)?[^"@]+)@(\d[^"]*)"')
_PIPFILE_NAME = re.compile(r'\s{8}"([^"]+)":\s*\{')
_PIPFILE_VERSION = re.compile(r'\s*"version":\s*"==([^"]+)"')

_Pairs = Iterator[tuple[str, str, int]]


def _headed(head: re.Pattern[str], version: re.Pattern[str]) -> Callable[[list[str]], _Pairs]:
    """A reader of files where a line names a package and a later one its version."""

    def read(rows: list[str]) -> _Pairs:
        name = ""
        for number, row in enumerate(rows, 1):
            found = head.match(row)
            if found is not None:
                name = found[1]
            elif name and (pinned := version.match(row)) is not None:
                yield name, pinned[1], number
                name = ""

    return read


def _paired(pattern: re.Pattern[str]) -> Callable[[list[str]], _Pairs]:
    """A reader of files where one line holds name and version."""

    def read(rows: list[str]) -> _Pairs:
        for number, row in enumerate(rows, 1):
            found = pattern.match(row)
            if found is not None:
                yield found[1], found[2].strip(), number

    return read


_FORMATS: dict[str, tuple[Callable[[list[str]], _Pairs], bool]] = {
    "uv.lock": (_headed(_TOML_NAME, _TOML_VERSION), False),
    "poetry.lock": (_headed(_TOML_NAME, _TOML_VERSION), False),
    "pdm.lock": (_headed(_TOML_NAME, _TOML_VERSION), False),
    "pipfile.lock": (_headed(_PIPFILE_NAME, _PIPFILE_VERSION), False),
    "package-lock.json": (_headed(_NPM_PATH, _NPM_VERSION), True),
    "npm-shrinkwrap.json": (_headed(_NPM_PATH, _NPM_VERSION), True),
    "pnpm-lock.yaml": (_paired(_PNPM), True),
    "yarn.lock": (_headed(_YARN_HEAD, _YARN_VERSION), True),
    "bun.lock": (_paired(_BUN), True),
}
LOCK_FILES = frozenset(_FORMATS)
"""File names (in lower case) that `locked` can read."""


def locked(source: bytes, file_name: str, names: Collection[str]) -> tuple[Locked, ...]:
    """The locked versions of the packages asked for by normalised name; never raises.

    A package may be locked in several versions; the first stands nearest to the project itself.
    """
    known = _FORMATS.get(file_name.lower())
    if known is None or not any(name.encode("utf-8", "replace") in source for name in names):
        return ()
    read, npm = known
    wanted = set(names)
    found = (
        Locked(normalised(name, npm), version, line)
        for name, version, line in read(lines(decode(source)))
    )
    return tuple(dict.fromkeys(one for one in found if one.name in wanted))
