"""The catalogue is whole, its words are there, and a mistake in it is told as a sentence."""

from __future__ import annotations

import ast
import textwrap
from collections import Counter

import pytest
from shipsmith_controls.catalogue import SNIPPET_KEYS, CatalogueError, Control, load, load_text
from shipsmith_controls.scorecard import DIMENSIONS, Severity

SEVERITIES = {
    "DAT": "cchhhhhhhmmmml",
    "MOD": "cchhhhhmmmmmmml",
    "EVA": "cchhhhhhhmmmmmm",
    "OBS": "chhhhhhhmmmmml",
    "RES": "cchhhhhhhhmmmm",
    "SEC": "ccchhhhhhhhmmmm",
    "COS": "hhhhhmmml",
    "ADO": "hhhhhmmml",
    "GOV": "hhhhhhmmml",
}
"""The severity of each control in order: critical, high, medium, low."""

LETTERS = {
    "c": Severity.CRITICAL,
    "h": Severity.HIGH,
    "m": Severity.MEDIUM,
    "l": Severity.LOW,
}

OTHER_LANGUAGES = ("ai-sdk", "typescript", "terraform", "github-actions", "markdown")
MOST_SNIPPET_LINES = 6

SNIPPETS = [(c.id, key, code) for c in load().controls for key, code in c.snippets.items()]
PYTHON_SNIPPETS = [s for s in SNIPPETS if s[1] not in OTHER_LANGUAGES and not s[1].endswith("-js")]

SMALL = """
dimension = "RES"

[[control]]
id = "RES-01"
title = "Every LLM call has an explicit timeout"
question = "Has somebody decided how long each call may take?"
severity = "critical"
applies = "llm"
"""


def test_holds_115_controls() -> None:
    assert len(load().controls) == 115


def test_counts_of_each_dimension() -> None:
    assert Counter(c.dimension for c in load().controls) == {
        "DAT": 14, "MOD": 15, "EVA": 15, "OBS": 14, "RES": 14, "SEC": 15, "COS": 9, "ADO": 9, "GOV": 10,
    }  # fmt: skip


def test_ids_are_gapless_in_the_order_of_the_dimensions() -> None:
    expected = [
        f"{key}-{number:02}" for key in DIMENSIONS for number in range(1, len(SEVERITIES[key]) + 1)
    ]
    assert [c.id for c in load().controls] == expected


def test_severities_are_those_of_the_specification() -> None:
    severities = {key: [c.severity for c in load().controls if c.dimension == key] for key in DIMENSIONS}
    assert severities == {key: [LETTERS[x] for x in word] for key, word in SEVERITIES.items()}


@pytest.mark.parametrize("control", load().controls, ids=lambda c: c.id)
def test_every_control_has_all_its_words(control: Control) -> None:
    for words in (control.applies_note, control.why, control.looks_for, control.fix):
        assert words.endswith(".")
    assert control.question.endswith("?")
    assert len(control.title) <= 60
    assert control.refs
    assert len(set(control.refs)) == len(control.refs)


def test_titles_and_questions_are_never_said_twice() -> None:
    assert len({c.title for c in load().controls}) == 115
    assert len({c.question for c in load().controls}) == 115


def test_a_control_is_found_by_its_id() -> None:
    control = load().get("RES-03")
    assert control is not None
    assert control.title == "Transient errors are retried with bounded backoff"
    assert load().get("RES-99") is None


def test_a_control_applies_by_the_traits_of_the_tree() -> None:
    control = load().get("COS-05")
    assert control is not None
    assert control.applies_to(frozenset({"llm", "agent"}))
    assert not control.applies_to(frozenset({"llm", "service"}))


@pytest.mark.parametrize(
    "control_id",
    ["RES-01", "RES-02", "RES-03", "RES-04", "COS-01", "OBS-01", "OBS-04", "MOD-06"],
)
def test_line_level_fixes_speak_the_common_sdks(control_id: str) -> None:
    control = load().get(control_id)
    assert control is not None
    assert set(control.snippets) >= {
        "openai-python", "openai-js", "anthropic-python", "anthropic-js", "google-genai-python",
        "bedrock-python", "litellm", "langchain-python", "ai-sdk", "openai-agents-python",
        "http-python", "http-js",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("control_id", "key", "code"), SNIPPETS, ids=[f"{s[0]}-{s[1]}" for s in SNIPPETS]
)
def test_snippets_are_short_and_for_known_sdks(control_id: str, key: str, code: str) -> None:
    assert key in SNIPPET_KEYS
    assert 1 <= len(code.splitlines()) <= MOST_SNIPPET_LINES
    assert code == code.strip("\n")


@pytest.mark.parametrize(
    ("control_id", "key", "code"),
    PYTHON_SNIPPETS,
    ids=[f"{s[0]}-{s[1]}" for s in PYTHON_SNIPPETS],
)
def test_python_snippets_are_python(control_id: str, key: str, code: str) -> None:
    ast.parse(textwrap.dedent(code))


