"""Asks every question of `cases.jsonl` and fails when too few answers hold what they must."""

import json
import sys
from pathlib import Path

from app.answers import answer

CASES = Path(__file__).with_name("cases.jsonl")
REQUIRED = 0.9


def main() -> int:
    """Print the share of good answers; 1 when it is below `REQUIRED`."""
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    good = 0
    for case in cases:
        reply = answer(case["question"]).lower()
        passed = all(word in reply for word in case["must_contain"])
        good += passed
        print(("pass" if passed else "FAIL"), case["question"])
    share = good / len(cases)
    print(f"{good} of {len(cases)}: {share:.0%}, required {REQUIRED:.0%}")
    return 0 if share >= REQUIRED else 1


if __name__ == "__main__":
    sys.exit(main())
