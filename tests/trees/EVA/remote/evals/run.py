"""Scores the answers to the cases that LangSmith keeps."""

from langsmith import evaluate

from app.main import answer


def correctness(outputs: dict, reference_outputs: dict) -> bool:
    """Whether the answer holds what it should."""
    return reference_outputs["answer"] in outputs["output"]


evaluate(lambda inputs: {"output": answer(inputs["question"])}, data="orders", evaluators=[correctness])
