"""Time limits that are not settings of an SDK: timers around a call, and limits of the platform."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.around import Site, blocks_around, sites
from shipsmith_controls.links.calls.calls import ModelCall, Node
from shipsmith_controls.links.calls.reach import outline
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, dotted, inside, last_name
from shipsmith_controls.queries import Database

_TIMERS = frozenset({"timeout", "timeout_at", "fail_after", "move_on_after", "wait_for"})
_TIMER_MODULES = ("asyncio", "anyio", "async_timeout", "trio")


def bounded_around(db: Database, call: ModelCall) -> Site | None:
    """A timer around the call, or around every site that leads to its function."""
    found = list(sites(db, call, levels=1))
    own = _timer(db, found[0])
    if own:
        return found[0]
    above = [site for site in found[1:] if site.call >= 0]
    if above and all(_timer(db, site) for site in above):
        return above[0]
    return None


def _timer(db: Database, site: Site) -> bool:
    facts = index(db, site.path)
    if facts is None or site.call < 0:
        return False
    for _, block in blocks_around(facts, site):
        if block.kind == "with" and any(_is_timer(facts, head) for head in block.heads):
            return True
    return _waited_for(facts, site.call)


def _is_timer(facts: ModuleIndex, head: code.Expr) -> bool:
    if not isinstance(head, code.CallRef):
        return False
    call = facts.module.calls[head.call]
    name = dotted(call.callee) or ""
    known = name.rsplit(".", 1)[-1] in _TIMERS and name.split(".")[0] in (*_TIMER_MODULES, *_TIMERS)
    return known and bool(call.args or call.keywords)


def _waited_for(facts: ModuleIndex, wanted: int) -> bool:
    """Whether a call stands as an argument of `asyncio.wait_for` or in a race against a timer."""
    for call in facts.module.calls:
        name = last_name(call.callee)
        if name == "wait_for" and (len(call.args) > 1 or call.keywords):
            parts = [p for given in call.args[:1] for p in inside(given, facts.module)]
            if any(isinstance(p, code.CallRef) and p.call == wanted for p in parts):
                return True
        if name == "race" and dotted(call.callee) == "Promise.race":
            parts = [p for given in call.args for p in inside(given, facts.module)]
            refs = [p.call for p in parts if isinstance(p, code.CallRef)]
            timer = any(
                "timeout" in last_name(facts.module.calls[r].callee).lower() or _arms_timer(facts, r)
                for r in refs
            )
            if wanted in refs and timer:
                return True
    return False


def _arms_timer(facts: ModuleIndex, call: int) -> bool:
    given = facts.module.calls[call].args
    for expr in given:
        if isinstance(expr, code.FunctionRef):
            owner = expr.function
            for i in facts.calls_of_function.get(owner, ()):
                if last_name(facts.module.calls[i].callee) == "setTimeout":
                    return True
    return False


def platform_limit(db: Database, call: ModelCall) -> Site | None:
    """Where the platform limits the whole request: `export const maxDuration = 60` on the path."""
    for node in sorted(outline(db).above(Node(call.path, call.function))):
        facts = index(db, node.path)
        if facts is None:
            continue
        for binding in facts.bindings.get((0, "maxDuration"), ()):
            if binding.kind == "assign":
                line = facts.module.assigns[binding.index].line
                return Site(node.path, -1, line, "", 0)
    return None
