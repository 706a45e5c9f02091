"""Which rules judged something: a fingerprint of code and data, for what is remembered on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable


@cache
def version_of(*packages: str) -> str:
    """16 hex characters that differ when any code or data of the packages (by default all) does."""
    digest = hashlib.blake2b(digest_size=8)
    for package in packages or ("shipsmith_controls",):
        for name, file in _files(resources.files(package), ""):
            digest.update(f"{name}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(folder: Traversable, above: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{above}/{entry.name}"
        if entry.is_dir():
            yield from _files(entry, name)
        elif name.endswith((".py", ".toml")):
            yield name, entry
