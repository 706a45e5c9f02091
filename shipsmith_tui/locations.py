"""The open findings as a file that editors jump through: `path:line: message`, a line each.

Vim reads it with `:cfile .shipsmith-locations`. It is written only when the user's settings say so, whole
or not at all, and never through a link.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Collection
from pathlib import Path

from shipsmith_controls.scorecard import ControlResult, Scorecard
from shipsmith_widgets.marks import is_failing
from shipsmith_widgets.ordering import Order, rank
from shipsmith_widgets.showing import show

from shipsmith_tui.protocol import path_of

FILE_NAME = ".shipsmith-locations"
"""Name of the file, at the root of the tree; what begins like it is no part of the tree."""


def location_lines(card: Scorecard, acknowledged: Collection[str]) -> bytes:
    """The findings of failing controls, the worst first, without those acknowledged by fingerprint."""
    failing = [c for c in card.controls if is_failing(c.verdict.status)]
    lines = [
        line
        for control in sorted(failing, key=rank(Order.SEVERITY))
        for line in _lines_of(control, acknowledged)
    ]
    return b"".join(line + b"\n" for line in lines)


def export(root: Path, data: bytes) -> None:
    """Put the file in place of the last one, when it says something else.

    Raises:
        OSError: the file system refused; the last one is left as it was.
    """
    target = root / FILE_NAME
    with contextlib.suppress(OSError):
        if not target.is_symlink() and target.read_bytes() == data:
            return
    partial = root / f"{FILE_NAME}.{secrets.token_hex(8)}"
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _lines_of(control: ControlResult, acknowledged: Collection[str]) -> list[bytes]:
    lines = []
    for finding in control.verdict.findings:
        path = os.fsencode(path_of(finding.path))
        if finding.fingerprint in acknowledged or b"\n" in path:
            continue
        message = show(f"{control.id} {control.severity}: {finding.message or control.title}")
        lines.append(path + f":{finding.line}: {message}".encode())
    return lines
