"""In which order the controls stand."""

from shipsmith_widgets.ordering import FROM_NOTHING, Order, effort, group_of, rank, worth

from tests.tui.scorecards import control, finding

ONE_HIGH = control("RES-03", "x", "high", "missing", finding("b.py", 1, "one"))
MANY_CRITICAL = control(
    "SEC-01", "x", "critical", "missing", *(finding("a.py", n, "m") for n in range(9))
)
NO_PLACE = control("EVA-01", "x", "high", "missing")
PARTLY_LOW = control("DAT-09", "x", "low", "partial", finding("c.py", 1, "one"))
WAITING = control("GOV-03", "x", "critical", "ask")
DONE = control("DAT-01", "x", "critical", "done")
ALL = (DONE, WAITING, PARTLY_LOW, NO_PLACE, MANY_CRITICAL, ONE_HIGH)


def ordered(order: Order) -> list[str]:
    return [c.id for c in sorted(ALL, key=rank(order))]


def test_the_worst_comes_first_and_what_is_done_last() -> None:
    assert ordered(Order.SEVERITY) == ["SEC-01", "EVA-01", "RES-03", "DAT-09", "GOV-03", "DAT-01"]


def test_the_next_best_fix_wins_most_for_least() -> None:
    assert worth(ONE_HIGH) == 6
    assert worth(PARTLY_LOW) == 1
    assert worth(MANY_CRITICAL) == 8 / 9
    assert worth(NO_PLACE) == 6 / FROM_NOTHING
    assert ordered(Order.NEXT)[:4] == ["RES-03", "DAT-09", "SEC-01", "EVA-01"]


def test_effort_counts_the_places_that_are_open() -> None:
    prints = [f.fingerprint for f in MANY_CRITICAL.verdict.findings]
    assert effort(MANY_CRITICAL) == 9
    assert effort(MANY_CRITICAL, prints[:7]) == 2
    assert ordered(Order.EFFORT)[:4] == ["RES-03", "DAT-09", "EVA-01", "SEC-01"]


def test_by_dimension_and_by_file_belongs_together_what_is_together() -> None:
    assert [id_[:3] for id_ in ordered(Order.DIMENSION)] == ["DAT", "EVA", "RES", "SEC", "DAT", "GOV"]
    assert ordered(Order.FILE)[:3] == ["SEC-01", "RES-03", "DAT-09"]
    assert group_of(ONE_HIGH, Order.FILE) == "b.py"
    assert group_of(ONE_HIGH, Order.EFFORT) == ""


def test_the_orders_follow_each_other_in_a_ring() -> None:
    order = Order.SEVERITY
    for _ in Order:
        order = order.following()
    assert order is Order.SEVERITY
