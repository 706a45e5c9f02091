"""Words of the checks on who may switch the AI off or back, and by what means."""

from __future__ import annotations

import re

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, place, support
from shipsmith_controls.facts import code
from shipsmith_controls.links.access.guards import guard_of
from shipsmith_controls.links.calls.entries import Entry, entries
from shipsmith_controls.links.calls.mainstay import main_client
from shipsmith_controls.links.deploys.workflow_files import ai_files
from shipsmith_controls.links.files.deploy import deploy_jobs
from shipsmith_controls.links.files.documents import Passage, sections
from shipsmith_controls.links.files.governing import contacts
from shipsmith_controls.links.files.ownership import owner
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.tree import index
from shipsmith_controls.links.values.index import inside, last_name
from shipsmith_controls.queries import Database, query

_SECTION = re.compile(
    r"\b(?:roll(?:ing)?[- ]?back|reverts?|reverting|disabl(?:e|ing)|decision rights)\b", re.I
)
_BACK = re.compile(r"\b(?:roll(?:ing)?[- ]?back|revert|decision rights)", re.IGNORECASE)
_DECIDES = re.compile(
    r"\b(?:decides?|may|authority|authori[sz]ed|responsible|owns?|entitled|has the right|allowed to)\b",
    re.I,
)
_ROLE = re.compile(r"\b(?:owner|lead|on-?call|manager|head of|team|officer|engineer|director)\b", re.I)
_CONSOLE = re.compile(
    r"langsmith|smith\.langchain|langfuse|promptlayer|launchdarkly|unleash|flagsmith|statsig|split\.io|"
    r"growthbook|posthog|configcat|flipt|braintrust|humanloop|agenta|flags?\.|/flags?\b|/prompts?\b",
    re.IGNORECASE,
)
_REVERT = re.compile(
    r"\brevert(?:s|ing|ed)? (?:the |a |your )?(?:pull request|PR|commit|merge)|git revert", re.I
)
_MOST = 3
_VERSION = frozenset({"version", "tag", "sha", "ref", "image", "release", "commit", "revision"})
_THINGS = frozenset(
    {"prompt", "prompts", "model", "models", "llm", "flag", "flags", "provider", "providers"}
)
_SETS = frozenset(
    "update set put patch change switch default save upsert activate rollback toggle".split()
)
_ROLES = frozenset({"admin", "role", "roles", "permission", "permissions", "superuser", "staff", "owner"})


def _rollback_sections(db: Database) -> list[Passage]:
    return [passage for passage in sections(db, _SECTION) if passage.level]


@place("rollback section, else the owner's rule, the means or the main client")
def _authority(db: Database) -> tuple[Place, ...]:
    """Where it should say who decides: the section on rolling back, what names the owner, the means."""
    named = (p for p in _rollback_sections(db) if _BACK.search(p.title))
    sections_found = tuple(Place(p.path, p.line) for p in named)
    owned = (owner(db, path) for path in ai_files(db))
    rules = tuple(dict.fromkeys(Place(o.path, o.line) for o in owned if o is not None and not o.weak))
    means = tuple(s.place for s in _means(db))
    client = main_client(db)
    found = sections_found or rules or means or ((Place(*client),) if client is not None else ())
    return found[:_MOST]


@query
def _owners(db: Database) -> frozenset[str]:
    """Everybody who owns a file with a model call, prompt or tool."""
    found = (owner(db, path) for path in ai_files(db))
    return frozenset(name for owned in found if owned is not None for name in owned.names)


@support("decision rights of the owner")
def _decision_rights(db: Database) -> tuple[Support, ...]:
    """ADO-03 (a): a rollback section names who decides, by a handle that owns AI code; a role is weak."""
    found = []
    for passage in _rollback_sections(db):
        here = Place(passage.path, passage.line)
        if not _DECIDES.search(passage.prose):
            continue
        if contacts(passage.prose) & _owners(db):
            found.append(Support(Strength.STRONG, here, "names the owner who decides"))
        elif contacts(passage.prose) or _ROLE.search(passage.prose):
            found.append(Support(Strength.WEAK, here, "names nobody who owns the AI code, only a role"))
    return tuple(found)


@support("means to roll back without write access")
def _means(db: Database) -> tuple[Support, ...]:
    """ADO-03 (b): a guarded admin route, a deploy workflow with a version input, a console link."""
    found = []
    for deploy in deploy_jobs(db):
        for trigger in deploy.workflow.triggers:
            if trigger.event == "workflow_dispatch" and any(tokens(i) & _VERSION for i in trigger.inputs):
                what = "deploys the version that it is given"
                found.append(Support(Strength.STRONG, Place(deploy.path, trigger.line), what))
    for entry in entries(db):
        if entry.kind == "http" and _changes_behaviour(db, entry):
            guard = guard_of(db, entry)
            if guard is not None and not guard.weak:
                what = "a guarded route changes model, prompt or flag"
                found.append(Support(Strength.STRONG, Place(entry.path, entry.line), what))
    for passage in _rollback_sections(db):
        links = [line for _, target, line in passage.links if _CONSOLE.search(target)]
        if links:
            found.append(Support(Strength.STRONG, Place(passage.path, links[0]), "links the console"))
        elif _REVERT.search(passage.prose):
            what = "a revert needs write access to the repository"
            found.append(Support(Strength.WEAK, Place(passage.path, passage.line), what))
    return tuple(found)


@query
def _changes_behaviour(db: Database, entry: Entry) -> bool:
    """Whether a route sets a model, prompt or flag, and asks for a role."""
    words = tokens(entry.route) | tokens(entry.function)
    facts = index(db, entry.path)
    at = facts.by_qualname.get(entry.function) if facts else None
    if facts is None or at is None or not words & _THINGS:
        return False
    function = facts.module.functions[at]
    method = (
        last_name(facts.module.calls[entry.call].callee) if entry.call >= 0 else entry.function.lower()
    )
    if not words & _SETS and method not in ("put", "patch"):
        return False
    given = [p.default for p in function.params] + [p.annotation for p in function.params]
    names = [
        last_name(part)
        for expr in (*given, *function.decorators)
        if expr is not None
        for part in inside(expr, facts.module)
        if isinstance(part, (code.Name, code.Attribute))
    ]
    return bool(tokens(entry.route) & _ROLES) or any(tokens(name) & _ROLES for name in names)
