"""Entries: where a network, a queue, a clock or a window starts code of the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls import ModelCall, Node, node_of
from shipsmith_controls.links.index import ModuleIndex, argument, dotted, last_name
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.reach import reach
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.value import Cls, Extern, Fn, Made
from shipsmith_controls.links.values import values
from shipsmith_controls.queries import Database, query

EntryKind = Literal[
    "http", "websocket", "ui", "bot", "mcp", "function", "action", "graph", "job", "consumer"
]
"""`http`, `websocket`: a route. `ui`: a Streamlit page, Gradio event, Chainlit handler. `function`: a
serverless handler. `action`: an exported `use server` function. `graph`: served by its platform.
`job`: started by a clock. `consumer`: started by a queue."""

NETWORK: frozenset[EntryKind] = frozenset(
    {"http", "websocket", "ui", "bot", "mcp", "function", "action", "graph"}
)
ANSWERING: frozenset[EntryKind] = frozenset({"http", "websocket", "ui", "bot", "function", "action"})

_VERBS = frozenset(
    "get post put patch delete head options route websocket api_route ws all websocket_route".split()
)
_ADDERS = frozenset(
    "add_api_route add_url_rule add_route add_websocket_route add_api_websocket_route add_post add_get "
    "add_put Route WebSocketRoute path re_path APIRoute use".split()
)
_NEXT_ROUTE = re.compile(r"(^|/)app/.*route\.(ts|tsx|js|jsx|mjs)$")
_NEXT_API = re.compile(r"(^|/)pages/api/.*\.(ts|tsx|js|jsx|mjs)$")
_NEXT_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_BOT = frozenset(
    "event message command action view shortcut on_message on_chat_start on_chat_resume slash_command "
    "message_handler app_mention callback_query_handler".split()
)
_BOT_MODULES = (
    "slack_bolt",
    "discord",
    "telebot",
    "aiogram",
    "telegram",
    "chainlit",
    "@slack/bolt",
    "discord.js",
    "telegraf",
    "grammy",
    "botbuilder",
)
_QUEUE = frozenset(
    {"task", "shared_task", "actor", "job", "subscriber", "consumer", "activity", "processor"}
)
_QUEUE_MODULES = (
    "celery",
    "dramatiq",
    "rq",
    "arq",
    "huey",
    "temporalio",
    "faststream",
    "bullmq",
    "inngest",
    "@trigger.dev",
    "taskiq",
    "procrastinate",
)
_CLOCK = frozenset(
    {"periodic_task", "scheduled_job", "cron", "repeat", "schedule", "on_schedule", "cron_schedule"}
)
_HANDLERS = frozenset({"lambda_handler", "handler", "main_handler", "cloud_function"})
_EVENTS = frozenset(
    {"click", "submit", "change", "then", "upload", "ChatInterface", "Interface", "chat", "load"}
)


class Entry(msgspec.Struct, frozen=True):
    """One entry: the function that is started, and how.

    `route` is the path or name it is reached by, "" when there is none. `line` is where it is
    declared; `call` the call that declares it (-1: a decorator without call, or a convention).
    """

    kind: EntryKind
    path: str
    line: int
    function: str
    route: str = ""
    call: int = -1

    @property
    def node(self) -> Node:
        """The function as a node of the call graph."""
        return Node(self.path, self.function)


@query
def entries_of(db: Database, path: str) -> tuple[Entry, ...]:
    """The entries that one file declares."""
    facts = index(db, path)
    if facts is None:
        return ()
    reader = _Reader(db, path, facts)
    return tuple(dict.fromkeys((*reader.decorated(), *reader.declared(), *reader.by_convention())))


@query
def entries(db: Database) -> tuple[Entry, ...]:
    """Every production entry in the files that lead to a model."""
    return tuple(e for path in reach(db).files if is_production(db, path) for e in entries_of(db, path))


@query
def ai_entries(db: Database) -> tuple[Entry, ...]:
    """Entries with an LLM call on their path (AI entry points; `graph` ones apart from a check's own)."""
    leading = reach(db)
    return tuple(
        entry for entry in entries(db) if any(call.is_llm for call in leading.on_path(entry.node))
    )


def llm_on_path(db: Database, entry: Entry) -> tuple[ModelCall, ...]:
    """LLM calls on the path of an entry."""
    return tuple(call for call in reach(db).on_path(entry.node) if call.is_llm)


class _Reader:
    def __init__(self, db: Database, path: str, facts: ModuleIndex) -> None:
        self.db, self.path, self.facts = db, path, facts
        self.module = facts.module
        self.modules = {i.module for i in self.module.imports}

    def _uses(self, roots: tuple[str, ...]) -> bool:
        return any(m == r or m.startswith((r + ".", r + "/")) for m in self.modules for r in roots)

    def decorated(self) -> Iterator[Entry]:
        """Functions whose decorator makes them an entry."""
        for function in self.module.functions:
            for decorator in function.decorators:
                made = self.module.calls[decorator.call] if isinstance(decorator, code.CallRef) else None
                callee = made.callee if made else decorator
                kind = self._kind(callee, made)
                if kind is not None:
                    route = _route(made) if made else ""
                    at = decorator.call if isinstance(decorator, code.CallRef) else -1
                    yield Entry(kind, self.path, function.line, function.qualname, route, at)

    def _kind(self, callee: code.Expr, made: code.Call | None) -> EntryKind | None:
        name = last_name(callee)
        attribute = isinstance(callee, code.Attribute)
        if name in _VERBS and attribute and made is not None and _is_route(made):
            return "websocket" if "websocket" in name or name == "ws" else "http"
        if name in _CLOCK:
            return "job"
        if name in _QUEUE and (
            self._uses(_QUEUE_MODULES) or (name in ("task", "shared_task") and attribute)
        ):
            return "consumer"
        if name in _BOT and self._uses(_BOT_MODULES):
            return "bot"
        if name in ("tool", "resource", "prompt") and attribute and self._uses(("mcp", "fastmcp")):
            return "mcp"
        if name in ("http", "https_fn", "on_request", "on_call", "cloud_event", "function"):
            return (
                "function" if self._uses(("functions_framework", "firebase_functions", "modal")) else None
            )
        return None

    def declared(self) -> Iterator[Entry]:
        """Handlers handed to a call that declares a route, an event or a consumer."""
        for i, call in enumerate(self.module.calls):
            name = last_name(call.callee)
            kind: EntryKind | None = None
            if (
                (name in _VERBS or name in _ADDERS)
                and _is_route(call)
                and len(call.args) + len(call.keywords) > 1
            ):
                kind = "websocket" if "ebsocket" in name or name == "ws" else "http"
            elif name in _EVENTS and self._uses(("gradio",)):
                kind = "ui"
            elif dotted(call.callee) in ("Deno.serve", "serve") and call.args:
                kind = "function"
            elif name in ("Worker", "createFunction", "task", "process") and self._uses(_QUEUE_MODULES):
                kind = "consumer"
            elif name in _BOT and self._uses(_BOT_MODULES):
                kind = "bot"
            if kind is None:
                continue
            for given in (*call.args, *(k.value for k in call.keywords)):
                yield from self._handler(kind, i, call, given)

    def _handler(self, kind: EntryKind, i: int, call: code.Call, given: code.Expr) -> Iterator[Entry]:
        if isinstance(given, (code.Literal, code.Mapping, code.Template)):
            return
        for value in values(self.db, self.path, call.block, given):
            target = None
            if isinstance(value, Fn):
                target = node_of(self.db, value)
            elif isinstance(value, Cls):
                target = self._view(value)
            if target is not None:
                yield Entry(
                    kind,
                    target.path,
                    _line_of(self.db, target, call.line),
                    target.name,
                    _route(call),
                    i if target.path == self.path else -1,
                )

    def _view(self, value: Cls) -> Node | None:
        facts = index(self.db, value.path)
        if facts is None:
            return None
        for verb in ("post", "get", "put", "dispatch"):
            at = facts.methods.get((value.klass, verb))
            if at is not None:
                return Node(value.path, facts.module.functions[at].qualname)
        return None

    def by_convention(self) -> Iterator[Entry]:
        """Entries that a framework finds by file or name."""
        if _NEXT_ROUTE.search(self.path) or _NEXT_API.search(self.path):
            route = re.sub(r"^.*?(?:app|pages)/|/?route\.\w+$|\.\w+$|\([^)]*\)/", "", self.path)
            for name, function in self._exported():
                if name in _NEXT_VERBS or (name == "default" and _NEXT_API.search(self.path)):
                    yield Entry("http", self.path, function.line, function.qualname, "/" + route)
        if self.module.directive == "use server":
            for _, function in self._exported():
                yield Entry("action", self.path, function.line, function.qualname)
        if self._uses(("streamlit",)):
            yield Entry("ui", self.path, 1, "")
            for function in self.module.functions:
                if function.name and function.parent == 0:
                    yield Entry("ui", self.path, function.line, function.qualname)
        for name, function in self._exported():
            if name in _HANDLERS and (len(function.params) == 2 or name == "lambda_handler"):
                yield Entry("function", self.path, function.line, function.qualname)

    def _exported(self) -> Iterator[tuple[str, code.Function]]:
        python = self.module.language == "python"
        names = (
            [f.name for f in self.module.functions if f.parent == 0]
            if python
            else list(self.facts.exports)
        )
        for name in names:
            shown = self.facts.exports.get(name)
            local = (shown.local or name) if shown else name
            found = values(
                self.db, self.path, 0, shown.value if shown and shown.value else code.Name(0, local)
            )
            for value in found:
                if isinstance(value, Fn) and value.path == self.path:
                    function = self.module.functions[value.function]
                    yield name, function
                elif isinstance(value, (Made, Extern)):
                    yield from self._wrapped(name, value)

    def _wrapped(self, name: str, value: Made | Extern) -> Iterator[tuple[str, code.Function]]:
        """`export const POST = withAuth(async (req) => …)`: the function that is wrapped."""
        if isinstance(value, Made) and value.calls and value.calls[0][0] == self.path:
            for given in self.module.calls[value.calls[0][1]].args:
                if isinstance(given, code.FunctionRef):
                    yield name, self.module.functions[given.function]


def _is_route(call: code.Call) -> bool:
    first = call.args[0] if call.args else argument(call, "path")
    return (
        isinstance(first, code.Literal)
        and isinstance(first.value, str)
        and (
            first.value.startswith("/")
            or first.value in ("", "*")
            or last_name(call.callee) in ("path", "re_path")
        )
    )


def _route(call: code.Call) -> str:
    first = call.args[0] if call.args else argument(call, "path")
    return first.value if isinstance(first, code.Literal) and isinstance(first.value, str) else ""


def _line_of(db: Database, node: Node, otherwise: int) -> int:
    facts = index(db, node.path)
    if facts is None or node.name not in facts.by_qualname:
        return otherwise
    return facts.module.functions[facts.by_qualname[node.name]].line
