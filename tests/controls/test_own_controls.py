"""A team's own controls: the examples of the docs, mistakes that cost one control, bounded searches."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from shipsmith_controls import ledger_entries
from shipsmith_controls.facts.searches import (
    SearchError,
    check_pattern,
    check_regex,
    find_regex,
    languages,
)
from shipsmith_controls.judge import Judge
from shipsmith_controls.ledger import LedgerError, parse
from shipsmith_controls.own_controls import OwnControls, read
from shipsmith_controls.scorecard import ControlResult, Scorecard, Status
from shipsmith_controls.search_process import PatternSearch

DOCS = (Path(__file__).parent.parent.parent / "docs" / "own-controls.md").read_text()
EXAMPLES = {
    match[1]: match[0] for match in re.finditer(r"# (\.shipsmith/controls/\S+)\n.*?(?=```)", DOCS, re.S)
}
LIBRARIES, PROMPTS = ".shipsmith/controls/libraries.toml", ".shipsmith/controls/prompts.toml"
APP = (
    "from openai import OpenAI\n\nclient = OpenAI()\n\n\ndef ask(question: str) -> str:\n"
    '    return client.responses.create(model="gpt-4o", input=question).output_text\n'
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write(tmp_path, "app/llm.py", APP)
    for path, text in EXAMPLES.items():
        write(tmp_path, path, text)
    return tmp_path


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def result(card: Scorecard, control: str) -> ControlResult:
    return next(c for c in card.controls if c.id == control)


def places(card: Scorecard, control: str) -> list[str]:
    return [f"{f.path}:{f.line} {f.message}" for f in result(card, control).verdict.findings]


def own(text: str) -> OwnControls:
    return read({LIBRARIES: text.encode()})


def test_the_docs_forbid_a_library(tree: Path) -> None:
    write(tree, "app/old.py", "import os\nimport langchain\nfrom langchain.llms import A, B\n")
    write(tree, "app/said.py", "# import langchain\nname = 'import langchain'\n")
    with Judge(tree) as judge:
        card = judge.update()
        assert card.mistakes == ()
        assert places(card, "TEAM-01") == [
            "app/old.py:2 imports langchain",
            "app/old.py:3 imports langchain",
        ]
        assert ("TEAM", "House rules") in [(d.key, d.name) for d in card.dimensions]
        write(tree, "app/old.py", "import os\n")
        card = judge.update()
    assert result(card, "TEAM-01").verdict.status is Status.DONE
    assert "Looked for `import langchain" in result(card, "TEAM-01").verdict.note


def test_the_docs_demand_a_header_in_every_prompt(tree: Path) -> None:
    with Judge(tree) as judge:
        verdict = result(judge.update(), "PROMPT-01").verdict
        assert verdict.status is Status.NOT_APPLICABLE
        assert verdict.note == "There is no prompt template in prompts/."
        write(tree, "prompts/good.md", "owner: @shop\nYou are kind.\n")
        write(tree, "prompts/deep/bad.md", "the owner: @shop\n")
        card = judge.update()
    assert places(card, "PROMPT-01") == ["prompts/deep/bad.md:1 has no line `owner: @team`"]
    assert result(card, "PROMPT-01").verdict.coverage == (1, 2)
    assert result(card, "PROMPT-01").dimension == "GOV"


def test_an_edit_judges_only_that_control_and_equals_a_fresh_scan(tree: Path) -> None:
    with Judge(tree) as judge:
        before = judge.update()
        write(tree, LIBRARIES, EXAMPLES[LIBRARIES].replace('"import langchain", ', '"import openai", '))
        changed = judge.update()
        assert changed.rejudged == ("TEAM-01",)
        write(tree, LIBRARIES, EXAMPLES[LIBRARIES].replace("pattern =", "patern ="))
        broken = judge.update()
        (tree / LIBRARIES).unlink()
        gone = judge.update()
    with Judge(tree) as fresh:
        scratch = fresh.update()
    assert len(broken.controls) == len(before.controls) - 1
    assert "did you mean `pattern`?" in broken.mistakes[0].sentence
    assert result(broken, "PROMPT-01") == result(before, "PROMPT-01")
    assert (gone.controls, gone.dimensions) == (scratch.controls, scratch.dimensions)


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (
            ('severity = "high"', 'severity = "hgih"'),
            9,
            "severity: 'hgih' is no severity; the nearest is 'high'",
        ),
        (("pattern =", "patern ="), 6, "did you mean `pattern`?"),
        (
            ('"python"', '"pyton"'),
            6,
            "none.language: `pyton` is none that can be parsed; did you mean `python`?",
        ),
        (('"import langchain"', '"import ("'), 6, "none.pattern: is no whole piece of python"),
        (('language = "python"', 'regex = "(x"'), 6, "either `regex` or `pattern`"),
        (("[control.check.none]", "[control.check.nnoe]"), 6, "the nearest word is 'none'"),
        (('"TEAM-01"', '"COS-90"'), 7, "does not belong to the dimension TEAM"),
        (('applies = "llm"', 'applies = "lmm"'), 10, "the nearest is 'llm'"),
    ],
)
def test_a_mistake_names_control_key_and_the_nearest_word(
    change: tuple[str, str], line: int, words: str
) -> None:
    text = EXAMPLES[LIBRARIES]
    assert change[0] in text
    text = text.replace(*change, 1) + EXAMPLES[PROMPTS].split('"GOV"')[1].replace("PROMPT-01", "TEAM-02")
    found = own(text)
    assert [rule.control.id for rule in found.rules] == ["TEAM-02"]
    assert [words in str(mistake) for mistake in found.mistakes] == [True]
    assert abs(found.mistakes[0].line - line) <= 2


def test_a_file_that_is_no_toml_costs_only_its_own_controls() -> None:
    found = read({LIBRARIES: b"[[control\n", PROMPTS: EXAMPLES[PROMPTS].encode()})
    assert [rule.control.id for rule in found.rules] == ["PROMPT-01"]
    assert str(found.mistakes[0]).startswith(f"{LIBRARIES}:1: not valid TOML")


def test_letters_of_shipsmith_and_ids_that_stand_twice_are_refused() -> None:
    text = EXAMPLES[LIBRARIES]
    twice = read({LIBRARIES: text.encode(), PROMPTS: text.encode()})
    assert len(twice.rules) == 1
    assert "stands twice" in twice.mistakes[0].sentence
    taken = own(text.replace('"TEAM"\nname = "House rules"', '"COS"').replace("TEAM-01", "COS-90"))
    assert "stands for shipsmith's own controls" in taken.mistakes[0].sentence


@pytest.mark.parametrize("regex", ["(", "(?=x)", "a*", r"\1", "x" * 3000, "a{5000}"])
def test_expressions_that_cannot_be_looked_for_are_told(regex: str) -> None:
    with pytest.raises(SearchError):
        check_regex(regex)


@pytest.mark.parametrize("pattern", ["", "foo(", "$A; $B", "def"])
def test_patterns_that_never_match_are_told(pattern: str) -> None:
    with pytest.raises(SearchError):
        check_pattern(pattern, "python")


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_language_can_be_parsed(language: str) -> None:
    search = PatternSearch()
    try:
        assert search.find(b"1", "x", ("x",), language) is not None
    finally:
        search.close()


def test_lines_of_a_match_count_from_one_and_may_be_several() -> None:
    assert find_regex("a\nü owner: me\nb\n", "owner: (.|\n)*b") == ((2, 3),)


def test_a_hostile_file_costs_a_second_once_and_the_next_is_searched() -> None:
    search = PatternSearch()
    try:
        assert search.find(b"1", "a<" * 25_000, ("$X",), "csharp") is None
        assert search.find(b"1", "a<" * 25_000, ("$X",), "csharp") is None
        assert search.find(b"2", "import os\n", ("import os",), "python") == ((1, 1),)
    finally:
        search.close()


def test_traits_are_shown_and_can_be_corrected(tree: Path) -> None:
    with Judge(tree) as judge:
        card = judge.update()
        llm, rag = card.seen[0], card.seen[1]
        assert (llm.name, llm.holds, [(e.path, e.line) for e in llm.evidence]) == (
            "llm",
            True,
            [("app/llm.py", 7)],
        )
        assert (rag.holds, rag.corrected) == (False, False)
        write(tree, "shipsmith.toml", "[traits]\nrag = true\n")
        card = judge.update()
    assert "rag" in card.traits
    assert (card.seen[1].holds, card.seen[1].corrected, card.seen[1].evidence) == (True, True, ())


DECIDED = 'control = "RES-01"\nreason = "nightly"\nby = "dev@example.com"\non = 2026-11-23\n'


def test_a_control_that_is_switched_off_leaves_the_score_and_stays_in_sight(tree: Path) -> None:
    with Judge(tree) as judge:
        before = judge.update()
        write(tree, "shipsmith.toml", f"[[off]]\n{DECIDED}")
        card = judge.update()
    assert result(before, "RES-01").verdict.status is Status.MISSING
    assert result(card, "RES-01").verdict.status is Status.OFF
    assert "nightly" in result(card, "RES-01").verdict.note
    of = {d.key: d for d in card.dimensions}
    assert of["RES"].off == 1
    assert of["RES"].missing == next(d for d in before.dimensions if d.key == "RES").missing - 1
    assert "RES-01" not in card.rejudged


def test_another_severity_is_used_and_explained(tree: Path) -> None:
    write(
        tree,
        "shipsmith.toml",
        f'[[severity]]\nseverity = "low"\n{DECIDED}[[off]]\n' + DECIDED.replace("01", "99"),
    )
    with Judge(tree) as judge:
        card = judge.update()
    assert result(card, "RES-01").severity == "low"
    assert "nightly" in result(card, "RES-01").notes[0]
    assert "[[off]] names RES-99" in card.mistakes[0].sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[traits]\nrga = false\n",
            "shipsmith.toml:2: [traits] has an unknown trait `rga`; did you mean `rag`?",
        ),
        ("[traits]\nrag = 'no'\n", "shipsmith.toml:2: [traits] `rag` is true or false"),
        ("[[of]]\n", "unknown key `of`; did you mean `off`?"),
        (
            f'[[severity]]\nseverity = "hgih"\n{DECIDED}',
            "shipsmith.toml:2: [[severity]] `severity` cannot be 'hgih'",
        ),
        (
            f"[[off]]\n{DECIDED.replace('reason', 'raeson')}",
            "unknown key `raeson`; did you mean `reason`?",
        ),
        ('[[workflow]]\nname = "chat"\n', "[[workflow]] lacks `paths`"),
        ('exclude = ["!a"]\n', "`exclude` cannot be used: '!a' is negated"),
    ],
)
def test_mistakes_in_the_settings_are_sentences(text: str, words: str) -> None:
    with pytest.raises(LedgerError) as error:
        parse(text.encode())
    assert words in error.value.sentence


def test_the_schema_and_the_parser_know_the_same_keys() -> None:
    shapes = ledger_entries.schema()["$defs"]
    docs = tomllib.loads(re.findall(r"```toml\n(exclude.*?)```", DOCS, re.S)[0])
    assert set(shapes["Ledger"]["properties"]) == set(ledger_entries.Ledger.__struct_fields__)
    assert set(docs) <= set(shapes["Ledger"]["properties"])
    kinds = {"off": "SwitchedOff", "severity": "SeverityChange", "workflow": "Workflow"}
    for table, name in kinds.items():
        assert shapes[name]["additionalProperties"] is False
        written = docs[table][0]
        assert set(written) == set(shapes[name]["properties"])
        for key in shapes[name]["required"]:
            lacking = {k: str(v) for k, v in written.items() if k != key}
            lines = "".join(f"{k} = {msgspec.json.encode(v).decode()}\n" for k, v in lacking.items())
            with pytest.raises(LedgerError):
                parse(f"[[{table}]]\n{lines}".encode())
    assert (
        parse(re.findall(r"```toml\n(exclude.*?)```", DOCS, re.S)[0].encode()).workflow[0].name == "chat"
    )
