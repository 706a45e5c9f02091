"""A quick look at the name at the root of an expression: can it lead into the tree or an SDK at all?

Most calls of a file go to other libraries; they are told by how their root is bound, without
following any value.
"""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls import http
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import Binding, ModuleIndex
from shipsmith_controls.links.values.modules import resolve
from shipsmith_controls.queries import Database

_OWN = frozenset({"self", "super", "cls"})


class Roots:
    """Remembers for each bound name of one file whether it can matter; doubt means that it can."""

    def __init__(self, db: Database, path: str, facts: ModuleIndex) -> None:
        self.db, self.path, self.facts = db, path, facts
        self.module = facts.module
        self._known: dict[tuple[int, str], bool] = {}

    def matters(self, block: int, expr: code.Expr) -> bool:
        """Whether an expression can lead into the tree or an SDK, by the names at its root."""
        match expr:
            case code.Attribute(base=base) | code.Subscript(base=base):
                return self.matters(block, base)
            case code.Name(id=name):
                return name in _OWN or self._name(block, name)
            case code.CallRef(call=at):
                call = self.module.calls[at]
                given = (*call.args, *(k.value for k in call.keywords))
                return self.matters(call.block, call.callee) or any(
                    self.matters(call.block, g)
                    for g in given
                    if isinstance(g, (code.Name, code.Attribute, code.CallRef, code.FunctionRef))
                )
            case code.Choice(options=options):
                return any(self.matters(block, option) for option in options)
            case code.Operation(operator=operator, operands=operands):
                return operator == "|" and any(self.matters(block, o) for o in operands)
            case code.Literal() | code.Template():
                return False
        return True

    def import_matters(self, at: int) -> bool:
        """Whether an import brings in something of the tree, an SDK or an HTTP library."""
        module, taken = self.module.imports[at].module, self.module.imports[at].name
        if sdk.is_sdk_module(module) or http.is_client_module(module):
            return True
        if resolve(self.db, self.path, module) is not None:
            return True
        if taken is None:
            return False
        inside = self.path.endswith(".py") and resolve(
            self.db, self.path, f"{module if module.endswith('.') else module + '.'}{taken}"
        )
        return bool(inside) or sdk.is_sdk_module(f"{module}.{taken}")

    def _name(self, block: int, name: str) -> bool:
        scope, bindings = self.facts.lookup(block, name)
        key = (scope, name)
        known = self._known.get(key)
        if known is None:
            # While a name is looked at, a value that leads back to it adds nothing.
            self._known[key] = False
            known = http.is_global(name) or any(self._binding(b) for b in bindings)
            self._known[key] = known
        return known

    def _binding(self, binding: Binding) -> bool:
        if binding.kind == "import":
            return self.import_matters(binding.index)
        if binding.kind == "param":
            function = self.module.functions[binding.index]
            annotation = function.params[binding.extra].annotation
            return annotation is None or self._type(function.parent, annotation)
        if binding.kind == "assign":
            assign = self.module.assigns[binding.index]
            if assign.value is not None:
                return self.matters(assign.block, assign.value)
            return assign.annotation is None or self._type(assign.block, assign.annotation)
        if binding.kind == "head":
            block = self.module.blocks[binding.index]
            return any(self.matters(block.parent, head) for head in block.heads)
        return True

    def _type(self, block: int, annotation: code.Expr) -> bool:
        """Whether a declared type can be one of the tree or an SDK; one that tells nothing can."""
        match annotation:
            case code.Name(id=name):
                return name in _UNTOLD or self._name(block, name)
            case code.Attribute(base=base):
                return self._type(block, base)
            case code.Subscript(base=base, index=inner):
                return self._type(block, base) or self._type(block, inner)
            case code.Sequence(items=parts) | code.Operation(operands=parts):
                return any(self._type(block, part) for part in parts)
            case code.Literal():
                return False
            case code.CallRef():
                return self.matters(block, annotation)
        return True


_UNTOLD = frozenset({"Any", "any", "object", "unknown", "T", "Callable", "Function"})
