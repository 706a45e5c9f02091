"""The ledger `shipsmith.toml`, read: what people acknowledged and attested, and what it covers today.

Reading is pure and strict: a mistake names the line, the key and the nearest valid word. Nothing in
the ledger changes what a check says; `apply` only decides what is left on the to-do list.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from shipsmith_controls.toml_layout import Statement, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FILE_NAME = "shipsmith.toml"
"""Name of the ledger, at the root of the tree."""

_MAX_BYTES = 1_000_000
_MAX_DOTS_IN_LINE, _MAX_DOTS = 1_000, 100_000
"""tomllib is superlinear in dotted keys: 20,000 parts take 5 s, 1,000 take 0.01 s."""

_CONTROL = re.compile(r"[A-Z]{3,8}-[0-9]{2,3}")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_CONFLICT = re.compile(r"^(?:<{7} |={7}\r?$|>{7} |\|{7} )", re.MULTILINE)


class Acknowledgement(msgspec.Struct, frozen=True):
    """A gap that somebody decided to live with. `findings` of None covers the whole control."""

    control: str
    reason: str
    by: str
    on: date
    until: date | None = None
    findings: tuple[str, ...] | None = None


class Attestation(msgspec.Struct, frozen=True):
    """A person's word, with a link, for what no repository shows."""

    control: str
    evidence: str
    by: str
    on: date
    until: date | None = None


class Ledger(msgspec.Struct, frozen=True):
    """The content of `shipsmith.toml`; `exclude` holds globs of paths that are not judged."""

    exclude: tuple[str, ...] = ()
    acknowledged: tuple[Acknowledgement, ...] = ()
    attested: tuple[Attestation, ...] = ()


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
    text = decode(data)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LedgerError(f"not valid TOML: {error}", _line_in(str(error), text)) from None
    except (RecursionError, ValueError) as error:
        raise LedgerError(f"not readable as TOML: {error}") from None
    return _Reader(statements(text)).ledger(document)


def decode(data: bytes) -> str:
    """The text of a ledger, after the checks that must precede parsing.

    Raises:
        LedgerError: too large, not UTF-8, or with merge conflict markers.
    """
    if len(data) > _MAX_BYTES:
        raise LedgerError(f"larger than {_MAX_BYTES // 1000} kB; remove entries no longer needed")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LedgerError("not UTF-8 text; save the file as UTF-8", line) from None
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        raise LedgerError("holds merge conflict markers; resolve the conflict first", line)
    for number, content in enumerate(text.split("\n"), 1):
        if content.count(".") > _MAX_DOTS_IN_LINE:
            raise LedgerError("a line with too many dots to be read safely; split it", number)
    if text.count(".") > _MAX_DOTS:
        raise LedgerError("too many dotted keys to be read safely")
    return text


def _line_in(message: str, text: str) -> int:
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else text.rstrip("\n").count("\n") + 1


class _Reader:
    """Turns a parsed document into a `Ledger`, with the statements at hand to name lines."""

    def __init__(self, layout: tuple[Statement, ...]) -> None:
        self._layout = layout

    def ledger(self, document: dict[str, Any]) -> Ledger:
        known = ("exclude", "acknowledged", "attested")
        for key in document:
            if key not in known:
                raise LedgerError(f"unknown key `{key}`{_nearest(key, known)}", self._line(key))
        return Ledger(
            exclude=self._exclude(document.get("exclude", [])),
            acknowledged=tuple(
                self._acknowledgement(i, table) for i, table in self._tables(document, "acknowledged")
            ),
            attested=tuple(
                self._attestation(i, table) for i, table in self._tables(document, "attested")
            ),
        )

    def _exclude(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise LedgerError(
                '`exclude` is a list of path globs, such as ["vendor/**"]', self._line("exclude")
            )
        return tuple(value)

    def _tables(self, document: dict[str, Any], name: str) -> list[tuple[int, dict[str, Any]]]:
        value = document.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise LedgerError(
                f"`{name}` is a list of tables; each begins with a line [[{name}]]", self._line(name)
            )
        return list(enumerate(value))

    def _acknowledgement(self, index: int, table: dict[str, Any]) -> Acknowledgement:
        fields = _Fields("acknowledged", table, lambda key: self._line("acknowledged", index, key))
        fields.only("control", "reason", "by", "on", "until", "findings")
        return Acknowledgement(
            control=fields.control(),
            reason=fields.text("reason", "say why this gap is acceptable"),
            by=fields.text("by", "say who decided it"),
            on=fields.day("on"),
            until=fields.optional_day("until"),
            findings=fields.findings(),
        )

    def _attestation(self, index: int, table: dict[str, Any]) -> Attestation:
        fields = _Fields("attested", table, lambda key: self._line("attested", index, key))
        fields.only("control", "evidence", "by", "on", "until")
        return Attestation(
            control=fields.control(),
            evidence=fields.text("evidence", "link to what shows it"),
            by=fields.text("by", "say who attests it"),
            on=fields.day("on"),
            until=fields.optional_day("until"),
        )

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


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(f'`{k}`' for k in known)}"


def _nearest_control(value: str) -> str:
    match = re.fullmatch(r"\s*([A-Za-z]{3,8})[-_ ]?0*(\d{1,3})\s*", value)
    if not match:
        return "; one looks like RES-03"
    return f"; did you mean `{match[1].upper()}-{int(match[2]):02}`?"
