"""SQL in code: the statement that a call is given."""

from __future__ import annotations

from shipsmith_controls.facts import code
from shipsmith_controls.links.values.index import last_name
from shipsmith_controls.links.values.value import Const, Text, Value
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database

WRAPPERS = frozenset({"text", "sql", "SQL", "raw", "Composed", "unsafe"})
"""Functions that turn text into a statement, to be handed to another call."""
_RUNNING = WRAPPERS | frozenset(
    "execute executemany executescript execute_values execute_batch query fetch fetchrow fetchval "
    "fetch_all fetch_one run exec all get prepare mogrify scalar scalars read_sql $executeRaw $queryRaw "
    "$executeRawUnsafe $queryRawUnsafe executeQuery".split()
)
"""Methods that run a statement; a name among their arguments is worth following."""
_SHORTEST = 12


def statement_of(db: Database, path: str, module: code.Module, call: code.Call) -> str:
    """The SQL that a call is given, inserted values as `*`; "" when it is given none."""
    for given in call.args[:2]:
        shown = given
        if isinstance(given, code.CallRef):
            made = module.calls[given.call]
            if last_name(made.callee) not in WRAPPERS or not made.args:
                continue
            shown = made.args[0]
        held = isinstance(shown, (code.Name, code.Attribute)) and last_name(call.callee) in _RUNNING
        if not held and not isinstance(shown, (code.Literal, code.Template)):
            continue
        for value in values(db, path, call.block, shown):
            text = _text(value)
            if len(text) > _SHORTEST and " " in text:
                return text
    return ""


def _text(value: Value) -> str:
    if isinstance(value, Const):
        return value.value if isinstance(value.value, str) else ""
    if isinstance(value, Text):
        return "".join(
            str(part.value) if isinstance(part, code.Literal) else "*" for part in value.template.parts
        )
    return ""
