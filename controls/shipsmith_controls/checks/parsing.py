"""From the `check` table of a catalogue to a form; a mistake names the key and the nearest valid word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import msgspec

from shipsmith_controls.checks import searching
from shipsmith_controls.checks import vocabulary as v
from shipsmith_controls.checks.forms import AllOf, AnyOf, Ask, Check, Every, NoHits, Part
from shipsmith_controls.checks.searching import Chosen, Wanted
from shipsmith_controls.knowledge.reading import explain

_FORMS: dict[str, type[Check]] = {
    "every": Every,
    "none": NoHits,
    "all": AllOf,
    "ask": Ask,
    "any": AnyOf,
}


class CheckError(ValueError):
    """A check that does not read as a sentence of the vocabulary."""


def parse(table: dict[str, Any]) -> Check:
    """A check from its table.

    Raises:
        CheckError: an unknown form, key or word; the message names the nearest valid one.
    """
    form = next((f for key, f in _FORMS.items() if key in table), None)
    if form is None:
        hint = next((f"; {_nearest(key, _FORMS)}" for key in table), "")
        raise CheckError(
            f"a check needs one of {', '.join(_FORMS)}; it has {', '.join(table) or 'nothing'}{hint}"
        )
    try:
        check = msgspec.convert(table, form)
    except msgspec.ValidationError as error:
        raise CheckError(_explained(str(error), table, form)) from None
    for key, word, known in _words(check):
        if isinstance(word, str) and word not in known:
            raise CheckError(f"{key}: {_nearest(word, known)}")
        mistake = next(searching.mistakes(word), None)
        if mistake is not None:
            raise CheckError(f"{key}.{mistake}")
    return check


def _explained(problem: str, table: dict[str, Any], form: type[Check]) -> str:
    """`key: sentence` on a table that is no such form; the nearest key when one is unknown."""
    fields = [f.name for f in msgspec.structs.fields(form)]
    strange = next((key for key in table if key not in fields), None)
    if strange is not None:
        return f"{strange}: {_nearest(strange, fields)}"
    return explain(problem, table, form, "").removeprefix("key ").replace("`", "", 2).rstrip(".")


def _nearest(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.4)
    return f"'{word}' is not known" + (f"; the nearest word is '{close[0]}'" if close else "")


def _words(check: Check | Part) -> Iterable[tuple[str, Wanted | Chosen, Iterable[str]]]:
    """Every word or search of a check with its key and the table that a word must stand in."""
    if isinstance(check, (Every, Part)) and check.every:
        yield "every", check.every, v.SUBJECTS
        yield "has", check.has, v.PROPERTIES
        for word in check.where:
            yield "where", word, v.FILTERS
    if isinstance(check, Every):
        for wanted in check.otherwise:
            yield "otherwise", wanted, v.SUPPORTS
    if isinstance(check, NoHits):
        yield "none", check.none, v.HITS
    if isinstance(check, (AnyOf, Ask, Part)):
        for wanted in check.any:
            yield "any", wanted, v.SUPPORTS
    if isinstance(check, AllOf):
        for part in check.all:
            yield from _words(part)
    if isinstance(check, (AnyOf, AllOf, Every, Part)) and check.points_at:
        yield "points_at", check.points_at, v.PLACES
    if not isinstance(check, Part):
        for word in check.when:
            yield "when", word, v.CONDITIONS
