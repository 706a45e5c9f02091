"""Runs the evaluators of the answers."""

from langsmith import Client, evaluate

from app.main import answer


def correctness(outputs: dict, reference_outputs: dict) -> bool:
    """To be written."""
    return True


def groundedness_score(outputs: dict) -> float:
    """To be written."""
    raise NotImplementedError


evaluate(answer, data="cases.jsonl", evaluators=[correctness, groundedness_score], client=Client())
