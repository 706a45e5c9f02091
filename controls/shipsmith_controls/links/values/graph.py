"""The parts of the call graph: functions, edges, calls to models, and what one file adds to it."""

from __future__ import annotations

import msgspec

from shipsmith_controls.knowledge.schema import CallKind, CallShape
from shipsmith_controls.links.values.sdk import Client

LLM_KINDS: frozenset[CallKind] = frozenset({"generation", "agent", "remote_agent"})


class Node(msgspec.Struct, frozen=True, order=True):
    """A function of the tree by qualified name; "" is the module's own level."""

    path: str
    name: str


class ModelCall(msgspec.Struct, frozen=True):
    """A call to a model: an LLM call, a side call, or a graph run.

    `clients` are the SDK objects it may go through; empty for free functions, raw HTTP, and where
    the client is not seen (`sure` is False then). `function` is the qualified name of the innermost
    named function around it, "" at module level.
    """

    path: str
    call: int
    line: int
    end_line: int
    kind: CallKind
    sdk: str
    shape: CallShape
    clients: tuple[Client, ...]
    function: str
    sure: bool = True

    @property
    def is_llm(self) -> bool:
        """Whether it generates text (an LLM call), rather than being a side call or a graph run."""
        return self.kind in LLM_KINDS


class Edge(msgspec.Struct, frozen=True):
    """`source` leads to `target` at a call (`call` -1: a reference, such as a handler handed over).

    `back`: the source calls a parameter, and the target is what one of its callers hands in. Who
    hands it in has an edge of its own; the other callers do not lead there.
    """

    source: str
    target: Node
    call: int
    line: int
    back: bool = False


class FileCalls(msgspec.Struct, frozen=True):
    """What the calls of one file are.

    `holders`: names at module level that hold or make something of an SDK, and classes derived
    from an SDK's; `bases`: (own class, base class in the tree, maybe by a name that passes it on);
    `handed`: files of
    functions and classes that an SDK object is handed to; `made`: calls that construct a client;
    `symbols`: (function, name at module level whose value holds it); `mentions`: (name at module
    level, names that its value mentions); `loose`: (function, method name, line) of calls on
    something that could not be followed; `aliases`: (name at module level, what it stands for in
    another file); `stars`: files whose names are all passed on.
    """

    model: tuple[ModelCall, ...] = ()
    edges: tuple[Edge, ...] = ()
    holders: tuple[str, ...] = ()
    bases: tuple[tuple[str, Node], ...] = ()
    handed: tuple[str, ...] = ()
    made: tuple[int, ...] = ()
    symbols: tuple[tuple[str, str], ...] = ()
    mentions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    loose: tuple[tuple[str, str, int], ...] = ()
    aliases: tuple[tuple[str, Node], ...] = ()
    stars: tuple[str, ...] = ()
