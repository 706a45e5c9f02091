"""What a caller is told when the model fails: the handlers on the way from an entry to a model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import calls_inside, handlers
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.calls.handled import catches, failing_blocks
from shipsmith_controls.links.calls.neighbours import edges_of, leads, model_calls_in, overrides_of
from shipsmith_controls.links.failures.failure_answers import Answer, classify
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name
from shipsmith_controls.links.values.modules import importers
from shipsmith_controls.links.values.value import Fn
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_DEPTH = 14
_ANSWERING_DEPTH = 3
"""Calls below an entry whose handlers may write the entry's answer."""
_STREAMS = frozenset({"StreamingResponse", "EventSourceResponse", "stream_with_context"})
_TELLING = frozenset(
    "createUIMessageStream createDataStream createDataStreamResponse toUIMessageStreamResponse "
    "toDataStreamResponse toUIMessageStream toDataStream mergeIntoDataStream "
    "pipeUIMessageStreamToResponse pipeDataStreamToResponse".split()
)
_APP_HANDLERS = frozenset("exception_handler errorhandler app_errorhandler error_handler".split())
_APP_CALLS = frozenset("add_exception_handler register_error_handler setErrorHandler onError use".split())
_OTHER_ERRORS = frozenset(
    "HTTPException StarletteHTTPException RequestValidationError ValidationError RateLimitExceeded "
    "NotFound Unauthorized Forbidden".split()
)


class Outcome(msgspec.Struct, frozen=True):
    """One way in which a failed model call ends. `escapes`: nothing up to here caught it."""

    kind: Literal["typed", "leak", "success", "silent", "escapes"]
    path: str
    line: int


@query
def outcomes(db: Database, entry: Entry) -> tuple[Outcome, ...]:
    """How the failure of any model call below an entry ends, each way once."""
    walk = _Walk(db, entry)
    found = dict.fromkeys((*walk.of_node(entry.node, 0), *walk.of_streams()))
    if any(each.kind == "escapes" for each in found):
        told = tuple(_app_handlers(db, entry))
        if told:
            found = dict.fromkeys((*(o for o in found if o.kind != "escapes"), *told))
    return tuple(found)


class _Walk:
    """One walk down from an entry; each function is looked at once."""

    def __init__(self, db: Database, entry: Entry) -> None:
        self.db, self.entry = db, entry
        self.known: dict[Node, tuple[Outcome, ...]] = {}

    def of_node(self, node: Node, depth: int) -> tuple[Outcome, ...]:
        if node in self.known or depth > _DEPTH:
            return self.known.get(node, ())
        self.known[node] = ()
        facts = index(self.db, node.path)
        if facts is None:
            return ()
        found: dict[Outcome, None] = {}
        here = Outcome("escapes", node.path, 0)
        for call in model_calls_in(self.db, node.path):
            if call.function == node.name and call.is_llm:
                found.update(
                    dict.fromkeys(self._caught(node, facts, call.call, call.line, (here,), depth))
                )
        for edge in edges_of(self.db, node):
            # A call of a method of a base class may land in each override of it.
            for target in (edge.target, *overrides_of(self.db, edge.target)):
                if target != node and leads(self.db, target):
                    inner = self.of_node(target, depth + 1)
                    ends = self._caught(node, facts, edge.call, edge.line, inner, depth)
                    found.update(dict.fromkeys(ends))
        told = tuple(self._told_by_stream(node, facts))
        found.update(dict.fromkeys(told))
        if any(o.kind == "typed" and o.path == node.path for o in told):
            found.pop(here, None)
        self.known[node] = tuple(found)
        return self.known[node]

    def _caught(
        self, node: Node, facts: ModuleIndex, call: int, line: int, inner: tuple[Outcome, ...], depth: int
    ) -> Iterator[Outcome]:
        """What becomes of failures at a site of a function: its handlers take what escapes."""
        yield from (each for each in inner if each.kind != "escapes")
        caught = any(each.kind == "escapes" for each in inner)
        # What swallows it far below may let other errors through: the handlers near the entry count too.
        if not caught and (depth > 2 or not any(each.kind == "silent" for each in inner)):
            return
        for start in failing_blocks(facts, call, line):
            for at, handler in handlers(facts, start):
                if catches(self.db, node.path, facts, handler):
                    told = handled_by(self.db, node.path, at, self.entry.kind)
                    if told.kind == "escapes":
                        continue
                    if not caught and told.kind == "silent":
                        continue
                    if depth > _ANSWERING_DEPTH:
                        yield Outcome("silent", node.path, told.line)
                    else:
                        yield Outcome(told.kind, node.path, told.line)
                    return
        if caught:
            yield Outcome("escapes", node.path, 0)

    def _told_by_stream(self, node: Node, facts: ModuleIndex) -> Iterator[Outcome]:
        """`onError` of a UI stream: the text that it returns is what the client sees."""
        at = facts.by_qualname.get(node.name)
        if at is None or _TELLING.isdisjoint(facts.calls_named):
            return
        for _, call in calls_inside(facts, facts.module.functions[at].block):
            if last_name(call.callee) not in _TELLING:
                continue
            given = argument(call, "onError") or argument(call, "getErrorMessage")
            for value in values(self.db, node.path, call.block, given) if given is not None else ():
                if isinstance(value, Fn):
                    told = _of_function(self.db, value, "websocket")
                    if told is not None and told.kind in ("typed", "leak"):
                        yield Outcome(told.kind, value.path, told.line)

    def of_streams(self) -> Iterator[Outcome]:
        """Generators that a response streams: their own handlers write the last event."""
        node = self.entry.node
        facts = index(self.db, node.path)
        at = facts.by_qualname.get(node.name) if facts is not None else None
        if facts is None or at is None:
            return
        for _, call in calls_inside(facts, facts.module.functions[at].block):
            if last_name(call.callee) not in _STREAMS:
                continue
            for given in (*call.args, *(k.value for k in call.keywords)):
                for part in inside(given, facts.module):
                    if isinstance(part, code.CallRef):
                        inner = facts.module.calls[part.call]
                        for value in values(self.db, node.path, inner.block, inner.callee):
                            if isinstance(value, Fn):
                                yield from self._generator(value)

    def _generator(self, value: Fn) -> Iterator[Outcome]:
        facts = index(self.db, value.path)
        if facts is None:
            return
        body = facts.module.functions[value.function].block
        for i, block in enumerate(facts.module.blocks):
            if block.kind == "except" and body in facts.above(i):
                told = handled_by(self.db, value.path, i, "websocket")
                if told.kind in ("typed", "leak"):
                    yield Outcome(told.kind, value.path, told.line)


