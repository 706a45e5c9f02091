"""The ledger `shipsmith.toml`, read: what people acknowledged and attested, and what it covers today.

Reading is pure and strict: a mistake names the line, the key and the nearest valid word. Nothing in
the ledger changes what a check says; `apply` only decides what is left on the to-do list.
"""

from __future__ import annotations

import difflib
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from shipsmith_controls.catalogue.traits import TRAITS
from shipsmith_controls.ledger_entries import (
    Acknowledgement,
    Attestation,
    Ledger,
    SeverityChange,
    SwitchedOff,
    Workflow,
)
from shipsmith_controls.scorecard import Severity
from shipsmith_controls.toml_layout import Statement, statements
from shipsmith_controls.toml_text import TomlError, read
from shipsmith_controls.tree.globs import GlobError, Globs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "FILE_NAME",
    "Acknowledgement",
    "Attestation",
    "Ledger",
    "LedgerError",
    "SeverityChange",
    "SwitchedOff",
    "Workflow",
    "parse",
]

FILE_NAME = "shipsmith.toml"
"""Name of the ledger, at the root of the tree."""

_CONTROL = re.compile(r"[A-Z]{3,8}-[0-9]{2,3}")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


class LedgerError(ValueError):
    """A mistake in the ledger. `sentence` names file, line and remedy; `line` is 0 when unknown."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        self.sentence = f"{FILE_NAME}:{line}: {sentence}" if line else f"{FILE_NAME}: {sentence}"
        self.line = line
        super().__init__(self.sentence)


def parse(data: bytes) -> Ledger:
    """Read the bytes of a ledger; a leading byte order mark is accepted.

    Raises:
        LedgerError: the bytes are no valid ledger.
    """
    try:
        text, document = read(data)
    except TomlError as error:
        raise LedgerError(str(error), error.line) from None
    return _Reader(statements(text)).ledger(document)


class _Reader:
    """Turns a parsed document into a `Ledger`, with the statements at hand to name lines."""

    def __init__(self, layout: tuple[Statement, ...]) -> None:
        self._layout = layout

    def ledger(self, document: dict[str, Any]) -> Ledger:
        known = Ledger.__struct_fields__
        for key in document:
            if key not in known:
                raise LedgerError(f"unknown key `{key}`{_nearest(key, known)}", self._line(key))

        def every(name: str) -> list[_Fields]:
            return [self._fields(name, i, table) for i, table in self._tables(document, name)]

        return Ledger(
            exclude=self._exclude(document.get("exclude", [])),
            traits=self._traits(document.get("traits", {})),
            acknowledged=tuple(map(_acknowledgement, every("acknowledged"))),
            attested=tuple(map(_attestation, every("attested"))),
            off=tuple(map(_switched_off, every("off"))),
            severity=tuple(map(_severity_change, every("severity"))),
            workflow=tuple(map(_workflow, every("workflow"))),
        )

    def _exclude(self, value: object) -> tuple[str, ...]:
        try:
            return _globs(value)
        except GlobError as error:
            raise LedgerError(f"`exclude` {error}", self._line("exclude")) from None

    def _traits(self, value: object) -> tuple[tuple[str, bool], ...]:
        if not isinstance(value, dict):
            raise LedgerError("`traits` is a table; it begins with a line [traits]", self._line("traits"))
        for name, holds in value.items():
            line = self._line_below("traits", name)
            if name not in TRAITS:
                raise LedgerError(f"[traits] has an unknown trait `{name}`{_nearest(name, TRAITS)}", line)
            if not isinstance(holds, bool):
                raise LedgerError(f"[traits] `{name}` is true or false, without quotes", line)
        return tuple(sorted(value.items()))

    def _tables(self, document: dict[str, Any], name: str) -> list[tuple[int, dict[str, Any]]]:
        value = document.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise LedgerError(
                f"`{name}` is a list of tables; each begins with a line [[{name}]]", self._line(name)
            )
        return list(enumerate(value))

    def _fields(self, name: str, index: int, table: dict[str, Any]) -> _Fields:
        return _Fields(name, table, lambda key: self._line(name, index, key))

    def _line_below(self, table: str, key: str) -> int:
        """The line of a key in a table `[table]`, else of the table."""
        head = next((i for i, s in enumerate(self._layout) if (s.kind, s.name) == ("table", table)), None)
        for statement in self._layout[head + 1 :] if head is not None else ():
            if statement.kind != "key":
                break
            if statement.name == key:
                return statement.line
        return self._line(table)

    def _line(self, name: str, index: int = 0, key: str = "") -> int:
        """The line of `key` in the entry `index` of `name`, else of the entry, else of `name`."""
        heads = [i for i, s in enumerate(self._layout) if s.kind == "entry" and s.name == name]
        if index < len(heads):
            start = heads[index]
            for statement in self._layout[start + 1 :]:
                if statement.kind != "key":
                    break
                if statement.name == key:
                    return statement.line
            return self._layout[start].line
        return next((s.line for s in self._layout if s.name.split(".")[0] == name), 0)


class _Fields:
    """One table of the ledger, its fields taken one by one with an error for each mistake."""

    def __init__(self, name: str, table: dict[str, Any], line_of: Callable[[str], int]) -> None:
        self._name, self._table, self._line_of = name, table, line_of

    def _error(self, key: str, sentence: str) -> LedgerError:
        return LedgerError(f"[[{self._name}]] {sentence}", self._line_of(key))

    def only(self, *known: str) -> None:
        for key in self._table:
            if key not in known:
                raise self._error(key, f"has an unknown key `{key}`{_nearest(key, known)}")

    def control(self) -> str:
        value = self.text("control", "name a control, such as RES-03")
        if not _CONTROL.fullmatch(value):
            hint = _nearest_control(value)
            raise self._error("control", f"`control` is no control id: {value!r}{hint}")
        return value

    def text(self, key: str, remedy: str) -> str:
        value = self._table.get(key)
        if value is None:
            raise self._error(key, f"lacks `{key}`: {remedy}")
        if not isinstance(value, str) or not value.strip():
            raise self._error(key, f"`{key}` must be text that is not empty: {remedy}")
        return value

    def day(self, key: str) -> date:
        value = self.optional_day(key)
        if value is None:
            raise self._error(key, f"lacks `{key}`: a date such as 2026-11-23, without quotes")
        return value

    def word(self, key: str, known: Iterable[str], remedy: str) -> str:
        value = self.text(key, remedy)
        if value not in known:
            raise self._error(key, f"`{key}` cannot be {value!r}{_nearest(value, known)}")
        return value

    def globs(self, key: str) -> tuple[str, ...]:
        if key not in self._table:
            raise self._error(key, f'lacks `{key}`: a list of path globs, such as ["app/chat/**"]')
        try:
            return _globs(self._table[key])
        except GlobError as error:
            raise self._error(key, f"`{key}` {error}") from None

    def optional_text(self, key: str) -> str:
        return self.text(key, "leave it out, or fill it in") if key in self._table else ""

    def optional_day(self, key: str) -> date | None:
        value = self._table.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        raise self._error(key, f"`{key}` must be a date such as 2026-11-23, without quotes or time")

    def findings(self) -> tuple[str, ...] | None:
        value = self._table.get("findings")
        if value is None:
            return None
        if not isinstance(value, list) or not value:
            raise self._error(
                "findings",
                "`findings` is a list of fingerprints; without it, the whole control is covered",
            )
        for item in value:
            if not isinstance(item, str) or not _FINGERPRINT.fullmatch(item):
                raise self._error(
                    "findings", f"`findings` holds {item!r}: a fingerprint is 16 characters 0-9 and a-f"
                )
        return tuple(value)


def _acknowledgement(fields: _Fields) -> Acknowledgement:
    fields.only(*Acknowledgement.__struct_fields__)
    return Acknowledgement(
        control=fields.control(),
        reason=fields.text("reason", "say why this gap is acceptable"),
        by=fields.text("by", "say who decided it"),
        on=fields.day("on"),
        until=fields.optional_day("until"),
        findings=fields.findings(),
    )


def _attestation(fields: _Fields) -> Attestation:
    fields.only(*Attestation.__struct_fields__)
    return Attestation(
        control=fields.control(),
        evidence=fields.text("evidence", "link to what shows it"),
        by=fields.text("by", "say who attests it"),
        on=fields.day("on"),
        until=fields.optional_day("until"),
    )


def _switched_off(fields: _Fields) -> SwitchedOff:
    fields.only(*SwitchedOff.__struct_fields__)
    return SwitchedOff(
        control=fields.control(),
        reason=fields.text("reason", "say why this control has no place here"),
        by=fields.text("by", "say who decided it"),
        on=fields.day("on"),
    )


def _severity_change(fields: _Fields) -> SeverityChange:
    fields.only(*SeverityChange.__struct_fields__)
    return SeverityChange(
        control=fields.control(),
        severity=Severity(fields.word("severity", list(Severity), "say how much a gap matters here")),
        reason=fields.text("reason", "say why it matters more or less here"),
        by=fields.text("by", "say who decided it"),
        on=fields.day("on"),
    )


def _workflow(fields: _Fields) -> Workflow:
    fields.only(*Workflow.__struct_fields__)
    name = fields.text("name", "say what people call it")
    return Workflow(name=name, paths=fields.globs("paths"), owner=fields.optional_text("owner"))


def _globs(value: object) -> tuple[str, ...]:
    """Globs as given. Raises GlobError, whose message follows the name of a key."""
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise GlobError('is a list of path globs, such as ["vendor/**"]')
    try:
        Globs(value)
    except GlobError as error:
        raise GlobError(f"cannot be used: {str(error).removeprefix('exclude: ')}") from None
    return tuple(value)


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(f'`{k}`' for k in known)}"


def _nearest_control(value: str) -> str:
    match = re.fullmatch(r"\s*([A-Za-z]{3,8})[-_ ]?0*(\d{1,3})\s*", value)
    if not match:
        return "; one looks like RES-03"
    return f"; did you mean `{match[1].upper()}-{int(match[2]):02}`?"
