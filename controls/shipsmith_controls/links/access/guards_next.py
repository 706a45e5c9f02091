"""Next.js middleware: which routes its matcher covers, and whether it can refuse there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.refusals import Refusal, refusal
from shipsmith_controls.links.calls.entries import Entry
from shipsmith_controls.links.tree import exists, index
from shipsmith_controls.links.values.index import ModuleIndex, inside
from shipsmith_controls.links.values.index import entry as entry_of
from shipsmith_controls.links.values.value import Const, Data, Extern, Fn, Made
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database

_HOME = re.compile(r"^(?P<home>.*?)(?:src/)?(?:app|pages)/")
_NAMES = ("middleware", "proxy")
_ENDINGS = (".ts", ".js", ".mts", ".mjs", ".tsx")
_REFUSING_DEFAULTS = ("next-auth/middleware", "@kinde-oss", "@auth0/nextjs-auth0", "@workos-inc")
_LOOKAHEAD = re.compile(r"^(?P<before>.*?)\(\(\?!(?P<not>.*)\)\.[*+]\)$")


def next_guards(db: Database, entry: Entry) -> Iterator[Refusal]:
    """The middleware in front of a Next.js route, when its matcher covers the route."""
    home = _HOME.match(entry.path)
    if home is None or entry.path.endswith(".py"):
        return
    for folder in (home["home"], home["home"] + "src/"):
        for name in (f"{folder}{stem}{ending}" for stem in _NAMES for ending in _ENDINGS):
            if exists(db, name):
                yield from _of_middleware(db, name, entry.route or "/")


def _of_middleware(db: Database, path: str, route: str) -> Iterator[Refusal]:
    facts = index(db, path)
    if facts is None or not is_covered(db, path, facts, route):
        return
    for name in ("middleware", "proxy", "default"):
        shown = facts.exports.get(name)
        if shown is None:
            continue
        if shown.module and shown.module.startswith(_REFUSING_DEFAULTS):
            yield Refusal(path, shown.line)
            continue
        expr = shown.value or code.Name(shown.line, shown.local or name)
        for value in values(db, path, 0, expr):
            yield from _of_handler(db, path, facts, value, route)


def _of_handler(
    db: Database, path: str, facts: ModuleIndex, value: object, route: str
) -> Iterator[Refusal]:
    if isinstance(value, Fn):
        found = refusal(db, value.path, value.function)
        if found is not None and _reaches(db, value.path, found.line, route):
            yield found
    elif isinstance(value, Made) and value.calls:
        where, call = value.calls[0]
        other = index(db, where)
        for given in other.module.calls[call].args if other else ():
            if isinstance(given, code.FunctionRef):
                found = refusal(db, where, given.function)
                if found is not None and _reaches(db, where, found.line, route):
                    yield found
        if value.extern.module.startswith(_REFUSING_DEFAULTS):
            yield Refusal(path, value.extern.line)
    elif isinstance(value, Extern) and value.module.startswith(_REFUSING_DEFAULTS):
        yield Refusal(path, value.line)


def _reaches(db: Database, path: str, line: int, route: str) -> bool:
    """Whether the tests around a refusal let it happen for a route: path prefixes, route matchers."""
    facts = index(db, path)
    if facts is None:
        return False
    for i, block in enumerate(facts.module.blocks):
        if block.kind == "if" and block.line <= line <= block.end_line:
            for head in block.heads:
                if not _allows(db, path, facts, i, head, route):
                    return False
    return True


def _allows(db: Database, path: str, facts: ModuleIndex, block: int, head: code.Expr, route: str) -> bool:
    operands = head.operands if isinstance(head, code.Operation) and head.operator == "&&" else (head,)
    for operand in operands:
        negated = isinstance(operand, code.Operation) and operand.operator == "!"
        wanted = _patterns(db, path, facts, block, operand)
        if wanted and any(covers(pattern, route) for pattern in wanted) is negated:
            return False
    return True


def _patterns(db: Database, path: str, facts: ModuleIndex, block: int, operand: code.Expr) -> list[str]:
    """Path patterns that a test asks for: literal prefixes, or those of `createRouteMatcher([…])`."""
    found: list[str] = []
    for part in inside(operand, facts.module):
        if isinstance(part, code.Literal) and isinstance(part.value, str) and part.value.startswith("/"):
            found.append(part.value + "(.*)")
        elif isinstance(part, code.CallRef):
            for value in values(db, path, block, facts.module.calls[part.call].callee):
                if (
                    isinstance(value, Made)
                    and value.extern.name.rsplit(".", 1)[-1] == "createRouteMatcher"
                ):
                    where, call = value.calls[0]
                    found.extend(_texts(db, where, call))
    return found


def _texts(db: Database, path: str, call: int) -> list[str]:
    facts = index(db, path)
    if facts is None:
        return []
    given = facts.module.calls[call].args
    parts = [p for arg in given for p in inside(arg, facts.module)]
    return [p.value for p in parts if isinstance(p, code.Literal) and isinstance(p.value, str)]


def is_covered(db: Database, path: str, facts: ModuleIndex, route: str) -> bool:
    """Whether the matcher of a middleware file covers a route; without matcher it covers all."""
    matchers = _matchers(db, path, facts)
    return not matchers or any(covers(pattern, route) for pattern in matchers)


def _matchers(db: Database, path: str, facts: ModuleIndex) -> list[str]:
    """The patterns of `export const config = { matcher }`; none: every route."""
    found: list[str] = []
    for value in values(db, path, 0, code.Name(0, "config")):
        if isinstance(value, Data) and isinstance(value.expr, code.Mapping):
            given = entry_of(value.expr, "matcher")
            for part in inside(given, facts.module) if given is not None else ():
                for text in values(db, path, 0, part) if not isinstance(part, code.Sequence) else ():
                    if isinstance(text, Const) and isinstance(text.value, str):
                        found.append(text.value)
    return [text for text in found if text.startswith("/")]


def covers(pattern: str, route: str) -> bool:
    """Whether a path pattern of Next.js matches a route; patterns are read, never run as such."""
    looks = _LOOKAHEAD.match(pattern)
    if looks is not None:
        before = looks["before"]
        if not route.startswith(before):
            return False
        rest = route[len(before) :]
        return not any(_begins(rest, each) for each in looks["not"].split("|"))
    text = re.escape(pattern.replace("(.*)", "\0"))
    text = text.replace("\\\0", ".*").replace("\0", ".*")
    text = re.sub(r"/:\w+\\\*", "(?:/.*)?", text)
    text = re.sub(r":\w+(?:\\[+?])?", "[^/]+", text)
    return re.fullmatch(text + "/?", route) is not None


def _begins(rest: str, excluded: str) -> bool:
    """Whether the rest of a route begins with an alternative of a negative lookahead."""
    plain = excluded.replace("\\\\", "\\").strip("()").removesuffix("$")
    bare = plain.removeprefix(".*").removesuffix(".*").replace("\\.", ".").removesuffix("/")
    if plain.startswith(".*"):
        return bare in rest
    return bool(bare) and rest.startswith(bare)
