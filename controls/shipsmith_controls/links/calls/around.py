"""What stands around a call: the sites that lead to it, the blocks and decorators there, handlers."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import ModelCall, Node
from shipsmith_controls.links.calls.neighbours import callers_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import ModuleIndex
from shipsmith_controls.queries import Database


class Site(msgspec.Struct, frozen=True):
    """A call site on the path to a model call; `level` 0 is the model call itself.

    `call` -1: the function is handed over at that line rather than called.
    """

    path: str
    call: int
    line: int
    function: str
    level: int


def sites(db: Database, call: ModelCall, levels: int = 2) -> Iterator[Site]:
    """The model call, then the sites that lead to its function, level by level."""
    yield Site(call.path, call.call, call.line, call.function, 0)
    yield from sites_above(db, Node(call.path, call.function), levels)


def sites_above(db: Database, node: Node, levels: int) -> Iterator[Site]:
    """The sites that lead to a function, level by level."""
    wave, seen = [node], {node}
    for level in range(1, levels + 1):
        following: list[Node] = []
        for here in wave:
            for caller, edge in callers_of(db, here):
                yield Site(caller.path, edge.call, edge.line, caller.name, level)
                if caller not in seen:
                    seen.add(caller)
                    following.append(caller)
        wave = following


def block_of(facts: ModuleIndex, site: Site) -> int:
    """The block that a site stands in; the module's when it is a mere reference."""
    return facts.module.calls[site.call].block if site.call >= 0 else 0


def blocks_around(facts: ModuleIndex, site: Site) -> Iterator[tuple[int, code.Block]]:
    """Blocks around a site, innermost first, up to the body of its named function."""
    for i in facts.above(block_of(facts, site)):
        block = facts.module.blocks[i]
        yield i, block
        if block.kind == "function":
            function = facts.module.functions[facts.function_by_block[i]]
            if function.name:
                return


def decorators(db: Database, site: Site) -> Iterator[tuple[str, int, code.Expr]]:
    """Decorators on the function of a site and on the functions around it: (path, block, expression)."""
    facts = index(db, site.path)
    name = site.function
    while facts is not None and name:
        at = facts.by_qualname.get(name)
        if at is not None:
            function = facts.module.functions[at]
            for decorator in function.decorators:
                yield site.path, function.parent, decorator
        name = name.rpartition(".")[0]


def handlers(facts: ModuleIndex, block: int) -> Iterator[tuple[int, code.Block]]:
    """The `except` blocks whose `try` holds a block, innermost `try` first."""
    inside = set()
    for i in facts.above(block):
        if facts.module.blocks[i].kind == "try":
            inside.add(i)
        if facts.module.blocks[i].kind == "function":
            break
    for i, candidate in enumerate(facts.module.blocks):
        if candidate.kind == "except" and candidate.of in inside:
            yield i, candidate


def is_inside(facts: ModuleIndex, block: int, outer: int) -> bool:
    """Whether a block is another one or stands inside it."""
    return outer in facts.above(block)


def calls_inside(facts: ModuleIndex, outer: int) -> Iterator[tuple[int, code.Call]]:
    """Calls that stand anywhere inside a block."""
    own = facts.calls_of_block
    for i in sorted(i for block in facts.within(outer) for i in own.get(block, ())):
        yield i, facts.module.calls[i]


def exits_inside(facts: ModuleIndex, outer: int) -> Iterator[code.Exit]:
    """Returns, raises, yields, breaks and continues anywhere inside a block."""
    within = facts.within(outer)
    return (out for out in facts.module.exits if out.block in within)