def test_a_check_is_passed_through_untouched() -> None:
    check = '\n[control.check]\nevery = "llm call"\nhas = "timeout"\nwhere = ["remote"]\n'
    (control,) = load_text(SMALL + check, "res.toml")
    assert control.check == {"every": "llm call", "has": "timeout", "where": ["remote"]}


def test_without_a_check_there_is_none() -> None:
    (control,) = load_text(SMALL, "res.toml")
    assert control.check is None
    assert control.severity is Severity.CRITICAL


def test_a_team_may_have_controls_of_its_own() -> None:
    (control,) = load_text(SMALL.replace("RES-01", "ACME-01"), ".shipsmith/controls/acme.toml")
    assert (control.id, control.dimension) == ("ACME-01", "RES")


MISTAKES = {
    "no TOML": ('title = "', "title = ", "res.toml: not readable as TOML: "),
    "an unknown dimension": (
        '"RES"\n',
        '"REZ"\n',
        "res.toml: dimension: 'REZ' is no dimension; the nearest is 'RES'",
    ),
    "no dimension": (
        'dimension = "RES"',
        "",
        "res.toml: dimension: nothing is no dimension; known are DAT, MOD,",
    ),
    "an unknown table": (
        "[[control]]",
        "[[controls]]",
        "res.toml: 'controls' is no key; the nearest is 'control'",
    ),
    "a single table": (
        "[[control]]",
        "[control]",
        "res.toml: control: each control begins with a line [[control]]",
    ),
    "an unknown key": (
        "question =",
        "qestion =",
        "res.toml: RES-01: qestion: 'qestion' is no key; the nearest is 'question'",
    ),
    "a key that is lacking": ('applies = "llm"', "", "res.toml: RES-01: applies: is lacking"),
    "a control without id": ('id = "RES-01"', "", "res.toml: control number 1: id: is lacking"),
    "an empty text": (
        "Every LLM call has an explicit timeout",
        " ",
        "res.toml: RES-01: title: must be text that is not empty",
    ),
    "a long title": (
        "Every LLM call",
        "Every single production LLM and side call over a network",
        "res.toml: RES-01: title: has 80 characters; 60 is the most",
    ),
    "an id that is none": (
        "RES-01",
        "RES1",
        "res.toml: RES1: id: 'RES1' is no control id; write it like RES-01",
    ),
    "an id of another dimension": (
        "RES-01",
        "OBS-01",
        "res.toml: OBS-01: id: 'OBS-01' does not belong to the dimension RES of this file",
    ),
    "an unknown severity": (
        '"critical"',
        '"critcal"',
        "res.toml: RES-01: severity: 'critcal' is no severity; the nearest is 'critical'",
    ),
    "an unknown trait": (
        '"llm"',
        '"llm & servce"',
        "res.toml: RES-01: applies: 'servce' is no trait; the nearest is 'service'",
    ),
    "traits that are not joined": (
        '"llm"',
        '"llm service"',
        "res.toml: RES-01: applies: 'service' is not expected here; join traits with & or |",
    ),
    "an open bracket": ('"llm"', '"llm & (ui"', "res.toml: RES-01: applies: a closing ) is lacking"),
    "refs that are no list": (
        'applies = "llm"',
        'applies = "llm"\nrefs = "OWASP LLM10"',
        "res.toml: RES-01: refs: must be a list of texts that are not empty",
    ),
    "an unknown snippet key": (
        'applies = "llm"',
        'applies = "llm"\nsnippets = { opnai-python = "x" }',
        "res.toml: RES-01: snippets.opnai-python: 'opnai-python' is no snippet key;"
        " the nearest is 'openai-python'",
    ),
    "an empty snippet": (
        'applies = "llm"',
        'applies = "llm"\nsnippets = { litellm = "" }',
        "res.toml: RES-01: snippets.litellm: must be text that is not empty",
    ),
    "snippets that are no table": (
        'applies = "llm"',
        'applies = "llm"\nsnippets = "x"',
        "res.toml: RES-01: snippets: must be a table of code by SDK key",
    ),
    "a check that is no table": (
        'applies = "llm"',
        'applies = "llm"\ncheck = "ask"',
        "res.toml: RES-01: Expected `object | null`, got `str` - at `$.check`",
    ),
}


@pytest.mark.parametrize(("right", "wrong", "sentence"), list(MISTAKES.values()), ids=list(MISTAKES))
def test_a_mistake_names_file_control_key_and_nearest_word(right: str, wrong: str, sentence: str) -> None:
    assert right in SMALL
    with pytest.raises(CatalogueError) as caught:
        load_text(SMALL.replace(right, wrong, 1), "res.toml")
    assert str(caught.value).startswith(sentence)


def test_an_id_stands_once() -> None:
    twice = SMALL + SMALL.replace('dimension = "RES"', "")
    with pytest.raises(CatalogueError, match=r"res\.toml: RES-01: id: stands twice"):
        load_text(twice, "res.toml")
