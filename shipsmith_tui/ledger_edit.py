"""Changes to the text of a ledger that leave every other byte, comment and blank line where it was.

Entries in `[[acknowledged]]` tables are edited by lines: tomlkit loses the comment behind a removed
entry and writes invalid TOML for files without a final newline. It edits inline arrays only. The
result of either is parsed again and must say exactly what was meant.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import tomlkit
from shipsmith_controls import ledger
from shipsmith_controls.ledger import Acknowledgement, Attestation, Ledger, LedgerError
from shipsmith_controls.toml_layout import Statement, statements
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Entry: TypeAlias = Acknowledgement | Attestation

_BOM = "\ufeff"
_FINDINGS_IN_A_LINE = 3


class Change(msgspec.Struct, frozen=True):
    """What a person means to change: entries to remove, then entries to add.

    `withdraw` and `retract` remove acknowledgements and attestations equal to those given. A change
    is applied to what the file says at that moment, so that two writers' changes merge.
    """

    acknowledge: tuple[Acknowledgement, ...] = ()
    withdraw: tuple[Acknowledgement, ...] = ()
    attest: tuple[Attestation, ...] = ()
    retract: tuple[Attestation, ...] = ()

    def inverse(self) -> Change:
        """The change that undoes this one."""
        return Change(self.withdraw, self.acknowledge, self.retract, self.attest)

    def __bool__(self) -> bool:
        return bool(self.acknowledge or self.withdraw or self.attest or self.retract)


class AlreadyAcknowledgedError(Exception):
    """The same gap is acknowledged with other words; `existing` are those entries.

    To replace them, apply a change that withdraws `existing` as well.
    """

    def __init__(self, entry: Acknowledgement, existing: tuple[Acknowledgement, ...]) -> None:
        self.existing = existing
        first = existing[0]
        super().__init__(
            f"{entry.control} is already acknowledged by {first.by} on {first.on}: {first.reason}. "
            "Replace that entry, or leave it as it is."
        )


def effective(change: Change, current: Ledger) -> Change:
    """What is left of a change to do: nothing is added twice, nothing absent is removed.

    Raises:
        AlreadyAcknowledgedError: an entry to add overlaps one with another reason, author or date.
    """
    withdraw = tuple(a for a in change.withdraw if a in current.acknowledged)
    kept = [a for a in current.acknowledged if a not in withdraw]
    acknowledge = tuple(a for a in change.acknowledge if a not in kept)
    for entry in acknowledge:
        if existing := tuple(a for a in kept if _overlap(a, entry)):
            raise AlreadyAcknowledgedError(entry, existing)
    retract = tuple(a for a in change.retract if a in current.attested)
    still = [a for a in current.attested if a not in retract]
    return Change(acknowledge, withdraw, tuple(a for a in change.attest if a not in still), retract)


def expected(change: Change, current: Ledger) -> Ledger:
    """The ledger that an effective change must lead to."""
    acknowledged = [a for a in current.acknowledged if a not in change.withdraw]
    attested = [a for a in current.attested if a not in change.retract]
    return msgspec.structs.replace(
        current,
        acknowledged=(*acknowledged, *change.acknowledge),
        attested=(*attested, *change.attest),
    )


def edit(data: bytes, change: Change, current: Ledger) -> bytes:
    """The bytes of the ledger after an effective change to `current`, the ledger in `data`.

    Raises:
        LedgerError: an entry cannot be written, or the file has a form that cannot be edited safely.
    """
    text = data.decode("utf-8")
    mark, text = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    eol = "\r\n" if "\r\n" in text and "\n" not in text.replace("\r\n", "") else "\n"
    if eol == "\r\n":
        text = text.replace("\r\n", "\n")
    text = _edit_kind(text, "acknowledged", current.acknowledged, change.withdraw, change.acknowledge)
    text = _edit_kind(text, "attested", current.attested, change.retract, change.attest)
    try:
        result = (mark + text.replace("\n", eol)).encode("utf-8")
    except UnicodeEncodeError:
        raise LedgerError("the entry holds a character that UTF-8 cannot write; remove it") from None
    wanted = expected(change, current)
    try:
        written = ledger.parse(result)
    except LedgerError as error:
        raise LedgerError(f"nothing was written: this change would make it invalid ({error})") from None
    if written != wanted:
        raise LedgerError(
            "nothing was written: the file has a form that cannot be edited safely; "
            "write each entry as a [[acknowledged]] table"
        )
    return result


def _edit_kind(
    text: str,
    name: str,
    current: tuple[Entry, ...],
    remove: tuple[Entry, ...],
    add: tuple[Entry, ...],
) -> str:
    if not remove and not add:
        return text
    if text and not text.endswith("\n"):
        text += "\n"
    inline = next((s for s in statements(text) if s.kind == "key" and s.name == name), None)
    if inline is not None and not current:
        text = _without_lines(text, inline.line, inline.end_line)
    elif inline is not None:
        return _edit_inline(text, name, [i for i, entry in enumerate(current) if entry in remove], add)
    for index in reversed([i for i, entry in enumerate(current) if entry in remove]):
        text = _without_entry(text, name, index)
    for entry in add:
        text = _with_entry(text, name, entry)
    return text


def _with_entry(text: str, name: str, entry: Entry) -> str:
    """Insert behind the last entry of its kind, else at the end of the file."""
    lines = text.split("\n")[:-1]
    layout = statements(text)
    ends = [_end_of(layout, i) for i, s in enumerate(layout) if s.kind == "entry" and s.name == name]
    at = ends[-1] if ends else len(lines)
    block = _render(name, entry)
    before = [""] if at and lines[at - 1].strip() else []
    after = [""] if at < len(lines) and lines[at].startswith("[") else []
    return "\n".join([*lines[:at], *before, *block, *after, *lines[at:], ""])


def _without_entry(text: str, name: str, index: int) -> str:
    """Remove an entry; comments below its last key belong to what follows and stay."""
    layout = statements(text)
    heads = [i for i, s in enumerate(layout) if s.kind == "entry" and s.name == name]
    return _without_lines(text, layout[heads[index]].line, _end_of(layout, heads[index]))


def _without_lines(text: str, first: int, last: int) -> str:
    lines = text.split("\n")
    before, after = lines[: first - 1], lines[last:]
    if before and not before[-1].strip() and not after[0].startswith("["):
        before = before[:-1]
    return "\n".join([*before, *after])


def _end_of(layout: tuple[Statement, ...], head: int) -> int:
    end = layout[head].end_line
    for statement in layout[head + 1 :]:
        if statement.kind != "key":
            break
        end = statement.end_line
    return end


def _edit_inline(text: str, name: str, remove: list[int], add: tuple[Entry, ...]) -> str:
    """Edit `acknowledged = [{…}, …]`; a last entry is never popped alone, see `_edit_kind`."""
    try:
        document = tomlkit.parse(text)
        array = document[name]
        if not isinstance(array, Array):
            return text
        for index in reversed(remove):
            array.pop(index)
        for entry in add:
            table = tomlkit.inline_table()
            table.update({key: value for key, value in _fields(entry) if value is not None})
            array.append(table)
        return tomlkit.dumps(document)
    except TOMLKitError as error:
        raise LedgerError(f"nothing was written: {error}") from None


def _fields(entry: Entry) -> list[tuple[str, object]]:
    values = [(field, getattr(entry, field)) for field in entry.__struct_fields__]
    return [(field, list(value) if isinstance(value, tuple) else value) for field, value in values]


def _render(name: str, entry: Entry) -> list[str]:
    write: dict[type, Callable[[object], str]] = {str: _quoted, list: _list}
    lines = [
        f"{key} = {write.get(type(value), str)(value)}"
        for key, value in _fields(entry)
        if value is not None
    ]
    return "\n".join([f"[[{name}]]", *lines]).split("\n")


def _list(value: object) -> str:
    items = [_quoted(item) for item in value] if isinstance(value, list) else []
    if len(items) <= _FINDINGS_IN_A_LINE:
        return f"[{', '.join(items)}]"
    return "\n".join(["[", *(f"  {item}," for item in items), "]"])


def _quoted(value: object) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's, which also escapes DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _overlap(old: Acknowledgement, new: Acknowledgement) -> bool:
    if old.control != new.control or (old.until is not None and old.until < new.on):
        return False
    if old.findings is None or new.findings is None:
        return old.findings == new.findings
    return bool(set(old.findings) & set(new.findings))
