"""Words of the checks on what goes into prompts: a ceiling for each source of their text."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.prompts.prompt_sources import prompt_sources
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence

_SAID = {
    "request": "nothing limits how long `{}` of the request may be",
    "history": "all of the {} is loaded, however long it is",
    "retrieved": "nothing limits how much `{}` retrieves",
}


@subject("source of prompt text")
def _sources(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(s.path, s.line), "", key=i) for i, s in enumerate(prompt_sources(db)))


@has("a ceiling before the call")
def _bounded(db: Database, each: Subject) -> Holding:
    """COS-06: a schema limit, a check that rejects or cuts, a window, a number of passages."""
    source = prompt_sources(db)[int(each.key)]
    if source.bound_line:
        note = Evidence(source.bound_path, source.bound_line, f"`{source.name}` is bounded")
        return Holding(Strength.STRONG, evidence=(note,))
    return Holding(Strength.LACKING, _SAID[source.kind].format(source.name))
