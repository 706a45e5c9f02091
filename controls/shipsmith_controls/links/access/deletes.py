"""Deletes of messages: the calls that delete, from what, and the functions on the way up from each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.conversations import Erasing
from shipsmith_controls.links.access.kept_tables import PEOPLE, TALK, plain
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import entries_of
from shipsmith_controls.links.deploys.scheduled import scheduled
from shipsmith_controls.links.deploys.started import started
from shipsmith_controls.links.files.sql import statement_of
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import index, looked
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, last_name
from shipsmith_controls.links.values.values import call_sites
from shipsmith_controls.queries import Database, query

Whose = Literal["person", "one"]

_DELETES = frozenset(
    "delete delete_many deleteMany delete_one deleteOne remove destroy bulk_delete delete_item "
    "deleteItem DeleteItemCommand DeleteCommand BatchWriteItemCommand BatchWriteCommand batch_write_item "
    "unlink rm rmtree rmSync unlinkSync findOneAndDelete findByIdAndDelete find_one_and_delete del "
    "delete_all deleteAll remove_all delete_object delete_objects delete_document hdel".split()
)
_PLACES = frozenset({"query", "from", "from_", "table", "select", "delete", "collection", "model", "get"})
_STORES = frozenset("db session repo repository em manager store storage client".split())
"""Receivers whose `remove` is no list's."""
_ASKING = frozenset("http https axios api ky got fetcher requests httpx app router blueprint".split())
"""Receivers whose `delete` is a request or a route."""
_STATED = re.compile(r"\b(?:delete\s+from|truncate(?:\s+table)?)\s+([\w.\"`*]+)(.*)", re.I | re.DOTALL)
ERASE = frozenset("delete deletes remove clear purge erase destroy wipe forget del".split())
_ALL = frozenset({"all", "every", "everything", "account", "bulk"})
_FLAGS = frozenset(
    {"deleted", "is_deleted", "isDeleted", "deleted_at", "deletedAt", "archived", "active"}
)
PAGES = (".tsx", ".jsx", ".vue", ".svelte")
_LEVELS = 5
_MOST = 60


class Step(msgspec.Struct, frozen=True):
    """A function on the way up from a delete: what it is named and given.

    `soft`: on another branch it only marks what is deleted.
    """

    node: Node
    path: str
    line: int
    words: frozenset[str]
    params: tuple[str, ...]
    soft: bool = False


@query
def erasing_files(db: Database) -> tuple[str, ...]:
    """Production files in which a delete stands near a word for conversations."""
    return tuple(
        path
        for path, facts in sorted(looked(db, "conversations").items())
        if any(isinstance(fact, Erasing) for fact in facts) and is_production(db, path)
    )


class Delete(msgspec.Struct, frozen=True):
    """A call that deletes, with the plain names of what it deletes from."""

    path: str
    call: int
    names: frozenset[str]
    soft: bool
    said: frozenset[str]
    """Words of a statement that stand after the table."""


@query
def deletes_in(db: Database, path: str) -> tuple[Delete, ...]:
    """The calls of one file that delete rows, files or entries, or that only mark them as deleted."""
    facts = index(db, path)
    if facts is None:
        return ()
    found: list[Delete] = []
    for i, call in enumerate(facts.module.calls):
        name = last_name(call.callee)
        stated = _STATED.search(statement_of(db, path, facts.module, call))
        if stated is not None:
            found.append(
                Delete(
                    path, i, frozenset({plain(stated[1].rsplit(".", 1)[-1])}), False, tokens(stated[2])
                )
            )
        elif (name in _DELETES and not _is_route(call)) or _is_forgetting(call, facts):
            soft = name not in _DELETES
            names = {plain(n) for n in _chain(call, facts.module)}
            says = _named_around(facts, call.block)
            if says & ERASE and not soft:
                names |= {plain(w) for w in says & TALK}
            found.append(Delete(path, i, frozenset(names - {""}), soft, frozenset()))
    return tuple(found)


def _is_route(call: code.Call) -> bool:
    """`app.delete("/chats", …)` declares a route or asks one, it deletes nothing itself."""
    if isinstance(call.callee, code.Attribute) and tokens(last_name(call.callee.base)) & _ASKING:
        return True
    first = call.args[0] if call.args else None
    if isinstance(first, code.Template):
        first = next((part for part in first.parts if isinstance(part, code.Literal)), None)
    text = first.value if isinstance(first, code.Literal) else None
    return isinstance(text, str) and text.startswith(("/", "http"))


