"""Words of the check on stored conversations: whether they expire, and whether they can be erased."""

from __future__ import annotations

from shipsmith_controls.checks.vocabulary import Holding, Place, Strength, Subject, has, subject
from shipsmith_controls.links.access.conversations import Conversation, conversations
from shipsmith_controls.links.access.erasure import erasures_of
from shipsmith_controls.links.access.expiry import expiry_of
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence


@subject("store of conversations")
def _kept(db: Database) -> tuple[Subject, ...]:
    return tuple(Subject(Place(c.path, c.line), c.what, key=i) for i, c in enumerate(conversations(db)))


def _of(db: Database, each: Subject) -> Conversation:
    return conversations(db)[int(each.key)]


@has("an expiry of its messages")
def _expires(db: Database, each: Subject) -> Holding:
    """SEC-14 (a): a time to live on what holds messages, or a scheduled task that deletes old ones."""
    found = expiry_of(db, _of(db, each))
    if found is None:
        return Holding(Strength.LACKING, "messages are kept for ever")
    shown = (Evidence(found.path, found.line, f"{found.what} lets messages expire", weak=found.off),)
    if found.off:
        return Holding(Strength.WEAK, "messages expire only when it is configured", evidence=shown)
    return Holding(Strength.STRONG, evidence=shown)


@has("a way to erase what one person said")
def _is_erased(db: Database, each: Subject) -> Holding:
    """SEC-14 (b): a handler or job that deletes one person's messages, or a cascade from the account.

    Without accounts one conversation, or all, is as much as can be asked for.
    """
    kept = _of(db, each)
    found = erasures_of(db, kept)
    whole = [e for e in found if e.started and not e.soft and (e.whose == "person" or not kept.people)]
    if whole:
        best = whole[0]
        return Holding(
            Strength.STRONG, evidence=(Evidence(best.path, best.line, "messages are deleted here"),)
        )
    if kept.with_account is not None:
        return Holding(
            Strength.STRONG, evidence=(Evidence(*kept.with_account, "messages go with the account"),)
        )
    soft = next((e for e in found if e.soft and (e.whose == "person" or not kept.people)), None)
    if soft is not None:
        shown = (Evidence(soft.path, soft.line, "a flag hides messages", weak=True),)
        return Holding(Strength.WEAK, "messages are only marked as deleted", evidence=shown)
    idle = next((e for e in found if not e.started and e.whose == "person" and not e.soft), None)
    if idle is not None:
        shown = (Evidence(idle.path, idle.line, "this could delete them", weak=True),)
        return Holding(Strength.WEAK, "nothing starts the delete of a person's messages", evidence=shown)
    if found:
        return Holding(Strength.LACKING, "one conversation can be deleted, not all of one person")
    return Holding(Strength.LACKING, "nothing deletes what one person said")
