"""All keys on one page, read from the bindings themselves."""

from __future__ import annotations

from collections.abc import Mapping

from shipsmith_widgets.marks import ACKNOWLEDGED, STATUS_MARKS
from shipsmith_widgets.painting import EMPTY, Part, content
from shipsmith_widgets.showing import Shown, show
from textual.content import Content

from shipsmith_tui.dashboard.keymap import bound, every_binding
from shipsmith_tui.dashboard.keys import GROUPS, key_name, sentence


def help_lines(keys: Mapping[str, str]) -> list[Content]:
    """The help, line by line, with the keys that a user bound anew."""
    lines: list[Content] = []
    group = ""
    for binding in every_binding():
        name = str(binding.id).split(".")[0]
        if name != group:
            lines += [EMPTY] if group else []
            lines.append(content((show(GROUPS[name]), "bold $label")))
            group = name
        names = show(key_name(bound(binding, keys).key)).ljust(16)
        lines.append(content(Shown("  "), (Shown(names), "bold $key"), show(sentence(binding))))
    lines.append(content(Shown("  "), (Shown("ctrl+p          "), "bold $key"), Shown("Every command")))
    return [*lines, EMPTY, *_legend()]


def _legend() -> list[Content]:
    marks = [*STATUS_MARKS.values(), ACKNOWLEDGED]
    lines = [content((Shown("Marks"), "bold $label"))]
    for mark in marks:
        parts: list[Part] = [Shown("  "), (mark.glyph, mark.style), Shown(" "), (mark.letter, mark.style)]
        lines.append(content(*parts, Shown("  "), mark.word))
    lines.append(content(Shown("  "), (Shown("!"), "bold $status-missing"), Shown("    critical")))
    lines.append(content(Shown("  "), (Shown("low?"), "$status-low italic"), Shown(" low confidence")))
    lines.append(
        content(Shown("  "), (Shown("new"), "bold $status-new"), Shown("  since the last change"))
    )
    return lines
