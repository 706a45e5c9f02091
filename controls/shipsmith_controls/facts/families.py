"""Which files have facts of which family, and who extracts them: one table for all."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import PurePosixPath

import msgspec

from shipsmith_controls.facts import (
    containers,
    conversations,
    datasets,
    env,
    exposed,
    hazards,
    ignores,
    manifests,
    owners,
    prose,
    python,
    secrets,
    shown,
    structured,
    tasks,
    typescript,
)
from shipsmith_controls.facts.commands import shell
from shipsmith_controls.facts.locks import locked
from shipsmith_controls.facts.skim import Skim, glance, language_of
from shipsmith_controls.facts.text import decode, lines
from shipsmith_controls.knowledge import load

Extractor = Callable[[bytes, str], object]

_STRUCTURED: dict[str, structured.Format] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".jsonc": "json",
    ".toml": "toml",
    ".tf": "hcl",
    ".hcl": "hcl",
    ".tfvars": "hcl",
}
_PROSE: dict[str, prose.Format] = {
    ".md": "markdown",
    ".mdx": "markdown",
    ".markdown": "markdown",
    ".rst": "rst",
    ".adoc": "asciidoc",
    ".asciidoc": "asciidoc",
}
_TASK_FILES: dict[str, Callable[[bytes], object]] = {
    "makefile": tasks.makefile,
    "gnumakefile": tasks.makefile,
    "justfile": tasks.justfile,
    "procfile": tasks.procfile,
    "tox.ini": tasks.tox,
    "noxfile.py": tasks.noxfile,
}
_OWNER_FILES = frozenset({"OWNERS", "MAINTAINERS", "MAINTAINERS.md", "OWNERS.md"})
_BARE_PROSE = frozenset({"readme", "security", "contributing", "notice", "maintainers"})


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _code(source: bytes, path: str) -> object:
    language = language_of(path)
    if language == "python":
        return python.extract(source)
    if language == "component":
        return typescript.extract_component(source)
    return typescript.extract(source, language) if language else None


def _config(source: bytes, path: str) -> object:
    form = _STRUCTURED.get(PurePosixPath(path).suffix.lower())
    return structured.extract(source, form) if form else None


def _document(source: bytes, path: str) -> object:
    form = prose_format(path)
    return prose.extract(source, form) if form else None


def prose_format(path: str) -> prose.Format | None:
    """The markup of a written document, by its name; None when it is no such document."""
    name = _name(path).lower()
    if name in _BARE_PROSE:
        return "text"
    suffix = PurePosixPath(name).suffix
    if suffix == ".txt" and not name.startswith("requirements"):
        return "text"
    return _PROSE.get(suffix)


def is_dockerfile(path: str) -> bool:
    """Whether a file is a Dockerfile, by its name."""
    name = _name(path).lower()
    return name.startswith(("dockerfile", "containerfile")) or name.endswith(".dockerfile")


def _dockerfile(source: bytes, path: str) -> object:
    return containers.extract(source) if is_dockerfile(path) else None


def is_env_file(path: str) -> bool:
    """Whether a file holds environment variables, by its name."""
    name = _name(path)
    return name == ".env" or name.startswith(".env.") or name.endswith(".env")


def _env(source: bytes, path: str) -> object:
    return env.extract(source) if is_env_file(path) else None


def _owners(source: bytes, path: str) -> object:
    if _name(path) == "CODEOWNERS":
        return owners.codeowners(source)
    return owners.contacts(source) if _name(path) in _OWNER_FILES else None


def _manifest(source: bytes, path: str) -> object:
    kind = manifests.kind_of(path)
    return manifests.extract(source, kind) if kind else None


def _tasks(source: bytes, path: str) -> object:
    read = _TASK_FILES.get(_name(path).lower())
    if read is None and path.endswith(".mk"):
        read = tasks.makefile
    return read(source) if read else None


def _shell(source: bytes, path: str) -> object:
    return shell(source) if path.endswith((".sh", ".bash")) else None


def _ignores(source: bytes, path: str) -> object:
    return ignores.extract(source)


def _dataset(source: bytes, path: str) -> object:
    form = datasets.format_of(_name(path))
    return datasets.extract(source, form) if form else None


@cache
def _known_packages() -> frozenset[str]:
    known = load()
    tables = (entry for kind in known.tables.__struct_fields__ for entry in getattr(known.tables, kind))
    names = {p for sdk in known.sdks for p in sdk.packages}
    return frozenset(names | {p for entry in tables for p in getattr(entry, "packages", ())})


def _locks(source: bytes, path: str) -> object:
    return locked(source, _name(path), _known_packages())


def _lines(source: bytes, path: str) -> object:
    return tuple(lines(decode(source)))


EXTRACTORS: dict[str, Extractor] = {
    "code": _code,
    "config": _config,
    "document": _document,
    "dockerfile": _dockerfile,
    "env": _env,
    "owners": _owners,
    "manifest": _manifest,
    "tasks": _tasks,
    "shell": _shell,
    "ignores": _ignores,
    "dataset": _dataset,
    "locks": _locks,
    "lines": _lines,
}
"""Family -> extractor of `(bytes, path)`; the path only tells the kind of file."""


class Look(msgspec.Struct, frozen=True, array_like=True):
    """What the first look at a file of any kind shows, taken while its bytes are at hand."""

    skim: Skim | None
    secrets: tuple[secrets.Secret, ...]
    exposed: tuple[exposed.PublicRead, ...]
    shown: tuple[shown.Shown, ...]
    hazards: tuple[hazards.Hazard, ...]
    conversations: tuple[conversations.Table | conversations.Erasing, ...]


LOOKED_AT = ("secrets", "exposed", "shown", "hazards", "conversations")
"""The families of a `Look`; the skim apart, which is an input of its own."""


def first_look(source: bytes, path: str) -> Look:
    """Look at a file: what it imports and hints at, secrets, what it shows, risky words."""
    return Look(
        glance(source, path),
        secrets.find(source),
        exposed.extract(source) if language_of(path) not in (None, "python") else (),
        shown.extract(source, path),
        hazards.extract(source, path),
        conversations.extract(source, path),
    )


CAPS: dict[str, int] = {"locks": 16_000_000, "dataset": 16_000_000}
"""Family -> how many bytes of a file are read at most, where it is more than the usual 1 MB."""
