"""Row-level security: which tables have a policy, and with whose credentials a client queries them."""

from __future__ import annotations

import re
from typing import Literal

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.hazards import hazard_files
from shipsmith_controls.links.production import is_test_path, tokens
from shipsmith_controls.links.tree import files, index, lines_of
from shipsmith_controls.links.values.index import inside, last_name
from shipsmith_controls.links.values.value import Env
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

Client = Literal["admin", "caller", "plain"]

_POLICY = re.compile(r"\bcreate\s+policy\s+(?:\"[^\"]*\"|\S+)\s+on\s+([\w.\"]+)", re.IGNORECASE)
_FUNCTION = re.compile(
    r"\bcreate\s+(?:or\s+replace\s+)?function\s+([\w.\"]+)(.*?)(?=\bcreate\s+(?:or\s+replace\s+)?function\b|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_FROM = re.compile(r"\b(?:from|join)\s+([\w.\"]+)", re.IGNORECASE)
_DEFINER = re.compile(r"security\s+definer", re.IGNORECASE)
_ADMIN = frozenset({"service", "admin", "secret"})
_SIGNED = frozenset({"authorization", "cookies", "cookie", "bearer"})
_TOKENS = frozenset({"setAuth", "set_auth", "setSession", "set_session"})


def _plain(name: str) -> str:
    return name.replace('"', "").rsplit(".", 1)[-1].lower()


@query
def _sql_texts(db: Database) -> tuple[str, ...]:
    """The statements of migrations: files of SQL, and code that sets policies."""
    coded = (path for path in hazard_files(db, "policy") if not is_test_path(path))
    paths = (*(path for path in files(db) if path.endswith(".sql")), *coded)
    return tuple("\n".join(lines_of(db, path)) for path in paths)


@query
def protected_tables(db: Database) -> frozenset[str]:
    """Tables that a policy of a migration stands on."""
    return frozenset(_plain(m[1]) for text in _sql_texts(db) for m in _POLICY.finditer(text))


@query
def _functions(db: Database) -> dict[str, frozenset[str]]:
    """SQL function -> tables that it reads; none for one that runs with the rights of its owner."""
    found: dict[str, frozenset[str]] = {}
    for text in _sql_texts(db):
        for match in _FUNCTION.finditer(text):
            tables = frozenset(_plain(m[1]) for m in _FROM.finditer(match[2]))
            found[_plain(match[1])] = frozenset() if _DEFINER.search(match[2]) else tables
    return found


def is_protected(db: Database, target: str) -> bool | None:
    """Whether a table or SQL function is under a policy; None when its definition is not seen."""
    name = _plain(target)
    if name in protected_tables(db):
        return True
    tables = _functions(db).get(name)
    return None if tables is None else bool(tables & protected_tables(db))


@query
def client_of(db: Database, path: str, call: int) -> Client:
    """Whose rights a database client has, by what its maker is given."""
    facts = index(db, path)
    if facts is None:
        return "plain"
    here, words = facts.module.calls[call], frozenset[str]()
    for given in (*here.args, *(k.value for k in here.keywords)):
        for part in inside(given, facts.module):
            words |= _words(part)
        words |= {
            word
            for value in values(db, path, here.block, given)
            if isinstance(value, Env)
            for word in tokens(value.name)
        }
    words |= {word for k in here.keywords if k.name for word in tokens(k.name)}
    if words & _ADMIN:
        return "admin"
    signed = words & _SIGNED or any(last_name(c.callee) in _TOKENS for c in facts.module.calls)
    return "caller" if signed or any(_is_rest_auth(c) for c in facts.module.calls) else "plain"


def _words(part: code.Expr) -> frozenset[str]:
    match part:
        case code.Literal(value=str(text)) if len(text) < 60:
            return tokens(text)
        case code.Name(id=name) | code.Attribute(name=name):
            return tokens(name)
    return frozenset()


def _is_rest_auth(call: code.Call) -> bool:
    """`client.postgrest.auth(token)`."""
    callee = call.callee
    return (
        isinstance(callee, code.Attribute)
        and callee.name == "auth"
        and last_name(callee.base) == "postgrest"
    )
