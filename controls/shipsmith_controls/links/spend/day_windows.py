"""Rate limiters whose window is a day or longer: they count requests, not tokens or money."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.spend.limits import is_limiter
from shipsmith_controls.links.spend.quotas import Quota, called_from
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import inside
from shipsmith_controls.links.values.value import Const, Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_SPAN = re.compile(
    r"(?:^|/|\bper\b|\d)\s*(?P<unit>h|hrs?|hours?|d|days?|w|weeks?|months?)\b", re.IGNORECASE
)
_COUNT = re.compile(r"(\d+)\s*(?:h|hrs?|hours?)\b", re.IGNORECASE)
_DAY = 24
"""Hours from which on a window bounds what a caller may use in a day."""


@query
def day_window(db: Database, node: Node) -> Quota | None:
    """A limiter on the way from a function down that counts requests over a day or longer."""
    for each in called_from(db, node):
        found = next(_in_function(db, each), None)
        if found is not None:
            return found
    return None


def _in_function(db: Database, node: Node) -> Iterator[Quota]:
    facts = index(db, node.path)
    if facts is None:
        return
    for call in facts.module.calls:
        if facts.node_name(call.block) != node.name:
            continue
        for value in values(db, node.path, call.block, call.callee):
            if is_limiter(value):
                made = value.calls if isinstance(value, Made) else ()
                spans = [*_spans(db, node.path, call), *(s for at in made for s in _of_call(db, *at))]
                if any(_is_day(span) for span in spans):
                    yield Quota(
                        node.path, call.line, "requests a day are limited, not tokens or money", True
                    )


def _of_call(db: Database, path: str, call: int) -> Iterator[str]:
    facts = index(db, path)
    if facts is not None:
        yield from _spans(db, path, facts.module.calls[call])


def _spans(db: Database, path: str, call: code.Call) -> Iterator[str]:
    """The texts that a call is given, in the calls and settings inside its arguments too."""
    facts = index(db, path)
    for given in (*call.args, *(k.value for k in call.keywords)) if facts is not None else ():
        for part in inside(given, facts.module) if facts is not None else ():
            if isinstance(part, (code.Literal, code.Name, code.Attribute)):
                for value in values(db, path, call.block, part, callers=True):
                    if isinstance(value, Const) and isinstance(value.value, str):
                        yield value.value


def _is_day(text: str) -> bool:
    """Whether a text is a window of a day or longer: `1d`, `100/day`, `24 h`."""
    found = _SPAN.search(text) if len(text) < 30 else None
    if found is None:
        return False
    hours = _COUNT.search(text)
    return not found["unit"].lower().startswith("h") or (hours is not None and int(hours[1]) >= _DAY)
