"""Words of the checks on audit: what an action of a model leaves behind."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Strength, Subject, has
from shipsmith_controls.links.tools.tool_bodies import acting_tools
from shipsmith_controls.links.traces.audit import trail_of
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence

_SAID = {
    "log": "only a log line tells of its action",
    "span": "only a trace span tells of its action",
    "history": "only the stored conversation tells of its action",
}


@has("an audit trail of its actions")
def _audited(db: Database, each: Subject) -> Holding:
    """OBS-08: a lasting write of tool, arguments and actor; a log line, span or history is weak."""
    tool, effect = acting_tools(db)[int(each.key)]
    found = trail_of(db, tool)
    if found is None:
        said = f"it {effect.what} at {effect.path}:{effect.line}, and nothing records that a model did"
        return Holding(Strength.LACKING, said)
    if found.full:
        return Holding(
            Strength.STRONG, evidence=(Evidence(found.path, found.line, "its actions are audited"),)
        )
    if found.kind == "durable":
        said = (
            f"its audit record lacks the {found.lacks}"
            if found.lacks
            else "its audit record is off by default"
        )
    else:
        said = _SAID[found.kind]
    note = Evidence(found.path, found.line, said, weak=True)
    return Holding(Strength.WEAK, said, evidence=(note,))
