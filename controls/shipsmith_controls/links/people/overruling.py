"""Ways in which a person can change or turn down what a model wrote before it takes effect."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.entries import entries_of
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.calls.sinks import kind_of
from shipsmith_controls.links.evals.eval_metrics import names_used
from shipsmith_controls.links.people.surfaces import belongs, is_aside, of_kind, shown, surfaces
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import code_files, hints, index
from shipsmith_controls.links.values.index import ModuleIndex, inside, last_name
from shipsmith_controls.links.values.packages import by_import
from shipsmith_controls.queries import Database, query

_OPEN = frozenset("draft pending needs_review pending_review in_review proposed awaiting_review".split())
_SETTLED = frozenset("approved rejected accepted".split())
_DECIDES = frozenset("approve reject".split())
_OUTPUT = frozenset(
    "draft drafts answer report output response reply email summary content post article document "
    "suggestion suggestions completion generation generated message text".split()
)
_NOT_OUTPUT = frozenset(
    "plan outline tool tools action actions query invite invitation user access".split()
)
_COMPLETING = frozenset(
    "ai completion completions suggestion suggestions suggest generate generated generation copilot "
    "assistant draft diff rewrite llm gpt ghost".split()
)
_QUEUES = ("argilla", "label_studio_sdk", "labelstudio")
_PUSHES = frozenset("log push_to_argilla add_records import_tasks create_task create_tasks".split())
_HUMAN_LOOP = frozenset({"start_human_loop", "StartHumanLoopCommand", "startHumanLoop"})
_MOST = 4


class Overrule(msgspec.Struct, frozen=True):
    """A way to overrule a model; `full` when output does not take effect without it."""

    path: str
    line: int
    message: str
    full: bool


@query
def overrules(db: Database) -> tuple[Overrule, ...]:
    """Every way of production code to overrule what a model wrote, the full ones first."""
    found = [*_states(db), *_pauses(db), *_review_queues(db), *_completions(db), *_changes(db)]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (not each.full, each.path, each.line)))


def _states(db: Database) -> Iterator[Overrule]:
    """Output that is saved in an open state, and a handler that settles it."""
    reached = reached_files(db)
    states = [s for p in code_files(db) if _may_hold_state(db, p, reached) for s in _state_of(db, p)]
    if not states:
        return
    saving = [p for p in reached if is_production(db, p) and _names_open_state(db, p)]
    deciding = [p for p in code_files(db) if is_production(db, p) and _may_decide(db, p, reached)]
    handlers = [h for p in deciding for h in _deciders(db, p)]
    if saving and handlers:
        path, line = handlers[0]
        yield Overrule(*states[0], "output is saved with a state that people approve or reject", True)
        yield Overrule(path, line, "this handler approves or rejects it", True)


def _may_hold_state(db: Database, path: str, reached: tuple[str, ...]) -> bool:
    words = tokens(path)
    named = words & {"model", "models", "schema", "schemas", "db", "types", "enums", "entities", "prisma"}
    return (path in reached or bool(named or words & {"draft", "drafts", "review"})) and is_production(
        db, path
    )


def _may_decide(db: Database, path: str, reached: tuple[str, ...]) -> bool:
    words = {
        "draft",
        "drafts",
        "review",
        "reviews",
        "approve",
        "approval",
        "approvals",
        "route",
        "routes",
        "main",
        "api",
    }
    return path in reached or bool(tokens(path) & words)


@query
def _state_of(db: Database, path: str) -> tuple[tuple[str, int], ...]:
    """(path, line) of an enum or list of states that holds an open and a settled one."""
    if not {"open-state", "settled-state"} <= set(hints(db, path)) or tokens(path) & _NOT_OUTPUT:
        return ()
    facts = index(db, path)
    if facts is None:
        return ()
    found = []
    for klass in facts.module.classes:
        held = [a for a in facts.module.assigns if a.block == klass.block]
        words = {last_name(a.target).lower() for a in held}
        words |= {str(a.value.value).lower() for a in held if isinstance(a.value, code.Literal)}
        if words & _OPEN and words & _SETTLED and not tokens(klass.name) & _NOT_OUTPUT:
            found.append((path, klass.line))
    for expr, line in _lists(facts):
        words = {str(i.value).lower() for i in expr.items if isinstance(i, code.Literal)}
        if words & _OPEN and words & _SETTLED:
            found.append((path, line))
    return tuple(found)


def _lists(facts: ModuleIndex) -> Iterator[tuple[code.Sequence, int]]:
    given = [v for a in facts.module.assigns for v in (a.value, a.annotation) if v is not None]
    for call in facts.module.calls:
        given += [*call.args, *(k.value for k in call.keywords)]
    for expr in given:
        for part in inside(expr, facts.module):
            if isinstance(part, code.Sequence):
                yield part, part.line


@query
def _names_open_state(db: Database, path: str) -> bool:
    return any(name.lower() in _OPEN for name, _ in names_used(db, path))


@query
def _deciders(db: Database, path: str) -> tuple[tuple[str, int], ...]:
    """(path, line) of endpoints that approve or reject."""
    found = []
    for entry in entries_of(db, path):
        words = tokens(f"{entry.route} {entry.function}")
        if words & _DECIDES and not words & _NOT_OUTPUT:
            found.append((path, entry.line))
    return tuple(found)


def _pauses(db: Database) -> Iterator[Overrule]:
    for path in dict.fromkeys(
        (*by_import(db).get("langgraph", ()), *by_import(db).get("@langchain/langgraph", ()))
    ):
        for line in _pauses_in(db, path):
            yield Overrule(path, line, "the graph pauses until a person has answered", True)


@query
def _pauses_in(db: Database, path: str) -> tuple[int, ...]:
    """Lines of `interrupt(…)` that are about what the model wrote, not about a plan or a tool."""
    facts = index(db, path)
    found = []
    for call in facts.module.calls if facts is not None else ():
        if facts is None or last_name(call.callee) != "interrupt" or not call.args:
            continue
        words = set(tokens(facts.node_name(call.block)))
        for part in inside(call.args[0], facts.module):
            match part:
                case code.Literal(value=str() as text) | code.Name(id=text) | code.Attribute(name=text):
                    words |= tokens(text)
        if words & _OUTPUT and not words & _NOT_OUTPUT:
            found.append(call.line)
    return tuple(found)


def _review_queues(db: Database) -> Iterator[Overrule]:
    imported = by_import(db)
    for module in _QUEUES:
        for path in imported.get(module, ()):
            if path in reached_files(db):
                for line in _pushes(db, path)[:1]:
                    yield Overrule(path, line, f"output goes to {module} for review", True)
    for path in imported.get("boto3", ()):
        facts = index(db, path)
        for call in facts.module.calls if facts is not None else ():
            if last_name(call.callee) in _HUMAN_LOOP:
                yield Overrule(path, call.line, "output goes to Amazon A2I for review", True)


@query
def _pushes(db: Database, path: str) -> tuple[int, ...]:
    """Lines of a file that imports a review tool where records are given to it."""
    facts = index(db, path)
    return tuple(
        call.line
        for call in (facts.module.calls if facts is not None else ())
        if last_name(call.callee) in _PUSHES
        and isinstance(call.callee, code.Attribute)
        and facts is not None
        and kind_of(call, facts) != "log"
    )


def _completions(db: Database) -> Iterator[Overrule]:
    """Components that apply what a model wrote only when somebody accepts it."""
    for path, facts in sorted(shown(db).items()):
        takes = [each for each in facts if each.kind == "accept"]
        if not takes or not tokens(path) & _COMPLETING:
            continue
        leaves = any(each.kind == "discard" for each in facts)
        said = "is taken or discarded by hand" if leaves else "is taken by hand, yet cannot be discarded"
        yield Overrule(path, takes[0].line, f"a suggestion {said}", leaves)


_PLAIN = re.compile(r"[^A-Za-z ]")


def _changes(db: Database) -> Iterator[Overrule]:
    """Controls to have an answer made anew, edited, stopped or undone, on a chat surface."""
    known: dict[str, Overrule] = {}
    for path, each in of_kind(db, "change"):
        word = _PLAIN.sub("", each.text).strip()
        if is_aside(path):
            continue
        if any(belongs(db, s, path) for s in surfaces(db)) and not tokens(path + each.text) & {
            "icon",
            "icons",
        }:
            said = f"“{word}” lets people change an answer after it was shown"
            known.setdefault(word.lower().removeprefix("on"), Overrule(path, each.line, said, False))
    yield from list(known.values())[:_MOST]
