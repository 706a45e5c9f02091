"""Idempotence: whether storing the same document twice leaves one copy of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import exits_inside
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.data.ingest import ingest_entries, path_nodes
from shipsmith_controls.links.data.removal import removals_in
from shipsmith_controls.links.data.sources import stage_nodes
from shipsmith_controls.links.data.stages import blocks_on, stages_of
from shipsmith_controls.links.data.writes import IndexWrite
from shipsmith_controls.links.files.sql import statement_of
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, entry, inside, last_name
from shipsmith_controls.links.values.value import Data, Fn
from shipsmith_controls.links.values.values import callees, values
from shipsmith_controls.queries import Database, query

_RANDOM = frozenset(
    "uuid4 uuid1 randomUUID nanoid v4 uuidv4 random token_hex token_urlsafe cuid ulid ObjectId".split()
)
_ID_KEYS = frozenset({"id", "_id", "ids", "uuid", "doc_id", "document_id", "key"})
_KEEPERS = frozenset({"index", "aindex", "IngestionPipeline", "refresh_ref_docs"})
_LOOKING = frozenset(
    "exists exist find first lookup already duplicate duplicated seen existing known get hash checksum "
    "select scalar".split()
)
_CONTAINERS = frozenset(
    "collection collections index indexes table tables database schema bucket".split()
)
"""`collection_exists` asks for the store itself, not for a document in it."""
_CONFLICT = re.compile(
    r"\bon\s+(?:conflict|duplicate\s+key)|\bmerge\s+into|\breplace\s+into", re.IGNORECASE
)
_CONFLICT_CALLS = frozenset(
    "onConflictDoUpdate onConflictDoNothing on_conflict_do_update on_conflict_do_nothing merge".split()
)
_FILLING = frozenset({"append", "push", "extend"})
_DEPTH = 4


class Idempotence(msgspec.Struct, frozen=True):
    """Why a write keeps one copy (`holds`), or why not; `line` is where that is seen."""

    holds: bool
    message: str
    path: str
    line: int


@query
def idempotence(db: Database, write: IndexWrite) -> Idempotence:
    """Whether a write is idempotent, by its ids, its conflict key, or what the path does first."""
    facts = index(db, write.path)
    here = Idempotence(True, "", write.path, write.line)
    if write.managed or facts is None:
        return here
    if write.statement in ("attribute write", "SQL update"):
        return msgspec.structs.replace(here, message="rows are updated in place")
    call = facts.module.calls[write.call]
    own = _by_ids(db, write, facts, call)
    if own is not None and own.holds:
        return own
    earlier = _earlier(db, write)
    if earlier is not None:
        return earlier
    said = own.message if own is not None else "each run stores another copy: no id comes from the source"
    return Idempotence(False, said, write.path, write.line)


def _by_ids(db: Database, write: IndexWrite, facts: ModuleIndex, call: code.Call) -> Idempotence | None:
    name = last_name(call.callee)
    if name in _KEEPERS and write.store in ("langchain", "llama-index"):
        cleanup = argument(call, "cleanup")
        if write.store == "llama-index" or (isinstance(cleanup, code.Literal) and cleanup.value):
            return Idempotence(True, "a record keeper skips what is known", write.path, write.line)
    if write.store == "sql" and _CONFLICT.search(statement_of(db, write.path, facts.module, call)):
        return Idempotence(True, "a conflict key refuses the copy", write.path, write.line)
    if _chained(facts, write.call) & _CONFLICT_CALLS:
        return Idempotence(True, "a conflict key refuses the copy", write.path, write.line)
    if argument(call, "onConflict") is not None or argument(call, "on_conflict") is not None:
        return Idempotence(True, "a conflict key refuses the copy", write.path, write.line)
    given = list(_ids(db, write.path, facts, call))
    if not given:
        return None
    if any(_is_random(home, block, expr, 0) for home, block, expr in given):
        return Idempotence(
            False, "its ids are random, so each run stores another copy", write.path, write.line
        )
    return Idempotence(True, "its ids come from the source", write.path, write.line)


def _chained(facts: ModuleIndex, call: int) -> set[str]:
    """Names of the calls that a call is the head of: `insert(…).values(…).onConflictDoNothing()`."""
    found: set[str] = set()
    for other in facts.module.calls:
        if any(
            isinstance(p, code.CallRef) and p.call == call for p in inside(other.callee, facts.module)
        ):
            found.add(last_name(other.callee))
    return found


Given = tuple[ModuleIndex, int, code.Expr]
"""An expression with the facts of its file and the block it stands in."""


def _ids(db: Database, path: str, facts: ModuleIndex, call: code.Call) -> Iterator[Given]:
    """What a write gives as ids, from `ids=` or the records' own `id`."""
    for name in ("ids", "id", "uuids", "id_"):
        given = argument(call, name)
        if given is not None and not isinstance(given, code.FunctionRef):
            yield facts, call.block, given
            return
    for given in (*call.args, *(k.value for k in call.keywords)):
        yield from _record_ids(db, path, facts, call.block, given, 0)


