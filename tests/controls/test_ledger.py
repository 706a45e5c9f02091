"""The ledger: strict to read, and laid over verdicts without changing them."""

from __future__ import annotations

import contextlib
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipsmith_controls.ledger import Acknowledgement, Attestation, Ledger, LedgerError, parse
from shipsmith_controls.scorecard import ControlResult, Finding, Severity, Status, Verdict
from shipsmith_controls.standing import Ignore, State, apply, attest
from shipsmith_controls.toml_layout import statements

TODAY = date(2026, 11, 23)
OLD, NEW, OTHER = "8f3a" * 4, "b01c" * 4, "c0de" * 4

GOOD = f"""\
# what we do not judge
exclude = ["vendor/**"]

[[acknowledged]]
control = "RES-03"
reason = "nightly batch; a re-run is enough"
by = "dev@example.com"
on = 2026-11-23
until = 2027-02-01                 # optional
findings = ["{OLD}"]

[[attested]]
control = "ADO-07"
evidence = "https://wiki.example/ai-training"
by = "dev@example.com"
on = 2026-11-23
"""


def test_a_good_ledger_is_read_whole() -> None:
    assert parse(GOOD.encode()) == Ledger(
        exclude=("vendor/**",),
        acknowledged=(
            Acknowledgement(
                control="RES-03",
                reason="nightly batch; a re-run is enough",
                by="dev@example.com",
                on=TODAY,
                until=date(2027, 2, 1),
                findings=(OLD,),
            ),
        ),
        attested=(Attestation("ADO-07", "https://wiki.example/ai-training", "dev@example.com", TODAY),),
    )


def test_an_empty_file_and_a_byte_order_mark_are_fine() -> None:
    assert parse(b"") == Ledger()
    assert parse(b"\xef\xbb\xbf" + GOOD.encode()) == parse(GOOD.encode())
    assert parse(GOOD.replace("\n", "\r\n").encode()) == parse(GOOD.encode())


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("exclude =", "exlude ="), 2, "unknown key `exlude`; did you mean `exclude`?"),
        (('["vendor/**"]', '"vendor/**"'), 2, "`exclude` is a list of path globs"),
        (('reason = "nightly batch; a re-run is enough"\n', ""), 4, "lacks `reason`: say why"),
        (('reason = "nightly batch; a re-run is enough"', 'reason = " "'), 6, "`reason` must be text"),
        (("on = 2026-11-23\nuntil", 'on = "2026-11-23"\nuntil'), 8, "`on` must be a date"),
        (("until = 2027-02-01", "until = 2027-02-01T10:00:00"), 9, "`until` must be a date"),
        (("until =", "untill ="), 9, "unknown key `untill`; did you mean `until`?"),
        (('"RES-03"', '"res3"'), 5, "no control id: 'res3'; did you mean `RES-03`?"),
        (('"RES-03"', "3"), 5, "`control` must be text"),
        ((f'["{OLD}"]', '["8f3a…"]'), 10, "a fingerprint is 16 characters"),
        ((f'["{OLD}"]', "[]"), 10, "without it, the whole control is covered"),
        (("[[attested]]", "[attested]"), 12, "each begins with a line [[attested]]"),
        (('evidence = "https://wiki.example/ai-training"\n', ""), 12, "lacks `evidence`"),
        (("on = 2026-11-23\nuntil", "on = 2026-13-23\nuntil"), 8, "not valid TOML"),
        (("[[attested]]", "<<<<<<< HEAD\n[[attested]]"), 12, "merge conflict markers"),
    ],
)
def test_a_mistake_names_line_key_and_remedy(change: tuple[str, str], line: int, words: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(LedgerError) as error:
        parse(GOOD.replace(*change).encode())
    assert words in error.value.sentence
    assert error.value.line == line
    assert error.value.sentence.startswith(f"shipsmith.toml:{line}: ")


def test_lines_are_right_behind_strings_and_lists_of_several_lines() -> None:
    text = 'exclude = [\n  "a",  # ]\n  "b",\n]\n[[acknowledged]]\n'
    text += 'reason = """\n[[acknowledged]]\n"""\non = 1\n'
    with pytest.raises(LedgerError, match="lacks `control`") as error:
        parse(text.encode())
    assert error.value.line == 5
    with pytest.raises(LedgerError, match="`on` must be a date") as error:
        parse((text + 'control = "RES-03"\nby = "me"\n').encode())
    assert error.value.line == 9


def test_hostile_bytes_are_refused_in_time() -> None:
    start = time.monotonic()
    for data in (
        b"\xff\xfe",
        b"a" + b".a" * 20_000 + b" = 1",
        b"exclude = " + b"[" * 5_000 + b"]" * 5_000,
        b"exclude = [" + b"1" * 5_000 + b"]",
        b"#" * 2_000_000,
        b'exclude = ["\\ud800"]',
    ):
        with pytest.raises(LedgerError):
            parse(data)
    assert time.monotonic() - start < 2


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "ignore")))
def test_any_bytes_give_a_ledger_or_a_sentence(data: bytes) -> None:
    with contextlib.suppress(LedgerError):
        assert isinstance(parse(data), Ledger)


