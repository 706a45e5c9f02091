"""Package manifests: what a project depends on, the scripts it names, its entry points and authors."""

from __future__ import annotations

from collections.abc import Callable

from shipsmith_controls.facts import _npm, _python
from shipsmith_controls.facts._manifest import Author, EntryPoint, Manifest, Package, Script
from shipsmith_controls.facts._versions import normalised, resolved_version

__all__ = [
    "Author",
    "EntryPoint",
    "Manifest",
    "Package",
    "Script",
    "extract",
    "kind_of",
    "normalised",
    "resolved_version",
]

_READERS: dict[str, Callable[[bytes], Manifest]] = {
    "pyproject": _python.pyproject,
    "requirements": _python.requirements,
    "pipfile": _python.pipfile,
    "setup.cfg": _python.setup_cfg,
    "package.json": _npm.package_json,
}


def kind_of(path: str) -> str | None:
    """The kind of manifest that a path (with `/`) tells, or None."""
    folder, _, low = path.lower().rpartition("/")
    if low in ("package.json", "setup.cfg", "pipfile"):
        return low
    if low == "pyproject.toml":
        return "pyproject"
    if low.endswith((".txt", ".in")) and (
        "requirements" in low or folder.rpartition("/")[2] == "requirements"
    ):
        return "requirements"
    return None


def extract(source: bytes, kind: str) -> Manifest:
    """The facts of a manifest of a kind that `kind_of` told; one that cannot be read has `error`."""
    return _READERS[kind](source)
