"""Prompt versions: whether a call, or what records it, carries the version of the prompt it sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.wrappers import Generation
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.traces.tracer_uses import uses
from shipsmith_controls.links.traces.tracers import coverage
from shipsmith_controls.links.tree import index, marked_files
from shipsmith_controls.links.values.index import ModuleIndex, argument, inside, last_name, names_in
from shipsmith_controls.queries import Database, query

_OBJECTS = frozenset({"langfuse_prompt", "langfusePrompt"})
_VERSIONS = frozenset({"version", "commit", "hash", "sha", "digest", "sha256", "revision"})
_BESIDE = frozenset(
    "metadata config tags extra_body experimental_telemetry telemetry callbacks extra_headers".split()
)
"""Arguments that go along with a call; no text of theirs is sent to the model."""
_RELEASE = re.compile(r"^(?:release|service\.version|SERVICE_VERSION|ATTR_SERVICE_VERSION|app_version)$")


class Recorded(msgspec.Struct, frozen=True):
    """How a version goes along: `sent` from what was sent, `apart` looked up apart, `release` only."""

    how: Literal["sent", "apart", "release", "no"]
    path: str = ""
    line: int = 0


@query
def recorded(db: Database, at: Generation) -> Recorded:
    """Whether the prompt's version goes along with one place that asks a model."""
    best = Recorded("no")
    for path, function in dict.fromkeys(((at.path, at.function), (at.model.path, at.model.function))):
        facts = index(db, path)
        if facts is None:
            continue
        sent = _sent(facts, at, path)
        for name, value, line in _marks(facts, function):
            if name in _OBJECTS or (name == "prompt" and _is_current(facts, line)):
                return Recorded("sent", path, line)
            words = tokens(name)
            if "prompt" in words and words & _VERSIONS:
                if _derives(facts, value, sent):
                    return Recorded("sent", path, line)
                best = Recorded("apart", path, line)
    if best.how == "no":
        return _released(db, at.model)
    return best


def _marks(facts: ModuleIndex, function: str) -> Iterator[tuple[str, code.Expr, int]]:
    """Everything that is given under a name in a function: keywords and entries of mappings."""
    module = facts.module
    for call in module.calls:
        here = facts.node_name(call.block)
        if here != function and not here.startswith(function + "."):
            continue
        for keyword in call.keywords:
            if keyword.name:
                yield keyword.name, keyword.value, keyword.line
        if (
            last_name(call.callee) in ("set_attribute", "setAttribute", "set_tag", "setTag")
            and len(call.args) > 1
        ):
            key = call.args[0]
            if isinstance(key, code.Literal):
                yield str(key.value), call.args[1], call.line
        for given in (*call.args, *(k.value for k in call.keywords)):
            for part in inside(given, module):
                if isinstance(part, code.Mapping):
                    for name, held in part.entries:
                        if isinstance(name, code.Literal):
                            yield str(name.value), held, name.line
        if argument(call, "prompt.version") is not None:
            yield "prompt_version", code.Name(call.line, "prompt"), call.line


def _is_current(facts: ModuleIndex, line: int) -> bool:
    """Whether `prompt=` on that line belongs to an update of the current trace."""
    return any(
        call.line <= line <= call.end_line
        and last_name(call.callee)
        in ("update_current_generation", "updateActiveObservation", "generation")
        for call in facts.module.calls
    )


def _sent(facts: ModuleIndex, at: Generation, path: str) -> frozenset[str]:
    """Names that what is sent is made of, through the assignments of the function."""
    module = facts.module
    index_of = at.call if path == at.path else at.model.call
    call = module.calls[index_of]
    names: set[str] = set()
    for given in (*call.args, *(k.value for k in call.keywords if k.name not in _BESIDE)):
        names |= _names_sent(given, module)
    for _ in range(3):
        for assign in module.assigns:
            if isinstance(assign.target, code.Name) and assign.target.id in names and assign.value:
                names |= names_in(assign.value, module)
    return frozenset(names)


def _names_sent(expr: code.Expr, module: code.Module) -> set[str]:
    """The names of what a call is given, without what only goes along with it."""
    if not isinstance(expr, code.Mapping):
        return names_in(expr, module)
    found: set[str] = set()
    for key, held in expr.entries:
        if not (isinstance(key, code.Literal) and key.value in _BESIDE):
            found |= _names_sent(held, module)
    return found


def _derives(facts: ModuleIndex, value: code.Expr, sent: frozenset[str]) -> bool:
    own = names_in(value, facts.module)
    for _ in range(2):
        for assign in facts.module.assigns:
            if isinstance(assign.target, code.Name) and assign.target.id in own and assign.value:
                own |= names_in(assign.value, facts.module)
    # What both were fetched through (`hub = Client()`) is no part of either.
    return any(not _is_object(facts, name) for name in own & sent)


def _is_object(facts: ModuleIndex, name: str) -> bool:
    """Whether a name of the module is imported, or holds an object that it makes."""
    for binding in facts.bindings.get((0, name), ()):
        value = facts.module.assigns[binding.index].value if binding.kind == "assign" else None
        made = facts.module.calls[value.call] if isinstance(value, code.CallRef) else None
        if binding.kind == "import" or (made is not None and last_name(made.callee)[:1].isupper()):
            return True
    return False


def _released(db: Database, call: ModelCall) -> Recorded:
    """A release or commit on the trace of the call."""
    for found in coverage(db, call):
        if found.tracer.release:
            return Recorded("release", found.path, found.line)
        exported = next((use for use in uses(db) if use.tracer.release and not use.gated), None)
        if exported is not None:
            return Recorded("release", exported.path, exported.line)
        place = _release_in(db)
        if place is not None:
            return Recorded("release", *place)
    return Recorded("no")


@query
def _release_in(db: Database) -> tuple[str, int] | None:
    """Where production code sets a release for its traces."""
    for path in marked_files(db):
        facts = index(db, path) if is_production(db, path) else None
        for call in facts.module.calls if facts is not None else ():
            for keyword in call.keywords:
                if keyword.name and _RELEASE.match(keyword.name):
                    return path, keyword.line
            for given in call.args:
                if isinstance(given, code.Mapping):
                    for name, _ in given.entries:
                        if isinstance(name, code.Literal) and _RELEASE.match(str(name.value)):
                            return path, name.line
    return None
