"""Asks every question of `cases.jsonl`."""

import json
import sys
from pathlib import Path

from app.main import answer

HERE = Path(__file__).parent


def main() -> None:
    """Exit with an error when too many answers are wrong."""
    cases = [json.loads(line) for line in (HERE / "cases.jsonl").read_text().splitlines()]
    scores = [case["expected"] in (answer(case["question"]) or "") for case in cases]
    score = sum(scores) / len(scores)
    record = {"score": score}
    path = HERE / "results" / "eval_results.json"
    path.write_text(json.dumps(record))
    if score < 0.8:
        sys.exit("too many answers are wrong")


if __name__ == "__main__":
    main()
