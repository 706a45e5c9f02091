"""The functions that run when a model picks a tool, and what they change in the world."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import calls_inside
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.neighbours import edges_of, overrides_of
from shipsmith_controls.links.calls.sinks import kind_of
from shipsmith_controls.links.files.sql import statement_of
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tools.tool_definitions import Tool, tools
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.value import Const, Extern, Fn, Made, Text
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_BODIES = (
    "execute",
    "func",
    "fn",
    "coroutine",
    "handler",
    "callback",
    "run",
    "implementation",
    "#0",
    "#1",
)
_RUNS = ("_run", "_arun", "__call__", "forward", "run", "_call", "execute")
_SQL = re.compile(
    r"^\W*(?:insert|update|delete|drop|create|alter|merge|truncate|replace)\b", re.IGNORECASE
)
_BUILT = frozenset({"insert", "update", "delete"})
_ROWS = re.compile(
    r"^(?:insert|update|delete|upsert|remove|destroy|drop)(?:_?(?:one|many|by_id|all))?$", re.I
)
_STORES = frozenset(
    "db database session prisma table collection repo repository objects supabase conn tx store "
    "dao client kv bucket s3 model queryset service".split()
)
_SENDS = re.compile(
    r"^(?:send|publish|post|notify|charge|refund|transfer|purchase|pay|buy|book|reserve|cancel|submit|deploy)"
    r"(?:_?(?:e?mail|mails?|message|sms|tweet|payment|order|refund|money|funds|invoice|reservation|booking|"
    r"notification|transaction|card|subscription|appointment|ticket|comment|reply|document|deployment))\w*$",
    re.IGNORECASE,
)
_FILES = frozenset("unlink rmtree rmdir remove rm rename mkdir makedirs".split())
_FILE_OWNERS = frozenset({"os", "shutil", "fs", "path", "fsp", "promises"})
_COMMANDS = frozenset(
    "system popen create_subprocess_shell create_subprocess_exec execSync execFile execFileSync "
    "spawn spawnSync check_output check_call Popen exec_command".split()
)
CHANGING = frozenset({"post", "put", "patch", "delete"})
"""Methods of HTTP that change something."""
HTTP_CLIENTS = frozenset("requests httpx axios ky http session client aiohttp api superagent".split())
_READING = frozenset(
    "search query queries retrieve retrieval retriever scrape crawl extract lookup find read "
    "list get fetch embed embeddings embedding completion completions chat generate translate "
    "classify rerank transcribe weather geocode geocoding suggest autocomplete tavily exa serper "
    "firecrawl brave bing google graphql token oauth parse convert predict inference".split()
)
_ASIDE = re.compile(
    r"cache|tmp|temp|log|state|memo|stream|trace|metric|socket|writer|event|sse", re.IGNORECASE
)


class Body(msgspec.Struct, frozen=True, order=True):
    """A function that a tool runs."""

    path: str
    function: int


class Effect(msgspec.Struct, frozen=True):
    """Something that a tool changes: the call that does it, and a word for what it does."""

    path: str
    line: int
    what: str


@query
def bodies_of(db: Database, tool: Tool) -> tuple[Body, ...]:
    """The functions that run when a model picks the tool; empty when they could not be followed."""
    facts = index(db, tool.path)
    if facts is None:
        return ()
    module = facts.module
    if tool.body >= 0:
        return (Body(tool.path, tool.body),)
    found = [Body(tool.path, i) for i, f in enumerate(module.functions) if f.line == tool.line and f.name]
    found += [
        Body(tool.path, i)
        for klass in module.classes
        if klass.line == tool.line and klass.name == tool.name
        for i, f in enumerate(module.functions)
        if f.parent == klass.block and f.name in _RUNS
    ]
    for call in module.calls:
        if call.line == tool.line and not call.element:
            found += _handed(db, tool.path, call)
    return tuple(dict.fromkeys(found or _dispatched(db, tool, facts)))


def _dispatched(db: Database, tool: Tool, facts: ModuleIndex) -> Iterator[Body]:
    """What a file runs for a tool by its name: under `if action == "delete"`, or out of a table."""
    for i, block in enumerate(facts.module.blocks):
        if block.kind in ("if", "case") and any(_is_named(h, tool, facts) for h in block.heads):
            for _, call in calls_inside(facts, i):
                yield from _functions(db, tool.path, call.block, call.callee)
    for assign in facts.module.assigns:
        if isinstance(assign.value, code.Mapping):
            for key, held in assign.value.entries:
                if key is not None and _is_named(key, tool, facts):
                    yield from _functions(db, tool.path, assign.block, held)


def _is_named(expr: code.Expr, tool: Tool, facts: ModuleIndex) -> bool:
    """Whether an expression holds the name of a tool, whole or without its family's prefix."""
    texts = (part.value for part in inside(expr, facts.module) if isinstance(part, code.Literal))
    return any(
        isinstance(text, str) and text and (tool.name == text or tool.name.endswith(f"_{text}"))
        for text in texts
    )


