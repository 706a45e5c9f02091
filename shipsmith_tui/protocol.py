"""What the dashboard and its worker say to each other: tagged structs in length-prefixed msgpack.

A frame is a big-endian 32-bit length and that many bytes of msgpack. The worker writes frames to its
standard output and reads them from its standard input; nothing else may be printed there.

Paths that are no UTF-8 reach Python as lone surrogates, which msgpack cannot carry: they travel as
private-use characters, and `path_of` turns such a text back into the real path.
"""

from __future__ import annotations

import asyncio
import datetime
import re
import struct
from typing import Any, BinaryIO, Literal, TypeVar

import msgspec
from shipsmith_controls.ledger import LedgerError
from shipsmith_controls.scorecard import Mistake, Scorecard

from shipsmith_tui.lineage import Conditions, FromCommits, Lineage

MOST_BYTES = 256 * 1024 * 1024
"""The longest frame that is read; a longer one means that the stream is out of step."""

_LENGTH = struct.Struct(">I")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CARRIED = re.compile("[\U00100000-\U001007ff]")
_SHIFT = 0x100000 - 0xD800


class ProtocolError(ValueError):
    """The stream holds something that is no message: too long, cut off or not understood."""


class AckView(msgspec.Struct, frozen=True):
    """An acknowledgement as shown. `findings` are fingerprints, empty when it covers the whole control.

    `covers`: it holds now and keeps its control off the to-do list. `orphaned`: nothing in the tree
    matches it any more. `expired`: `until` has passed.
    """

    control: str
    reason: str
    by: str
    on: datetime.date
    until: datetime.date | None = None
    findings: tuple[str, ...] = ()
    covers: bool = True
    orphaned: bool = False
    expired: bool = False


class AttestView(msgspec.Struct, frozen=True):
    """What a person vouched for, as shown; `evidence` is a link or a sentence."""

    control: str
    evidence: str
    by: str
    on: datetime.date
    until: datetime.date | None = None
    expired: bool = False


class LedgerView(msgspec.Struct, frozen=True):
    """What `shipsmith.toml` says today.

    `attestable`: ids of controls that an attestation settles though they do not ask for one.
    `undoable`: how many changes of this session can be taken back.
    """

    acknowledged: tuple[AckView, ...] = ()
    attested: tuple[AttestView, ...] = ()
    attestable: tuple[str, ...] = ()
    undoable: int = 0


