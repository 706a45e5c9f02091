"""Asks every question of `cases.jsonl`."""

import json
from datetime import datetime
from pathlib import Path

from app.main import answer

CASES = Path(__file__).with_name("cases.jsonl")


def score(reply: str, expected: str) -> float:
    """How much of the expected answer a reply holds."""
    words = expected.lower().split()
    return sum(word in reply.lower() for word in words) / len(words)


def main() -> None:
    """Keep the mean score."""
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]
    mean = sum(score(answer(case["question"]), case["expected"]) for case in cases) / len(cases)
    folder = Path("results")
    (folder / f"{datetime.now():%Y%m%d-%H%M}.json").write_text(json.dumps({"mean": mean}))


if __name__ == "__main__":
    main()