def _functions(db: Database, path: str, block: int, expr: code.Expr) -> Iterator[Body]:
    for value in values(db, path, block, expr):
        if isinstance(value, Fn):
            yield Body(value.path, value.function)


def _handed(db: Database, path: str, call: code.Call) -> Iterator[Body]:
    for name in _BODIES:
        given = argument(call, name)
        if given is not None:
            yield from _functions(db, path, call.block, given)


def calls_in(facts: ModuleIndex, function: int) -> Iterator[tuple[int, code.Call]]:
    """The calls of a function, those of the functions inside it too."""
    return calls_inside(facts, facts.module.functions[function].block)


@query
def effects_of(db: Database, tool: Tool) -> tuple[Effect, ...]:
    """What a tool changes, in its body or one call below it."""
    found: dict[Effect, None] = {}
    for body in bodies_of(db, tool):
        found.update(dict.fromkeys(effects_in(db, body)))
        for below in called_from(db, body):
            found.update(dict.fromkeys(effects_in(db, below)))
    return tuple(found)


@query
def called_from(db: Database, body: Body) -> tuple[Body, ...]:
    """The functions of the tree that a function calls."""
    facts = index(db, body.path)
    if facts is None:
        return ()
    found: dict[Body, None] = {}
    lines: set[int] = set()
    sources: set[str] = set()
    for _, call in calls_in(facts, body.function):
        lines.add(call.line)
        sources.add(facts.node_name(call.block))
        for value in values(db, body.path, call.block, call.callee):
            if isinstance(value, Fn):
                found[Body(value.path, value.function)] = None
    for source in sorted(sources):
        for edge in edges_of(db, Node(body.path, source)):
            if edge.line not in lines:
                continue
            for node in (edge.target, *overrides_of(db, edge.target)):
                other = index(db, node.path)
                at = other.by_qualname.get(node.name) if other is not None else None
                if at is not None:
                    found[Body(node.path, at)] = None
    return tuple(found)


@query
def effects_in(db: Database, body: Body) -> tuple[Effect, ...]:
    """What one function changes by its own calls."""
    facts = index(db, body.path)
    if facts is None:
        return ()
    found = []
    for _, call in calls_in(facts, body.function):
        what = _effect(db, body.path, facts, call)
        if what:
            found.append(Effect(body.path, call.line, what))
    return tuple(found)


