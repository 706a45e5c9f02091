"""Stored conversations: tables, threads, histories and files that keep what people and models said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import History
from shipsmith_controls.links.access.kept_tables import (
    OTHER,
    PEOPLE,
    TALK,
    belongs,
    declared,
    keeps,
    plain,
    taking,
)
from shipsmith_controls.links.calls.flow_words import words_in
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.calls.served import served
from shipsmith_controls.links.calls.sinks import kind_of
from shipsmith_controls.links.files.infrastructure import resources
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import family, index, named
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, inside, last_name
from shipsmith_controls.links.values.packages import users_of_package
from shipsmith_controls.links.values.value import Fn
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

KeptIn = Literal["table", "resource", "write", "history", "platform"]

_PASSING = frozenset(
    {"cache", "log", "logger", "logging", "audit", "event", "events", "eval", "metrics", "trace"}
)
_DATABASES = re.compile(r"dynamo|cosmos|documentdb|firestore|^Table(?:V2)?$|bigtable", re.IGNORECASE)
_QUOTED = re.compile(r"[\"']([\w./-]+)[\"']")


class Conversation(msgspec.Struct, frozen=True):
    """Something that keeps messages.

    `names` are plain names of the table and of those whose rows take its rows along when they go;
    `people`: its rows belong to a person's account; `with_account`: they go with that account;
    `expires`: its declaration lets it expire; `history` is the key of what keeps it by itself.
    """

    kind: KeptIn
    path: str
    line: int
    what: str
    names: frozenset[str] = frozenset()
    people: bool = False
    with_account: tuple[str, int] | None = None
    expires: bool = False
    history: str = ""
    site: tuple[str, int] | None = None
    """The call that begins or writes it, as (path, call)."""


@query
def conversations(db: Database) -> tuple[Conversation, ...]:
    """Every place that keeps messages, the text of prompts or answers; caches and logs are none."""
    found = [*_tables(db)] or [*_resources(db)]
    histories = tuple(_histories(db))
    platform = tuple(_platform(db, any(each.people for each in histories)))
    # Threads that a client of the platform begins are those that the platform keeps.
    found += platform
    found += (each for each in histories if not platform or each.history != "platform-threads")
    if not any(each.kind in ("table", "resource") for each in found):
        found += _writes(db)
    return tuple(dict.fromkeys(found))


def _tables(db: Database) -> Iterator[Conversation]:
    tables = declared(db)
    dropped = {n for _, t in tables for n in map(plain, t.names) if tokens(" ".join(t.names)) & OTHER}
    seen: set[str] = set()
    for path, table in tables:
        own = {plain(name) for name in table.names}
        if not keeps(table) or own & seen:
            continue
        seen |= own
        above, account = taking(tables, path, table)
        yield Conversation(
            "table",
            path,
            table.line,
            f"the table `{table.names[-1]}`",
            frozenset(own | above) - (dropped - own),
            people=belongs(tables, table),
            with_account=account,
            expires=table.expires,
        )


def _resources(db: Database) -> Iterator[Conversation]:
    """Tables that infrastructure declares, where code declares none."""
    for each in resources(db):
        if not _DATABASES.search(each.kind):
            continue
        said = _QUOTED.findall(each.text.split("{", 1)[0])
        names = {name for name in (each.name, *said) if tokens(name) & TALK and not tokens(name) & OTHER}
        if names:
            own = frozenset(plain(w) for name in names for w in tokens(name) & TALK)
            yield Conversation(
                "resource", each.path, each.line, f"the table `{sorted(names)[0]}`", own, people=True
            )


def _histories(db: Database) -> Iterator[Conversation]:
    for kind in load().tables.history:
        for path in users_of_package(db, kind):
            yield from (each for each in _begun_in(db, path) if each.history == kind.key)


@query
def _begun_in(db: Database, path: str) -> tuple[Conversation, ...]:
    """The conversations that one file begins with something that keeps them by itself."""
    facts = index(db, path)
    if facts is None:
        return ()
    language = "python" if facts.module.language == "python" else "typescript"
    kinds = [kind for kind in load().tables.history if kind.language == language]
    return tuple(
        Conversation(
            "history",
            path,
            call.line,
            kind.title,
            frozenset(kind.erases),
            bool((words_in(call, facts.module) | tokens(path)) & PEOPLE),
            history=kind.key,
            site=(path, i),
        )
        for i, call in enumerate(facts.module.calls)
        for kind in kinds
        if _begins(kind, call)
    )


def _begins(kind: History, call: code.Call) -> bool:
    whole = dotted(call.callee) or last_name(call.callee)
    for known in kind.calls:
        wanted = known.removeprefix(".")
        fits = whole == wanted or (known.startswith(".") and whole.endswith(known))
        if fits and (not kind.lasting or any(argument(call, name) is not None for name in kind.lasting)):
            return True
    return False


def _platform(db: Database, people: bool) -> Iterator[Conversation]:
    """Threads that the platform keeps for the graphs of a `langgraph.json`."""
    if not served(db):
        return
    for path in named(db).get("langgraph.json", ()):
        config = family(db, "config", path) if is_production(db, path) else None
        root = config.roots[0] if isinstance(config, Config) and config.roots else None
        if root is not None and root.get("graphs") is not None:
            ttl = root.get("checkpointer", "ttl")
            owned = people or root.get("auth") is not None
            yield Conversation(
                "platform", path, 1, "the threads of the platform", frozenset({"thread"}), owned,
                expires=ttl is not None,
            )  # fmt: skip


def _writes(db: Database) -> Iterator[Conversation]:
    """Calls that store messages where no table is declared, one for each class or function."""
    seen: set[object] = set()
    for path in reached_files(db):
        for mark, each in _writes_in(db, path) if is_production(db, path) else ():
            if mark not in seen:
                seen.add(mark)
                yield each


@query
def _writes_in(db: Database, path: str) -> tuple[tuple[tuple[str, int | str], Conversation], ...]:
    """(what they go through, write) of the calls of one file that store documents, keys, files."""
    facts = index(db, path)
    found: list[tuple[tuple[str, int | str], Conversation]] = []
    for i, call in enumerate(facts.module.calls) if facts is not None else ():
        if facts is None or kind_of(call, facts) != "store" or _is_list(call):
            continue
        words = _stored_words(facts, call)
        told = words & {"messages", "conversation", "conversations"} or words >= {"chat", "history"}
        if not told or tokens(f"{dotted(call.callee) or ''} {facts.node_name(call.block)}") & _PASSING:
            continue
        names = frozenset(plain(word) for word in words & TALK)
        place = _written(db, path, call) or (path, call.line)
        kept = Conversation(
            "write", *place, "what is stored here", names, bool(words & PEOPLE), site=(path, i)
        )
        found.append((home_of(db, path, call) or (path, facts.node_name(call.block)), kept))
    return tuple(found)


def _is_list(call: code.Call) -> bool:
    """`messages.insert(0, …)`."""
    first = call.args[0] if call.args else None
    return last_name(call.callee) == "insert" and isinstance(first, code.Literal)


def _stored_words(facts: ModuleIndex, call: code.Call) -> frozenset[str]:
    """Words of what a call stores and of the place it stores it in."""
    found = set(words_in(call, facts.module))
    for part in inside(call.callee, facts.module):
        if isinstance(part, code.Literal) and isinstance(part.value, str):
            found |= tokens(part.value)
    found |= tokens(dotted(call.callee) or "")
    for given in (*call.args, *(k.value for k in call.keywords)):
        if isinstance(given, code.Name):
            for binding in facts.lookup(call.block, given.id)[1]:
                for value in facts.taken_from(binding)[1]:
                    if isinstance(value, code.Mapping):
                        keys = [k.value for k, _ in value.entries if isinstance(k, code.Literal)]
                        found |= {word for key in keys for word in tokens(str(key))}
    return frozenset(found)


def _written(db: Database, path: str, call: code.Call) -> tuple[str, int] | None:
    """The method of the tree that a call writes through, as (path, line)."""
    for value in values(db, path, call.block, call.callee):
        facts = index(db, value.path) if isinstance(value, Fn) else None
        if isinstance(value, Fn) and facts is not None:
            return value.path, facts.module.functions[value.function].line
    return None


def home_of(db: Database, path: str, call: code.Call) -> tuple[str, int] | None:
    """The class of the tree whose method a call is, as (path, class)."""
    for value in values(db, path, call.block, call.callee):
        facts = index(db, value.path) if isinstance(value, Fn) else None
        if isinstance(value, Fn) and facts is not None:
            klass = facts.class_by_block.get(facts.module.functions[value.function].parent, -1)
            if klass >= 0:
                return value.path, klass
    return None
