"""Keys of the dashboard: one table for bindings, the last line, the help and the palette.

Every binding has an id, `group.name`, by which it can be rebound.
"""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

GROUPS: Final = {
    "list": "Walk the list",
    "pane": "Panes",
    "see": "What is shown",
    "act": "Act",
    "app": "shipsmith",
}
"""Titles of the groups in the help, by the first part of a binding's id."""

SCREEN_KEYS: Final = (
    Binding("e", "edit", "edit", tooltip="Open the place in $VISUAL or $EDITOR", id="act.edit"),
    Binding("y", "copy", "copy", tooltip="Copy path:line", id="act.copy"),
    Binding(
        "a", "acknowledge", "acknowledge", tooltip="Acknowledge, with a reason", id="act.acknowledge"
    ),
    Binding(
        "v", "attest", "attest", tooltip="Attest with a link what no repository shows", id="act.attest"
    ),
    Binding("u", "undo", "undo", tooltip="Undo the last acknowledgement or attestation", id="act.undo"),
    Binding(
        "slash",
        "filter",
        "filter",
        tooltip="Filter: words, sev: is: path:, ! inverts",
        key_display="/",
        id="see.filter",
    ),
    Binding(
        "s",
        "order",
        "order",
        show=False,
        tooltip="Order by severity, best fix, dimension, file, …",
        id="see.order",
    ),
    Binding(
        "L", "ledger", "ledger", show=False, tooltip="What is acknowledged and attested", id="see.ledger"
    ),
    Binding(
        "f", "everything", "all", tooltip="Show every control, or only what is to do", id="see.everything"
    ),
    Binding(
        "A", "acknowledged", "acks", tooltip="Show or hide what is acknowledged", id="see.acknowledged"
    ),
    Binding(
        "b",
        "since_base",
        "since base",
        tooltip="Show only what is new and fixed since the base",
        id="see.since_base",
    ),
    Binding(
        "W",
        "workflow",
        "workflow",
        show=False,
        tooltip="Show the next AI workflow, or the whole tree",
        id="see.workflow",
    ),
    Binding("p", "pause", "pause", tooltip="Pause watching, or go on", id="act.pause"),
    Binding("r", "rejudge", "re-judge", show=False, tooltip="Look for changes now", id="act.rejudge"),
    Binding("R", "rescan", "re-scan", show=False, tooltip="Read everything again", id="act.rescan"),
    Binding("z", "zoom", "zoom", tooltip="Give this pane all the room", id="pane.zoom"),
    Binding("Y", "brief", "brief", tooltip="Copy a brief for a coding agent", id="act.brief"),
    Binding(
        "1",
        "pane('dimensions')",
        "dimensions",
        show=False,
        tooltip="Go to the dimensions",
        id="pane.dimensions",
    ),
    Binding(
        "2", "pane('controls')", "controls", show=False, tooltip="Go to the controls", id="pane.controls"
    ),
    Binding("3", "pane('detail')", "detail", show=False, tooltip="Go to the detail", id="pane.detail"),
    Binding("tab", "walk(1)", "next pane", show=False, tooltip="Next pane", id="pane.next"),
    Binding(
        "shift+tab", "walk(-1)", "previous pane", show=False, tooltip="Previous pane", id="pane.previous"
    ),
    Binding("w", "log", "why", show=False, tooltip="Why it was judged, time by time", id="see.log"),
    Binding("m", "mouse", "mouse", show=False, tooltip="Mouse on or off", id="app.mouse"),
    Binding("t", "theme", "theme", show=False, tooltip="Next theme", id="app.theme"),
    Binding("escape", "back", "back", show=False, tooltip="One step back; never quits", id="app.back"),
    Binding("question_mark,f1", "help", "help", tooltip="All keys", key_display="?", id="app.help"),
    Binding(
        "colon",
        "palette",
        "palette",
        show=False,
        tooltip="Every command",
        key_display=":",
        id="app.palette",
    ),
    Binding("q", "quit", "quit", show=False, tooltip="Quit", id="app.quit"),
)
"""What the main screen binds, in the order in which the last line shows it."""

WRITING: Final = frozenset({"edit", "acknowledge", "attest", "undo"})
"""Actions that open a program or write the ledger: off where the dashboard is read only."""

_NAMES = {
    "slash": "/", "question_mark": "?", "colon": ":", "up": "↑", "down": "↓", "pageup": "PgUp",
    "pagedown": "PgDn", "escape": "esc", "home": "Home", "end": "End", "f1": "F1",
    "shift+tab": "shift+tab", "upper_g": "G",
}  # fmt: skip


def key_name(key: str) -> str:
    """How a key is written on screen; alternatives apart by spaces."""
    names = []
    for part in key.split(","):
        name = _NAMES.get(part, part)
        names.append(name[6:].upper() if name.startswith("upper_") else name)
    return " ".join(names)


def sentence(binding: Binding) -> str:
    """What a binding does, in a few words that begin with a capital."""
    text = binding.tooltip or binding.description
    return text[:1].upper() + text[1:]
