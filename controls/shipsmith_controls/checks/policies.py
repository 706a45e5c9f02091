"""Words of the checks on written policies: acceptable use, classes of data, risks."""

from __future__ import annotations

import re

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, support
from shipsmith_controls.links.files.documents import document_files, is_for_contributors, named, passages
from shipsmith_controls.links.files.governing import AI_WORD, statements
from shipsmith_controls.queries import Database, query

_POLICY = re.compile(
    r"(?<![a-z])(?:(?:ai|gen[-_ ]?ai|llm|responsible[-_. ]ai)[-_ ]*(?:polic(?:y|ies)|use|usage"
    r"|principles)"
    r"|acceptable[-_ ]?(?:ai[-_ ])?use|usage[-_ ]polic(?:y|ies))(?![a-z])",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:prohibit(?:ed|s)|forbidden|(?:is|are|be)? ?not (?:be )?(?:allowed|permitted|used)|must not"
    r"|may not|never)\b",
    re.IGNORECASE,
)
_ALLOWED = re.compile(r"\b(?:allowed|permitted|approved|may (?:be used|use))\b", re.IGNORECASE)
_BOUND = re.compile(r"\b(?:users?|staff|employees?|customers?)\b", re.IGNORECASE)


@support("AI use policy with permitted and prohibited uses, and whom it binds")
def _use_policy(db: Database) -> tuple[Support, ...]:
    """GOV-01: both sides, each beside an AI word, and who is bound; one side alone is weak."""
    found = []
    for document in named(db, _POLICY):
        if is_for_contributors(document):
            continue
        said = [s for s in statements(db, document) if AI_WORD.search(s)]
        denies = any(_DENIED.search(s) for s in said)
        allows = any(_ALLOWED.search(_DENIED.sub(" ", s)) for s in said)
        place = Place(document.path, document.line)
        if denies and allows and _BOUND.search(document.everything):
            found.append(Support(Strength.STRONG, place, "permitted and prohibited uses are written"))
        elif denies or allows:
            lacks = (
                "permitted uses" if not allows else "prohibited uses" if not denies else "whom it binds"
            )
            found.append(Support(Strength.WEAK, place, f"the policy does not say {lacks}"))
    return tuple(found)


@support("link to a use policy elsewhere")
def _policy_elsewhere(db: Database) -> tuple[Support, ...]:
    return tuple(s for path in document_files(db) for s in _policy_links(db, path))


@query
def _policy_links(db: Database, path: str) -> tuple[Support, ...]:
    whole = passages(db, path)[:1]
    if not whole or is_for_contributors(whole[0]):
        return ()
    return tuple(
        Support(Strength.WEAK, Place(path, line), "only a link to a use policy that stands elsewhere")
        for text, target, line in whole[0].links
        if target.startswith("http") and (_POLICY.search(text) or _POLICY.search(target))
    )[:1]
