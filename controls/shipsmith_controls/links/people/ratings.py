"""Ratings of answers: the controls and endpoints that take them, and whether they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.entries import entries_of
from shipsmith_controls.links.calls.following import below, is_gated, stores
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.people.surfaces import of_kind
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import code_files, index, lines_of
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.value import Cls
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_WORDS = frozenset("feedback vote votes upvote downvote rating ratings thumb thumbs like dislike".split())
_TALKS = frozenset("conversation conversations message messages".split())
"""Words of paths of files that keep talks, and often the ratings in them."""
_REPORT = re.compile(r"report[-_/ ]?(?:message|answer|response|output)\b", re.IGNORECASE)
_ID = re.compile(
    r"(?:^|[._]|(?<=[a-z]))(?:message|msg|run|trace|generation|response|answer|observation|span|completion|interaction"
    r"|query|turn|chat_?message|conversation|chat)_?(?:id|uuid|index)$|^(?:message|trace|run)$",
    re.IGNORECASE,
)
_ID_TEXT = re.compile(
    r"\b(?:\w*_)?(?:message|msg|run|trace|generation|response|answer|interaction|turn)(?:_?[iI][dD]|\.id|\[.id.\])\b"
    r"|\b\w*(?:[mM]essage|[tT]race|[rR]un|[aA]nswer|[rR]esponse)Id\b|\bkey=f[\"'].*\{"
)
_SCORES = frozenset(
    "create_feedback createFeedback create_score createScore score_trace logFeedback log_feedback "
    "submit_feedback upsert_feedback create_annotation add_annotation".split()
)
_SCORE_HOLDERS = frozenset("langfuse trace lf client braintrust span".split())
_HANDLING = frozenset("handle submit on save record create post".split())
_NEAR = 15


class Rating(msgspec.Struct, frozen=True):
    """A control, endpoint or call that takes a rating.

    `names_message`: it takes the id of what is rated. `kept`: (path, line) of the write of its
    value, None when nothing keeps it. `gated`: the variables without which it is not kept.
    `control`: it is seen in an interface, and what it calls is not followed.
    """

    path: str
    line: int
    what: str
    names_message: bool
    kept: tuple[str, int] | None = None
    gated: tuple[str, ...] = ()
    control: bool = False


@query
def ratings(db: Database) -> tuple[Rating, ...]:
    """Every rating that production code takes, endpoints first."""
    found = [each for path in _candidates(db) for each in ratings_in(db, path)]
    return (*found, *_controls(db))


@query
def _candidates(db: Database) -> tuple[str, ...]:
    reached = set(reached_files(db))
    named = _WORDS | _TALKS
    return tuple(
        p for p in code_files(db) if (p in reached or tokens(p) & named) and is_production(db, p)
    )


@query
def ratings_in(db: Database, path: str) -> tuple[Rating, ...]:
    """The endpoints and handlers of one file that take a rating."""
    facts = index(db, path)
    if facts is None or not _names_rating(path, facts):
        return ()
    return tuple(dict.fromkeys((*_endpoints(db, path, facts), *_scores(db, path, facts))))


def _names_rating(path: str, facts: ModuleIndex) -> bool:
    if tokens(path) & _WORDS or any(last_name(c.callee) in _SCORES for c in facts.module.calls):
        return True
    said = (f.name for f in facts.module.functions)
    texts = (a.value for c in facts.module.calls for a in c.args if isinstance(a, code.Literal))
    return any(_is_rating(str(text)) for text in (*said, *texts))


def _endpoints(db: Database, path: str, facts: ModuleIndex) -> Iterator[Rating]:
    entered: set[int] = set()
    for entry in entries_of(db, path):
        words = f"{entry.route} {entry.function} {_folder(path, entry.function)}"
        if entry.function.rpartition(".")[2].upper() == "GET" or not _is_rating(words):
            continue
        at = facts.by_qualname.get(entry.function, -1)
        if at >= 0:
            entered.add(at)
            what = f"`{entry.route or entry.function}`"
            yield _of_function(db, path, facts, at, entry.line, what)
    for i, function in enumerate(facts.module.functions):
        handles = path.endswith(".py") and tokens(function.name) & _HANDLING
        if i not in entered and handles and _is_rating(function.name):
            rating = _of_function(db, path, facts, i, function.line, f"`{function.name}`")
            if rating.kept is None:
                yield rating


def _is_rating(text: str) -> bool:
    return bool(tokens(text) & _WORDS) or bool(_REPORT.search(text))


def _folder(path: str, function: str) -> str:
    """The folder of a route file, whose functions are named after methods."""
    return "/".join(path.split("/")[-3:]) if function.isupper() else ""


def _of_function(
    db: Database, path: str, facts: ModuleIndex, function: int, line: int, what: str
) -> Rating:
    named = any(_ID.search(name) for name in _names(db, path, facts, function))
    kept: tuple[str, int] | None = None
    gated: tuple[str, ...] = ()
    for where, call in below(db, path, function):
        here = index(db, where)
        if here is None:
            continue
        name = last_name(here.module.calls[call].callee)
        if name in _SCORES or _scores_by(here.module.calls[call]) or stores(db, where, call):
            closed = is_gated(db, where, call)
            if kept is None or (gated and not closed):
                kept, gated = (where, here.module.calls[call].line), closed
    return Rating(path, line, what, named, kept, gated)


def _scores_by(call: code.Call) -> bool:
    if last_name(call.callee) != "score" or not isinstance(call.callee, code.Attribute):
        return False
    return last_name(call.callee.base).lower() in _SCORE_HOLDERS


def _names(db: Database, path: str, facts: ModuleIndex, function: int) -> Iterator[str]:
    """Names that a function takes in or reads: parameters, fields of their types, keys, variables."""
    own = facts.module.functions[function]
    for param in own.params:
        yield param.name
        if param.annotation is not None:
            yield from _fields(db, path, own.parent, param.annotation)
    for assign in facts.module.assigns:
        if own.block in facts.above(assign.block):
            yield last_name(assign.target)
    for call in facts.module.calls:
        if own.block in facts.above(call.block):
            for given in (call.callee, *call.args, *(k.value for k in call.keywords)):
                yield from _spelled(given, facts.module)


def _spelled(expr: code.Expr, module: code.Module) -> Iterator[str]:
    for part in inside(expr, module):
        match part:
            case code.Attribute(name=name) | code.Name(id=name):
                yield name
            case code.Literal(value=str() as text) if text.isidentifier():
                yield text


def _fields(db: Database, path: str, block: int, annotation: code.Expr) -> Iterator[str]:
    for value in values(db, path, block, annotation):
        facts = index(db, value.path) if isinstance(value, Cls) else None
        if facts is None or not isinstance(value, Cls):
            continue
        body = facts.module.classes[value.klass].block
        for assign in facts.module.assigns:
            if assign.block == body:
                yield last_name(assign.target)


def _scores(db: Database, path: str, facts: ModuleIndex) -> Iterator[Rating]:
    """Calls of a tracer's scores outside endpoints: in an app or a handler of a chat framework."""
    for i, call in enumerate(facts.module.calls):
        name = last_name(call.callee)
        if name in _SCORES or (_scores_by(call) and _is_rating(str(_texts(call)))):
            texts = [k.name or "" for k in call.keywords]
            texts += [
                n
                for a in (*call.args, *(k.value for k in call.keywords))
                for n in _spelled(a, facts.module)
            ]
            named = any(_ID.search(text) for text in texts)
            yield Rating(path, call.line, f"`{name}`", named, (path, call.line), is_gated(db, path, i))


