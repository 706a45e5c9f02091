"""What is said to the terminal beside the screen: its title, and whether it reports the mouse."""

from __future__ import annotations

from collections.abc import Callable

from shipsmith_widgets.showing import Shown

_MOUSE_MODES = (1000, 1003, 1015, 1006)
_TITLELESS = frozenset({"", "dumb", "linux"})

_KEEP_TITLE = "\x1b[22;2t"
_GIVE_TITLE_BACK = "\x1b[23;2t"


class Title:
    """The terminal's title, which is taken and given back; nothing happens where there is none."""

    def __init__(self, write: Callable[[str], None], term: str) -> None:
        self._write = write
        self._exists = term not in _TITLELESS
        self._taken = False
        self.text = Shown("")

    def take(self) -> None:
        """Ask the terminal to remember its title, then tell ours."""
        if self._exists and not self._taken:
            self._taken = True
            self._write(_KEEP_TITLE + (_titled(self.text) if self.text else ""))

    def tell(self, text: Shown) -> None:
        """Another title."""
        if text != self.text:
            self.text = text
            if self._taken:
                self._write(_titled(text))

    def give_back(self) -> None:
        """Let the title be what it was; empty for terminals that do not remember it."""
        if self._taken:
            self._taken = False
            self._write(_titled(Shown("")) + _GIVE_TITLE_BACK)


def _titled(text: Shown) -> str:
    return f"\x1b]2;{text}\x1b\\"


def report_mouse(on: bool) -> str:
    """The sequence that switches reports of the mouse on or off, as Textual does when it starts."""
    return "".join(f"\x1b[?{mode}{'h' if on else 'l'}" for mode in _MOUSE_MODES)
