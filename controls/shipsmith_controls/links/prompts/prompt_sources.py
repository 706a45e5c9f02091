"""Where the text of a prompt comes from, and whether a ceiling stands on the way of each source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import exits_inside
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import ANSWERING, Entry, ai_entries
from shipsmith_controls.links.calls.neighbours import edges_of
from shipsmith_controls.links.calls.request_fields import Field
from shipsmith_controls.links.data.retrieval_tuning import retrievals
from shipsmith_controls.links.files.sql import statement_of
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.prompts.request_texts import request_texts
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.links.values.pieces import ORDERS
from shipsmith_controls.links.values.value import Cls, Data
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

SourceKind = Literal["request", "history", "retrieved"]

_HISTORY = frozenset("message messages history turns chatmessages".split())
_KEPT_TURNS = ("messages", "_messages", "history", "chat_history", "chatHistory")
"""Names under which turns of a conversation are kept."""
_CONTENT = frozenset("content parts text body message".split())
_READS = frozenset(
    "where all findMany find select select_from from order_by orderBy filter fetchall".split()
)
_BOUNDS = frozenset("limit take top slice first one scalar_one scalar_one_or_none get count".split())
_FROM = re.compile(r"^\s*select\b(?P<what>.*?)\bfrom\s+[\"`]?(?P<table>\w+)", re.IGNORECASE | re.DOTALL)
_LIMIT = re.compile(r"\blimit\b|\bcount\s*\(", re.IGNORECASE)
_TRIMS = frozenset("trim_messages trimMessages SummarizationMiddleware summarizationMiddleware".split())
_CUTS = frozenset("slice substring substr truncate".split())
_FROM_START = frozenset({"slice", "substring", "substr"})
_RETRIEVES = frozenset("_get_relevant_documents _aget_relevant_documents _retrieve _aretrieve".split())
_FEW = 4
"""Messages below which a number is no ceiling."""
_STEPS = 4


class Source(msgspec.Struct, frozen=True, order=True):
    """Something that a prompt is made of: where it enters, and the line of its bound (0: none)."""

    path: str
    line: int
    kind: SourceKind
    name: str
    bound_path: str = ""
    bound_line: int = 0


@query
def prompt_sources(db: Database) -> tuple[Source, ...]:
    """Request text, stored history and retrieved text that lead to a model, each once."""
    found: dict[tuple[str, int, str], Source] = {}
    for entry in ai_entries(db):
        if entry.kind == "graph":
            found.update({(s.path, s.line, s.kind): s for s in _of_graph(db, entry)})
        if entry.kind in ANSWERING:
            for source in _of_entry(db, entry):
                held = found.get((source.path, source.line, source.kind))
                if held is None or (held.bound_line and not source.bound_line):
                    found[source.path, source.line, source.kind] = source
    for each in retrievals(db):
        bound = (each.path, each.line) if each.counted else ("", 0)
        if not each.unseen or each.counted:
            found.setdefault(
                (each.path, each.line, "retrieved"),
                Source(each.path, each.line, "retrieved", each.what, *bound),
            )
    for path in sorted({p for m, users in by_import(db).items() if "retriever" in m for p in users}):
        for source in _own_retrievers(db, path) if is_production(db, path) else ():
            found.setdefault((source.path, source.line, source.kind), source)
    return tuple(sorted(found.values()))


@query
def _own_retrievers(db: Database, path: str) -> tuple[Source, ...]:
    """Retrievers that the tree writes itself, and whether they cut what they give back."""
    facts = index(db, path)
    found = []
    for function in facts.module.functions if facts is not None else ():
        if facts is None or function.name not in _RETRIEVES:
            continue
        line = _slices(facts, Node(path, function.qualname))
        bound = (path, line) if line else ("", 0)
        found.append(Source(path, function.line, "retrieved", function.name, *bound))
    return tuple(found)


def _expressions(facts: ModuleIndex, node: Node) -> Iterator[code.Expr]:
    for call in _calls(facts, node):
        yield from (*call.args, *(k.value for k in call.keywords))
    for assign in facts.module.assigns:
        if assign.value is not None and _is_in(facts, assign.block, node):
            yield assign.value
    for out in facts.module.exits:
        if out.value is not None and _is_in(facts, out.block, node):
            yield out.value


@query
def _of_graph(db: Database, entry: Entry) -> tuple[Source, ...]:
    """The text and the history that a served graph is given; its middleware may cut them."""
    trimmed = _trimmed(db, _below(db, entry.node))
    trimmed = trimmed if trimmed[1] else _summed_up(db, entry.path) or trimmed
    cut = _cut_by_middleware(db, entry.path) or ("", 0)
    return (
        Source(entry.path, entry.line, "history", "history of the graph", *trimmed),
        Source(entry.path, entry.line, "request", "messages", *cut),
    )


@query
def _cut_by_middleware(db: Database, path: str) -> tuple[str, int] | None:
    """Where a middleware of the tree, handed to an agent in this file, slices what it is given."""
    facts = index(db, path)
    for call in facts.module.calls if facts is not None else ():
        given = argument(call, "middleware")
        for home, block, part in _classes_in(db, path, call.block, given):
            for value in values(db, home, block, part):
                there = index(db, value.path) if isinstance(value, Cls) else None
                if isinstance(value, Cls) and there is not None:
                    klass = there.module.classes[value.klass]
                    for function in there.module.functions:
                        line = _slices(there, Node(value.path, function.qualname))
                        if function.parent == klass.block and line:
                            return value.path, line
    return None


@query
def _summed_up(db: Database, path: str) -> tuple[str, int] | None:
    """Where a middleware that sums up is handed to an agent in this file."""
    facts = index(db, path)
    for call in facts.module.calls if facts is not None else ():
        given = argument(call, "middleware")
        for home, _, part in _classes_in(db, path, call.block, given):
            if "summarization" in tokens(part.id):
                return home, part.line
    return None


def _classes_in(
    db: Database, path: str, block: int, given: code.Expr | None
) -> Iterator[tuple[str, int, code.Name]]:
    """The names in a list of middleware, as (path, block, name); the list may stand elsewhere."""
    facts = index(db, path)
    lists = [(path, block, given)] if given is not None else []
    if isinstance(given, (code.Name, code.Attribute)):
        found = values(db, path, block, given)
        lists += [(v.path, v.block, v.expr) for v in found if isinstance(v, Data)]
    for home, inner, expr in lists:
        facts = index(db, home)
        for part in inside(expr, facts.module) if facts is not None else ():
            if isinstance(part, code.Name):
                yield home, inner, part


def _slices(facts: ModuleIndex, node: Node) -> int:
    """The first line of a function that takes a slice; 0 when none does."""
    for expr in _expressions(facts, node):
        for part in inside(expr, facts.module):
            sliced = part.index if isinstance(part, code.Subscript) else None
            if _ends(sliced):
                return part.line
    return 0


@query
def _of_entry(db: Database, entry: Entry) -> tuple[Source, ...]:
    nodes = _below(db, entry.node)
    found = []
    for field in request_texts(db, entry):
        bound = (field.path, field.line) if field.bounded else _cut(db, nodes, field)
        found.append(Source(field.path, field.line, "request", field.name, *bound))
    trimmed = _trimmed(db, nodes)
    for node in nodes:
        for line, bounded in _history(db, node):
            bound = (node.path, line) if bounded else trimmed
            found.append(Source(node.path, line, "history", "stored history", *bound))
    return tuple(found)


@query
def _below(db: Database, start: Node) -> tuple[Node, ...]:
    """The functions that an entry leads to, a few calls deep."""
    found = {start: None}
    wave = [start]
    for _ in range(_STEPS):
        following = [e.target for node in wave for e in edges_of(db, node) if e.target not in found]
        found.update(dict.fromkeys(following))
        wave = list(dict.fromkeys(following))
    return tuple(found)


def _calls(facts: ModuleIndex, node: Node) -> Iterator[code.Call]:
    inner = node.name + "."
    at = (i for n, i in facts.calls_of_node.items() if n == node.name or n.startswith(inner))
    yield from (facts.module.calls[i] for i in sorted(i for calls in at for i in calls))


def _cut(db: Database, nodes: tuple[Node, ...], field: Field) -> tuple[str, int]:
    """Where code rejects or cuts a text that is too long, by the name of its field."""
    for node in nodes:
        found = _cut_in(db, node, field.name)
        if found:
            return node.path, found
    return "", 0


@query
def _cut_in(db: Database, node: Node, name: str) -> int:
    facts = index(db, node.path)
    if facts is None:
        return 0
    module = facts.module
    for i, block in enumerate(module.blocks):
        if block.kind != "if" or not _is_in(facts, i, node):
            continue
        leaves = any(out.kind in ("raise", "return") for out in exits_inside(facts, i))
        if leaves and any(_measures(head, name, facts) for head in block.heads):
            return block.line
    for call in _calls(facts, node):
        base = call.callee.base if isinstance(call.callee, code.Attribute) else None
        cuts = last_name(call.callee) in _CUTS and not _drops(call)
        if cuts and any(last_name(x) == name for x in (base, *call.args[:1]) if x is not None):
            return call.line
    for expr in _expressions(facts, node):
        if line := _sliced(expr, name, facts):
            return line
    return 0


def _is_in(facts: ModuleIndex, block: int, node: Node) -> bool:
    here = facts.node_name(block)
    return here == node.name or here.startswith(node.name + ".")


def _measures(head: code.Expr, name: str, facts: ModuleIndex) -> bool:
    """Whether a test finds a length too great: `len(text) > LIMIT`, `8000 < text.length`."""
    for part in inside(head, facts.module):
        if isinstance(part, code.Operation) and part.operator in ORDERS and len(part.operands) == 2:
            left, right = part.operands
            if part.operator in ("<", "<="):
                left, right = right, left
            if _is_length(left, name, facts) and not _is_few(right):
                return True
    return False


def _is_length(expr: code.Expr, name: str, facts: ModuleIndex) -> bool:
    if isinstance(expr, code.Attribute):
        return expr.name == "length" and last_name(expr.base) == name
    if not isinstance(expr, code.CallRef):
        return False
    call = facts.module.calls[expr.call]
    return last_name(call.callee) == "len" and bool(call.args) and last_name(call.args[0]) == name


def _is_few(expr: code.Expr) -> bool:
    """Whether a number is so small that it tells whether there is anything, not how much."""
    return isinstance(expr, code.Literal) and isinstance(expr.value, (int, float)) and expr.value < _FEW


def _ends(sliced: code.Expr | None) -> bool:
    """Whether a slice bounds what it takes: `[:n]` and `[-n:]` do, `[1:]` and `[:-1]` do not."""
    if not isinstance(sliced, code.Opaque) or sliced.kind != "slice":
        return False
    start, stop = sliced.parts[:2]
    if isinstance(stop, code.Literal) and stop.value is None:
        return _is_negative(start)
    return not _is_negative(stop)


def _drops(call: code.Call) -> bool:
    """Whether `text.slice(1)` only leaves out what stands first."""
    only = last_name(call.callee) in _FROM_START and len(call.args) == 1
    return only and isinstance(call.args[0], code.Literal) and not _is_negative(call.args[0])


def _is_negative(expr: code.Expr) -> bool:
    if isinstance(expr, code.Operation):
        return expr.operator == "-" and len(expr.operands) == 1
    return isinstance(expr, code.Literal) and isinstance(expr.value, (int, float)) and expr.value < 0


def _sliced(expr: code.Expr, name: str, facts: ModuleIndex) -> int:
    for part in inside(expr, facts.module):
        if not isinstance(part, code.Subscript) or last_name(part.base) != name:
            continue
        if _ends(part.index):
            return part.line
    return 0


@query
def _trimmed(db: Database, nodes: tuple[Node, ...]) -> tuple[str, int]:
    """Where a history is cut to a window or summed up on the path."""
    for node in nodes:
        facts = index(db, node.path)
        for call in facts.module.calls if facts is not None else ():
            if last_name(call.callee) in _TRIMS:
                return node.path, call.line
        for name in _KEPT_TURNS:
            if line := _cut_in(db, node, name):
                return node.path, line
    return "", 0


@query
def _history(db: Database, node: Node) -> tuple[tuple[int, bool], ...]:
    """(line, whether bounded) of each read of stored messages in a function."""
    facts = index(db, node.path)
    if facts is None:
        return ()
    found: dict[int, bool] = {}
    for call in _calls(facts, node):
        statement = _FROM.search(text := statement_of(db, node.path, facts.module, call))
        if statement is not None:
            asked = tokens(statement["what"])
            if tokens(statement["table"]) & _HISTORY and (asked & _CONTENT or "*" in statement["what"]):
                found[call.line] = bool(_LIMIT.search(text))
            continue
        chain = _chain(call, facts.module)
        names = {last_name(c.callee) for c in chain}
        if len(chain) < 2 and "findMany" not in names:
            continue
        if names & _READS and _reads_messages(chain, facts):
            first = min(c.line for c in chain)
            take = any(k in ("take", "limit") for c in chain for k in _keys(c))
            found[first] = found.get(first, False) or bool(names & _BOUNDS) or take
    return tuple(sorted(found.items()))


def _chain(call: code.Call, module: code.Module) -> list[code.Call]:
    """The calls of a method chain, from the last to the first."""
    found = [call]
    here: code.Expr = call.callee
    while True:
        if isinstance(here, code.Attribute):
            here = here.base
        elif isinstance(here, code.CallRef):
            found.append(module.calls[here.call])
            here = module.calls[here.call].callee
        else:
            return found


def _keys(call: code.Call) -> Iterator[str]:
    for keyword in call.keywords:
        yield keyword.name or ""
    for given in call.args:
        for key, _ in given.entries if isinstance(given, code.Mapping) else ():
            yield str(key.value) if isinstance(key, code.Literal) else ""


def _reads_messages(chain: list[code.Call], facts: ModuleIndex) -> bool:
    """Whether a chain selects whole messages: `db.select().from(message)`, `query(Message).all()`."""
    if last_name(chain[0].callee) == "findMany" and isinstance(chain[0].callee, code.Attribute):
        return bool(tokens(last_name(chain[0].callee.base)) & _HISTORY)
    tables = False
    for call in chain:
        name = last_name(call.callee)
        given = call.args[0] if call.args else None
        picked = name == "select" and isinstance(given, code.Mapping)
        if picked and not set(_keys(call)) & _CONTENT:
            return False
        if name in ("from", "query", "select", "select_from", "table") and given is not None:
            said = given.value if isinstance(given, code.Literal) else last_name(given)
            tables = tables or bool(tokens(str(said)) & _HISTORY)
    return tables
