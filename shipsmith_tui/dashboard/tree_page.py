"""The page on the tree itself: its traits with what shows them, what is wrong, what was changed."""

from __future__ import annotations

from shipsmith_controls.scorecard import Scorecard
from shipsmith_widgets.painting import EMPTY, content
from shipsmith_widgets.showing import Shown, show
from textual.content import Content

from shipsmith_tui import tree_report


def tree_lines(card: Scorecard | None) -> list[Content]:
    """The lines of the page."""
    if card is None:
        return [content((Shown("Nothing was judged yet."), "$text-muted"))]
    parts = (
        ("Traits", tree_report.trait_lines(card, most=3), "No AI workflow was found."),
        ("Mistakes", tree_report.mistake_lines(card), ""),
        ("Changed in shipsmith.toml", tree_report.change_lines(card), ""),
    )
    lines: list[Content] = []
    for title, sentences, nothing in parts:
        if sentences or nothing:
            lines += [EMPTY] if lines else []
            lines.append(content((show(title), "bold $label")))
            for sentence in sentences or [nothing]:
                style = "$text-muted" if sentence.startswith("  ") else ""
                lines.append(content((show(f"  {sentence}", 400), style)))
    hint = "[traits] in shipsmith.toml corrects what was seen, such as rag = false"
    return [*lines, EMPTY, content((show(hint), "$text-muted"))]
