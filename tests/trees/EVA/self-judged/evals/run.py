"""Asks every question of `cases.jsonl`; a model scores, the same one that answers."""

import json
import sys
from pathlib import Path

from openai import OpenAI

from app.main import answer

CASES = Path(__file__).with_name("cases.jsonl")
JUDGE_MODEL = "gpt-4.1-mini"
client = OpenAI(timeout=30)


def grade(question: str, reply: str | None) -> int:
    """The judge's score of a reply, 1 to 5."""
    message = client.chat.completions.create(
        model=JUDGE_MODEL,
        max_tokens=5,
        messages=[{"role": "user", "content": f"Score from 1 to 5.\n{question}\n{reply}"}],
    )
    return int(message.choices[0].message.content)


def main() -> None:
    """Exit with an error when answers are bad."""
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]
    scores = [grade(case["question"], answer(case["question"])) for case in cases]
    if sum(scores) / len(scores) < 4:
        sys.exit("answers are worse than required")


if __name__ == "__main__":
    main()
