"""Vector and search stores: which calls write, read or delete in one, and which outlive the process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Store
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.handed import is_handed_in
from shipsmith_controls.links.values.index import ModuleIndex, argument, is_given, last_name
from shipsmith_controls.links.values.packages import users_of_package
from shipsmith_controls.links.values.value import Extern, Made, Param, Unknown, Value
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

StoreOperation = Literal["write", "read", "delete"]

_ROWS = frozenset("add aadd async_add".split())
_RECORDS = frozenset(
    "embeddings embedding documents docs document chunks chunk vectors nodes texts passages".split()
)
_VECTORS_ONLY = frozenset({"lancedb", "faiss", "llama-index"})
_EDITS = frozenset({"update", "create", "create_table", "createTable", "merge", "execute", "executemany"})


class StoreCall(msgspec.Struct, frozen=True):
    """A call on a vector or search store.

    `store` and `title` name it; `method` is the last name of the call; `maker` is the call that made
    the store as (path, call), None when only its type is known. `lasting` is False for an index
    that lives in the process.
    """

    path: str
    call: int
    line: int
    end_line: int
    operation: StoreOperation
    store: str
    title: str
    method: str
    function: str
    managed: bool = False
    general: bool = False
    lasting: bool = True
    maker: tuple[str, int] | None = None
    symbol: str = ""
    """The class or function that made the store, or that was called."""


@cache
def _by_method() -> dict[str, tuple[tuple[Store, StoreOperation, str], ...]]:
    table: dict[str, list[tuple[Store, StoreOperation, str]]] = {}
    for store in load().tables.store:
        groups: tuple[tuple[StoreOperation, tuple[str, ...]], ...] = (
            ("write", store.writes),
            ("read", store.reads),
            ("delete", store.deletes),
        )
        for operation, names in groups:
            for name in names:
                if operation != "write" or name not in _EDITS:
                    table.setdefault(name.rsplit(".", 1)[-1], []).append((store, operation, name))
    return {name: tuple(found) for name, found in table.items()}


@query
def store_files(db: Database) -> tuple[str, ...]:
    """Production files that import a vector or search store."""
    found = {path for store in load().tables.store for path in users_of_package(db, store)}
    return tuple(sorted(found))


@query
def store_calls(db: Database, path: str) -> tuple[StoreCall, ...]:
    """The calls of one file that write, read or delete in a store."""
    facts = index(db, path)
    if facts is None:
        return ()
    found = (_recognised(db, path, facts, i, call) for i, call in enumerate(facts.module.calls))
    return tuple(call for call in found if call is not None)


def _recognised(db: Database, path: str, facts: ModuleIndex, i: int, call: code.Call) -> StoreCall | None:
    known = _by_method().get(last_name(call.callee))
    if known is None:
        return None
    language = "python" if facts.module.language == "python" else "typescript"
    offers = [offer for offer in known if offer[0].language == language]
    for value in _receivers(db, path, call) if offers else ():
        for store, operation, name in offers:
            if not _fits(store, name, value):
                continue
            if operation == "write" and not _adds_records(store, facts, call):
                continue
            if not _is_made(value) and not is_handed_in(db, path, call.block, call.callee):
                continue
            return _as_call(db, path, facts, i, call, (store, operation, name), value)
    return None


def _receivers(db: Database, path: str, call: code.Call) -> tuple[Value, ...]:
    found = values(db, path, call.block, call.callee)
    if all(isinstance(value, (Param, Unknown)) for value in found):
        return values(db, path, call.block, call.callee, callers=True)
    return found


def _is_made(value: Value) -> bool:
    """Whether the tree makes the object, rather than knowing its declared type only."""
    return isinstance(value, Extern) or (isinstance(value, Made) and bool(value.calls))


def _steps(trail: str) -> str:
    return ".".join(part for part in trail.split(".") if part not in ("()", "[]"))


def _ends(text: str, name: str) -> bool:
    return text == name or text.endswith("." + name)


def _in_modules(extern: Extern, store: Store) -> bool:
    return _is_of(extern.dotted, store)


def _is_of(whole: str, store: Store) -> bool:
    return any(whole == m or whole.startswith((m + ".", m + "/")) for m in store.modules)


def _fits(store: Store, name: str, value: Value) -> bool:
    """Whether a callee is the store's method `name` (or a function, or a command of that name)."""
    match value:
        case Made(extern=extern, trail=trail):
            if not _in_modules(extern, store) or not _ends(_steps(trail), name):
                return False
            return not store.constructors or _constructs(store, extern, bool(value.calls))
        case Extern():
            if not _in_modules(value, store) or not _ends(value.name, name):
                return False
            head = value.name.removesuffix(name).rstrip(".")
            return not head or not store.constructors or _constructs(store, value, True)
    return False


