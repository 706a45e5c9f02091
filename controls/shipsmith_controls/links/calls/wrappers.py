"""Wrappers: functions that pass a prompt on to a model call, and the places that really ask.

Where a property lies with the wrapper's callers (prompt, label, schema, handler), they are the
subjects: `generations` gives each LLM call, or instead of it the sites that hand it its prompt.
"""

from __future__ import annotations

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import ModelCall, Node
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.links.calls.neighbours import callers_of
from shipsmith_controls.links.calls.settings import given_argument
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import inside
from shipsmith_controls.links.values.value import Param
from shipsmith_controls.links.values.values import argument_for, values
from shipsmith_controls.queries import Database, query

_LEVELS = 4


class Generation(msgspec.Struct, frozen=True):
    """A place that asks a model: an LLM call, or a call of a wrapper around one.

    `model` is the LLM call it ends in; `call` is the call at this place in `path`.
    """

    path: str
    call: int
    line: int
    end_line: int
    function: str
    model: ModelCall

    @property
    def node(self) -> Node:
        """The function that asks."""
        return Node(self.path, self.function)


@query
def generations(db: Database) -> tuple[Generation, ...]:
    """Every place that asks a model, each once."""
    found: dict[tuple[str, int], Generation] = {}
    for call in llm_calls(db):
        here = Generation(call.path, call.call, call.line, call.end_line, call.function, call)
        for each in _asking(db, here, _prompt_params(db, call), _LEVELS):
            found.setdefault((each.path, each.call), each)
    return tuple(found[key] for key in sorted(found))


def _asking(db: Database, here: Generation, params: frozenset[str], levels: int) -> list[Generation]:
    """The sites that hand a wrapper its prompt; the call itself when it is no wrapper."""
    if not params or levels == 0:
        return [here]
    found: list[Generation] = []
    for caller, edge in callers_of(db, here.node):
        facts = index(db, caller.path)
        if facts is None or edge.call < 0:
            continue
        call = facts.module.calls[edge.call]
        outer = Generation(caller.path, edge.call, call.line, call.end_line, caller.name, here.model)
        passed = _params_in(db, caller, call, _handed(db, here.node, params, call))
        found.extend(_asking(db, outer, passed, levels - 1))
    return found or [here]


def _prompt_params(db: Database, call: ModelCall) -> frozenset[str]:
    """Parameters of the function around a call that its prompt is made of."""
    facts = index(db, call.path)
    if facts is None:
        return frozenset()
    here = facts.module.calls[call.call]
    exprs = []
    for name in call.shape.prompt:
        given = given_argument(db, call.path, here, name, facts.module)
        if given is not None and given[0] == call.path:
            exprs.append(given[2])
    return _params_in(db, Node(call.path, call.function), here, exprs)


def _handed(db: Database, wrapper: Node, params: frozenset[str], call: code.Call) -> list[code.Expr]:
    """What a call of a wrapper gives for its prompt parameters."""
    facts = index(db, wrapper.path)
    at = facts.by_qualname.get(wrapper.name) if facts is not None else None
    if facts is None or at is None:
        return []
    function = facts.module.functions[at]
    bound = function.parent in facts.class_by_block
    given = [argument_for(call, function, name, bound) for name in sorted(params)]
    return [expr for expr in given if expr is not None]


def _params_in(db: Database, node: Node, call: code.Call, exprs: list[code.Expr]) -> frozenset[str]:
    """Parameters of a function that stand as the whole of one of these expressions.

    A prompt that is built here from parameters and text of its own is asked here.
    """
    facts = index(db, node.path)
    at = facts.by_qualname.get(node.name) if facts is not None else None
    if facts is None or at is None:
        return frozenset()
    own = {p.name for p in facts.module.functions[at].params if p.name not in ("self", "cls")}
    found: set[str] = set()
    for expr in exprs:
        if _has_text(expr, facts.module):
            return frozenset()
        for value in values(db, node.path, call.block, expr):
            if isinstance(value, Param) and value.name in own:
                found.add(value.name)
    return frozenset(found)


def _has_text(expr: code.Expr, module: code.Module) -> bool:
    """Whether an expression brings prompt text of its own."""
    return any(
        isinstance(part, code.Template)
        or (isinstance(part, code.Literal) and isinstance(part.value, str) and len(part.value) > 40)
        for part in inside(expr, module)
    )
