"""Words of the check on raw HTML: what is rendered, and whether it was sanitised."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.access.raw_html import Render, renders
from shipsmith_controls.links.calls.mainstay import main_call
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Confidence, Evidence


@subject("raw render")
def _renders(db: Database) -> tuple[Subject, ...]:
    """Every raw render; where there is none, one subject that says so, for that is as it should be."""
    found = renders(db)
    main = main_call(db)
    if not found and main is not None:
        return (Subject(Place(main.path, main.line), "", key=-1),)
    return tuple(
        Subject(
            Place(r.path, r.line), "", key=i, confidence=Confidence.HIGH if r.sure else Confidence.MEDIUM
        )
        for i, r in enumerate(found)
    )


@has("a sanitizer on its value")
def _is_sanitised(db: Database, each: Subject) -> Holding:
    """SEC-08: the value, or the function that makes it, goes through a sanitizer."""
    if each.key == -1:
        return Holding(Strength.STRONG)
    render: Render = renders(db)[int(each.key)]
    if render.clean is None:
        return Holding(Strength.LACKING, f"{render.what} takes text that nothing has sanitised")
    path, line = render.clean
    return Holding(Strength.STRONG, evidence=(Evidence(path, line, "sanitised before it is rendered"),))
