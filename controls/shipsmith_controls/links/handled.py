"""Handlers around LLM calls: which `except` and `catch` may receive a failed call, and what they do with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.around import Site, handlers, sites, sites_above
from shipsmith_controls.links.flow import Flow, Seed
from shipsmith_controls.links.http import is_client_module
from shipsmith_controls.links.index import ModuleIndex, dotted, inside, last_name, names_in
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.sdk import is_sdk_module
from shipsmith_controls.links.sinks import is_loud, kind_of
from shipsmith_controls.links.traits import llm_calls
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.value import Cls, Extern
from shipsmith_controls.links.values import Walk
from shipsmith_controls.links.wrappers import generations
from shipsmith_controls.queries import Database, query

_LEVELS = 6
_BROAD = frozenset({"Exception", "BaseException"})
_TRACKERS = frozenset(
    "captureException capture_exception recordException record_exception captureError reportError "
    "notify notice_error noticeError recordError set_exception setException reject".split()
)
_READS = frozenset(
    "isinstance issubclass type str repr len getattr hasattr bool format String super dict list set "
    "instanceof includes startswith endswith match search".split()
)
_HANDS = frozenset(
    "callback send emit notify report write error errors fail failed failure handle handler log logger "
    "capture publish dispatch abort reject raise event yield put enqueue track alert record next set output "
    "stream respond reply message update on save".split()
)
_FAILURE = frozenset("error errors failed failure fail exception err".split())

How = Literal["reported", "weak", "swallowed"]


class Handler(msgspec.Struct, frozen=True, order=True):
    """A handler that a failed LLM call may land in. `block` is its body; `sdk` the call's."""

    path: str
    line: int
    block: int
    sdk: str = ""


class Report(msgspec.Struct, frozen=True):
    """What a handler does with the error, and where."""

    how: How
    line: int
    what: str


@query
def failure_handlers(db: Database) -> tuple[Handler, ...]:
    """Every handler around an LLM call or around what leads to one, each once."""
    found: dict[tuple[str, int], Handler] = {}
    for asked in generations(db):
        own = Site(asked.path, asked.call, asked.line, asked.function, 0)
        for site in (own, *sites_above(db, asked.node, _LEVELS)):
            for handler in _around(db, site, asked.model.sdk):
                found.setdefault((handler.path, handler.block), handler)
    for call in llm_calls(db):
        # A wrapper's own handlers lie between the model call and the places that ask.
        for site in sites(db, call, 1):
            for handler in _around(db, site, call.sdk):
                found.setdefault((handler.path, handler.block), handler)
    return tuple(sorted(found.values()))


def _around(db: Database, site: Site, key: str) -> Iterator[Handler]:
    facts = index(db, site.path)
    if facts is None:
        return
    block = facts.module.calls[site.call].block if site.call >= 0 else block_at(facts, site.line)
    for start in enclosing(facts, block):
        for at, handler in handlers(facts, start):
            if catches(db, site.path, facts, handler):
                yield Handler(site.path, handler.line, at, key)
    if site.call >= 0 and site.level == 0:
        yield from _caught(facts, site, key)


def block_at(facts: ModuleIndex, line: int) -> int:
    """The innermost block that begins before a line and ends after it: where a reference stands."""
    found = 0
    for i, block in enumerate(facts.module.blocks):
        if block.line <= line <= block.end_line and block.kind != "function":
            found = i
    return found


def enclosing(facts: ModuleIndex, block: int) -> Iterator[int]:
    """The block, and the blocks around the anonymous functions that it stands in."""
    yield block
    for i in facts.above(block):
        if facts.module.blocks[i].kind == "function":
            function = facts.module.functions[facts.function_by_block[i]]
            if function.name and "<" not in function.qualname.rsplit(".", 1)[-1]:
                return
            yield function.parent


def catches(db: Database, path: str, facts: ModuleIndex, handler: code.Block) -> bool:
    """Whether a handler may receive what a model call raises: bare, broad, or an SDK's own error."""
    if facts.module.language != "python" or not handler.heads:
        return True
    return any(
        _is_wide(db, path, handler.parent, each) for head in handler.heads for each in _types(head)
    )


