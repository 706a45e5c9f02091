"""Arguments that a model chose: whether a value comes from the parameters of a tool's function."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tools.tool_bodies import Body, bodies_of
from shipsmith_controls.links.tools.tool_definitions import tools
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex, last_name
from shipsmith_controls.links.values.value import Fn
from shipsmith_controls.links.values.values import argument_for, call_sites, values
from shipsmith_controls.queries import Database, query

_CALLS = 3
_ADDERS = frozenset({"append", "extend", "push", "add", "insert", "unshift", "update"})
_OTHER = frozenset("self cls ctx context session runtime config state wrapper user".split())
_ENDS = frozenset(
    "int float bool len hash Number parseInt parseFloat quote escape escapeshellarg isinstance round "
    "embed encode compute execute fetch fetchall fetchone scalar scalars first run get_by_id".split()
)
"""Calls whose result is no longer the text that they were given."""


@query
def tool_functions(db: Database) -> frozenset[Body]:
    """The functions that models call with arguments of their choice."""
    return frozenset(body for tool in tools(db) for body in bodies_of(db, tool))


class ToolOrigin:
    """One question after another about the same tree."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.seen: set[tuple[str, int, code.Expr, int]] = set()

    def of(self, path: str, block: int, expr: code.Expr | None) -> bool:
        """Whether an expression holds something of a tool's parameter, at most three calls away."""
        self.seen.clear()
        return bool(tool_functions(self.db)) and self._holds(path, block, expr, _CALLS)

    def _holds(self, path: str, block: int, expr: code.Expr | None, left: int) -> bool:
        facts = index(self.db, path)
        key = (path, block, expr, left) if expr is not None else None
        if facts is None or expr is None or key is None or key in self.seen:
            return False
        self.seen.add(key)
        match expr:
            case code.Literal() | code.FunctionRef():
                return False
            case code.Name(id=name):
                return self._name(path, facts, block, name, left)
            case code.Attribute(base=base) | code.Subscript(base=base):
                return self._holds(path, block, base, left)
            case code.CallRef(call=call):
                return self._call(path, facts, call, left)
            case code.Mapping(entries=entries):
                return any(self._holds(path, block, held, left) for _, held in entries)
            case code.Operation(operator=operator, operands=operands):
                return operator in ("+", "|", "and", "&&") and any(
                    self._holds(path, block, o, left) for o in operands
                )
            case (
                code.Template(parts=parts)
                | code.Sequence(items=parts)
                | code.Choice(options=parts)
                | code.Opaque(parts=parts)
            ):
                return any(self._holds(path, block, p, left) for p in parts)
        return False

    def _name(self, path: str, facts: ModuleIndex, block: int, name: str, left: int) -> bool:
        _, bindings = facts.lookup(block, name)
        for binding in bindings:
            if binding.kind == "assign":
                assign = facts.module.assigns[binding.index]
                if self._holds(path, assign.block, assign.value, left):
                    return True
            elif binding.kind == "head":
                head = facts.module.blocks[binding.index]
                if any(self._holds(path, head.parent, h, left) for h in head.heads):
                    return True
            elif binding.kind == "param" and self._param(path, facts, binding.index, name, left):
                return True
        return bool(bindings) and any(
            self._holds(path, call.block, given, left)
            for call in facts.added_to(block, name, _ADDERS)
            for given in call.args
        )

    def _param(self, path: str, facts: ModuleIndex, function: int, name: str, left: int) -> bool:
        if Body(path, function) in tool_functions(self.db):
            return not tokens(name) & _OTHER
        if left == 0:
            return False
        here = facts.module.functions[function]
        bound = here.parent in facts.class_by_block
        for user, at in call_sites(self.db, path, function):
            other = index(self.db, user)
            if other is not None:
                call = other.module.calls[at]
                if self._holds(user, call.block, argument_for(call, here, name, bound), left - 1):
                    return True
        return False

    def _call(self, path: str, facts: ModuleIndex, at: int, left: int) -> bool:
        call = facts.module.calls[at]
        name = last_name(call.callee)
        if name in _ENDS:
            return False
        own = [v for v in values(self.db, path, call.block, call.callee) if isinstance(v, Fn)]
        if own and left == 0:
            return False
        if own and not any(self._hands_on(v) for v in own):
            return False
        given = (*call.args, *(k.value for k in call.keywords))
        base = (call.callee.base,) if isinstance(call.callee, code.Attribute) and not own else ()
        return any(self._holds(path, call.block, g, left) for g in (*given, *base))

    def _hands_on(self, function: Fn) -> bool:
        """Whether a function gives back anything at all."""
        facts = index(self.db, function.path)
        return facts is not None and bool(facts.returns.get(function.function))
