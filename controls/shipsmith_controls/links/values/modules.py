"""Import resolution: from a module as written in a file to the file of the tree that it means."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from shipsmith_controls.facts.config import Config
from shipsmith_controls.facts.skim import language_of
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import code_files, exists, family, named, skim
from shipsmith_controls.links.values.sdk import is_sdk_module
from shipsmith_controls.queries import Database, query

if TYPE_CHECKING:
    from shipsmith_controls.facts.config import Node

_SCRIPT_ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte")
_RUNTIME_ENDINGS = (".js", ".jsx", ".mjs", ".cjs")
_BUILT = frozenset({"dist", "build", "lib", "out", "esm", "cjs"})


@query
def _python_modules(db: Database) -> dict[str, tuple[str, ...]]:
    """Last component of a module's dotted name -> files that could be that module."""
    table: dict[str, list[str]] = {}
    for path in code_files(db):
        if path.endswith(".py"):
            stem = path[:-3].removesuffix("/__init__")
            table.setdefault(stem.rsplit("/", 1)[-1], []).append(path)
    return {name: tuple(paths) for name, paths in table.items()}


@query
def _tops(db: Database) -> frozenset[str]:
    """Every folder name and module name of the tree: what an absolute import may begin with."""
    found: set[str] = set()
    for path in code_files(db):
        if path.endswith(".py"):
            found.update(path[:-3].split("/"))
    return frozenset(found)


def resolve(db: Database, path: str, module: str) -> str | None:
    """The file that `module`, as imported in `path`, means; None when it lies outside the tree."""
    folder = path.rpartition("/")[0]
    if path.endswith(".py"):
        if not module.startswith(".") and module.partition(".")[0] not in _tops(db):
            return None
        found = _resolve_python(db, folder, module)
        # `import openai` in a file called `openai.py` means the package.
        return None if found == path and not module.startswith(".") else found
    if not module.startswith(".") and not _may_lie_inside(db, folder, module):
        return None
    return _resolve_script(db, folder, module)


def _may_lie_inside(db: Database, folder: str, module: str) -> bool:
    """Whether an alias or a package of the tree begins as a module does."""
    head = "/".join(module.split("/")[: 2 if module.startswith("@") else 1])
    return head in _workspaces(db) or any(
        module.startswith(pattern.partition("*")[0]) for pattern, _ in _aliases(db, folder)
    )


@query
def _resolve_python(db: Database, folder: str, module: str) -> str | None:
    if module.startswith("."):
        rest = module.lstrip(".")
        for _ in range(len(module) - len(rest) - 1):
            folder = posixpath.dirname(folder)
        return _python_file(db, posixpath.join(folder, *rest.split(".")) if rest else folder)
    path = folder + "/" if folder else ""
    parts = module.split(".")
    trail = "/".join(parts)
    best: tuple[bool, int, str] | None = None
    for candidate in _python_modules(db).get(parts[-1], ()):
        stem = candidate[:-3].removesuffix("/__init__")
        if stem != trail and not stem.endswith("/" + trail):
            continue
        root = stem[: len(stem) - len(trail)].rstrip("/")
        # A package is a root only for code that changes its search path to lie inside it.
        clean = not root or not exists(db, f"{root}/__init__.py")
        clean = clean or (root == folder and not is_sdk_module(module))
        if not clean and (len(parts) == 1 or not _encloses(root, path)):
            continue
        if not _encloses(root, path) and len(parts) == 1:
            continue
        found = (clean, len(posixpath.commonprefix([root + "/", path])) if root else 0, candidate)
        if best is None or found[:2] > best[:2]:
            best = found
    return best[2] if best else None


