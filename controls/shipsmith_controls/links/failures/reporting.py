"""What a handler does with the error of a failed LLM call: whom it tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.flow import Flow, Seed
from shipsmith_controls.links.calls.sinks import is_loud, kind_of
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, dotted, inside, last_name, names_in
from shipsmith_controls.queries import Database, query

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
    "capture publish dispatch abort reject raise event yield put enqueue track alert record "
    "next set output "
    "stream respond reply message update on save".split()
)
_FAILURE = frozenset("error errors failed failure fail exception err".split())
How = Literal["reported", "weak", "swallowed"]


class Report(msgspec.Struct, frozen=True):
    """What a handler does with the error, and where."""

    how: How
    line: int
    what: str


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
        given = any(self._error(g, call.block) for g in (*call.args, *(k.value for k in call.keywords)))
        if kind == "print":
            yield Report("weak", call.line, "the error is only printed")
        elif kind == "log" and (is_loud(call) or given):
            yield self._report(call.block, call.line, "the error is logged")
        elif kind != "log" and given and name not in _READS and not self._in_a_test(i):
            handed = bool(tokens(name) & _HANDS) or kind is not None
            yield from [self._report(call.block, call.line, "the error is handed on")] if handed else []

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
