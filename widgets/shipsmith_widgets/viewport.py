"""What part of a list is in sight and which row is chosen, by identity: the never-move rule.

A refresh never moves the chosen row nor the row at the top. Only the user's own movement scrolls,
and only that may bring rows back into sight that a shrinking list has left above.
"""

from __future__ import annotations

from collections.abc import Sequence


class Viewport:
    """A window of `height` rows over keyed rows, with a chosen one."""

    def __init__(self) -> None:
        self.keys: tuple[str, ...] = ()
        self.cursor: str | None = None
        self.top = 0
        self.height = 0
        self.touched = False
        """Whether the user has moved since the list was first filled."""
        self._index: dict[str, int] = {}

    @property
    def position(self) -> int:
        """Index of the chosen row, -1 when there is none."""
        return -1 if self.cursor is None else self._index.get(self.cursor, -1)

    @property
    def top_key(self) -> str | None:
        """Identity of the first row in sight."""
        return self.keys[self.top] if 0 <= self.top < len(self.keys) else None

    @property
    def overflows(self) -> bool:
        """Whether some rows are out of sight."""
        return len(self.keys) > self.height or self.top > 0

    def replace(self, keys: Sequence[str]) -> None:
        """Show other rows; what is chosen and what is at the top stay, by identity.

        A chosen or top row that is gone gives way to the nearest that followed it, else preceded it.
        """
        index = {key: number for number, key in enumerate(keys)}
        anchor = self._survivor(self.top, index)
        top = 0 if anchor is None else index[self.keys[anchor]] - max(0, anchor - self.top)
        chosen = self._survivor(self.position, index) if self.cursor is not None else None
        cursor = None if chosen is None else self.keys[chosen]
        self.keys = tuple(keys)
        self._index = index
        self.top = max(0, top)
        self.cursor = cursor if cursor is not None else next(iter(self.keys), None)

    def resize(self, height: int) -> None:
        """Take another height; a chosen row that was in sight stays in sight."""
        was_in_sight = self.height > 0 and self.top <= self.position < self.top + self.height
        grew = height > self.height > 0
        self.height = height
        if height <= 0:
            return
        if grew:
            self.top = max(0, min(self.top, len(self.keys) - height))
        if was_in_sight:
            self._reveal()

    def move(self, by: int) -> bool:
        """Choose the row that many rows on, at most the first or last; True when it is another."""
        if not self.keys:
            return False
        return self.go(self.keys[max(0, min(self.position + by, len(self.keys) - 1))])

    def go(self, key: str) -> bool:
        """Choose a row and bring it into sight; True when it is another than before."""
        if key not in self._index:
            return False
        changed = key != self.cursor
        self.touched = True
        self.cursor = key
        self.top = max(0, min(self.top, len(self.keys) - max(self.height, 1)))
        self._reveal()
        return changed

    def scroll(self, by: int) -> None:
        """Move the window without choosing another row."""
        self.touched = True
        self.top = max(0, min(self.top + by, len(self.keys) - max(self.height, 1)))

    def reset(self) -> None:
        """Go to the first row, as if nothing had been touched."""
        self.top = 0
        self.cursor = next(iter(self.keys), None)
        self.touched = False

    def start_at(self, key: str | None) -> None:
        """Go to a row, or to the first when it is not there, as if nothing had been touched."""
        self.reset()
        if key is not None:
            self.go(key)
        self.touched = False

    def _reveal(self) -> None:
        position, height = self.position, max(self.height, 1)
        if position < 0:
            return
        if position < self.top:
            self.top = position
        elif position >= self.top + height:
            self.top = position - height + 1

    def _survivor(self, start: int, index: dict[str, int]) -> int | None:
        """Where, from `start` on and then backwards, a row stands that is still there."""
        if start < 0:
            return None
        for number in range(start, len(self.keys)):
            if self.keys[number] in index:
                return number
        for number in range(min(start, len(self.keys)) - 1, -1, -1):
            if self.keys[number] in index:
                return number
        return None
