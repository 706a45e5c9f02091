"""What an entry is: a function that a network, a queue, a clock or a window starts."""

from __future__ import annotations

from typing import Literal

import msgspec

from shipsmith_controls.links.values.graph import Node

EntryKind = Literal[
    "http", "websocket", "ui", "bot", "mcp", "function", "action", "graph", "job", "consumer"
]
"""`http`, `websocket`: a route. `ui`: a Streamlit page, Gradio event, Chainlit handler. `function`: a
serverless handler. `action`: an exported `use server` function. `graph`: served by its platform.
`job`: started by a clock. `consumer`: started by a queue."""

NETWORK: frozenset[EntryKind] = frozenset(
    {"http", "websocket", "ui", "bot", "mcp", "function", "action", "graph"}
)
ANSWERING: frozenset[EntryKind] = frozenset({"http", "websocket", "ui", "bot", "function", "action"})


class Entry(msgspec.Struct, frozen=True):
    """One entry: the function that is started, and how.

    `route` is the path or name it is reached by, "" when there is none. `line` is where it is
    declared; `call` the call that declares it (-1: a decorator without call, or a convention).
    """

    kind: EntryKind
    path: str
    line: int
    function: str
    route: str = ""
    call: int = -1

    @property
    def node(self) -> Node:
        """The function as a node of the call graph."""
        return Node(self.path, self.function)
