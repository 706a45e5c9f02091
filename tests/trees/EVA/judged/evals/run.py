"""Asks every question of `cases.jsonl`; another model scores, and people check it."""

import json
import sys
from pathlib import Path

from anthropic import Anthropic
from sklearn.metrics import cohen_kappa_score

from app.main import answer

CASES = Path(__file__).with_name("cases.jsonl")
JUDGE_MODEL = "claude-sonnet-4-5-20250929"
client = Anthropic(timeout=30)


def grade(question: str, reply: str | None) -> int:
    """The judge's score of a reply, 1 to 5."""
    message = client.messages.create(
        model=JUDGE_MODEL,
        max_tokens=5,
        messages=[{"role": "user", "content": f"Score from 1 to 5.\n{question}\n{reply}"}],
    )
    return int(message.content[0].text)


def main() -> None:
    """Exit with an error when judge and people disagree, or answers are bad."""
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]
    scores = [grade(case["question"], answer(case["question"])) for case in cases]
    if cohen_kappa_score([case["human_score"] for case in cases], scores) < 0.6:
        sys.exit("the judge does not agree with people")
    if sum(scores) / len(scores) < 4:
        sys.exit("answers are worse than required")


if __name__ == "__main__":
    main()
