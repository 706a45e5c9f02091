"""Scores the answers to `cases.jsonl` in LangSmith."""

import json
from pathlib import Path

from langsmith import evaluate

from app.main import answer

CASES = [json.loads(line) for line in Path(__file__).with_name("cases.jsonl").read_text().splitlines()]


def correctness(outputs: dict, reference_outputs: dict) -> bool:
    """Whether the answer holds what it should."""
    return reference_outputs["expected"] in outputs["output"]


def main() -> None:
    """Run all cases."""
    rows = [{"inputs": {"question": c["question"]}, "outputs": {"expected": c["expected"]}} for c in CASES]
    evaluate(lambda inputs: {"output": answer(inputs["question"])}, data=rows, evaluators=[correctness])


if __name__ == "__main__":
    main()