class Cause(msgspec.Struct, frozen=True):
    """Why the scorecard was judged anew: `rejudged` of `of` controls, in `milliseconds`.

    `paths` are the saved files, `newly_failing` and `fixed` ids of controls.
    """

    kind: Literal["start", "save", "rescan", "branch", "ledger"]
    paths: tuple[str, ...] = ()
    rejudged: int = 0
    of: int = 0
    milliseconds: float = 0.0
    newly_failing: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker runs and will judge the tree now."""

    pid: int


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """A scan has done so many of so many files or controls."""

    done: int
    of: int
    stage: Literal["files", "controls"] = "files"


class Judged(msgspec.Struct, frozen=True, tag="judged"):
    """A whole scorecard. `stale`: remembered from an earlier session, the fresh one follows."""

    scorecard: Scorecard
    cause: Cause
    ledger: LedgerView = LedgerView()
    stale: bool = False


class JudgedSoFar(msgspec.Struct, frozen=True, tag="so-far"):
    """The controls that are judged already, and no score; the whole scorecard follows."""

    scorecard: Scorecard
    ledger: LedgerView


class WatchState(msgspec.Struct, frozen=True, tag="watching"):
    """How changes are noticed. `since` is a POSIX time in seconds, `note` a sentence or ""."""

    mode: Literal["live", "polling", "paused", "stale"]
    since: float
    note: str = ""


class Trouble(msgspec.Struct, frozen=True, tag="trouble"):
    """Something stands in the way (a broken shipsmith.toml); shown until `Resolved`."""

    sentence: str
    path: str = ""
    line: int = 0


def trouble_of(broken: LedgerError | None, mistakes: tuple[Mistake, ...]) -> Trouble | None:
    """What is wrong with the settings of a tree, the worst first; None when nothing is."""
    if broken is not None:
        sentence = f"{broken} The last good one holds, and nothing is written to it."
        return Trouble(sentence, "shipsmith.toml", broken.line)
    if not mistakes:
        return None
    first, others = mistakes[0], len(mistakes) - 1
    more = f" And {others:,} more: see the page on this tree in the palette." if others else ""
    return Trouble(f"{first.sentence}.{more}", first.path, first.line)


class Resolved(msgspec.Struct, frozen=True, tag="resolved"):
    """What the last `Trouble` told of is over."""


class Notice(msgspec.Struct, frozen=True, tag="notice"):
    """The answer to something asked for, said once: "nothing to undo", "acknowledged RES-01"."""

    sentence: str
    failed: bool = False


class SourceText(msgspec.Struct, frozen=True, tag="source"):
    """Lines of a file, the first of them number `first_line`; none when it cannot be read."""

    path: str
    first_line: int
    lines: tuple[str, ...]
    request: int


class Rescan(msgspec.Struct, frozen=True, tag="rescan"):
    """Read the whole tree again."""


class Rejudge(msgspec.Struct, frozen=True, tag="rejudge"):
    """Look for changes now and judge what they touch."""


class Pause(msgspec.Struct, frozen=True, tag="pause"):
    """Stop or go on with noticing changes."""

    on: bool


class WantSource(msgspec.Struct, frozen=True, tag="want_source"):
    """Ask for `context` lines above and below `line`; `request` comes back with the answer."""

    path: str
    line: int
    context: int
    request: int


class Gap(msgspec.Struct, frozen=True):
    """Findings of a control, by fingerprint; none of them means the whole control."""

    control: str
    findings: tuple[str, ...] = ()


class Acknowledge(msgspec.Struct, frozen=True, tag="acknowledge"):
    """Write an acknowledgement for each of these gaps, all in one change."""

    gaps: tuple[Gap, ...]
    reason: str
    until: datetime.date | None = None


class Attest(msgspec.Struct, frozen=True, tag="attest"):
    """Write that somebody vouches for a control; `evidence` is a link or a sentence."""

    control: str
    evidence: str
    until: datetime.date | None = None


class Undo(msgspec.Struct, frozen=True, tag="undo"):
    """Take back the last change that this session made to the ledger."""


class Quit(msgspec.Struct, frozen=True, tag="quit"):
    """Remember what is worth remembering, and end."""


FromWorker = (
    Ready
    | Progress
    | Judged
    | JudgedSoFar
    | Lineage
    | WatchState
    | Trouble
    | Resolved
    | Notice
    | SourceText
)
"""Everything the worker may say."""

FromDashboard = Rescan | Rejudge | Pause | WantSource | Acknowledge | Attest | Undo | Quit
"""Everything the dashboard may ask."""

_encoder = msgspec.msgpack.Encoder()
_from_worker: msgspec.msgpack.Decoder[FromWorker] = msgspec.msgpack.Decoder(FromWorker)
_from_dashboard: msgspec.msgpack.Decoder[FromDashboard] = msgspec.msgpack.Decoder(FromDashboard)
_from_commits: msgspec.msgpack.Decoder[FromCommits] = msgspec.msgpack.Decoder(FromCommits)
_conditions: msgspec.msgpack.Decoder[Conditions] = msgspec.msgpack.Decoder(Conditions)
_M = TypeVar("_M")


def encode(message: FromWorker | FromDashboard | FromCommits | Conditions) -> bytes:
    """One frame, length and payload."""
    try:
        payload = _encoder.encode(message)
    except UnicodeEncodeError:
        payload = _encoder.encode(
            _carry(msgspec.to_builtins(message, builtin_types=(datetime.date, bytes)))
        )
    return _LENGTH.pack(len(payload)) + payload


def decode_from_worker(payload: bytes) -> FromWorker:
    """The message in a payload (without length). Raises ProtocolError."""
    return _decode(_from_worker, payload)


def decode_from_dashboard(payload: bytes) -> FromDashboard:
    """The message in a payload (without length). Raises ProtocolError."""
    message = _decode(_from_dashboard, payload)
    if isinstance(message, WantSource) and _CARRIED.search(message.path):
        return msgspec.structs.replace(message, path=path_of(message.path))
    return message


def path_of(text: str) -> str:
    """The real path of one that travelled: carried surrogates become surrogates again."""
    return _CARRIED.sub(lambda m: chr(ord(m[0]) - _SHIFT), text)


def write_frame(stream: BinaryIO, message: FromWorker | FromDashboard | FromCommits | Conditions) -> None:
    """Write a message to a blocking stream and flush it."""
    stream.write(encode(message))
    stream.flush()


def read_from_dashboard(stream: BinaryIO) -> FromDashboard | None:
    """The next message of a blocking stream, None at its end. Raises ProtocolError."""
    payload = _read_payload(stream)
    return None if payload is None else decode_from_dashboard(payload)


def read_from_worker(stream: BinaryIO) -> FromWorker | None:
    """The next message of a blocking stream, None at its end. Raises ProtocolError."""
    payload = _read_payload(stream)
    return None if payload is None else decode_from_worker(payload)


def read_from_commits(stream: BinaryIO) -> FromCommits | None:
    """The next message of a process that judges commits, None at its end. Raises ProtocolError."""
    payload = _read_payload(stream)
    return None if payload is None else _decode(_from_commits, payload)


def read_conditions(stream: BinaryIO) -> Conditions | None:
    """What commits are judged under, None at the end of the stream. Raises ProtocolError."""
    payload = _read_payload(stream)
    return None if payload is None else _decode(_conditions, payload)


async def receive_from_worker(reader: asyncio.StreamReader) -> FromWorker | None:
    """The next message of an asyncio stream, None at its end. Raises ProtocolError."""
    payload = await _receive_payload(reader)
    return None if payload is None else decode_from_worker(payload)


def _decode(decoder: msgspec.msgpack.Decoder[_M], payload: bytes) -> _M:
    try:
        return decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(f"the stream holds something that is no message: {error}") from error


def _carry(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub(lambda m: chr(ord(m[0]) + _SHIFT), value)
    if isinstance(value, dict):
        return {key: _carry(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_carry(item) for item in value]
    return value


def _length(head: bytes) -> int:
    (length,) = _LENGTH.unpack(head)
    if length > MOST_BYTES:
        raise ProtocolError(f"a message of {length:,} bytes: the stream is out of step")
    return int(length)


def _read_payload(stream: BinaryIO) -> bytes | None:
    head = _read_exactly(stream, _LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise ProtocolError("the stream ended inside a message")
    length = _length(head)
    payload = _read_exactly(stream, length)
    if len(payload) < length:
        raise ProtocolError("the stream ended inside a message")
    return payload


def _read_exactly(stream: BinaryIO, count: int) -> bytes:
    """So many bytes, fewer only at the end of the stream (raw pipes give what they have)."""
    chunks: list[bytes] = []
    while count and (chunk := stream.read(count)):
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)


async def _receive_payload(reader: asyncio.StreamReader) -> bytes | None:
    try:
        head = await reader.readexactly(_LENGTH.size)
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise ProtocolError("the stream ended inside a message") from error
    try:
        return await reader.readexactly(_length(head))
    except asyncio.IncompleteReadError as error:
        raise ProtocolError("the stream ended inside a message") from error
