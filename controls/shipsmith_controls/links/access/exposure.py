"""What anyone with the source or the shipped bundle can read: keys in files, keys in client code."""

from __future__ import annotations

from functools import cache
from typing import cast

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.exposed import PublicRead
from shipsmith_controls.facts.secrets import Secret
from shipsmith_controls.facts.skim import language_of
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index, looked, marked_files
from shipsmith_controls.links.values.index import entry
from shipsmith_controls.queries import Database, query

_FOREIGN = frozenset({"node_modules", "vendor", "third_party", "site-packages", "dist", ".next", ".yarn"})
_LOCKS = (".lock", ".lockb", "-lock.json", "-lock.yaml", ".map", ".min.js", ".min.css", ".svg", ".sum")
_BROWSER_FLAG = "dangerouslyAllowBrowser"
_CLOUDS = frozenset({"aws", "azure", "openai", "llm", "langgraph", "langsmith", "langchain"})
_NOT_AI = frozenset({"", "github", "vercel", "google", "cloudflare", "postgres", "redis", "mongodb"})
_SEEN_BY_DESIGN = frozenset({"anon", "publishable", "site", "maps", "recaptcha", "analytics", "client"})
_SECRET_ENDS = frozenset({"key", "token", "secret"})


class Exposure(msgspec.Struct, frozen=True):
    """A line that gives a key away, in words that hold nothing of the key."""

    path: str
    line: int
    name: str


@query
def secrets_in(db: Database, path: str) -> tuple[Secret, ...]:
    """The secrets that stand in one file."""
    return cast("tuple[Secret, ...]", looked(db, "secrets").get(path, ()))


@query
def secret_files(db: Database) -> tuple[str, ...]:
    """Files that give secrets away with the source: tracked ones; all where git tracks nothing."""
    tracked = cast("frozenset[str] | None", db.get(("tracked",)))
    return tuple(
        path
        for path in sorted(looked(db, "secrets"))
        if (not tracked or path in tracked)
        and not path.lower().endswith(_LOCKS)
        and _FOREIGN.isdisjoint(path.split("/"))
    )


@cache
def _vendors() -> frozenset[str]:
    """Words in variable names that mean a model, cloud or vector-store vendor."""
    known = load()
    providers = {kind.provider for sdk in known.sdks for kind in sdk.types}
    hosts = {host.provider for host in known.tables.host}
    stores = {store.key.split("-")[0] for store in known.tables.store}
    keys = {
        name.split("_")[0].lower()
        for sdk in known.sdks
        for kind in sdk.types
        if kind.credential is not None
        for name in kind.credential.env
    }
    return (frozenset(providers | hosts | stores | keys) | _CLOUDS) - _NOT_AI


def is_ai_key(name: str) -> bool:
    """Whether a public variable's name says that it holds a vendor's key."""
    words = tokens(name)
    last = name.rsplit("_", 1)[-1].lower()
    if last not in _SECRET_ENDS or words & _SEEN_BY_DESIGN or name.endswith("PUBLIC_KEY"):
        return False
    return bool(words & _vendors()) or {"google", "generative"} <= words or "supabase" in words


@query
def public_reads(db: Database, path: str) -> tuple[Exposure, ...]:
    """Reads of vendor keys that the bundler copies into client code, in one file."""
    found = cast("tuple[PublicRead, ...]", looked(db, "exposed").get(path, ()))
    return tuple(Exposure(path, read.line, read.name) for read in found if is_ai_key(read.name))


@query
def public_key_reads(db: Database) -> tuple[Exposure, ...]:
    """Reads of vendor keys in client code, over all script files."""
    return tuple(read for path in sorted(looked(db, "exposed")) for read in public_reads(db, path))


@query
def browser_flags(db: Database) -> tuple[Exposure, ...]:
    """SDK clients that are allowed to run in the browser, their key with them."""
    scripts = (path for path in marked_files(db) if language_of(path) != "python")
    return tuple(flag for path in scripts for flag in _flags_in(db, path))


@query
def _flags_in(db: Database, path: str) -> tuple[Exposure, ...]:
    facts = index(db, path)
    if facts is None:
        return ()
    module = facts.module
    options = [given for call in module.calls for given in call.args] + [a.value for a in module.assigns]
    found = []
    for given in options:
        flag = entry(given, _BROWSER_FLAG) if isinstance(given, code.Mapping) else None
        if isinstance(flag, code.Literal) and flag.value is True:
            found.append(Exposure(path, flag.line, _BROWSER_FLAG))
    return tuple(dict.fromkeys(found))
