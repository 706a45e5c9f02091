"""What the dashboard knows: everything the worker has said, folded into one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shipsmith_controls.scorecard import Scorecard, Severity, Status
from shipsmith_controls.since import ALL, Since, scores_of
from shipsmith_widgets.header import HeaderFacts
from shipsmith_widgets.marks import is_failing
from shipsmith_widgets.rows import Acknowledged, Fresh, count_failing, finding_keys

from shipsmith_tui.lineage import Lineage
from shipsmith_tui.protocol import (
    Cause,
    FromWorker,
    Judged,
    JudgedSoFar,
    LedgerView,
    Progress,
    Ready,
    Resolved,
    Trouble,
    WatchState,
)

_LONGEST_HISTORY = 60


@dataclass(frozen=True)
class Board:
    """The state that is painted. `baseline` are the scores when the session or branch began.

    `ended` is why the worker is gone, as a sentence; "" while it runs.
    """

    tree: str = ""
    scorecard: Scorecard | None = None
    stale: bool = False
    partial: bool = False
    ledger: LedgerView = field(default_factory=LedgerView)
    cause: Cause | None = None
    watch: WatchState | None = None
    progress: Progress | None = None
    trouble: Trouble | None = None
    fresh: Fresh = field(default_factory=Fresh)
    baseline: Mapping[str, int | None] | None = None
    history: tuple[int, ...] = ()
    lineage: Lineage = field(default_factory=Lineage)
    ended: str = ""

    @property
    def since(self) -> Since | None:
        """What changed since the base, None while that is not known."""
        return self.lineage.since

    @property
    def found_no_ai(self) -> bool:
        """Whether the tree was judged and holds nothing to judge."""
        card = self.scorecard
        if card is None or self.partial:
            return False
        return card.score is None and not count_failing(card.controls)[1]


def fold(board: Board, message: FromWorker) -> Board:
    """The board after another message."""
    match message:
        case Judged():
            return _judged(board, message)
        case JudgedSoFar(scorecard=card, ledger=ledger):
            return replace(board, scorecard=card, ledger=ledger, partial=True)
        case Lineage():
            return replace(board, lineage=message)
        case Progress():
            return replace(board, progress=message)
        case WatchState():
            return replace(board, watch=message)
        case Trouble():
            return replace(board, trouble=message)
        case Resolved():
            return replace(board, trouble=None)
        case Ready():
            return replace(board, ended="")
        case _:
            return board


def changes(board: Board) -> dict[str, int]:
    """Points won or lost since the base, else since the session began, by dimension and overall."""
    if board.since is not None:
        return board.since.change
    card, before = board.scorecard, board.baseline
    if card is None or before is None or board.stale or board.partial:
        return {}
    return {
        key: score - old
        for key, score in scores_of(card).items()
        if score is not None and (old := before.get(key)) is not None and score != old
    }


def moved(board: Board) -> frozenset[str]:
    """Dimensions in which the last run found a control that began or ceased to fail."""
    if board.scorecard is None or board.cause is None or board.stale or board.partial:
        return frozenset()
    ids = {*board.cause.newly_failing, *board.cause.fixed}
    return frozenset(c.dimension for c in board.scorecard.controls if c.id in ids)


def acknowledged(board: Board) -> Acknowledged:
    """What the ledger covers today. A control is covered whole, or by all of its findings."""
    holding = [ack for ack in board.ledger.acknowledged if not (ack.expired or ack.orphaned)]
    return Acknowledged(
        controls=frozenset(ack.control for ack in holding if ack.covers),
        findings=frozenset(fingerprint for ack in holding for fingerprint in ack.findings),
        lapsed=lapsed(board),
    )


def lapsed(board: Board) -> dict[str, str]:
    """Why an acknowledgement no longer covers a control that is to do, by control.

    "expired": its date is over. "worsened": it covers some findings, and one that it does not cover
    came with the last change or since the base.
    """
    acks = board.ledger.acknowledged
    done = {ack.control for ack in acks if ack.covers}
    partly = {a.control for a in acks if not (a.covers or a.expired or a.orphaned)} - done
    found = {ack.control: "expired" for ack in acks if ack.expired and ack.control not in done | partly}
    covered = {fingerprint for ack in acks if not ack.expired for fingerprint in ack.findings}
    came = board.since.new if board.since is not None else frozenset()
    for control in board.scorecard.controls if board.scorecard and partly else ():
        if control.id in partly and any(
            key in board.fresh.findings or finding.fingerprint in came
            for key, finding in zip(finding_keys(control), control.verdict.findings, strict=True)
            if finding.fingerprint not in covered
        ):
            found[control.id] = "worsened"
    return found


def to_review(board: Board) -> int:
    """How many entries of the ledger to look at again: expired, worsened, or without a finding."""
    ledger = board.ledger
    over = sum(ack.expired or ack.orphaned for ack in ledger.acknowledged)
    vouched = sum(attested.expired for attested in ledger.attested)
    return over + vouched + sum(why == "worsened" for why in lapsed(board).values())


def dimension_name(board: Board, key: str | None) -> str:
    """What a dimension is called, a team's own as well; "" for none or one that is not there."""
    dimensions = board.scorecard.dimensions if board.scorecard else ()
    return next((score.name for score in dimensions if score.key == key), "")


