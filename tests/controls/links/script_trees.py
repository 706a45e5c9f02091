"""Small trees for tests of links: files in, database out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from shipsmith_controls.judge import Judge
from shipsmith_controls.links.calls.entries import ai_entries
from shipsmith_controls.links.calls.kinds import llm_calls
from shipsmith_controls.queries import Database

Tree = Callable[[dict[str, str]], Database]

LLM = """\
import OpenAI from "openai";

const client = new OpenAI();

export async function answer(question: string) {
  return client.responses.create({ model: "gpt-4o", input: question });
}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    """Write files and get the database of the tree that they make."""
    judges: list[Judge] = []

    def make(files: dict[str, str]) -> Database:
        for path, text in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        judge = Judge(tmp_path)
        judge.update()
        judges.append(judge)
        return judge.db

    yield make
    for judge in judges:
        judge.close()


def entered(db: Database) -> list[tuple[str, str, int, str]]:
    """AI entry points as (kind, path, line, route), in order."""
    return sorted((e.kind, e.path, e.line, e.route) for e in ai_entries(db))


def called(db: Database) -> list[tuple[str, str, int]]:
    """LLM calls as (SDK, path, line), in order."""
    return sorted((c.sdk, c.path, c.line) for c in llm_calls(db))
