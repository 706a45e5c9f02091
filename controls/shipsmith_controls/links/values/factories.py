"""Factories: which branch of a choice between providers the default configuration selects."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import family, files, index, marked_files
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import ModuleIndex, inside
from shipsmith_controls.queries import Database, query

_NAMES = frozenset(
    "provider supplier vendor llm model host backend type engine embedding embeddings chat api "
    "service".split()
)
_MIGRATIONS = frozenset({"alembic", "migrations", "migration"})
_DEPLOY, _SETTINGS, _EXAMPLE, _CODE = range(4)


@query
def defaults(db: Database) -> dict[str, tuple[tuple[str, int], ...]]:
    """Default value, lower case -> (name it is given to, rank) for every name that may select a provider.

    Rank: 0 a deploy file, 1 a settings file, 2 an example of environment variables, 3 code.
    `openai:gpt-4o` and `openai/gpt-4o` also count as `openai`.
    """
    table: dict[str, list[tuple[str, int]]] = {}

    def add(name: str, value: object, rank: int) -> None:
        if isinstance(value, str) and value and len(value) < 80 and tokens(name) & _NAMES:
            for word in {value, value.split(":")[0], value.split("/")[0]}:
                table.setdefault(word.strip().lower(), []).append((name, rank))

    for path in files(db):
        rank = _rank(path)
        if rank is not None:
            for name, value in _given_in(db, path):
                add(name, value, rank)
    for path in marked_files(db):
        folder = path.rpartition("/")[0]
        for other in (path, *_neighbours(db, folder)):
            for name, value in _code_defaults(db, other):
                add(name, value, _CODE)
    return {word: tuple(dict.fromkeys(found)) for word, found in table.items()}


def _rank(path: str) -> int | None:
    name = path.rsplit("/", 1)[-1].lower()
    if name.endswith(".parameters.json") or name.startswith(("docker-compose", "compose.")):
        return _DEPLOY
    if name.endswith((".bicepparam", ".tfvars")):
        return _DEPLOY
    if name.startswith(".env") and ("example" in name or "sample" in name or "template" in name):
        return _EXAMPLE
    if name.startswith(("settings", "config")) and name.endswith((".toml", ".yaml", ".yml", ".json")):
        return _SETTINGS
    return None


def _given_in(db: Database, path: str) -> list[tuple[str, object]]:
    config = family(db, "config", path)
    if isinstance(config, Config):
        found: list[tuple[str, object]] = []
        for root in config.roots:
            for trail, node in root.walk():
                if node.shape == "scalar" and trail:
                    name = (
                        trail[-2]
                        if trail[-1] in ("value", "[]", "default") and len(trail) > 1
                        else trail[-1]
                    )
                    found.append((name, _unwrapped(node.scalar)))
        return found
    variables = family(db, "env", path)
    if isinstance(variables, tuple):
        return [(v.name, v.value) for v in variables]
    return []


def _unwrapped(value: object) -> object:
    """The default inside a pass-through: `${NAME=azure}` and `${NAME:-azure}` mean `azure`."""
    if isinstance(value, str) and value.startswith("${"):
        inner = value[2:].rstrip("}")
        for mark in (":-", "=", "-"):
            if mark in inner:
                return inner.partition(mark)[2]
        return None
    return value


@query
def _by_folder(db: Database) -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for path in files(db):
        words = tokens(path.rsplit("/", 1)[-1])
        settings = words & {"config", "settings", "default", "defaults"}
        if settings and path.endswith((".py", ".ts", ".js")) and not tokens(path) & _MIGRATIONS:
            table.setdefault(path.rpartition("/")[0], []).append(path)
    return {folder: tuple(found) for folder, found in table.items()}


def _neighbours(db: Database, folder: str) -> list[str]:
    """Settings modules near a file: in its folder, the folders above it and those beside them."""
    found: list[str] = []
    table = _by_folder(db)
    for other, paths in table.items():
        if folder.startswith(other) or other.startswith(folder.partition("/")[0]):
            found.extend(p for p in paths if is_production(db, p))
    return found[:40]


@query
def _code_defaults(db: Database, path: str) -> tuple[tuple[str, str], ...]:
    """(name, text) of defaults in code: assignments, dict entries, parameters, getenv defaults."""
    facts = index(db, path)
    if facts is None:
        return ()
    found: list[tuple[str, str]] = []
    module = facts.module
    for assign in module.assigns:
        name = getattr(assign.target, "id", getattr(assign.target, "name", ""))
        if assign.value is not None:
            found.extend(_texts(name, assign.value, facts))
    for function in module.functions:
        for param in function.params:
            if isinstance(param.default, code.Literal) and isinstance(param.default.value, str):
                found.append((param.name, param.default.value))
    return tuple(found)


def _texts(name: str, value: code.Expr, facts: ModuleIndex) -> list[tuple[str, str]]:
    if isinstance(value, code.Literal):
        return [(name, value.value)] if isinstance(value.value, str) else []
    if isinstance(value, code.Attribute):
        return [(name, value.name.lower())] if value.name.isupper() else []
    if isinstance(value, code.Mapping):
        found = []
        for key, held in value.entries:
            if isinstance(key, code.Literal) and isinstance(held, code.Literal):
                found.append((str(key.value), str(held.value)))
        return found
    found = []
    for part in inside(value, facts.module):
        if isinstance(part, code.CallRef):
            given = facts.module.calls[part.call].args
            # `os.getenv("NAME", "default")`, `getattr(settings, "name", "default")`
            last = given[-1] if len(given) in (2, 3) else None
            if isinstance(last, code.Literal) and isinstance(last.value, str):
                found.append((name, last.value))
    if isinstance(value, code.Choice):
        found.extend(
            (name, o.value)
            for o in value.options
            if isinstance(o, code.Literal) and isinstance(o.value, str)
        )
    return found


def branch_words(facts: ModuleIndex, block: int) -> frozenset[str]:
    """The texts that select a block: `if provider == "openai"`, `case "openai"`, `in ("a", "b")`."""
    blocks = facts.module.blocks
    for i in facts.above(block):
        here = blocks[i]
        if here.kind in ("if", "case"):
            parts = [part for head in here.heads for part in inside(head, facts.module)]
            words = {
                p.value.lower() for p in parts if isinstance(p, code.Literal) and isinstance(p.value, str)
            }
            # A member of an enumeration is called as its value is: `Provider.OPENAI`.
            words |= {p.name.lower() for p in parts if isinstance(p, code.Attribute) and p.name.isupper()}
            if words:
                return frozenset(words)
        if here.kind == "function":
            break
    return frozenset()


def is_default_branch(db: Database, facts: ModuleIndex, block: int) -> bool:
    """Whether a block may run by default: no branch by provider, or none that a default passes by."""
    words, known = branch_words(facts, block), defaults(db)
    if not words or not known.keys().isdisjoint(words):
        return True
    return not any(
        name and text.lower() in known
        for name in _tested_names(facts, block)
        for assign in facts.module.assigns
        if isinstance(assign.target, code.Name) and assign.target.id == name and assign.value is not None
        for text in _literals(assign.value, facts)
    )


def _tested_names(facts: ModuleIndex, block: int) -> frozenset[str]:
    """Names that speak of a provider in the condition that `branch_words` reads."""
    here = next((i for i in facts.above(block) if facts.module.blocks[i].kind in ("if", "case")), 0)
    heads = facts.module.blocks[here].heads
    parts = (part for head in heads for part in inside(head, facts.module))
    return frozenset(p.id for p in parts if isinstance(p, code.Name) and tokens(p.id) & _NAMES)


def _literals(expr: code.Expr, facts: ModuleIndex) -> list[str]:
    return [
        part.value
        for part in inside(expr, facts.module)
        if isinstance(part, code.Literal) and isinstance(part.value, str)
    ]


def selected(db: Database, clients: tuple[sdk.Client, ...]) -> tuple[sdk.Client, ...]:
    """Of a factory's clients those that the default configuration selects; all if it selects none."""
    if len(clients) < 2:
        return clients
    ranked: list[tuple[int, sdk.Client]] = []
    known = defaults(db)
    for client in clients:
        words: frozenset[str] = frozenset()
        if client.layers:
            path, call = client.layers[0]
            facts = index(db, path)
            if facts is not None:
                words = branch_words(facts, facts.module.calls[call].block)
        ranks = [rank for word in words for _, rank in known.get(word, ())]
        ranked.append((min(ranks, default=9), client))
    best = min(rank for rank, _ in ranked)
    if best == 9:
        return clients
    return tuple(client for rank, client in ranked if rank == best)
