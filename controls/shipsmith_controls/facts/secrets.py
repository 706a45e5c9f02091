"""Secrets that stand in a file: vendor key shapes, private keys, signed URLs, literal keys.

No value ever leaves this module: a finding carries its first characters only.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any, Literal

from shipsmith_controls.facts._keys import (
    Shape,
    entropy,
    is_placeholder,
    is_plain_name,
    is_publishable,
    masked,
    matcher,
    shapes_in,
)
from shipsmith_controls.facts.code import Fact

_ASSIGNED = matcher(
    r"(?i)([\w.-]*(?:key|token|secret))[\"'\]]{0,2}[ \t]*(?::[ \t]*[\w|\[\] .]{1,40})?"
    r"(?:=|:=|:|=>)[ \t]*(?:[\"'`]([^\"'`\s]{20,500})[\"'`]"
    r"|([^\s\"'`,;#]{20,500})[ \t\r]*(?:#[^\n]*)?(?:\n|$))"
)
_NAMES = matcher(r"(?i)(?:key|token|secret)[\"'\]]{0,2}[ \t]*[:=]")
_PRIVATE_KEY = matcher(
    r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----"
    r"(?:\s|\\n|\\r|[\"'+,])*[A-Za-z0-9+/]{32}"
)
_SIGNATURE = matcher(r"(?:[?&;]|&amp;)sig=([A-Za-z0-9%+/=_-]{40,100})")
_EXPIRY = re.compile(rb"(?:[?&;])s(?:k)?e=(\d{4}-\d\d-\d\d)")
_JWT = re.compile(rb"eyJ[\w-]{10,}\.eyJ([\w-]{10,})\.")
_CODE = re.compile(rb"[(){}\[\]<>$]|::|\\u[0-9a-f]{4}")
_UNQUOTED_CODE = re.compile(rb"[\w]+\.[A-Za-z_]|[;|&]|->")
_DIGIT = re.compile(rb"\d")
_MAX_FINDINGS = 200


class Secret(Fact, frozen=True):
    """A secret in a file. `vendor` and `name` (what it is assigned to) are "" when unknown.

    Kinds: `vendor` a vendor's key shape, `generic` a random literal assigned to a name that ends in
    key, token or secret, `private-key` a private key block, `sas` an Azure signed URL, whose
    `expires` is the date it tells (ISO, "" without one). `sure` is False where a bare run of
    characters became a finding only by a word beside it. `masked` holds the first characters.
    """

    line: int
    kind: Literal["vendor", "generic", "private-key", "sas"]
    vendor: str
    masked: str
    name: str = ""
    expires: str = ""
    sure: bool = True


def find(source: bytes) -> tuple[Secret, ...]:
    """The secrets of a file in order of lines; never raises, linear in the size of the file.

    Left out: placeholders, repeated or counting characters, publishable keys, references such as
    `${VAR}` and `{{ name }}`, values that are themselves names. Lock files and vendored folders are
    the caller's to leave out.
    """
    spans: list[tuple[int, int]] = []
    found: list[tuple[int, Secret]] = []
    for start, end, secret in _all(source):
        if any(start < other_end and other_start < end for other_start, other_end in spans):
            continue
        spans.append((start, end))
        found.append((start, secret))
        if len(found) >= _MAX_FINDINGS:
            break
    return tuple(_numbered(source, found))


def hide(source: bytes) -> bytes:
    """The source with each secret cut to its first characters; every line stays where it was."""
    pieces: list[bytes] = []
    last = 0
    for start, end, one in sorted(_all(source), key=lambda found: found[:2]):
        if end <= last:
            continue
        broken = b"\n" * source.count(b"\n", max(start, last), end)
        pieces += [source[last:start], one.masked.encode() if start >= last else b"", broken]
        last = end
    return b"".join([*pieces, source[last:]])


def _numbered(source: bytes, found: list[tuple[int, Secret]]) -> Iterator[Secret]:
    line, counted = 1, 0
    for start, one in sorted(found, key=lambda pair: pair[0]):
        line += source.count(b"\n", counted, start)
        counted = start
        yield Secret(line, one.kind, one.vendor, one.masked, one.name, one.expires, one.sure)


def _all(source: bytes) -> Iterator[tuple[int, int, Secret]]:
    yield from _private_keys(source)
    yield from _vendor_keys(source)
    yield from _signatures(source)
    if _NAMES.search(source):
        yield from _generic(source)


def _private_keys(source: bytes) -> Iterator[tuple[int, int, Secret]]:
    if b"PRIVATE KEY" in source:
        for match in _PRIVATE_KEY.finditer(source):
            yield match.start(), match.end(), Secret(0, "private-key", "", "-----BEGIN…")


def _vendor_keys(source: bytes) -> Iterator[tuple[int, int, Secret]]:
    for shape in shapes_in(source):
        if shape.context is not None:
            yield from _by_context(source, shape)
            continue
        for match in shape.pattern.finditer(source):
            value = match.group(1)
            if entropy(value) >= shape.entropy and not is_placeholder(shape.rest(value)):
                yield match.start(1), match.end(1), Secret(0, "vendor", shape.vendor, masked(value, 6))


def _by_context(source: bytes, shape: Shape) -> Iterator[tuple[int, int, Secret]]:
    """Keys without a shape of their own, on lines that name the vendor before them."""
    context: Any = shape.context
    for word in context.finditer(source):
        end = source.find(b"\n", word.end())
        end = min(len(source) if end < 0 else end, word.end() + 200)
        match = shape.pattern.search(source[word.end() : end])
        if match is None:
            continue
        value = match.group(1)
        mixed = any(char in b"0123456789" for char in value) and not is_plain_name(value)
        if entropy(value) >= shape.entropy and mixed and not is_placeholder(value):
            start = word.end() + match.start(1)
            secret = Secret(0, "vendor", shape.vendor, masked(value, 3), sure=False)
            yield start, start + len(value), secret


def _signatures(source: bytes) -> Iterator[tuple[int, int, Secret]]:
    if b"sig=" not in source:
        return
    for match in _SIGNATURE.finditer(source):
        around = source[max(0, match.start() - 600) : match.end() + 600]
        before, after = around[: match.start() - max(0, match.start() - 600)], around
        url = re.split(rb"[\s\"'<>`]", before)[-1] + re.split(rb"[\s\"'<>`]", after[len(before) :])[0]
        if b"sv=" not in url and b"se=" not in url:
            continue
        dates = _EXPIRY.findall(url)
        value = match.group(1)
        if not is_placeholder(value) and entropy(value) >= 3.5:
            expires = max(dates).decode() if dates else ""
            yield match.start(1), match.end(1), Secret(0, "sas", "Azure", masked(value, 3), "", expires)


def _generic(source: bytes) -> Iterator[tuple[int, int, Secret]]:
    for match in _ASSIGNED.finditer(source):
        quoted = match.group(2) is not None
        group = 2 if quoted else 3
        name, value = match.group(1), match.group(group)
        if (
            _CODE.search(value)
            or is_publishable(name, value)
            or is_placeholder(value)
            or is_plain_name(value)
            or name.lower() == b"key"
            or not _DIGIT.search(value)
            or not value.isascii()
        ):
            continue
        if not quoted and _UNQUOTED_CODE.search(value):
            continue
        claims = _JWT.match(value)
        if claims is not None and not _is_service_token(claims.group(1)):
            continue
        if entropy(value) >= 3.5:
            label = name.decode("utf-8", "replace").strip(".-")
            yield match.start(group), match.end(group), Secret(0, "generic", "", masked(value, 3), label)


def _is_service_token(claims: bytes) -> bool:
    """Whether a JWT's claims are not those of an anonymous, public role."""
    padded = claims + b"=" * (-len(claims) % 4)
    return b'"anon"' not in base64.urlsafe_b64decode(padded[: len(padded) // 4 * 4])
