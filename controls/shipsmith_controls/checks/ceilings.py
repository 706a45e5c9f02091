"""The vocabulary of spend in use: quotas of users and runs, labels of workflows, tiers of models."""

from __future__ import annotations

from shipsmith_controls.checks.calls import generation_of, subject_of
from shipsmith_controls.checks.vocabulary import (
    Holding,
    Place,
    Strength,
    Subject,
    has,
    subject,
    when,
    where,
)
from shipsmith_controls.links.calls.calls import Node
from shipsmith_controls.links.calls.entries import ANSWERING, Entry, ai_entries
from shipsmith_controls.links.calls.kinds import tool_calls
from shipsmith_controls.links.calls.reach import outline
from shipsmith_controls.links.calls.wrappers import generations
from shipsmith_controls.links.spend.accounts import limits
from shipsmith_controls.links.spend.day_windows import day_window
from shipsmith_controls.links.spend.labels import labels
from shipsmith_controls.links.spend.quotas import gateway_quota, quota_of
from shipsmith_controls.links.spend.small_tasks import is_small, tier_of
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.modules import users_of
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Evidence

_PAGES = (".tsx", ".jsx", ".vue", ".svelte")


@subject("user-fed AI entry or agent run")
def _fed(db: Database) -> tuple[Subject, ...]:
    """AI entry points fed by users; agent runs that none of them reaches."""
    fed = ANSWERING | {"graph"}
    found = {entry.node: entry for entry in ai_entries(db) if entry.kind in fed and _used(db, entry)}
    subjects = [
        Subject(Place(entry.path, entry.line), entry.function or entry.path, key=entry.function)
        for entry in found.values()
    ]
    for call in tool_calls(db):
        above = outline(db).above(Node(call.path, call.function))
        if not above & set(found):
            subjects.append(subject_of(db, call))
    return tuple(subjects)


def _used(db: Database, entry: Entry) -> bool:
    """Whether a page can call an entry; a server action that only other server code calls is none."""
    if entry.kind != "action":
        return True
    return any(path.endswith(_PAGES) for path in users_of(db, entry.path, entry.function))


@has("a token or spend ceiling")
def _ceiling(db: Database, each: Subject) -> Holding:
    """COS-05: used tokens or money are compared with a limit that stops; counts a day are weak."""
    node = Node(each.place.path, str(each.key))
    if isinstance(each.key, int):
        facts = index(db, each.place.path)
        block = facts.module.calls[each.key].block if facts is not None else 0
        node = Node(each.place.path, facts.node_name(block) if facts is not None else "")
    found = quota_of(db, node) or gateway_quota(db) or day_window(db, node)
    if found is None:
        strong = [limit for limit in limits(db) if not limit.weak and "gateway" in limit.what]
        if strong:
            note = Evidence(strong[0].path, strong[0].line, strong[0].what)
            return Holding(Strength.STRONG, evidence=(note,))
        return Holding(Strength.LACKING, "nothing limits the tokens or money that it may use")
    note = Evidence(found.path, found.line, found.what, weak=found.weak)
    if found.weak:
        return Holding(Strength.WEAK, found.what, evidence=(note,))
    return Holding(Strength.STRONG, evidence=(note,))


@when("more than one place asks a model")
def _several(db: Database) -> bool:
    return len(generations(db)) > 1


@has("a workflow label")
def _label(db: Database, each: Subject) -> Holding:
    """COS-07: a fixed label that is exported or stored and tells the workflow."""
    found = labels(db).get((each.place.path, int(each.key)))
    if found is None:
        return Holding(Strength.LACKING, "no label tells its workflow")
    note = Evidence(found.path, found.line, f"labelled `{found.text}`", weak=bool(found.weak))
    if found.weak:
        return Holding(Strength.WEAK, found.weak, evidence=(note,))
    return Holding(Strength.STRONG, evidence=(note,))


@where("does a small task")
def _small(db: Database, each: Subject) -> bool:
    return is_small(db, generation_of(db, each))


@has("a model below the top tier")
def _tier(db: Database, each: Subject) -> Holding:
    """COS-09: its model id resolves to one outside the most expensive."""
    found = tier_of(db, generation_of(db, each))
    if found.tier == "unseen":
        return Holding(Strength.UNSEEN, "which model this small task runs on was not seen")
    if found.tier == "below":
        return Holding(Strength.STRONG, evidence=(Evidence(found.path, found.line, found.id),))
    at = (Place(found.path, found.line),)
    return Holding(Strength.LACKING, f"a small task runs on `{found.id}`", at=at)
