"""Python manifests: pyproject.toml, requirements files, Pipfile, setup.cfg."""

from __future__ import annotations

import re

from shipsmith_controls.facts import _ini
from shipsmith_controls.facts._manifest import Author, EntryPoint, Manifest, Package, Script
from shipsmith_controls.facts._versions import normalised, requirement
from shipsmith_controls.facts.config import Node
from shipsmith_controls.facts.containers import scalar_text
from shipsmith_controls.facts.structured import extract as structured
from shipsmith_controls.facts.text import decode, joined_lines

_MAIL = re.compile(r"\s*([^<]*?)\s*(?:<([^>]+)>)?\s*$")
_SCRIPT_TABLES = (("pdm", "scripts"), ("poe", "tasks"), ("taskipy", "tasks"), ("rye", "scripts"))


def _entries(node: Node | None) -> tuple[tuple[str, Node], ...]:
    return node.entries if node is not None else ()


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if node is not None else ()


def _listed(node: Node | None, group: str) -> list[Package]:
    """Requirements in a list of texts; what is no text (`include-group`) is passed over."""
    found: list[Package] = []
    for item in _items(node):
        pair = requirement(item.scalar) if isinstance(item.scalar, str) else None
        if pair is not None:
            found.append(Package(*pair, item.line, group))
    return found


def _mapped(node: Node | None, group: str) -> list[Package]:
    """Requirements as a table of name to version (Poetry, Pipfile)."""
    found: list[Package] = []
    for name, value in _entries(node):
        spec = scalar_text(value) or value.text("version") or ""
        optional = getattr(value.get("optional"), "scalar", False) is True
        if normalised(name) != "python":
            spec = "" if spec == "*" else spec
            found.append(
                Package(normalised(name), spec, value.line, group or ("optional" if optional else ""))
            )
    return found


def _script_text(value: Node) -> str:
    """A task's command: text, a list of words or steps, or a table with `cmd` or `shell`."""
    if value.shape == "list":
        parts = [
            scalar_text(item) or _script_text(item) for item in value.items[:50] if item.shape != "list"
        ]
        return " && ".join(filter(None, parts))
    if value.shape == "map":
        inner = value.get("cmd") or value.get("shell") or value.get("sequence") or value.get("composite")
        return "" if inner is None or inner.shape == "map" else _script_text(inner)
    return scalar_text(value) or ""


def _authors(node: Node | None) -> list[Author]:
    found: list[Author] = []
    for item in _items(node):
        if item.shape == "map":
            found.append(Author(item.text("name") or "", item.text("email") or "", item.line))
        elif (text := scalar_text(item)) and (parts := _MAIL.match(text)):
            found.append(Author(parts[1], parts[2] or "", item.line))
    return found


def pyproject(source: bytes) -> Manifest:
    """pyproject.toml: PEP 621, PEP 735 groups, Poetry, uv, PDM and the task tables of its tools."""
    config = structured(source, "toml")
    if not config.roots:
        return Manifest("pyproject", error=config.error)
    root = config.roots[0]
    packages = _listed(root.get("project", "dependencies"), "")
    for group, node in _entries(root.get("project", "optional-dependencies")):
        packages += _listed(node, group)
    for group, node in _entries(root.get("dependency-groups")):
        packages += _listed(node, group)
    poetry = root.get("tool", "poetry")
    if poetry is not None:
        packages += _mapped(poetry.get("dependencies"), "")
        packages += _mapped(poetry.get("dev-dependencies"), "dev")
        for group, node in _entries(poetry.get("group")):
            packages += _mapped(node.get("dependencies"), "" if group == "main" else group)
    packages += _listed(root.get("tool", "uv", "dev-dependencies"), "dev")
    for group, node in _entries(root.get("tool", "pdm", "dev-dependencies")):
        packages += _listed(node, group)
    workspaces = (scalar_text(item) for item in _items(root.get("tool", "uv", "workspace", "members")))
    return Manifest(
        "pyproject",
        root.text("project", "name") or root.text("tool", "poetry", "name") or "",
        tuple(packages),
        tuple(_scripts(root)),
        tuple(_entry_points(root)),
        tuple(
            author
            for path in (("project",), ("tool", "poetry"))
            for kind in ("authors", "maintainers")
            for author in _authors(root.get(*path, kind))
        ),
        (),
        tuple(member for member in workspaces if member),
    )


