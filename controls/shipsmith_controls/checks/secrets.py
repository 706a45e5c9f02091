"""Words of the checks on keys: where they stand, where they come from, how they change."""

from __future__ import annotations

from datetime import date
from typing import cast

from shipsmith_controls.checks.vocabulary import Hit, Place, hit
from shipsmith_controls.facts.secrets import Secret
from shipsmith_controls.links.exposure import (
    browser_flags,
    public_key_reads,
    secret_files,
    secrets_in,
)
from shipsmith_controls.links.production import is_production
from shipsmith_controls.queries import Database
from shipsmith_controls.scorecard import Confidence


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