def header_facts(board: Board) -> HeaderFacts:
    """What the head of the dashboard says."""
    card = board.scorecard
    watching = "stopped" if board.ended else board.watch.mode if board.watch else "starting"
    if card is None:
        return HeaderFacts(tree=board.tree, watching=watching)
    covered = acknowledged(board).controls
    statuses = [(c.severity, c.verdict.status) for c in card.controls if c.id not in covered]
    worst = sorted(
        (d for d in card.dimensions if d.score is not None), key=lambda d: (d.score or 0, d.key)
    )
    moved = changes(board)
    return HeaderFacts(
        tree=board.tree,
        branch=card.tree.branch or "",
        dirty=bool(card.tree.dirty),
        score=card.score,
        band=card.band,
        change=moved.get(ALL, 0),
        base=board.lineage.name if board.since is not None else "",
        commits=board.lineage.trend,
        history=board.history,
        watching=watching,
        critical=sum(
            severity is Severity.CRITICAL and status is Status.MISSING for severity, status in statuses
        ),
        failing=sum(is_failing(status) for _, status in statuses),
        acknowledged=len(covered),
        to_review=to_review(board),
        waiting=sum(status is Status.ASK for _, status in statuses),
        stale=board.stale,
        worst=tuple((d.key, d.score or 0, moved.get(d.key, 0)) for d in worst),
    )


def _judged(board: Board, message: Judged) -> Board:
    card = message.scorecard
    scores = scores_of(card)
    baseline, history, fresh = board.baseline, board.history, board.fresh
    if not message.stale:
        if baseline is None or message.cause.kind == "branch":
            baseline = scores
        if card.score is not None and history[-1:] != (card.score,):
            history = (*history, card.score)[-_LONGEST_HISTORY:]
    if message.cause.kind != "ledger":
        # What an earlier session saw is no measure: other rules may have judged it.
        fresh = _compare(None if board.stale or board.partial else board.scorecard, card)
    return replace(
        board,
        scorecard=card,
        stale=message.stale,
        partial=False,
        ledger=message.ledger,
        cause=message.cause,
        progress=None,
        fresh=fresh,
        baseline=baseline,
        history=history,
        ended="",
    )


def _compare(old: Scorecard | None, new: Scorecard) -> Fresh:
    """What fails in `new` and did not in `old`; nothing when there is no old one."""
    if old is None:
        return Fresh()
    before = {c.id: c for c in old.controls}
    controls: set[str] = set()
    findings: set[str] = set()
    for control in new.controls:
        was = before.get(control.id)
        if was is control or not is_failing(control.verdict.status):
            continue
        if was is not None and not is_failing(was.verdict.status):
            controls.add(control.id)
        known = set(finding_keys(was)) if was is not None else set()
        findings.update(key for key in finding_keys(control) if key not in known)
    return Fresh(frozenset(controls), frozenset(findings))
