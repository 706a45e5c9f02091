"""Words of the check on the rotation of AI keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipsmith_controls.checks.vocabulary import Place, Strength, Support, place, support, when
from shipsmith_controls.facts.config import Node
from shipsmith_controls.links.access.credentials import is_keyless, keys
from shipsmith_controls.links.access.exposure import is_ai_key
from shipsmith_controls.links.files.deploy import configs, hcl_resources, workflows
from shipsmith_controls.links.files.documents import document_files, passages
from shipsmith_controls.links.files.secret_stores import fillings
from shipsmith_controls.links.production import is_production, tokens
from shipsmith_controls.links.tree import files
from shipsmith_controls.queries import Database, query

_CLOCKS = frozenset(
    {"rotation_rules", "rotation_period", "rotation_policy", "expiration_date", "RotationRules"}
)
_ROTATES = re.compile(r"\brotat(?:e|es|ed|ing|ion)\b", re.IGNORECASE)
_CREDENTIAL = re.compile(r"\b(?:api )?keys?\b|\bcredentials?\b|\bsecrets?\b", re.IGNORECASE)
_INTERVAL = re.compile(
    r"\b(?:\d+ (?:days?|weeks?|months?)|monthly|quarterly|yearly|annually|weekly)\b", re.I
)
_GENERIC = frozenset("api key keys token secret secrets access id env".split())
_AI = frozenset({"llm", "ai", "model", "provider", "providers"})


@when("a model client has a key")
def _has_keys(db: Database) -> bool:
    """Whether some credential is not keyless (SEC-13)."""
    return any(not is_keyless(db, key) for key in keys(db))


@query
def _words(db: Database) -> frozenset[str]:
    """Words by which a secret is known to hold a key of this tree: `openai` of `OPENAI_API_KEY`."""
    named = {word for key in keys(db) for name in key.names for word in tokens(name)}
    return frozenset(named | {"llm"}) - _GENERIC


def _is_ours(db: Database, said: str) -> bool:
    return bool(tokens(said) & _words(db)) or is_ai_key(said.upper())


@support("rotation of the AI secret by a clock")
def _rotated(db: Database) -> tuple[Support, ...]:
    """SEC-13: a rotation resource, rule or expiry on the AI secret, or a scheduled rotate step."""
    found = [
        Support(Strength.STRONG, Place(path, body.line), f"{kind} {name} rotates it")
        for path, kind, name, body in hcl_resources(db)
        if (kind.endswith("_rotation") or _has_clock(body)) and _is_ours(db, f"{name} {_texts(body)}")
    ]
    for path, root in configs(db, "cloudformation"):
        for name, node in (root.get("Resources") or root).entries:
            if (node.text("Type") or "").endswith("RotationSchedule") and _is_ours(
                db, name + _texts(node)
            ):
                found.append(Support(Strength.STRONG, Place(path, node.line), f"{name} rotates it"))
    found.extend(_scheduled(db))
    return tuple(found)


def _has_clock(body: Node) -> bool:
    return any(trail and trail[-1] in _CLOCKS for trail, _ in body.walk())


def _texts(node: Node) -> str:
    return " ".join(str(inner.scalar) for _, inner in node.walk() if isinstance(inner.scalar, str))


def _scheduled(db: Database) -> Iterator[Support]:
    for path, flow in workflows(db):
        if any(trigger.event == "schedule" for trigger in flow.triggers):
            for job in flow.jobs:
                for step in job.steps:
                    said = f"{step.name} {step.run} {step.uses}"
                    if "rotate" in tokens(said) and _CREDENTIAL.search(said.replace("_", " ")):
                        yield Support(
                            Strength.STRONG, Place(path, step.line), "a scheduled step rotates it"
                        )


@support("rotation of keys by hand")
def _by_hand(db: Database) -> tuple[Support, ...]:
    """SEC-13, weak: a rotate script for model keys, or a section with keys and an interval."""
    found = []
    for path in files(db):
        words = tokens(path.rsplit("/", 1)[-1])
        ours = words & (_AI | _words(db))
        if (
            words & {"rotate", "rotation"}
            and words & {"key", "keys"}
            and ours
            and is_production(db, path)
        ):
            found.append(
                Support(Strength.WEAK, Place(path, 1), "a script rotates keys when somebody runs it")
            )
    for path in document_files(db):
        found.extend(_written(db, path))
    return tuple(found)


@query
def _written(db: Database, path: str) -> tuple[Support, ...]:
    for passage in passages(db, path)[1:]:
        said = passage.everything
        told = all(words.search(said) for words in (_ROTATES, _CREDENTIAL, _INTERVAL))
        if told and passage.counts and not passage.headings:
            message = "an interval is written down, but nothing keeps it"
            return (Support(Strength.WEAK, Place(path, passage.line), message),)
    return ()


@place("key of a model client")
def _key_place(db: Database) -> tuple[Place, ...]:
    """Where a deploy file fills a key from a store, then where clients read keys; at most three."""
    held = sorted((key for key in keys(db) if not is_keyless(db, key)), key=lambda key: not key.names)
    filled = fillings(db)
    stored = [filled[name] for key in held for name in key.names if name in filled]
    places = [Place(each.path, each.line) for each in stored] + [Place(k.path, k.line) for k in held]
    return tuple(dict.fromkeys(places))[:3]