def _types(head: code.Expr) -> tuple[code.Expr, ...]:
    return head.items if isinstance(head, code.Sequence) else (head,)


def _is_wide(db: Database, path: str, block: int, head: code.Expr) -> bool:
    if last_name(head) in _BROAD:
        return True
    for value in Walk(db).values(path, block, head):
        if isinstance(value, Extern) and (is_sdk_module(value.module) or is_client_module(value.module)):
            return True
        if isinstance(value, Cls) and _is_model_error(db, value):
            return True
    return False


def _is_model_error(db: Database, value: Cls) -> bool:
    facts = index(db, value.path)
    words = tokens(facts.module.classes[value.klass].name) if facts is not None else frozenset()
    return bool(words & {"llm", "model", "provider", "openai", "anthropic", "completion", "generation"})


def _caught(facts: ModuleIndex, site: Site, key: str) -> Iterator[Handler]:
    """`.catch(…)` on the call, its text or its stream; usage and metadata promises apart."""
    block = facts.module.calls[site.call].block
    body = next((i for i in facts.above(block) if facts.module.blocks[i].kind == "function"), 0)
    flow = Flow(facts, body, (Seed(frozenset({"response"}), site.call),))
    for call in facts.module.calls:
        if last_name(call.callee) != "catch" or not isinstance(call.callee, code.Attribute):
            continue
        if call.block not in flow.region or not call.args:
            continue
        if not flow.kinds(call.callee.base, call.block) & {"response", "answer"}:
            continue
        given = call.args[0]
        if isinstance(given, code.FunctionRef):
            yield Handler(site.path, call.line, facts.module.functions[given.function].block, key)


@query
def report(db: Database, path: str, block: int) -> Report:
    """What a handler does with the error that it receives."""
    facts = index(db, path)
    assert facts is not None  # noqa: S101 - the handler was read from it
    found = list(_Handling(facts, block).reports())
    sure = next((r for r in found if r.how == "reported"), None)
    return (
        sure
        or next((r for r in found if r.how == "weak"), None)
        or Report("swallowed", facts.module.blocks[block].line, "the error ends here: nobody is told")
    )


