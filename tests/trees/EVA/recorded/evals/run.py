"""Asks every question of `cases.jsonl`, keeps the results and compares them with the baseline."""

import json
import os
import sys
from pathlib import Path

from app.main import answer

HERE = Path(__file__).parent
COMMIT = os.environ["GITHUB_SHA"]
MODEL = "gpt-4.1-mini-2025-04-14"


def main() -> None:
    """Exit with an error when the answers are worse than those of the baseline."""
    cases = [json.loads(line) for line in (HERE / "cases.jsonl").read_text().splitlines()]
    scores = [case["expected"] in (answer(case["question"]) or "") for case in cases]
    score = sum(scores) / len(scores)
    record = {"model": MODEL, "commit": COMMIT, "score": score}
    path = HERE / "results" / f"{COMMIT}-{MODEL}.json"
    path.write_text(json.dumps(record))
    baseline = json.loads((HERE / "baseline.json").read_text())
    if score < baseline["score"] - 0.02:
        sys.exit("answers are worse than those of the baseline")


if __name__ == "__main__":
    main()
