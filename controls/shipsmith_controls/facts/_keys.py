"""What makes a run of characters a key: vendor shapes, entropy, and what rules it out."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

import ahocorasick_rs
import msgspec
import re2

_PLACEHOLDERS = {
    "your", "yours", "example", "examples", "placeholder", "dummy", "fake", "sample", "changeme",
    "change", "replace", "insert", "here", "test", "tests", "testing", "mock", "todo", "redacted",
    "xxx", "xxxx", "foo", "bar", "baz", "demo", "invalid", "notreal", "none", "null", "default",
    "secret", "key", "token", "apikey", "my", "some", "put", "enter", "paste", "goes", "value",
    "abc", "abcdef", "unused", "nokeyneeded", "stub", "local", "development", "password",
}  # fmt: skip
_SHOWN_NAMES = {"public", "publishable", "anon", "posthog", "algolia"}
_MADE_UP = {"fake", "dummy", "mock", "placeholder", "example"}
_IDLE_NAMES = {
    "site", "website", "sitekey", "measurement", "cache", "primary", "foreign", "sort", "partition",
    "storage", "object", "query", "lookup", "redis", "i", "translation", "message", "index",
    "idempotency",
    "hash", "checksum", "next", "page", "continuation", "pagination", "cursor", "stop", "eos",
    "bos", "pad", "special", "label", "config", "dict", "map", "locale", "integrity", "issuekey",
    "input", "output", "prompt", "completion",
}  # fmt: skip
_PUBLIC_VALUES = (
    b"pk_",
    b"pk-",
    b"phc_",
    b"pk.",
    b"https:",
    b"http:",
    b"/",
    b"sha256",
    b"sha512",
    b"arn:",
    b"ssh-",
)
_COUNTING = (b"12345678", b"abcdefgh", b"01234567", b"87654321", b"abcd1234", b"deadbeef", b"qwerty")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_NAME = re.compile(
    rb"[A-Z0-9_]+\Z|[A-Za-z_]+\Z|[A-Za-z]+(?:[-_./:@][A-Za-z]+)*[-_./:]?\Z|[a-z]+(?:[-_./:][a-z0-9]{1,12}){2,}\Z"
)
_REPEATED = re.compile(rb"(.)\1{5}", re.DOTALL)
_TAIL = rb"EXAMPLE"


class Shape(NamedTuple):
    """A vendor's key as patterns over bytes."""

    vendor: str
    pattern: Any
    entropy: float
    context: Any | None
    keywords: tuple[bytes, ...]

    def rest(self, value: bytes) -> bytes:
        """The value without the words that every key of the shape has."""
        for word in self.keywords:
            value = value.replace(word, b"", 1)
        return value


class _ShapeTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    vendor: str
    keywords: tuple[str, ...]
    pattern: str
    entropy: float
    source: str
    context: str = ""


def matcher(pattern: str) -> Any:  # re2 has no types
    """A linear-time matcher over bytes of any encoding."""
    options = re2.Options()
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(pattern.encode(), options)


class _Shapes(NamedTuple):
    finder: ahocorasick_rs.BytesAhoCorasick
    owners: tuple[int, ...]
    """For each keyword of the finder the index of its shape."""
    shapes: tuple[Shape, ...]


@lru_cache(maxsize=1)
def _known() -> _Shapes:
    """The vendor shapes of `knowledge/key_shapes.toml`, with one finder for all their keywords."""
    text = resources.files("shipsmith_controls.knowledge").joinpath("key_shapes.toml").read_text("utf-8")
    tables = msgspec.convert(tomllib.loads(text)["shape"], tuple[_ShapeTable, ...])
    pairs = [(word.encode(), at) for at, table in enumerate(tables) for word in table.keywords]
    found = tuple(
        Shape(
            table.vendor,
            matcher(
                rf"(?:^|[^\w-]|\\n)({table.pattern})" if not table.context else rf"\b({table.pattern})"
            ),
            table.entropy,
            matcher(table.context) if table.context else None,
            tuple(word.encode() for word in table.keywords),
        )
        for table in tables
    )
    finder = ahocorasick_rs.BytesAhoCorasick([word for word, _ in pairs])
    return _Shapes(finder, tuple(at for _, at in pairs), found)


def shapes_in(source: bytes) -> list[Shape]:
    """The shapes of which a keyword stands in the source, found in one pass over it."""
    known = _known()
    hits = known.finder.find_matches_as_indexes(source, overlapping=True)
    return [known.shapes[at] for at in sorted({known.owners[hit[0]] for hit in hits})]


def entropy(value: bytes) -> float:
    """Shannon entropy in bits a character."""
    size = len(value)
    return (
        -sum(count / size * math.log2(count / size) for count in Counter(value).values()) if size else 0.0
    )


def is_placeholder(value: bytes) -> bool:
    """Whether a value stands for a key: placeholder words, repeated or counting characters."""
    low = value.lower()
    if value.endswith(_TAIL) or _REPEATED.search(low) or any(run in low for run in _COUNTING):
        return True
    words = {word.decode().strip("0123456789") for word in re.split(rb"[^a-z0-9]+", low)}
    return bool(words & _PLACEHOLDERS)


def is_plain_name(value: bytes) -> bool:
    """Whether a value is itself a name: `OPENAI_API_KEY`, `settings.token.title`, `model-router-v2`."""
    return _NAME.match(value) is not None


def is_publishable(name: bytes, value: bytes) -> bool:
    """Whether name or value says that the key is meant to be seen, or is no credential at all."""
    if value.startswith(_PUBLIC_VALUES):
        return True
    tokens = {part.lower() for part in _CAMEL.findall(name.decode("ascii", "replace"))}
    if tokens & _MADE_UP:
        return True
    return bool(tokens & (_SHOWN_NAMES if "secret" in tokens else _SHOWN_NAMES | _IDLE_NAMES))


def masked(value: bytes, keep: int) -> str:
    """The first characters of a value and an ellipsis."""
    return value[:keep].decode("ascii", "replace") + "…"
