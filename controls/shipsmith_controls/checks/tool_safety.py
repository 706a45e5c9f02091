"""Words of the checks on what models may do: tools that act, interpreters that run their text."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import (
    Hit,
    Holding,
    Place,
    Strength,
    Subject,
    has,
    hit,
    subject,
)
from shipsmith_controls.links.access.interpreters import runs
from shipsmith_controls.links.tools.tool_approval import approval_of, name_of
from shipsmith_controls.links.tools.tool_bodies import acting_tools
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@subject("tool with a side effect")
def _acting(db: Database) -> tuple[Subject, ...]:
    return tuple(
        Subject(Place(tool.path, tool.line, tool.end_line), f"tool {name_of(db, tool)}", key=i)
        for i, (tool, _) in enumerate(acting_tools(db))
    )


@has("a decision outside the model before it acts")
def _waits(db: Database, each: Subject) -> Holding:
    """SEC-09: a marker on the tool or naming it, or a first branch that refuses."""
    tool, effect = acting_tools(db)[int(each.key)]
    mark = approval_of(db, tool)
    if mark is None:
        said = f"it {effect.what} at {effect.path}:{effect.line}, and nothing stops it first"
        return Holding(Strength.LACKING, said)
    return Holding(Strength.STRONG, evidence=(Evidence(mark.path, mark.line, f"{mark.what} stops it"),))


@hit("interpreter that runs what a model wrote")
def _interpreted(db: Database) -> tuple[Hit, ...]:
    """SEC-02: code, shell or SQL from a model's text; weak behind a full allow-list match."""
    return tuple(Hit(Place(run.path, run.line), run.what, weak=run.checked) for run in runs(db))