@query
def handled_by(db: Database, path: str, block: int, kind: str) -> Answer:
    """What a handler answers; the branches for errors of a special kind count only when alone."""
    facts = index(db, path)
    assert facts is not None  # noqa: S101 - the handler was read from it
    return classify(db, path, facts, block, facts.module.blocks[block].names, kind)


def _of_function(db: Database, value: Fn, kind: str) -> Answer | None:
    facts = index(db, value.path)
    if facts is None:
        return None
    function = facts.module.functions[value.function]
    names = tuple(p.name for p in function.params)
    return classify(db, value.path, facts, function.block, names, kind)


def _app_handlers(db: Database, entry: Entry) -> Iterator[Outcome]:
    """Handlers of the whole app that receive what a route lets go: in its file or where it is mounted."""
    seen = {entry.path: None}
    for _ in range(2):
        for path in tuple(seen):
            seen.update(dict.fromkeys(user for user, _ in importers(db).get(path, ())))
    for path in seen:
        yield from _handlers_in(db, path)


@query
def _handlers_in(db: Database, path: str) -> tuple[Outcome, ...]:
    facts = index(db, path)
    if facts is None:
        return ()
    found: list[Outcome] = []
    for i, function in enumerate(facts.module.functions):
        for decorator in function.decorators:
            call = facts.module.calls[decorator.call] if isinstance(decorator, code.CallRef) else None
            if call is not None and last_name(call.callee) in _APP_HANDLERS and _is_wide(call, facts):
                found.extend(_of_app(db, Fn(path, i)))
    for call in facts.module.calls:
        name = last_name(call.callee)
        if (
            name in _APP_CALLS
            and isinstance(call.callee, code.Attribute)
            and call.args
            and _is_wide(call, facts)
        ):
            for value in values(db, path, call.block, call.args[-1]):
                if isinstance(value, Fn) and (name != "use" or _takes_error(db, value)):
                    found.extend(_of_app(db, value))
    return tuple(found)


def _is_wide(call: code.Call, facts: ModuleIndex) -> bool:
    first = call.args[0] if call.args else None
    if isinstance(first, (code.Name, code.Attribute)):
        return last_name(first) not in _OTHER_ERRORS
    return not (isinstance(first, code.Literal) and isinstance(first.value, int) and first.value < 500)


def _takes_error(db: Database, value: Fn) -> bool:
    facts = index(db, value.path)
    return facts is not None and len(facts.module.functions[value.function].params) == 4


def _of_app(db: Database, value: Fn) -> Iterator[Outcome]:
    told = _of_function(db, value, "http")
    if told is not None and told.kind in ("typed", "leak", "success"):
        yield Outcome(told.kind, value.path, told.line)
