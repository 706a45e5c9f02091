"""All keys on one page, read from the bindings themselves."""

from __future__ import annotations

from collections.abc import Iterable

from shipsmith_widgets.control_list import ControlList
from shipsmith_widgets.lines import Lines
from shipsmith_widgets.marks import ACKNOWLEDGED, STATUS_MARKS
from shipsmith_widgets.painting import EMPTY, Part, content
from shipsmith_widgets.showing import Shown, show
from textual.binding import Binding, BindingType
from textual.content import Content

from shipsmith_tui.dashboard.keys import GROUPS, SCREEN_KEYS, key_name, sentence


def every_binding() -> list[Binding]:
    """All bindings that do something on the main screen, in the order of the help."""
    bound = [*_bindings(Lines.BINDINGS), *_bindings(ControlList.BINDINGS), *SCREEN_KEYS]
    order = list(GROUPS)
    known = [b for b in bound if b.id and b.id.split(".")[0] in GROUPS]
    return sorted(known, key=lambda b: order.index(str(b.id).split(".")[0]))


def help_lines() -> list[Content]:
    """The help, line by line."""
    lines: list[Content] = []
    group = ""
    for binding in every_binding():
        name = str(binding.id).split(".")[0]
        if name != group:
            lines += [EMPTY] if group else []
            lines.append(content((show(GROUPS[name]), "bold $label")))
            group = name
        keys = show(key_name(binding.key)).ljust(16)
        lines.append(content(Shown("  "), (Shown(keys), "bold $key"), show(sentence(binding))))
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


def _bindings(bound: Iterable[BindingType]) -> list[Binding]:
    return [binding for binding in bound if isinstance(binding, Binding)]