def _constructs(store: Store, extern: Extern, made: bool) -> bool:
    plain = [name for name in store.constructors if not name.startswith(".")]
    parts = extern.name.split(".")
    if any(name.split(".")[0] in parts or _ends(extern.name, name) for name in plain):
        return True
    kinds = {"Store", "Index", "Client", "Collection", "Search"}
    return not made and any(extern.name.endswith(kind) for kind in kinds)


def _adds_records(store: Store, facts: ModuleIndex, call: code.Call) -> bool:
    """`add` writes an index only with documents or embeddings; other names always do."""
    if last_name(call.callee) not in _ROWS or store.key in _VECTORS_ONLY:
        return True
    given = {k.name for k in call.keywords if k.name} | {last_name(a) for a in call.args}
    for arg in call.args:
        if isinstance(arg, code.Mapping):
            given |= {str(k.value) for k, _ in arg.entries if isinstance(k, code.Literal)}
    return any(tokens(name) & _RECORDS for name in given)


def _as_call(
    db: Database,
    path: str,
    facts: ModuleIndex,
    i: int,
    call: code.Call,
    offer: tuple[Store, StoreOperation, str],
    value: Value,
) -> StoreCall:
    store, operation, _ = offer
    maker = value.calls[0] if isinstance(value, Made) and value.calls else None
    symbol = (
        value.extern.name if isinstance(value, Made) else value.name if isinstance(value, Extern) else ""
    )
    return StoreCall(
        path=path,
        call=i,
        line=call.line,
        end_line=call.end_line,
        operation=operation,
        store=store.key,
        title=store.title,
        method=last_name(call.callee),
        function=facts.node_name(call.block),
        managed=store.managed,
        general=store.general,
        lasting=not _in_process(db, path, store, symbol, maker, i),
        maker=maker,
        symbol=symbol,
    )


def _in_process(
    db: Database, path: str, store: Store, symbol: str, maker: tuple[str, int] | None, call: int
) -> bool:
    if not (set(symbol.split(".")) & set(store.in_memory)):
        return False
    for place, at in (maker, (path, call)) if maker is not None else ((path, call),):
        facts = index(db, place)
        here = facts.module.calls[at] if facts is not None else None
        if here is not None and any(is_given(argument(here, name)) for name in store.kept_by):
            return False
    places = {path, maker[0]} if maker is not None else {path}
    return not any(_saves(db, place) & set(store.saves) for place in places)


@query
def _saves(db: Database, path: str) -> frozenset[str]:
    """Names of calls in a file that save an index to disk."""
    facts = index(db, path)
    known = {name for store in load().tables.store for name in store.saves}
    called = {last_name(call.callee) for call in facts.module.calls} if facts is not None else set()
    return frozenset(called & known)


@query
def store_holders(db: Database, path: str) -> tuple[str, ...]:
    """Names at the top level of a file that make, hold or derive from a store."""
    facts = index(db, path)
    if facts is None:
        return ()
    return tuple(dict.fromkeys(_holders(db, path, facts)))


def _holders(db: Database, path: str, facts: ModuleIndex) -> Iterator[str]:
    imported = {f"{i.module}.{i.name}" if i.name else i.module for i in facts.module.imports}
    names = {
        name.split(".")[0].lstrip(".")
        for store in load().tables.store
        if not store.general and any(_is_of(whole, store) for whole in imported)
        for name in store.constructors
    }
    if not names:
        return
    for call in facts.module.calls:
        shown = {last_name(call.callee)}
        if isinstance(call.callee, code.Attribute):
            shown.add(last_name(call.callee.base))
        if not shown & names:
            continue
        function = facts.node_name(call.block)
        if function:
            yield function.split(".")[0]
            continue
        for assign in facts.module.assigns:
            here = assign.block == 0 and assign.line == call.line
            if here and isinstance(assign.target, code.Name):
                yield assign.target.id
    for klass in facts.module.classes:
        if any(last_name(base) in names for base in klass.bases):
            yield klass.qualname.split(".")[0]
