"""Asks every question of `cases.jsonl` and prints the mean score."""

import json
from pathlib import Path

from app.main import answer

CASES = Path(__file__).with_name("cases.jsonl")


def score(reply: str, expected: str) -> float:
    """How much of the expected answer a reply holds."""
    words = expected.lower().split()
    return sum(word in reply.lower() for word in words) / len(words)


def main() -> None:
    """Print the mean score."""
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]
    mean = sum(score(answer(case["question"]), case["expected"]) for case in cases) / len(cases)
    Path("eval_results.json").write_text(json.dumps({"mean": mean}))


if __name__ == "__main__":
    main()