def test_the_layout_knows_each_statement() -> None:
    found = [(s.kind, s.name, s.line, s.end_line) for s in statements(GOOD)]
    assert found[:3] == [
        ("key", "exclude", 2, 2),
        ("entry", "acknowledged", 4, 4),
        ("key", "control", 5, 5),
    ]
    assert [s.name for s in statements("['a']\n\"b c\" = {d = [1,\n2]}\n")] == ["a", "b c"]


def result(*fingerprints: str, status: Status = Status.MISSING, control: str = "RES-03") -> ControlResult:
    findings = tuple(
        Finding("app/agent.py", 10 * n, 10 * n, "no retries", name)
        for n, name in enumerate(fingerprints, 1)
    )
    return ControlResult(
        id=control,
        dimension=control[:3],
        title="",
        severity=Severity.HIGH,
        question="",
        why="",
        fix="",
        looked_for="",
        refs=(),
        verdict=Verdict(status, findings),
    )


def acknowledged(*fingerprints: str, until: date | None = None, control: str = "RES-03") -> Ledger:
    entry = Acknowledgement(control, "batch", "dev@example.com", TODAY, until, fingerprints or None)
    return Ledger(acknowledged=(entry,))


def test_all_findings_covered_is_acknowledged_and_the_verdict_is_untouched() -> None:
    gap = result(OLD, NEW)
    view = apply(acknowledged(OLD, NEW), [gap], TODAY)
    assert view.state("RES-03") is State.ACKNOWLEDGED
    assert view.acknowledged == 1
    assert view.covers("RES-03", gap.verdict.findings[0])
    assert not State.ACKNOWLEDGED.to_do


def test_a_new_finding_brings_the_control_back() -> None:
    view = apply(acknowledged(OLD), [result(OLD, NEW)], TODAY)
    standing = view.standings["RES-03"]
    assert standing.state is State.PARTLY
    assert standing.state.to_do
    assert (standing.covered, standing.open) == ((OLD,), (NEW,))


def test_without_findings_the_whole_control_is_covered_new_ones_too() -> None:
    assert apply(acknowledged(), [result(OLD, NEW)], TODAY).state("RES-03") is State.ACKNOWLEDGED
    assert apply(acknowledged(), [result()], TODAY).state("RES-03") is State.ACKNOWLEDGED
    asks = result(status=Status.ASK)
    assert apply(acknowledged(), [asks], TODAY).state("RES-03") is State.ACKNOWLEDGED


