"""The fields of rows that an expression holds, as far as the file shows them."""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name

_DEPTH = 4
_FILLING = frozenset({"append", "push", "extend"})


def keys_of(facts: ModuleIndex, block: int, expr: code.Expr, depth: int = 0) -> Iterator[str]:
    """Names of the fields of the rows in an expression: through names, `.map(…)` and `.append(…)`."""
    if depth > _DEPTH:
        return
    for part in inside(expr, facts.module):
        if isinstance(part, code.Mapping):
            yield from (str(k.value) for k, _ in part.entries if isinstance(k, code.Literal))
        elif isinstance(part, code.FunctionRef):
            for out in facts.returns.get(part.function, []):
                if out.value is not None:
                    yield from keys_of(facts, out.block, out.value, depth + 1)
        elif isinstance(part, code.Name):
            yield from _of_name(facts, block, part.id, depth)


def _of_name(facts: ModuleIndex, block: int, name: str, depth: int) -> Iterator[str]:
    scope, bindings = facts.lookup(block, name)
    for binding in bindings:
        if binding.kind == "assign":
            assign = facts.module.assigns[binding.index]
            if assign.value is not None:
                yield from keys_of(facts, assign.block, assign.value, depth + 1)
    for assign in facts.module.assigns:
        target = assign.target
        if not isinstance(target, code.Subscript) or not isinstance(target.index, code.Literal):
            continue
        if last_name(target.base) == name and facts.lookup(assign.block, name)[0] == scope:
            yield str(target.index.value)
    for call in facts.module.calls:
        if not isinstance(call.callee, code.Attribute) or call.callee.name not in _FILLING:
            continue
        if last_name(call.callee.base) == name and facts.lookup(call.block, name)[0] == scope:
            for given in call.args:
                yield from keys_of(facts, call.block, given, depth + 1)
