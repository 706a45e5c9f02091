"""Makers that make one thing or another by what they are given: `boto3.client("bedrock-runtime")`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipsmith_controls.facts import code
from shipsmith_controls.links.values import sdk
from shipsmith_controls.links.values.index import argument
from shipsmith_controls.links.values.value import NO_VARIANT, Const, Extern

if TYPE_CHECKING:
    from shipsmith_controls.links.values.values import Walk


def variant(walk: Walk, path: str, here: code.Call, maker: Extern, depth: int) -> str:
    """Name of the client type that the arguments decide; "" when none does or they are unseen."""
    kinds = sdk.constructors_of(maker)
    if not any(kind.type.requires for kind in kinds):
        return ""
    given: set[str] = set()
    for kind in kinds:
        if kind.type.requires is None:
            return ""
        for name in kind.type.requires.arguments:
            expr = argument(here, name)
            for value in walk.values(path, here.block, expr, depth) if expr is not None else ():
                if isinstance(value, Const):
                    given.add(str(value.value))
    fits = (k.type.name for k in kinds if k.type.requires and given.intersection(k.type.requires.values))
    return next(fits, NO_VARIANT if given else "")
