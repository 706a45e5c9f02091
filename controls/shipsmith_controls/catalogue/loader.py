"""Reading the catalogue: strict, and every mistake names file, control, key and the nearest word."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from importlib import resources
from typing import Any, Literal

import msgspec

from shipsmith_controls.catalogue import traits
from shipsmith_controls.scorecard import DIMENSIONS, Severity

_PACKAGE = "shipsmith_controls.catalogue"
_ID = re.compile(r"([A-Z]{3,8})-[0-9]{2,3}")
TITLE_WIDTH = 60
"""Most characters of a title: the list of controls shows it in one line."""

SNIPPET_KEYS: tuple[str, ...] = (
    "openai-python", "openai-js", "anthropic-python", "anthropic-js", "google-genai-python",
    "google-genai-js", "bedrock-python", "bedrock-js", "litellm", "langchain-python", "langchain-js",
    "langgraph-python", "ai-sdk", "openai-agents-python", "openai-agents-js", "pydantic-ai",
    "llama-index", "ollama-python", "ollama-js", "mistral-python", "mistral-js", "cohere-python",
    "groq-python", "together-python", "huggingface-python", "instructor", "dspy", "haystack",
    "semantic-kernel", "autogen", "crewai", "smolagents", "http-python", "http-js",
    "python", "typescript", "terraform", "github-actions", "markdown",
)  # fmt: skip
"""Keys of fix snippets: the SDK at the line of a finding, or the language when no SDK matters."""


class CatalogueError(ValueError):
    """A mistake in a catalogue file, as a sentence that names the file, the control and the key."""


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One control: its words, and its `check` table as it stands in the file.

    `applies` is an expression over traits, kept as written; `applies_note` says when the control is
    not applicable. `snippets` holds code by SDK or language key. `check` is None until it is written.
    `attestable` is what an attestation makes of a gap: done, not applicable, or "" for nothing.
    """

    id: str
    dimension: str
    title: str
    question: str
    severity: Severity
    applies: str
    applies_note: str = ""
    why: str = ""
    looks_for: str = ""
    fix: str = ""
    refs: tuple[str, ...] = ()
    snippets: dict[str, str] = {}
    check: dict[str, Any] | None = None
    attestable: Literal["", "done", "not_applicable"] = ""

    def applies_to(self, tree_traits: frozenset[str]) -> bool:
        """Whether a tree with these traits is judged by this control."""
        return traits.parse(self.applies).holds(tree_traits)


ATTESTABLE = ("", "done", "not_applicable")
_FIELDS = tuple(name for name in Control.__struct_fields__ if name != "dimension")
_REQUIRED = ("id", "title", "question", "severity", "applies")
_TEXTS = ("id", "title", "question", "severity", "applies", "applies_note", "why", "looks_for", "fix")


class Catalogue(msgspec.Struct, frozen=True, dict=True):
    """All controls, dimension by dimension in the order in which they are shown."""

    controls: tuple[Control, ...]

    @cached_property
    def _by_id(self) -> dict[str, Control]:
        return {control.id: control for control in self.controls}

    def get(self, control_id: str) -> Control | None:
        """The control of this id, None when there is none."""
        return self._by_id.get(control_id)


@cache
def load() -> Catalogue:
    """The catalogue that ships with this package.

    Raises:
        CatalogueError: one of its files holds a mistake.
    """
    controls: list[Control] = []
    for dimension in DIMENSIONS:
        file = f"{dimension.lower()}.toml"
        text = resources.files(_PACKAGE).joinpath(file).read_text("utf-8")
        read = load_text(text, file)
        strange = next((c for c in read if c.dimension != dimension), None)
        if strange is not None:
            raise CatalogueError(
                f"{file}: dimension: this file holds {dimension}, not {strange.dimension}"
            )
        controls += read
    return Catalogue(tuple(controls))


