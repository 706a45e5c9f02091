"""Words of the checks on keys: where they stand, where they come from, how they change."""

from __future__ import annotations

from datetime import date
from typing import cast

from shipsmith_controls.checks.vocabulary import Hit, Holding, Place, Strength, Subject, has, hit, subject
from shipsmith_controls.facts.secrets import Secret
from shipsmith_controls.links.access.credentials import Key, keys, vercel_identity
from shipsmith_controls.links.access.exposure import (
    browser_flags,
    public_key_reads,
    secret_files,
    secrets_in,
)
from shipsmith_controls.links.files.secret_stores import EVERY, Filling, fillings
from shipsmith_controls.links.production import is_production
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Confidence, Evidence


@hit("key that the source or the bundle gives away")
def _exposed_keys(db: Database) -> tuple[Hit, ...]:
    """SEC-01: keys in tracked files, the browser flag, public variables that hold a vendor's key."""
    head = cast("date | None", db.get(("head date",)))
    found = [
        _secret_hit(path, secret, is_production(db, path))
        for path in secret_files(db)
        for secret in secrets_in(db, path)
        if not _has_expired(secret, head)
    ]
    for flag in browser_flags(db):
        message = f"{flag.name} sends the key to every browser"
        found.append(Hit(Place(flag.path, flag.line), message, weak=not is_production(db, flag.path)))
    for read in public_key_reads(db):
        message = f"{read.name} is built into the client bundle"
        found.append(Hit(Place(read.path, read.line), message, weak=not is_production(db, read.path)))
    return tuple(found)


def _has_expired(secret: Secret, head: date | None) -> bool:
    if not secret.expires or head is None:
        return False
    return secret.expires < head.isoformat()[:10]


def _secret_hit(path: str, secret: Secret, production: bool) -> Hit:
    match secret.kind:
        case "vendor":
            message = f"a key of {secret.vendor} stands here ({secret.masked})"
        case "private-key":
            message = "a private key stands here"
        case "sas":
            message = "a signed Azure URL stands here; its signature has not run out"
        case "generic":
            message = f"what is given to {secret.name} looks like a real key ({secret.masked})"
    certain = secret.kind == "vendor" and secret.sure
    return Hit(
        Place(path, secret.line),
        message,
        weak=not production and not certain,
        confidence=Confidence.HIGH if secret.sure and secret.kind != "generic" else Confidence.MEDIUM,
    )


@subject("key of a model client")
def _keys(db: Database) -> tuple[Subject, ...]:
    return tuple(
        Subject(Place(key.path, key.line), " or ".join(key.names[:2]), sdk=key.sdk, key=i)
        for i, key in enumerate(keys(db))
    )


@has("a secret store or workload identity behind it")
def _from_store(db: Database, each: Subject) -> Holding:
    """SEC-04: read from a store in code, keyless, or filled from a store by name in a deploy file."""
    key = keys(db)[int(each.key)]
    match key.source:
        case "keyless":
            return _held(each.place, "an identity stands in for a key")
        case "store":
            return _held(each.place, "read from a secret store")
        case "unseen":
            return Holding(Strength.UNSEEN, "its key is handed in; where it comes from was not seen")
        case "literal":
            return Holding(Strength.LACKING, "the key is written into the code")
    deployed = vercel_identity(db, key)
    if deployed is not None:
        return _held(Place(*deployed), "on Vercel the gateway takes the deployment's own identity")
    filled = _filling(db, key)
    if filled is None:
        return Holding(Strength.LACKING, "it comes from plain environment or a .env file only")
    evidence = (Evidence(filled.path, filled.line, filled.what, weak=filled.weak),)
    if filled.weak:
        return Holding(Strength.WEAK, filled.what, evidence=evidence)
    return Holding(Strength.STRONG, evidence=evidence)


def _held(at: Place, said: str) -> Holding:
    return Holding(Strength.STRONG, evidence=(Evidence(at.path, at.line, said),))


def _filling(db: Database, key: Key) -> Filling | None:
    """What fills one of a key's variables; that of a real store before the others."""
    table = fillings(db)
    found = [table[name] for name in (*key.names, EVERY) if name in table]
    return min(found, key=lambda filling: filling.weak, default=None)
