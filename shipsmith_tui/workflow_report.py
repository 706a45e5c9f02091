"""The AI workflows of a tree for a pipe: a table in text, and the `workflows` of the JSON form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shipsmith_controls.scorecard import Scorecard
from shipsmith_widgets.showing import show


def text_lines(card: Scorecard) -> Iterator[str]:
    """A line for each workflow, when there are several and the scorecard is that of the whole tree."""
    workflows = card.division.workflows
    if len(workflows) < 2 or card.workflow:
        return
    width = max(len(show(workflow.name, 30)) for workflow in workflows)
    yield ""
    yield f"{len(workflows)} workflows"
    for workflow in workflows:
        score = "–" if workflow.score is None else str(workflow.score)
        owner = f"  {workflow.owner}" if workflow.owner else ""
        yield show(f"  {show(workflow.name, 30):<{width}}  {score:>3}  {_where(workflow.paths)}{owner}")


def document(card: Scorecard) -> list[dict[str, Any]]:
    """Each workflow with where it lies, whether it is declared or was found, and its scores."""
    return [
        {
            "name": workflow.name,
            "paths": list(workflow.paths),
            "owner": workflow.owner,
            "declared": workflow.declared,
            "traits": list(workflow.traits),
            "score": workflow.score,
            "dimensions": workflow.dimensions,
        }
        for workflow in card.division.workflows
    ]


def _where(paths: tuple[str, ...]) -> str:
    return ", ".join(path or "the root of the tree" for path in paths)