def load_text(text: str, file: str) -> tuple[Control, ...]:
    """The controls of one catalogue file. `file` only names it in errors.

    Raises:
        CatalogueError: not TOML, or a control with a mistake.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise CatalogueError(f"{file}: not readable as TOML: {error}") from None
    for key in document:
        if key not in ("dimension", "control"):
            raise CatalogueError(f"{file}: {unknown(key, ('dimension', 'control'), 'key')}")
    dimension = document.get("dimension")
    if not isinstance(dimension, str) or dimension not in DIMENSIONS:
        raise CatalogueError(f"{file}: dimension: {unknown(dimension, DIMENSIONS, 'dimension')}")
    tables = document.get("control", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CatalogueError(f"{file}: control: each control begins with a line [[control]]")
    controls: dict[str, Control] = {}
    for number, table in enumerate(tables, 1):
        control = control_of(table, dimension, file, number)
        if control.id in controls:
            raise CatalogueError(f"{file}: {control.id}: id: stands twice; give each control its own")
        controls[control.id] = control
    return tuple(controls.values())


def control_of(table: dict[str, Any], dimension: str, file: str, number: int) -> Control:
    """One control from its table, the `number`th of its file.

    Raises:
        CatalogueError: a mistake; the sentence names file, control and key.
    """
    given = table.get("id")
    where = f"{file}: {given if isinstance(given, str) and given else f'control number {number}'}"
    mistake = next(_mistakes(table, dimension), None)
    if mistake is not None:
        raise CatalogueError(f"{where}: {mistake}")
    words = {key: value.strip() if isinstance(value, str) else value for key, value in table.items()}
    snippets = {key: code.strip("\n") for key, code in table.get("snippets", {}).items()}
    try:
        return msgspec.convert({**words, "snippets": snippets, "dimension": dimension}, Control)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{where}: {error}") from None


def _mistakes(table: dict[str, Any], dimension: str) -> Iterator[str]:
    """What is wrong with the table of a control, each as `key: sentence`."""
    for key in table:
        if key not in _FIELDS:
            yield f"{key}: {unknown(key, _FIELDS, 'key')}"
    for key in _REQUIRED:
        if key not in table:
            yield f"{key}: is lacking"
    for key in _TEXTS:
        if key in table and (not isinstance(table[key], str) or not table[key].strip()):
            yield f"{key}: must be text that is not empty"
    yield from _id_mistakes(table["id"], dimension)
    if len(table["title"]) > TITLE_WIDTH:
        yield f"title: has {len(table['title'])} characters; {TITLE_WIDTH} is the most"
    if table["severity"] not in list(Severity):
        yield f"severity: {unknown(table['severity'], Severity, 'severity')}"
    if table.get("attestable", "") not in ATTESTABLE:
        yield f"attestable: {unknown(table['attestable'], ATTESTABLE, 'outcome')}"
    try:
        traits.parse(table["applies"])
    except traits.TraitError as error:
        yield f"applies: {error}"
    refs = table.get("refs", [])
    if not isinstance(refs, list) or not all(isinstance(ref, str) and ref.strip() for ref in refs):
        yield "refs: must be a list of texts that are not empty"
    yield from _snippet_mistakes(table.get("snippets", {}))


def _id_mistakes(control_id: str, dimension: str) -> Iterator[str]:
    match = _ID.fullmatch(control_id)
    if match is None:
        yield f"id: '{control_id}' is no control id; write it like {dimension}-01"
    elif match[1] in DIMENSIONS and match[1] != dimension:
        yield f"id: '{control_id}' does not belong to the dimension {dimension} of this file"


def _snippet_mistakes(snippets: object) -> Iterator[str]:
    if not isinstance(snippets, dict):
        yield "snippets: must be a table of code by SDK key"
        return
    for key, code in snippets.items():
        if key not in SNIPPET_KEYS:
            yield f"snippets.{key}: {unknown(key, SNIPPET_KEYS, 'snippet key')}"
        elif not isinstance(code, str) or not code.strip():
            yield f"snippets.{key}: must be text that is not empty"


def unknown(word: object, known: Iterable[str], what: str) -> str:
    """`'hgih' is no severity; the nearest is 'high'`; without a near word, all are listed."""
    known = [str(k) for k in known]
    close = difflib.get_close_matches(str(word), known, n=1, cutoff=0.4)
    hint = f"the nearest is '{close[0]}'" if close else f"known are {', '.join(known)}"
    return f"{'nothing' if word is None else repr(word)} is no {what}; {hint}"