def _encloses(folder: str, path: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _python_file(db: Database, stem: str) -> str | None:
    for candidate in (f"{stem}.py", f"{stem}/__init__.py") if stem else ("__init__.py",):
        if exists(db, candidate):
            return candidate
    return None


@query
def _resolve_script(db: Database, folder: str, module: str) -> str | None:
    if module.startswith("."):
        stem = posixpath.normpath(posixpath.join(folder, module))
        return _script_file(db, "" if stem == "." else stem)
    for pattern, targets in _aliases(db, folder):
        for stem in _alias_targets(pattern, targets, module):
            found = _script_file(db, stem)
            if found:
                return found
    return _workspace_file(db, module)


def _script_file(db: Database, stem: str) -> str | None:
    stem = stem.lstrip("/")
    if exists(db, stem) and language_of(stem):
        return stem
    for ending in _RUNTIME_ENDINGS:
        if stem.endswith(ending):
            found = _script_file(db, stem[: -len(ending)])
            if found:
                return found
    for candidate in (
        *(stem + e for e in _SCRIPT_ENDINGS),
        *(f"{stem}/index{e}" for e in _SCRIPT_ENDINGS),
    ):
        if exists(db, candidate.lstrip("/")):
            return candidate.lstrip("/")
    return None


def _alias_targets(pattern: str, targets: tuple[str, ...], module: str) -> list[str]:
    before, star, after = pattern.partition("*")
    if not star:
        return list(targets) if module == pattern else []
    if not (module.startswith(before) and module.endswith(after) and len(module) >= len(before + after)):
        return []
    middle = module[len(before) : len(module) - len(after)]
    return [target.replace("*", middle, 1) for target in targets]


@query
def _aliases(db: Database, folder: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`paths` of the nearest tsconfig or jsconfig: (pattern, targets from the root), longest first."""
    while True:
        for name in ("tsconfig.json", "jsconfig.json"):
            path = posixpath.join(folder, name) if folder else name
            if exists(db, path):
                found = _read_aliases(db, path, 0)
                if found is not None:
                    return tuple(sorted(found, key=lambda pair: -len(pair[0])))
        if not folder:
            return ()
        folder = posixpath.dirname(folder)


def _read_aliases(db: Database, path: str, depth: int) -> list[tuple[str, tuple[str, ...]]] | None:
    config = family(db, "config", path)
    if not isinstance(config, Config) or not config.roots or depth > 5:
        return []
    root: Node = config.roots[0]
    folder = posixpath.dirname(path)
    base = root.text("compilerOptions", "baseUrl")
    home = posixpath.normpath(posixpath.join(folder, base or "."))
    home = "" if home == "." else home
    paths = root.get("compilerOptions", "paths")
    found = []
    if paths is not None:
        for pattern, targets in paths.entries:
            found.append(
                (
                    pattern,
                    tuple(
                        posixpath.normpath(posixpath.join(home, t.scalar))
                        for t in targets.items
                        if isinstance(t.scalar, str)
                    ),
                )
            )
    if base:
        found.append(("*", (posixpath.join(home, "*"),)))
    parent = root.text("extends")
    if not found and parent and parent.startswith("."):
        target = posixpath.normpath(posixpath.join(folder, parent))
        target = target if target.endswith(".json") else target + ".json"
        return _read_aliases(db, target, depth + 1)
    return found


@query
def _workspaces(db: Database) -> dict[str, str]:
    """Package name -> folder, for every package.json in the tree."""
    found: dict[str, str] = {}
    for path in named(db).get("package.json", ()):
        config = family(db, "config", path)
        if isinstance(config, Config) and config.roots:
            name = config.roots[0].text("name")
            if name and posixpath.dirname(path):
                found.setdefault(name, posixpath.dirname(path))
    return found


def _workspace_file(db: Database, module: str) -> str | None:
    parts = module.split("/")
    head = "/".join(parts[:2]) if module.startswith("@") else parts[0]
    folder = _workspaces(db).get(head)
    if folder is None:
        return None
    rest = module[len(head) :].strip("/")
    stems = [f"{folder}/{rest}", f"{folder}/src/{rest}"] if rest else [folder, f"{folder}/src"]
    built, _, inner = rest.partition("/")
    if built in _BUILT:
        # What a build writes there is not in the tree; its source is.
        stems.append(f"{folder}/src/{inner}")
    return next((found for stem in stems if (found := _script_file(db, stem))), None)


@query
def imports_in_tree(db: Database, path: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(file, names taken; empty for all) for each import of a file that resolves inside the tree.

    `from package import module` also counts as an import of that module, whole.
    """
    found: dict[str, tuple[str, ...] | None] = {}
    python = path.endswith(".py")

    def add(target: str, names: tuple[str, ...]) -> None:
        before = found.get(target, ())
        found[target] = () if not names or (target in found and not before) else (*(before or ()), *names)

    for glance in skim(db, path).imports:
        target = resolve(db, path, glance.module)
        if target and target != path:
            add(target, glance.names)
        if python and (target is None or target.endswith("__init__.py")):
            joint = glance.module if glance.module.endswith(".") else glance.module + "."
            for name in glance.names:
                inner = resolve(db, path, joint + name)
                if inner and inner not in (path, target):
                    add(inner, ())
    return tuple((target, names or ()) for target, names in sorted(found.items()))


@query
def importers(db: Database) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """File -> the files that import it, each with the names taken (empty: all)."""
    table: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for path in code_files(db):
        if skim(db, path).imports:
            for target, names in imports_in_tree(db, path):
                table.setdefault(target, []).append((path, names))
    return {target: tuple(users) for target, users in table.items()}


@query
def users_of(db: Database, path: str, name: str) -> tuple[str, ...]:
    """Files that import a name of a module, also through modules that pass it on; tests apart."""
    table = importers(db)
    found: dict[str, None] = {}
    waiting, seen = [path], {path}
    while waiting:
        for user, names in table.get(waiting.pop(), ()):
            if user in seen or (names and name not in names):
                continue
            seen.add(user)
            if is_production(db, user) or not is_production(db, path):
                found[user] = None
                waiting.append(user)
    return tuple(found)
