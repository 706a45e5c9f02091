"""Insertions through templates: the holes of composed chat prompts and of prompty files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.facts import code
from shipsmith_controls.links.access.untrusted import Untrusted
from shipsmith_controls.links.calls.wrappers import Generation
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.prompts.fences import HOLE, WORDS, is_fenced, words_in
from shipsmith_controls.links.prompts.insertions import Insertion
from shipsmith_controls.links.prompts.prompts import sent
from shipsmith_controls.links.tree import index, lines_of
from shipsmith_controls.links.values.index import entry, last_name
from shipsmith_controls.links.values.value import Const, Made, Piped
from shipsmith_controls.links.values.values import values
from shipsmith_controls.queries import Database, query

_ROLE = re.compile(r"^(system|developer|user|assistant)\s*:\s*$")
_BRACES = re.compile(r"\{\{-?\s*([\w.]+)[^{}]*\}\}")
_ASKED = frozenset(
    (
        "question query input context documents document content chunk history messages message article"
    ).split()
)
"""Words of holes that text of people or documents goes into."""
_SYSTEM = frozenset({"system", "developer"})
_MAKERS = frozenset({"from_messages", "fromMessages", "from_template", "fromTemplate"})


@query
def in_templates(db: Database, at: Generation) -> tuple[Insertion, ...]:
    """Untrusted text that enters the prompt of a call through a template."""
    return tuple(sorted({*_composed(db, at), *_in_files(db, at)}))


def _in_files(db: Database, at: Generation) -> Iterator[Insertion]:
    for path in sorted({p.path for p in sent(db, at) if p.path.endswith(".prompty")}):
        yield from _of_lines(path, list(lines_of(db, path)))


def _of_lines(path: str, lines: list[str]) -> Iterator[Insertion]:
    role, start = "", 0
    sections: list[tuple[str, int, str]] = []
    for i, line in enumerate([*lines, "assistant:"]):
        found = _ROLE.match(line)
        if found:
            sections.append((role, start, "\n".join(lines[start:i])))
            role, start = found[1], i + 1
    for role, start, text in sections:
        for hole in _BRACES.finditer(text) if role in ("system", "developer", "user") else ():
            if not tokens(hole[1]) & _ASKED:
                continue
            down = start + 1 + text.count("\n", 0, hole.start())
            fenced = _stands_apart(text, hole)
            yield Insertion(path, down, f"the value of `{hole[1]}`", role in _SYSTEM, fenced)


def _stands_apart(text: str, hole: re.Match[str]) -> bool:
    words = words_in(_BRACES.sub(" ", HOLE.sub(" ", text)))
    return words <= WORDS or is_fenced(text[: hole.start()], text[hole.end() :])


def _composed(db: Database, at: Generation) -> Iterator[Insertion]:
    """Holes of `prompt | model`, filled by what the chain is invoked with."""
    facts = index(db, at.path)
    here = facts.module.calls[at.call] if facts is not None else None
    if here is None or not isinstance(here.callee, code.Attribute) or not here.args:
        return
    given = here.args[0]
    if not isinstance(given, code.Mapping):
        return
    origin = Untrusted(db)
    found_values = values(db, at.path, here.block, here.callee.base, callers=True)
    for value in (v for v in found_values if isinstance(v, Piped)):
        for operand in value.operands:
            for path, system, text, line in _messages(db, value.path, value.block, operand):
                for hole in HOLE.finditer(text):
                    found = origin.of(at.path, here.block, entry(given, hole[1]))
                    if found:
                        down = line + text.count("\n", 0, hole.start())
                        yield Insertion(path, down, found, system, _stands_apart(text, hole))


def _messages(
    db: Database, path: str, block: int, operand: code.Expr
) -> Iterator[tuple[str, bool, str, int]]:
    """(path, whether the system speaks, text, line) for each message of a chat prompt."""
    for value in values(db, path, block, operand, callers=True):
        for home, at in value.calls if isinstance(value, Made) else ():
            facts = index(db, home)
            call = facts.module.calls[at] if facts is not None else None
            if call is None or last_name(call.callee) not in _MAKERS or not call.args:
                continue
            listed = call.args[0]
            items = listed.items if isinstance(listed, code.Sequence) else (listed,)
            for item in items:
                pair = item.items if isinstance(item, code.Sequence) and len(item.items) == 2 else None
                role = pair[0] if pair is not None else None
                speaks = isinstance(role, code.Literal) and role.value in _SYSTEM
                for text in values(db, home, call.block, pair[1] if pair is not None else item):
                    if isinstance(text, Const) and isinstance(text.value, str):
                        yield text.path, speaks, text.value, text.line
