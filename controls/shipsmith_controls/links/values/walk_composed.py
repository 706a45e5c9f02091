"""Following composition: steps that are put one after another and called as one.

`prompt.pipe(model)` and `RunnableSequence.from([prompt, model])` say what `prompt | model` says.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.value import Extern, Made, Piped, Value


def composed(path: str, here: code.Call, callee: Value) -> Piped | None:
    """The composition that a call makes of its receiver and its arguments; None when it makes none."""
    if isinstance(callee, Extern):
        return Piped(path, here.block, tuple(_steps(here.args))) if sdk.composes(callee) else None
    attribute = here.callee
    if not isinstance(attribute, code.Attribute) or attribute.name != "pipe" or not here.args:
        return None
    if isinstance(callee, Piped) or (
        isinstance(callee, Made) and sdk.is_sdk_module(callee.extern.module)
    ):
        return Piped(path, here.block, (attribute.base, *_steps(here.args)))
    return None


def _steps(given: tuple[code.Expr, ...]) -> Iterator[code.Expr]:
    """The steps among arguments, those in lists and in named branches included."""
    for each in given:
        match each:
            case code.Sequence(items=items):
                yield from _steps(items)
            case code.Mapping(entries=entries):
                yield from _steps(tuple(value for _, value in entries))
            case code.Literal() | code.Template() | code.FunctionRef():
                continue
            case _:
                yield each
