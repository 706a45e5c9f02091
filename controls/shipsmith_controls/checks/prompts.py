"""Prompts: kept in a versioned store apart from code, and their version recorded with each call."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.prompts.prompt_versions import recorded
from shipsmith_controls.links.prompts.prompts import Fed, Prompt, fed, prompts
from shipsmith_controls.links.prompts.templates import version_mark
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence


@query
def _by_place(db: Database) -> dict[tuple[str, int], Prompt]:
    return {(prompt.path, prompt.line): prompt for prompt in prompts(db)}


@subject("prompt")
def _prompts(db: Database) -> tuple[Subject, ...]:
    """Each prompt that reaches an LLM call, at its first line."""
    return tuple(Subject(Place(path, line), "") for path, line in sorted(_by_place(db)))


@has("a versioned store apart from code")
def _stored(db: Database, each: Subject) -> Holding:
    """MOD-03: a registry, or a loaded template with a version; a module without a call counts half."""
    prompt = _by_place(db)[each.place.path, each.place.line]
    match prompt.home:
        case "registry":
            evidence = Evidence(prompt.path, prompt.line, f"served by {prompt.what}")
            return Holding(Strength.STRONG, evidence=(evidence,))
        case "template":
            mark = version_mark(db, prompt.path)
            if mark:
                return Holding(Strength.STRONG, evidence=(Evidence(prompt.path, prompt.line, mark),))
            note = Evidence(prompt.path, prompt.line, "a prompt file that code loads", weak=True)
            return Holding(Strength.WEAK, "this prompt file carries no version", evidence=(note,))
        case "module":
            note = Evidence(prompt.path, prompt.line, "apart from the calls, but in code", weak=True)
            message = "this prompt is a constant in code, without a version of its own"
            return Holding(Strength.WEAK, message, evidence=(note,))
    return Holding(Strength.LACKING, "this prompt stands in the module that calls the model")


@query
def _fed_by_place(db: Database) -> dict[tuple[str, int], Fed]:
    return {(f.generation.path, f.generation.call): f for f in fed(db) if f.prompts}


@subject("LLM call fed by a prompt")
def _fed_calls(db: Database) -> tuple[Subject, ...]:
    """Each place that asks a model with a prompt: the call, or who hands a wrapper its prompt."""
    return tuple(
        Subject(
            Place(f.generation.path, f.generation.line, f.generation.end_line),
            "",
            sdk=f.generation.model.sdk,
            key=f.generation.call,
        )
        for f in _fed_by_place(db).values()
    )


@has("a record of the prompt's version")
def _recorded(db: Database, each: Subject) -> Holding:
    """MOD-04: strong when the version comes from what was sent; a release or a look-up apart is weak."""
    found = recorded(db, _fed_by_place(db)[each.place.path, int(each.key)].generation)
    match found.how:
        case "sent":
            evidence = Evidence(found.path, found.line, "the prompt's version goes along")
            return Holding(Strength.STRONG, evidence=(evidence,))
        case "apart":
            note = Evidence(found.path, found.line, "a prompt version is recorded", weak=True)
            message = "the recorded version is looked up apart from the prompt that was sent"
            return Holding(Strength.WEAK, message, evidence=(note,))
        case "release":
            note = Evidence(found.path, found.line, "a release or commit is on the trace", weak=True)
            message = "only a release or commit is recorded, not the prompt's own version"
            return Holding(Strength.WEAK, message, evidence=(note,))
    return Holding(Strength.LACKING, "nothing records which version of the prompt was sent")
