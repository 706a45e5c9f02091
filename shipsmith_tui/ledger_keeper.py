"""What the dashboard asks of the ledger, done: entries written, and taken back in reverse order."""

from __future__ import annotations

import datetime
from pathlib import Path

from shipsmith_controls.ledger import Acknowledgement, Attestation, LedgerError

from shipsmith_tui import ledger_file
from shipsmith_tui.identity import who
from shipsmith_tui.ledger_edit import AlreadyAcknowledgedError, Change
from shipsmith_tui.protocol import Acknowledge, Attest, Notice


class LedgerKeeper:
    """Writes to the ledger of the tree at `root` and remembers what this session wrote."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._written: list[Change] = []

    @property
    def undoable(self) -> int:
        """How many changes of this session can be taken back."""
        return len(self._written)

    def write(self, message: Acknowledge | Attest) -> Notice:
        """Write what was asked, in one change; the notice says what was done, or why nothing was."""
        today = datetime.date.today()
        if isinstance(message, Attest):
            vouched = Attestation(message.control, message.evidence, who(), today, message.until)
            change, done = Change(attest=(vouched,)), f"attested {message.control}"
        else:
            entries = tuple(
                Acknowledgement(
                    control=gap.control,
                    reason=message.reason,
                    by=who(),
                    on=today,
                    until=message.until,
                    findings=gap.findings or None,
                )
                for gap in message.gaps
            )
            change, done = Change(acknowledge=entries), f"acknowledged {_names(_ids(entries))}"
        return self._apply(change, done, remember=True)

    def undo(self) -> Notice:
        """Take back the last change that is still to be taken back."""
        if not self._written:
            return Notice("There is nothing to undo in this session.", failed=True)
        change = self._written[-1]
        ids = _ids((*change.withdraw, *change.acknowledge, *change.retract, *change.attest))
        notice = self._apply(change, f"took back what was said of {_names(ids)}", remember=False)
        if not notice.failed:
            self._written.pop()
        return notice

    def _apply(self, change: Change, done: str, *, remember: bool) -> Notice:
        try:
            written = ledger_file.write(self._root, change)
        except (LedgerError, ledger_file.LedgerFileError, AlreadyAcknowledgedError) as error:
            return Notice(str(error), failed=True)
        if remember and written.change:
            self._written.append(written.undo)
        return Notice(f"{done} in shipsmith.toml")


def _ids(entries: tuple[Acknowledgement | Attestation, ...]) -> list[str]:
    return sorted({entry.control for entry in entries})


def _names(ids: list[str]) -> str:
    return ", ".join(ids) if len(ids) <= 4 else f"{', '.join(ids[:3])} and {len(ids) - 3} more"