def _record_ids(
    db: Database, path: str, facts: ModuleIndex, block: int, expr: code.Expr, depth: int
) -> Iterator[Given]:
    if depth > _DEPTH:
        return
    for part in inside(expr, facts.module):
        if isinstance(part, code.Mapping):
            for key in _ID_KEYS:
                found = entry(part, key)
                if found is not None:
                    yield facts, block, found
        elif isinstance(part, code.CallRef):
            made = facts.module.calls[part.call]
            for keyword in made.keywords:
                if keyword.name in _ID_KEYS:
                    yield facts, block, keyword.value
            yield from _returned_ids(db, path, part.call, depth)
        elif isinstance(part, code.FunctionRef):
            for out in facts.returns.get(part.function, []):
                if out.value is not None:
                    yield from _record_ids(db, path, facts, out.block, out.value, depth + 1)
        elif isinstance(part, code.Name):
            for value in values(db, path, block, part):
                if isinstance(value, Data) and value.path == path and value.expr is not expr:
                    yield from _record_ids(db, path, facts, value.block, value.expr, depth + 1)
            yield from _filled(db, path, facts, block, part.id, depth)


def _returned_ids(db: Database, path: str, call: int, depth: int) -> Iterator[Given]:
    """The ids of the records that a function of the tree returns."""
    for callee in callees(db, path, call):
        if not isinstance(callee, Fn):
            continue
        home = index(db, callee.path)
        for out in home.returns.get(callee.function, []) if home is not None else ():
            if out.value is not None and home is not None:
                yield from _record_ids(db, callee.path, home, out.block, out.value, depth + 1)


def _filled(
    db: Database, path: str, facts: ModuleIndex, block: int, name: str, depth: int
) -> Iterator[Given]:
    """The ids of what a list is filled with: assigned comprehensions, `.append(…)`, `.push(…)`."""
    scope = facts.lookup(block, name)[0]
    for assign in facts.module.assigns:
        target = assign.target
        same = isinstance(target, code.Name) and target.id == name and assign.value is not None
        if same and facts.lookup(assign.block, name)[0] == scope and assign.value is not None:
            yield from _record_ids(db, path, facts, assign.block, assign.value, depth + 1)
    for call in facts.module.calls:
        if not isinstance(call.callee, code.Attribute) or call.callee.name not in _FILLING:
            continue
        if last_name(call.callee.base) == name and facts.lookup(call.block, name)[0] == scope:
            for given in call.args:
                yield from _record_ids(db, path, facts, call.block, given, depth + 1)


def _is_random(facts: ModuleIndex, block: int, expr: code.Expr, depth: int) -> bool:
    if depth > _DEPTH:
        return False
    for part in inside(expr, facts.module):
        if isinstance(part, (code.Name, code.Attribute)) and last_name(part) in _RANDOM:
            return True
        if isinstance(part, code.Name):
            for binding in facts.lookup(block, part.id)[1]:
                if binding.kind == "assign":
                    made = facts.module.assigns[binding.index]
                    inner = made.value if made.value is not expr else None
                    if inner is not None and _is_random(facts, made.block, inner, depth + 1):
                        return True
    return False


def _earlier(db: Database, write: IndexWrite) -> Idempotence | None:
    """What every path to the write does before: delete the earlier copy, or look it up and refuse."""
    ways = [
        stage_nodes(db, path_nodes(db, entry)) for entry in ingest_entries(db) if write in entry.writes
    ]
    found = [_before(db, write, nodes) for nodes in ways or [stages_of(db, write)]]
    return found[0] if all(found) else None


def _before(db: Database, write: IndexWrite, nodes: tuple[Node, ...]) -> Idempotence | None:
    names = {(node.path, node.name) for node in nodes}
    for path in dict.fromkeys(node.path for node in nodes):
        facts = index(db, path)
        for removal in removals_in(db, path):
            if removal.store != write.store or facts is None:
                continue
            at = next((c for c in facts.module.calls if c.line == removal.line), None)
            if at is not None and (path, facts.node_name(at.block)) in names:
                return Idempotence(True, "the earlier copy is deleted first", path, removal.line)
    return _looked_up(db, nodes)


def _looked_up(db: Database, nodes: tuple[Node, ...]) -> Idempotence | None:
    for path, facts, i, block in blocks_on(db, nodes):
        if block.kind != "if" or not block.heads:
            continue
        leaves = any(out.kind in ("continue", "return", "raise") for out in exits_inside(facts, i))
        if leaves and _asks_the_store(db, path, facts, i, block.heads[0]):
            return Idempotence(True, "a document that is stored already is refused", path, block.line)
    return None


def _asks_the_store(db: Database, path: str, facts: ModuleIndex, block: int, test: code.Expr) -> bool:
    """Whether a test is about a look-up: `if exists(doc.id)`, `if result.first()`, `if url in seen`."""
    if isinstance(test, code.Operation):
        absent = any(isinstance(o, code.Literal) and o.value is None for o in test.operands)
        if test.operator in ("not", "!") or (absent and test.operator in ("is", "==", "===")):
            return False
    words: set[str] = set()
    called = False
    for part in inside(test, facts.module):
        if isinstance(part, (code.Name, code.Attribute)):
            said = tokens(last_name(part))
            words |= said if said.isdisjoint(_CONTAINERS) else frozenset()
            called = called or _is_answer(facts, block, part)
        called = called or isinstance(part, code.CallRef)
        if isinstance(part, code.Operation) and part.operator == "in":
            called = True
    return called and bool(words & (_LOOKING - {"get"}))


def _is_answer(facts: ModuleIndex, block: int, part: code.Expr) -> bool:
    """Whether a name holds what a call answered."""
    if not isinstance(part, code.Name):
        return False
    return any(
        binding.kind == "assign" and isinstance(facts.module.assigns[binding.index].value, code.CallRef)
        for binding in facts.lookup(block, part.id)[1]
    )
