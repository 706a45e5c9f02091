"""The writing boundary: every intent lands, nothing else changes, and no fault leaves half a file."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipsmith_controls.ledger import Acknowledgement, Attestation, LedgerError, parse

from shipsmith_tui import ledger_file
from shipsmith_tui.ledger_edit import AlreadyAcknowledgedError, Change, edit, effective, expected
from shipsmith_tui.ledger_file import LedgerFileError, load, write

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 11, 23)
ACK = Acknowledgement(
    "RES-03", 'a "nightly" batch\n\\ ends', "dev@example.com", TODAY, None, ("8f3a" * 4,)
)
OTHER = Acknowledgement("COS-01", "prototype", "dev@example.com", TODAY, date(2027, 1, 1))
ATTESTED = Attestation("ADO-07", "https://wiki.example/x", "dev@example.com", TODAY)

HAND_WRITTEN = """\
# Kept by the platform team.
exclude = ["vendor/**"]   # third party

# why we live with it
[[acknowledged]]
control = "SEC-04"   # until the vault is there
reason = 'vault comes in Q1'
by = "lead@example.com"
on = 2026-10-01

# ---- attested ----
[[attested]]
control = "ADO-08"
evidence = "https://wiki.example/y"
by = "lead@example.com"
on = 2026-10-01
# the end
"""


@pytest.fixture
def save(tmp_path: Path) -> Callable[[Change], ledger_file.Written]:
    (tmp_path / "tree").mkdir()
    return lambda change: write(tmp_path / "tree", change, locks=tmp_path / "locks")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tree" / "shipsmith.toml"


def test_a_new_file_is_made_and_read_back(save: Any, file: Path) -> None:
    written = save(Change(acknowledge=(ACK,), attest=(ATTESTED,)))
    assert written.data == file.read_bytes()
    assert load(file.parent) == written.ledger
    assert written.ledger.acknowledged == (ACK,)
    assert written.ledger.attested == (ATTESTED,)
    assert [p.name for p in file.parent.iterdir()] == ["shipsmith.toml"]


def test_an_entry_goes_behind_its_kind_and_all_else_stays(save: Any, file: Path) -> None:
    file.write_text(HAND_WRITTEN)
    save(Change(acknowledge=(OTHER,)))
    entry = '[[acknowledged]]\ncontrol = "COS-01"\nreason = "prototype"\nby = "dev@example.com"\n'
    entry += "on = 2026-11-23\nuntil = 2027-01-01\n"
    assert file.read_text() == HAND_WRITTEN.replace("\n# ---- attested", f"\n{entry}\n# ---- attested")


def test_undo_restores_the_bytes(save: Any, file: Path) -> None:
    file.write_text(HAND_WRITTEN)
    for change in (Change(acknowledge=(ACK, OTHER)), Change(attest=(ATTESTED,))):
        save(save(change).undo)
        assert file.read_text() == HAND_WRITTEN


def test_withdrawing_keeps_the_comments_around(save: Any, file: Path) -> None:
    file.write_text(HAND_WRITTEN)
    written = save(Change(withdraw=load(file.parent).acknowledged))
    assert "# why we live with it" in file.read_text()
    assert "# ---- attested ----\n[[attested]]" in file.read_text()
    assert not written.ledger.acknowledged
    save(written.undo)
    assert load(file.parent) == parse(HAND_WRITTEN.encode())


@pytest.mark.parametrize(
    "text",
    [
        HAND_WRITTEN.rstrip("\n"),
        HAND_WRITTEN.replace("\n", "\r\n"),
        HAND_WRITTEN.replace("\n", "\r\n").rstrip("\r\n"),
        "\ufeff" + HAND_WRITTEN,
        "# only a comment",
        'exclude = ["a"]',
        "acknowledged = []\n",
        "acknowledged = []\nattested = []",
        'attested = [{control = "ADO-08", evidence = "x", by = "me", on = 2026-01-01}]',
        'acknowledged = [{control = "SEC-04", reason = "x", by = "me", on = 2026-01-01}] # mine\n',
        'acknowledged = [\n  {control = "SEC-04", reason = "x", by = "me", on = 2026-01-01},\n]\n',
    ],
)
def test_adding_and_undoing_works_in_every_form(save: Any, file: Path, text: str) -> None:
    file.write_bytes(text.encode())
    before = load(file.parent)
    written = save(Change(acknowledge=(ACK, OTHER), attest=(ATTESTED,)))
    assert written.ledger == expected(Change(acknowledge=(ACK, OTHER), attest=(ATTESTED,)), before)
    assert load(file.parent) == written.ledger
    after = file.read_bytes().decode()
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    if "\r\n" in text:
        assert "\n" not in after.replace("\r\n", "")
    save(written.undo)
    assert load(file.parent) == before
    removed = Change(withdraw=before.acknowledged, retract=before.attested)
    emptied = save(removed)
    assert not emptied.ledger.acknowledged
    assert save(emptied.undo).ledger == before


def test_the_same_entry_twice_is_written_once(save: Any, file: Path) -> None:
    save(Change(acknowledge=(ACK,)))
    stamp = file.stat().st_mtime_ns, file.stat().st_ino
    again = save(Change(acknowledge=(ACK,)))
    assert not again.change
    assert not again.undo
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == stamp


def test_another_reason_for_the_same_gap_asks_and_can_replace(save: Any, file: Path) -> None:
    save(Change(acknowledge=(ACK,)))
    new = Acknowledgement(ACK.control, "vendor fixes it", "qa@example.com", TODAY, None, ACK.findings)
    with pytest.raises(AlreadyAcknowledgedError, match="already acknowledged by dev@") as error:
        save(Change(acknowledge=(new,)))
    assert load(file.parent).acknowledged == (ACK,)
    replaced = save(Change(acknowledge=(new,), withdraw=error.value.existing))
    assert load(file.parent).acknowledged == (new,)
    save(replaced.undo)
    assert load(file.parent).acknowledged == (ACK,)


def test_an_expired_entry_does_not_stand_in_the_way(save: Any, file: Path) -> None:
    old = Acknowledgement("RES-03", "then", "me", date(2026, 1, 1), date(2026, 2, 1), ACK.findings)
    save(Change(acknowledge=(old,)))
    save(Change(acknowledge=(ACK,)))
    assert load(file.parent).acknowledged == (old, ACK)


@pytest.mark.parametrize(
    "broken",
    [
        b"[[acknowledged]]\nreason = \n",
        b"<<<<<<< HEAD\nexclude = []\n=======\nexclude = ['a']\n>>>>>>> other\n",
        b'exlude = ["a"]\n',
        b"\xff\xfe\x00",
        b'acknowledged = "all"\n',
    ],
)
def test_what_cannot_be_understood_is_never_overwritten(save: Any, file: Path, broken: bytes) -> None:
    file.write_bytes(broken)
    with pytest.raises(LedgerError, match=r"^shipsmith\.toml:[12]: "):
        save(Change(acknowledge=(ACK,)))
    assert file.read_bytes() == broken


def test_a_text_that_cannot_be_written_is_refused(save: Any, file: Path) -> None:
    bad = Acknowledgement("RES-03", "half a pair \ud800", "me", TODAY)
    with pytest.raises(LedgerError, match="UTF-8 cannot write"):
        save(Change(acknowledge=(bad,)))
    assert not file.exists()
    with pytest.raises(LedgerError, match="nothing was written"):
        save(Change(acknowledge=(Acknowledgement("RES-03", "", "me", TODAY),)))
    assert not file.exists()


def test_mode_and_link_are_kept(save: Any, file: Path) -> None:
    real = file.parent / "config" / "ledger.toml"
    real.parent.mkdir()
    real.write_text(HAND_WRITTEN)
    real.chmod(0o640)
    file.symlink_to("config/ledger.toml")
    save(Change(acknowledge=(ACK,)))
    assert file.is_symlink()
    assert ACK in load(file.parent).acknowledged
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_link_out_of_the_tree_or_into_git_is_left_alone(save: Any, file: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.toml"
    (file.parent / ".git").mkdir()
    for target in (outside, file.parent / ".git" / "new"):
        file.symlink_to(target)
        with pytest.raises(LedgerFileError, match="links to a place outside"):
            save(Change(acknowledge=(ACK,)))
        assert not target.exists()
        file.unlink()


def test_a_pipe_or_a_folder_is_left_alone(save: Any, file: Path) -> None:
    os.mkfifo(file)
    with pytest.raises(LedgerFileError, match="not a regular file"):
        save(Change(acknowledge=(ACK,)))
    file.unlink()
    file.mkdir()
    with pytest.raises(LedgerFileError, match="not a regular file"):
        save(Change(acknowledge=(ACK,)))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS])
@pytest.mark.parametrize("call", ["open", "write", "fsync", "fchmod", "replace"])
def test_a_fault_leaves_the_old_file_and_no_rest(
    save: Any, file: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    file.write_text(HAND_WRITTEN)
    genuine: Any = getattr(os, call)

    def faulty(first: Any, *rest: Any, **named: Any) -> Any:
        partial = str(first).endswith(".partial")
        if (isinstance(first, int) or partial) and not (call == "open" and not partial):
            if call == "write":
                genuine(first, bytes(rest[0])[:10])
            raise OSError(code, os.strerror(code))
        return genuine(first, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, faulty)
        with pytest.raises(LedgerFileError, match=os.strerror(code)):
            save(Change(acknowledge=(ACK,)))
    assert file.read_text() == HAND_WRITTEN
    assert [p.name for p in file.parent.iterdir()] == ["shipsmith.toml"]
    assert ACK in save(Change(acknowledge=(ACK,))).ledger.acknowledged


def _die_in(call: str, tree: Path, locks: Path) -> None:
    genuine: Any = getattr(os, call)

    def deadly(first: Any, *rest: Any, **named: Any) -> Any:
        if call == "write":
            genuine(first, bytes(rest[0])[:10])
        os.kill(os.getpid(), signal.SIGKILL)
        return genuine(first, *rest, **named)

    setattr(os, call, deadly)
    write(tree, Change(acknowledge=(ACK,)), locks=locks)


@pytest.mark.parametrize("call", ["write", "fsync", "fchmod", "replace"])
def test_a_killed_writer_leaves_the_old_file_and_the_next_one_cleans_up(
    save: Any, file: Path, tmp_path: Path, call: str
) -> None:
    file.write_text(HAND_WRITTEN)
    child = multiprocessing.get_context("fork").Process(
        target=_die_in, args=(call, file.parent, tmp_path / "locks")
    )
    child.start()
    child.join(20)
    assert child.exitcode == -signal.SIGKILL
    assert file.read_text() == HAND_WRITTEN
    assert ACK in save(Change(acknowledge=(ACK,))).ledger.acknowledged
    assert [p.name for p in file.parent.iterdir()] == ["shipsmith.toml"]


def test_an_edit_by_hand_during_a_write_is_kept(
    save: Any, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(HAND_WRITTEN)
    genuine = os.fsync
    late = "# saved by an editor meanwhile\n"

    def fsync(handle: int) -> None:
        if late not in file.read_text():
            file.write_text(HAND_WRITTEN + late)
        genuine(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    assert ACK in save(Change(acknowledge=(ACK,))).ledger.acknowledged
    assert late in file.read_text()


def _acknowledge_many(who: int, tree: Path, locks: Path) -> None:
    for n in range(100):
        entry = Acknowledgement(
            "RES-03", "batch", f"dev{who}@example.com", TODAY, None, (f"{who:x}{n:015x}",)
        )
        write(tree, Change(acknowledge=(entry,)), locks=locks)


def test_two_writers_of_a_hundred_keep_two_hundred(file: Path, tmp_path: Path, save: Any) -> None:
    context = multiprocessing.get_context("fork")
    children = [
        context.Process(target=_acknowledge_many, args=(who, file.parent, tmp_path / "locks"))
        for who in (1, 2)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0, 0]
    assert len({e.findings for e in load(file.parent).acknowledged}) == 200


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(str.strip)
DATES = st.dates(date(2020, 1, 1), date(2030, 1, 1))
CONTROLS = st.sampled_from([f"RES-{n:02}" for n in range(1, 30)])
PRINTS = st.lists(st.from_regex(r"[0-9a-f]{16}", fullmatch=True), min_size=1, max_size=5, unique=True)
ACKS = st.builds(
    Acknowledgement, CONTROLS, TEXTS, TEXTS, DATES, st.none() | DATES, st.none() | PRINTS.map(tuple)
)
ATTESTATIONS = st.builds(Attestation, CONTROLS, TEXTS, TEXTS, DATES, st.none() | DATES)


NOTES = ["# note", "", "   # [[acknowledged]]", "\t"]


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A hand-kept ledger: entries of both kinds mixed, comments everywhere, any line ending."""
    data, lines = b"", 0
    for entry in draw(st.lists(ACKS | ATTESTATIONS, max_size=4)):
        change = (
            Change(acknowledge=(entry,))
            if isinstance(entry, Acknowledgement)
            else Change(attest=(entry,))
        )
        data = edit(b"", change, parse(b"")) if not data else data + edit(b"", change, parse(b""))
        for comment in draw(
            st.lists(st.sampled_from(["# note", "", "   # [[acknowledged]]", "\t"]), max_size=3)
        ):
            lines += 1
            data += f"{comment}{lines if '#' in comment else ''}\n".encode()
    text = data.decode().replace("\non = ", draw(st.sampled_from(["\non = ", "\n  on   =  "])))
    text = draw(st.sampled_from(["", "# head\n", 'exclude = [\n "a", # ]\n]\n'])) + text
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    text = text.rstrip("\r\n") if draw(st.booleans()) else text
    return (draw(st.sampled_from(["", "\ufeff"])) + text).encode()


@settings(max_examples=200, deadline=None)
@given(documents(), st.lists(ACKS, max_size=2), st.lists(ATTESTATIONS, max_size=2), st.data())
def test_any_change_of_any_ledger_says_what_was_meant_and_keeps_comments(
    data: bytes, acknowledge: list[Acknowledgement], attest: list[Attestation], draw: st.DataObject
) -> None:
    current = parse(data)
    gone = (
        draw.draw(st.lists(st.sampled_from(current.acknowledged), max_size=2))
        if current.acknowledged
        else []
    )
    change = Change(tuple(acknowledge), tuple(gone), tuple(attest))
    try:
        todo = effective(change, current)
    except AlreadyAcknowledgedError:
        return
    result = edit(data, todo, current)
    assert parse(result) == expected(todo, current)
    assert comments(result) == comments(data)


def comments(data: bytes) -> list[str]:
    lines = data.decode("utf-8-sig").splitlines()
    return [line for line in lines if line.strip().startswith("#")]
