"""Rights on retrieval: the queries that endpoints lead to, and what bounds each to its caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.caller_origin import NOWHERE, Origins, Provenance
from shipsmith_controls.links.access.row_security import client_of, is_protected
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import NETWORK, entries
from shipsmith_controls.links.calls.neighbours import callers_of
from shipsmith_controls.links.data.retrieval_tuning import retrievals_of
from shipsmith_controls.links.data.stores import store_calls, store_files
from shipsmith_controls.links.data.vectors import nearest_reads, vector_files
from shipsmith_controls.links.files.sql import WRAPPERS
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.value import Data, Made
from shipsmith_controls.links.values.values import call_sites, values
from shipsmith_controls.queries import Database, query

Bound = Literal["caller", "rows", "request", "unseen", "open", "admin"]
Exposure = Literal["endpoint", "elsewhere", "unseen"]

_MOST = 300
_NESTED = 4
"""How deep a filter may stand in the body of a search."""
_TEXT = frozenset(
    "query q question text input prompt vector vectors embedding embeddings query_embedding "
    "query_embeddings query_texts queryEmbeddings queryTexts query_vector queryVector near_text "
    "near_vector search_text message messages".split()
)
"""Arguments that say what is looked for, not where."""
_BOUNDS = frozenset(
    "filter filters where namespace namespaces tenant tenants owner user users account org organization "
    "organisation workspace group groups project team acl file files collection collections customer "
    "partition expr must scope access permission permissions".split()
)
"""Words of arguments that say where."""
_NARROWING = frozenset("where filter filter_by eq in_ match contains and_ with_tenant namespace".split())
_CLIENTS = frozenset({"create_client", "acreate_client", "createClient", "createServerClient", "Client"})
_KEYS = frozenset({"key", "token", "password", "url", "uri", "host", "credential", "credentials"})


class Query(msgspec.Struct, frozen=True, order=True):
    """A query of an index that an endpoint leads to."""

    path: str
    line: int
    end_line: int
    what: str
    call: int
    reached: bool = True
    """Whether the way from an endpoint to it was seen."""


@query
def exposed_queries(db: Database) -> tuple[Query, ...]:
    """Every retriever or vector query of a lasting index that an endpoint leads to, or may."""
    found: dict[tuple[str, int], Query] = {}
    for path in sorted({*store_files(db), *vector_files(db)}):
        facts = index(db, path)
        if facts is None or not is_production(db, path):
            continue
        passing = {c.call for c in store_calls(db, path) if not c.lasting}
        lines = {r.line for r in retrievals_of(db, path)}
        known = {c.call for c in store_calls(db, path) if c.operation == "read"}
        nearest = _nearest(facts, set(nearest_reads(db, path)))
        for i, call in enumerate(facts.module.calls):
            if call.line not in lines or i in passing or not (i in known or i in nearest):
                continue
            at = _running(facts, i) if last_name(call.callee) in WRAPPERS else i
            here = facts.module.calls[at]
            exposed = exposure(db, Node(path, facts.node_name(here.block)))
            if exposed != "elsewhere":
                name = last_name(here.callee) or "query"
                each = Query(path, here.line, here.end_line, name, at, exposed == "endpoint")
                found.setdefault((path, here.line), each)
    return tuple(found.values())


def _nearest(facts: ModuleIndex, lines: set[int]) -> set[int]:
    """One call for each line that orders rows by distance: the one that makes the statement first."""
    found: dict[int, int] = {}
    for i, call in enumerate(facts.module.calls):
        if call.line in lines:
            before = found.setdefault(call.line, i)
            if last_name(facts.module.calls[before].callee) not in WRAPPERS:
                found[call.line] = i if last_name(call.callee) in WRAPPERS else before
    return set(found.values())


def _running(facts: ModuleIndex, call: int) -> int:
    """The call that runs a statement: the one that is given it, by name or in place."""
    module, here = facts.module, facts.module.calls[call]
    own = facts.node_name(here.block)
    names = _bound_names(facts, call)
    for i, other in enumerate(module.calls):
        if i == call or facts.node_name(other.block) != own or last_name(other.callee) in WRAPPERS:
            continue
        for given in other.args:
            if (isinstance(given, code.CallRef) and given.call == call) or (
                isinstance(given, code.Name) and given.id in names
            ):
                return i
    return call


@query
def exposure(db: Database, node: Node) -> Exposure:
    """Whether an endpoint leads to a function; unseen where nothing is seen to call it at all."""
    started = {e.node: e.kind in NETWORK for e in entries(db)}
    pending, seen, ends = [node], {node}, True
    while pending and len(seen) < _MOST:
        here = pending.pop()
        if started.get(here):
            return "endpoint"
        above = set(_above(db, here))
        ends = ends and (bool(above) or not (here in started or not here.name))
        pending.extend(sorted(above - seen))
        seen |= above
    return "unseen" if ends else "elsewhere"


def _above(db: Database, node: Node) -> Iterator[Node]:
    yield from (caller for caller, _ in callers_of(db, node))
    facts = index(db, node.path)
    at = facts.by_qualname.get(node.name) if facts is not None else None
    if facts is None or at is None:
        return
    outer = facts.node_name(facts.module.functions[at].parent)
    if outer:
        yield Node(node.path, outer)
    for user, call in call_sites(db, node.path, at):
        other = index(db, user)
        if other is not None:
            yield Node(user, other.node_name(other.module.calls[call].block))


@query
def bound_of(db: Database, each: Query) -> Bound:
    """What holds a query to the rights of its caller."""
    facts = index(db, each.path)
    if facts is None or not each.reached:
        return "unseen"
    origins, asks = NOWHERE, Provenance(db)
    for path, block, name, given in _arguments(db, each.path, facts, each.call):
        found = asks.of(path, block, given)
        narrows = bool(tokens(name) & _BOUNDS) or name in _NARROWING
        if name not in _TEXT:
            origins |= found if narrows else found & {"caller"}
    if "caller" in origins:
        return "caller"
    clients = set()
    for path, call in _makers(db, each.path, facts, each.call):
        clients.add(client_of(db, path, call))
        origins |= _credentials(asks, db, path, call)
    guarded = is_protected(db, _target(facts, each.call))
    if clients == {"caller"} and guarded is not False:
        return "rows" if guarded else "unseen"
    if "request" in origins:
        return "request"
    if "admin" in clients and guarded:
        return "admin"
    return "unseen" if "unseen" in origins else "open"


def _makers(db: Database, path: str, facts: ModuleIndex, call: int) -> Iterator[tuple[str, int]]:
    here = facts.module.calls[call]
    for value in values(db, path, here.block, here.callee, callers=True):
        if isinstance(value, Made) and value.calls:
            yield value.calls[0]


def _credentials(asks: Provenance, db: Database, path: str, call: int) -> Origins:
    """Credentials of a store that come with the request."""
    facts, found = index(db, path), NOWHERE
    if facts is not None:
        here = facts.module.calls[call]
        for keyword in here.keywords:
            if keyword.name and tokens(keyword.name) & _KEYS:
                found |= asks.of(path, here.block, keyword.value)
    return found & {"request"}


def _target(facts: ModuleIndex, call: int) -> str:
    """The table or function that a database client is asked for."""
    here = facts.module.calls[call]
    for part in (here, *(facts.module.calls[i] for i in _chain(facts, here.callee))):
        if last_name(part.callee) in ("rpc", "from", "from_", "table") and part.args:
            first = part.args[0]
            return str(first.value) if isinstance(first, code.Literal) else last_name(first)
    return ""


def _chain(facts: ModuleIndex, expr: code.Expr) -> Iterator[int]:
    """The calls that a callee is chained from."""
    while isinstance(expr, (code.Attribute, code.CallRef, code.Subscript)):
        if isinstance(expr, code.CallRef):
            yield expr.call
            expr = facts.module.calls[expr.call].callee
        else:
            expr = expr.base


def _arguments(
    db: Database, path: str, facts: ModuleIndex, call: int
) -> Iterator[tuple[str, int, str, code.Expr]]:
    """(file, block, name, value) of everything that a query is given, on the call and around it."""
    yield from _given(db, path, facts, call)
    here = facts.module.calls[call]
    for value in values(db, path, here.block, here.callee, callers=True):
        for where, at in value.calls[1:] if isinstance(value, Made) else ():
            other = index(db, where)
            if other is not None and (where, at) != (path, call):
                yield from _given(db, where, other, at)
        if isinstance(value, Made) and value.calls and last_name(here.callee) not in _CLIENTS:
            where, at = value.calls[0]
            other = index(db, where)
            if other is not None:
                yield from (g for g in _given(db, where, other, at) if tokens(g[2]) & _BOUNDS)
    own, around = facts.node_name(here.block), _around(facts, call)
    for i, other_call in enumerate(facts.module.calls):
        if i == call or facts.node_name(other_call.block) != own:
            continue
        joined = i in around or call in _chain(facts, other_call.callee)
        if joined or last_name(other_call.callee) in _NARROWING:
            for where, block, name, given in _given(db, path, facts, i):
                yield where, block, name if joined else "", given


def _around(facts: ModuleIndex, call: int) -> set[int]:
    """The calls of the statement that a call stands in: those that are given it, and their chains."""
    module, own = facts.module, facts.node_name(facts.module.calls[call].block)
    names = _bound_names(facts, call)
    found: set[int] = set()
    for i, other in enumerate(module.calls):
        if i == call or facts.node_name(other.block) != own:
            continue
        parts = [p for given in other.args for p in inside(given, module)]
        if any(
            (isinstance(p, code.CallRef) and p.call == call)
            or (isinstance(p, code.Name) and p.id in names)
            for p in parts
        ):
            found |= {i, *_chain(facts, other.callee)}
    return found | {i for i, other in enumerate(module.calls) if found & set(_chain(facts, other.callee))}


def _bound_names(facts: ModuleIndex, call: int) -> set[str]:
    """Names in the same function that hold what a call gives back."""
    module, own = facts.module, facts.node_name(facts.module.calls[call].block)
    return {
        last_name(a.target)
        for a in module.assigns
        if a.value is not None
        and facts.node_name(a.block) == own
        and any(
            isinstance(p, code.CallRef) and (p.call == call or call in _chain(facts, p))
            for p in (a.value, *inside(a.value, module))
        )
    }


def _given(
    db: Database, path: str, facts: ModuleIndex, call: int
) -> Iterator[tuple[str, int, str, code.Expr]]:
    here = facts.module.calls[call]
    method = last_name(here.callee)
    for i, given in enumerate(here.args):
        shown = list(_entries(db, path, here.block, given))
        yield from shown
        if not shown and method in _NARROWING:
            yield path, here.block, method, given
        elif not shown and isinstance(given, code.Template):
            yield path, here.block, "text", given
        elif not shown and (i > 0 or tokens(last_name(given)) & _BOUNDS):
            yield path, here.block, last_name(given), given
    for keyword in here.keywords:
        shown = list(_entries(db, path, here.block, keyword.value))
        if (keyword.name and tokens(keyword.name) & _BOUNDS) or not shown:
            yield path, here.block, keyword.name or "", keyword.value
        else:
            yield from shown


def _entries(
    db: Database, path: str, block: int, given: code.Expr, depth: int = 0
) -> Iterator[tuple[str, int, str, code.Expr]]:
    """The entries of a mapping that is handed over, in place or by name, those inside it too."""
    for value in values(db, path, block, given):
        if isinstance(value, Data) and isinstance(value.expr, code.Mapping):
            for key, held in value.expr.entries:
                name = str(key.value) if isinstance(key, code.Literal) else ""
                yield value.path, value.block, name, held
                if isinstance(held, code.Mapping) and depth < _NESTED:
                    yield from _entries(db, value.path, value.block, held, depth + 1)
