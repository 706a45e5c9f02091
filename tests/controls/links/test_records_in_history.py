"""What the history and the day of HEAD tell of models and of governance documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipsmith_controls.judge import Judge
from shipsmith_controls.scorecard import Status, Verdict

from tests.controls.tree.repo import Repo

APP = """
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/ask")
def ask(question: str) -> str:
    reply = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": question}]
    )
    return reply.choices[0].message.content or ""
"""
POLICY = """
# AI policy

This policy binds all staff. The assistant may be used for help with orders, which is permitted for
every model that is listed. It is prohibited to ask the AI for legal advice, and prompts must not hold
card numbers.

{line}
"""


def verdict_of(control: str, repo: Repo) -> Verdict:
    with Judge(repo.root) as judge:
        return next(r.verdict for r in judge.update().controls if r.id == control)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.init(tmp_path / "app")
    made.write("app.py", APP.lstrip())
    return made


@pytest.mark.parametrize(
    "message", ["Answer with GPT-4o", "use gpt 4o for answers", "gpt4o: shorter prompt"]
)
def test_a_commit_message_that_names_the_model_in_use_records_its_choice_by_half(
    repo: Repo, message: str
) -> None:
    repo.commit(message)
    repo.commit("Mend a typo")
    verdict = verdict_of("GOV-09", repo)
    assert verdict.status is Status.PARTIAL
    assert [(f.path, f.line, f.weak) for f in verdict.findings] == [("app.py", 11, True)]


@pytest.mark.parametrize(
    "messages",
    [
        ["Mend a typo"],
        ["Answer with gpt-4o-mini"],
        ["Answer with gpt-4o", "Try gpt-4.1"],
        ["Merge branch 'gpt-4o' into main"],
    ],
    ids=["none", "another", "superseded", "merge"],
)
def test_other_messages_record_nothing(repo: Repo, messages: list[str]) -> None:
    for message in messages:
        repo.commit(message)
    assert verdict_of("GOV-09", repo).status is Status.MISSING


def test_the_history_is_read_again_when_head_moves(repo: Repo) -> None:
    repo.commit("Start")
    with Judge(repo.root) as judge:
        before = {r.id: r.verdict.status for r in judge.update().controls}
        repo.commit("Answer with gpt-4o")
        after = {r.id: r.verdict.status for r in judge.update().controls}
    assert before["GOV-09"] is Status.MISSING
    assert after["GOV-09"] is Status.PARTIAL


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("Last reviewed: 2026-01-20", Status.DONE),
        ("Next review: 2026-11-02", Status.DONE),
        ("Last reviewed: 2025-10-01", Status.MISSING),
        ("Next review: 2026-10-31", Status.MISSING),
        ("Copyright 2026 Acme", Status.MISSING),
    ],
)
def test_a_review_is_measured_against_the_day_of_head(repo: Repo, line: str, status: Status) -> None:
    repo.write("docs/ai-policy.md", POLICY.format(line=line))
    repo.commit("Start")
    verdict = verdict_of("GOV-10", repo)
    assert verdict.status is status
    assert [f"{f.path}:{f.line}" for f in verdict.findings] == (
        [] if status is Status.DONE else ["docs/ai-policy.md:1"]
    )