def _scripts(root: Node) -> list[Script]:
    found: list[Script] = []
    for path in _SCRIPT_TABLES:
        found += [
            Script(name, _script_text(value), value.line)
            for name, value in _entries(root.get("tool", *path))
            if not name.startswith("_")
        ]
    for environment, table in _entries(root.get("tool", "hatch", "envs")):
        found += [
            Script(
                name if environment == "default" else f"{environment}:{name}",
                _script_text(value),
                value.line,
            )
            for name, value in _entries(table.get("scripts"))
        ]
    return found


def _entry_points(root: Node) -> list[EntryPoint]:
    tables = [("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts")]
    nodes = [root.get(*path) for path in tables]
    nodes += [node for _, node in _entries(root.get("project", "entry-points"))]
    return [
        EntryPoint(
            name,
            scalar_text(value) or value.text("callable") or value.text("reference") or "",
            value.line,
        )
        for node in nodes
        for name, value in _entries(node)
    ]


def requirements(source: bytes) -> Manifest:
    """A requirements file; `-r` and `-c` files go to `includes`, other options are passed over."""
    packages: list[Package] = []
    includes: list[str] = []
    for number, line in joined_lines(decode(source)):
        text = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        include = re.match(r"(?:-r|--requirement|-c|--constraint)[\s=]*(\S+)", text)
        if include is not None:
            includes.append(include[1])
        elif text and not text.startswith(("-", ".", "/")) and "://" not in text.split("@", 1)[0]:
            pair = requirement(re.split(r"\s--", text, maxsplit=1)[0])
            if pair is not None:
                packages.append(Package(*pair, number))
    return Manifest("requirements", "", tuple(packages), includes=tuple(includes))


def pipfile(source: bytes) -> Manifest:
    """A Pipfile."""
    config = structured(source, "toml")
    if not config.roots:
        return Manifest("pipfile", error=config.error)
    root = config.roots[0]
    packages = [*_mapped(root.get("packages"), ""), *_mapped(root.get("dev-packages"), "dev")]
    scripts = (
        Script(name, _script_text(value), value.line) for name, value in _entries(root.get("scripts"))
    )
    return Manifest("pipfile", "", tuple(packages), tuple(scripts))


def setup_cfg(source: bytes) -> Manifest:
    """The `metadata` and `options` of a setup.cfg."""
    name, mail = "", ""
    packages: list[Package] = []
    points: list[EntryPoint] = []
    author: tuple[str, int] | None = None
    for option in _ini.options(decode(source)):
        first = option.values[0][0] if option.values else ""
        if option.section == "metadata":
            name = first if option.name == "name" else name
            mail = first if option.name in ("author_email", "author-email", "maintainer_email") else mail
            author = (first, option.line) if option.name in ("author", "maintainer") else author
        elif option.section == "options" and option.name == "install_requires":
            packages += _lines(option, "")
        elif option.section == "options.extras_require":
            packages += _lines(option, option.name)
        elif option.section == "options.entry_points":
            for text, line in option.values:
                script, sign, target = text.partition("=")
                points += [EntryPoint(script.strip(), target.strip(), line)] if sign else []
    authors = (Author(author[0], mail, author[1]),) if author is not None else ()
    return Manifest("setup.cfg", name, tuple(packages), (), tuple(points), authors)


def _lines(option: _ini.Option, group: str) -> list[Package]:
    pairs = ((requirement(text), line) for text, line in option.values)
    return [Package(*pair, line, group) for pair, line in pairs if pair is not None]
