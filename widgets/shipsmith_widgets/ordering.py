"""In which order the controls of the list stand."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum

from shipsmith_controls.scorecard import DIMENSIONS, ControlResult, Severity, Status

from shipsmith_widgets.marks import STATUS_MARKS, is_failing

FROM_NOTHING = 8
"""What closing a gap without a place counts for, in places: there is nothing yet that could be mended."""

_POINTS = {Status.MISSING: 2, Status.PARTIAL: 1}
_SEVERITIES = list(Severity)
_STATUSES = list(STATUS_MARKS)
_DIMENSIONS = list(DIMENSIONS)
_LAST = "\U0010ffff"

Rank = tuple[float | str, ...]


class Order(StrEnum):
    """What stands first among the failing controls; the value is its name on screen."""

    SEVERITY = "severity"
    NEXT = "next best fix"
    DIMENSION = "dimension"
    FILE = "file"
    EFFORT = "effort"

    def following(self) -> Order:
        """The order after this one; the first follows the last."""
        orders = list(Order)
        return orders[(orders.index(self) + 1) % len(orders)]


def effort(control: ControlResult, covered: Collection[str] = ()) -> int:
    """How much there is to do, in places: findings that are open, `FROM_NOTHING` where none has a place.

    `covered` are fingerprints of acknowledged findings.
    """
    findings = control.verdict.findings
    return sum(f.fingerprint not in covered for f in findings) or FROM_NOTHING


def worth(control: ControlResult, covered: Collection[str] = ()) -> float:
    """What a fix brings for what it costs: points × weight / effort.

    Points are those of the score: 2 for a missing control, 1 for a partial one. The weight is 4 for a
    critical control, 3, 2 and 1 for a high, medium and low one.
    """
    weight = len(_SEVERITIES) - _SEVERITIES.index(control.severity)
    return _POINTS.get(control.verdict.status, 0) * weight / effort(control, covered)


def rank(order: Order, covered: Collection[str] = ()) -> Callable[[ControlResult], Rank]:
    """What to sort controls by: failing, then waiting, then the rest; within them by the order.

    What an order leaves equal stands by severity, status, dimension and id.
    """

    def ranked(control: ControlResult) -> Rank:
        severity, status = _SEVERITIES.index(control.severity), _STATUSES.index(control.verdict.status)
        key = control.dimension
        dimension = _DIMENSIONS.index(key) if key in DIMENSIONS else len(DIMENSIONS)
        failing = is_failing(control.verdict.status)
        usual = (severity, status) if failing else (status, severity)
        first: Rank = ()
        if order is Order.DIMENSION:
            first = (dimension, key)
        elif failing and order is Order.NEXT:
            first = (-worth(control, covered),)
        elif failing and order is Order.EFFORT:
            first = (effort(control, covered),)
        elif order is Order.FILE:
            first = (group_of(control, order) or _LAST,)
        return (not failing, *first, *usual, dimension, control.id)

    return ranked


def group_of(control: ControlResult, order: Order) -> str:
    """The group that a control is in under an order, "" where the order makes none: its first file."""
    findings = control.verdict.findings
    return min(f.path for f in findings) if order is Order.FILE and findings else ""