class _Handling:
    """One handler: its own statements, those of handlers nested in it apart."""

    def __init__(self, facts: ModuleIndex, block: int) -> None:
        self.facts, self.module, self.block = facts, facts.module, block
        self.own = frozenset(i for i in range(len(self.module.blocks)) if self._is_own(i))
        here = self.module.blocks[block]
        names = here.names
        if here.kind == "function":
            names = tuple(p.name for p in self.module.functions[facts.function_by_block[block]].params)
        self.names = names
        body = next((i for i in facts.above(block) if self.module.blocks[i].kind == "function"), 0)
        if here.kind == "function":
            body = block
        seeds = tuple(Seed(frozenset({"error"}), -1, name, block) for name in names)
        self.flow = Flow(facts, body, seeds) if seeds else None
        self.body = body

    def _is_own(self, i: int) -> bool:
        for at in self.facts.above(i):
            if at == self.block:
                return True
            if self.module.blocks[at].kind == "except":
                return False
        return False

    def reports(self) -> Iterator[Report]:
        for out in self.module.exits:
            if out.block in self.own:
                yield from self._exit(out)
        for i, call in enumerate(self.module.calls):
            if call.block in self.own:
                yield from self._call(i, call)
        yield from self._later()

    def _error(self, expr: code.Expr | None, block: int) -> bool:
        return self.flow is not None and "error" in self.flow.kinds(expr, block)

    def _exit(self, out: code.Exit) -> Iterator[Report]:
        if out.kind == "raise":
            yield self._report(out.block, out.line, "it raises again")
        elif out.kind in ("return", "yield") and out.value is not None:
            if self._error(out.value, out.block):
                yield self._report(out.block, out.line, "the caller gets the error")
            elif self._tells_failure(out.value):
                yield self._report(out.block, out.line, "the caller gets a failure")

    def _tells_failure(self, expr: code.Expr) -> bool:
        """Whether a value says that it is a failure: by a key, a status, or the class it is made of."""
        for part in inside(expr, self.module):
            if isinstance(part, code.Mapping):
                keys = [k.value for k, _ in part.entries if isinstance(k, code.Literal)]
                if any(isinstance(k, str) and tokens(k) & _FAILURE for k in keys):
                    return True
            elif isinstance(part, code.CallRef):
                call = self.module.calls[part.call]
                whole = dotted(call.callee) or ""
                made = last_name(call.callee)[:1].isupper() or call.new or "." in whole
                if made and tokens(whole) & _FAILURE:
                    return True
                status = [k.value for k in call.keywords if k.name in ("status", "status_code")]
                if any(isinstance(s, code.Literal) and str(s.value)[:1] in "45" for s in status):
                    return True
        return False

    def _call(self, i: int, call: code.Call) -> Iterator[Report]:
        name = last_name(call.callee)
        if name in _TRACKERS or name.startswith(("capture_exc", "captureExc")):
            yield self._report(call.block, call.line, "the error is tracked")
            return
        kind = kind_of(call, self.facts)
        given = any(
            self._error(g, call.block) for g in (*call.args, *(k.value for k in call.keywords))
        )
        if kind == "print":
            yield Report("weak", call.line, "the error is only printed")
        elif kind == "log":
            if is_loud(call) or given:
                yield self._report(call.block, call.line, "the error is logged")
        elif given and name not in _READS and not self._in_a_test(i):
            if tokens(name) & _HANDS or kind is not None:
                yield self._report(call.block, call.line, "the error is handed on")

    def _in_a_test(self, call: int) -> bool:
        """Whether a call stands in the condition of an `if` or loop."""
        return any(
            isinstance(part, code.CallRef) and part.call == call
            for block in self.module.blocks
            for head in block.heads
            for part in inside(head, self.module)
        )

    def _later(self) -> Iterator[Report]:
        """An error kept in a variable that is raised, logged or returned after the handler."""
        if self.flow is None or self.module.blocks[self.block].kind == "function":
            return
        kept = {
            a.target.id
            for a in self.module.assigns
            if a.block in self.own and isinstance(a.target, code.Name) and self._error(a.value, a.block)
        }
        yield from self._kept_by_object()
        if not kept:
            return
        for out in self.module.exits:
            if out.block not in self.flow.region or out.block in self.own or out.value is None:
                continue
            # What stands behind `raise … from` is no part of the facts.
            again = out.kind == "raise" and out.line > self.module.blocks[self.block].end_line
            if again or names_in(out.value, self.module) & kept:
                yield Report("reported", out.line, "the error is raised later")
        for call in self.module.calls:
            if call.block in self.flow.region and call.block not in self.own:
                given = (*call.args, *(k.value for k in call.keywords))
                if kind_of(call, self.facts) == "log" and any(
                    names_in(g, self.module) & kept for g in given
                ):
                    yield Report("reported", call.line, "the error is logged later")

    def _kept_by_object(self) -> Iterator[Report]:
        """An error that an object keeps for whoever reads it later."""
        for assign in self.module.assigns:
            target = assign.target
            if (
                assign.block in self.own
                and isinstance(target, code.Attribute)
                and self._error(assign.value, assign.block)
            ):
                readers = (
                    part
                    for block in self.module.blocks
                    for head in block.heads
                    for part in inside(head, self.module)
                )
                if any(isinstance(p, code.Attribute) and p.name == target.name for p in readers):
                    yield Report("reported", assign.line, "the error is kept for its reader")

    def _report(self, block: int, line: int, what: str) -> Report:
        """A report that is made only under a condition which has nothing to do with the error is weak."""
        for i in self.facts.above(block):
            if i == self.block:
                break
            here = self.module.blocks[i]
            if here.kind == "if" and not self._about_error(here):
                return Report("weak", line, f"{what}, but only under a condition")
        return Report("reported", line, what)

    def _about_error(self, block: code.Block) -> bool:
        names = set(self.names)
        if self.flow is not None:
            names |= {name for (_, name), kinds in self.flow.names.items() if "error" in kinds}
        return any(names_in(head, self.module) & names for head in block.heads)
