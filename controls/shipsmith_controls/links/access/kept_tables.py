"""Declared tables that hold messages, and the tables whose deleted rows take theirs along."""

from __future__ import annotations

import re

from shipsmith_controls.facts.conversations import Table
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import looked
from shipsmith_controls.queries import Database, query

PEOPLE = frozenset("user users account accounts owner member customer person profile profiles".split())
TALK = frozenset(
    "message messages chat chats conversation conversations thread threads dialog dialogs dialogue "
    "history histories turn turns".split()
)
OTHER = frozenset(
    "deprecated legacy old archive cache log logs audit event events feedback vote votes suggested "
    "suggestion suggestions template preset welcome starter error email notification job queue outbox "
    "file files doc docs document reaction usage metric metrics search standard settings setting config "
    "model agent share shared tool superseded migration prompt artifact artifacts schedule schedules "
    "answer websocket connection stream rate limit".split()
)
_ASKED = frozenset("prompt question query human input request".split())
_ANSWERED = frozenset("response responses answer completion bot output reply assistant ai".split())
_TEXT = frozenset("content contents text body message messages parts blocks payload".split())
_BESIDE = frozenset(
    "role sender author chat conversation thread session type bot human user users dialog "
    "playground".split()
)
_WHOLE = frozenset({"messages", "log", "history", "turns"})
_KEYS = frozenset({"id", "ids", "uuid", "pk"})
_DUPLICATES = frozenset({"migrations", "migration", "migrate", "alembic", "versions"})


def plain(name: str) -> str:
    """A name without case, signs, version and plural: `Message_v2`, `messages` -> `message`."""
    bare = re.sub(r"[\W_]", "", re.sub(r"[_-]?v\d+$", "", name, flags=re.IGNORECASE)).lower()
    return bare.removesuffix("table").removesuffix("s")


@query
def declared(db: Database) -> tuple[tuple[str, Table], ...]:
    """Declared tables of production code that speak of conversations: of code, else of migrations."""
    tables = [
        (path, fact)
        for path, facts in sorted(looked(db, "conversations").items())
        if is_production(db, path)
        for fact in facts
        if isinstance(fact, Table)
    ]
    own = [(p, t) for p, t in tables if not p.endswith(".sql") and not tokens(p) & _DUPLICATES]
    return tuple(own if any(keeps(t) for _, t in own) else tables)


def keeps(table: Table) -> bool:
    """Whether a table holds text of prompts or answers, by its name and columns."""
    words = frozenset[str]().union(*(tokens(name) for name in table.names))
    if words & OTHER or not words & (TALK | {"session", "sessions"}):
        return False
    linked = {r.column for r in table.references}
    columns = [tokens(c) for c in table.columns if c not in linked and not tokens(c) & _KEYS]
    held = frozenset[str]().union(*columns)
    if held & _ASKED and held & _ANSWERED:
        return True
    if words & {"message", "messages", "turn", "turns"}:
        beside = frozenset[str]().union(*(tokens(c) for c in table.columns))
        return bool(held & _TEXT and beside & _BESIDE)
    return any(c & _WHOLE for c in columns)


def _target(name: str) -> str:
    """The table that a reference means: `chat_session.id` -> `chatsession`, `auth.users` -> `user`."""
    parts = name.replace('"', "").replace("`", "").split(".")
    if len(parts) > 1 and tokens(parts[-1]) & _KEYS:
        parts.pop()
    return plain(parts[-1])


def taking(
    tables: tuple[tuple[str, Table], ...], path: str, table: Table
) -> tuple[set[str], tuple[str, int] | None]:
    """Plain names of tables whose deleted rows take rows of a table along; where the account does."""
    found, pending = set[str](), [(path, table)]
    account: tuple[str, int] | None = None
    while pending:
        home, here = pending.pop()
        own = {plain(name) for name in here.names}
        above = {_target(r.table) for r in here.references if r.cascade and not r.owns}
        for _, other in tables:
            if any(r.owns and r.cascade and plain(r.table) in own for r in other.references):
                above |= {plain(name) for name in other.names}
        if any(r.cascade and tokens(r.table) & PEOPLE for r in here.references if not r.owns):
            account = account or (home, here.line)
        fresh = above - found - own
        found |= fresh
        pending += [(p, t) for p, t in tables if fresh & {plain(n) for n in t.names}]
    return found, account


def belongs(tables: tuple[tuple[str, Table], ...], table: Table) -> bool:
    """Whether rows belong to a person: by a column here, or in what the row belongs to."""
    seen, pending = set[tuple[str, ...]](), [table]
    while pending:
        here = pending.pop()
        seen.add(here.names)
        if any(tokens(c) & PEOPLE and (tokens(c) & _KEYS or tokens(c) <= PEOPLE) for c in here.columns):
            return True
        above = {_target(r.table) for r in here.references if not r.owns}
        above |= {plain(re.sub(r"_?ids?$", "", c, flags=re.IGNORECASE)) for c in here.columns}
        pending += [t for _, t in tables if t.names not in seen and above & {plain(n) for n in t.names}]
    return False
