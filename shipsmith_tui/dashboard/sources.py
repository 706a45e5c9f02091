"""Lines of source that the worker was asked for: one question at a time, the last one counts."""

from __future__ import annotations

from shipsmith_widgets.source import Source

from shipsmith_tui.protocol import WantSource

CONTEXT = 24
"""Lines above and below a place that are asked for."""

_MOST = 64
_Place = tuple[str, int]


class Sources:
    """What is known of the lines around places; old lines are shown until they are read anew."""

    def __init__(self) -> None:
        self._known: dict[_Place, Source] = {}
        self._fresh: set[_Place] = set()
        self._asked: dict[int, _Place] = {}
        self._number = 0

    def get(self, place: _Place) -> Source | None:
        """The lines around a place, when they were read."""
        return self._known.get(place)

    def want(self, place: _Place) -> WantSource | None:
        """The question to ask for a place; None when it is known, or when another is being answered."""
        if place in self._fresh or self._asked:
            return None
        self._number += 1
        self._asked[self._number] = place
        return WantSource(*place, CONTEXT, self._number)

    def take(self, request: int, source: Source) -> None:
        """Keep an answer."""
        place = self._asked.pop(request, None)
        if place is None:
            return
        while len(self._known) >= _MOST:
            oldest = next(iter(self._known))
            del self._known[oldest]
            self._fresh.discard(oldest)
        self._known[place] = source
        self._fresh.add(place)

    def forget(self) -> None:
        """Files may have changed: read anew what is looked at."""
        self._fresh.clear()

    def restart(self) -> None:
        """Nobody will answer what was asked."""
        self._asked.clear()
        self._fresh.clear()
