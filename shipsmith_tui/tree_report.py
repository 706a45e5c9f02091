"""What a tree is taken for, and what its own settings and controls change: as sentences and as JSON."""

from __future__ import annotations

from typing import Any

from shipsmith_controls.scorecard import Scorecard, SeenTrait, Status

_MOST_MISTAKES = 20


def trait_lines(card: Scorecard, most: int = 1) -> list[str]:
    """Every trait that holds, was seen or is corrected, with up to `most` places that show it."""
    lines: list[str] = []
    for trait in card.seen:
        if trait.holds or trait.evidence or trait.corrected:
            lines.append(f"{trait.name}: {_about(trait)}")
            lines += [f"  {e.path}:{e.line}  {e.message}" for e in trait.evidence[:most]]
    return lines


def _about(trait: SeenTrait) -> str:
    if not trait.corrected:
        return trait.meaning
    said = "holds" if trait.holds else "does not hold"
    seen = "this was seen" if trait.evidence else "nothing was seen"
    return f"{said}, says shipsmith.toml; {seen}"


def change_lines(card: Scorecard) -> list[str]:
    """Controls that are switched off or of another severity, each with its reason."""
    off = [f"{c.id} {c.verdict.note}" for c in card.controls if c.verdict.status is Status.OFF]
    return off + [f"{c.id} {note}" for c in card.controls for note in c.notes]


def mistake_lines(card: Scorecard) -> list[str]:
    """What is wrong with the tree's settings and its own controls."""
    lines = [str(mistake) for mistake in card.mistakes[:_MOST_MISTAKES]]
    left = len(card.mistakes) - len(lines)
    return [*lines, f"and {left:,} more"] if left else lines


def document(card: Scorecard) -> dict[str, Any]:
    """The same for the JSON report."""
    return {
        "trait_evidence": [
            {
                "name": trait.name,
                "holds": trait.holds,
                "corrected": trait.corrected,
                "evidence": [
                    {"path": e.path, "line": e.line, "message": e.message} for e in trait.evidence
                ],
            }
            for trait in card.seen
        ],
        "mistakes": [
            {"path": mistake.path, "line": mistake.line, "message": mistake.sentence}
            for mistake in card.mistakes
        ],
    }
