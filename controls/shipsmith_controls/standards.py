"""The standards of a tree: what its settings and its own controls make of the rules it is judged by.

An earlier commit is judged by the standards of today, so that only what changed in its files counts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from shipsmith_controls.ledger import Ledger, SeverityChange, SwitchedOff


class Standards(msgspec.Struct, frozen=True):
    """What is judged and how: excluded globs, traits, controls off or of another severity.

    `own` are the files of the tree's own controls, as (path, content), None where one cannot be
    read. What people acknowledged or attested is no standard: a commit keeps what it says of that.
    """

    exclude: tuple[str, ...] = ()
    traits: tuple[tuple[str, bool], ...] = ()
    off: tuple[SwitchedOff, ...] = ()
    severity: tuple[SeverityChange, ...] = ()
    own: tuple[tuple[str, bytes | None], ...] = ()

    def over(self, ledger: Ledger) -> Ledger:
        """A ledger with these settings in place of its own."""
        return replace(
            ledger, exclude=self.exclude, traits=self.traits, off=self.off, severity=self.severity
        )


def standards_of(ledger: Ledger, own: Mapping[str, bytes | None]) -> Standards:
    """The standards that a ledger and files of own controls make."""
    # A path that is no UTF-8 cannot be written down; here it only stands in messages.
    named = ((os.fsencode(path).decode(errors="backslashreplace"), own[path]) for path in own)
    return Standards(ledger.exclude, ledger.traits, ledger.off, ledger.severity, tuple(named))
