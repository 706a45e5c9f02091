"""Retries that are not settings of an SDK: decorators, wrappers and loops around a call."""

from __future__ import annotations

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import (
    Site,
    block_of,
    blocks_around,
    calls_inside,
    decorators,
    exits_inside,
    sites,
)
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import (
    ModuleIndex,
    argument,
    dotted,
    inside,
    last_name,
    names_in,
)
from shipsmith_controls.links.values.value import Const
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database

_DECORATORS = frozenset({"retry", "on_exception", "retry_async", "with_retry", "retry_with_backoff"})
_WRAPPERS = frozenset({"pRetry", "retry", "backOff", "retryAsync", "withRetry"})
_STOPS = (
    "stop",
    "max_tries",
    "max_time",
    "tries",
    "attempts",
    "retries",
    "max_attempts",
    "numOfAttempts",
)
_WAITS = (
    "wait",
    "backoff",
    "wait_exponential_multiplier",
    "delay",
    "factor",
    "minTimeout",
    "startingDelay",
)
_FILTERS = ("retry", "on", "exceptions", "exception", "retry_on_exception", "shouldRetry")
_BROAD = frozenset({"Exception", "BaseException"})


class Retrying(msgspec.Struct, frozen=True):
    """A retry around a call: where, and which of stop, wait and filter it has.

    `attempts` is the number of tries where it is a literal.
    """

    path: str
    line: int
    stops: bool
    waits: bool
    filters: bool
    attempts: float | None = None

    @property
    def bounded(self) -> bool:
        """Whether it stops, waits, and retries only chosen errors."""
        return self.stops and self.waits and self.filters


def retrying(db: Database, call: ModelCall) -> Retrying | None:
    """The innermost retry around a call or around a site that leads to it."""
    for site in sites(db, call):
        facts = index(db, site.path)
        if facts is None:
            continue
        found = _loop(db, facts, site) or _decorated(db, site) or _wrapped(facts, site)
        if found is not None:
            return found
    return None


def _decorated(db: Database, site: Site) -> Retrying | None:
    for path, _, decorator in decorators(db, site):
        facts = index(db, path)
        if facts is None:
            continue
        made = facts.module.calls[decorator.call] if isinstance(decorator, code.CallRef) else None
        name = last_name(made.callee if made else decorator)
        if name not in _DECORATORS:
            continue
        if made is None:
            return Retrying(path, decorator.line, False, False, False)
        positional = len(made.args) > 1
        return Retrying(
            path,
            decorator.line,
            stops=_gives(made, _STOPS),
            waits=_gives(made, _WAITS) or bool(made.args),
            filters=_gives(made, _FILTERS) or positional,
            attempts=_attempts(facts, made),
        )
    return None


def _gives(call: code.Call, names: tuple[str, ...]) -> bool:
    return any(argument(call, name) is not None for name in names)


def _attempts(facts: ModuleIndex, call: code.Call) -> float | None:
    for name in _STOPS:
        given = argument(call, name)
        if given is None:
            continue
        for part in inside(given, facts.module):
            if isinstance(part, code.Literal) and isinstance(part.value, (int, float)):
                return float(part.value)
    return None


def _wrapped(facts: ModuleIndex, site: Site) -> Retrying | None:
    """`pRetry(() => call(), { retries: 3 })` around a site."""
    if site.call < 0:
        return None
    holders = set(facts.above(block_of(facts, site)))
    for call in facts.module.calls:
        if last_name(call.callee) not in _WRAPPERS:
            continue
        for given in call.args:
            if (
                isinstance(given, code.FunctionRef)
                and facts.module.functions[given.function].block in holders
            ):
                return Retrying(
                    site.path,
                    call.line,
                    stops=True,
                    waits=True,
                    filters=_gives(call, (*_FILTERS, "onFailedAttempt")),
                    attempts=_attempts(facts, call),
                )
    return None


def _loop(db: Database, facts: ModuleIndex, site: Site) -> Retrying | None:
    """A loop that tries again: loop around try around the site, whose handler goes on."""
    if site.call < 0:
        return None
    tried = -1
    for i, block in blocks_around(facts, site):
        if block.kind == "try":
            tried = i
        if block.kind != "loop" or tried < 0:
            continue
        handlers = [h for h, b in enumerate(facts.module.blocks) if b.kind == "except" and b.of == tried]
        if not handlers or not any(_goes_on(facts, h) for h in handlers):
            continue
        if not _counts_tries(facts, i, block):
            continue
        sleeps = [c for _, c in calls_inside(facts, i) if last_name(c.callee) in _SLEEPS]
        broad = all(_is_broad(facts.module.blocks[h]) and not _chooses(facts, h) for h in handlers)
        return Retrying(
            site.path,
            block.line,
            stops=block.word.endswith("for") or _breaks(facts, i),
            waits=bool(sleeps),
            filters=not broad,
            attempts=_range_of(db, site.path, facts, block),
        )
    return None


_SLEEPS = frozenset({"sleep", "delay", "wait", "setTimeout"})


def _counts_tries(facts: ModuleIndex, at: int, block: code.Block) -> bool:
    """A loop over tries, not over data: `range(…)`, a C-style counter, or `while`."""
    if block.word.endswith("while"):
        return True
    for head in block.heads:
        if isinstance(head, code.CallRef):
            return last_name(facts.module.calls[head.call].callee) == "range"
        if isinstance(head, code.Operation):
            return head.operator == "for(;;)"
    return False


def _goes_on(facts: ModuleIndex, handler: int) -> bool:
    """Whether control can stay in the loop after a handler: it may go on, or does not leave."""
    outs = list(exits_inside(facts, handler))
    if any(out.kind == "continue" for out in outs):
        return True
    return not any(out.kind in ("raise", "return", "break") for out in outs if out.block == handler)


def _is_broad(block: code.Block) -> bool:
    names = {(dotted(head) or "").rsplit(".", 1)[-1] for head in block.heads}
    return not block.heads or bool(names & _BROAD)


def _chooses(facts: ModuleIndex, handler: int) -> bool:
    """Whether a handler tests the error that it caught and lets some errors go."""
    caught = set(facts.module.blocks[handler].names)
    tests = any(
        block.kind == "if" and caught & {n for h in block.heads for n in names_in(h, facts.module)}
        for i in facts.within(handler)
        if (block := facts.module.blocks[i])
    )
    return tests and any(out.kind == "raise" for out in exits_inside(facts, handler))


def _breaks(facts: ModuleIndex, loop: int) -> bool:
    return any(out.kind in ("break", "return", "raise") for out in exits_inside(facts, loop))


def _range_of(db: Database, path: str, facts: ModuleIndex, block: code.Block) -> float | None:
    for head in block.heads:
        if isinstance(head, code.CallRef):
            made = facts.module.calls[head.call]
            numbers = [
                v.value
                for given in made.args
                for v in values(db, path, block.parent, given)
                if isinstance(v, Const) and isinstance(v.value, (int, float))
            ]
            if numbers:
                return float(max(numbers))
    return None
