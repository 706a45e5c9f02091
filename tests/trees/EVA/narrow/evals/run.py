"""Measures how often answers are made up."""

import json
from pathlib import Path

from deepeval.metrics import BiasMetric, HallucinationMetric
from deepeval.test_case import LLMTestCase

from app.main import TITLE_PROMPT, answer

CASES = Path(__file__).with_name("cases.jsonl")
RECENCY_BIAS = 0.5


def main() -> None:
    """Print the hallucination rate."""
    assert "title" in TITLE_PROMPT
    metric, bias = HallucinationMetric(), BiasMetric()
    cases = [json.loads(line)["question"] for line in CASES.read_text().splitlines()]
    made_up = [metric.measure(LLMTestCase(input=q, actual_output=answer(q))) for q in cases]
    hallucination_rate = sum(made_up) / len(made_up)
    print(f"{hallucination_rate:.2f}", bias)


if __name__ == "__main__":
    main()
