"""What is sent arrives as it was, over pipes and streams, and what is no message is refused."""

import asyncio
import datetime
import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipsmith_controls.since import Since

from shipsmith_tui import protocol as p
from shipsmith_tui.lineage import Lineage
from tests.tui.scorecards import LEDGER, SAVE, scorecard

TEXT = st.text(st.characters(exclude_categories=["Cs", "Co"]), max_size=30)
DATES = st.dates(datetime.date(2000, 1, 1))
COUNTS = st.integers(0, 2**40)
PLACES = st.tuples(TEXT, st.integers(0, 10**6))


def structs(kind: type, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **fields)


FROM_WORKER = st.one_of(
    structs(p.Ready, pid=COUNTS),
    structs(p.Progress, done=COUNTS, of=COUNTS),
    structs(
        p.WatchState,
        mode=st.sampled_from(["live", "polling", "paused", "stale"]),
        since=st.floats(0, 2e9),
        note=TEXT,
    ),
    structs(p.Trouble, sentence=TEXT, path=TEXT, line=COUNTS),
    structs(p.Notice, sentence=TEXT, failed=st.booleans()),
    st.just(p.Resolved()),
    structs(p.SourceText, path=TEXT, first_line=COUNTS, lines=st.lists(TEXT).map(tuple), request=COUNTS),
    st.booleans().map(lambda stale: p.Judged(scorecard(), SAVE, LEDGER, stale)),
    structs(
        Lineage,
        name=TEXT,
        note=TEXT,
        since=st.none() | structs(Since, new=st.frozensets(TEXT, max_size=5), inherited=COUNTS),
        trend=st.lists(st.none() | st.integers(0, 100), max_size=12).map(tuple),
    ),
)
FROM_DASHBOARD = st.one_of(
    st.sampled_from([p.Rescan(), p.Rejudge(), p.Undo(), p.Quit()]),
    structs(p.Pause, on=st.booleans()),
    structs(p.WantSource, path=TEXT, line=COUNTS, context=COUNTS, request=COUNTS),
    structs(
        p.Acknowledge,
        gaps=st.lists(structs(p.Gap, control=TEXT, findings=st.lists(TEXT).map(tuple))).map(tuple),
        reason=TEXT,
        until=st.none() | DATES,
    ),
    structs(p.Attest, control=TEXT, evidence=TEXT, until=st.none() | DATES),
)


@given(st.lists(FROM_WORKER, max_size=5))
def test_what_a_worker_says_arrives(messages: list[p.FromWorker]) -> None:
    stream = io.BytesIO()
    for message in messages:
        p.write_frame(stream, message)
    stream.seek(0)
    assert [p.read_from_worker(stream) for _ in messages] == messages
    assert p.read_from_worker(stream) is None


@given(st.lists(FROM_DASHBOARD, max_size=5))
def test_what_a_dashboard_asks_arrives(messages: list[p.FromDashboard]) -> None:
    stream = io.BytesIO(b"".join(map(p.encode, messages)))
    assert [p.read_from_dashboard(stream) for _ in messages] == messages
    assert p.read_from_dashboard(stream) is None


async def test_streams_that_give_single_bytes_are_read_as_well() -> None:
    message = p.Judged(scorecard(), SAVE, LEDGER)
    reader = asyncio.StreamReader()
    for byte in p.encode(message) + p.encode(p.Resolved()):
        reader.feed_data(bytes([byte]))
    reader.feed_eof()
    assert await p.receive_from_worker(reader) == message
    assert await p.receive_from_worker(reader) == p.Resolved()
    assert await p.receive_from_worker(reader) is None


@given(st.text(st.characters(codec=None), max_size=40))
def test_a_path_that_is_no_utf8_comes_back_as_it_was(path: str) -> None:
    carried = [c for c in path if 0x100000 <= ord(c) <= 0x1007FF]
    message = p.WantSource(path, 1, 2, 3)
    if not carried:
        assert p.decode_from_dashboard(p.encode(message)[4:]) == message


def test_a_path_from_the_worker_can_be_turned_back() -> None:
    text = p.decode_from_worker(p.encode(p.Trouble("x", "caf\udce9.py"))[4:])
    assert isinstance(text, p.Trouble)
    assert p.path_of(text.path) == "caf\udce9.py"


@pytest.mark.parametrize("cut", [1, 3, 4, 5, 9])
def test_a_stream_that_ends_inside_a_message_is_refused(cut: int) -> None:
    stream = io.BytesIO(p.encode(p.Progress(3120, 7408))[:cut])
    with pytest.raises(p.ProtocolError, match="ended inside a message"):
        p.read_from_worker(stream)


@pytest.mark.parametrize("cut", [2, 4, 9])
async def test_an_asyncio_stream_that_ends_inside_a_message_is_refused(cut: int) -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(p.encode(p.Progress(3120, 7408))[:cut])
    reader.feed_eof()
    with pytest.raises(p.ProtocolError, match="ended inside a message"):
        await p.receive_from_worker(reader)


def test_a_length_that_cannot_be_is_refused() -> None:
    with pytest.raises(p.ProtocolError, match="out of step"):
        p.read_from_worker(io.BytesIO(b"Traceback (most recent call last)"))


@given(st.binary(max_size=60))
def test_rubbish_is_refused_not_misread(rubbish: bytes) -> None:
    stream = io.BytesIO(struct.pack(">I", len(rubbish)) + rubbish)
    try:
        p.read_from_worker(stream)
    except p.ProtocolError:
        return


def test_each_side_understands_only_what_the_other_may_say() -> None:
    with pytest.raises(p.ProtocolError):
        p.decode_from_worker(p.encode(p.Rescan())[4:])
    with pytest.raises(p.ProtocolError):
        p.decode_from_dashboard(p.encode(p.Ready(1))[4:])
