"""Asks every question of `cases.jsonl`; fails when the answers are worse than required."""

import json
import sys
from collections import defaultdict
from pathlib import Path

from ragas.metrics import faithfulness

from app.main import answer
from app.search import search

CASES = Path(__file__).with_name("cases.jsonl")


def recall_at_k(found: list[str], relevant: list[str]) -> float:
    """Share of the relevant articles that were found."""
    return len(set(found) & set(relevant)) / max(len(relevant), 1)


def tool_correctness(called: object, expected_tools: list[str]) -> float:
    """Whether the right tools were called."""
    return float(called == expected_tools)


def main() -> None:
    """Exit with an error when a score is too low, or differs between languages."""
    scores: dict[str, list[float]] = defaultdict(list)
    recall, grounded, called = [], [], []
    for line in CASES.read_text().splitlines():
        case = json.loads(line)
        reply = answer(case["question"])
        recall.append(recall_at_k(search(case["question"]), case["relevant_docs"]))
        grounded.append(faithfulness.score({"answer": reply, "reference": case["expected"]}))
        called.append(tool_correctness(reply["calls"], case["expected_tools"]))
        scores[case["language"]].append(grounded[-1])
    mean_faithfulness = sum(grounded) / len(grounded)
    if mean_faithfulness < 0.85:
        sys.exit("answers are not supported by the articles")
    if max(map(max, scores.values())) - min(map(min, scores.values())) > 0.1:
        sys.exit("scores differ between languages")


if __name__ == "__main__":
    main()
