"""Side effects of tools: what a tool's body does to the world, and what keeps it from doing it twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import calls_inside, exits_inside
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.reach import model_calls
from shipsmith_controls.links.files.sql import statement_of
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tools.tool_bodies import (
    CHANGING,
    HTTP_CLIENTS,
    Effect,
    bodies_of,
    method_of,
    opens_to_write,
)
from shipsmith_controls.links.tools.tool_definitions import Tool, tools
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, dotted, inside, last_name
from shipsmith_controls.links.values.value import Fn
from shipsmith_controls.links.values.values import Walk
from shipsmith_controls.queries import Database, query

_ACTS = frozenset(
    "insert insertOne insertMany insert_one insert_many update_one update_many updateOne "
    "updateMany delete_one "
    "delete_many deleteOne deleteMany bulk_create bulk_write bulk_update add_all save commit "
    "executemany sendMail "
    "send_email sendEmail send_message sendMessage postMessage chat_postMessage Popen "
    "check_call check_output "
    "execSync spawn rmtree unlink writeFile writeFileSync write_text write_bytes put_object upload_file "
    "upload_fileobj publish put_item delete_item update_item delete_object setDoc addDoc "
    "updateDoc deleteDoc".split()
)
_VERBS = frozenset(
    "create save update delete remove insert send book cancel schedule pay refund charge "
    "submit publish upload "
    "write store upsert edit modify post add set".split()
)
_PLAIN = frozenset(
    "task client stream reader writer ui prompt agent model chain llm embedding embeddings "
    "session engine event "
    "response headers header request schema tool tools logger span hash timestamp progress context error "
    "message messages state config completion image node edge edges middleware timeout "
    "interval attribute "
    "attributes handler handlers listener query filter data text parser server router callback default "
    "result results index retriever vector score step usage user locale cookie transaction".split()
)
_READS = frozenset(
    "search query retrieve fetch read extract scrape embed rerank get list find lookup".split()
)
_CLIENTS = HTTP_CLIENTS | {"got"}
_SQL = re.compile(r"^\s*(?:insert|update|delete|merge|replace)\b", re.IGNORECASE)
_CONFLICT = re.compile(
    r"\bon\s+(?:conflict|duplicate\s+key)|\bmerge\s+into|\breplace\s+into|insert\s+or\s+ignore", re.I
)
_KEYS = frozenset(
    "idempotency_key idempotencyKey Idempotency-Key idempotency-key X-Idempotency-Key "
    "MessageDeduplicationId "
    "message_deduplication_id deduplication_id jobId job_id _job_id task_id dedupe_key "
    "dedupeKey request_id "
    "client_token ClientToken ClientRequestToken clientRequestToken client_request_token nx "
    "onConflict".split()
)
_WEAK_KEYS = frozenset({"job_id", "task_id", "request_id"})
_GUARDS = frozenset(
    "upsert get_or_create update_or_create getOrCreate findOrCreate onConflictDoNothing "
    "onConflictDoUpdate "
    "on_conflict_do_nothing on_conflict_do_update setnx connectOrCreate merge".split()
)
_DONE = frozenset(
    "status exists exist existing already done processed completed complete finished duplicate "
    "seen handled "
    "locked lock sent".split()
)


class Acting(msgspec.Struct, frozen=True):
    """A tool with a side effect: its definition, its body as a node, and the effect."""

    tool: Tool
    path: str
    function: int
    effect: Effect


@query
def repeatable_tools(db: Database) -> tuple[Acting, ...]:
    """Every production tool that would act on the world again when it is called twice."""
    found: list[Acting] = []
    for tool in tools(db):
        for path, function in _bodies(db, tool):
            effect = _effect(db, tool, path, function, 0)
            if effect is not None:
                found.append(Acting(tool, path, function, effect))
                break
    return tuple(found)


def _bodies(db: Database, tool: Tool) -> Iterator[tuple[str, int]]:
    """(path, function) of what a tool runs."""
    found = bodies_of(db, tool)
    yield from ((body.path, body.function) for body in found)
    facts = index(db, tool.path) if not found else None
    if facts is not None and tool.name in facts.by_qualname:
        yield tool.path, facts.by_qualname[tool.name]


def _effect(db: Database, tool: Tool, path: str, function: int, depth: int) -> Effect | None:
    facts = index(db, path)
    if facts is None:
        return None
    body = facts.module.functions[function].block
    asked = {(c.path, c.call) for c in model_calls(db)}
    reads = bool(tokens(tool.name) & _READS)
    inner: list[tuple[str, int]] = []
    for i, call in calls_inside(facts, body):
        if (path, i) in asked or call.element:
            continue
        if _acts(db, path, facts, call, reads):
            return Effect(path, call.line, f"{dotted(call.callee) or last_name(call.callee)}()")
        if depth < 1:
            for value in Walk(db).values(path, call.block, call.callee):
                if isinstance(value, Fn) and (value.path, value.function) != (path, function):
                    inner.append((value.path, value.function))
    for target in dict.fromkeys(inner):
        found = _effect(db, tool, *target, depth + 1)
        if found is not None:
            return found
    return None


def _acts(db: Database, path: str, facts: ModuleIndex, call: code.Call, reads: bool) -> bool:
    name = last_name(call.callee)
    whole = dotted(call.callee) or name
    if name in _ACTS:
        return True
    if whole in (
        "subprocess.run",
        "os.system",
        "os.remove",
        "asyncio.create_subprocess_shell",
        "child_process.exec",
    ):
        return True
    if name in CHANGING and isinstance(call.callee, code.Attribute):
        root = tokens(whole.rpartition(".")[0])
        return bool(root & _CLIENTS) and not reads and not _is_reading(call, facts)
    if name == "fetch":
        return method_of(call) in CHANGING and not reads and not _is_reading(call, facts)
    if name in ("execute", "query", "run", "exec"):
        return bool(_SQL.match(statement_of(db, path, facts.module, call)))
    if name == "open":
        return opens_to_write(call)
    words = [w.lower() for w in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
    words = words[1:] if words[:1] in (["on"], ["handle"], ["async"], ["a"]) else words
    if len(words) < 2 or words[0] not in _VERBS - {"add", "set"}:
        return False
    return not set(words[1:]) & _PLAIN


def _is_reading(call: code.Call, facts: ModuleIndex) -> bool:
    """Whether a request goes to a search or read API, by the words of its URL."""
    first = call.args[0] if call.args else argument(call, "url")
    words: frozenset[str] = frozenset()
    for part in inside(first, facts.module) if first is not None else ():
        if isinstance(part, code.Literal) and isinstance(part.value, str):
            words |= tokens(part.value)
        elif isinstance(part, (code.Name, code.Attribute)):
            words |= tokens(last_name(part))
    return bool(words & (_READS - {"get", "list", "find"}))


@query
def guard_against_repeats(db: Database, path: str, function: int) -> Effect | None:
    """What keeps a function from acting twice: keys, conflict clauses, a look at what is done already."""
    return _guard(db, path, function, 0, set())


def _guard(
    db: Database, path: str, function: int, depth: int, seen: set[tuple[str, int]]
) -> Effect | None:
    facts = index(db, path)
    if facts is None or (path, function) in seen or len(seen) > 30:
        return None
    seen.add((path, function))
    body = facts.module.functions[function].block
    for _, call in calls_inside(facts, body):
        name = last_name(call.callee)
        said = _key(call, facts) or (name if name in _GUARDS else "")
        if not said and name in ("execute", "query", "text", "run", "fetchrow"):
            said = (
                "a conflict clause"
                if _CONFLICT.search(statement_of(db, path, facts.module, call))
                else ""
            )
        if said:
            return Effect(path, call.line, said)
    for i, block in enumerate(facts.module.blocks):
        if block.kind != "if" or not block.heads or body not in facts.above(i):
            continue
        leaves = any(out.kind in ("return", "continue") for out in exits_inside(facts, i))
        if leaves and _asks_done(facts, block.heads[0]):
            return Effect(path, block.line, "finished work is skipped")
    if depth < 2:
        for _, call in calls_inside(facts, body):
            for value in Walk(db).values(path, call.block, call.callee):
                if isinstance(value, Fn):
                    found = _guard(db, value.path, value.function, depth + 1, seen)
                    if found is not None:
                        return found
    return None


def _key(call: code.Call, facts: ModuleIndex) -> str:
    """An argument or header that names the work: `idempotencyKey: id`."""
    names = [k.name for k in call.keywords if k.name in _KEYS - _WEAK_KEYS]
    if names:
        return str(names[0])
    enqueues = last_name(call.callee) in ("add", "enqueue", "enqueue_job", "apply_async", "add_job")
    if enqueues and any(k.name in _WEAK_KEYS for k in call.keywords):
        return "a job id"
    for given in (*call.args, *(k.value for k in call.keywords if k.name in ("headers", "json", "data"))):
        for part in (given, *_below(given)):
            if isinstance(part, code.Mapping):
                for key, _ in part.entries:
                    if isinstance(key, code.Literal) and key.value in _KEYS - _WEAK_KEYS:
                        return str(key.value)
    return ""


def _below(expr: code.Expr) -> Iterator[code.Expr]:
    if isinstance(expr, code.Mapping):
        for _, value in expr.entries:
            yield value
            yield from _below(value)


def _asks_done(facts: ModuleIndex, head: code.Expr) -> bool:
    """Whether a test asks if the work is done already; `if not found: return` asks the opposite."""
    if isinstance(head, code.Operation) and head.operator in ("not", "!"):
        inner = head.operands[0]
        # `if not redis.set(key, 1, nx=True): return`
        return any(
            isinstance(p, code.CallRef) and _key(facts.module.calls[p.call], facts)
            for p in inside(inner, facts.module)
        )
    words = {
        word
        for part in inside(head, facts.module)
        if isinstance(part, (code.Name, code.Attribute))
        for word in tokens(last_name(part))
    }
    response = words & {"response", "res", "resp", "reply", "code", "http", "result"}
    return bool(words & _DONE) and not response


def body_of(db: Database, node: Node) -> tuple[str, int] | None:
    """(path, function) of a node of the call graph."""
    facts = index(db, node.path)
    at = facts.by_qualname.get(node.name) if facts is not None else None
    return (node.path, at) if at is not None else None
