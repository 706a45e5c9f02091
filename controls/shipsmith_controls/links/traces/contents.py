"""Whether what records an LLM call keeps its rendered prompt and raw output."""

from __future__ import annotations

import re

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.facts.config import Config
from shipsmith_controls.knowledge.tables import Tracer
from shipsmith_controls.links.calls.calls import ModelCall
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.calls.settings import given_argument
from shipsmith_controls.links.files.environment import deployed, variables_set
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.traces.records import KEEPS, Record, records
from shipsmith_controls.links.traces.tracer_uses import uses
from shipsmith_controls.links.traces.tracers import Coverage, coverage
from shipsmith_controls.links.tree import family, files, index
from shipsmith_controls.links.values.index import argument
from shipsmith_controls.queries import Database, query

_PROMPT = frozenset("prompt prompts messages input inputs question query instructions system".split())


class Content(msgspec.Struct, frozen=True):
    """How much of a call is kept: `weak` and `off` say why not all ("" when all is)."""

    path: str
    line: int
    weak: str = ""
    off: str = ""


def content_of(db: Database, call: ModelCall) -> Content | None:
    """The best record of a call's content; None when nothing records the call at all."""
    found = [_traced(db, call, c) for c in coverage(db, call)]
    found += [_recorded(r) for r in records(db, call.path, call.call) if _keeps_answer(r)]
    return min(found, key=lambda c: (bool(c.off), bool(c.weak)), default=None)


def _keeps_answer(record: Record) -> bool:
    return record.kind in KEEPS and bool(record.kinds & {"response", "answer"})


def _recorded(record: Record) -> Content:
    if record.gated or not record.everywhere:
        return Content(record.path, record.line, "it is kept on some ways only")
    if record.plain:
        return Content(record.path, record.line, "only a line of text tells it")
    if not record.words & _PROMPT:
        return Content(record.path, record.line, "only the output is kept")
    return Content(record.path, record.line)


def _traced(db: Database, call: ModelCall, found: Coverage) -> Content:
    off = _switched_off(db, call, found.tracer)
    if off is not None:
        return Content(off[0], off[1], off="content is switched off here")
    if found.tracer.captures_content == "no":
        return Content(found.path, found.line, off="this tracer keeps no content")
    if found.tracer.captures_content == "opt-in" and not _switched_on(db, found.tracer):
        switch = (found.tracer.content_on or ("its switch",))[0]
        return Content(found.path, found.line, off=f"content is kept only with `{switch}`")
    if found.weak:
        return Content(found.path, found.line, f"it is traced {found.weak}")
    if not found.whole:
        return Content(found.path, found.line, "only arguments and result of the function are kept")
    return Content(found.path, found.line)


def _switched_off(db: Database, call: ModelCall, tracer: Tracer) -> tuple[str, int] | None:
    """Where content is switched off: in the call's own telemetry, in code, or by a variable."""
    for pattern in tracer.content_off:
        name, value = _pair(pattern)
        if re.fullmatch(r"[A-Z][A-Z0-9_]+", name):
            given = deployed(db, name)
            if given is not None and given.value.strip().lower() == value:
                return given.path, given.line
            for each in (a for path in reached_files(db) for a in variables_set(db, path)):
                if each.name == name and each.value.lower() == value:
                    return each.path, each.line
            continue
        own = _in_call(db, call, name)
        if own is not None:
            return own
        place = _argument_off(db, tracer, name, value) or _setting_off(db, name, value)
        if place is not None:
            return place
    return None


def _pair(pattern: str) -> tuple[str, str]:
    name, _, value = re.sub(r"\s*[:=]\s*", "=", pattern).partition("=")
    return name, value.lower()


def _in_call(db: Database, call: ModelCall, name: str) -> tuple[str, int] | None:
    facts = index(db, call.path)
    if facts is None:
        return None
    here = facts.module.calls[call.call]
    for holder in ("experimental_telemetry", "telemetry"):
        given = given_argument(db, call.path, here, f"{holder}.{name}", facts.module)
        if given is not None and isinstance(given[2], code.Literal) and given[2].value is False:
            return given[0], given[2].line
    return None


@query
def _argument_off(db: Database, tracer: Tracer, name: str, value: str) -> tuple[str, int] | None:
    """A use of the tracer with the argument that switches content off, or its attribute set so."""
    for use in (u for u in uses(db) if u.tracer.key == tracer.key):
        facts = index(db, use.path)
        for call in facts.module.calls if facts is not None else ():
            given = argument(call, name)
            if isinstance(given, code.Literal) and str(given.value).lower() == value:
                return use.path, given.line
        for assign in facts.module.assigns if facts is not None else ():
            named = isinstance(assign.target, code.Attribute) and assign.target.name == name
            held = assign.value.value if isinstance(assign.value, code.Literal) else None
            if named and str(held).lower() == value:
                return use.path, assign.line
    return None


@query
def _setting_off(db: Database, name: str, value: str) -> tuple[str, int] | None:
    """A gateway's settings file that switches content off."""
    if "logging" not in name:
        return None
    for path in files(db):
        if path.endswith((".yaml", ".yml")) and is_production(db, path):
            config = family(db, "config", path)
            for root in config.roots if isinstance(config, Config) else ():
                for trail, node in root.walk():
                    if trail and trail[-1] == name and str(node.scalar).lower() == value:
                        return path, node.line
    return None


def _switched_on(db: Database, tracer: Tracer) -> bool:
    """Whether content is switched on: by a variable of a deploy file or code, or by an argument."""
    for pattern in tracer.content_on:
        name, value = _pair(pattern)
        if re.fullmatch(r"[A-Z][A-Z0-9_]+", name):
            given = deployed(db, name)
            if given is not None and given.is_on:
                return True
            sets = (a for path in reached_files(db) for a in variables_set(db, path))
            if any(a.name == name and a.value.lower() not in ("", "false", "0") for a in sets):
                return True
        elif _argument_off(db, tracer, name, value) is not None:
            return True
    return False
