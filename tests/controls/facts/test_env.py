"""Environment files and inline notes."""

from __future__ import annotations

from shipsmith_controls.facts.env import extract
from shipsmith_controls.facts.ignores import extract as ignores


def test_values_without_quotes_and_comments() -> None:
    source = (
        b"# head\nexport A=1 # why\nB='x # y'\nC=\"a\\nb\"\nD=\nE=${A}#z\n"
        b'not a line\nF="two\nlines"\nG=x\n'
    )
    assert [(one.name, one.value, one.line) for one in extract(source)] == [
        ("A", "1", 2),
        ("B", "x # y", 3),
        ("C", "a\nb", 4),
        ("D", "", 5),
        ("E", "${A}#z", 6),
        ("F", "two\nlines", 8),
        ("G", "x", 10),
    ]


def test_an_unclosed_quote_ends_with_its_line() -> None:
    assert [one.name for one in extract(b'A="open\nB=1\n')] == ["A", "B"]


def test_notes_in_every_comment_style() -> None:
    source = (
        b"call()  # shipsmith: ignore[RES-03, COS-01] nightly batch\n"
        b"// shipsmith: ignore[SEC-05]: demo data\n"
        b"<!-- shipsmith: ignore[GOV-01] -->\n"
        b"{/* shipsmith: ignore[ADO-05] shown above */}\n"
        b"# shipsmith: ignore[nonsense] x\n"
    )
    assert [(one.line, one.controls, one.reason, one.own_line) for one in ignores(source)] == [
        (1, ("RES-03", "COS-01"), "nightly batch", False),
        (2, ("SEC-05",), "demo data", True),
        (3, ("GOV-01",), "", True),
        (4, ("ADO-05",), "shown above", True),
    ]
