"""Prompts: kept in a versioned store apart from code, and their version recorded with each call."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject, when
from shipsmith_controls.links.prompts import Prompt, prompts
from shipsmith_controls.links.templates import version_mark
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import Evidence


@query
def _by_place(db: Database) -> dict[tuple[str, int], Prompt]:
    return {(prompt.path, prompt.line): prompt for prompt in prompts(db)}


@subject("prompt")
def _prompts(db: Database) -> tuple[Subject, ...]:
    """Each prompt that reaches an LLM call, at its first line."""
    return tuple(Subject(Place(path, line), "") for path, line in sorted(_by_place(db)))


@when("a prompt reaches a model")
def _has_prompt(db: Database) -> bool:
    return bool(prompts(db))


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
