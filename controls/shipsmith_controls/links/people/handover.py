"""Whether users who are stuck with a model reach a person: hand-over to a support system, links."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shipsmith_controls.facts import code
from shipsmith_controls.links.calls.entries import entries_of
from shipsmith_controls.links.calls.following import below
from shipsmith_controls.links.calls.reach import reached_files
from shipsmith_controls.links.evals.eval_metrics import names_used
from shipsmith_controls.links.people.rendered import Seen, seen_on
from shipsmith_controls.links.people.surfaces import belongs, is_aside, of_kind, surfaces
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import code_files, index
from shipsmith_controls.links.values.index import ModuleIndex, dotted, inside, last_name
from shipsmith_controls.queries import Database, query

_NAME = re.compile(
    r"hand_?(?:off|over)|escalat|live_?agent|(?:create|open|raise|file)_?(?:support_?)?ticket"
    r"|(?:to|request|contact|notify|page|reach|human)_?(?:a_?)?human(?!_?(?:message|readable|i[sz]e|format|input|text))"
    r"|human_?(?:agent|support|help|operator|takeover)"
    r"|(?:redirect|transfer|connect|talk|speak)_?to_?(?:an?_?)?(?:agent|person|support|representative|operator)",
    re.IGNORECASE,
)
_SIGNAL = re.compile(
    r"(?:redirect|escalate)_?to_?(?:an?_?)?agent"
    r"|(?:redirect|transfer|escalate|handoff|hand_off|handover)_?to_?(?:an?_?)?(?:live_?agent|human|person|support)"
    r"|(?:needs?|requires?|request|talk_?to)_?(?:an?_?)?human\b|human_?(?:handoff|hand_off|handover)",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    r"zendesk|intercom|freshdesk|servicenow|salesforce|helpscout|hubspot|twilio|front\.com|jira|chat_?postMessage|slack"
    r"|send_?(?:e?mail|message_batch)|sendmail|sendgrid|\bresend\b|postmark|mailgun|smtp"
    r"|(?<![a-z])ses(?:v2)?(?:_?client)?\b|nodemailer|msteams|teams\.microsoft",
    re.IGNORECASE,
)
_QUEUES = frozenset(
    "publish send_message sendMessage enqueue produce apply_async send_task add_job".split()
)
_AMONG_AGENTS = re.compile(r"hand_?(?:off|over)", re.IGNORECASE)
"""Names that agents, too, give to passing work on to another agent."""
_PEOPLE = frozenset(
    "human humans person people support operator operators staff ticket tickets helpdesk live".split()
)
_PATH = re.compile(r"hand_?-?off|hand_?-?over|escalat|ticket|live_?-?agent|human|support", re.IGNORECASE)


class Handover(msgspec.Struct, frozen=True):
    """A way to a person; `full` when a support system is told of it."""

    path: str
    line: int
    message: str
    full: bool


@query
def handovers(db: Database) -> tuple[Handover, ...]:
    """Every way to a person in production code, the full ones first."""
    found = [each for path in _candidates(db) for each in _in_file(db, path)]
    found += [*_offered(db), *_links(db)]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (not each.full, each.path, each.line)))


@query
def _candidates(db: Database) -> tuple[str, ...]:
    reached = set(reached_files(db))
    return tuple(
        p
        for p in code_files(db)
        if (p in reached or _PATH.search("/".join(p.split("/")[-3:]))) and is_production(db, p)
    )


@query
def _in_file(db: Database, path: str) -> tuple[Handover, ...]:
    facts = index(db, path)
    return tuple(_handed(db, path, facts)) if facts is not None else ()


def _handed(db: Database, path: str, facts: ModuleIndex) -> Iterator[Handover]:
    routed = {e.function: e for e in entries_of(db, path) if _NAME.search(e.route)}
    told = False
    for i, function in enumerate(facts.module.functions):
        if not function.name or not (_NAME.search(function.name) or function.qualname in routed):
            continue
        told_at = _telling(db, path, i)
        if told_at is not None:
            told = True
            yield Handover(*told_at, f"`{function.name}` tells people of support", True)
    if told or path not in reached_files(db):
        return
    for name, line in names_used(db, path):
        if _SIGNAL.search(name):
            yield Handover(path, line, f"`{name}` asks for a person, and nothing takes it up", False)
            return


def _telling(db: Database, path: str, function: int) -> tuple[str, int] | None:
    """(path, line) of the call that tells a support system, mail, chat or queue."""
    own = index(db, path)
    name = own.module.functions[function].name if own is not None else ""
    people = bool(tokens(name) & _PEOPLE) or not _AMONG_AGENTS.search(name)
    for where, at in below(db, path, function):
        facts = index(db, where)
        if facts is None:
            continue
        call = facts.module.calls[at]
        said = [dotted(call.callee) or last_name(call.callee)]
        for given in (*call.args, *(k.value for k in call.keywords)):
            for part in inside(given, facts.module):
                if isinstance(part, (code.Literal, code.Name, code.Attribute)):
                    said.append(_text(part))
        queued = last_name(call.callee) in _QUEUES and isinstance(call.callee, code.Attribute)
        if queued and (people or any(tokens(text) & _PEOPLE for text in said)):
            return where, call.line
        if any(_SYSTEM.search(text) for text in said) and not _is_log(call):
            return where, call.line
    return None


def _is_log(call: code.Call) -> bool:
    return (dotted(call.callee) or "").partition(".")[0] in (
        "log",
        "logger",
        "logging",
        "console",
        "print",
    )


def _text(part: code.Expr) -> str:
    match part:
        case code.Literal(value=str() as text) if "://" in text or text.isidentifier():
            return text
        case code.Name(id=text) | code.Attribute(name=text):
            return text
    return ""


def _offered(db: Database) -> Iterator[Handover]:
    for path, each in of_kind(db, "handover"):
        if any(belongs(db, surface, path) for surface in surfaces(db)):
            yield Handover(path, each.line, f"“{each.text}” is offered, and nothing takes it up", False)


def _links(db: Database) -> Iterator[Handover]:
    for path, each in of_kind(db, "help"):
        for surface in surfaces(db) if not is_aside(path) else ():
            if belongs(db, surface, path) and seen_on(db, surface, path, each.line) is not Seen.ELSEWHERE:
                yield Handover(path, each.line, f"only a link to support: “{each.text}”", False)
