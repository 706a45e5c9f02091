"""A fingerprint names a finding by its words, not by where they stand."""

from shipsmith_controls.fingerprint import fingerprint, fingerprints

CALL = "reply = client.chat.completions.create("


def test_is_sixteen_hex_characters() -> None:
    name = fingerprint("RES-01", "app/agent.py", CALL)
    assert len(name) == 16
    assert set(name) <= set("0123456789abcdef")


def test_survives_indentation_and_spacing() -> None:
    assert fingerprint("RES-01", "a.py", CALL) == fingerprint("RES-01", "a.py", f"\t  {CALL}\r\n")


def test_changes_with_control_path_words_and_ordinal() -> None:
    names = {
        fingerprint("RES-01", "a.py", CALL),
        fingerprint("RES-03", "a.py", CALL),
        fingerprint("RES-01", "b.py", CALL),
        fingerprint("RES-01", "a.py", CALL + "x"),
        fingerprint("RES-01", "a.py", CALL, 1),
    }
    assert len(names) == 5


def test_an_ignore_comment_does_not_change_it() -> None:
    plain = fingerprint("RES-01", "a.ts", "const r = await generateText({ model })")
    for comment in (
        "// shipsmith: ignore[RES-01] batch",
        "/* shipsmith: ignore[RES-01, COS-01] batch */",
        "# shipsmith: ignore[RES-01]",
        "{/* shipsmith: ignore[RES-01] jsx */}",
        "<!-- shipsmith: ignore[RES-01] prose -->",
    ):
        text = f"const r = await generateText({{ model }})  {comment}\n"
        assert fingerprint("RES-01", "a.ts", text) == plain, comment


def test_code_after_a_closed_ignore_comment_still_counts() -> None:
    before = fingerprint("RES-01", "a.ts", "f(/* shipsmith: ignore[RES-01] x */ a)")
    assert before == fingerprint("RES-01", "a.ts", "f( a)")
    assert before != fingerprint("RES-01", "a.ts", "f( b)")


def test_names_that_are_not_utf8_have_a_fingerprint() -> None:
    assert len(fingerprint("RES-01", "\udcff.py", "\ud800")) == 16


def test_equal_lines_are_told_apart_by_their_order() -> None:
    first, second, other = fingerprints("RES-01", [("a.py", CALL), ("a.py", f" {CALL}"), ("b.py", CALL)])
    assert first == fingerprint("RES-01", "a.py", CALL)
    assert second == fingerprint("RES-01", "a.py", CALL, 1)
    assert other == fingerprint("RES-01", "b.py", CALL)
