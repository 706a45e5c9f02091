"""Words of the check on rights: how far the grants on AI services reach, and where they are listed."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import (
    Holding,
    Place,
    Strength,
    Subject,
    Support,
    has,
    subject,
    support,
)
from shipsmith_controls.links.deploys.grants import access_documents, grants
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@subject("grant on an AI service or secret")
def _grants(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(g.path, g.line), g.what, key=i) for i, g in enumerate(grants(db)))


@has("bounded actions, resources and role")
def _is_bounded(db: Database, each: Subject) -> Holding:
    """SEC-12: no `*` action, no `*` resource, no role that may change everything."""
    grant = grants(db)[int(each.key)]
    if grant.broad:
        return Holding(Strength.LACKING, grant.broad)
    return Holding(Strength.STRONG, evidence=(Evidence(grant.path, grant.line, "bounded"),))


@support("document that lists who may use models, prompts or keys")
def _listed(db: Database) -> tuple[Support, ...]:
    return tuple(
        Support(Strength.WEAK, Place(path, line), "lists roles against models, prompts or keys")
        for path, line in access_documents(db)
    )
