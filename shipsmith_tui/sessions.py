"""How each tree was looked at last, in the user's state folder; nothing is written into a tree."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
import platformdirs
from shipsmith_widgets.ordering import Order

from shipsmith_tui.remembered import name_of, read, write


class Session(msgspec.Struct, frozen=True):
    """How a tree was looked at. `chosen` is a row of the list, by identity.

    `workflow` is "" for the whole tree. `theme` is "" when it is the one of the settings.
    """

    chosen: str | None = None
    dimension: str | None = None
    filter: str = ""
    everything: bool = False
    show_acknowledged: bool = False
    opened: dict[str, bool] = {}
    zoomed: Literal["dimensions", "controls", "detail"] | None = None
    theme: str = ""
    workflow: str = ""
    order: Order = Order.SEVERITY
    since_base: bool = False


def keep(root: Path, session: Session) -> None:
    """Remember how a tree was looked at; a folder that cannot be written is no trouble."""
    write(_place(root), session)


def recall(root: Path) -> Session:
    """How a tree was looked at last; the defaults when that is not known."""
    return read(_place(root), Session) or Session()


def _place(root: Path) -> Path:
    return Path(platformdirs.user_state_dir("shipsmith")) / "trees" / f"{name_of(root.resolve())}.msgpack"
