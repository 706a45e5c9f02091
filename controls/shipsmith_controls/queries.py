"""Incremental computation: remembered results, recorded reads, and a cutoff where nothing changed.

A *query* is a pure function of a `Database` and hashable arguments. While it runs, the database
records which inputs and queries it reads. When an input changes, everything that stands on it
becomes doubtful; a doubtful result is first checked against its recorded reads and computed anew
only if one of them really changed. A result equal to the old one stops the wave.

Two rules keep this right: a query reads nothing but its arguments, inputs and other queries, and no
query may (transitively) read itself; what is recursive walks inside one query.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_ABSENT = object()


class QueryCycleError(RuntimeError):
    """A query read itself: a fault in this program, never in the tree."""


class _Entry:
    """A remembered value: of an input (`compute` is None) or of a query with its arguments."""

    __slots__ = (
        "arguments",
        "changed",
        "checked",
        "compute",
        "doubtful",
        "readers",
        "reads",
        "value",
    )

    def __init__(self, compute: Callable[..., Any] | None, arguments: tuple[Hashable, ...]) -> None:
        self.compute = compute
        self.arguments = arguments
        self.value: Any = _ABSENT
        self.reads: tuple[_Entry, ...] = ()
        self.readers: set[_Entry] = set()
        self.changed = 0
        self.checked = 0
        self.doubtful = False


class Query(Generic[P, T]):
    """A remembered function of a database; made by the decorator `query`."""

    def __init__(self, function: Callable[Concatenate[Database, P], T]) -> None:
        self.function = function
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__

    def __call__(self, db: Database, *args: P.args, **kwargs: P.kwargs) -> T:
        """The value for these arguments, from memory when nothing it read has changed."""
        entry = db._entries.get((self.function, *args))
        if entry is None or entry.doubtful or entry.value is _ABSENT:
            found: T = db._read(self.function, args)
            return found
        if db._stack:
            db._stack[-1][1][entry] = None
        known: T = entry.value
        return known

    def runs(self, db: Database) -> set[tuple[Hashable, ...]]:
        """The arguments for which this query was computed since `Database.begin`."""
        return db._computed.get(self.function, set())


def query(function: Callable[Concatenate[Database, P], T]) -> Query[P, T]:
    """Make a pure function of `(db, *hashable arguments)` remember its results."""
    return Query(function)


class Database:
    """Inputs, and everything computed from them. Not safe to share between threads."""

    def __init__(self) -> None:
        self._entries: dict[tuple[Hashable, ...], _Entry] = {}
        self._stack: list[tuple[_Entry, dict[_Entry, None]]] = []
        self._running: set[_Entry] = set()
        self._revision = 1
        self._computed: dict[Callable[..., Any], set[tuple[Hashable, ...]]] = {}
        self._doubted: dict[_Entry, None] = {}
        self._absent: dict[_Entry, None] = {}

    def begin(self) -> None:
        """Forget what was computed so far, so that `Query.runs` tells of what follows."""
        self._computed = {}

    def put(self, changes: dict[Hashable, Any]) -> bool:
        """Set inputs by key, all at once; True when one of them really changed."""
        if self._stack:
            raise QueryCycleError("an input was set while a query ran")
        entries = [(self._input(key), value) for key, value in changes.items()]
        changed = [(e, v) for e, v in entries if e.value is _ABSENT or e.value != v]
        if not changed:
            return False
        self._revision += 1
        for entry, value in changed:
            entry.value = value
            entry.changed = self._revision
        self._doubt(entry for entry, _ in changed)
        return True

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Read an input; one that was never set reads as `default`, and its absence is recorded."""
        entry = self._input(key)
        self._record(entry)
        return default if entry.value is _ABSENT else entry.value

    def forget(self, keys: list[Hashable]) -> None:
        """Make inputs absent again."""
        gone = [e for key in keys if (e := self._input(key)).value is not _ABSENT]
        if not gone:
            return
        self._revision += 1
        for entry in gone:
            entry.value = _ABSENT
            self._absent[entry] = None
            entry.changed = self._revision
        self._doubt(iter(gone))

    def sweep(self) -> None:
        """Drop results that nothing reads any more, so that long sessions do not grow."""
        for entry in reversed(self._doubted):
            if entry.doubtful and not entry.readers:
                self._drop(entry)
        self._doubted = {e: None for e in self._doubted if e.doubtful and e.readers}
        for entry in [e for e in self._absent if e.value is not _ABSENT or not e.readers]:
            del self._absent[entry]
            if entry.value is _ABSENT:
                self._drop(entry)

    def _drop(self, entry: _Entry) -> None:
        for read in entry.reads:
            read.readers.discard(entry)
        del self._entries[entry.compute, *entry.arguments]

    def _input(self, key: Hashable) -> _Entry:
        slot = (None, key)
        entry = self._entries.get(slot)
        if entry is None:
            entry = self._entries[slot] = _Entry(None, (key,))
            entry.changed = self._revision
            self._absent[entry] = None
        return entry

    def _doubt(self, changed: Any) -> None:
        pending = list(changed)
        while pending:
            for reader in pending.pop().readers:
                if not reader.doubtful:
                    reader.doubtful = True
                    self._doubted[reader] = None
                    pending.append(reader)

    def _record(self, entry: _Entry) -> None:
        if self._stack:
            self._stack[-1][1][entry] = None

    def _read(self, function: Callable[..., Any], args: tuple[Hashable, ...]) -> Any:
        slot = (function, *args)
        entry = self._entries.get(slot)
        if entry is None:
            entry = self._entries[slot] = _Entry(function, args)
        if entry.value is _ABSENT:
            self._compute(entry)
        elif entry.doubtful:
            self._settle(entry)
        self._record(entry)
        return entry.value

    def _settle(self, entry: _Entry) -> None:
        """Find out whether a doubtful result still stands; compute it anew if not."""
        for read in entry.reads:
            if read.doubtful:
                self._settle(read)
            if read.changed > entry.checked:
                self._compute(entry)
                return
        entry.checked = self._revision
        entry.doubtful = False

    def _compute(self, entry: _Entry) -> None:
        if entry in self._running:
            names = [e.compute.__name__ for e, _ in self._stack if e.compute]
            raise QueryCycleError(f"query cycle: {' -> '.join(names)}")
        reads: dict[_Entry, None] = {}
        self._stack.append((entry, reads))
        self._running.add(entry)
        try:
            assert entry.compute is not None  # noqa: S101 - an input is never computed
            value = entry.compute(self, *entry.arguments)
        finally:
            self._stack.pop()
            self._running.discard(entry)
        self._computed.setdefault(entry.compute, set()).add(entry.arguments)
        for old in entry.reads:
            if old not in reads:
                old.readers.discard(entry)
        for read in reads:
            read.readers.add(entry)
        entry.reads = tuple(reads)
        if entry.value is _ABSENT or entry.value != value:
            entry.value = value
            entry.changed = self._revision
        entry.checked = self._revision
        entry.doubtful = False
