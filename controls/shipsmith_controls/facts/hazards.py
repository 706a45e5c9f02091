"""Risky words in a source or template file: which are there at all, so that few files need parsing.

Markup has no facts of its own, so a place where it puts in raw HTML is kept with its expression.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath
from typing import Literal

from ahocorasick_rs import BytesAhoCorasick

from shipsmith_controls.facts.code import Fact
from shipsmith_controls.facts.skim import language_of

HazardKind = Literal["html", "markup", "load", "run", "policy"]
"""`html`: raw HTML in code; `markup`: raw HTML in a template; `load`: a load that may run code that
came with the file; `run`: text that is run as code; `policy`: SQL in code that sets row-level rights."""

_WORDS: dict[bytes, HazardKind] = {
    b"dangerouslySetInnerHTML": "html",
    b"innerHTML": "html",
    b"outerHTML": "html",
    b"insertAdjacentHTML": "html",
    b"rehype-raw": "html",
    b"rehypeRaw": "html",
    b"allowDangerousHtml": "html",
    b"unsafe_allow_html": "html",
    b"mark_safe": "html",
    b"Markup": "html",
    b"v-html": "markup",
    b"{@html": "markup",
    b"safe": "markup",
    b"trust_remote_code": "load",
    b"allow_dangerous_deserialization": "load",
    b"pickle": "load",
    b"joblib": "load",
    b"dill": "load",
    b"torch.load": "load",
    b"eval(": "run",
    b"exec(": "run",
    b"compile(": "run",
    b"new Function": "run",
    b"runIn": "run",
    b"vm.": "run",
    b"create policy": "policy",
    b"CREATE POLICY": "policy",
    b"Create Policy": "policy",
}
_RUNS = {
    "python": re.compile(rb"(?<![.\w])(?:eval|exec|compile)\("),
    "script": re.compile(rb"(?<![.\w])eval\(|new\s+Function\b|\brunIn\w*Context\b|\bvm\d?\.\w"),
}
_TEMPLATES = frozenset({".html", ".htm", ".jinja", ".jinja2", ".j2", ".vue", ".svelte"})
_MARKUP = re.compile(
    rb"""v-html\s*=\s*(?:"([^"]{1,300})"|'([^']{1,300})')|\{@html\s+([^}]{1,300})\}"""
    rb"""|\{\{-?\s*([^{}]{1,300}?)\|\s*safe\s*-?\}\}"""
)


class Hazard(Fact, frozen=True):
    """A kind of risky word that a file holds; for `markup` each place with the expression put in."""

    kind: HazardKind
    line: int = 0
    text: str = ""


@cache
def _searcher() -> BytesAhoCorasick:
    return BytesAhoCorasick(list(_WORDS))


def extract(source: bytes, path: str) -> tuple[Hazard, ...]:
    """The risky words of a source or template file; nothing for any other file."""
    language = language_of(path)
    template = PurePosixPath(path).suffix.lower() in _TEMPLATES
    if language is None and not template:
        return ()
    kinds = list(_WORDS.values())
    found = {kinds[at] for at, _, _ in _searcher().find_matches_as_indexes(source)}
    hazards: list[Hazard] = []
    if "html" in found and language is not None:
        hazards.append(Hazard("html"))
    if "load" in found and language == "python":
        hazards.append(Hazard("load"))
    if "run" in found and language is not None:
        pattern = _RUNS["python" if language == "python" else "script"]
        hazards += [Hazard("run")] if pattern.search(source) else []
    if "policy" in found and language is not None:
        hazards.append(Hazard("policy"))
    if "markup" in found and template:
        hazards += _markup(source)
    return tuple(hazards)


def _markup(source: bytes) -> list[Hazard]:
    found: list[Hazard] = []
    for match in _MARKUP.finditer(source):
        text = next(group for group in match.groups() if group is not None)
        line = source.count(b"\n", 0, match.start()) + 1
        found.append(Hazard("markup", line, text.decode("utf-8", "replace").strip()))
    return found
