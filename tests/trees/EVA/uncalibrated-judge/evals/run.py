"""Lets a model score the answers to `cases.jsonl`."""

import json
from pathlib import Path

from anthropic import Anthropic

from app.main import answer

CASES = Path(__file__).with_name("cases.jsonl")
judge = Anthropic()


def judge_answer(question: str, reply: str) -> int:
    """A score from 1 to 5."""
    verdict = judge.messages.create(
        model="claude-haiku-4-5-20251001",
        max_tokens=10,
        messages=[{"role": "user", "content": f"Score this answer to {question}: {reply}"}],
    )
    return int(verdict.content[0].text)


def main() -> None:
    """Print the mean score."""
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]
    scores = [judge_answer(case["question"], answer(case["question"])) for case in cases]
    print(sum(scores) / len(scores))


if __name__ == "__main__":
    main()