def _effect(db: Database, path: str, facts: ModuleIndex, call: code.Call) -> str:
    """A word for what a call changes, "" when it changes nothing that lasts."""
    name = last_name(call.callee)
    words, receiver = _receiver(call.callee, facts.module)
    if name in _COMMANDS or _is_process(db, path, call, name):
        return "runs a command"
    if name in _FILES and words & _FILE_OWNERS and name not in ("mkdir", "makedirs"):
        return "removes files"
    if name == "open" and opens_to_write(call):
        return "writes a file"
    if _SENDS.match(name):
        return "sends"
    if (name in CHANGING and words & HTTP_CLIENTS) or (name == "fetch" and method_of(call) in CHANGING):
        return "" if _reads(db, path, facts, call) else "calls another service"
    if name in ("execute", "executemany", "query", "exec", "fetch", "run"):
        return "writes to a database" if _is_write(db, path, facts, call) else ""
    if _ASIDE.search(receiver):
        return ""
    if _ROWS.match(name) and words & _STORES:
        return "writes to a database"
    kind = kind_of(call, facts)
    if kind == "store":
        return "saves"
    return "sends a message" if kind == "event" and name in ("publish", "send_message", "enqueue") else ""


def _receiver(callee: code.Expr, module: code.Module) -> tuple[frozenset[str], str]:
    """Words and text of what a method is called on, calls on the way included."""
    parts: list[str] = []
    here = callee.base if isinstance(callee, code.Attribute) else None
    while here is not None:
        if isinstance(here, code.Attribute):
            parts.append(here.name)
            here = here.base
        elif isinstance(here, code.CallRef):
            here = module.calls[here.call].callee
        else:
            parts.append(last_name(here))
            here = here.base if isinstance(here, code.Subscript) else None
    text = ".".join(reversed(parts))
    return tokens(text), text


def _is_process(db: Database, path: str, call: code.Call, name: str) -> bool:
    if name not in ("run", "call", "exec", "$", "execa"):
        return False
    return any(
        isinstance(v, (Extern, Made))
        and (v.module if isinstance(v, Extern) else v.extern.module) in _PROCESS_MODULES
        for v in values(db, path, call.block, call.callee)
    )


_PROCESS_MODULES = frozenset(
    {"subprocess", "child_process", "node:child_process", "execa", "zx", "asyncio.subprocess"}
)


def opens_to_write(call: code.Call) -> bool:
    """Whether an `open` is in a mode that writes."""
    mode = argument(call, "mode") or argument(call, "#1")
    return (
        isinstance(mode, code.Literal)
        and isinstance(mode.value, str)
        and mode.value[:1] in ("w", "a", "x")
    )


def method_of(call: code.Call) -> str:
    """The HTTP method that a request names, in lower case; "" when it names none."""
    given = argument(call, "method")
    return str(given.value).lower() if isinstance(given, code.Literal) else ""


def _reads(db: Database, path: str, facts: ModuleIndex, call: code.Call) -> bool:
    """Whether a POST only asks: by its address, its function, or the provider behind it."""
    own = facts.node_name(call.block).rsplit(".", 1)[-1]
    words = tokens(own)
    for given in call.args[:2]:
        for part in inside(given, facts.module):
            if isinstance(part, code.Literal) and isinstance(part.value, str):
                words |= tokens(part.value)
            elif isinstance(part, (code.Name, code.Attribute)):
                words |= tokens(last_name(part))
        for value in values(db, path, call.block, given):
            if isinstance(value, Const) and isinstance(value.value, str):
                words |= tokens(value.value)
            elif isinstance(value, Text):
                words |= tokens(
                    " ".join(str(p.value) for p in value.template.parts if isinstance(p, code.Literal))
                )
    return bool(words & _READING)


def _is_write(db: Database, path: str, facts: ModuleIndex, call: code.Call) -> bool:
    if _SQL.match(statement_of(db, path, facts.module, call)):
        return True
    for given in call.args[:1]:
        for part in inside(given, facts.module):
            if (
                isinstance(part, code.CallRef)
                and last_name(facts.module.calls[part.call].callee) in _BUILT
            ):
                return True
    return False


@query
def acting_tools(db: Database) -> tuple[tuple[Tool, Effect], ...]:
    """Every tool with a side effect, with the first of them."""
    return tuple((tool, found[0]) for tool in tools(db) if (found := effects_of(db, tool)))
