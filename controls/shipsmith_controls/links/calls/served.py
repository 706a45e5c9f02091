"""Graphs and agents that a platform serves by itself, as `langgraph.json` names them."""

from __future__ import annotations

import posixpath

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import exists, family, index, named
from shipsmith_controls.links.values.value import Fn, Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query


class Served(msgspec.Struct, frozen=True):
    """One served graph: the file, line and function that make it (`function` "": the module).

    `call` is the call that makes it, -1 when that was not found.
    """

    name: str
    path: str
    line: int
    function: str
    call: int


@query
def served(db: Database) -> tuple[Served, ...]:
    """Every graph that a `langgraph.json` of production code names."""
    found: list[Served] = []
    for path in named(db).get("langgraph.json", ()):
        config = family(db, "config", path)
        if not isinstance(config, Config) or not config.roots or not is_production(db, path):
            continue
        graphs = config.roots[0].get("graphs")
        for name, node in graphs.entries if graphs is not None else ():
            text = node.scalar if isinstance(node.scalar, str) else node.text("path")
            if text:
                found.extend(_made(db, name, posixpath.dirname(path), text))
    return tuple(dict.fromkeys(found))


def _made(db: Database, name: str, folder: str, text: str) -> list[Served]:
    """Where `./src/agent.py:graph` is made."""
    file, _, symbol = text.rpartition(":")
    path = posixpath.normpath(posixpath.join(folder, file))
    if not exists(db, path):
        stem = file.removesuffix(".py").replace(".", "/") + ".py"
        path = posixpath.normpath(posixpath.join(folder, stem))
    facts = index(db, path) if exists(db, path) else None
    if facts is None:
        return []
    found: list[Served] = []
    for value in values(db, path, 0, code.Name(0, symbol)):
        if isinstance(value, Fn):
            other = index(db, value.path)
            if other is not None:
                function = other.module.functions[value.function]
                made = _returned(db, value)
                found.append(Served(name, value.path, function.line, function.qualname, made))
        elif isinstance(value, Made) and value.calls:
            home, call = value.calls[0]
            other = index(db, home)
            if other is not None:
                at = other.module.calls[call]
                found.append(Served(name, home, at.line, other.node_name(at.block), call))
    return found or [Served(name, path, 1, "", -1)]


def _returned(db: Database, maker: Fn) -> int:
    """The call in a function that makes what it returns; -1 when there is none in its file."""
    facts = index(db, maker.path)
    for out in facts.returns.get(maker.function, []) if facts is not None else ():
        for value in values(db, maker.path, out.block, out.value):
            if isinstance(value, Made) and value.calls and value.calls[0][0] == maker.path:
                return value.calls[0][1]
    return -1
