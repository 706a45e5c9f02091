"""package.json: dependencies of every kind, scripts, workspaces, entry files and people."""

from __future__ import annotations

import re

from shipsmith_controls.facts._manifest import Author, EntryPoint, Manifest, Package, Script
from shipsmith_controls.facts._versions import normalised
from shipsmith_controls.facts.config import Node
from shipsmith_controls.facts.containers import scalar_text
from shipsmith_controls.facts.structured import extract as structured

_GROUPS = {
    "dependencies": "",
    "devDependencies": "dev",
    "peerDependencies": "peer",
    "optionalDependencies": "optional",
}
_PERSON = re.compile(r"\s*([^<(]*?)\s*(?:<([^>]*)>)?\s*(?:\([^)]*\))?\s*$")


def package_json(source: bytes) -> Manifest:
    """A package.json."""
    config = structured(source, "json")
    if not config.roots:
        return Manifest("package.json", error=config.error)
    root = config.roots[0]
    packages = [
        Package(normalised(name, npm=True), scalar_text(value) or "", value.line, group)
        for table, group in _GROUPS.items()
        for name, value in _entries(root.get(table))
    ]
    scripts = (
        Script(name, scalar_text(value) or "", value.line)
        for name, value in _entries(root.get("scripts"))
    )
    spaces = root.get("workspaces")
    members = spaces.get("packages") if spaces is not None and spaces.shape == "map" else spaces
    globs = (scalar_text(item) for item in (members.items if members is not None else ()))
    return Manifest(
        "package.json",
        root.text("name") or "",
        tuple(packages),
        tuple(scripts),
        tuple(_entry_points(root)),
        tuple(
            author
            for key in ("author", "maintainers", "contributors")
            for author in _people(root.get(key))
        ),
        (),
        tuple(glob for glob in globs if glob),
    )


def _entries(node: Node | None) -> tuple[tuple[str, Node], ...]:
    return node.entries if node is not None else ()


def _entry_points(root: Node) -> list[EntryPoint]:
    """`bin` by name, `main` and `module` by key, `exports` by their sub-path."""
    found: list[EntryPoint] = []
    for key in ("main", "module", "browser", "types"):
        target = root.text(key)
        node = root.get(key)
        if target and node is not None:
            found.append(EntryPoint(key, target, node.line))
    binaries = root.get("bin")
    if binaries is not None and binaries.shape == "scalar":
        found.append(EntryPoint(root.text("name") or "bin", scalar_text(binaries) or "", binaries.line))
    found += [
        EntryPoint(name, scalar_text(value) or "", value.line) for name, value in _entries(binaries)
    ]
    exports = root.get("exports")
    if exports is not None:
        for trail, node in exports.walk():
            path = next((part for part in trail if part.startswith(".")), ".")
            if isinstance(node.scalar, str):
                found.append(EntryPoint(path, node.scalar, node.line))
    return list(dict.fromkeys(found))


def _people(node: Node | None) -> list[Author]:
    if node is None:
        return []
    found: list[Author] = []
    for item in node.items or (node,):
        if item.shape == "map":
            found.append(Author(item.text("name") or "", item.text("email") or "", item.line))
        elif isinstance(item.scalar, str) and (parts := _PERSON.match(item.scalar)) is not None:
            found.append(Author(parts[1], parts[2] or "", item.line))
    return found
