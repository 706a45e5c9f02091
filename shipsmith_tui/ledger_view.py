"""What the ledger and the ignore comments say of a scorecard today, as shown."""

from __future__ import annotations

import datetime
from pathlib import Path

from shipsmith_controls import standing
from shipsmith_controls.ledger import Ledger
from shipsmith_controls.scorecard import Scorecard

from shipsmith_tui.headless import ignores_of
from shipsmith_tui.protocol import AckView, AttestView, LedgerView


def ledger_view(
    root: Path, ledger: Ledger, card: Scorecard, attestable: tuple[str, ...] = (), undoable: int = 0
) -> LedgerView:
    """The ledger of the tree at `root` laid over its scorecard; the rest is passed on."""
    today = datetime.date.today()
    ignores = ignores_of(root, card)
    view = standing.apply(ledger, card.controls, today, ignores)
    holding = {a for s in view.standings.values() for a in s.by}
    settled = {c for c, s in view.standings.items() if s.state is standing.State.ACKNOWLEDGED}
    expired = {a for s in view.standings.values() for a in s.expired}
    acknowledged = [
        AckView(
            control=a.control,
            reason=a.reason,
            by=a.by,
            on=a.on,
            until=a.until,
            findings=a.findings or (),
            covers=a in holding and a.control in settled,
            orphaned=a in view.orphaned,
            expired=a in expired,
        )
        for a in ledger.acknowledged
    ]
    for ignore in (i for i in ignores if i.reason):
        for control in ignore.controls:
            covered = _covered_by(card, control, ignore)
            if covered:
                by = f"comment at {ignore.path}:{ignore.line}"
                whole = control in settled
                acknowledged.append(
                    AckView(control, ignore.reason, by, today, findings=covered, covers=whole)
                )
    attested = tuple(
        AttestView(a.control, a.evidence, a.by, a.on, a.until, a in view.expired_attestations)
        for a in ledger.attested
    )
    return LedgerView(tuple(acknowledged), attested, attestable, undoable)


def _covered_by(card: Scorecard, control: str, ignore: standing.Ignore) -> tuple[str, ...]:
    return tuple(
        f.fingerprint
        for c in card.controls
        if c.id == control
        for f in c.verdict.findings
        if f.path == ignore.path and f.line in (ignore.line, ignore.line + 1)
    )
