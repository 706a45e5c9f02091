"""What documents say on who is called, who decides and what is allowed: readings of passages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from shipsmith_controls.facts.document import Document
from shipsmith_controls.knowledge import load
from shipsmith_controls.links.files.documents import Passage
from shipsmith_controls.links.tree import family, lines_of
from shipsmith_controls.queries import Database

AI_WORD = re.compile(
    r"\b(?:AI|GenAI|LLMs?|models?|prompts?|GPT|ChatGPT|assistants?|agents?|generative|chatbots?)\b", re.I
)
_CONTACT = re.compile(
    r"(?<![\w@/.])@[A-Za-z\d][\w-]*(?:/[\w.-]+)?"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.])\+?\d[\d ()./-]{7,}\d(?![\w.])"
    r"|https?://[^\s)\"'>]*(?:pagerduty|opsgenie|slack\.com|teams\.microsoft|incident\.io|victorops|"
    r"betterstack|zoom\.us|discord\.(?:gg|com)|meet\.google)[^\s)\"'>]*"
    r"|(?<![\w&#])#[a-z][\w-]{2,}(?![\w])"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d[./]\d\d[./]\d{2,4}")
_ORDER = re.compile(
    r"\b(?:level|tier|step|stage)\s*\d|\bL[1-4]\b|\b(?:primary|secondary|first|second|third|then|next|after"
    r"|otherwise|unless|escalates? to|if (?:no|nobody|there is no))\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*\d+[.)]\s")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_NEAR = 90


def contacts(text: str) -> frozenset[str]:
    """The people and channels that a text names: handles, addresses, phones, pager and chat links."""
    found = (match.group() for match in _CONTACT.finditer(text))
    return frozenset(each for each in found if not _DATE.fullmatch(each))


def has_order(db: Database, passage: Passage) -> bool:
    """Whether a passage puts what it names in an order: levels, numbers, then and after."""
    if _ORDER.search(passage.prose):
        return True
    lines = lines_of(db, passage.path)
    numbered = [line for line in lines[passage.line - 1 : passage.end_line] if _NUMBERED.match(line)]
    return len(numbered) > 1


@cache
def _provider_words() -> str:
    known = load()
    names = {kind.provider for sdk in known.sdks for kind in sdk.types}
    names |= {host.provider for host in known.tables.host}
    names |= {"openai", "anthropic", "bedrock", "gemini", "claude", "vertex ai"}
    return "|".join(re.escape(name) for name in sorted(names - {"", "github"}))


@cache
def _provider_route() -> re.Pattern[str]:
    routes = r"\b(?:support|status|account manager|TAM)\b"
    names = rf"\b(?:{_provider_words()})\b"
    return re.compile(
        rf"{names}[^\n;]{{0,{_NEAR}}}?{routes}|{routes}[^\n;]{{0,{_NEAR}}}?{names}", re.IGNORECASE
    )


def provider_route(text: str) -> bool:
    """Whether a text tells how to reach a model provider: its support, status page, account manager."""
    return bool(_provider_route().search(text))


def statements(db: Database, passage: Passage) -> Iterator[str]:
    """Every sentence and row of a passage, each with the heading above it (not the document's title)."""
    document = family(db, "document", passage.path)
    if not isinstance(document, Document):
        return
    top = next((s.line for s in document.sections if s.level), 0)
    for section in document.sections:
        if passage.line <= section.line <= passage.end_line:
            heading = f"{section.title}: " if section.level and section.line != top else ""
            prose = section.text
            for cell in (cell for row in section.rows for cell in row if cell):
                prose = prose.replace(cell, ". ", 1)
            for said in (*(" | ".join(row) for row in section.rows), *_SENTENCE.split(prose)):
                if re.search(r"\w", said):
                    yield heading + said
