"""One judgement without a screen: the engine's scorecard with the ledger and ignore comments over it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from shipsmith_controls import standing
from shipsmith_controls.facts import ignores
from shipsmith_controls.judge import Judge
from shipsmith_controls.scorecard import Scorecard, Status
from shipsmith_controls.tree.reading import Reader

from shipsmith_tui import ledger_file, remembered

if TYPE_CHECKING:
    from pathlib import Path


def judge(root: Path, today: date | None = None) -> tuple[Scorecard, standing.View]:
    """Judge a tree once.

    Raises:
        LedgerError: `shipsmith.toml` is broken; its `exclude` decides what is judged, so that
            judging without it would give a wrong answer.
        LedgerFileError: `shipsmith.toml` cannot be read.
        OSError: the folder cannot be opened.
    """
    ledger = ledger_file.load(root)
    with Judge(root, remembered.facts_folder(root)) as engine:
        card = engine.update()
        if engine.trouble is not None:
            raise engine.trouble
    view = standing.apply(ledger, card.controls, today or date.today(), ignores_of(root, card))
    return card, view


def ignores_of(root: Path, card: Scorecard) -> tuple[standing.Ignore, ...]:
    """The ignore comments in the files that findings point at; no others can cover anything."""
    failing = (c for c in card.controls if c.verdict.status in (Status.PARTIAL, Status.MISSING))
    paths = sorted({f.path for control in failing for f in control.verdict.findings})
    found = []
    with Reader(str(root)) as reader:
        for path in paths:
            content = reader.read(path)
            if isinstance(content, bytes):
                found += [
                    standing.Ignore(path, note.line, note.controls, note.reason)
                    for note in ignores.extract(content)
                ]
    return tuple(found)
