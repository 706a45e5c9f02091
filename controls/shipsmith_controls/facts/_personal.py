"""Personal data in rows of text: what it looks like, never what it says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Literal

from shipsmith_controls.facts._keys import matcher
from shipsmith_controls.facts.code import Fact

PersonalKind = Literal["email", "phone", "card", "iban", "national-id"]

_EMAIL = matcher(r"[A-Za-z0-9._%+-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24})")
_PHONE = matcher(r"\+\d{8,15}\b|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b")
_CARD = matcher(r"\b\d{4}([ -])\d{4}[ -]\d{4}[ -]\d{4}\b")
_IBAN = matcher(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_NATIONAL = matcher(r"\b\d{3}-\d{2}-\d{4}\b")
_RESERVED = {"test", "invalid", "localhost"}
_FILE_ENDINGS = {
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "js",
    "css",
    "ts",
    "py",
    "md",
    "json",
    "html",
}
_JOINED = re.compile(rb"[\w.+/=-]")
_MAX_HITS = 1000


class PersonalData(Fact, frozen=True):
    """A line that holds personal data: its kind, and a digest of the line (SHA-256, 16 hex digits)."""

    line: int
    kind: PersonalKind
    digest: str


def personal_data(source: bytes) -> tuple[PersonalData, ...]:
    """The lines of a text that match a personal-data pattern, each kind once a line; never raises.

    E-mail outside the domains of RFC 2606; phone `+` and 8 to 15 digits or `ddd-ddd-dddd` without
    555; card numbers in groups of four with a valid Luhn sum; IBANs with a valid checksum;
    `ddd-dd-dddd`. At most 1,000.
    """
    found: dict[tuple[int, PersonalKind], PersonalData] = {}
    line, counted = 1, 0
    for start, kind in sorted(_hits(source)):
        line += source.count(b"\n", counted, start)
        counted = start
        if (line, kind) not in found:
            begin = source.rfind(b"\n", 0, start) + 1
            end = source.find(b"\n", start)
            row = b" ".join(source[begin : end if end >= 0 else len(source)].split())
            found[line, kind] = PersonalData(line, kind, hashlib.sha256(row).hexdigest()[:16])
            if len(found) >= _MAX_HITS:
                break
    return tuple(found.values())


def _hits(source: bytes) -> Iterator[tuple[int, PersonalKind]]:
    if b"@" in source:
        for match in _EMAIL.finditer(source):
            if (
                not _is_reserved(match.group(1).decode("ascii", "replace"))
                and match.group() != b"git@github.com"
            ):
                yield match.start(), "email"
    for match in _PHONE.finditer(source):
        if b"555" not in match.group() and _stands_alone(source, match):
            yield match.start(), "phone"
    for match in _CARD.finditer(source):
        if _luhn(match.group()) and _stands_alone(source, match):
            yield match.start(), "card"
    for match in _IBAN.finditer(source):
        if _is_iban(match.group()):
            yield match.start(), "iban"
    for match in _NATIONAL.finditer(source):
        if _stands_alone(source, match):
            yield match.start(), "national-id"


def _stands_alone(source: bytes, match: re.Match[bytes]) -> bool:
    """Whether a run of digits is not a piece of a longer number, an id or an encoded blob."""
    before, after = (
        source[max(0, match.start() - 1) : match.start()],
        source[match.end() : match.end() + 2],
    )
    if before and _JOINED.match(before) and before != b"=":
        return False
    return not re.match(rb"-\w|\.\d|[+/=_]", after)


def _is_reserved(domain: str) -> bool:
    labels = domain.lower().split(".")
    return labels[-1] in _RESERVED or labels[-1] in _FILE_ENDINGS or "example" in labels


def _digits(text: bytes) -> list[int]:
    return [char - 48 for char in text if 48 <= char <= 57]


def _luhn(text: bytes) -> bool:
    digits = _digits(text)
    total = sum(
        digit if at % 2 else (digit * 2 - 9 if digit > 4 else digit * 2)
        for at, digit in enumerate(digits)
    )
    return total % 10 == 0 and len(set(digits)) > 1


def _is_iban(text: bytes) -> bool:
    compact = text.replace(b" ", b"").decode("ascii")
    if not 15 <= len(compact) <= 34:
        return False
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1
