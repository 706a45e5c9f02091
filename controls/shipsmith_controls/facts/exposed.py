"""Environment variables that a build writes into the bundle a browser loads, where code reads them."""

from __future__ import annotations

import re

from shipsmith_controls.facts.code import Fact

_PREFIXES = (b"PUBLIC_", b"VITE_", b"REACT_APP_")
_NAME = rb"(?:NEXT_PUBLIC|NUXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC|GATSBY|PUBLIC)_[A-Z0-9_]+"
_READ = re.compile(rb"""\benv\??\.?(?:\.|\[\s*["'])(""" + _NAME + rb""")\b""")
_IMPORTED = re.compile(rb"""import\s*\{([^}]{1,2000})\}\s*from\s*["']\$env/static/public["']""")
_COMMENT = (b"//", b"*", b"/*", b"#", b"<!--")


class PublicRead(Fact, frozen=True):
    """A read of a variable whose prefix makes the bundler copy its value into client code."""

    name: str
    line: int


def extract(source: bytes) -> tuple[PublicRead, ...]:
    """The reads of public variables in a source file, in file order; comment lines are left out."""
    if not any(prefix in source for prefix in _PREFIXES):
        return ()
    spans = [(m.start(1), m.group(1)) for m in _READ.finditer(source)]
    for clause in _IMPORTED.finditer(source):
        spans += [(clause.start(1) + m.start(), m.group()) for m in re.finditer(_NAME, clause.group(1))]
    found: list[PublicRead] = []
    line, counted = 1, 0
    for start, name in sorted(spans):
        line += source.count(b"\n", counted, start)
        counted = start
        begin = source.rfind(b"\n", 0, start) + 1
        if not source[begin:start].lstrip().startswith(_COMMENT):
            found.append(PublicRead(name.decode(), line))
    return tuple(dict.fromkeys(found))
