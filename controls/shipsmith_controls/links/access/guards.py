"""Whether an endpoint can refuse its caller: every guard in front of it, whatever the framework."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.gateways import gateway_guards
from shipsmith_controls.links.access.guards_next import next_guards
from shipsmith_controls.links.access.guards_python import python_guards
from shipsmith_controls.links.access.guards_script import script_guards
from shipsmith_controls.links.access.refusals import Refusal, best, sounds_like_auth
from shipsmith_controls.links.calls.around import calls_inside
from shipsmith_controls.links.calls.entries import NETWORK, Entry, entries
from shipsmith_controls.links.calls.reach import reach
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, is_given, last_name
from shipsmith_controls.links.values.modules import importers
from shipsmith_controls.queries import Database, query

_UI_GUARDS = frozenset(
    "login experimental_user password_auth_callback header_auth_callback oauth_callback "
    "Authenticate".split()
)
_MCP_SERVERS = frozenset({"FastMCP", "MCPServer", "McpServer"})
_MCP_GUARDS = ("auth", "auth_server_provider", "token_verifier", "auth_provider")


@query
def model_endpoints(db: Database) -> tuple[Entry, ...]:
    """Endpoints with a call to a model on their path, each function once."""
    graph = reach(db)
    found: dict[tuple[str, str], Entry] = {}
    for entry in entries(db):
        if entry.kind in NETWORK and any(call.kind != "graph" for call in graph.on_path(entry.node)):
            found.setdefault((entry.path, entry.function), entry)
    return tuple(found.values())


@query
def guard_of(db: Database, entry: Entry) -> Refusal | None:
    """The guard of an endpoint that is worth most; None when nothing refuses anybody."""
    found: list[Refusal] = []
    for guard in _guards(db, entry):
        found.append(guard)
        if not guard.weak:
            break
    return best(found)


def _guards(db: Database, entry: Entry) -> Iterator[Refusal]:
    if entry.kind == "bot":
        yield Refusal(entry.path, entry.line)
    if entry.kind in ("ui", "mcp"):
        yield from _of_window(db, entry)
    if entry.path.endswith(".py"):
        yield from python_guards(db, entry)
    else:
        yield from script_guards(db, entry)
        yield from next_guards(db, entry)
    yield from gateway_guards(db, entry)


def _of_window(db: Database, entry: Entry) -> Iterator[Refusal]:
    """Logins of Streamlit, Gradio and Chainlit apps and of MCP servers: in its file or beside it."""
    for path in (entry.path, *(user for user, _ in importers(db).get(entry.path, ()))):
        facts = index(db, path)
        if facts is not None:
            yield from _logins(path, facts)


def _logins(path: str, facts: ModuleIndex) -> Iterator[Refusal]:
    module = facts.module
    for call in module.calls:
        name = last_name(call.callee)
        wanted = ("auth",) if name == "launch" else _MCP_GUARDS if name in _MCP_SERVERS else ()
        if name in _UI_GUARDS or any(is_given(argument(call, key)) for key in wanted):
            yield Refusal(path, call.line)
    for function in module.functions:
        for decorator in function.decorators:
            callee = (
                module.calls[decorator.call].callee if isinstance(decorator, code.CallRef) else decorator
            )
            if last_name(callee) in _UI_GUARDS:
                yield Refusal(path, decorator.line)
    for i, block in enumerate(module.blocks):
        asks = block.kind == "if" and any(_asks_login(facts, head) for head in block.heads)
        if asks and any(last_name(call.callee) == "stop" for _, call in calls_inside(facts, i)):
            yield Refusal(path, block.line)


def _asks_login(facts: ModuleIndex, head: code.Expr) -> bool:
    names = {last_name(p) for p in inside(head, facts.module)}
    return any(sounds_like_auth(n) or "password" in n.lower() for n in names if n)