def _texts(call: code.Call) -> list[object]:
    given = (*call.args, *(k.value for k in call.keywords))
    return [a.value for a in given if isinstance(a, code.Literal)]


def _controls(db: Database) -> Iterator[Rating]:
    """Controls of an interface, and whether something near them names the message."""
    for path, each in of_kind(db, "rating"):
        lines = lines_of(db, path)
        near = lines[max(0, each.line - _NEAR) : each.line + _NEAR]
        named = any(_ID_TEXT.search(text) for text in near)
        kept = _event_in(db, path) if named else None
        yield Rating(path, each.line, f"`{each.text}`", named, kept, control=True)


@query
def _event_in(db: Database, path: str) -> tuple[str, int] | None:
    """A write in the file of a control that says it is about a rating."""
    facts = index(db, path)
    for i, call in enumerate(facts.module.calls if facts is not None else ()):
        if facts is None or call.element or not stores(db, path, i):
            continue
        said = [e for a in call.args for e in _spelled(a, facts.module)]
        said += [str(t) for t in _texts(call)]
        said.append(last_name(call.callee))
        if any(_is_rating(text) for text in said) or _table(call, facts):
            return path, call.line
    return None


def _table(call: code.Call, facts: ModuleIndex) -> bool:
    """Whether the chain of a call names a table of ratings: `supabase.from("feedback").insert(…)`."""
    return any(_is_rating(text) for text in _spelled(call.callee, facts.module))
