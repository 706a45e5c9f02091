"""Words of the check on repeated work: tools and consumers that act, and their guards."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.calls.answering import reads_records, started_entries
from shipsmith_controls.links.calls.kinds import tool_calls
from shipsmith_controls.links.tools.effects import body_of, guard_against_repeats, repeatable_tools
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence


class _Repeated:
    """Why a subject may run twice, and what it runs."""

    def __init__(self, path: str, function: int, message: str) -> None:
        self.path, self.function, self.message = path, function, message

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Repeated) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


@query
def _repeated(db: Database) -> dict[tuple[str, int, str], _Repeated]:
    found: dict[tuple[str, int, str], _Repeated] = {}
    for acting in repeatable_tools(db) if tool_calls(db) else ():
        said = f"called twice, it acts twice ({acting.effect.what} in line {acting.effect.line})"
        key = (acting.tool.path, acting.tool.line, acting.tool.name)
        found[key] = _Repeated(acting.path, acting.function, said)
    for entry in started_entries(db):
        body = body_of(db, entry.node)
        fed = entry.kind == "consumer" or (entry.kind == "function" and reads_records(db, entry))
        if fed and body is not None:
            said = "a message that is delivered twice runs the model twice"
            found[entry.path, entry.line, entry.function] = _Repeated(*body, said)
    return found


@subject("tool or consumer that acts")
def _acting(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(path, line), name, key=name) for path, line, name in _repeated(db))


@has("a guard against repeats")
def _guarded(db: Database, each: Subject) -> Holding:
    """RES-10: a key, a conflict clause or a look at what is done stands before the effect."""
    found = _repeated(db)[each.place.path, each.place.line, str(each.key)]
    guard = guard_against_repeats(db, found.path, found.function)
    if guard is None:
        return Holding(Strength.LACKING, found.message)
    return Holding(Strength.STRONG, evidence=(Evidence(guard.path, guard.line, guard.what),))
