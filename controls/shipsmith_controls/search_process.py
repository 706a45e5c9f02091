"""Looking for patterns in a process of its own, which ends when a file takes too long to parse.

The limit is processor time, so that a busy machine changes no verdict. What the process is given is
text; it opens no file and imports nothing of the tree.
"""

from __future__ import annotations

import contextlib
import signal
import struct
import subprocess
import sys
from typing import BinaryIO, cast

import msgspec

from shipsmith_controls.facts.searches import Lines, find_patterns

_SECONDS = 1.0
"""Processor time for one file; a file of 1 MB that people wrote takes half of it at most."""
_MOST_SLOW = 20
"""So many files may take too long; after that no more are parsed for patterns in this session."""
_LENGTH = struct.Struct(">I")


class _Request(msgspec.Struct, array_like=True):
    text: str
    patterns: tuple[str, ...]
    language: str


class PatternSearch:
    """Looks for patterns; starts its process at the first question, and again after it was ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._slow: set[tuple[bytes, str]] = set()

    def find(self, digest: bytes, text: str, patterns: tuple[str, ...], language: str) -> Lines | None:
        """The places of the patterns in a text that `digest` stands for; None: it takes too long."""
        if (digest, language) in self._slow or len(self._slow) >= _MOST_SLOW:
            return None
        answer = self._ask(msgspec.msgpack.encode(_Request(text, patterns, language)))
        if answer is None:
            self._slow.add((digest, language))
            self.close()
            return None
        return msgspec.msgpack.decode(answer, type=tuple[tuple[int, int], ...])

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self._process.wait()
            self._process = None

    def _ask(self, request: bytes) -> bytes | None:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "shipsmith_controls.search_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
            )
        stream = cast("BinaryIO", self._process.stdin)
        try:
            stream.write(_LENGTH.pack(len(request)) + request)
            stream.flush()
        except OSError:
            return None
        return _read(cast("BinaryIO", self._process.stdout))


def _read(stream: BinaryIO) -> bytes | None:
    """The next frame: four bytes that say how long it is, and that many; None at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    size: int = _LENGTH.unpack(head)[0]
    body = stream.read(size)
    return body if len(body) == size else None


def main() -> None:
    """Answer questions until there are no more; SIGPROF ends this process in the midst of parsing."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    # An interrupt at the keyboard is for whoever asked.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while (request := _read(sys.stdin.buffer)) is not None:
        asked = msgspec.msgpack.decode(request, type=_Request)
        signal.setitimer(signal.ITIMER_PROF, _SECONDS)
        found = find_patterns(asked.text, asked.patterns, asked.language)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answer = msgspec.msgpack.encode(found)
        sys.stdout.buffer.write(_LENGTH.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