def _chain(call: code.Call, module: code.Module) -> Iterator[str]:
    """Names in the chain of a callee, and what its calls are given first."""
    if last_name(call.callee) != "remove" or tokens(dotted(call.callee) or "") & _STORES:
        yield from _given(call)
    expr: code.Expr = call.callee
    for _ in range(16):
        if isinstance(expr, code.Attribute):
            yield expr.name
            expr = expr.base
        elif isinstance(expr, code.CallRef):
            made = module.calls[expr.call]
            if last_name(made.callee) in _PLACES:
                yield from _given(made)
            expr = made.callee
        elif isinstance(expr, code.Subscript):
            if isinstance(expr.index, code.Literal):
                yield str(expr.index.value)
            expr = expr.base
        else:
            if isinstance(expr, code.Name):
                yield expr.id
            return


def _given(call: code.Call) -> Iterator[str]:
    for given in call.args[:1]:
        if isinstance(given, code.Literal) and isinstance(given.value, str):
            yield given.value
        elif isinstance(given, (code.Name, code.Attribute)):
            yield last_name(given)


def _is_forgetting(call: code.Call, facts: ModuleIndex) -> bool:
    """An update that only sets a flag: `update({"deleted": True})`, `.values(deleted=True)`."""
    if last_name(call.callee) not in (
        "update",
        "values",
        "set",
        "update_many",
        "updateMany",
        "update_one",
    ):
        return False
    own = facts.named_owner(call.block)
    if own < 0 or not tokens(facts.module.functions[own].name) & ERASE:
        return False
    return any(
        argument(call, flag) is not None or argument(call, f"data.{flag}") is not None for flag in _FLAGS
    )


def _named_around(facts: ModuleIndex, block: int) -> frozenset[str]:
    """Words of the names of all functions around a block."""
    found: frozenset[str] = frozenset()
    at = facts.named_owner(block)
    while at >= 0:
        found |= tokens(facts.module.functions[at].name)
        at = facts.named_owner(facts.module.functions[at].parent)
    return found


def _marks(facts: ModuleIndex, own: int) -> bool:
    """Whether a function marks rows as deleted by a statement: `.values(deleted=True)`."""
    block = facts.module.functions[own].block
    return any(
        _is_forgetting(call, facts) and block in set(facts.above(call.block))
        for call in facts.module.calls
    )


def flags(facts: ModuleIndex, own: int) -> bool:
    """Whether a function sets a flag of deletion on an object: `chat.deleted = True`."""
    block = facts.module.functions[own].block
    return any(
        isinstance(assign.target, code.Attribute)
        and assign.target.name in _FLAGS
        and block in set(facts.above(assign.block))
        for assign in facts.module.assigns
    )


def fits(names: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether one of some plain names is, or ends like, one that is wanted."""
    return any(n == w or (len(w) > 3 and n.endswith(w)) for n in names for w in wanted)


@query
def steps_up(db: Database, path: str, function: int) -> tuple[Step, ...]:
    """The function and everything of the tree that calls it, nearest first."""
    found: dict[tuple[str, int], Step] = {}
    wave = [(path, function)]
    for _ in range(_LEVELS):
        above: list[tuple[str, int]] = []
        for home, at in wave:
            facts = index(db, home)
            if facts is None or (home, at) in found or len(found) >= _MOST:
                continue
            own = facts.module.functions[at]
            node = Node(home, facts.node_name(own.block))
            params = tuple(p.name for p in own.params if p.name not in ("self", "cls", "db"))
            soft = flags(facts, at) or _marks(facts, at)
            found[home, at] = Step(node, home, own.line, tokens(own.name or own.qualname), params, soft)
            for user, i in call_sites(db, home, at):
                other = index(db, user)
                over = other.owner(other.module.calls[i].block) if other is not None else -1
                if over >= 0 and is_production(db, user):
                    above.append((user, over))
            around = facts.owner(own.parent)
            if around >= 0:
                above.append((home, around))
        wave = above
    return tuple(found.values())


@query
def _clocks(db: Database) -> frozenset[Node]:
    return frozenset(c.node for c in (*scheduled(db), *started(db)) if c.kind == "cron")


def starts(db: Database, step: Step) -> str:
    """What starts a step: `clock`, `request`, "" nothing that is seen."""
    if step.node in _clocks(db) or Node(step.path, "") in _clocks(db):
        return "clock"
    for entry in entries_of(db, step.path):
        if entry.function == step.node.name:
            return "clock" if entry.kind == "job" else "request"
    return "request" if step.path.endswith(PAGES) else ""


def whose(step: Step) -> Whose | None:
    """Whose messages a function deletes, by its name and what it is given; None: it does not say."""
    if step.words & _ALL or (step.words & PEOPLE and step.words & {"by", "for", "of"}):
        return "person"
    given = [tokens(name) for name in step.params]
    if any(words & {"id", "ids", "uuid"} and not words & PEOPLE for words in given):
        return "one"
    if any(words & TALK for words in given):
        return "one"
    if any(words & PEOPLE for words in given) or (step.words & ERASE and not given):
        return "person"
    return None
