"""Words of the checks on who is called and what is done when an AI feature fails."""

from __future__ import annotations

import re

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, support
from shipsmith_controls.links.files.deploy import hcl_resources
from shipsmith_controls.links.files.documents import Passage, is_for_contributors, passages, sections
from shipsmith_controls.links.files.governing import contacts, has_order, provider_route
from shipsmith_controls.queries import Database

_ON_CALL = re.compile(
    r"(?<![\w-])(?:on[-_ ]?call|escalations?|incident[-_ ]contacts|runbooks?)(?![\w])", re.IGNORECASE
)
_PAGING = frozenset({"pagerduty_escalation_policy", "opsgenie_escalation", "aws_ssmcontacts_plan"})
_ENOUGH = 2


@support("escalation path with contacts in an order and a way to the provider")
def _escalation_path(db: Database) -> tuple[Support, ...]:
    """ADO-02: a section or document on escalation; contacts without the provider are weak."""
    found = []
    for passage in sections(db, _ON_CALL):
        named = contacts(passage.prose) | contacts(_targets(passage))
        if len(named) < _ENOUGH or not has_order(db, passage) or is_for_contributors(passage):
            continue
        whole = passages(db, passage.path)[0]
        place = Place(passage.path, passage.line)
        if provider_route(whole.everything) or provider_route(_links(whole)):
            found.append(Support(Strength.STRONG, place, "who is called, in an order, and the provider"))
        else:
            message = "contacts in an order, but no way to the model provider's support or status"
            found.append(Support(Strength.WEAK, place, message))
    return tuple(found)


def _targets(passage: Passage) -> str:
    return "\n".join(target.removeprefix("mailto:") for _, target, _ in passage.links)


def _links(passage: Passage) -> str:
    return "\n".join(f"{text} {target}" for text, target, _ in passage.links)


@support("paging policy in infrastructure")
def _paging(db: Database) -> tuple[Support, ...]:
    return tuple(
        Support(
            Strength.WEAK, Place(path, body.line), f"{kind} {name} pages somebody; no document says whom"
        )
        for path, kind, name, body in hcl_resources(db)
        if kind in _PAGING
    )
