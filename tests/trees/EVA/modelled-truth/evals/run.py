"""Asks every question of `cases.jsonl` and fails when too few answers are good."""

import json
import sys
from pathlib import Path

from app.main import answer

CASES = Path(__file__).with_name("cases.jsonl")


def score(reply: str, expected: str) -> float:
    """How much of the expected answer a reply holds."""
    words = expected.lower().split()
    return sum(word in reply.lower() for word in words) / len(words)


def main() -> None:
    """Exit with an error when the mean score is too low."""
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]
    mean = sum(score(answer(case["question"]), case["truth"]) for case in cases) / len(cases)
    if mean < 0.9:
        sys.exit(f"mean score {mean:.2f}")


if __name__ == "__main__":
    main()
