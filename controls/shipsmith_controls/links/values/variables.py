"""Settings that stand outside code: deploy files, shipped settings files, examples of variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.facts.containers import Variable
from shipsmith_controls.facts.families import is_env_file
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import family, files
from shipsmith_controls.queries import Database, query

_ENDINGS = (".yaml", ".yml", ".json", ".toml", ".tfvars", ".env")
_SETTINGS = frozenset(
    "settings config configs configuration conf defaults default model models llm llms agent agents "
    "task tasks values params parameters app application secrets".split()
)
_NOT_SETTINGS = frozenset(
    "package tsconfig lock schema eslint prettier components pyproject vercel "
    "metadata prices pricing catalog".split()
)
_PASSED = re.compile(r"\$\{\w+(?::?[-=](?P<default>[^}]*))?\}")


class Given(msgspec.Struct, frozen=True, order=True):
    """A setting and its text; `rank` 0: a deploy file, 1: a settings file, 2: an example."""

    rank: int
    path: str
    line: int
    name: str
    value: str


def _rank(path: str) -> int | None:
    name = path.rsplit("/", 1)[-1].lower()
    if name.endswith((".parameters.json", ".tfvars")) or name.startswith(("docker-compose", "compose.")):
        return 0
    if is_env_file(path):
        return 2
    if not name.endswith(_ENDINGS):
        return None
    words = tokens(name)
    return 1 if words & _SETTINGS and not words & _NOT_SETTINGS else None


@query
def settings_files(db: Database) -> tuple[tuple[str, int], ...]:
    """Files outside code that set something, each with its rank."""
    return tuple(
        (path, rank)
        for path in files(db)
        if path.endswith(_ENDINGS) or ".env" in path or "compose" in path
        if (rank := _rank(path)) is not None and is_production(db, path)
    )


@query
def given_in(db: Database, path: str, rank: int) -> tuple[Given, ...]:
    """What one such file sets, in file order; pass-through without default sets nothing."""
    found = family(db, "env", path)
    if isinstance(found, tuple):
        pairs: list[tuple[str, object, int]] = [
            (v.name, v.value or "", v.line) for v in found if isinstance(v, Variable)
        ]
    else:
        config = family(db, "config", path)
        roots = config.roots if isinstance(config, Config) else ()
        pairs = [pair for root in roots for pair in _pairs(root, "")]
    texts = ((name, unwrapped(str(value)), line) for name, value, line in pairs)
    return tuple(Given(rank, path, line, name, text) for name, text, line in texts if text)


@query
def given_by_name(db: Database) -> dict[str, tuple[Given, ...]]:
    """Name, upper case -> what is given for it, the file that counts first leading."""
    table: dict[str, list[Given]] = {}
    for path, rank in settings_files(db):
        for each in given_in(db, path, rank):
            table.setdefault(each.name.upper(), []).append(each)
    return {name: tuple(sorted(found)) for name, found in table.items()}


def _pairs(node: Node, key: str) -> Iterator[tuple[str, object, int]]:
    if node.shape == "scalar":
        if isinstance(node.scalar, str) and key.endswith("[]") and "=" in node.scalar:
            variable, _, text = node.scalar.partition("=")
            yield variable.strip(), text.strip(), node.line
        elif node.scalar is not None:
            yield key.removesuffix("[]"), node.scalar, node.line
        return
    name, value = node.get("name"), node.get("value")
    if name is not None and value is not None and value.shape == "scalar" and name.shape == "scalar":
        yield str(name.scalar), value.scalar, value.line
        return
    for inner, held in node.entries:
        keeps = inner in ("value", "default") and held.shape == "scalar"
        yield from _pairs(held, key if keeps else inner)
    for held in node.items:
        yield from _pairs(held, f"{key}[]")


def unwrapped(text: str) -> str:
    """The default inside a pass-through (`${NAME:-x}` and `${NAME=x}` mean `x`), else the text."""
    whole = _PASSED.fullmatch(text.strip())
    return (whole["default"] or "") if whole else text
