"""Values that differ with each request: clock times, made-up ids, what the user or request says."""

from __future__ import annotations

import re

from shipsmith_controls.facts import code
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.values.index import inside, last_name

_PLACE = frozenset("latitude longitude lat lon lng geo geolocation geohints".split())
_PERSON = frozenset("username useremail userid ip uuid nonce".split())
_ASKED = frozenset("question query".split())
_FIELDS = frozenset("name email id locale timezone ip location profile city country".split())
_HOLDERS = frozenset("user request req headers header customer visitor hints geo".split())
_CLOCKS = frozenset("now utcnow time gmtime localtime Date".split())
_IDS = frozenset("uuid4 uuid1 uuidv4 randomUUID nanoid cuid token_hex generateUUID".split())
_DATES = frozenset("date today toDateString toLocaleDateString slice split substring substr".split())
_HOURS = re.compile(r"%-?[HIMSpXcfT]|HH|hh|mm:ss")


def named(name: str) -> str:
    """What a name says that varies with each request; "" when it says nothing of the kind."""
    words = tokens(name)
    joined = name.replace("_", "").lower()
    if words & _PLACE:
        return f"the place of the caller (`{name}`)"
    if words & _ASKED:
        return f"the text of the request (`{name}`)"
    if joined in _PERSON or (words & _HOLDERS and words & _FIELDS):
        return f"a value of the user (`{name}`)"
    if words & {"timestamp"} or {"current", "time"} <= words:
        return f"the time (`{name}`)"
    return ""


def varies(expr: code.Expr, module: code.Module) -> str:
    """What an inserted value is that varies with each request; "" when nothing shows it."""
    if isinstance(expr, (code.Name, code.Attribute)):
        name = last_name(expr)
        base = last_name(expr.base) if isinstance(expr, code.Attribute) else ""
        if isinstance(expr, code.Attribute) and tokens(base) & _HOLDERS and tokens(name) & _FIELDS:
            return f"a value of the user (`{base}.{name}`)"
        return named(name)
    if isinstance(expr, code.Subscript):
        key = expr.index.value if isinstance(expr.index, code.Literal) else ""
        if tokens(last_name(expr.base)) & {"headers", "header"}:
            return "a header of the request"
        return named(key) if isinstance(key, str) else ""
    if not isinstance(expr, code.CallRef):
        return ""
    chain = chain_of(expr, module)
    names = {last_name(call.callee) for call in chain}
    if names & _IDS:
        return "an id made for each call"
    if not names & _CLOCKS or not is_clock(chain):
        return ""
    formats = [c for c in chain if last_name(c.callee) in ("strftime", "format")]
    texts = [
        str(p.value)
        for c in formats
        for a in c.args
        for p in inside(a, module)
        if isinstance(p, code.Literal)
    ]
    if names & _DATES or (texts and not any(_HOURS.search(text) for text in texts)):
        return ""
    return "the time of the call"


def chain_of(expr: code.Expr, module: code.Module) -> list[code.Call]:
    """The calls of a chain, from the last to the first: `datetime.now().strftime(…)`."""
    found: list[code.Call] = []
    here: code.Expr | None = expr
    while here is not None:
        if isinstance(here, code.CallRef):
            found.append(module.calls[here.call])
            here = module.calls[here.call].callee
        elif isinstance(here, (code.Attribute, code.Subscript)):
            here = here.base
        else:
            here = None
    return found


def is_clock(chain: list[code.Call]) -> bool:
    """Whether the call that a chain starts with reads a clock."""
    first = chain[-1]
    name = last_name(first.callee)
    base = last_name(first.callee.base) if isinstance(first.callee, code.Attribute) else ""
    if name == "Date":
        return first.new and not first.args
    return name in _CLOCKS and base in ("datetime", "time", "Date", "dt", "timezone", "arrow", "pendulum")