def test_until_is_the_last_day_it_holds() -> None:
    ledger = acknowledged(OLD, until=TODAY)
    assert apply(ledger, [result(OLD)], TODAY).state("RES-03") is State.ACKNOWLEDGED
    over = apply(ledger, [result(OLD)], date(2026, 11, 24))
    assert over.state("RES-03") is State.EXPIRED
    assert over.standings["RES-03"].expired == ledger.acknowledged
    assert over.standings["RES-03"].open == (OLD,)


def test_nothing_left_of_it_is_orphaned() -> None:
    for ledger, gap in (
        (acknowledged(OLD), result(NEW)),
        (acknowledged(OLD), result(status=Status.DONE)),
        (acknowledged(), result(status=Status.DONE)),
        (acknowledged(control="XXX-01"), result(OLD)),
    ):
        assert apply(ledger, [gap], TODAY).orphaned == ledger.acknowledged
    assert apply(acknowledged(OLD), [result(status=Status.NOT_BUILT)], TODAY).orphaned == ()
    assert apply(acknowledged(OLD), [result(NEW)], TODAY).state("RES-03") is State.OPEN


def test_what_holds_is_settled() -> None:
    for status in (Status.DONE, Status.NOT_APPLICABLE, Status.NOT_BUILT):
        assert apply(Ledger(), [result(status=status)], TODAY).state("RES-03") is State.SETTLED


def test_an_ignore_comment_covers_its_line_and_the_one_below() -> None:
    gap = result(OLD, NEW)
    same = Ignore("app/agent.py", 10, ("RES-03",), "batch")
    above = Ignore("app/agent.py", 19, ("RES-03", "RES-04"), "batch")
    assert apply(Ledger(), [gap], TODAY, [same, above]).state("RES-03") is State.ACKNOWLEDGED
    for useless in (
        Ignore("app/agent.py", 11, ("RES-03",), "below the finding"),
        Ignore("app/other.py", 10, ("RES-03",), "another file"),
        Ignore("app/agent.py", 10, ("RES-04",), "another control"),
    ):
        assert apply(Ledger(), [gap], TODAY, [useless]).state("RES-03") is State.OPEN
    silent = Ignore("app/agent.py", 10, ("RES-03",), "")
    view = apply(Ledger(), [gap], TODAY, [silent])
    assert (view.state("RES-03"), view.unexplained) == (State.OPEN, (silent,))


def test_an_attestation_answers_what_a_person_was_asked() -> None:
    ledger = Ledger(attested=(Attestation("ADO-07", "https://wiki.example/x", "me", TODAY, TODAY),))
    asked = result(control="ADO-07", status=Status.ASK)
    [answered] = attest(ledger, [asked], TODAY)
    assert answered.verdict.status is Status.DONE
    assert "https://wiki.example/x" in answered.verdict.note
    assert attest(ledger, [asked], date(2026, 11, 24)) == (asked,)
    assert apply(ledger, [asked], date(2026, 11, 24)).expired_attestations == ledger.attested


def test_an_attestation_does_not_hide_a_gap_in_code() -> None:
    ledger = Ledger(attested=(Attestation("RES-03", "https://wiki.example/x", "me", TODAY),))
    gap = result(OLD)
    assert attest(ledger, [gap], TODAY) == (gap,)


def test_an_attestation_settles_a_gap_that_a_repository_need_not_show() -> None:
    ledger = Ledger(attested=(Attestation("GOV-01", "https://wiki.example/policy", "me", TODAY, TODAY),))
    gap = result(OLD, control="GOV-01", status=Status.MISSING)
    [written] = attest(ledger, [gap], TODAY, {"GOV-01": Status.DONE})
    assert (written.verdict.status, written.verdict.findings) == (Status.DONE, ())
    [outside] = attest(ledger, [gap], TODAY, {"GOV-01": Status.NOT_APPLICABLE})
    assert outside.verdict.status is Status.NOT_APPLICABLE
    assert "https://wiki.example/policy" in outside.verdict.note
    assert attest(ledger, [gap], date(2026, 11, 24), {"GOV-01": Status.DONE}) == (gap,)
